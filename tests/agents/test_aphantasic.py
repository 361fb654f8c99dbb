"""Without an image figures are told apart as well, and in more time, the more parts they have."""

import numpy as np
import pytest
from judging import run, turned

from agents.aphantasic import Aphantasic
from agents.comparer import MIRROR, READY, SAME
from envs.rotation import LEARN, QUESTIONS, WHICH
from envs.stimuli import blocks, polygons
from envs.stimuli.figures import Letter
from envs.stimuli.turns import VERTICAL, random_turn, rotation
from experiments.upbringing.jointed import joints
from imagery import operations as op

PAIR, MEMORY = QUESTIONS["pair"], QUESTIONS["memory"]


@pytest.mark.parametrize("figure", [polygons.figure("test", 6), Letter("R")], ids=lambda figure: figure.family)
def test_pairs_of_flat_figures(figure):
    times = {True: [], False: []}
    for angle in (0, 60, 130):
        for same, second in ((True, figure), (False, figure.mirror())):
            answer, log = run(Aphantasic(6.), PAIR, turned(figure), turned(second, angle))
            assert answer == (SAME if same else MIRROR) and op.Match not in log
            times[same].append(log.count(op.Turn))
    assert times[True][0] < min(times[True][1:]) and times[True][2] >= 2 * 130 / 6     # of two pieces or more


def test_more_parts_take_more_turns():
    few, many = (run(Aphantasic(6.), PAIR, turned(figure), turned(figure, 90))[1].count(op.Turn)
                 for figure in (polygons.figure("test", 5), polygons.figure("test", 12)))
    assert many > 1.2 * few


def test_solids_by_their_joints():
    rng = np.random.default_rng(0)
    for figure in blocks.figures("test", 9):
        first, turn = random_turn(rng), rotation(VERTICAL, 80)
        for other, right in ((figure, SAME), (figure.mirror(), MIRROR)):
            seen = joints(figure, first), joints(other, turn @ first)[::rng.choice((1, -1))]
            answer, log = run(Aphantasic(5.), PAIR, figure.draw(first), other.draw(turn @ first), places=seen[::-1])
            assert answer == right and log.count(op.Turn) >= 2 * 80 / 5 * (right == SAME)


def test_which_of_the_learned_it_is():
    agent = Aphantasic(6.)
    for character in "RJG":
        assert run(agent, LEARN, turned(Letter(character)))[0] == READY
    for character in "RJG":
        for second, right in ((Letter(character), SAME), (Letter(character).mirror(), MIRROR)):
            answer, log = run(agent, MEMORY, turned(second, 110))
            assert answer == right and len(log) < 400
    assert run(agent, WHICH, turned(Letter("J")))[0] == READY
    assert run(agent, MEMORY, turned(Letter("J"), 50))[0] == SAME and agent.expected is None


@pytest.mark.parametrize("level", [0, 1, .3])
def test_where_there_is_no_figure_there_is_an_answer(level):
    ink = np.full((64, 64), level, np.float32)
    spot = [joints(blocks.figures("test", 9)[0], np.eye(3))] * 2
    assert run(Aphantasic(6.), PAIR, ink, ink, places=spot)[0] in (SAME, MIRROR)
    assert run(Aphantasic(6.), PAIR, ink, turned(Letter("R")), places=spot)[0] in (SAME, MIRROR)
