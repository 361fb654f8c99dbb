"""Scanning a mental image of an island (Kosslyn, Ball & Reiser 1978; Denis & Cocude 1992).

A session is a sequence of events: instructions, the study of an island that is seen or heard of, and trials. In a
trial the participant focuses on one landmark and is then asked for another; the clock runs from that question.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import cycle
from math import dist, nan

import numpy as np

from envs.checks import check_number, check_one_of
from envs.session import THINK, Session
from envs.stimuli import descriptions, geometry, published
from envs.stimuli.facts import MAP_CM, Fact, Places, resolve
from envs.stimuli.islands import Coast, Island, Landmark, render
from envs.stimuli.landmarks import KINDS

PRESENT, ABSENT = 1, 2
RESPONSES = ("none", "present", "absent")  # by action

SCAN, NO_SCAN = "Scan from landmark to landmark.", "Answer as soon as you know."
INSTRUCTIONS = {
    "scan": (SCAN,),  # Kosslyn et al., Exp. 2
    "no_scan": (NO_SCAN,),  # Exp. 3
    "half": (SCAN, "Imagine the island at half size."),  # Exp. 4
    "full": (SCAN, "Imagine the island at full size."),
    "overflow": (SCAN, "Imagine the island larger than you can see at once."),
    "intervening": (SCAN,),  # after Exp. 1
    "described": (SCAN,),  # Denis & Cocude
    "own": (SCAN,),
}
CONDITIONS = tuple(INSTRUCTIONS)
STUDY, LISTEN, OPENING = "Study the map.", "Listen to the description.", "The island is circular."
FOCUS, PROBE = "Focus on the {kind}.", "Is there {a}?"
MOST_HEARINGS = 6
LEAST_APART = .05  # map widths between landmarks of a user's island


@dataclass(frozen=True)
class Event:
    """Something said or shown for `ticks`; a probe, which an answer ends, carries its `trial` so far."""

    words: str
    ticks: int
    picture: np.ndarray
    trial: dict | None = None


class Scanning(Session):
    """One participant's session.

    Actions: 0 THINK (a tick passes), 1 PRESENT, 2 ABSENT; answers count only while a question stands. Observations:
    the `picture` that is shown, black when there is none, and the `words` of the present event. `info["onset"]` tells
    that an event has just begun. The reward is 1 for a right answer. The step that ends a trial has its record in
    `info["trial"]`: condition, stimulus, source, target, distance (map widths), links (of the neighbour graph),
    between (landmarks passed), present, response, correct, ticks. Catch trials have distance nan, links and between -1.

    Conditions: `scan`, `no_scan`, `half`, `full` and `overflow` on the published map, `intervening` on an island drawn
    for the participant, `described` from the published clock positions, heard `hearings` times in good or random
    `order`, and `own`, from the user's `description`. Trials follow the last hearing, or `each_hearing`. All durations
    are in ticks. For experiments, never for agents, `island` and `facts` hold what the session is about.
    """

    def __init__(self, condition: str = "scan", hearings: int = MOST_HEARINGS, order: str = "good",
                 description: str | None = None, size: int = 64, each_hearing: bool = False,
                 trials_per_pair: int = 1, instruction_ticks: int = 1, study_ticks: int = 200,
                 sentence_ticks: int = 14, focus_ticks: int = 48, limit: int = 400, render_mode: str | None = None):
        check_one_of("condition", condition, CONDITIONS)
        check_one_of("order", order, published.ORDERS)
        check_number("hearings", hearings, 1, MOST_HEARINGS)
        check_number("size", size, 16)
        for name, number in (("trials_per_pair", trials_per_pair), ("instruction_ticks", instruction_ticks),
                             ("study_ticks", study_ticks), ("sentence_ticks", sentence_ticks),
                             ("focus_ticks", focus_ticks), ("limit", limit)):
            check_number(name, number, 1)
        if (condition == "own") != (description is not None):
            raise ValueError("the condition 'own' needs a description, and no other condition takes one")
        self.condition, self.hearings, self.order, self.description = condition, hearings, order, description
        self.each_hearing = each_hearing
        self.trials_per_pair, self.limit = trials_per_pair, limit
        self.instruction_ticks, self.study_ticks = instruction_ticks, study_ticks
        self.sentence_ticks, self.focus_ticks = sentence_ticks, focus_ticks
        self.own = own_island(description) if description is not None else None
        super().__init__(len(RESPONSES), (size, size), descriptions.MAX_CHARACTERS, render_mode)

    def _act(self, event: Event, action: int) -> bool:
        return self._elapsed >= event.ticks or (action != THINK and event.trial is not None)

    def _ended(self, event: Event, action: int) -> dict | None:
        return None if event.trial is None else _answered(event.trial, RESPONSES[action], self._elapsed)

    def _stimulus(self, style: int) -> tuple[str, Island, tuple[Fact, ...]]:
        """The stimulus by name, its island, and what is said of it, if anything."""
        match self.condition:
            case "described":
                return "denis-1992", published.denis_island(style), published.denis_facts(self.order, self.np_random)
            case "own":
                island, facts = self.own
                return "own", replace(island, style=style), facts
            case "intervening":
                return f"intervening-{style}", published.intervening_island(style), ()
            case _:
                return "kosslyn-1978", published.kosslyn_island(style), ()

    # ---- the session ------------------------------------------------------------------------------------------------

    def _session(self) -> Iterator[Event]:
        """All events, about an island in a style of the participant's own; every random choice is made now, before the
        first of them."""
        self.stimulus, self.island, self.facts = self._stimulus(int(self.np_random.integers(2**31)))
        events = [Event(words, self.instruction_ticks, self.blank) for words in INSTRUCTIONS[self.condition]]
        study = self._study()
        for hearing in range(1, self.hearings + 1 if self.facts else 2):
            events += study
            if self.each_hearing or hearing == self.hearings or not self.facts:
                events += self._asked(hearing)
        return iter(events)

    def _asked(self, hearing: int) -> list[Event]:
        """Focus and probe of every trial."""
        return [event for trial in self._trials(hearing) for event in (
            Event(FOCUS.format(kind=trial["source"]), self.focus_ticks, self.blank),
            Event(PROBE.format(a=descriptions.article(trial["target"])), self.limit, self.blank, trial))]

    def _study(self) -> list[Event]:
        """The map, shown; or the description, sentence by sentence, the same at every hearing."""
        if not self.facts:
            return [Event(STUDY, self.study_ticks, render(self.island, len(self.blank)))]
        if self.condition == "own":
            sentences = [sentence + "." for sentence in descriptions.sentences(self.description)]
        else:
            sentences = [OPENING, *(descriptions.phrase(fact, self.np_random) for fact in self.facts)]
        return [Event(words, self.sentence_ticks, self.blank) for words in (LISTEN, *sentences)]

    def _trials(self, hearing: int) -> list[dict]:
        """Every pair in a random direction, and from the same source a landmark that is not there; shuffled.

        Each landmark is thus as often followed by a true probe as by a catch, and the focus gives nothing away.
        """
        places = self.island.positions()
        label = f"described_{self.order}_{hearing}" if self.condition == "described" else self.condition
        pairs = published.crossed_pairs(places).values() if self.condition == "intervening" else geometry.pairs(places)
        absent = cycle(kind for kind in self.np_random.permutation(KINDS).tolist() if kind not in places)
        links, trials = geometry.links(places), []
        for pair in list(pairs) * self.trials_per_pair:
            source, target = self.np_random.permutation(pair).tolist()
            for kind in (target, next(absent)):
                lie = _relations(places, links, source, kind)
                trials.append({"condition": label, "stimulus": self.stimulus, **lie})
        return [trials[i] for i in self.np_random.permutation(len(trials))]


def _relations(places: Places, links: dict[str, dict[str, int]], source: str, target: str) -> dict:
    """How a probe lies to its source, for the record."""
    present = target in places
    return {"source": source, "target": target,
            "distance": dist(places[source], places[target]) if present else nan,
            "links": links[source][target] if present else -1,
            "between": geometry.between(places, source, target) if present else -1, "present": int(present)}


def _answered(trial: dict, response: str, ticks: int) -> dict:
    """A trial's whole record."""
    correct = response == ("present" if trial["present"] else "absent")
    return {**trial, "response": response, "correct": int(correct), "ticks": ticks}


