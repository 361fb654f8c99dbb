"""What is seen of a mental image: sharp at the fovea, blurred around it, and where the pose puts it."""

from dataclasses import replace

import numpy as np
import pytest
from lamp import BLANK, STEADY, Lamp, lamp_at, log_odds, look, mind_of

from imagery.eye import CENTRES, CONVINCED, Eye, Percept
from imagery.image import rotation, scaling, translation
from imagery.mind import Person
from imagery.operations import Look


@pytest.mark.parametrize("pose", [np.eye(3), rotation(30.0), scaling(0.5), translation(0.2, -0.1) @ rotation(-90.0)])
def test_a_thing_is_seen_where_the_pose_puts_it(pose):
    image, place = lamp_at(11, 4)
    moved = image.posed(pose)
    assert np.allclose(look(moved, whole=True).best("lamp"), moved.in_buffer(place), atol=0.02)


def test_the_fovea_is_sharp_and_the_periphery_blurred():
    image, place = lamp_at(11, 4)
    near, far = look(replace(image, focus=place)), look(replace(image, focus=(0.1, 0.9)))
    assert near.is_("lamp") and not far.is_("lamp")
    assert near.strongest("lamp") > far.strongest("lamp") + 2
    keen = look(replace(image, focus=(0.1, 0.9)), Person(falloff=0.0))
    assert np.isclose(keen.strongest("lamp"), near.strongest("lamp"), atol=1e-4) and not keen.is_("lamp")


def test_small_images_hide_more_and_grain_coarsens():
    image, place = lamp_at(11, 4)
    strengths = [look(replace(image.posed(scaling(size)), focus=tuple(image.posed(scaling(size)).in_buffer(place))))
                 .strongest("lamp") for size in (1.0, 0.5, 0.25)]
    assert strengths == sorted(strengths, reverse=True) and strengths[0] > strengths[2] + 1
    here = replace(image, focus=place)
    assert look(here, replace(STEADY, grain=2.0)).strongest("lamp") < look(here).strongest("lamp")


def test_a_faded_image_tells_less_and_blank_ones_nothing():
    image, place = lamp_at(11, 4)
    here = replace(image, focus=place)
    assert not look(replace(here, vividness=0.1)).is_("lamp")
    assert np.allclose(log_odds(look(BLANK)), -6, atol=1e-4)


def test_what_left_the_buffer_is_not_seen():
    image, _ = lamp_at(15, 8)
    gone = look(image.posed(scaling(2.0)), whole=True)
    assert not gone.is_("lamp") and np.isneginf(log_odds(gone)).sum() == 192


def percept(focus=(0.5, 0.5), **strengths):
    """Made by hand: log-odds by name and patch."""
    evidence = np.full((len(strengths), 256), -6.0)
    for row, patches in zip(evidence, strengths.values()):
        row[list(patches)] = list(patches.values())
    return Percept(tuple(strengths), evidence, CENTRES, focus, 0.07)


def test_percept_of_hand_made_evidence():
    middle, corner = 8 * 16 + 8, 0
    seen = percept(hut={middle: CONVINCED + 1, corner: 5.0}, well={middle: CONVINCED - 0.1}, tree={middle + 4: 9.0})
    assert seen.is_("hut") and not seen.is_("well") and not seen.is_("tree")
    assert np.allclose(seen.best("hut"), CENTRES[corner], atol=0.01) and seen.strongest("hut") == 5
    assert np.allclose(seen.best("hut", [tuple(CENTRES[corner])]), CENTRES[middle], atol=0.01)
    assert seen.strongest("hut", [tuple(CENTRES[corner])]) == CONVINCED + 1
    assert percept(focus=tuple(CENTRES[middle + 4]), tree={middle + 4: 9.0}).is_("tree")
    between = percept(hut={middle: 8.0, middle + 1: 8.0}).best("hut")
    assert np.allclose(between, (CENTRES[middle] + CENTRES[middle + 1]) / 2, atol=0.01)


def test_a_thing_is_seen_where_it_is_best_however_large_the_image():
    """Between four patches that a magnified image has drawn apart, too."""
    image = BLANK.posed(scaling(2.0))
    evidence = np.full((1, 256), -6.0)
    evidence[0, [119, 120, 135, 136]] = 5.0
    seen = Percept(("hut",), evidence, image.in_buffer(CENTRES), (0.5, 0.5), 0.07)
    assert np.allclose(seen.best("hut"), (0.5, 0.5), atol=0.07) and replace(seen, focus=seen.best("hut")).is_("hut")
    assert not replace(seen, focus=(0.7, 0.5)).is_("hut")


def test_an_image_is_read_once(monkeypatch):
    eye, calls = Eye(Lamp()), []
    monkeypatch.setattr(eye.verbal, "encode_image", lambda pictures: calls.append(len(pictures)) or
                        Lamp.encode_image(eye.verbal, pictures), raising=False)
    images = [lamp_at(3, 3)[0], lamp_at(4, 4)[0]]
    for _ in range(3):
        eye.read(images)
        eye.read([replace(images[0], focus=(0.1, 0.1), vividness=0.5)])
    assert calls == [2] * 4


def test_many_images_are_read_though_old_ones_are_forgotten():
    mind = mind_of(STEADY, STEADY)
    for turn in range(60):
        image, place = lamp_at(turn % 16, turn // 16)
        other, _ = lamp_at(turn // 16, turn % 16)
        seen, _ = mind.perform([Look(replace(image, focus=place)), Look(other)])
        assert seen.is_("lamp")
    assert len(mind.eye._levels) <= 80
