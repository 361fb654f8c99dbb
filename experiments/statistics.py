"""Statistics that the experiments share: effects, intervals over participants, lines, and what a fit is worth.

Everything is vectorised over resamples. Missing values are nan inside arrays and None outside; nothing here warns or
raises on small or flat data. R resamples, P participants, K items (such as pairs of landmarks), N trials, D predictors.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import statsmodels.api as sm

RESAMPLES = 2000
LEAST = 3  # participants for an interval
FLAT = 1e-12  # variance, relative to the square of the values, that counts as none

Estimate = tuple[float | None, float | None, float | None]  # measured, low, high
Scale = tuple[Callable, Callable]  # to a scale on which an estimate is about normal, and back
LINEAR: Scale = (np.asarray, np.asarray)
LOG: Scale = (lambda value: np.log(np.maximum(value, 1e-300)), np.exp)
FISHER: Scale = (lambda r: np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12)), np.tanh)


@dataclass(frozen=True)
class Effect:
    """One number an experiment found: `measured`, its 95 % interval, what was published, and where.

    `kind` says whether the effect was "built in" to the agent or is "emergent". None stands for what is not known.
    """

    name: str
    agent: str
    condition: str
    measured: float | None
    low: float | None
    high: float | None
    published: float | None
    source: str
    kind: str


def known(value: float) -> float | None:
    """A plain float, or None for what is not a number."""
    return float(value) if np.isfinite(value) else None


def resampling_weights(participants: np.ndarray, seed: int) -> np.ndarray | None:
    """How often each participant is drawn in each resample (R, P); the same people are resampled alike in all
    conditions, so that their differences are paired. None for fewer than `LEAST` participants."""
    count = len(participants)
    if count < LEAST:
        return None
    rng = np.random.default_rng([seed, *np.asarray(participants).astype(np.uint32)])
    return rng.multinomial(count, np.full(count, 1 / count), RESAMPLES).astype(float)


def estimate(point: float, resampled: np.ndarray | None, scale: Scale | None = None) -> Estimate:
    """A value with its 95 % interval from values of the resamples (R,).

    Without a `scale` the interval runs between percentiles. Resampling adds its own noise to item means, which
    pushes a high correlation down and a small error up, so for these the resamples give the standard error only: the
    interval is the point +- 1.96 standard errors on the `scale` (Efron & Tibshirani 1993). No interval excludes its
    estimate.
    """
    if not np.isfinite(point):
        return None, None, None
    values = np.empty(0) if resampled is None else resampled[np.isfinite(resampled)]
    if resampled is None or len(values) < len(resampled) / 2:
        return float(point), None, None
    if scale is None:
        low, high = np.percentile(values, (2.5, 97.5))
    else:
        forward, back = scale
        error = 1.96 * np.std(forward(values))
        low, high = back(forward(point) - error), back(forward(point) + error)
    return float(point), float(min(low, point)), float(max(high, point))


def line(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Least-squares slope and intercept of y on x and their Pearson r, over the last axis, without missing items.

    A slope needs two different x, and is nan without; r needs three items and variance in both.
    """
    x, y = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
    seen = np.isfinite(x + y)
    count = np.maximum(seen.sum(-1), 1)
    mean_x, mean_y = (np.where(seen, values, 0).sum(-1) / count for values in (x, y))
    dx, dy = (np.where(seen, v - mean[..., None], 0) for v, mean in ((x, mean_x), (y, mean_y)))
    sxx, syy, sxy = (dx * dx).sum(-1), (dy * dy).sum(-1), (dx * dy).sum(-1)
    varies_x = sxx > FLAT * count * (mean_x**2 + 1e-300)
    varies_y = syy > FLAT * count * (mean_y**2 + 1e-300)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(varies_x, sxy / sxx, np.nan)
        r = np.where(varies_x & varies_y & (count > 2), sxy / np.sqrt(sxx * syy), np.nan)
    return slope, mean_y - slope * mean_x, np.clip(r, -1, 1)


