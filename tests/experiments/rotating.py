"""Hand-made people who judge pairs: tables of trials whose effects are known because we put them there."""

import numpy as np
import pandas as pd

TEN = tuple(range(0, 181, 20))
DESIGNS = {  # condition: family, axes, angles, numbers of vertices
    "hamrick-2014": ("polygons", ("plane",), TEN, (5, 6)),
    "shepard-1971": ("blocks", ("plane", "vertical"), TEN, (10,)),
    "ganis-2015": ("blocks", ("vertical",), (0, 50, 100, 150), (8,)),
    "any-axis": ("blocks", ("other",), TEN, (8,)),
    "cooper-1973": ("letters", ("plane",), (0, 60, 120, 180), (0,)),
    "cooper-1975": ("polygons", ("plane",), (0, 60, 120, 180), (6, 8, 12)),
    "practice": ("polygons", ("plane",), TEN, (6,)),
}


def judged(agent, condition, time, right=lambda angle, same: 1.0, people=12, repeats=2, seed=0):
    """Trials of people whose time is `time(trials, rng)` ticks and whose chance to be right `right(angle, same)`."""
    family, axes, angles, vertices = DESIGNS[condition.split()[0]]
    rng = np.random.default_rng([seed, *map(ord, agent + condition)])
    index = pd.MultiIndex.from_product([range(people), range(repeats), axes, angles, vertices, (1, 0)],
                                       names=["participant", "repeat", "axis", "angle", "vertices", "same"])
    trials = index.to_frame(index=False).assign(agent=agent, condition=condition, family=family)
    trials["correct"] = (rng.random(len(trials)) < right(trials["angle"], trials["same"])).astype(int)
    trials["response"] = np.where(trials["same"] == trials["correct"], "same", "mirror")
    trials["ticks"] = time(trials, rng) + np.zeros(len(trials))
    return trials["participant agent condition family axis angle vertices same response correct ticks".split()]


def turning(per_degree=1 / 3, start=20.0, mirror=0.0, noise=0.0):
    """A subject that turns at a constant pace, and takes `mirror` ticks more for mirror pairs, at any angle."""
    def time(trials, rng):
        same = start + per_degree * trials["angle"]
        return np.where(trials["same"] == 1, same, start + mirror) + noise * rng.normal(size=len(trials))

    return time


def still(trials, rng):
    return 9.0


PACES = {"depictive": .3, "piecemeal": .5, "aphantasic": .4, "propositional": 0., "siamese": 0., "difference": 0.,
         "random": 0.}
SHARES = {"hamrick-2014": .7, "shepard-1971": 1, "ganis-2015": 1, "any-axis": 1.4, "cooper-1973": .4, "cooper-1975": .6,
          "cooper-1973 identity": .4, "cooper-1973 orientation": .3, "cooper-1973 both": 0,
          **{f"practice {block}": 1 - .1 * block for block in (1, 2, 3, 4)}}


def everything(people=8, agents=tuple(PACES)):
    """Agents of every theory in every condition."""
    for agent in agents:
        for condition, share in SHARES.items():
            yield judged(agent, condition, turning(PACES[agent] * share, 20, 15, 6.), RIGHT.get(agent, _erring), people)
    for image, chance in (("perfect", .99), ("shuffled", .6), ("blank", .5)):
        yield judged("depictive", f"shepard-1971 {image}", turning(.3, 20, 15, 6.),
                     lambda angle, same, chance=chance: chance + 0 * angle, people)


def _erring(angle, same):
    return .98 - same * angle / 900


RIGHT = {"random": lambda angle, same: .5 + 0 * angle}
