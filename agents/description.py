"""Structural descriptions of figures, and how far one describes what another does (Hummel & Biederman 1992).

They are graphs in networkx, of relations between parts only, so that no turn changes them. An outline is a cycle of
corners, each with its "turn" (radians, clockwise), and sides from one to the next, each with its "length" as a share
of the whole; it has a sense, clockwise. A chain of arms is a path of joints, read from either end; an arm has a
"length", as a share of the whole too, and an inner one a "twist": the angle (radians) about it by which the arm after
it is turned clockwise against the arm before it. Mirror figures differ in the sense of outlines and in the sign of
twists.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import networkx as nx
import numpy as np
from networkx.algorithms.isomorphism import GraphMatcher

SIDES = ((1, 1), (1, 2), (2, 1))                  # how many sides of one outline may stand for how many of the other
NOWHERE = np.inf


@dataclass(frozen=True)
class Match:
    """The best correspondence of two descriptions: by how much they differ, `unlikeness`, and which parts correspond
    to which, one after the other."""

    unlikeness: float
    parts: tuple[tuple[int, int], ...] = ()


def outline(corners: np.ndarray) -> nx.DiGraph:
    """The description of a closed outline by its corners (N, 2), clockwise."""
    if len(corners) < 3:
        raise ValueError(f"an outline with {len(corners)} corners encloses nothing; give at least 3")
    sides = np.roll(corners, -1, 0) - corners
    lengths, heading = np.hypot(*sides.T), np.arctan2(sides[:, 1], sides[:, 0])
    turns = _wrapped(heading - np.roll(heading, 1))
    found = nx.DiGraph()
    for k, (length, turn) in enumerate(zip((lengths / lengths.sum()).tolist(), turns.tolist())):
        found.add_node(k, turn=turn)
        found.add_edge(k, (k + 1) % len(corners), length=length)
    return found


def chain(joints: np.ndarray) -> nx.Graph:
    """The description of a chain by its joints (N, 3)."""
    arms = np.diff(joints, axis=0)
    lengths = np.linalg.norm(arms, axis=1)
    if len(arms) < 3 or not lengths.all() or not np.isfinite(lengths).all():
        raise ValueError("a chain has four joints or more, each in a place of its own")
    found = nx.path_graph(len(joints))
    for k, length in enumerate((lengths / lengths.sum()).tolist()):
        found.edges[k, k + 1]["length"] = length
    for k, (before, about, after) in enumerate(zip(arms, arms[1:], arms[2:])):
        out, on = np.cross(before, about), np.cross(about, after)
        found.edges[k + 1, k + 2]["twist"] = float(np.arctan2(
            np.cross(out, on) @ about / np.linalg.norm(about), out @ on))
    return found


def mirrored(description: nx.Graph) -> nx.Graph:
    """The description of the mirror figure."""
    if description.is_directed():
        return description.reverse()
    found = description.copy()
    for *_, arm in found.edges(data=True):
        if "twist" in arm:
            arm["twist"] = -arm["twist"]
    return found


def match(first: nx.Graph, second: nx.Graph, enough: float = NOWHERE) -> Match:
    """The best correspondence, if it is any better than `enough`; none between an outline and a chain, or with an empty
    description."""
    if not (len(first) and len(second)) or first.is_directed() != second.is_directed():
        return Match(enough)
    return (_aligned if first.is_directed() else _superposed)(first, second, enough)


# ---- chains: they lie on one another in two ways --------------------------------------------------------------------

def _superposed(first: nx.Graph, second: nx.Graph, enough: float) -> Match:
    """By isomorphism, of paths of as many joints."""
    best = Match(enough)
    for way in GraphMatcher(first, second).isomorphisms_iter():
        parts = tuple(sorted(way.items()))
        apart = _apart(*(_arms(chain, joints) for chain, joints in zip((first, second), zip(*parts))))
        best = min(best, Match(apart, parts), key=lambda found: found.unlikeness)
    return best


def _arms(chain: nx.Graph, joints: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Lengths of the arms from joint to joint, and twists of the inner ones."""
    arms = [chain.edges[link] for link in pairwise(joints)]
    return np.array([arm["length"] for arm in arms]), np.array([arm["twist"] for arm in arms[1:-1]])


