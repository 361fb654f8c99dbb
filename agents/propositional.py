"""The propositional theory: people reason over facts, and pictures in the head explain nothing (Pylyshyn 1973).

The facts are a graph of things and the spatial relations between neighbours, read off the map by the same eye and
words as everyone's, or comprehended from the description without loss. Whether a thing is there is one retrieval.
Asked to go from one thing to another, the agent follows links, each a retrieval and a comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any

import networkx as nx
import numpy as np

from agents.protocol import ABSENT, PRESENT, Thought, understand
from imagery.operations import Compare, Perceive, Recall, Traverse

Place = tuple[float, float]
Comprehend = Callable[[str], Mapping[str, Place]]     # a description to places: the reader of the experiment's language
COMPASS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


def relation(a: Place, b: Place) -> str:
    """In which direction b lies from a."""
    bearing = np.arctan2(b[0] - a[0], a[1] - b[1])
    return COMPASS[int(np.round(bearing / (np.pi / 4))) % 8]


def facts_of(places: Mapping[str, Place]) -> nx.Graph:
    """Things linked to their neighbours, each link with its relation: the Gabriel graph, in which two things are
    neighbours if no other lies in the circle between them (Gabriel & Sokal 1969). It is connected."""
    facts = nx.Graph()
    for name, place in places.items():
        facts.add_node(name, place=place)
    for a in places:
        for b in places:
            middle = np.add(places[a], places[b]) / 2
            radius = np.hypot(*np.subtract(places[a], places[b])) / 2
            free = all(np.hypot(*np.subtract(places[c], middle)) >= radius for c in places if c not in (a, b))
            if a < b and free:
                facts.add_edge(a, b, relation=relation(places[a], places[b]))
    return facts


class Propositional:
    name = "propositional"

    def __init__(self, comprehend: Comprehend):
        self.comprehend = comprehend
        self.facts = nx.Graph()
        self.told: list[str] = []
        self.at, self.scanning, self.size = "", True, ""

    def think(self, observation: Mapping[str, Any]) -> Thought:
        heard = understand(observation["words"])
        match heard.act:
            case "scan" | "answer":
                self.scanning = heard.act == "scan"
            case "size":
                self.size = heard.about
            case "study":
                self.facts = facts_of((yield Perceive(observation["picture"])))
            case "tell":
                self.told += [heard.about] if heard.about not in self.told else []
                self.facts = facts_of(self.comprehend(" ".join(self.told)))
            case "focus":
                self.at = heard.about
            case "probe":
                known = yield Recall(self.facts, heard.about)
                if known and self.scanning and self.at in self.facts:
                    yield from self.go(heard.about)
                return PRESENT if known else ABSENT

    def go(self, target: str) -> Generator[Any, Any, None]:
        """From fact to fact until the target is reached."""
        arrived = False
        while not arrived:
            self.at = yield Traverse(self.facts, self.at, target)
            arrived = yield Compare(self.at, target)
