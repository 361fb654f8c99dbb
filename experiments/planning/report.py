"""The report of the benchmark of planning."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.figures import png
from experiments.folders import write_whole
from experiments.page import Page, headline, in_percent, number, section
from experiments.planning import figures as drawing
from experiments.planning.analysis import BEATEN, curve
from experiments.planning.boards import DIAL, FORMS, IMAGINATIONS, MIDDLE, PUBLISHED
from experiments.planning.films import Film
from experiments.planning.minigrid import NAMES
from experiments.statistics import Effect

TITLE = "Does imagining help to plan?"
LEAD = ("A world model learned from random walks imagines what each action would bring, in pictures, and a planner "
        "searches among them. The same boards are given to planners without pictures: in codes, in words, by chance.",
        "As published (Xu et al. 2025), the plan made from the first picture counts, cut after as many steps as the "
        "shortest way has. Honestly, what is done in the world counts, and nobody tells the number of steps.")
CAVEATS = ("Boards come from seeds that no model learned from; small boards may still be like some that were.",
           "Words of the environment say all there is to a grid; the agent called reader has to see that for itself.",
           "Seconds are those of thought on this machine, shared by all who thought at once.",
           "A tick is an action, an outcome foreseen or a link of a graph.")


def report(folder: Path, trials: pd.DataFrame, found: Mapping[str, Any], films: Sequence[Film] = ()) -> Path:
    """Write report.html and its figures."""
    page, cells = Page(folder, [Effect(**effect) for effect in found["effects"]]), found["cells"]
    strip = [headline(page.found.get((f"exact match, {world}", "imagery", "published")), in_percent,
                      f"{world}, exact match as published", "theirs: {}") for world in BEATEN]
    sections = [
        section("protocol", ("The published boards", "Exact match above, progress rate below; then success in the "
                             "world, with its interval."), columns=_columns(), rows=_protocol(page, cells)),
        section("size", ("Size", "Success in the world by cells a side; no model has seen boards of more than six "
                         "(stores apart, of more than seven)."), panels=_sizes(page, cells)),
        section("frontier", ("What success costs", "Means over the published boards."), panels=_frontier(page, found)),
        section("dial", ("From what can be said to what cannot", _overtakes(found)), panels=_dial(page, cells)),
        section("slippery", ("Slippery ice", "Gymnasium's maps under its limits of steps. The optimum and chance are "
                             "exact, by dynamic programming."),
                columns=("agent", "cells a side", "success", "optimum", "chance", "frames"), rows=_slippery(found)),
        section("attribution", ("Whose error is it?", "Imagination as it is, by the world itself, of other boards, of "
                                f"nothing; boards of {MIDDLE} cells a side, and the same redrawn in chalk."),
                columns=("imagination", *PUBLISHED), rows=_attribution(cells)),
        section("sokoban", ("Sokoban", "The fixed test set."), columns=("agent", "success", "SPL", "frames"),
                rows=[(cell["agent"], _share(cell), (number(cell["spl"]), ""), (number(cell["frames"], 100), ""))
                      for cell in cells if cell["world"] == "Sokoban"]),
        section("minigrid", ("MiniGrid", "Worlds that no model has seen: imagination is of grids, or perfect."),
                columns=("agent", "world", "success", "frames"),
                rows=[(f"{cell['agent']}, {cell['condition']}", (cell["world"], ""), _share(cell),
                       (number(cell["frames"], 100), "")) for cell in cells if cell["world"] in NAMES]),
        section("drift", ("How errors add up", "Frames imagined one from another on random walks that nothing ends: "
                          "the share from which a learned reader still reads what is so."),
                columns=("steps imagined", "right"),
                rows=[(str(steps), (in_percent(share), "")) for steps, share in found["drift"].items()]),
        section("films", ("Foreseen and come about", "Above what was foreseen, below what came. The moving picture: "
                          "what is seen on the left, what goes through the mind on the right."),
                films=[_film(film) for film in films], panels=[_moving(page, film) for film in films]),
        section("no-path", ("Boards without a path", "What each agent said of them."), columns=("board", "said"),
                rows=[(f"board {each['board'] + 1}", ("; ".join(f"{agent}: {said or 'nothing'}" for agent, said in
                                                                each["said"].items()), "")) for each in
                      found["no_path"]]),
        section("effects", ("All effects", " ".join(found["notes"])), topics=page.topics(
            {"As published": lambda effect: effect.condition == "published", "In the world": lambda effect: True},
            lambda topic, effect: effect.name))]
    return page.write(TITLE, LEAD, [item for item in strip if item], sections, found["manifest"], CAVEATS)


def _columns() -> tuple[str, ...]:
    return "agent", *(f"{world}, {what}" for world in BEATEN for what in ("EM/PR", "success"))


def _protocol(page: Page, cells: Sequence[Mapping]) -> list[tuple]:
    agents = dict.fromkeys(cell["agent"] for cell in cells if cell["condition"] == "published")
    published = ("VPRL (published)", *(entry for world in BEATEN for entry in (
        (in_percent(BEATEN[world][0]), in_percent(BEATEN[world][1])), ("", ""))))
    return [published] * bool(agents) + [(agent, *(entry for world in BEATEN for entry in (
        (_effect(page, "exact match", world, agent, "published"),
         _effect(page, "progress rate", world, agent, "published")),
        (_effect(page, "success", world, agent, "honest"), _effect(page, "success", world, agent, "honest", True))))
        ) for agent in agents]


def _effect(page: Page, name: str, world: str, agent: str, condition: str, interval: bool = False) -> str:
    effect = page.found.get((f"{name}, {world}", agent, condition))
    if effect is None:
        return ""
    return f"{in_percent(effect.low)} to {in_percent(effect.high)}" if interval else in_percent(effect.measured)


def _sizes(page: Page, cells: Sequence[Mapping]) -> list[dict]:
    panels = []
    for world in PUBLISHED:
        curves = curve(cells, lambda cell: cell["world"] == world and cell["condition"] in ("honest", "larger"))  # noqa: B023
        if curves:
            panels.append(page.panel(f"size-{world}", f"success by size, {world}",
                                     drawing.success(world, curves, "cells a side")))
    return panels


def _frontier(page: Page, found: Mapping) -> list[dict]:
    labels = {"frames": "outcomes foreseen a board", "seconds": "seconds of thought a board"}
    return [page.panel(f"frontier-{cost}", f"success by {label}", drawing.frontier(found["frontier"], cost, label))
            for cost, label in labels.items() if found["frontier"]]


def _dial(page: Page, cells: Sequence[Mapping]) -> list[dict]:
    drawn = {world: curve([cell for cell in cells if cell["world"] == world], lambda cell: cell["condition"] == "dial")
             for world in FORMS}
    return [page.panel(f"dial-{world}", f"success by the dial, {world}", drawing.success(world, curves, "dial"))
            for world, curves in drawn.items() if curves]


def _overtakes(found: Mapping) -> str:
    said = [f"{each['world']}: imagery overtakes words " + (
        f"at {each['overtakes']:g}" if each["overtakes"] is not None else "nowhere beyond doubt")
        for each in found["dial"]]
    return f"At {DIAL[0]:g} words lose nothing, at {DIAL[-1]:g} most. " + "; ".join(said) + "." * bool(said)


def _share(cell: Mapping) -> tuple[str, str]:
    return in_percent(cell["success"]), f"{in_percent(cell['low'])} to {in_percent(cell['high'])}"


def _slippery(found: Mapping) -> list[tuple]:
    return [(each["agent"], (str(each["size"]), ""), _share(each), (number(each["optimum"], 1), "within" if
             each["reached"] else "outside"), (number(each["chance"], 1), ""), (number(each["frames"], 100), ""))
            for each in found["slippery"]]


def _attribution(cells: Sequence[Mapping]) -> list[tuple]:
    known = {(cell["condition"], cell["world"]): cell for cell in cells
             if cell["agent"] == "imagery" and cell["size"] == MIDDLE}
    rows = {"its own": "honest", **{name: name for name in IMAGINATIONS}, "its own, in chalk": "chalk"}
    return [(name, *(_share(known[condition, world]) if (condition, world) in known else ("", "")
                     for world in PUBLISHED)) for name, condition in rows.items()
            if any((condition, world) in known for world in PUBLISHED)]


def _film(film: Film) -> dict:
    return {"title": film.title, "note": film.note, "frames": [
        {"image": png(frame), "alt": "foreseen above, come about below", "caption": "start" if not step else str(step)}
        for step, frame in enumerate(film.frames)]}


def _moving(page: Page, film: Film) -> dict:
    write_whole(page.folder / "figures" / f"thinking-{film.title.partition(',')[0].lower()}.gif", film.thinking)
    return {"data": "data:image/gif;base64," + base64.b64encode(film.thinking).decode(),
            "alt": f"{film.title}: thinking and acting"}
