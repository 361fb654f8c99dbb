"""Each effect is found in a subject that was made to show it, and not in one that was made not to."""

import json
import warnings
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
from rotating import judged, still, turning

from experiments.rotation import effects as named
from experiments.rotation.analysis import analyse, cells_of
from experiments.rotation.differences import differences
from experiments.rotation.effects import STUDIES, people
from experiments.rotation.fits import seconds_of
from experiments.rotation.vividness import vividness
from experiments.statistics import bic_less, left_out, line, linear_fit, rising

PLANE, DEEP = "same pairs in the plane", "same pairs about the vertical axis"
HAMRICK, METZLER, GANIS, KHAZOUM = STUDIES


def find(effects, name, called="", condition="hamrick-2014", agent="depictive"):
    found = [e for e in effects if (e.name, e.agent, e.condition) == (name.format(called), agent, condition)]
    assert len(found) <= 1, f"{name} was reported {len(found)} times"
    return found[0] if found else None


def like_people(study):
    """A subject that takes a tick for every 40 ms beyond 0.4 s that people take."""
    seconds = people(study).set_index(["angle", "same"])["seconds"]

    def time(trials, rng):
        return np.interp(trials["angle"], *_of(seconds, 1)) * trials["same"] / .04 + np.interp(
            trials["angle"], *_of(seconds, 0 if 0 in study.columns else 1)) * (1 - trials["same"]) / .04 - 10

    return time


def _of(seconds, same):
    rows = seconds.xs(same, level="same")
    return rows.index.to_numpy(), rows.to_numpy()


# ---- one condition --------------------------------------------------------------------------------------------------

def test_a_constant_pace_is_read_exactly():
    effects = analyse(judged("depictive", "hamrick-2014", turning(mirror=12.0)))
    slope = find(effects, named.SLOPE, PLANE)
    assert (slope.measured, slope.low, slope.high) == pytest.approx((1 / 3,) * 3)
    assert find(effects, named.INTERCEPT, PLANE).measured == pytest.approx(20)
    assert find(effects, named.R, PLANE).measured == pytest.approx(1)
    assert find(effects, named.MIXED, PLANE).measured == pytest.approx(1 / 3)
    assert find(effects, named.ONE_SLOPE, PLANE).low == pytest.approx(1 / 3)
    assert find(effects, named.SLOPE, "mirror pairs in the plane").measured == pytest.approx(0)
    assert find(effects, named.AT_ZERO, "in the plane").measured == pytest.approx(12)
    assert find(effects, named.SHRINKS, "in the plane").high < 0
    assert find(effects, named.MIRROR_SHARE, "in the plane").measured == pytest.approx(0)
    assert find(effects, named.ACCURACY).measured == 1


def test_who_turns_nothing_shows_nothing():
    effects = analyse(judged("siamese", "hamrick-2014", still))
    assert find(effects, named.SLOPE, PLANE, agent="siamese").measured == pytest.approx(0)
    assert find(effects, named.R, PLANE, agent="siamese") is None
    assert find(effects, named.MS_PER_TICK, "same pairs", agent="siamese") is None
    assert find(effects, named.MIRROR_SHARE, "in the plane", agent="siamese") is None
    human = people(HAMRICK).query("same == 1")["seconds"]
    assert find(effects, named.RMSD, "same pairs", agent="siamese").measured == pytest.approx(np.std(human))


def test_chance_has_zero_in_its_intervals():
    effects = analyse(judged("random", "hamrick-2014", turning(0.0, noise=5.0), lambda a, s: .5 + 0 * a, people=30,
                             seed=1))
    for name in (named.SLOPE, named.R, named.MIXED, named.FALL):
        effect = find(effects, name, PLANE, agent="random")
        assert effect.low < 0 < effect.high and effect.kind == "built in"


def test_errors_have_no_time():
    trials = judged("depictive", "hamrick-2014", turning(), lambda a, s: .8 + 0 * a)
    trials.loc[trials["correct"] == 0, "ticks"] = 1000.0
    effects = analyse(trials)
    assert find(effects, named.SLOPE, PLANE).measured == pytest.approx(1 / 3)
    accuracy = find(effects, named.ACCURACY)
    assert accuracy.measured == pytest.approx(trials["correct"].mean()) and accuracy.low < accuracy.measured
    assert accuracy.published == pytest.approx(people(HAMRICK)["accuracy"].mean()) and accuracy.published < 1


