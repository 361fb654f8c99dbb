"""Shortcuts, the DiT, semantic maps and unCLIP: what each network is told, what it learns, what it draws."""

import pytest
import torch
from learning import learn

from imagery.models import processes
from imagery.models.dit import DiT
from imagery.models.examples import Example
from imagery.models.matching import FlowMatching
from imagery.models.semantic import Mapped, SemanticPainter
from imagery.models.shortcut import HALVINGS, Shortcut
from imagery.models.told import Told
from imagery.models.unclip import Embedded, Prior, UnCLIP
from imagery.models.unet import UNet

SIZES = {"unet": {"channels": (16,), "heads": 2}, "dit": {"width": 16, "depth": 1, "heads": 2}}


def stirred(model):
    """With every parameter away from its start, so that what is zero at first counts."""
    torch.manual_seed(0)
    for p in model.parameters():
        p.data += 0.1 * torch.randn_like(p)
    return model.eval()


# ---- networks -------------------------------------------------------------------------------------------------------


@torch.no_grad()
@pytest.mark.parametrize("by_place", [True, False])
def test_a_dit_is_called_as_the_unet_is(by_place):
    given = torch.randn(2, 8, 4, 4), torch.tensor([0.2, 0.9]), torch.randn(2, 3, 72), torch.ones(2, 3).bool()
    dit = stirred(DiT(8, 16, 2, 2, context_width=72, by_place=by_place))
    unet = UNet(8, (16,), heads=2, context_width=72, by_place=by_place)
    assert dit(*given).shape == unet(*given).shape == (2, 8, 4, 4)
    x, time, context, mask = given
    for other in ((x + 1, time, context, mask), (x, 1 - time, context, mask), (x, time, context + 1, mask)):
        assert not torch.allclose(dit(*other), dit(*given), atol=1e-4)
    torch.testing.assert_close(dit(*(each[:1] for each in given)), dit(*given)[:1], rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_a_dit_starts_as_nothing():
    """adaLN-Zero: every block passes on what it gets, and what comes out is 0."""
    dit, x = DiT(8, 16, 2, 2, by_place=False), torch.randn(2, 5, 16)
    assert dit.blocks[0](x, torch.randn(2, 16), None, None).equal(x)
    given = torch.randn(2, 8, 4, 4), torch.rand(2), torch.randn(2, 1, 256), torch.ones(2, 1).bool()
    assert not dit(*given).any()


@torch.no_grad()
@pytest.mark.parametrize("network", SIZES)
@pytest.mark.parametrize("given, wanted", [(8, 8), (8, 16), (16, 8)])
def test_a_network_that_is_told(network, given, wanted):
    told = stirred(Told(network, given, wanted, 3, SIZES[network]))
    x, time, condition = torch.randn(2, given, 4, 4), torch.rand(2), torch.randn(2, 3)
    assert told(x, time, condition).shape == (2, wanted, 4, 4)
    assert not torch.allclose(told(x, time, -condition), told(x, time, condition), atol=1e-4)


# ---- shortcuts ------------------------------------------------------------------------------------------------------


def shortcut():
    torch.manual_seed(0)
    return Shortcut(16, condition=1, sizes=SIZES["unet"])


def test_lengths_of_steps_are_told_apart():
    model = stirred(shortcut())
    steps = torch.tensor([0.0, *(2.0 ** -i for i in range(HALVINGS + 1))])
    x = torch.randn(1, 48, 4, 4).expand(len(steps), -1, -1, -1)
    with torch.no_grad():
        found = model(x, torch.full((len(steps),), 0.5), steps, torch.zeros(len(steps), 1))
    apart = torch.cdist(found.flatten(1), found.flatten(1)) + torch.eye(len(steps))
    assert apart.min() > 1e-3


def test_one_long_step_is_taught_to_be_two_short_ones(monkeypatch):
    """Where the velocity is x itself, two steps of h from x come to (1 - h)^2 x: a mean velocity of (1 - h / 2) x."""
    model, x, half = shortcut(), torch.randn(3, 48, 4, 4), torch.tensor([1 / 2, 1 / 8, 1 / 128])
    asked = []
    monkeypatch.setattr(Shortcut, "forward", lambda self, x, t, step, told: asked.append((t, step)) or x)
    found = model._twice(x, torch.ones(3), half, torch.zeros(3, 1))
    torch.testing.assert_close(found, (1 - processes.expand(half, x) / 2) * x)
    assert asked[0][1].tolist() == [1 / 2, 1 / 8, 0.0] and asked[1][0].tolist() == [1 / 2, 7 / 8, 127 / 128]


def test_steps_to_learn_from_lie_on_the_way(monkeypatch):
    model, seen = shortcut(), []
    real = Shortcut.forward
    monkeypatch.setattr(Shortcut, "forward",
                        lambda self, x, t, step, told: seen.append((t, step)) or real(self, x, t, step, told))
    for seed in range(10):
        model.loss(Example(torch.zeros(8, 3, 16, 16), torch.zeros(8, 1)), torch.Generator().manual_seed(seed))
    for t, step in seen[2::3]:                                               # the last call of each loss, of all eight
        assert (step[2:] == 0).all() and (step[:2] >= 2 / 128).all() and (step[:2] <= 1).all()
        assert (t[:2] >= step[:2]).all() and (t[:2] <= 1).all()
        assert ((t[:2] / step[:2]) % 1 == 0).all()


def test_shortcuts_are_learned_and_taken():
    model = shortcut()
    batch = Example(torch.linspace(-1, 1, 16).expand(8, 3, 16, 16), torch.zeros(8, 1))
    losses = learn(model.train(), batch, 25, 5e-3)
    assert losses[-1] < 0.8 * losses[0]
    model.eval()
    for steps in (1, 4):
        drawn = model.sample(3, 1, steps=steps)
        assert drawn.shape == (3, 3, 16, 16) and drawn.abs().max() <= 1
        torch.testing.assert_close(model.sample(1, 1, steps=steps), drawn[:1], rtol=1e-4, atol=1e-5)
    with pytest.raises(ValueError, match="give 1, 2, 4, 8 ... 128"):
        model.sample(1, steps=3)


# ---- semantic maps --------------------------------------------------------------------------------------------------


def maps(count=8):
    """Class 1 in one half, 0 in the other, either way round."""
    half = (torch.arange(16) < 8).long().expand(16, 16)
    return torch.stack([half if i % 2 else 1 - half for i in range(count)])


def test_maps_are_painted_as_they_say():
    torch.manual_seed(0)
    painter = SemanticPainter(2, 16, sizes=SIZES["unet"]).train()
    shown = (maps() * 1.6 - 0.8)[:, None].expand(-1, 3, -1, -1).float()
    learn(painter, Mapped(shown, maps()), 60, 5e-3)
    painted = painter.eval().paint(maps(2), steps=2)
    assert (painted - shown[:2]).abs().mean() < 0.5 * (painted - shown[:2].flip(0)).abs().mean()
    torch.testing.assert_close(painter.paint(maps(1), steps=2), painted[:1], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("wrong, message", [
    (torch.zeros(1, 8, 8).long(), r"give \(1, 16, 16\)"), (torch.zeros(1, 16, 16), "whole numbers"),
    (torch.full((1, 16, 16), 2), "give 0 to 1, or -1")])
def test_maps_that_do_not_fit_are_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        SemanticPainter(2, 16, sizes=SIZES["unet"]).paint(wrong)


# ---- unCLIP ---------------------------------------------------------------------------------------------------------


def pairs(count=16, width=8):
    told = torch.nn.functional.normalize(torch.randn(count, width, generator=torch.Generator().manual_seed(0)), dim=1)
    return Embedded(told, told.flip(1))


def test_a_prior_turns_texts_embeddings_into_pictures():
    torch.manual_seed(0)
    prior, batch = Prior(8, 32, 2, 2, steps=100).train(), pairs()
    optimizer = torch.optim.AdamW(prior.parameters(), 4e-3)
    for step in range(150):
        loss, logs = prior.loss(batch, torch.Generator().manual_seed(step))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    made = prior.eval().sample(batch.told, steps=8)
    torch.testing.assert_close(made.norm(dim=1), torch.ones(16))
    assert (made * batch.seen).sum(1).mean() > 0.8 > (made * batch.told).sum(1).mean()
    torch.testing.assert_close(prior.sample(batch.told[:2], steps=8), made[:2], rtol=1e-3, atol=1e-4)


def test_of_two_embeddings_the_nearer_to_the_text_is_taken(monkeypatch):
    prior, told = Prior(8, 16, 1, 2, steps=10).eval(), pairs(3).told
    torch.nn.init.zeros_(prior.leave[-1].weight)
    near = torch.stack([-told, told], 1).flatten(0, 1)                       # the second try is the text's own
    monkeypatch.setattr(Prior, "forward", lambda self, x, t, told: near)
    torch.testing.assert_close(prior.sample(told, steps=2), told)


def test_words_become_pictures_by_way_of_an_embedding(tiny):
    torch.manual_seed(0)
    width = tiny["verbal"].config.width
    prior = Prior(width, 16, 1, 2, steps=10).eval()
    decoder = stirred(FlowMatching(16, condition=width, sizes=SIZES["unet"]))
    channel = UnCLIP(prior, decoder, tiny["verbal"])
    drawn = channel.imagine(["there is a hut.", "there is a well."], seed=1, steps=2)
    assert drawn.shape == (2, 3, 16, 16) and drawn.abs().max() <= 1
    assert channel.imagine(["there is a hut.", "there is a well."], seed=1, steps=2).equal(drawn)
    assert channel.variations(torch.rand(2, 3, 64, 64), steps=2).shape == (2, 3, 16, 16)
    with pytest.raises(ValueError, match="give three of one"):
        UnCLIP(Prior(4, 16, 1, 2), decoder, tiny["verbal"])
    with pytest.raises(ValueError, match=rf"give \(B, {width}\)"):
        prior.loss(pairs())
