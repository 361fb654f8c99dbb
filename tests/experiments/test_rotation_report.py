"""The report is one file that loads nothing, and shows what there is and only that."""

import json
import re
import warnings

import numpy as np
import pandas as pd
import pytest
import torch
from rotating import everything, judged, still, turning

import imagery
from experiments.rotation.analysis import analyse
from experiments.rotation.examples import FRAMES, NAMES, Film, Turned, examples_of, films
from experiments.rotation.report import write_report
from experiments.rotation.targets import TARGETS, near
from experiments.statistics import Effect
from imagery.models.nextview import NextView
from imagery.models.volume import LatentVolume

MANIFEST = {"command": "imagery run rotation --participants 4 --seed 3", "seed": 3, "versions": {"numpy": "2.0"},
            "weights": {"volume": "9f" * 32}, "configuration": {"participants": 4}}
AXES = ("plane", "vertical", "other")
TABLES = {
    "telling": {axis: [{"angle": angle, "right": 1 - angle / 400, "error": .1} for angle in (30., 90., 150.)]
                for axis in AXES},
    "drift": {axis: [{"degrees": 30. * step, "error": .02 * step, "shape": .9, "identity": .8}
                     for step in range(1, 13)] for axis in AXES},
    "laws": {axis: [{"law": "mirror twice", "operations": 2 * count, "error": .01 * count + .03 * (axis == "other")}
                    for count in (1, 2)] for axis in AXES}}


def write(folder, trials, turned=Turned()):  # noqa: B008  frozen
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return write_report(folder, trials, analyse(trials), turned, MANIFEST).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    picture = np.full((130, 64), 200, np.uint8)
    turned = Turned([Film(axis, [picture] * FRAMES, ("volume", "nextview")) for axis in AXES],
                    {"volume": TABLES, "nextview": TABLES})
    trials = pd.concat(everything(3, ("depictive", "piecemeal", "siamese")))
    return write(tmp_path_factory.mktemp("full"), trials, turned)


def sections(html):
    return re.findall(r'<section id="([^"]+)"', html)


def test_full_report_has_every_section_in_order(full):
    assert sections(full) == ["targets", "times", "accuracy", "agents", "slopes", "difference", "attribution",
                              "individuals", "films", "media", "effects", "reproduce", "caveats"]
    assert MANIFEST["command"] in full and "150°" in full


def test_nothing_is_loaded(full):
    sources = re.findall(r'(?:src|href)="([^"]*)"', full)
    assert len(sources) > 30 and all(source.startswith("data:image/") for source in sources)
    assert "<script" not in full and "http:" not in full and "https:" not in full


def test_no_value_is_missing(full):
    shown = re.sub(r"data:[^\"]*|<style>.*?</style>", "", full, flags=re.S)
    assert not re.search(r"\b(nan|None|inf)\b", shown)


def test_targets_are_judged(full):
    assert full.count(">met<") > 5 and ">missed<" in full
    assert near(1, .1)(effect(.95, None, None)) and near(0)(effect(.2, None, None)) is None
    assert near(0)(effect(.2, -.1, .5)) and not near(0)(effect(.2, .1, .5))


def effect(measured, low, high):
    return Effect("r", "depictive", "x", measured, low, high, None, "", "emergent")


def test_every_target_can_be_found():
    found = {(e.name, e.agent, e.condition) for e in analyse(pd.concat(everything(3, ("depictive", "aphantasic"))))}
    missing = [target.what for target in TARGETS if (target.name, target.agent, target.condition) not in found]
    assert not missing


def test_laws_are_means_over_axes(full):
    row = full[full.index("mirror twice, 2 operations"):][:120]
    assert "0.020" in row


def test_sections_without_data_are_left_out(tmp_path):
    html = write(tmp_path / "one", judged("siamese", "hamrick-2014", still, people=3))
    assert sections(html) == ["accuracy", "slopes", "difference", "effects", "reproduce", "caveats"]
    nothing = judged("depictive", "hamrick-2014", still).iloc[:0]
    html = write(tmp_path / "none", nothing)
    assert sections(html) == ["reproduce", "caveats"] and 'class="strip"' not in html


@pytest.mark.parametrize("correct", [0, 1])
@pytest.mark.parametrize("people", [1, 3])
def test_small_runs_have_a_report(tmp_path, people, correct):
    conditions = "hamrick-2014", "shepard-1971", "shepard-1971 blank", "cooper-1975", "practice 1", "practice 2"
    trials = pd.concat(judged("depictive", condition, turning(), people=people) for condition in conditions)
    assert "effects" in sections(write(tmp_path, trials.assign(correct=correct)))


def test_every_effect_is_in_the_table(tmp_path):
    trials = pd.concat([judged(agent, "ganis-2015", turning(), people=3) for agent in ("depictive", "<i>me</i>")])
    html = write(tmp_path, trials)
    assert html.count('class="dotted"') == len(analyse(trials)) and "<i>me" not in html


# ---- imagined turns -------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def media():
    torch.manual_seed(0)
    return {"volume": LatentVolume(features=4, width=(16, 16), deep=(16, 16), blocks=(1, 1)).eval(),
            "nextview": NextView(channels=(16, 32), heads=2).eval()}


def test_films_show_the_true_view_above_the_imagined_ones(media):
    shown = films(media, 3)
    assert [film.axis for film in shown] == list(AXES) and all(len(film.frames) == FRAMES for film in shown)
    assert {frame.shape for film in shown for frame in film.frames} == {(3 * 64 + 2 * 2, 64)}
    again = films({"volume": media["volume"]}, 3)
    assert (again[0].frames[2][:64] == shown[0].frames[2][:64]).all(), "the same figures for the same seed"
    unturned = shown[0].frames[0]
    assert (unturned[-64:] == unturned[:64]).all(), "before any turn the next view is what was seen"
    assert films({}, 3) == []


def test_what_is_shipped_is_shown(media, tmp_path, monkeypatch):
    for name in NAMES:
        (tmp_path / name).mkdir()
        (tmp_path / name / "recipe.json").write_text(json.dumps({"metrics": TABLES if name == "volume" else {}}))
        if name != "regressor":
            (tmp_path / name / "diffusion_pytorch_model.safetensors").touch()
    monkeypatch.setattr(imagery, "SHIPPED", tmp_path)
    monkeypatch.setattr(imagery, "load", lambda name: media.get(name, media["nextview"]))
    turned = examples_of(MANIFEST)
    assert [film.media for film in turned.films] == [["volume", "nextview"]] * 3
    assert turned.tables == {"volume": TABLES, "nextview": {}, "regressor": {}}
