"""Generators over tokens: causality by changing a later input, exact likelihoods, keys and values kept, schedules."""

import math

import pytest
import torch
from torch.nn import functional as F

from imagery import weights
from imagery.models.chance import row_by_row
from imagery.models.examples import Example
from imagery.models.imaginer import Lesson
from imagery.models.maskgit import MaskGIT, masked_share, still_masked
from imagery.models.pixelcnn import PixelCNN
from imagery.models.tokens import TokenTransformer
from imagery.models.tokenwise import categorical, guided
from imagery.training import TrainConfig, fit

SIZES = {PixelCNN: {"width": 16, "layers": 2, "kernel": 3, "heads": 2},
         TokenTransformer: {"width": 32, "layers": 2, "heads": 2}, MaskGIT: {"width": 32, "layers": 2, "heads": 2}}
EXACT = (PixelCNN, TokenTransformer)
VQ = {"codes": (8, 8), "quantiser": "rvq", "width": 8, "halvings": 2, "size": 16}
TWO = {"grid": 2, "values": 2, "size": 16}                               # 12 tokens of 2 values: 4096 pictures


def new(cls, tokeniser="shades", code=TWO, context_width=5):
    torch.manual_seed(0)
    model = cls(tokeniser, code, context_width, **SIZES[cls]).eval()
    for name, p in model.named_parameters():                             # else what is told says little at first
        if name.startswith(("start", "words")):
            torch.nn.init.normal_(p, std=2.0)
        elif "told" in name:
            torch.nn.init.normal_(p, std=0.3)
    return model


def told(count, words=3):
    generator = torch.Generator().manual_seed(1)
    return torch.randn(count, words, 5, generator=generator), torch.ones(count, words, dtype=torch.bool)


def blocks(count, seed=0):
    """Pictures (count, 3, 16, 16) of 2 x 2 blocks; with their class: whether the left half or the right is bright."""
    left = torch.randint(0, 2, (count,), generator=torch.Generator().manual_seed(seed)).bool()
    pictures = torch.full((count, 3, 16, 16), -1.0)
    pictures[left, :, :, :8], pictures[~left, :, :, 8:] = 1.0, 1.0
    return Example(pictures, F.one_hot(left.long(), 5).float())


# ---- likelihood -----------------------------------------------------------------------------------------------------

@torch.no_grad()
@pytest.mark.parametrize("cls", EXACT)
def test_a_later_token_changes_nothing_before_it(cls):
    model = new(cls, "vqvae", VQ)
    heard = model.hear(1, *told(1))
    tokens = torch.randint(0, 8, (1, model.length), generator=torch.Generator().manual_seed(0))
    before = model.log_probs(tokens, *heard)
    for place in range(model.length):
        changed = tokens.clone()
        changed[0, place] = (changed[0, place] + 1) % 8
        after = model.log_probs(changed, *heard)
        torch.testing.assert_close(after[:, :place], before[:, :place])
        assert after[0, place] != before[0, place]
        assert place + 1 == model.length or not torch.allclose(after[:, place + 1:], before[:, place + 1:], atol=1e-7)


@torch.no_grad()
@pytest.mark.parametrize("cls", EXACT)
def test_probabilities_of_all_pictures_add_up_to_one(cls):
    model = new(cls)
    every = torch.arange(2 ** 12)[:, None] // 2 ** torch.arange(12) % 2
    assert float(model.log_probs(every, *model.hear(len(every), None, None)).sum(1).exp().sum()) == pytest.approx(1,
                                                                                                                  abs=1e-4)