def _apart(one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]) -> float:
    """By how much lengths and twists differ; twists as far as they move the ends of the arms that they turn."""
    (lengths, twists), (others, other_twists) = one, other
    mean = (lengths + others) / 2
    return float(np.abs(lengths - others).sum() +
                 (np.abs(_wrapped(twists - other_twists)) * _reach(mean[:-2], mean[2:])).sum())


# ---- outlines: corners of either may be missing in the other --------------------------------------------------------

def _aligned(first: nx.DiGraph, second: nx.DiGraph, enough: float) -> Match:
    """By the shortest way once around both, in a graph of which corner may correspond to which.

    It is tried from each corner of the second that may be the most prominent one of the first.
    """
    one, other = _Corners.of(first), _Corners.of(second)
    one = one.onward(int(one.height.argmax()))
    meetings, best = _meetings(one, other), Match(enough)
    for start in np.argsort(np.abs(one.turn[0] - other.turn) * (one.reach[0] + other.reach)).tolist():
        try:
            cost, way = nx.single_source_dijkstra(meetings, (0, start), (len(one.turn), start), best.unlikeness)
        except nx.NetworkXNoPath:
            continue
        best = min(best, Match(cost, tuple((int(one.name[i]), int(other.name[j])) for i, j in way[:-1])),
                   key=lambda found: found.unlikeness)
    return best


def _meetings(one: _Corners, other: _Corners) -> nx.DiGraph:
    """Links from where corners (i, j) correspond to where the next that correspond may be, by how much what lies
    between differs, and the turns at its end: all as displacements of corners in shares of the outline."""
    found = nx.DiGraph()
    n, m = len(one.turn), len(other.turn)
    for a, b in SIDES:
        (length, turn, reach, skipped), others = one.side(a), other.side(b)
        cost = (np.abs(np.subtract.outer(length, others[0])) + np.add.outer(skipped, others[3]) +
                np.abs(np.subtract.outer(turn, others[1])) * np.add.outer(reach, others[2]) / 2).tolist()
        found.add_weighted_edges_from(((i, j), (i + a, (j + b) % m), cost[i][j])
                                      for i in range(n - a + 1) for j in range(m))
    return found


@dataclass(frozen=True)
class _Corners:
    """An outline's corners in their order: `name`, `turn`, and the `length` of the side that follows, (N,) each."""

    name: np.ndarray
    turn: np.ndarray
    length: np.ndarray

    @classmethod
    def of(cls, outline: nx.DiGraph) -> _Corners:
        sides = list(nx.find_cycle(outline, 0))
        return cls(np.array([a for a, _ in sides]), np.array([outline.nodes[a]["turn"] for a, _ in sides]),
                   np.array([outline.edges[side]["length"] for side in sides]))

    @property
    def reach(self) -> np.ndarray:
        return _reach(np.roll(self.length, 1), self.length)

    @property
    def height(self) -> np.ndarray:
        """By how much each stands out from its neighbours."""
        return np.abs(self.turn) * self.reach

    def onward(self, k: int) -> _Corners:
        """The same, from the k-th corner on."""
        return _Corners(*(np.roll(each, -k) for each in (self.name, self.turn, self.length)))

    def side(self, sides: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """So many sides taken for one: its length, the turn and the reach at its end, and the height skipped."""
        return (sum(self.onward(k).length for k in range(sides)), sum(self.onward(k).turn for k in range(1, sides + 1)),
                self.onward(sides).reach, sum(self.onward(k).height for k in range(1, sides)) * np.ones(len(self.turn)))


def _reach(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """How far what is between two lengths must move to change their angle by a radian."""
    return before * after / (before + after)


def _wrapped(angle: np.ndarray) -> np.ndarray:
    """The same angle from -pi to pi."""
    return (angle + np.pi) % (2 * np.pi) - np.pi