def test_curves_are_told_from_lines():
    bent = judged("depictive", "hamrick-2014", lambda trials, rng: 20 + 3 * np.sqrt(trials["angle"]))
    assert find(analyse(bent), named.CURVED, PLANE).low > 10
    straight = find(analyse(judged("depictive", "hamrick-2014", turning(noise=1.0))), named.CURVED, PLANE)
    assert straight.high < 0 < straight.published, "people's times of polygons are bent"


def test_accuracy_falls_as_it_was_made_to():
    effects = analyse(judged("depictive", "hamrick-2014", turning(), lambda angle, same: 1 - angle / 360 * same,
                             people=60))
    fall = find(effects, named.FALL, PLANE)
    assert fall.low < -.5 < fall.high < 0 and fall.published == pytest.approx(-.249, abs=1e-3)
    assert find(effects, named.FALL, "mirror pairs in the plane").measured == 0
    assert find(effects, named.FALL_LESS, "in the plane").high < 0
    assert find(effects, named.ACCURACY_OF, "mirror pairs in the plane").measured == 1


# ---- beside people --------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("study", STUDIES, ids=lambda study: study.name)
def test_people_are_fitted_by_their_own_times(study):
    trials = judged("depictive", study.condition, like_people(study), people=4)
    effects, called = analyse(trials), study.shown()
    assert seconds_of(cells_of(trials)["depictive", study.condition], study) == pytest.approx((.04, .4))
    assert find(effects, named.MS_PER_TICK, called, study.condition).measured == pytest.approx(40)
    assert find(effects, named.HUMAN_R, called, study.condition).measured == pytest.approx(1)
    assert find(effects, named.HELD_OUT, called, study.condition).measured < 1e-6
    at_zero = find(effects, named.SECONDS, f"0 degrees, same pairs{study.tag}", study.condition)
    assert at_zero.measured == pytest.approx(at_zero.published)


def test_people_are_as_published():
    rows = people(METZLER)
    slope, intercept, r = line(rows["angle"].to_numpy(), rows["seconds"].to_numpy())
    assert (1000 * slope, intercept, r) == pytest.approx((16.85, 1.20, .997), abs=.01)
    assert people(KHAZOUM).query("same == 0")["seconds"].tolist() == [4.8, 4.59, 4.55, 4.51]


def test_a_line_on_the_angle_stands_beside():
    effects = analyse(judged("depictive", "hamrick-2014", turning(), people=3))
    rows = people(HAMRICK).query("same == 1")
    ceiling = find(effects, named.HELD_OUT, "same pairs", agent="people")
    assert ceiling.measured == pytest.approx(float(linear_fit(rows["angle"].to_numpy(), rows["seconds"].to_numpy())[1]))
    mine = find(effects, named.HELD_OUT, "same pairs")
    assert mine.measured == pytest.approx(ceiling.measured) and "ceiling" in ceiling.source


def test_act_r_stands_beside_the_study_it_was_fitted_to():
    effects = analyse(judged("depictive", "shepard-1971", turning(), people=3))
    assert find(effects, named.RMSD, "same pairs", "shepard-1971").published == .244
    assert find(effects, named.RMSD, "same and mirror pairs, Khazoum et al.", "shepard-1971").published is None


def test_a_tick_takes_no_negative_time():
    effects = analyse(judged("depictive", "hamrick-2014", turning(-.1, 40.0, noise=.5)))
    assert find(effects, named.HUMAN_R, "same pairs").measured < -.9
    assert find(effects, named.MS_PER_TICK, "same pairs") is None


def test_the_better_theory_has_the_lower_bic():
    effects = analyse(pd.concat([judged("depictive", "hamrick-2014", like_people(HAMRICK), people=3),
                                 judged("siamese", "hamrick-2014", still, people=3)]))
    assert find(effects, named.BIC_ABOVE, "same pairs", agent="siamese").measured > 10
    assert find(effects, named.BIC_ABOVE, "same pairs") is None


# ---- across axes, conditions, agents --------------------------------------------------------------------------------

def test_depth_is_a_share_of_the_plane():
    def time(trials, rng):
        return 20 + np.where(trials["axis"] == "vertical", .3, .2) * trials["angle"]

    effects = analyse(judged("depictive", "shepard-1971", time))
    assert find(effects, named.DEPTH, "same pairs", "shepard-1971").measured == pytest.approx(1.5)
    assert find(effects, named.SLOPE, DEEP, "shepard-1971").measured == pytest.approx(.3)