def linear_fit(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """RMSD of y from its line on x, as fitted to all items and with each item left out of the fit that predicts it.

    Over the last axis; where x does not vary the line is the mean. The second follows from the first by each item's
    leverage (Allen 1974, PRESS).
    """
    x, y = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
    seen = np.isfinite(x + y)
    count = np.maximum(seen.sum(-1, keepdims=True), 1)
    slope = np.nan_to_num(line(x, y)[0])[..., None]
    dx, dy = (np.where(seen, v, 0) - np.where(seen, v, 0).sum(-1, keepdims=True) / count for v in (x, y))
    dx, residual = np.where(seen, dx, 0), np.where(seen, dy - slope * dx, 0)
    spread = (dx * dx).sum(-1, keepdims=True)
    leverage = 1 / count + np.where(slope != 0, dx * dx / np.where(spread > 0, spread, 1), 0)
    held_out = residual / np.maximum(1 - leverage, 1e-9)
    return tuple(np.sqrt((error**2).sum(-1) / count[..., 0]) for error in (residual, held_out))


def left_out(x: np.ndarray, y: np.ndarray, group: np.ndarray) -> np.ndarray:
    """RMSD of y (K,) from its line on x (..., K) when all items of a `group` (K,) are left out of the fit that predicts
    them; where x does not vary among the others, they are predicted by their mean."""
    x, y = np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float))
    squares = []
    for each in np.unique(group):
        out = group == each
        slope, start, _ = line(x[..., ~out], y[..., ~out])
        middle = mean_known(np.where(np.isfinite(x), y, np.nan)[..., ~out])
        slope, start = np.nan_to_num(slope), np.where(np.isnan(slope), middle, start)
        squares.append((y[..., out] - start[..., None] - slope[..., None] * x[..., out]) ** 2)
    return np.sqrt(mean_known(np.concatenate(squares, -1)))


