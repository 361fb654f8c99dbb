"""What the rotation experiment measures: names, people's numbers, citations, and what was built in.

Times are in ticks, angles in degrees. A name with a gap is of some pairs, such as "same pairs in the plane".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from experiments import pairs
from experiments.statistics import Effect, Estimate, known

HUMAN = Path(__file__).parents[1] / "human"
ACT_R = {"RMSD": 0.244, "r": 0.985}  # seconds; Peebles 2019, fitted by hand, no held-out test
BEST_MODEL = 0.961  # accuracy on block figures turned about the vertical axis
AXES = {"plane": "in the plane", "vertical": "about the vertical axis", "other": "about other axes"}
SIDES = {1: "same pairs", 0: "mirror pairs"}
ADVANCE = ("identity", "orientation", "both")
IMAGES = ("perfect", "shuffled", "blank")
VIVID_GROUPS = ("hamrick-2014 vviq", "shepard-1971 vviq")
FAMILIES = (("shepard-1971", "hamrick-2014"), ("cooper-1975", "cooper-1973"))  # slower and faster, presented alike
WHOLE = ("hamrick-2014", "shepard-1971", "ganis-2015", "any-axis", "cooper-1973", "cooper-1975")

ACCURACY, ACCURACY_OF, TIME = "accuracy", "accuracy, {}", "mean time, ticks"
SLOPE, INTERCEPT, R = "slope of {}, ticks per degree", "intercept of {}, ticks", "r of time with angle, {}"
MIXED, CURVED = "slope of {} in a mixed model, ticks per degree", "BIC of a line less that of a curve, {}"
ONE_SLOPE = "slope of one person, {}, ticks per degree, median and middle 95 %"
ONE_R = "r of one person, {}, median and middle 95 %"
FALL, FALL_LESS = "change of accuracy from 0 to 180 degrees, {}", "the same change, same less mirror pairs {}"
AT_ZERO = "mirror less same pairs at 0 degrees {}, ticks"
SHRINKS = "mirror less same pairs {}, change in ticks per degree"
MIRROR_SHARE = "slope of mirror pairs as a share of that of same pairs, {}"
DEPTH = "slope in depth as a share of that in the plane, {}"
HUMAN_R, BIC, BIC_ABOVE = "r with people's means, {}", "BIC on people's means, {}", "BIC above the depictive's, {}"
RMSD, HELD_OUT = "RMSD from people, s, {}", "RMSD from people, s, each angle left out, {}"
MS_PER_TICK, OFFSET, SECONDS = "fitted ms per tick, {}", "fitted s at tick 0, {}", "fitted s at {}"
ACCURACY_RMSD = "RMSD from people's accuracy, {}"
VERTICES, MORE_VERTICES = "slope of same pairs of {} vertices, ticks per degree", "slope at {}, ticks per degree"
FAMILY, ADVANCED = "{}, ticks per degree", "slope as a share of that without advance information, {}"
PRACTICE = "change of slope per block of practice, {}"
PRACTICE_TIME = "change of mean time per block of practice, ticks"
BY_ANGLE, BY_DIFFERENCE = "r with angle, image difference held, {}", "r with image difference, angle held, {}"
DIFFERENCE_BIC = "BIC of image difference less that of angle, {}"
LOST = "accuracy as imagined less that with a {} image"
VIVID = "r of vividness with {}, people one by one"
VIVID_WITH = "accuracy", "slope of same pairs"
SLOWER, WORSE = "mean time less the depictive's, ticks", "accuracy less the depictive's"

# What was put in. `TURNERS` turn an image a bounded step at a time, so that times of same pairs rise with the angle,
# alike in the plane and in depth and for forms of any complexity, and not when the turning is done ahead; they find
# the direction, stop and err by themselves, and nothing was laid down for mirror pairs. `STILL` turn nothing: their
# times are flat by construction, their answers are not. The control is a control.
TURNERS, STILL, CONTROL = ("depictive", "piecemeal", "aphantasic"), ("propositional", "difference", "siamese"), "random"
OF_TURNING = (SLOPE, MIXED, R, ONE_SLOPE, ONE_R, DEPTH, VERTICES, MORE_VERTICES, ADVANCED, PRACTICE)
NOT_OF_ANGLE = (ACCURACY, ACCURACY_OF, ACCURACY_RMSD, FALL, FALL_LESS, TIME, LOST, SLOWER, WORSE)

SHEPARD = "Shepard & Metzler 1971, Science 171, 701-703"
HAMRICK = "Hamrick & Griffiths 2014, CogSci, N = 200"
GANIS = "Ganis & Kievit 2015, J. Open Psychology Data 3, e3, N = 54"
KHAZOUM = "Khazoum et al. 2026 (menrot), 15 people in virtual reality"
COOPER_SHEPARD = "Cooper & Shepard 1973 (abstract: 500 ms upright to 1,000 ms at 180 degrees)"
AHEAD = "Cooper & Shepard 1973 (abstract: a flat 400 ms when identity and orientation are known ahead)"
COOPER = "Cooper 1975, Cognitive Psychology 7, 20-43 (the slope is the same for simple and complex forms)"
NIALL = "the objection that pictures differ more the further one is turned (Niall 1997); not run with people"
VVIQ = ("vividness drawn as people's VVIQ scores vary (mean 55.8, SD 12.2); published: theirs with construction "
        "scores, not significant (McCarty & Morales 2025)")
KAY = "Kay, Keogh & Pearson 2024, Consciousness and Cognition 121, 103694 (without imagery slower and more accurate)"
SOURCES = {
    "hamrick-2014": HAMRICK, "shepard-1971": SHEPARD, "ganis-2015": GANIS, "cooper-1973": COOPER_SHEPARD,
    "any-axis": "block figures about any axis; not run with people", "cooper-1975": COOPER,
    **{f"cooper-1973 {known}": AHEAD for known in ADVANCE},
    **{f"shepard-1971 {image}": f"attribution: {SHEPARD}, with a {image} image; not run with people"
       for image in IMAGES},
}


@dataclass(frozen=True, eq=False)
class Study:
    """People's means at each angle, from a `file`: of turns about `axes` in a `condition`; `columns` hold the times of
    same and of mirror pairs, and `accuracy` how often they were right, in shares of `full`. `tag` tells two studies
    beside one condition apart; ACT-R was fitted to those `modelled`."""

    name: str
    condition: str
    axes: tuple[str, ...]
    file: str
    columns: dict[int, str]
    source: str
    accuracy: dict[int, str]
    full: float = 1.0
    tag: str = ""
    modelled: bool = False

    def fits(self) -> dict[str, tuple[int, ...]]:
        """Pairs that two parameters are fitted to, by what they are called."""
        called = {f"same pairs{self.tag}": (1,)}
        return called | ({f"same and mirror pairs{self.tag}": (1, 0)} if 0 in self.columns else {})

    def shown(self) -> str:
        """All pairs people have times for, as one of the `fits`."""
        return list(self.fits())[-1]


STUDIES = (
    Study("Hamrick & Griffiths 2014", "hamrick-2014", ("plane",), "hamrick_griffiths_2014.csv",
          {1: "same_rt_s", 0: "mirror_rt_s"}, f"{HAMRICK}; authors' vector figure",
          {1: "same_accuracy_pct", 0: "mirror_accuracy_pct"}, 100.0),
    Study("Shepard & Metzler 1971", "shepard-1971", ("plane", "vertical"), "shepard_metzler_1971.csv",
          {1: "same_rt_s"}, f"{SHEPARD}; re-plot", {}, modelled=True),
    Study("Ganis & Kievit 2015", "ganis-2015", ("vertical",), "ganis_kievit_2015.csv",
          {1: "same_rt_s", 0: "different_rt_s"}, f"{GANIS}; re-plot, accuracies are lower bounds",
          {1: "same_accuracy_at_least", 0: "different_accuracy_at_least"}),
    Study("Khazoum et al. 2026", "shepard-1971", ("vertical",), "khazoum_vr_rotation.csv",
          {1: "match_rt_s", 0: "mismatch_rt_s"}, f"{KHAZOUM}; their angles are among those of shepard-1971", {},
          tag=", Khazoum et al."),
)


@cache
def people(study: Study) -> pd.DataFrame:
    """Rows of `angle`, `same`, mean `seconds` and `accuracy` (nan if unknown), same pairs first, angles rising."""
    table = pd.read_csv(HUMAN / study.file).sort_values("angle_deg", kind="stable")
    return pd.concat([pd.DataFrame({
        "angle": table["angle_deg"].astype(float), "same": same, "seconds": table[column].astype(float),
        "accuracy": table[study.accuracy[same]] / study.full if same in study.accuracy else float("nan")})
        for same, column in study.columns.items()], ignore_index=True)


def study_of(condition: str, axis: str | None = None, same: int = 1) -> Study | None:
    """The study whose means of same (1) or mirror (0) pairs those of a condition are compared with."""
    return next((study for study in STUDIES if study.condition == condition and same in study.columns
                 and axis in (None, *study.axes)), None)


def is_own(condition: str) -> bool:
    """Whether it is a user's own design."""
    return condition.split()[0] not in (*WHOLE, "practice")


def is_whole(condition: str) -> bool:
    """Whether it is a design as it was drawn up, not one with something altered."""
    return condition in WHOLE or is_own(condition)


def source(condition: str) -> str:
    if condition.startswith("practice"):
        return "practice with the same polygons; people's slopes fall (Tarr & Pinker 1989, from memory; no number here)"
    return SOURCES.get(condition, "not run with people")


def kind(name: str, agent: str, same: int = 1) -> str:
    """Whether an effect, named with its gap, of same or mirror pairs was built in to an agent."""
    built = (agent == CONTROL or agent in STILL and name not in NOT_OF_ANGLE
             or agent in TURNERS and same and name in OF_TURNING)
    return "built in" if built else "emergent"


def effect(cell: pairs.Cell, name: str, found: Estimate, called: str = "", same: int = 1,
           published: float | None = None, cite: str | None = None) -> Iterator[Effect]:
    """The effect of that name, its gap filled by what is `called`, unless nothing was found."""
    if found[0] is not None:
        yield Effect(name.format(called), cell.agent, cell.condition, *found,
                     None if published is None else known(published),
                     source(cell.condition) if cite is None else cite, kind(name, cell.agent, same))
