"""Recalling what things look like: components of pictures, names told apart, memories mixed by words and chance."""

import pytest
import torch

from imagery import weights
from imagery.models.imaginer import Imaginer
from imagery.models.recollection import SIDE, Recollection, coarse, features

D, THINGS, EACH = 24, 20, 3                       # of a context, whose codes and features are twice as long


@pytest.fixture(scope="module")
def seen():
    """Three pictures each of twenty things that differ in few ways, and their names, that are much alike."""
    generator = torch.Generator().manual_seed(0)
    ways = torch.randn(10, 3, 2, 2, generator=generator).repeat_interleave(32, 2).repeat_interleave(32, 3)
    pictures = torch.einsum("nk,kchw->nchw", torch.randn(THINGS * EACH, 10, generator=generator), ways)
    names = torch.randn(1, 2 * D, generator=generator) + 0.1 * torch.randn(THINGS, 2 * D, generator=generator)
    return pictures.mul(.08), names


@pytest.fixture(scope="module")
def shown():
    return torch.arange(THINGS).repeat_interleave(EACH)


@pytest.fixture(scope="module")
def recollection(seen, shown):
    model = Recollection(D, THINGS, THINGS * EACH)
    model.remember(seen[1], torch.arange(THINGS), coarse(seen[0]), shown)
    return model


def chance(count, seed=0):
    return torch.randn(count, THINGS * EACH, generator=torch.Generator().manual_seed(seed))


def test_components_keep_what_pictures_differ_in(recollection, seen):
    flat = coarse(seen[0])
    code = recollection.code(flat)
    assert code.shape == (60, 2 * D)
    torch.testing.assert_close(code[:, :10].std(0), torch.ones(10))
    torch.testing.assert_close(recollection.picture(code), flat.unflatten(1, (3, SIDE, SIDE)), rtol=0, atol=0.01)


def test_pictures_of_any_size_are_coarse_alike():
    plain = torch.linspace(-1, 1, 3)[None, :, None, None]
    assert coarse(plain.expand(1, 3, 64, 64)).equal(coarse(plain.expand(1, 3, 128, 128)))


def test_features_are_the_whole_and_the_mean_of_the_words_that_are_there():
    context = torch.tensor([[[1., 2.], [3., 4.], [5., 6.], [70., 80.]]])
    assert features(context, torch.tensor([[True, True, True, False]])).tolist() == [[1, 2, 4, 5]]
    assert features(context, torch.tensor([[True, False, False, False]])).tolist() == [[1, 2, 0, 0]]


def test_names_nearly_alike_call_their_own_things_to_mind(recollection, seen, shown):
    """What is recalled lies within what was seen of the thing."""
    recalled = recollection.picture(recollection.recall(seen[1], chance(THINGS))).flatten(1)
    own = coarse(seen[0]).unflatten(0, (THINGS, EACH))
    assert ((recalled >= own.amin(1) - 0.02) & (recalled <= own.amax(1) + 0.02)).float().mean() > 0.99
    assert torch.linalg.vector_norm(recalled - coarse(seen[0]).mean(0), dim=1).min() > 1


def test_a_thing_of_several_names_is_recalled_by_each(seen, shown):
    names = torch.cat([seen[1], seen[1].roll(7, 1)])
    model = Recollection(D, 2 * THINGS, THINGS * EACH)
    model.remember(names, torch.arange(THINGS).repeat(2), coarse(seen[0]), shown)
    recalled = [model.recall(part, chance(THINGS)) for part in names.split(THINGS)]
    torch.testing.assert_close(*recalled, rtol=0, atol=1e-3)


def test_chance_decides_how_strongly_each_picture_comes_to_mind(recollection, seen):
    words = seen[1][:1].expand(200, -1)
    recalled = recollection.recall(words, chance(200))
    assert recalled.equal(recollection.recall(words, chance(200)))
    assert recalled[:, :10].std(0).mean() > 0.3
    nearest = torch.cdist(recalled, recollection.traces[:EACH]).argmin(1)
    assert torch.bincount(nearest, minlength=EACH).min() > 30                       # none is favoured


def test_a_picture_in_view_brings_back_itself(recollection, seen, shown):
    codes = recollection.code(coarse(seen[0]))
    recalled = recollection.recall(seen[1][shown], chance(THINGS * EACH), view=seen[0])
    assert (torch.cdist(recalled, codes).argmin(1) == torch.arange(THINGS * EACH)).float().mean() > 0.9
    other = recollection.recall(seen[1][shown], chance(THINGS * EACH), view=seen[0].flip(0))     # of another thing
    assert (torch.cdist(other, codes).argmin(1) != torch.arange(THINGS * EACH).flip(0)).all()


def test_memories_are_kept_with_the_weights(recollection, tmp_path):
    torch.manual_seed(0)
    model = Imaginer(channels=(16, 32), heads=2, context_width=D, told="words", names=THINGS, traces=THINGS * EACH)
    model.recollection = recollection
    weights.save(model, tmp_path / "made", {})
    kept = weights.load(Imaginer, tmp_path / "made").recollection
    assert kept.shown.equal(recollection.shown)
    words = torch.randn(5, 2 * D)
    torch.testing.assert_close(kept.recall(words, chance(5)), recollection.recall(words, chance(5)), rtol=0, atol=0.1)


@pytest.mark.parametrize("names, shown, said", [(19, 60, "room for 20 names and 60 pictures, not for 19 and 60"),
                                                (20, 57, "room for 20 names and 60 pictures, not for 20 and 57")])
def test_more_or_less_than_there_is_room_for_is_refused(seen, names, shown, said):
    with pytest.raises(ValueError, match=said):
        Recollection(D, THINGS, THINGS * EACH).remember(
            seen[1][:names], torch.arange(names), coarse(seen[0][:shown]), torch.arange(shown) // EACH)


def test_things_without_a_picture_are_refused(seen):
    with pytest.raises(ValueError, match="needs a name and a picture"):
        Recollection(D, THINGS, THINGS * EACH).remember(
            seen[1], torch.arange(THINGS), coarse(seen[0]), torch.zeros(60, dtype=torch.long))
