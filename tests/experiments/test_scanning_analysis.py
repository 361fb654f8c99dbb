"""Each effect is found in a subject that was made to show it, and not in one that was made not to."""

import json
import warnings
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.scanning import effects as named
from experiments.scanning.analysis import analyse, cells_of, seconds_of
from experiments.statistics import bic, line, linear_fit, mixed_slope, partial_r, split_half


def find(effects, name, agent="depictive", condition="scan"):
    found = [e for e in effects if (e.name, e.agent, e.condition) == (name, agent, condition)]
    assert len(found) <= 1, f"{name} was reported {len(found)} times"
    return found[0] if found else None


def flat(distance, links, between, rng):
    return 5.0


def by_links(distance, links, between, rng):
    return 4 + 2.0 * links + .1 * rng.normal(size=len(links))


def test_photographic_subject_is_read_exactly(made, pace):
    effects = analyse(made("depictive", "scan", pace(12.0)))
    r, slope = find(effects, named.R), find(effects, named.SLOPE)
    assert r.measured == pytest.approx(1) and r.low == pytest.approx(1)
    assert (slope.measured, slope.low, slope.high) == pytest.approx((12, 12, 12))
    assert find(effects, named.INTERCEPT).measured == pytest.approx(3)
    assert find(effects, named.MIXED).measured == pytest.approx(12)
    assert find(effects, named.INDIVIDUAL).low == pytest.approx(1)


def test_flat_subject_shows_nothing(made):
    effects = analyse(made("flat", "scan", flat))
    assert find(effects, named.R, "flat").measured is None
    assert find(effects, named.SLOPE, "flat").measured == pytest.approx(0)
    human = np.std(named.people()[1])
    assert find(effects, named.RMSD, "flat").measured == pytest.approx(human), "its best line is people's mean"
    assert find(effects, named.MS_PER_TICK, "flat") is None


def test_random_subject_has_zero_in_its_intervals(made, pace):
    effects = analyse(made("random", "scan", pace(0.0, noise=4.0), people=30))
    for name in (named.R, named.SLOPE, named.MIXED):
        effect = find(effects, name, "random")
        assert effect.low < 0 < effect.high


def test_interval_covers_the_truth(made, pace):
    covered = []
    for seed in range(20):
        trials = made("depictive", "own", pace(10.0, noise=4.0), seed=seed)
        slope = find(analyse(trials, seed), named.SLOPE, condition="own")
        covered.append(slope.low < 10 < slope.high)
        assert slope.high - slope.low < 4
    assert sum(covered) >= 16  # 19 expected; few people make percentile intervals a little narrow


def test_intervals_hold_their_estimates(made, pace):
    effects = analyse(made("depictive", "scan", pace(6.0, noise=4.0), people=20))
    for effect in effects:
        if effect.low is not None:
            assert effect.low <= effect.measured <= effect.high, effect.name


def test_human_reference_is_recomputed():
    cm, seconds = named.people()
    slope, intercept, r = line(cm, seconds)
    assert (r, slope, intercept) == pytest.approx((.970, .0451, .974), abs=5e-4)
    assert linear_fit(cm, seconds)[0] == pytest.approx(.056, abs=5e-4)


def test_published_values_stand_beside(made, pace):
    effects = analyse(made("depictive", "scan", pace(12.0, noise=1.0)))
    assert find(effects, named.R).published == pytest.approx(.970, abs=5e-4)
    fitted = find(effects, named.FITTED_SLOPE)
    assert fitted.published == pytest.approx(45.1, abs=.05) and fitted.low < 45.1 < fitted.high
    assert find(effects, named.HELD_OUT).published == .069


def test_errors_and_catch_probes_have_no_time(made, pace):
    trials = made("depictive", "scan", pace(12.0), accuracy=.8)
    trials.loc[trials["correct"] == 0, ["ticks", "response"]] = 1000.0, "present"
    effects = analyse(trials)
    assert find(effects, named.SLOPE).measured == pytest.approx(12)
    accuracy = find(effects, named.ACCURACY)
    assert accuracy.measured == pytest.approx(trials["correct"].mean()) and accuracy.low < accuracy.measured


def test_pairs_are_unordered(made, pace):
    cells = cells_of(made("depictive", "scan", pace(12.0)))
    assert cells["depictive", "scan"].means.shape == (21,)


def test_ticks_become_seconds_by_least_squares(made, pace):
    trials = made("depictive", "scan", pace(10.0, noise=.5))
    cell = cells_of(trials)["depictive", "scan"]
    expected = stats.linregress(cell.means, named.people()[1])
    assert seconds_of(cell) == pytest.approx((expected.slope, expected.intercept))
    assert find(analyse(trials), named.MS_PER_TICK).measured == pytest.approx(1000 * expected.slope)