@torch.no_grad()
@pytest.mark.parametrize("cls", EXACT)
def test_samples_follow_the_likelihood(cls):
    """Of the first four tokens."""
    model = new(cls)
    rows, heard = model.hear(1500, None, None)
    tokens = model.draw_tokens(rows, heard, seed=0)
    seen = torch.bincount((tokens[:, :4] * 2 ** torch.arange(4)).sum(1), minlength=16) / 1500
    firsts = F.pad(torch.arange(16)[:, None] // 2 ** torch.arange(4) % 2, (0, 8))
    wanted = model.log_probs(firsts, rows[:16], heard[:16])[:, :4].sum(1).exp()
    assert (seen - wanted).abs().sum() < 0.15


@torch.no_grad()
def test_no_place_is_blind():
    """All before the last place is seen, with three layers of 3 x 3 over 4 x 4 places."""
    torch.manual_seed(0)
    model = PixelCNN("vqvae", VQ | {"codes": (8,), "quantiser": "vq"}, 0, width=16, layers=3, kernel=3, heads=2)
    tokens, heard = torch.zeros(1, 16, dtype=torch.long), model.hear(1, None, None)
    last = model.log_probs(tokens, *heard)[0, -1]
    for place in range(15):
        changed = tokens.clone()
        changed[0, place] = 1
        assert model.log_probs(changed, *heard)[0, -1] != last, place


@torch.no_grad()
def test_bits_are_those_of_the_tokens():
    model, example = new(PixelCNN), blocks(3)
    context, mask = example.condition[:, None], torch.ones(3, 1, dtype=torch.bool)
    loss, logs = model.loss(example)
    bits = model.bits_per_dim(example.pictures, context, mask)
    torch.testing.assert_close(bits.mean() * 3 * 16 * 16 / 12, logs["bits_per_token"])
    torch.testing.assert_close(loss / math.log(2), logs["bits_per_token"])


# ---- sampling -------------------------------------------------------------------------------------------------------

@torch.no_grad()
def test_keys_and_values_kept_are_those_of_the_whole():
    model = new(TokenTransformer, "vqvae", VQ)
    stream, tokens = model.stream, torch.randint(0, 8, (2, 10), generator=torch.Generator().manual_seed(0))
    context, mask = told(2)
    mask[1, 1:] = False
    rows, heard = model.hear(2, context, mask)
    x, whole = torch.cat([rows, stream.located(tokens.new_zeros(2, 32))], 1)[:, :14], stream.mask(heard, 10)
    pasts = [[] for _ in stream.blocks]
    parts = [stream.run(x[:, a:b], whole[:, a:b, :b], pasts) for a, b in ((0, 5), (5, 6), (6, 14))]
    torch.testing.assert_close(torch.cat(parts, 1), stream.run(x, whole), rtol=1e-4, atol=1e-5)


@torch.no_grad()
@pytest.mark.parametrize("code", ["shades", "vqvae"])
@pytest.mark.parametrize("cls", SIZES)
def test_samples_are_pictures_that_seed_and_words_decide(cls, code):
    model = new(cls, code, {"shades": TWO | {"values": 4}, "vqvae": VQ}[code])
    context, mask = told(4)
    drawn = model.draw(context, mask, seed=3)
    assert drawn.shape == (4, 3, 16, 16) and drawn.abs().max() <= 1 and drawn.std() > 0.01
    assert model.draw(context[:2], mask[:2], seed=3).equal(drawn[:2])
    assert not model.draw(context, mask, seed=4).equal(drawn)
    assert model.sample(3, seed=3)[:2].equal(model.sample(2, seed=3))
    padded = F.pad(context, (0, 0, 0, 2), value=9.0), F.pad(mask, (0, 2))
    assert model.draw(*padded, seed=3).equal(drawn)
    silent = model.draw(context, torch.zeros_like(mask), seed=3)
    assert silent.equal(model.sample(4, seed=3)) and not silent.equal(drawn)
    assert not model.draw(context, mask, seed=3, guidance=8.0).equal(drawn)


def test_guidance_leans_towards_what_is_told():
    told_, untold = torch.randn(2, 3), torch.randn(2, 3)
    both = torch.cat([told_, untold])
    assert guided(told_, 1.0).equal(told_)
    torch.testing.assert_close(guided(both, 3.0), 3 * told_ - 2 * untold)


def test_categorical_draws_by_probability():
    logits = torch.tensor([0.1, 0.0, 0.6, 0.3]).log().expand(4000, 2, 4)
    drawn = categorical(logits, row_by_row(4000, seed=0))
    shares = torch.bincount(drawn.flatten(), minlength=4) / drawn.numel()
    torch.testing.assert_close(shares, torch.tensor([0.1, 0.0, 0.6, 0.3]), atol=0.02, rtol=0)
    assert shares[1] == 0


# ---- MaskGIT --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("length, steps", [(64, 8), (256, 12), (16, 16), (5, 1)])
def test_the_schedule_is_the_cosine_and_always_falls(length, steps):
    left = [still_masked(step, steps, length) for step in range(steps + 1)]
    assert left[0] == length and left[-1] == 0 and all(after < before for before, after in zip(left, left[1:]))
    for step, count in enumerate(left):
        exact = math.ceil(round(length * math.cos(math.pi / 2 * step / steps), 9))
        assert count == min(exact, length - step)
    assert [float(masked_share(r)) for r in (0.0, 0.5)] == [1.0, pytest.approx(0.5 ** 0.5)]


@torch.no_grad()
def test_masked_decoding_unmasks_as_the_schedule_says(monkeypatch):
    model, seen = new(MaskGIT, "vqvae", VQ), []
    real = model.stream.forward
    monkeypatch.setattr(model.stream, "forward", lambda rows, heard, tokens: seen.append(tokens) or real(rows, heard,
                                                                                                         tokens))
    tokens = model.draw_tokens(*model.hear(2, None, None), seed=0, steps=4)
    unknown = [(each == model.stream.unknown).sum(1).tolist() for each in (*seen, tokens)]
    assert unknown == [[still_masked(step, 4, 32)] * 2 for step in range(5)]
    for before, after in zip(seen, (*seen[1:], tokens)):
        known = before != model.stream.unknown
        assert after[known].equal(before[known])
    with pytest.raises(ValueError, match="give 1 to 32"):
        model.draw_tokens(*model.hear(2, None, None), steps=33)


@torch.no_grad()
def test_a_masked_token_is_told_by_those_on_both_sides():
    model = new(MaskGIT)
    tokens, heard = torch.zeros(1, 12, dtype=torch.long), model.hear(1, None, None)
    tokens[0, 5] = model.stream.unknown
    before = model.stream(*heard, tokens)[0, 5]
    for place in (0, 11):
        changed = tokens.clone()
        changed[0, place] = 1
        assert not model.stream(*heard, changed)[0, 5].allclose(before, atol=1e-6)


# ---- learning -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("cls", SIZES)
def test_it_learns_what_a_class_looks_like(cls, tmp_path):
    model = new(cls)
    config = TrainConfig(60, 16, learning_rate=5e-3, warmup=3, ema_decay=0.8, amp=False, log_every=10)
    logs = list(fit(model, lambda step: blocks(16, step), config, device="cpu"))
    assert logs[-1]["loss"] < 0.7 * logs[0]["loss"]
    wanted = blocks(12, seed=77)
    drawn = model.draw(wanted.condition[:, None], torch.ones(12, 1, dtype=torch.bool), seed=1)
    assert (drawn == wanted.pictures).float().mean() > 0.85
    weights.save(model, tmp_path / "model", {})
    assert weights.load(cls, tmp_path / "model").sample(2).shape == (2, 3, 16, 16)


@pytest.mark.parametrize("cls", SIZES)
def test_words_teach_every_parameter_but_the_codec(cls):
    model = new(cls, "vqvae", VQ).train()
    context, mask = told(4)
    mask[0] = False
    pictures = torch.rand(4, 3, 16, 16)
    before = {key: value.clone() for key, value in model.codec.state_dict().items()}
    loss, logs = model.loss(Lesson(pictures, context, mask, None, None, None), torch.Generator().manual_seed(0))
    loss.backward()
    idle = [key for key, p in model.named_parameters() if p.requires_grad and (p.grad is None or not p.grad.any())]
    assert not idle and all(not value.requires_grad for value in logs.values())
    assert all(value.equal(before[key]) for key, value in model.codec.state_dict().items())


def test_bad_input_is_refused():
    model = new(TokenTransformer)
    with pytest.raises(ValueError, match=r"give \(2, N, 5\)"):
        model.draw(torch.zeros(2, 3, 6), torch.ones(2, 3, dtype=torch.bool))
    with pytest.raises(ValueError, match=r"give \(B, 3, 16, 16\)"):
        model.loss(torch.zeros(1, 3, 8, 8))
