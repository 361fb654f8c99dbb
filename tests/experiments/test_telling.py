"""Islands told by a vector: batches that generators accept, and words that become pictures."""

import pytest
import torch

from experiments.telling import EmbeddedIslands, SeenIslands, ToldIslands
from experiments.upbringing import draw_scenes
from imagery.models.dcgan import DCGAN
from imagery.models.matching import FlowMatching
from imagery.models.unclip import Prior
from imagery.worded import Worded, meanings


@pytest.fixture(scope="module")
def scenes():
    return draw_scenes(8, seed=6, most=3, jobs=1)


def test_batches_fit_what_learns_from_them(scenes, tiny):
    verbal, width = tiny["verbal"], tiny["verbal"].config.width
    told = ToldIslands(scenes, verbal, 40)(0)
    assert told.pictures.shape == (40, 3, 64, 64) and told.condition.shape == (40, width)
    withheld = (told.condition == 0).all(1)
    assert 0 < withheld.sum() < 15
    torch.testing.assert_close(told.condition[~withheld].square().mean(1), torch.ones(int((~withheld).sum())))
    again = ToldIslands(scenes, verbal, 40)(0)
    assert again.pictures.equal(told.pictures) and again.condition.equal(told.condition)
    torch.manual_seed(0)
    assert DCGAN(width=4, condition=width).loss(told)[0].isfinite()
    embedded = EmbeddedIslands(scenes, verbal, 4)(0)
    torch.testing.assert_close(embedded.seen.norm(dim=1), torch.ones(4))
    assert Prior(width, 16, 1, 2).loss(embedded)[0].isfinite()
    assert SeenIslands(scenes, verbal, 4)(0).condition.equal(width ** 0.5 * embedded.seen)


def test_words_become_pictures(tiny):
    verbal, width = tiny["verbal"], tiny["verbal"].config.width
    torch.manual_seed(0)
    for model, given in ((DCGAN(width=4, condition=width), {"steps": None}),
                         (FlowMatching(condition=width, sizes={"channels": (16,), "heads": 2}), {"steps": 2})):
        channel = Worded(model.eval(), verbal)
        drawn = channel.imagine(["there is a hut.", "there is a well."], seed=3, **given)
        assert drawn.shape == (2, 3, 64, 64) and drawn.abs().max() <= 1
        assert torch.allclose(channel.imagine("there is a hut.", seed=3, **given), drawn[:1], atol=1e-4)
    assert not torch.allclose(*meanings(verbal, ["there is a hut.", "there is a well."]))
    with pytest.raises(ValueError, match="unknown word"):
        channel.imagine(["there is a hurt."])
    with pytest.raises(ValueError, match=f"condition={width}"):
        Worded(DCGAN(width=4), verbal)