def test_no_fit_to_people_on_another_map(made, pace):
    trials = made("depictive", "scan", pace(10.0))
    effects = analyse(trials[(trials["source"] != "hut") & (trials["target"] != "hut")])
    assert find(effects, named.SLOPE) and not find(effects, named.RMSD)


def test_links_and_distance_are_told_apart(made, pace):
    trials = pd.concat([made("propositional", "scan", by_links), made("depictive", "scan", pace(12.0, noise=1.0))])
    effects = analyse(trials)
    links, distance = (find(effects, name, "propositional") for name in (named.BY_LINKS, named.BY_DISTANCE))
    assert links.low > .9 and distance.low < 0.5 < links.measured
    assert find(effects, named.LINKS_BIC, "propositional").high < 0 < find(effects, named.LINKS_BIC).low
    assert find(effects, named.BIC_ABOVE, "propositional").measured > 10


def test_landmarks_passed_cost_what_was_put_in(made):
    def passing(distance, links, between, rng):
        return 2 + 8 * distance + 1.5 * between + .3 * rng.normal(size=len(distance))

    effects = analyse(made("depictive", "intervening", passing))
    landmark = find(effects, named.PER_LANDMARK, condition="intervening")
    assert landmark.low < 1.5 < landmark.high and landmark.high - landmark.low < .3
    assert find(effects, named.PER_WIDTH, condition="intervening").measured == pytest.approx(8, abs=.5)


def test_no_scan_is_a_share_of_scanning(made, pace):
    scan = made("depictive", "scan", pace(12.0, noise=1.0), people=30)
    still = find(analyse(pd.concat([scan, made("depictive", "no_scan", pace(0.0, noise=1.0), people=30)])),
                 named.RATIO, condition="no_scan")
    assert still.low < 0 < still.high < .1
    half = find(analyse(pd.concat([scan, made("depictive", "no_scan", pace(6.0, noise=1.0), people=30)])),
                named.RATIO, condition="no_scan")
    assert half.low < .5 < half.high


def test_time_on_size(made, pace):
    sizes = [made("depictive", size, pace(8 * value, noise=.5)) for size, value in named.SIZES.items()]
    effects = analyse(pd.concat(sizes))
    mean_distance = cells_of(sizes[0])["depictive", "half"].of_pairs("distance").mean()
    rise = find(effects, named.BY_SIZE, condition="overflow")
    assert rise.low < 8 * mean_distance < rise.high
    times = [find(effects, named.MEAN_TIME, condition=size).measured for size in named.SIZES]
    assert times == sorted(times)


def test_relation_emerges_with_hearings(made, pace):
    slopes = {("random", 1): 0, ("random", 3): 0, ("random", 6): 10, ("good", 1): 0, ("good", 3): 10, ("good", 6): 10}
    effects = analyse(pd.concat([made("depictive", f"described_{order}_{n}", pace(slope, noise=2.0))
                                 for (order, n), slope in slopes.items()]))
    assert find(effects, named.EMERGES, condition="described_random_6").measured == 6
    assert find(effects, named.EMERGES, condition="described_good_3").measured == 3
    assert find(effects, named.GAIN, condition="described_random_6").low > 0
    assert find(effects, named.ORDER, condition="described_good_3").low > 0
    assert find(effects, named.R, condition="described_good_3").published is None
    assert "Denis" in find(effects, named.EMERGES, condition="described_good_3").source


def test_reliability_falls_with_noise(made, pace):
    quiet, loud = (find(analyse(made("depictive", "scan", pace(6.0, noise=noise))), named.RELIABILITY).measured
                   for noise in (.5, 8.0))
    assert quiet > .97 > loud


def test_split_half_recovers_known_reliability():
    rng = np.random.default_rng(0)
    people, items, noise = 20, 4000, 3.0
    times = rng.normal(size=items) + noise * rng.normal(size=(people, items))
    expected = 1 / (1 + noise**2 / people)
    assert split_half(times, np.ones_like(times), 0, splits=20) == pytest.approx(expected, abs=.02)


def test_leaving_out_equals_refitting_without():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(2, 21))
    errors = []
    for left in range(21):
        kept = np.arange(21) != left
        slope, intercept, _ = line(x[kept], y[kept])
        errors.append(y[left] - slope * x[left] - intercept)
    fitted, held_out = linear_fit(x, y)
    assert held_out == pytest.approx(np.sqrt(np.mean(np.square(errors)))) and held_out > fitted


def test_lines_skip_what_is_missing():
    x, y = np.arange(6.0), np.array([[1, 3, np.nan, 7, 9, 11], [2, 2, 2, 2, np.nan, 2]])
    slope, intercept, r = line(x, y)
    assert slope == pytest.approx([2, 0]) and intercept == pytest.approx([1, 2])
    assert r[0] == pytest.approx(1) and np.isnan(r[1])


