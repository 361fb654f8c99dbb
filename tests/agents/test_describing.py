"""Who describes figures tells them apart by their descriptions, in a time that the angle makes no difference to."""

import numpy as np
import pytest
from judging import run, turned

from agents.comparer import MIRROR, READY, SAME
from agents.describing import Describing
from envs.rotation import LEARN, QUESTIONS, WHICH, WHITHER
from envs.stimuli import blocks, polygons
from envs.stimuli.figures import Letter
from envs.stimuli.turns import UPRIGHT, random_turn
from experiments.upbringing.jointed import joints
from imagery import operations as op

PAIR, MEMORY = QUESTIONS["pair"], QUESTIONS["memory"]
NOTHING = np.zeros((64, 64), np.float32)


@pytest.mark.parametrize("figure", [polygons.figure("test", 6), Letter("R")], ids=lambda figure: figure.family)
def test_pairs_of_flat_figures(figure):
    times = {True: set(), False: set()}
    for angle in (0, 60, 130, 180):
        for same, second in ((True, figure), (False, figure.mirror())):
            answer, log = run(Describing(), PAIR, turned(figure), turned(second, angle))
            assert answer == (SAME if same else MIRROR) and set(log) == {op.Compare}
            times[same].add(len(log))
    for same in times:
        assert max(times[same]) - min(times[same]) <= 12                 # a few corners of a curve more or less
    assert min(times[False]) > min(times[True])


def test_more_corners_take_longer():
    few, many = (len(run(Describing(), PAIR, turned(figure), turned(figure, 40))[1])
                 for figure in (polygons.figure("test", 5), polygons.figure("test", 12)))
    assert many > 1.8 * few


def test_pairs_of_solids_by_their_joints():
    rng = np.random.default_rng(0)
    for figure in blocks.figures("test", 9):
        first, second = random_turn(rng), random_turn(rng)
        for other, right in ((figure, SAME), (figure.mirror(), MIRROR)):
            seen = joints(figure, first), joints(other, second)[::rng.choice((1, -1))]
            answer, log = run(Describing(), PAIR, figure.draw(first), other.draw(second), places=seen)
            assert answer == right
            assert log.count(op.Joint) == 2 and len(log) == 2 + 2 * 4 + (5 + 1 if right == SAME else 5 + 5)


def test_figures_from_memory_and_what_is_told_ahead():
    letters = [Letter(character) for character in "RJG"]
    agent = Describing()
    for letter in letters:
        answer, log = run(agent, LEARN, turned(letter))
        assert answer == READY and len(log) > 5
    for letter in letters:
        for degrees, second, right in ((50, letter, SAME), (120, letter.mirror(), MIRROR)):
            answer, alone = run(agent, MEMORY, turned(second, degrees))
            assert answer == right
            assert run(agent, WHICH, turned(letter))[0] == READY
            assert run(agent, WHITHER, turned(letter))[0] == READY
            answer, told = run(agent, MEMORY, turned(second, degrees))
            assert answer == right and len(told) < len(alone) and agent.expected is None


def test_an_arrow_says_nothing_that_matters():
    agent, figure = Describing(), polygons.figure("test", 7)
    assert run(agent, WHITHER, NOTHING, turned(figure))[0] == READY
    plain = run(Describing(), PAIR, turned(figure), turned(figure, 70))
    assert run(agent, PAIR, turned(figure), turned(figure, 70)) == plain


@pytest.mark.parametrize("ink", [NOTHING, NOTHING + 1, NOTHING + .3], ids=["blank", "black", "grey"])
def test_where_there_is_no_figure_there_is_an_answer(ink):
    places = [joints(blocks.figures("test", 9)[0], UPRIGHT)] * 2
    assert run(Describing(), PAIR, ink, ink, places=places)[0] in (SAME, MIRROR)
    assert run(Describing(), PAIR, ink, turned(Letter("R")), places=places)[0] == MIRROR
    assert run(Describing(), MEMORY, turned(Letter("R")))[0] == MIRROR
