"""Turns as models are told of them, against the world's own geometry."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from envs.stimuli import turns
from envs.stimuli.blocks import ROTATIONS
from imagery.models.turning import axis_angle, check_turns, grey, rotation

AXES = arrays.arrays(float, 3, elements=st.floats(-1, 1)).filter(lambda axis: np.linalg.norm(axis) > .01)


@settings(max_examples=30, deadline=None)
@given(AXES, st.floats(-360, 360))
def test_turns_are_those_of_the_world_and_can_be_read_back(axis, degrees):
    found = rotation(torch.tensor(axis)[None], torch.tensor([degrees]))
    assert np.allclose(found[0], turns.rotation(axis, degrees), atol=1e-5)
    axes, angles = axis_angle(found)
    assert torch.allclose(rotation(axes, angles), found, atol=1e-4) and 0 <= angles <= 180.001
    assert angles.item() == pytest.approx(abs((degrees + 180) % 360 - 180), abs=.1)


def test_half_turns_and_none_have_an_axis():
    all_at_once = torch.tensor(ROTATIONS).float()
    axes, angles = axis_angle(all_at_once)
    assert torch.allclose(rotation(axes, angles), all_at_once, atol=1e-5)
    assert sorted(set(angles.round().int().tolist())) == [0, 90, 120, 180] and torch.allclose(axes.norm(dim=1),
                                                                                          torch.ones(24))


@pytest.mark.parametrize("wrong, said", [(torch.eye(3)[None], "for 2 pictures"),
                                         (torch.zeros(2, 3, 3), "no rotation"),
                                         (torch.full((2, 3, 3), torch.nan), "no rotation"),
                                         (torch.diag(torch.tensor([-1., 1., 1.])).expand(2, 3, 3), "no rotation")])
def test_what_is_no_turn_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        check_turns(wrong, 2)


def test_colours_are_seen_in_grey():
    picture = torch.rand(2, 3, 8, 8)
    assert grey(picture, 8).equal(picture.mean(1, keepdim=True))
    for wrong in (torch.rand(2, 2, 8, 8), torch.rand(2, 1, 8, 9), torch.rand(1, 8, 8)):
        with pytest.raises(ValueError, match="give \\(B, 1 or 3, 8, 8\\)"):
            grey(wrong, 8)
    with pytest.raises(ValueError, match="not finite"):
        grey(torch.full((1, 1, 8, 8), torch.nan), 8)
