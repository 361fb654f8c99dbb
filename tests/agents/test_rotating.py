"""Who turns things: as long as it takes, which way seems best, back if it leads astray, and ahead if all is known."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from agents.comparer import MIRROR, READY, SAME
from agents.controls import Chance
from agents.glancing import Difference, Siamese
from agents.rotating import Piecemeal, Rotating
from imagery import operations as op
from imagery.solids import Likeness

PAIR = "Is it the same figure or its mirror image?"
MEMORY = "Is it as you learned it or mirrored?"


@dataclass(frozen=True)
class Thing:
    """Something that stands at an angle, in the plane."""

    stands: float
    vividness: float = 1.0


def picture(angle, mirrored=False, kind=0):
    """A picture of which these things can be known."""
    found = np.full((64, 64, 3), 255, np.uint8)
    found[10, 10] = int(angle % 360) // 2, mirrored, kind
    found[20:40, 20:30] = 0
    return found


def known(seen):
    angle, mirrored, kind = seen[10, 10].tolist()
    return 2.0 * angle, bool(mirrored), kind


class Knowing:
    """A mind that sees truly what is left, and, of mirror figures, that there is nothing to gain from `best` on."""

    def __init__(self, best=30.0, fading=1.0, misled=0):
        self.best, self.fading, self.misled, self.log = best, fading, misled, []

    def __call__(self, operation):
        self.log.append(operation)
        match operation:
            case op.Lift(seen):
                if (seen[10, 10] < 255).all():                     # the part of which it can be known
                    self.lifted = known(seen)
                return Thing(self.lifted[0])
            case op.Turn(thing, turn):
                return replace(thing, stands=thing.stands + turn[2], vividness=thing.vividness * self.fading)
            case op.Refresh(thing):
                return replace(thing, vividness=1.0)
            case op.Match(things, pictures):
                return tuple(self.likeness(things[0], seen) for seen in pictures)
            case op.Aim(seen):
                return known(seen)[0]
            case op.Follow(_, place):
                corner = 0 if place is None else round(4 * place[0]) + 1
                return (corner % 6 / 4, 0.0)

    def likeness(self, thing, seen):
        angle, mirrored, kind = known(seen)
        same = mirrored == self.lifted[1]
        left = ((angle if same else angle + self.best) - thing.stands + 180) % 360 - 180
        self.misled -= 1
        if self.misled >= 0:
            left = -left
        known_again = kind == self.lifted[2]
        return Likeness(9.0 if same and known_again and abs(left) < 3 else -9.0, np.array((0.0, 0.0, left)),
                        float(known_again))


def think(agent, mind, words, seen):
    """The response, and the ticks that it took."""
    thought, result, ticks = agent.think({"words": words, "picture": seen}), None, 0
    while True:
        try:
            result, ticks = mind(thought.send(result)), ticks + 1
        except StopIteration as end:
            return end.value, ticks


def beside(first, second):
    return np.concatenate([first, second], 1)


@pytest.mark.parametrize("turning", [6.0, 4.0])
def test_time_rises_with_the_angle_either_way(turning):
    for angle in (0, 20, 90, 140, -40, -150):
        mind, least = Knowing(), abs(angle) / turning
        response, ticks = think(Rotating(turning), mind, PAIR, beside(picture(0), picture(angle)))
        turns, looks = (sum(isinstance(each, kind) for each in mind.log) for kind in (op.Turn, op.Match))
        assert response == SAME and ticks == 1 + turns + looks
        assert least - 1 < turns < least + looks and looks <= 3 + np.log2(max(least, 1))    # again at half of it


def test_turns_back_when_led_astray():
    straight = think(Rotating(6.0), Knowing(), PAIR, beside(picture(0), picture(60)))
    astray = think(Rotating(6.0), Knowing(misled=3), PAIR, beside(picture(0), picture(60)))
    assert straight[0] == astray[0] == SAME and astray[1] > straight[1] + 12


@pytest.mark.parametrize("best", [10.0, 70.0])
def test_mirror_figures_are_given_up_where_nothing_is_gained(best):
    mind = Knowing(best)
    response, ticks = think(Rotating(6.0), mind, PAIR, beside(picture(0), picture(0, mirrored=True)))
    assert response == MIRROR and best / 6 < ticks < best / 6 + 16


def test_faint_images_are_refreshed():
    mind = Knowing(fading=0.97)
    think(Rotating(6.0), mind, PAIR, beside(picture(0), picture(120)))
    assert sum(isinstance(each, op.Refresh) for each in mind.log) == 3
    assert min(each.things[0].vividness for each in mind.log if isinstance(each, op.Match)) >= 0.85


def test_what_was_learned_is_recognised_however_it_stands():
    agent = Rotating(6.0)
    for kind in range(3):
        assert think(agent, Knowing(), "Learn this figure.", picture(0, kind=kind)) == (READY, 0)
    for mirrored, answer in ((False, SAME), (True, MIRROR)):
        assert think(agent, Knowing(0.0), MEMORY, picture(100, mirrored, kind=1))[0] == answer


def test_only_what_is_wholly_known_can_be_turned_ahead():
    ticks = {}
    for told in ((), ("which",), ("whither",), ("which", "whither")):
        for angle in (0, 120):
            agent, mind = Rotating(6.0), Knowing(0.0)
            think(agent, mind, "Learn this figure.", picture(0))
            if "which" in told:
                assert think(agent, mind, "This figure comes next.", picture(0)) == (READY, 0)
            if "whither" in told:
                response, ahead = think(agent, mind, "Its top will point this way.", picture(angle))
                assert response == READY and ahead == (1 if "which" not in told else 2 + angle / 6)
            response, ticks[told, angle] = think(agent, mind, MEMORY, picture(angle))
            assert response == SAME
    assert ticks[("which", "whither"), 0] == ticks[("which", "whither"), 120] == 1
    assert all(ticks[told, 120] > ticks[told, 0] + 120 / 6 for told in ((), ("which",), ("whither",)))


def test_what_was_turned_before_one_is_interrupted_is_not_lost():
    agent, mind = Rotating(6.0), Knowing(0.0)
    think(agent, mind, "This figure comes next.", picture(0))
    thought, result = agent.think({"words": "Its top will point this way.", "picture": picture(120)}), None
    for _ in range(12):                                            # one to read the arrow, one to imagine, then turns
        result = mind(thought.send(result))
    thought.close()
    assert agent.ready[0].stands == pytest.approx(54.0)
    response, ticks = think(agent, mind, MEMORY, picture(120))
    assert response == SAME and ticks < 66 / 6 + 8


def test_part_by_part_takes_as_often_as_there_are_parts():
    whole, parts = Knowing(), Knowing()
    for agent, mind in ((Rotating(6.0), whole), (Piecemeal(6.0), parts)):
        assert think(agent, mind, PAIR, beside(picture(0), picture(60)))[0] == SAME
    turns = [sum(isinstance(each, op.Turn) for each in mind.log) for mind in (whole, parts)]
    assert turns[1] == 2 * turns[0]                                                    # six corners are two parts
    lifted = [each.picture for each in parts.log if isinstance(each, op.Lift)]
    ink = [(each < 255).any(-1) for each in lifted]
    assert len(lifted) == 2 and not (ink[0] & ink[1]).any()
    assert np.array_equal(ink[0] | ink[1], (picture(60) < 255).any(-1))


def test_differences_are_gone_through_one_by_one():
    def mind(operation):
        if isinstance(operation, op.Reflect):
            return (apart, mirrored) if operation.second[10, 10, 1] == 0 else (mirrored, apart)

    apart, mirrored = np.zeros((8, 8)), np.zeros((8, 8))
    apart[:2], mirrored[:5] = 0.3, 0.3
    same = think(Difference(), mind, PAIR, beside(picture(0), picture(0)))
    mirror = think(Difference(), mind, PAIR, beside(picture(0), picture(0, mirrored=True)))
    assert same == (SAME, 17) and mirror == (MIRROR, 41)


def test_a_glance_is_enough_for_who_needs_no_image():
    agent, odds = Siamese(), {1: -1.0, 2: -5.0, 3: 4.0}
    for kind in odds:
        think(agent, None, "Learn this figure.", picture(0, kind=kind))
    assert think(agent, lambda each: odds[each.first[10, 10, 2]], MEMORY, picture(50)) == (MIRROR, 3)


def test_chance_is_even():
    agent = Chance(4)
    answers = [think(agent, lambda operation: None, PAIR, beside(picture(0), picture(0)))[0] for _ in range(200)]
    assert 70 < answers.count(SAME) < 130 and set(answers) == {SAME, MIRROR}
