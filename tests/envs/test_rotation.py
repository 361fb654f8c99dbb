"""Mental rotation as an environment: designs, sessions, clock, records, what is shown, and what is refused."""

import warnings
from collections import Counter
from dataclasses import replace

import gymnasium
import numpy as np
import pytest
from gymnasium.envs.registration import registry
from gymnasium.utils.env_checker import check_env
from playing import session

import envs
from envs.rotation import ADVANCE, INSTRUCTION, LEARN, MIRROR, QUESTIONS, READY, SAME, WHICH, WHITHER, Rotation
from envs.session import THINK
from envs.stimuli import blocks, turns
from envs.stimuli.figures import FAMILIES, LETTERS, Letter, pool
from envs.stimuli.pairs import PUBLISHED, Design, published
from envs.stimuli.polygons import Polygon

ID = "imagery/Rotation-v0"
KEYS = ["condition", "advance", "block", "stimulus", "family", "axis", "angle", "direction", "vertices", "same",
        "response", "correct", "ticks", "preparation"]
FLAT = Design(family="letters", angles=(0, 90, 180), count=3)
DEEP = Design(family="blocks", axes=("plane", "vertical", "other"), angles=(40, 180), count=4)
LEARNED = Design(family="polygons", vertices=(6,), angles=(0, 120), count=2, presentation="memory", repetitions=2)
DESIGNS = {"flat": FLAT, "deep": DEEP, "learned": LEARNED}
SQUARE = Polygon(((-.3, -.3), (.3, -.3), (.3, .3), (-.3, .3)), "square")
BAR = blocks.Blocks(((0, 0, 0), (1, 0, 0), (2, 0, 0)))
envs.register_envs()


def hasty(words, onset, picture):
    """Somebody who always says the same, at once."""
    return SAME if words.endswith("?") else READY


def events(perceived):
    return [(words, picture) for words, onset, picture in perceived if onset]


@pytest.mark.parametrize("design", DESIGNS)
def test_follows_the_api(design):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gymnasium.make(ID, design=DESIGNS[design], limit=3).unwrapped)
        env = gymnasium.make(ID, design=DESIGNS[design], limit=20, render_mode="rgb_array")
        session(env, lambda *seen: env.action_space.sample())


def test_registers():
    before = dict(registry)
    try:
        del registry[ID]
        envs.register_envs()
        envs.register_envs()
        assert isinstance(gymnasium.make(ID, design=FLAT).unwrapped, Rotation) and set(registry) == set(before)
    finally:
        registry.update(before)


@pytest.mark.parametrize("design", DESIGNS)
def test_same_seed_same_session(design):
    env = gymnasium.make(ID, design=DESIGNS[design])
    one, again, other = (session(env, hasty, seed) for seed in (5, 5, 6))
    assert one[1] == again[1] != other[1]
    assert all(np.array_equal(a[2], b[2]) for a, b in zip(one[0], again[0], strict=True))


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_same_seed_same_trials_in_a_vector(mode):
    vector = gymnasium.make_vec(ID, num_envs=2, vectorization_mode=mode, design=FLAT, limit=2)
    vector.reset(seed=[3, 4])
    trials = ([], [])
    while min(map(len, trials)) < 6:
        _, _, _, _, info = vector.step(np.full(2, SAME))
        for index in np.flatnonzero(info.get("_trial", ())):
            trials[index].append({key: info["trial"][key][index] for key in KEYS})
    vector.close()
    for seed, found in zip((3, 4), trials, strict=True):
        assert str([list(map(str, trial.values())) for trial in found]) == str(
            [list(map(str, trial.values())) for trial in session(Rotation(FLAT, limit=2), hasty, seed)[1]])


