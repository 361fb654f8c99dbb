"""What the rotation experiment must show, and whether a run does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from experiments.rotation import effects as e
from experiments.statistics import Effect

Verdict = bool | None  # None where there is no interval to judge by
Key = tuple[str, str, str]  # name, agent, condition


@dataclass(frozen=True)
class Target:
    """Something to show by the effect of that name, of the `agent` in the `condition`, as `wanted` says."""

    what: str
    name: str
    condition: str
    wanted: str
    met: Callable[[Effect], Verdict]
    agent: str = "depictive"

    def of(self, found: Mapping[Key, Effect]) -> Effect | None:
        return found.get((self.name, self.agent, self.condition))


def at_least(value: float) -> Callable[[Effect], Verdict]:
    return lambda effect: effect.measured >= value


def at_most(value: float) -> Callable[[Effect], Verdict]:
    return lambda effect: effect.measured <= value


def above_zero(effect: Effect) -> Verdict:
    return None if effect.low is None else effect.low > 0


def below_zero(effect: Effect) -> Verdict:
    return None if effect.high is None else effect.high < 0


def not_below_zero(effect: Effect) -> Verdict:
    return None if effect.high is None else effect.high >= 0


def near(value: float, band: float = 0.0) -> Callable[[Effect], Verdict]:
    """The interval holds the value, or the measured one is within a band around it."""
    def met(effect: Effect) -> Verdict:
        if abs(effect.measured - value) <= band:
            return True
        return None if effect.low is None else effect.low <= value <= effect.high

    return met


PLANE, DEEP = e.AXES["plane"], e.AXES["vertical"]
BOTH = (("ganis-2015", DEEP), ("hamrick-2014", PLANE))  # blocks and polygons
TENTH = .1  # of a slope: what counts as none, as in scanning
LEAST = .98  # accuracy in the plane
TARGETS = (
    *(Target(f"accuracy in the plane, {condition}", e.ACCURACY, condition, f"at least {LEAST}", at_least(LEAST))
      for condition in ("hamrick-2014", "cooper-1973", "cooper-1975")),
    *(Target(f"accuracy about the vertical axis, {condition}", e.ACCURACY_OF.format(f"pairs {DEEP}"), condition,
             f"at least {e.BEST_MODEL}", at_least(e.BEST_MODEL)) for condition in ("shepard-1971", "ganis-2015")),
    Target("r with people, Hamrick & Griffiths, same", e.HUMAN_R.format("same pairs"), "hamrick-2014",
           "at least .985", at_least(.985)),
    Target("s from their means, each angle left out", e.HELD_OUT.format("same pairs"), "hamrick-2014", "at most 0.10",
           at_most(.10)),
    Target("r with people, Shepard & Metzler, same", e.HUMAN_R.format("same pairs"), "shepard-1971", "at least .99",
           at_least(.99)),
    Target("slope in depth as a share of the plane's", e.DEPTH.format("same pairs"), "shepard-1971",
           f"1, within {TENTH}", near(1, TENTH)),
    *(Target(f"mirror less same at 0 degrees, ticks, {condition}", e.AT_ZERO.format(axis), condition, "above 0",
             above_zero) for condition, axis in BOTH),
    *(Target(f"what a degree adds to that, ticks, {condition}", e.SHRINKS.format(axis), condition, "below 0",
             below_zero) for condition, axis in BOTH),
    *(Target(f"change of accuracy from 0 to 180 degrees, same pairs, {condition}", e.FALL.format(f"same pairs {axis}"),
             condition, "below 0", below_zero) for condition, axis in BOTH),
    *(Target(f"the same change, less that of mirror pairs, {condition}", e.FALL_LESS.format(axis), condition, "below 0",
             below_zero) for condition, axis in BOTH),
    Target("slope of blocks less that of polygons", e.FAMILY.format("slope of same blocks less that of same polygons"),
           "shepard-1971", "above 0", above_zero),
    Target("slope of polygons less that of letters",
           e.FAMILY.format("slope of same polygons less that of same letters"), "cooper-1975", "above 0", above_zero),
    Target("slope at 12 less at 6 vertices", e.MORE_VERTICES.format("12 less at 6 vertices"), "cooper-1975",
           "0 in the interval", near(0)),
    Target("slope with both known ahead, as a share", e.ADVANCED.format(f"same pairs {PLANE}"), "cooper-1973 both",
           f"0, within {TENTH}", near(0, TENTH)),
    Target("slope of match pairs, ticks per degree", e.SLOPE.format(f"same pairs {DEEP}"), "shepard-1971", "above 0",
           above_zero),
    Target("slope of mismatch pairs as a share of that", e.MIRROR_SHARE.format(DEEP), "shepard-1971",
           f"0, within {TENTH}", near(0, TENTH)),
    Target("aphantasic slower, ticks", e.SLOWER, "shepard-1971", "above 0", above_zero, "aphantasic"),
    Target("aphantasic accuracy less depictive", e.WORSE, "shepard-1971", "not below 0", not_below_zero, "aphantasic"),
)