def test_slopes_are_compared_by_family_vertices_advance_and_practice():
    def by_vertices(trials, rng):
        return 10 + .01 * trials["vertices"] * trials["angle"]

    paces = {"shepard-1971": .5, "hamrick-2014": .3, "cooper-1973": .04, "cooper-1973 both": .0,
             "cooper-1973 identity": .02, "practice 1": .4, "practice 2": .3, "practice 3": .2}
    effects = analyse(pd.concat([judged("depictive", condition, turning(pace)) for condition, pace in paces.items()]
                                + [judged("depictive", "cooper-1975", by_vertices)]))
    blocks, polygons = (find(effects, named.FAMILY, f"slope of same {one} less that of same {other}", condition)
                        for one, other, condition in (("blocks", "polygons", "shepard-1971"),
                                                      ("polygons", "letters", "cooper-1975")))
    assert blocks.measured == pytest.approx(.2) and polygons.low > 0 and blocks.kind == "emergent"
    assert find(effects, named.VERTICES, "8", "cooper-1975").measured == pytest.approx(.08)
    assert find(effects, named.MORE_VERTICES, "12 less at 6 vertices", "cooper-1975").measured == pytest.approx(.06)
    both, identity = (find(effects, named.ADVANCED, PLANE, f"cooper-1973 {told}") for told in ("both", "identity"))
    assert both.measured == pytest.approx(0) and both.published == 0 and identity.measured == pytest.approx(.5)
    assert find(effects, named.PRACTICE, PLANE, "practice 3").measured == pytest.approx(-.1)


def test_image_difference_and_angle_are_told_apart():
    drawn = differences("hamrick-2014")

    def by_difference(trials, rng):
        keys = pd.MultiIndex.from_frame(trials[["axis", "angle", "same"]].astype({"angle": float}))
        return 10 + 60 * drawn.reindex(keys).to_numpy() + rng.normal(size=len(trials))

    by_angle = analyse(judged("depictive", "hamrick-2014", turning(noise=1.0)))
    by_pixels = analyse(judged("depictive", "hamrick-2014", by_difference))
    assert find(by_angle, named.DIFFERENCE_BIC, PLANE).low > 0 > find(by_pixels, named.DIFFERENCE_BIC, PLANE).high
    assert find(by_angle, named.BY_ANGLE, PLANE).low > .9
    assert find(by_pixels, named.BY_DIFFERENCE, PLANE).low > .5


def test_differences_are_those_of_the_designs():
    drawn = differences("shepard-1971 blank")
    assert drawn["plane", 0.0, 1] == 0 < drawn["plane", 0.0, 0] and len(drawn) == 40
    assert set(differences("any-axis").index.get_level_values("axis")) == {"other"}
    assert differences("elsewhere") is None and differences("") is None


def test_lost_and_slower_and_worse():
    effects = analyse(pd.concat([
        judged("depictive", "shepard-1971", turning(), lambda a, s: .8 + 0 * a),
        judged("depictive", "shepard-1971 blank", turning(), lambda a, s: .5 + 0 * a),
        judged("aphantasic", "shepard-1971", turning(start=30.0), lambda a, s: .95 + 0 * a)]))
    assert find(effects, named.LOST, "blank", "shepard-1971 blank").low > 0
    slower, worse = (find(effects, name, "", "shepard-1971", "aphantasic") for name in (named.SLOWER, named.WORSE))
    assert slower.measured == pytest.approx(10, abs=1) and worse.low > 0 and "Kay" in slower.source
    assert find(effects, named.SLOWER, "", "shepard-1971") is None


def test_vividness_is_that_of_the_people_who_were_run():
    def pace(trials, rng):
        """The more vivid, the faster."""
        vivid = trials["participant"].map(lambda who: vividness(3, who))
        return 20 + trials["angle"] * (2 - vivid) / 3 + rng.normal(size=len(trials))

    effects = {effect.name: effect for effect in analyse(judged("depictive", "hamrick-2014 vviq", pace, people=30), 3)}
    slope = effects[named.VIVID.format("slope of same pairs")]
    assert slope.measured < -.9 and slope.high < -.5 and slope.kind == "emergent"
    assert named.VIVID.format("accuracy") not in effects                 # where nobody errs


def test_a_group_is_as_vivid_as_people_say_they_are():
    group = np.array([vividness(0, who) for who in range(2000)])
    assert 80 * group.mean() == pytest.approx(55.8, abs=1) and 80 * group.std() == pytest.approx(12, abs=1)
    assert group.min() >= .2 and group.max() <= 1 and vividness(0, 7) == group[7] != vividness(1, 7)


