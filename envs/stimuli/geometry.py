"""How the landmarks of a map lie to one another: distances, neighbours, and what stands between.

Places are a dict from kind to (x, y) in map widths, and so are all lengths.
"""

from __future__ import annotations

from itertools import combinations
from math import dist

import networkx as nx
import numpy as np

from envs.stimuli.facts import Places

CORRIDOR = .06  # how far off the straight way a landmark may stand and still lie on it


def pairs(places: Places) -> dict[tuple[str, str], float]:
    """The distance of every unordered pair of landmarks."""
    return {(a, b): dist(places[a], places[b]) for a, b in combinations(places, 2)}


def neighbour_graph(places: Places) -> nx.Graph:
    """The relative neighbourhood graph (Toussaint 1980, Pattern Recognition 12, 261-268).

    Two landmarks are linked unless a third is nearer to both of them than they are to each other.
    """
    graph = nx.Graph()
    graph.add_nodes_from(places)
    graph.add_edges_from((a, b) for (a, b), apart in pairs(places).items() if not any(
        max(dist(places[a], place), dist(places[b], place)) < apart for place in places.values()))
    return graph


def links(places: Places) -> dict[str, dict[str, int]]:
    """How many links of the neighbour graph the shortest way from one landmark to another has."""
    return dict(nx.all_pairs_shortest_path_length(neighbour_graph(places)))


def between(places: Places, a: str, b: str, corridor: float = CORRIDOR) -> int:
    """How many other landmarks a straight scan from `a` to `b` passes within `corridor`."""
    kinds = list(places)
    first, second = np.array([[kinds.index(a)], [kinds.index(b)]])
    return int(passed(np.array(list(places.values())), first, second, corridor)[0])


def passed(points: np.ndarray, first: np.ndarray, second: np.ndarray, corridor: float = CORRIDOR) -> np.ndarray:
    """How many of the points (..., K, 2) lie between those with the indices `first` and `second` (N,); (..., N).

    A point lies between when its projection falls strictly inside the segment, at most `corridor` from it.
    """
    start = points[..., first, :]
    way = points[..., second, :] - start
    length = np.hypot(way[..., 0], way[..., 1])[..., None]
    arms = points[..., None, :, :] - start[..., None, :]  # (..., N, K, 2)
    along = (arms * way[..., None, :]).sum(-1) / length
    across = (arms[..., 0] * way[..., None, 1] - arms[..., 1] * way[..., None, 0]) / length
    return ((along > 1e-9) & (along < length - 1e-9) & (np.abs(across) <= corridor)).sum(-1)
