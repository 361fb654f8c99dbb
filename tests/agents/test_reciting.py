"""Selective interference: it comes of two channels that each do one thing a tick, and goes when they are merged."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from agents.reciting import Reciting, side_by_side
from envs.brooks import Brooks
from envs.stimuli import recitation
from envs.stimuli.letters import glyph
from experiments.session import run_cohort
from imagery import operations as op
from imagery.image import MentalImage
from imagery.mind import Mind, Person

NOUNS = {word for each in recitation.sentences() for word, noun in zip(each.name.split(), each.answers) if noun}


class Drawn:
    """A mind's eye that imagines letters as they are printed."""

    def __init__(self):
        self.verbal = SimpleNamespace(names=(), scale=torch.zeros(2), name_vectors=lambda names: torch.zeros(0, 4))


@pytest.fixture(scope="module")
def times():
    """Mean ticks a part, and shares answered rightly, by channels, material and report."""
    found = {}
    for merged in (False, True):
        mind = Mind([Person()], Drawn())
        mind._does[op.Generate] = lambda whose, asked: [MentalImage(torch.as_tensor(
            1 - 2 * glyph(each.words[-1].upper(), "sans bold", 64, 0.7)).expand(3, -1, -1)) for each in asked]
        env = Brooks(repetitions=6)
        observation, _ = env.reset(seed=3)
        [trials] = run_cohort([Reciting(NOUNS, merged=merged)], [env], [observation], mind)
        for trial in trials:
            found.setdefault((merged, trial["condition"], trial["report"]), []).append(
                (trial["ticks"] / trial["parts"], trial["correct"]))
    return {key: np.mean(values, 0) for key, values in found.items()}


def test_all_is_rightly_answered(times):
    assert all(right == 1 for _, right in times.values())


def test_each_task_is_slowed_by_the_report_that_needs_its_channel(times):
    ticks = {key: value[0] for key, value in times.items()}
    assert ticks[False, "letter", "point"] > ticks[False, "letter", "speak"] + 1
    assert ticks[False, "sentence", "speak"] > ticks[False, "sentence", "point"] + 1


def test_with_merged_channels_it_does_not_matter_how_one_reports(times):
    for material in ("letter", "sentence"):
        speak, point = times[True, material, "speak"][0], times[True, material, "point"][0]
        assert speak == pytest.approx(point, rel=0.2)
        assert min(speak, point) > times[False, material, "speak" if material == "letter" else "point"][0] + 1


def test_a_channel_does_one_operation_a_tick():
    mind = Mind([Person()], Drawn())
    page = np.zeros((64, 64, 3), np.uint8)
    both = op.Together((op.Inspect(page), op.Speak(1)))
    assert mind.perform([both])[0][1] is None
    with pytest.raises(ValueError, match="one operation a tick"):
        mind.perform([op.Together((op.Inspect(page), op.Point(3)))])


def test_trains_of_thought_share_ticks_only_across_channels():
    def thought(kind, count, log):
        for _ in range(count):
            log.append((yield kind(1)))

    def ticks(first, second, merged=False):
        run, count = side_by_side([thought(first, 3, []), thought(second, 3, [])], merged), 0
        try:
            asked = next(run)
            while True:
                count += 1
                asked = run.send(tuple(None for _ in asked.operations))
        except StopIteration:
            return count

    assert ticks(op.Speak, op.Point) == 3 and ticks(op.Speak, op.Speak) == 6
    assert ticks(op.Speak, op.Point, merged=True) == 6
