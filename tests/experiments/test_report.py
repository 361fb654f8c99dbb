"""The report is one file that loads nothing, shows what there is and only that, and runs no text of the user's."""

import base64
import re
import warnings
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from experiments import figures
from experiments.page import number
from experiments.scanning.analysis import analyse
from experiments.scanning.report import write_report
from experiments.statistics import Effect

MANIFEST = {
    "command": "imagery run scanning --participants 12 --seed 3", "seed": 3, "versions": {"numpy": "2.0"},
    "weights": {"islands": "9f" * 32},
    "configuration": {"participants": 12, "description": "<script>alert('hut')</script> & a $well"},
}


class Tags(HTMLParser):
    """Tags that were opened, attributes that were set, and text that was shown."""

    def __init__(self, html):
        super().__init__()
        self.opened, self.attributes, self.text = [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.opened.append(tag)
        self.attributes += [(tag, *attribute) for attribute in attrs]

    def handle_data(self, data):
        self.text += data


def example(steps=5):
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    path = list(zip(np.linspace(.05, .8, steps), np.linspace(.02, .95, steps)))
    return {"title": "A <b>map</b>", "stimulus": pixels, "image": pixels, "path": path, "source": "hut",
            "target": "$tree_", "ticks": 9}


def everything(made, pace):
    def passing(distance, links, between, rng):
        return 3 + 9 * distance + between + rng.normal(size=len(distance))

    for agent, slope in (("depictive", 12.0), ("propositional", -1.0), ("flat", 0.0)):
        for condition, share in (("scan", 1), ("no_scan", 0), ("half", .5), ("full", 1), ("overflow", 2), ("own", 1),
                                 ("described_good_1", 0), ("described_good_6", 1), ("described_random_6", .5)):
            yield made(agent, condition, pace(slope * share, noise=1.0, start=9.0))
        yield made(agent, "intervening", passing)
    for image in ("perfect", "shuffled", "blank", "saccade"):
        yield made("depictive", f"scan_{image}", pace(3.0, noise=1.0))


def write(folder, trials, examples=()):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return write_report(folder, trials, analyse(trials), examples, MANIFEST).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def full(made, pace, tmp_path_factory):
    trials = pd.concat(everything(made, pace))
    return write(tmp_path_factory.mktemp("full"), trials, [example(), example(1), example(30)])


def sections(html):
    return re.findall(r'<section id="([^"]+)"', html)


def test_full_report_has_every_section_in_order(full):
    assert sections(full) == ["scanning", "images", "learning", "controls", "attribution", "own", "effects",
                              "reproduce", "caveats"]


def test_nothing_is_loaded(full):
    tags = Tags(full)
    assert not {"script", "link", "iframe", "object", "base"} & set(tags.opened)
    sources = [value for _, name, value in tags.attributes if name in ("src", "href", "srcset", "action")]
    assert len(sources) > 10 and all(value.startswith("data:image/") for value in sources)
    assert "url(" not in full and "@import" not in full and "http:" not in full and "https:" not in full
    assert "default-src 'none'" in full


def test_text_of_the_user_is_shown_and_not_run(full):
    tags = Tags(full)
    assert "script" not in tags.opened and "b" in tags.opened
    assert MANIFEST["configuration"]["description"] in tags.text
    assert "A <b>map</b>: hut to $tree_, 9 ticks" in tags.text


def test_strange_agents_and_conditions_are_escaped(made, pace, tmp_path):
    html = write(tmp_path, made("<i>me</i>", "<u>there</u>", pace(2.0)))
    assert "<i>me</i>" in Tags(html).text and "<u>" not in html
    assert sections(html) == ["effects", "reproduce", "caveats"]


def test_it_can_be_reproduced(full):
    text = Tags(full).text
    assert MANIFEST["command"] in text and "9f" * 32 in text and "2.0" in text


def test_sections_without_data_are_left_out(made, pace, tmp_path):
    assert sections(write(tmp_path, made("depictive", "scan", pace(9.0)))) == ["scanning", "effects", "reproduce",
                                                                                "caveats"]
    nothing = made("depictive", "scan", pace(9.0)).iloc[:0]
    html = write(tmp_path / "none", nothing)
    assert sections(html) == ["reproduce", "caveats"] and 'class="strip"' not in html


@pytest.mark.parametrize("correct", [0, 1])
@pytest.mark.parametrize("people", [1, 2])
def test_small_runs_have_a_report(made, pace, tmp_path, people, correct):
    conditions = "scan", "no_scan", "half", "overflow", "described_good_2", "scan_blank", "own"
    trials = pd.concat(made(agent, condition, pace(slope), people=people) for condition in conditions
                       for agent, slope in (("depictive", 9.0), ("flat", 0.0)))
    assert "effects" in sections(write(tmp_path, trials.assign(correct=correct)))


def test_every_effect_is_in_the_table(made, pace, tmp_path):
    trials = pd.concat(everything(made, pace))
    effects = analyse(trials)
    html = write_report(tmp_path, trials, effects, [], MANIFEST).read_text(encoding="utf-8")
    assert html.count('class="dotted"') == len(effects)
    assert {effect.source for effect in effects} <= {line.strip() for line in re.split(r"[<>]", _plain(html))}


def _plain(html):
    return html.replace("&amp;", "&").replace("&#39;", "'")


def test_figures_are_kept_and_repeat(made, pace, tmp_path):
    trials = made("depictive", "scan", pace(9.0, noise=1.0))
    first, second = (write(tmp_path / name, trials) for name in "ab")
    assert first == second
    files = sorted((tmp_path / "a" / "figures").iterdir())
    assert [file.name for file in files] == ["scan-depictive.svg", "scan-people.svg"]
    assert all(base64.b64encode(file.read_bytes()).decode() in first for file in files)
    assert not list(tmp_path.rglob("*.part"))


def test_ticks_are_shown_where_there_is_no_scale(made, pace, tmp_path, monkeypatch):
    units = {}
    draw = figures.relation
    monkeypatch.setattr(figures, "relation",
                        lambda agent, *a, **k: units.update({agent: k["labels"][1]}) or draw(agent, *a, **k))
    write(tmp_path, pd.concat([made("depictive", "scan", pace(9.0)), made("flat", "scan", pace(0.0))]))
    assert units == {"people": "time, s", "depictive": "time, s", "flat": "time, ticks"}


def test_labels_are_moved_apart():
    places = figures._apart([1.0, 1.02, .99, 3.0], .2)
    assert np.diff(sorted(places)).min() >= .2 - 1e-5 and np.argsort(places).tolist() == [2, 0, 1, 3]


def test_numbers_read_well():
    assert [number(x) for x in (None, .97, -.04, 45.13, 1.742, 1.0, -0.0001, 1234.5)] == [
        "–", "0.970", "−0.040", "45.1", "1.74", "1.000", "0.000", "1234"]


def test_an_effect_without_numbers_is_a_dash(tmp_path, made, pace):
    trials = made("flat", "scan", pace(0.0)).iloc[:0]
    effect = Effect("r", "flat", "scan", None, None, None, .97, "a source", "built in")
    html = write_report(tmp_path, trials, [effect], [], MANIFEST).read_text(encoding="utf-8")
    assert "–" in html and "None" not in html and "nan" not in html.split("</style>")[1].split("data:")[0]