@pytest.mark.parametrize("design", DESIGNS)
def test_every_cell_as_often_and_records_are_whole(design):
    env = Rotation(replace(DESIGNS[design], blocks=2))
    _, trials = session(env, hasty)
    design = env.design
    cells = Counter((trial["block"], trial["axis"], trial["angle"], trial["same"]) for trial in trials)
    assert len(cells) == 2 * len(design.axes) * len(design.angles) * 2 and set(cells.values()) == {design.repetitions}
    uses = Counter(trial["stimulus"] for trial in trials if trial["block"] == 1)
    assert max(uses.values()) - min(uses.values()) <= 1 and set(uses) == {each.name for each in design.figures}
    for trial in trials:
        assert list(trial) == KEYS and trial["response"] == "same" and trial["correct"] == trial["same"]
        assert trial["ticks"] == 1 and trial["preparation"] == 0 and trial["family"] == design.family
        assert trial["advance"] == "none" and trial["condition"] == "own" and trial["direction"] in (1, -1)
    assert trials[:len(trials) // 2] != trials[len(trials) // 2:]


@pytest.mark.parametrize("ticks", [1, 4, 7])
@pytest.mark.parametrize("action", [SAME, MIRROR])
def test_clock_runs_from_the_question(ticks, action):
    waited = 0

    def participant(words, onset, picture):
        nonlocal waited
        waited = 1 if onset else waited + 1
        return action if words.endswith("?") and waited == ticks else THINK

    _, trials = session(Rotation(LEARNED, "both", study_ticks=3, advance_ticks=2, limit=9), participant)
    assert {(trial["ticks"], trial["preparation"], trial["response"]) for trial in trials} == {
        (ticks, 4, ("none", "same", "mirror")[action])}
    assert np.mean([trial["correct"] for trial in trials]) == .5


def test_no_answer_in_time_is_wrong_and_ready_is_none():
    _, trials = session(Rotation(FLAT, limit=7), lambda *seen: READY)
    assert {(trial["response"], trial["correct"], trial["ticks"]) for trial in trials} == {("none", 0, 7)}


def test_answers_end_nothing_but_questions_and_ready_the_rest():
    perceived, _ = session(Rotation(LEARNED, study_ticks=5), lambda words, onset, picture: SAME)
    assert sum(words == LEARN for words, _, _ in perceived) == 5 * 2
    perceived, trials = session(Rotation(LEARNED, "identity", study_ticks=5),
                                lambda words, onset, picture: SAME if words.endswith("?") else READY)
    assert sum(words == LEARN for words, _, _ in perceived) == 2 and {trial["preparation"] for trial in trials} == {1}


# ---- what is shown --------------------------------------------------------------------------------------------------


def test_pictures_of_a_pair_are_those_of_the_record():
    """Undoing the recorded turn brings the second picture onto the first, or onto its mirror image."""
    perceived, trials = session(Rotation(replace(FLAT, angles=(0, 90, 180)), size=64), hasty)
    for (_, picture), trial in zip(events(perceived)[1:], trials, strict=True):
        ink = 1 - picture[..., 0] / 255
        first, second = ink[:, :64], ink[:, 64:]
        back = np.rot90(second, trial["direction"] * trial["angle"] // 90)
        same, mirrored = np.abs(back - first).mean(), np.abs(back - first[:, ::-1]).mean()
        assert (same < .03 < mirrored) if trial["same"] else (mirrored < .03 < same)


def test_blocks_in_depth_are_drawn_as_turned():
    for pair in DEEP.session(np.random.default_rng(0))[0]:
        first, second = pair.pictures()
        shape = pair.first if pair.same else pair.first.mirror()
        start = pair.start if pair.same else turns.MIRROR @ pair.start @ turns.MIRROR
        assert np.array_equal(first, pair.first.draw(pair.start))
        assert np.array_equal(second, shape.draw(pair.turn @ start))
        assert np.isclose(np.trace(pair.turn), 1 + 2 * np.cos(np.deg2rad(pair.angle)))
        assert pair.first.legible(pair.start) and shape.legible(pair.turn @ start)
        axis = {"plane": turns.PLANE, "vertical": turns.VERTICAL}.get(pair.axis)
        if axis is None:
            assert not any(np.allclose(pair.turn @ known, known) for known in (turns.PLANE, turns.VERTICAL))
        else:
            assert np.allclose(pair.turn, turns.rotation(axis, pair.direction * pair.angle))


def test_upright_mirror_pairs_are_mirror_pictures():
    design = Design(family="blocks", axes=("plane",), angles=(0,), count=5, repetitions=3)
    for pair in design.session(np.random.default_rng(0))[0]:
        first, second = pair.pictures()
        assert np.abs((first if pair.same else first[:, ::-1]) - second).mean() < .003


def test_learned_figures_are_shown_once_and_then_alone():
    env = Rotation(LEARNED)
    perceived, trials = session(env, hasty)
    shown = events(perceived)
    assert shown[0][0] == INSTRUCTION and not shown[0][1].any()
    learned = [picture for words, picture in shown if words == LEARN]
    assert len(learned) == 2 and [words for words, _ in shown].index(LEARN) == 1
    probes = [picture for words, picture in shown if words == QUESTIONS["memory"]]
    assert len(probes) == len(trials) and {picture.shape for picture in probes} == {(64, 64, 3)}
    for picture, trial in zip(probes, trials):
        if trial["angle"] == 0:
            assert any(np.array_equal(picture if trial["same"] else picture[:, ::-1], one) or np.abs(
                picture[:, ::-1].astype(int) - one).mean() < 2 for one in learned)


@pytest.mark.parametrize("presentation", QUESTIONS)
@pytest.mark.parametrize("advance", ADVANCE)
def test_advance_information(advance, presentation):
    design = replace(FLAT, presentation=presentation)
    perceived, trials = session(Rotation(design, advance), hasty)
    shown = [(words, 1 - picture[..., 0] / 255) for words, picture in events(perceived)
             if words not in (LEARN, INSTRUCTION)]
    before = {"none": [], "identity": [WHICH], "orientation": [WHITHER], "both": [WHICH, WHITHER]}[advance]
    assert [words for words, _ in shown] == [*before, QUESTIONS[presentation]] * len(trials)
    for (words, ink), trial in zip(shown, [trial for trial in trials for _ in range(len(before) + 1)]):
        if words == WHICH:
            upright = Letter(trial["stimulus"]).draw(np.eye(3))
            assert np.abs(ink[:, :64] - upright).max() < .01 and not ink[:, 64:].any()
        if words == WHITHER:
            arrow = ink[:, -64:]
            row, column = np.nonzero(arrow > .5)
            turn = np.deg2rad(trial["direction"] * trial["angle"])
            along = (column - 31.5) * np.sin(turn) - (row - 31.5) * np.cos(turn)
            assert along.mean() > 2 and abs(along.max() - 64 * .3) < 3  # its head weighs more than its tail
            assert not ink[:, :-64].any()


@pytest.mark.parametrize("design", DESIGNS)
def test_nothing_leaks(design):
    env = Rotation(DESIGNS[design], limit=2, study_ticks=2)
    observation, info = env.reset(seed=1)
    over = False
    while not over:
        assert set(observation) == {"picture", "words"} and set(info) <= {"onset", "trial"}
        assert observation["words"] in {INSTRUCTION, LEARN, *QUESTIONS.values()}
        observation, _, over, _, info = env.step(THINK)


def test_perceptions_are_the_participants_own_and_render():
    env = Rotation(FLAT, size=32, render_mode="rgb_array")
    env.reset(seed=0)
    seen = env.step(READY)[0]["picture"]
    before = seen.copy()
    assert np.array_equal(env.render()[::4, ::4], before) and env.render().shape == (128, 256, 3)
    seen[:] = 0
    assert np.array_equal(env.step(THINK)[0]["picture"], before)


# ---- designs --------------------------------------------------------------------------------------------------------


def test_published_designs_are_as_published():
    hamrick, shepard, cooper = (published(name) for name in ("hamrick-2014", "shepard-1971", "cooper-1973"))
    assert hamrick.angles == shepard.angles == tuple(range(0, 181, 20))
    assert len(hamrick.figures) == 20 and {each.vertices for each in hamrick.figures} == {5, 6}
    assert [len(block) for block in hamrick.session(np.random.default_rng(0))] == [100, 100]
    assert len({each.shape for each in shepard.figures}) == 10 and set(shepard.axes) == {"plane", "vertical"}
    assert all(any(each.mirror() == other for other in shepard.figures) for each in shepard.figures)
    assert "".join(each.name for each in cooper.figures) == "RJG257" and cooper.presentation == "memory"
    assert set(PUBLISHED) == {name for name in PUBLISHED if published(name).name == name}


@pytest.mark.parametrize("family", FAMILIES)
def test_pools_of_the_splits_share_no_figure(family):
    vertices = {"letters": (0,), "polygons": (5, 6), "blocks": (7, 8, 9, 10)}[family]
    pools = {split: pool(family, split, vertices, 4) for split in turns.SPLITS}
    assert len({each for split in pools for each in pools[split]}) == 12
    assert all(each.handed for split in pools for each in pools[split])


@pytest.mark.parametrize("font", ["sans", "serif"])
def test_letters_have_hands_and_their_splits_share_none(font):
    together = "".join(LETTERS.values())
    assert len(set(together)) == len(together)
    assert all(Letter(character, font).handed for character in together)
    assert not any(Letter(character).handed for character in "AHIMOTUVWXYiloxvw08")
    mirrored = Letter("R", font).mirror()
    assert np.abs(mirrored.draw(np.eye(3))[:, ::-1] - Letter("R", font).draw(np.eye(3))).mean() < .01
    assert mirrored.mirror() == Letter("R", font)


@pytest.mark.parametrize(("wrong", "right"), [
    ({"family": "faces"}, "letters, polygons, blocks"), ({"axes": ("sideways",)}, "plane, vertical, other"),
    ({"axes": ("vertical",)}, "in the plane only"), ({"axes": ()}, "at least one"), ({"angles": ()}, "at least one"),
    ({"angles": (0, 190)}, "190.*0 to 180"), ({"angles": (-1,)}, "0 to 180"), ({"angles": (float("nan"),)}, "nan"),
    ({"angles": (float("inf"),)}, "0 to 180"), ({"angles": ("30",)}, "'30'.*numbers"),
    ({"vertices": (4,)}, "vertices of polygons 4"), ({"presentation": "film"}, "pair, memory"),
    ({"split": "exam"}, "training, validation, test"), ({"count": 0}, "count is 0"), ({"blocks": 1.5}, "whole number"),
    ({"repetitions": True}, "whole number"), ({"family": "letters", "count": 7}, "6 letters for test; 7 are too many"),
    ({"figures": (SQUARE,)}, "square.*own mirror image"), ({"figures": (Letter("R"),)}, "this design is of polygons"),
    ({"family": "letters", "figures": (Letter("R"), Letter("A"))}, "A, one of the letters, is its own mirror"),
    ({"family": "blocks", "figures": (BAR,)}, "own mirror image")])
def test_bad_designs_say_what_would_be_right(wrong, right):
    with pytest.raises(ValueError, match=right) as caught:
        Design(**wrong)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("wrong", "right"), [
    ({"design": "niall-1997"}, "hamrick-2014"), ({"advance": "all"}, "none, identity, orientation, both"),
    ({"design": "shepard-1971", "advance": "orientation"}, "in the plane only"), ({"size": 8}, "at least 16"),
    ({"limit": 0}, "at least 1"), ({"study_ticks": 2.5}, "whole number"), ({"render_mode": "human"}, "rgb_array")])
def test_bad_arguments_say_what_would_be_right(wrong, right):
    with pytest.raises(ValueError, match=right) as caught:
        Rotation(**wrong)
    assert "\n" not in str(caught.value)