def test_what_is_built_in_is_said():
    effects = analyse(pd.concat([judged(agent, "hamrick-2014", turning(noise=1.0), people=4)
                                 for agent in ("depictive", "siamese", "aphantasic")]))
    kinds = {(e.agent, e.name): e.kind for e in effects}
    slope, mirror = (named.SLOPE.format(f"{side} pairs in the plane") for side in ("same", "mirror"))
    assert kinds["depictive", slope] == "built in" and kinds["depictive", mirror] == "emergent"
    assert kinds["siamese", slope] == kinds["siamese", mirror] == "built in"
    assert kinds["aphantasic", slope] == "built in" and kinds["depictive", named.ACCURACY] == "emergent"
    assert kinds["aphantasic", named.SLOWER] == kinds["siamese", named.ACCURACY] == "emergent"
    assert all(e.source for e in effects)


# ---- statistics -----------------------------------------------------------------------------------------------------

def test_leaving_groups_out_equals_refitting_without():
    x, y, group = *np.random.default_rng(1).normal(size=(2, 12)), np.arange(12) % 4
    errors = []
    for left in range(4):
        slope, start, _ = line(x[group != left], y[group != left])
        errors += (y - slope * x - start)[group == left].tolist()
    assert left_out(x, y, group) == pytest.approx(np.sqrt(np.mean(np.square(errors))))
    assert left_out(x, y, np.arange(12)) == pytest.approx(linear_fit(x, y)[1])
    assert left_out(0 * x, y, np.arange(12)) == pytest.approx(linear_fit(0 * x, y)[1])


def test_bic_less_prefers_what_tells_more():
    x = np.arange(8.0)
    assert bic_less(x, x**2, x**2 + 1) > 0 > bic_less(x, x**2, x + 1)
    assert np.isnan(bic_less(x[:3], x[:3], x[:3])) and bic_less(x, x**2, 0 * x) == 0


def test_rising_leaves_what_rises():
    up = np.arange(4.0)
    assert (rising(np.stack([up, -up]), up) == np.stack([up, 0 * up])).all()


# ---- small and strange tables ---------------------------------------------------------------------------------------

def small_tables():
    whole = judged("depictive", "shepard-1971", turning(noise=1.0), people=4, repeats=1)
    yield "nothing", whole.iloc[:0]
    yield "one trial", whole.iloc[:1]
    for count in (1, 2):
        yield f"{count} people", whole[whole["participant"] < count]
    yield "never right", whole.assign(correct=0, response="none")
    yield "two right", whole.assign(correct=(np.arange(len(whole)) < 2).astype(int))
    yield "one never right", whole.assign(correct=np.where(whole["participant"] == 1, 0, 1))
    yield "one angle", whole[whole["angle"] == 0]
    yield "two angles", whole[whole["angle"].isin((0, 180))]
    yield "same only", whole[whole["same"] == 1]
    yield "mirror only", whole[whole["same"] == 0]
    yield "no time", whole.assign(ticks=np.nan)
    yield "unknown", whole.assign(condition="elsewhere", agent="somebody", family="shoes")
    for condition in ("hamrick-2014", "ganis-2015", "any-axis", "cooper-1973", "cooper-1973 both", "cooper-1975",
                      "practice 1", "practice 2", "practice x", "shepard-1971 blank", "cooper-1973 "):
        yield f"{condition}, flat", pd.concat([whole, whole.assign(condition=condition, ticks=4)])
        yield f"{condition}, wrong", pd.concat([whole, whole.assign(condition=condition, correct=0)])
    other = judged("aphantasic", "shepard-1971", still, people=2)
    yield "other people", pd.concat([whole, other])
    yield "who was absent", pd.concat([whole, whole[whole["participant"] > 1].assign(condition="practice 1"),
                                       whole[whole["participant"] < 2].assign(condition="practice 2")])


def test_small_data_neither_fail_nor_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for what, trials in small_tables():
            for effect in analyse(trials):
                json.dumps(asdict(effect), allow_nan=False)
                assert effect.measured is not None, what
                assert effect.low is None or effect.low - 1e-9 <= effect.measured <= effect.high + 1e-9, what


def test_same_seed_same_effects_and_trials_untouched():
    trials = judged("depictive", "ganis-2015", turning(noise=3.0), people=5)
    before = trials.copy()
    assert analyse(trials, 7) == analyse(trials, 7) != analyse(trials, 8)
    pd.testing.assert_frame_equal(trials, before)


def test_two_people_have_no_interval():
    slope = find(analyse(judged("depictive", "ganis-2015", turning(noise=1.0), people=2)), named.SLOPE, DEEP,
                 "ganis-2015")
    assert slope.measured and slope.low is None and slope.high is None
