"""Generators that are told by one vector, as a channel of the mind."""

import pytest
import torch

from imagery.models.dcgan import DCGAN
from imagery.models.matching import FlowMatching
from imagery.worded import Worded, meanings


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