def test_partial_r_equals_correlation_of_residuals():
    x, y, z = np.random.default_rng(2).normal(size=(3, 50))
    x, y = x + z, y + z
    residuals = [v - np.polyval(np.polyfit(z, v, 1), z) for v in (x, y)]
    assert partial_r(x, y, z) == pytest.approx(np.corrcoef(residuals)[0, 1])
    assert np.isnan(partial_r(x, y, 2 * x + 1))


def test_bic_prefers_the_better_of_equals_and_the_simpler_of_equal_fits():
    assert bic(.05, 21, 2) < bic(.06, 21, 2) and bic(.05, 21, 2) < bic(.05, 21, 3)


def test_mixed_model_finds_the_slope_of_people_who_differ():
    rng = np.random.default_rng(3)
    person = np.repeat(np.arange(30), 40)
    x = rng.random(1200)
    y = (5 + rng.normal(size=30))[person] + (10 + 2 * rng.normal(size=30))[person] * x + rng.normal(size=1200)
    (slope, low, high), method = mixed_slope(x, y, person)
    assert method == "mixed model" and low < 10 < high and high - low > 1, "as wide as people's differences make it"


def test_perfectly_regular_people_get_least_squares():
    x = np.tile(np.linspace(0, 1, 10), 5)
    (slope, low, high), method = mixed_slope(x, 2 * x + 1, np.repeat(np.arange(5), 10))
    assert (slope, low, high) == pytest.approx((2, 2, 2)) and "least squares" in method


def test_what_is_built_in_is_said(made, pace):
    trials = pd.concat([made("depictive", c, pace(12.0, noise=1.0)) for c in ("scan", "no_scan")]
                       + [made("flat", "scan", flat)])
    effects = analyse(trials)
    assert find(effects, named.SLOPE).kind == "built in" and find(effects, named.R).kind == "emergent"
    assert find(effects, named.RATIO, condition="no_scan").kind == "built in"
    assert {e.kind for e in effects if e.agent == "flat"} == {"built in"}
    assert {e.kind for e in effects} == {"built in", "emergent"} and all(e.source for e in effects)


def test_same_seed_same_effects_and_trials_untouched(made, pace):
    trials = made("depictive", "scan", pace(6.0, noise=3.0))
    before = trials.copy()
    assert analyse(trials, 7) == analyse(trials, 7) != analyse(trials, 8)
    pd.testing.assert_frame_equal(trials, before)


def small_tables(made, pace):
    scan = made("depictive", "scan", pace(12.0, noise=1.0))
    yield "nothing", scan.iloc[:0]
    yield "one trial", scan.iloc[:1]
    yield "one person", scan[scan["participant"] == 0]
    yield "two people", scan[scan["participant"] < 2]
    yield "only catch probes", scan[scan["present"] == 0]
    yield "one pair", scan[(scan["source"] == "hut") & (scan["target"] == "well")]
    yield "never right", scan.assign(correct=0, response="none")
    yield "one person never right", scan.assign(correct=np.where(scan["participant"] == 1, 0, scan["correct"]))
    yield "links alike", scan.assign(links=1)
    yield "links are distances", scan.assign(links=scan["distance"])
    yield "two right", scan.assign(correct=(np.arange(len(scan)) < 2).astype(int))
    yield "unknown condition", scan.assign(condition="elsewhere", agent="somebody")
    for condition in ("intervening", "no_scan", "half", "described_good_2", "own", "scan_blank"):
        yield condition, pd.concat([scan.iloc[:60], scan.iloc[:1].assign(condition=condition)])
        yield condition + ", flat", scan.assign(condition=condition, ticks=4, between=0)
        yield condition + ", never right", pd.concat([scan, scan.assign(condition=condition, correct=0)])


def test_small_data_neither_fail_nor_warn(made, pace):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for what, trials in small_tables(made, pace):
            for effect in analyse(trials):
                json.dumps(asdict(effect), allow_nan=False)
                assert effect.low is None or np.isfinite([effect.low, effect.high, effect.measured]).all(), what
    assert analyse(made("depictive", "scan", pace(1.0)).iloc[:0]) == []


def test_two_people_have_no_interval(made, pace):
    slope = find(analyse(made("depictive", "scan", pace(12.0, noise=1.0), people=2)), named.SLOPE)
    assert slope.measured and slope.low is None and slope.high is None


def test_a_tick_takes_no_negative_time(made, pace):
    effects = analyse(made("depictive", "scan", pace(-12.0, noise=.5, start=30.0)))
    assert find(effects, named.HUMAN_R).measured < -.9
    assert find(effects, named.MS_PER_TICK) is None
    assert find(effects, named.RMSD).measured == pytest.approx(np.std(named.people()[1]))
