"""Quantisers against vector-quantize-pytorch, and what keeps codebooks alive."""

import pytest
import torch
import vector_quantize_pytorch as oracle
from hypothesis import given, settings
from hypothesis import strategies as st

from imagery.models import quantisers
from imagery.models.quantisers import FSQ, LFQ, QUANTISERS, RVQ, VQ, in_use

SMALL = {"vq": (32,), "rvq": (16, 16, 16), "fsq": (5, 4, 3), "lfq": (2,) * 5}


def vectors(quantiser, count=60, seed=0):
    return torch.randn(2, count // 2, quantiser.width, generator=torch.Generator().manual_seed(seed))


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


# ---- oracles --------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("levels", [(8, 5, 5, 5), (3, 4, 6), (7, 5, 5, 5, 5)])
def test_fsq(levels):
    ours, theirs = FSQ(levels), oracle.FSQ(list(levels))
    z = (2 * vectors(ours)).requires_grad_()
    quantised, (wanted, index) = ours(z), theirs(z)
    torch.testing.assert_close(quantised.vectors, wanted)
    assert quantised.tokens[..., 0].equal(index.long())
    [slope], [right] = (torch.autograd.grad((each * wanted.detach()).sum(), z) for each in (quantised.vectors, wanted))
    torch.testing.assert_close(slope, right)
    every = torch.arange(ours.values)
    torch.testing.assert_close(ours.vectors(every[:, None]), theirs.indices_to_codes(every[None])[0])


def test_lfq():
    ours = LFQ(SMALL["lfq"])
    theirs = oracle.LFQ(dim=5, entropy_loss_weight=0.1, commitment_loss_weight=0.25)
    z = vectors(ours).requires_grad_()
    quantised, (wanted, index, loss) = ours(z), theirs(z, inv_temperature=1 / ours.temperature)
    torch.testing.assert_close(quantised.vectors, wanted)
    assert quantised.tokens[..., 0].equal(index.long())
    torch.testing.assert_close(quantised.loss, loss, rtol=1e-3, atol=1e-3)         # their logarithm is bounded


def test_rvq():
    ours = RVQ(SMALL["rvq"], width=4).train()
    ours(vectors(ours), seeded())
    ours.eval()
    theirs = oracle.ResidualVQ(dim=4, num_quantizers=3, codebook_size=16, rotation_trick=False).eval()
    for layer, stage in zip(theirs.layers, ours.stages):
        layer._codebook.embed.copy_(stage.codebook[None])
    z = vectors(ours, seed=1)
    wanted, index, _ = theirs(z)
    quantised = ours(z)
    torch.testing.assert_close(quantised.vectors, wanted)
    assert quantised.tokens.equal(index) and ours.tokens(z).equal(index)
    torch.testing.assert_close(ours.vectors(index), wanted)


def test_vq_and_its_moving_means():
    """With codes that none lets die."""
    ours = VQ((8,), width=4).train()
    ours(vectors(ours), seeded())
    z, tokens, before = vectors(ours, seed=1).requires_grad_(), 60, ours.codebook.clone()
    theirs = oracle.VectorQuantize(dim=4, codebook_size=8, decay=quantisers.DECAY, threshold_ema_dead_code=0,
                                   commitment_weight=0.25, rotation_trick=False)
    book = theirs._codebook
    for name, buffer in {"embed": ours.codebook, "embed_avg": tokens * ours.sums,
                         "cluster_size": tokens * ours.shares}.items():
        getattr(book, name).copy_(buffer[None])
    wanted, index, loss = theirs(z)
    quantised = ours(z, seeded())
    torch.testing.assert_close(quantised.vectors, wanted)
    assert quantised.tokens[..., 0].equal(index)
    torch.testing.assert_close(quantised.loss, loss)
    torch.testing.assert_close(ours.codebook, book.embed[0], rtol=1e-3, atol=1e-3)     # theirs smooths counts
    assert not torch.allclose(ours.codebook, before, atol=1e-3)


# ---- all alike ------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", QUANTISERS)
def test_tokens_and_vectors_belong_together(name):
    quantiser = QUANTISERS[name](SMALL[name]).train()
    z = vectors(quantiser).requires_grad_()
    before = quantiser(z, seeded())
    quantiser.eval()
    quantised = quantiser(z)
    assert quantised.tokens.shape == (2, 30, quantiser.depth) and 0 <= quantised.tokens.min()
    assert quantised.tokens.max() < quantiser.values
    torch.testing.assert_close(quantiser.vectors(quantised.tokens), quantised.vectors)
    assert quantiser.tokens(z).equal(quantised.tokens) and quantiser(z).tokens.equal(quantised.tokens)
    again = quantiser.tokens(quantiser.vectors(quantised.tokens)) if name in ("vq", "lfq") else quantised.tokens
    assert again.equal(quantised.tokens)
    (before.vectors.sum() + before.loss).backward()
    assert z.grad.abs().min() > 0


@settings(deadline=None)                          # the first is slow
@given(st.lists(st.integers(3, 7), min_size=1, max_size=3))
def test_every_fsq_code_is_a_level_of_each_number(levels):
    codes = FSQ(levels).vectors(torch.arange(FSQ(levels).values)[:, None])
    assert len({tuple(code) for code in codes.tolist()}) == len(codes) and codes.abs().max() <= 1
    assert [len(column.unique()) for column in codes.T] == levels


def test_each_stage_of_an_rvq_leaves_less_over():
    quantiser = RVQ((16, 16, 16), width=4).train()
    z = vectors(quantiser, 400)
    for seed in range(20):
        quantiser(z, seeded(seed))
    left, rest = [z.square().mean()], z
    for stage in quantiser.stages:
        rest = rest - stage.vectors(stage.tokens(rest))
        left.append(rest.square().mean())
    assert all(after < 0.7 * before for before, after in zip(left, left[1:]))


# ---- dead codes -----------------------------------------------------------------------------------------------------

def test_dead_codes_are_revived():
    quantiser = VQ((16,), width=4).train()
    for seed in range(5):
        quantiser(vectors(quantiser, 400, seed), seeded(seed))
    quantiser.codebook[4:] = 100.0                                       # where nothing is ever near
    quantiser.shares[4:] = 0.0
    assert in_use(torch.bincount(quantiser.tokens(vectors(quantiser, 400)).flatten(), minlength=16) / 400) <= 4
    logs = quantiser(vectors(quantiser, 400, seed=9), seeded()).logs
    assert logs["codes"] > 8 and logs["unused"] == 0 and quantiser.codebook.abs().max() < 10


def test_the_same_seed_revives_alike():
    books = []
    for seed in (1, 1, 2):
        quantiser = VQ((16,), width=4).train()
        quantiser(vectors(quantiser), seeded(seed))
        books.append(quantiser.codebook)
    assert books[0].equal(books[1]) and not books[0].equal(books[2])


@pytest.mark.parametrize("name", QUANTISERS)
def test_a_dead_codebook_ends_the_training(name, monkeypatch):
    monkeypatch.setattr(quantisers, "PATIENCE", 20)
    quantiser = QUANTISERS[name](SMALL[name]).train()
    alive = QUANTISERS[name](SMALL[name]).train()
    with pytest.raises(FloatingPointError, match="codebook is dead: after 20 batches 1.0 of"):
        for step in range(20):
            alive(vectors(alive, seed=step), seeded())
            quantiser(torch.full((50, quantiser.width), 0.3), seeded())
    assert step == 19


@pytest.mark.parametrize("name", QUANTISERS)
def test_what_is_no_number_is_noticed_before_it_is_learned(name):
    quantiser = QUANTISERS[name](SMALL[name]).train()
    quantiser(vectors(quantiser), seeded())
    with pytest.raises(FloatingPointError, match="not finite after 1 batches"):
        quantiser(vectors(quantiser).log(), seeded())
    assert all(value.isfinite().all() for value in quantiser.state_dict().values())


def test_learning_stops_when_not_in_training():
    quantiser = VQ((16,), width=4).train()
    quantiser(vectors(quantiser), seeded())
    before = {key: value.clone() for key, value in quantiser.state_dict().items()}
    quantiser.eval()(vectors(quantiser, seed=2))
    assert all(value.equal(before[key]) for key, value in quantiser.state_dict().items())


@pytest.mark.parametrize("make, message", [
    (lambda: VQ((4, 4)), "one number of codes"), (lambda: RVQ((4, 8)), "of one size"),
    (lambda: FSQ((8, 2)), "for two, take LFQ"), (lambda: LFQ((2, 3)), "twos")])
def test_bad_input_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
