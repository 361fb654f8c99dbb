"""The benchmark of planning from boards to report, with models that were taught nothing."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import imagery
from agents.planning.imagery import UNFAMILIAR
from envs.maze import MazeEnv
from experiments import cli
from experiments.planning import benchmark as planning
from experiments.planning import runs as planning_runs
from experiments.planning.agents import PLANNERS, Minds, certain_grids
from experiments.planning.boards import IMAGINATIONS, PROTOCOL, PUBLISHED, Setting, ice, settings
from experiments.planning.controls import Spoiled
from experiments.planning.films import film
from experiments.planning.runs import ELSEWHERE, Effort, practised, run
from experiments.planning.speed import planning_speed
from experiments.upbringing.walks import CHALK
from imagery.foresight import Foresight, Futures

EFFORT = Effort(boards=1, beyond=1, episodes=2, budget=8, walks=1, rehearsal=48)
UNTAUGHT = ("propositional", "random", "oracle")
FILES = {"trials.tsv", "planning.json", "report.html", "figures"}


def maze(imagination="", count=2):
    return Setting("Maze", 4, imagination or "protocol", count, (("size", 4),), imagination)


@pytest.fixture
def minds(shipped):
    return Minds()


def without_time(trials):
    return trials.drop(columns="seconds")


# ---- planners through settings --------------------------------------------------------------------------------------

def test_every_planner_plays_somewhere_and_columns_are_as_promised(shipped):
    given = [maze(), Setting("FormBoard", 0.0, "dial", 1, (("dial", 0.0),)), ice("4x4", 2)]
    trials = run(tuple(PLANNERS), given, EFFORT, 0)
    assert list(trials.columns[:12]) == ("agent world size board success exact progress steps optimal frames ticks "
                                         "seconds").split()
    assert list(dict.fromkeys(trials["agent"])) == list(PLANNERS)
    where = trials.groupby("agent")["condition"].agg(set)
    assert where["reader"] == {"published", "honest"} and where["imagery"] == where["random"] | set()
    assert not {"dial", "slippery"} & where["latent"] and "slippery" not in where["dual"]
    assert (trials["ticks"] == trials["frames"] + trials["steps"]).all()
    assert set(trials.loc[trials["condition"] == "dial", "size"]) == {0}
    certain = trials[(trials["condition"] == "honest") & trials["agent"].isin(["oracle", "propositional"])]
    assert (certain[["success", "exact", "progress"]] == 1).all(axis=None)
    assert trials.loc[trials["condition"] == "slippery", ["exact", "progress"]].isna().all(axis=None)


def test_trials_are_the_same_however_many_processes(shipped, monkeypatch):
    monkeypatch.setattr(planning_runs, "COHORT", 2)
    given, names = [maze(count=3)], ("imagery", "random")
    alone = run(names, given, EFFORT, 3)
    assert without_time(run(names, given, EFFORT, 3, 2, "threading")).equals(without_time(alone))
    assert not without_time(run(names, given, EFFORT, 4)).equals(without_time(alone))


def test_imagination_is_what_success_is_due_to(shipped):
    """With the world itself in mind all boards are solved by a shortest way, with nothing in mind none is."""
    effort = Effort(2, 1, 3, 400, 1)
    trials = run(("imagery",), [maze(each) for each in IMAGINATIONS], effort, 0)
    solved = trials.groupby("condition")["success"].mean()
    assert solved["perfect"] == 1 and solved["blank"] == 0
    assert (trials.loc[trials["condition"] == "perfect", ["exact", "progress"]] == 1).all(axis=None)
    assert set(trials["agent"]) == {"imagery"}
    assert (trials.loc[trials["condition"] == "blank", "verdict"] == "no path").all() or solved["shuffled"] < 1


def test_spoiled_futures_belong_to_others(minds):
    foresight = minds.foresight(maze(""))
    pictures = np.stack([MazeEnv(4).reset(seed=seed)[0] for seed in range(6)])
    for kind in ("shuffled", "blank"):
        foresight.generator.manual_seed(0)
        true = foresight.imagine(pictures, pictures, [0] * 6)
        foresight.generator.manual_seed(0)
        found = Spoiled(foresight, kind).imagine(pictures, pictures, [0] * 6)
        if kind == "blank":
            assert not found.pictures.any() and not found.reward.any() and found.pictures.shape == pictures.shape
        else:
            assert np.array_equal(found.pictures, np.roll(true.pictures, 3, 0)) and not np.array_equal(
                found.pictures, true.pictures) and np.array_equal(found.left, np.roll(true.left, 3))


def test_the_planner_of_planners_knows_what_practice_taught():
    """Words solve every maze, chance next to none."""
    known = practised(("propositional", "random"), ["Maze"], EFFORT, 0)
    words, chance = (known["The maze has", name] for name in ("propositional", "random"))
    assert (words.successes, words.tries) == (9, 10) and words.frames > 0 == chance.frames
    assert chance.successes < words.successes


@pytest.mark.parametrize("world", PUBLISHED)
def test_what_is_shipped_tells_another_style_from_other_sizes(world):
    """The style was never learned from, no more than the sizes were."""
    known, novel = ([setting.env(setting.case(0, ELSEWHERE).board, close=True).reset(seed=0)[0]
                     for setting in settings(1, 1, 1) if setting.world == world and setting.condition in conditions]
                    for conditions in ((PROTOCOL, "larger"), (CHALK,)))
    foresight = Foresight(imagery.load("world"))
    assert len(known) > 7 and novel
    assert all(foresight.novelty(picture[None])[0] < UNFAMILIAR for picture in known)
    assert all(foresight.novelty(picture[None])[0] > UNFAMILIAR for picture in novel)


def test_ice_is_rehearsed_once(shipped, monkeypatch):
    counted = []
    monkeypatch.setattr(Foresight, "imagine", lambda self, first, last, actions, real=Foresight.imagine: (
        counted.append(len(first)), real(self, first, last, actions))[1])
    trials = run(("imagery",), [ice("4x4", 4)], EFFORT, 0)
    assert trials["frames"].min() >= 48 and sum(counted) < trials["frames"].sum()


def test_weights_that_are_missing_are_told_of_before_anything_is_run(tmp_path, monkeypatch):
    monkeypatch.setattr(imagery, "SHIPPED", tmp_path / "none")
    monkeypatch.setattr(planning, "run", lambda *given: pytest.fail("ran"))
    with pytest.raises(ValueError, match="no folder .*latent: `imagery train` makes one"):
        planning.planning(tmp_path / "o", agents=["latent"])
    assert not (tmp_path / "o").exists()


def test_all_that_is_asked_for_has_somebody_to_play_it():
    for setting in settings(2, 1, 3):
        assert any(entry.plays(setting) for entry in PLANNERS.values())
    assert not any(certain_grids(setting) for setting in settings(2, 1, 3) if setting.imagination or setting.slippery)


def test_minigrid_is_played_where_it_is_installed(shipped):
    pytest.importorskip("minigrid")
    given = [each for each in settings(2, 1, 3) if each.world == "DoorKey"]
    trials = run(("imagery", "random", "propositional"), given, EFFORT, 0)
    assert set(trials["agent"]) == {"imagery", "random"} and trials["optimal"].isna().all()
    assert set(trials["condition"]) == {"minigrid", "perfect"}


# ---- the command ----------------------------------------------------------------------------------------------------

@pytest.fixture
def lab(shipped, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(planning_runs.PRESETS, "small", EFFORT)
    Path("lakes.json").write_text('[["SFF", "HHF", "GFF"], ["SHF", "HHF", "GFF"]]')
    return tmp_path


def command(*arguments):
    return cli.main(["bench", "planning", "--jobs", "1", *arguments])


def test_own_boards_from_file_to_report(lab, capsys):
    for _ in range(2):                                            # the second replaces the first
        assert command("--boards", "lakes.json", "--agents", "imagery,propositional,oracle", "--out", "o/p",
                       "--json") == 0
        told = json.loads(capsys.readouterr().out)
    assert {path.name for path in Path("o/p").iterdir()} == FILES and {path.name for path in Path("o").iterdir()} == {
        "p"}
    assert told == json.loads(Path("o/p/planning.json").read_text())
    assert told["no_path"][0]["board"] == 1 and told["no_path"][0]["said"]["propositional"] == "no path"
    page = Path("o/p/report.html").read_text()
    assert "VPRL (published)" in page and "data:image/gif;base64," in page and "board 2" in page
    film_, = Path("o/p/figures").glob("*.gif")
    assert Image.open(film_).n_frames >= 1 and Image.open(film_).size == (520, 256)
    assert told["manifest"]["weights"].keys() == {"world"}


def test_everything_from_settings_to_report(lab, capsys):
    assert command("--agents", ",".join(UNTAUGHT), "--out", "o") == 0
    assert capsys.readouterr().out == "report: o/report.html\n"
    page, told = Path("o/report.html").read_text(), json.loads(Path("o/planning.json").read_text())
    assert all(f'<section id="{name}">' in page for name in ("protocol", "size", "frontier", "dial", "slippery",
                                                             "sokoban", "effects"))
    assert {each["size"] for each in told["slippery"]} == {4, 8} and told["dial"] == []
    solved = {cell["condition"]: cell["success"] for cell in told["cells"] if cell["agent"] == "oracle"}
    assert set(solved) >= {"published", "larger", "chalk", "dial", "test set", "slippery"}
    assert {solved[condition] for condition in set(solved) - {"slippery"}} == {1}


BAD = {("--agents", "imagry"): "did you mean imagery", ("--preset", "tiny"): "unknown preset 'tiny'",
       ("--jobs", "0"): "--jobs must be more than 0", ("--backend", "rey"): "did you mean ray",
       ("--seed", "-1"): "--seed must be", ("--boards", "none.json"): "none.json: No such file",
       ("--boards", "bad.json"): "board 1: a lake is a list of strings"}


@pytest.mark.parametrize("arguments", BAD, ids=" ".join)
def test_bad_input_ends_in_one_line(arguments, lab, capsys):
    Path("bad.json").write_text('[["SX"]]')
    before = {path.name for path in lab.iterdir()}
    assert command(*arguments, "--out", "o") == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1) and BAD[arguments] in err and "Traceback" not in err
    assert {path.name for path in lab.iterdir()} == before


def test_options_of_planning_are_for_planning(capsys):
    assert cli.main(["bench", "speed", "--preset", "small"]) == 2
    assert "--preset is for planning, not for speed" in capsys.readouterr().err


def test_what_fails_leaves_nothing_behind(lab, monkeypatch):
    monkeypatch.setattr(planning.report, "report", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        planning.planning(Path("o"), agents=["random"], boards=Path("lakes.json").read_text(), jobs=1)
    assert {path.name for path in lab.iterdir()} == {"lakes.json"}


# ---- films and speed ------------------------------------------------------------------------------------------------

class Hopeful:
    """Sees success everywhere, and a grey that grows lighter."""

    grey = 100

    def novelty(self, pictures):
        return np.zeros(len(pictures))

    def imagine(self, first, last, actions):
        certain, self.grey = np.ones(len(actions)), self.grey + 20
        return Futures(np.full_like(last, self.grey), certain, certain, 0 * certain)


def test_a_film_shows_what_was_foreseen_above_what_came():
    shown = film(maze(), Hopeful(), budget=24)
    assert len(shown.frames) == 8 and "7 steps, 28 pictures imagined" in shown.note         # 4 a step, until over 24
    assert np.array_equal(shown.frames[0][:64], shown.frames[0][66:])
    assert (shown.frames[1][:64] == 120).all() and (shown.frames[1][66:] != 120).any()
    moving = Image.open(io.BytesIO(shown.thinking))
    assert moving.size == (520, 256) and moving.is_animated


def test_speed_of_imagining_beside_copies(shipped):
    found = planning_speed()
    assert set(found["imagined_frames_per_s"]) == {1, 16, 64} and set(found["plans_per_s"]) == {"imagined", "copied"}
    assert all(value > 0 for each in found.values() for value in each.values())