def rising(times: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """Means in ticks (..., K), or zeros where they fall as people's rise: no tick takes negative time."""
    return np.where((line(times, seconds)[0] < 0)[..., None], 0 * times, times)


def bic(rmsd: float, items: int, parameters: int) -> float:
    """Bayesian information criterion of a least-squares fit, noise's variance not counted (Schwarz 1978)."""
    return items * np.log(np.maximum(rmsd, 1e-9) ** 2) + parameters * np.log(items)


def bic_less(first: np.ndarray, second: np.ndarray, y: np.ndarray) -> np.ndarray:
    """BIC of the line of y (..., K) on `first` (K,) less that on `second` (K,): positive where `second` tells more. A
    fit counts as no better than a millionth of y."""
    floor, count = 1e-6 * mean_known(np.abs(y)), np.maximum(np.isfinite(y).sum(-1), 1)
    by_first, by_second = (bic(np.maximum(linear_fit(x, y)[0], floor), count, 2) for x in (first, second))
    return np.where(count > 3, by_first - by_second, np.nan)


def weighted_r(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Correlation of x and y (P,), each pair of them counted as often as `weights` (..., P) say; nan where either does
    not vary."""
    share = weights / weights.sum(-1, keepdims=True)
    dx, dy = (value - (share @ value)[..., None] for value in (x, y))
    xx, yy, xy = ((share * product).sum(-1) for product in (dx * dx, dy * dy, dx * dy))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(np.minimum(xx / (x**2).mean(), yy / (y**2).mean()) > FLAT, xy / np.sqrt(xx * yy), np.nan)


def partial_r(x: np.ndarray, y: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Correlation of x (K,) with y (..., K) when `given` (K,) is held; nan where x and `given` say the same."""
    hidden = 0 * np.asarray(y, float)  # what is missing in y is missing everywhere
    (_, _, xy), (_, _, zy), (_, _, xz) = line(x, y), line(given, y), line(x + hidden, given + hidden)
    left = (1 - xz**2) * (1 - zy**2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.clip(np.where(left > 1e-9, (xy - xz * zy) / np.sqrt(left), np.nan), -1, 1)


def split_half(total: np.ndarray, count: np.ndarray, seed: int, splits: int = 500) -> float:
    """Reliability of item means: two random halves of the participants correlated, stepped up to all of them
    (Spearman-Brown). `total` and `count` are each participant's sum and number of times (P, K)."""
    people = len(total)
    if people < 4:
        return np.nan
    order = np.random.default_rng(seed).random((splits, people)).argsort(1)
    half = (order < people // 2).astype(float)
    first, second = (mean(total, count, weights) for weights in (half, 1 - half))
    r = line(first, second)[2]
    r = r[np.isfinite(r)]
    return 2 * r.mean() / (1 + r.mean()) if len(r) and r.mean() > -1 else np.nan


def mean(total: np.ndarray, count: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Means of items (..., K) over participants weighted by `weights` (..., P); nan where nobody has a time."""
    times, number = weights @ total, weights @ count
    return np.where(number > 0, times / np.where(number > 0, number, 1), np.nan)


def mean_known(values: np.ndarray) -> np.ndarray:
    """Mean over the last axis of what is not missing; nan where all is."""
    seen = np.isfinite(values)
    count = seen.sum(-1)
    return np.where(count > 0, np.where(seen, values, 0).sum(-1) / np.maximum(count, 1), np.nan)


def regression(design: np.ndarray, y: np.ndarray, participant: np.ndarray,
               weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray | None] | None:
    """Coefficients (D,) of y (N,) on `design` (N, D) and those of the resamples (R, D); None if they are not unique.

    `participant` (N,) holds each trial's index into the columns of `weights` (R, P).
    """
    if len(y) <= design.shape[1] or np.linalg.matrix_rank(design) < design.shape[1]:
        return None
    scale = np.sqrt((design**2).mean(0))
    z = design / scale
    people = participant.max() + 1 if weights is None else weights.shape[1]
    squares, products = np.zeros((people, z.shape[1], z.shape[1])), np.zeros((people, z.shape[1]))
    np.add.at(squares, participant, z[:, :, None] * z[:, None, :])
    np.add.at(products, participant, z * y[:, None])
    point = np.linalg.solve(squares.sum(0), products.sum(0)) / scale
    if weights is None:
        return point, None
    inverse = np.linalg.pinv(np.tensordot(weights, squares, 1), rcond=1e-10, hermitian=True)
    return point, np.einsum("rij,rj->ri", inverse, weights @ products) / scale


def mixed_slope(x: np.ndarray, y: np.ndarray, participant: np.ndarray) -> tuple[Estimate, str]:
    """Slope of y on x over trials with random intercepts and slopes of participants (REML), and the method used.

    Where there is nothing random to estimate or the fit fails, ordinary least squares with errors that are robust to
    clustering in participants.
    """
    slope = float(line(x, y)[0])
    if not np.isfinite(slope) or len(np.unique(participant)) < LEAST:
        return (known(slope), None, None), "least squares"
    deviation = np.std(y)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        design = np.column_stack([np.ones(len(x)), (x - x.mean()) / np.std(x)])
        if deviation > 0 and np.std(y - slope * x) > 1e-6 * deviation:
            try:
                fit = sm.MixedLM(y / deviation, design, participant, exog_re=design).fit(method="lbfgs")
                found = np.array([fit.fe_params[1], *np.asarray(fit.conf_int())[1]]) * deviation / np.std(x)
                if fit.converged and np.isfinite(found).all():
                    return tuple(found.tolist()), "mixed model"
            except (np.linalg.LinAlgError, ValueError):
                pass
        robust = sm.OLS(y, design).fit(cov_type="cluster", cov_kwds={"groups": participant})
        low, high = robust.conf_int()[1] / np.std(x)
        return (slope, known(low), known(high)), "least squares, errors clustered (the mixed model did not converge)"
