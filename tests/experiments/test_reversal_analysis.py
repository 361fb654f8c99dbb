"""The analysis of reversals on hand-made trials."""

import pandas as pd
import pytest

from experiments.reversal import COLUMNS, DIFFERENCES, WAYS, analyse, report

MANIFEST = {"command": "imagery run reversal", "seed": 0, "versions": {}, "weights": {}, "configuration": {}}
SHARES = {"usual": (0.0, 1.0), "suppression": (0.5, 1.0), "hint": (0.25, 0.75)}      # of images and drawings, reversed


def trials():
    rows = [{"participant": who, "agent": "dual", "condition": condition, "item": f"item {k}", "first": "duck",
             "else1": "a", "else2": "b", "drawn1": "c", "drawn2": "d", "seen": 0 if k < 4 else -1,
             "imagined": int(k < 4 * image), "drawn": int(k < 4 * drawing), "correct": int(k < 4), "said": 0.0,
             "ticks": 10} for who in range(6) for condition, (image, drawing) in SHARES.items() for k in range(5)]
    return pd.DataFrame(rows)[COLUMNS]


def test_shares_count_only_figures_that_were_seen_as_something(tmp_path):
    effects = analyse(trials())
    found = {(effect.name, effect.condition): effect.measured for effect in effects}
    for condition, shares in SHARES.items():
        for way, share in zip(WAYS.values(), shares):
            assert found[way, condition] == pytest.approx(share)
    assert [found[name, "all"] for name in DIFFERENCES] == pytest.approx([1.0, 0.5, 0.25])
    page = report(tmp_path, trials(), effects, MANIFEST).read_text()
    assert "drawing less image" in page and (tmp_path / "figures" / "items.svg").stat().st_size > 0


def test_nobody_who_saw_anything_gives_no_number():
    nothing = trials().assign(correct=0, seen=-1, imagined=0, drawn=0)
    assert {effect.measured for effect in analyse(nothing) if effect.name in WAYS.values()} == {None}
