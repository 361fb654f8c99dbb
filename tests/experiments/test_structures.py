"""Structural descriptions: where which lines run, whatever the size and place, and what is known by them."""

import numpy as np
import pytest
from safetensors.numpy import load_file

from envs.stimuli import letter_strokes
from envs.stimuli.constructions import vocabulary
from experiments.reinterpretation.structures import CELLS, FILE, KINDS, LEVELS, Structures, along, description


def table(strokes):
    return description(*along(strokes)).reshape(CELLS, CELLS, KINDS)


LEVEL, UPRIGHT = np.array([(0.0, 0.0), (1.0, 0.0)]), np.array([(0.0, 0.0), (0.0, 1.0)])


def test_points_are_evenly_spaced_along_lines():
    points, ways = along([LEVEL, UPRIGHT + 2])
    assert len(points) == len(ways) and np.hypot(*np.diff(points[:len(points) // 2], axis=0).T).std() < 1e-9
    assert set(np.round(ways, 3)) == {0.0, round(np.pi / 2, 3)}


def test_lines_are_told_apart_by_kind_and_place():
    roof = table([LEVEL, UPRIGHT])
    assert roof[:, 0, 0].min() > 0 and roof[0, :, 2].min() > 0 and not roof[1:, 1:].any()
    assert np.allclose(table([LEVEL, UPRIGHT]), table([3 * LEVEL + 7, 3 * UPRIGHT + 7]))
    assert np.allclose(table([LEVEL[::-1], UPRIGHT]), roof)
    turned = table([UPRIGHT, LEVEL + (0, 1)])
    assert not np.allclose(turned, roof) and np.linalg.norm(roof) == pytest.approx(1.0)


def test_the_file_holds_the_descriptions_of_what_has_a_name():
    kept = load_file(FILE)
    descriptions, of = kept["descriptions"], kept["of"]
    assert descriptions.shape == (len(of), CELLS * CELLS * KINDS) and len(of) > 10_000
    assert len(set(of)) == of.max() + 1 == len(vocabulary())
    for letter in "AgQ7":
        fresh = np.rint(LEVELS * description(*along(letter_strokes.strokes(letter))))
        own = descriptions[of == vocabulary().index(letter)]
        assert np.abs(own - fresh).max(1).min() <= 1


def test_letters_are_known_by_their_strokes():
    known = Structures()
    for letter in "TFEKZ4":
        assert known.names[int(known.likeness(letter_strokes.strokes(letter)).argmax())] == letter
    circle = [np.stack([np.cos(turn), np.sin(turn)], -1) for turn in [np.linspace(0, 2 * np.pi, 60)]]
    order = [known.names[index] for index in np.argsort(-known.likeness(circle))[:12]]
    assert "circle" in order
