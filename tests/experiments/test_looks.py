"""What drawings look like: a memory of examples, and how like them a new drawing is."""

import numpy as np
import pytest

from envs.stimuli.constructions import vocabulary
from envs.stimuli.pictures import on
from experiments.reinterpretation import looks
from experiments.reinterpretation.looks import Looks, remember, seen
from experiments.upbringing.picturing import figure_tile, letter_tile
from experiments.upbringing.scenes import pictures_to_tensor


@pytest.fixture
def remembered(shipped, tiny, tmp_path, monkeypatch):
    """Three figures and a letter in two hands."""
    examples = [("D", letter_tile("D")), ("D", letter_tile("D", "serif")), ("circle", figure_tile("circle")),
                ("square", figure_tile("square")), ("nothing of that name", figure_tile("cross"))]
    monkeypatch.setattr(looks, "FILE", tmp_path / "looks.safetensors")
    remember(tiny["verbal"], iter(examples))
    return tiny["verbal"]


def regarded(verbal, tile):
    return verbal.picture_vector(pictures_to_tensor(on(tile)[None]))[0].detach().numpy()


def test_what_was_seen_is_known_again(remembered):
    names, known = vocabulary(), Looks()
    assert len(known.vectors) == 4
    for index, (name, tile) in enumerate((("D", letter_tile("D")), ("D", letter_tile("D", "serif")),
                                          ("circle", figure_tile("circle")), ("square", figure_tile("square")))):
        assert (known.vectors.numpy() @ regarded(remembered, tile)).argmax() == index
        assert names[known.of[index]] == name


def test_likeness_is_nosofskys_sum_over_examples(remembered):
    vector, known, names = regarded(remembered, figure_tile("cross")), Looks(), vocabulary()
    like = np.exp(looks.SHARP * known.vectors.numpy() @ vector)
    found = known.likeness(vector)
    assert found[names.index("D")] == pytest.approx(np.log(like[:2].sum()), abs=1e-4)
    assert found[names.index("circle")] == pytest.approx(np.log(like[2]), abs=1e-4)
    assert found[names.index("umbrella")] < found[[names.index("circle"), names.index("square")]].min()


def test_a_memory_of_another_eye_is_refused(remembered, tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(looks, "_eye", lambda: "another")
    with pytest.raises(ValueError, match="another verbal channel: python -m experiments.reinterpretation.looks"):
        Looks()


def test_what_is_shipped_was_seen_by_what_is_shipped():
    known = Looks()
    assert known.vectors.norm(dim=1).sub(1).abs().max() < 0.05
    assert {vocabulary()[index] for index in known.of.tolist()} == set(vocabulary())
    assert {name for name, _ in zip((name for name, _ in seen()), range(30))} <= set(vocabulary())