def own_island(description: str) -> tuple[Island, tuple[Fact, ...]]:
    """An island that a user's description is true of, always the same, and the facts it states.

    Of fifty placements that obey the words, the roomiest.
    """
    facts = descriptions.parse(description)
    if len(facts) < 2:
        raise ValueError(f"the description names one landmark, the {facts[0].kind}; scanning needs at least two")
    rng, circle = np.random.default_rng(0), Coast.circle()
    places = max((resolve(facts, rng, circle) for _ in range(50)), key=_room)
    apart = geometry.pairs(places)
    (a, b), least = min(apart.items(), key=lambda item: item[1])
    if least < LEAST_APART:
        raise ValueError(f"the {a} and the {b} lie {least * MAP_CM:.1f} cm apart; describe landmarks that are at least "
                         f"{LEAST_APART * MAP_CM:g} cm apart on the {MAP_CM:g} cm map")
    landmarks = tuple(Landmark(kind, float(x), float(y), published.SIZE) for kind, (x, y) in places.items())
    return Island(landmarks, Coast.around(list(places.values())), 0), facts


def _room(places: Places) -> float:
    """The least distance between two landmarks, or, if less, twice the least distance to the map's edge."""
    edge = min(min(x, y, 1 - x, 1 - y) for x, y in places.values())
    return min(2 * edge, *geometry.pairs(places).values())
