"""Line drawings and silhouettes made from coloured pictures with an alpha channel, no two of them alike.

A picture is (H, W, 4) uint8 RGBA, a drawing (H, W) float32 ink in [0, 1]. Edges are found where colour or alpha
changes most steeply, to a fraction of a pixel, and drawn anew with a stroke of random width, by a hand that trembles a
little. Lengths are in picture widths where they do not say pixels.
"""

from __future__ import annotations

import numpy as np

from envs.stimuli.lines import brush

MARGIN = 4  # pixels of nothing added around a picture, so that what touches the frame has an edge there
BLUR = (.011, .017)  # standard deviation of the blur before edges are sought
CONTRAST = (.07, .25)  # of an edge to be drawn; black beside transparent is 1 or a little more
WEAKEST = .4  # of that contrast an edge may fall to where it continues a stronger one
WIDTH = (.018, .04)  # of the stroke
PRESSURE = .2  # how much the stroke's width varies within a drawing, as a share of it
TREMBLE = (.001, .006)  # amplitude of the hand's drift, each way
WAVES = 3  # of random direction and length that make up one drift
TOUCH = .8  # pixels from the middle of a touch to its end: enough to bridge to the next edge pixel
SHAPE = (.35, .65)  # blurred alpha at which a silhouette ends


def outline(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A line drawing of the edges of colour and of alpha; what is drawn, and how, varies with `rng`."""
    _check(picture)
    tall, wide = picture.shape[:2]
    blur = wide * rng.uniform(*BLUR)
    contrast, width, tremble = rng.uniform(*CONTRAST), wide * rng.uniform(*WIDTH), wide * rng.uniform(*TREMBLE)
    points, normals = edges(picture, blur, contrast)
    drift = _drifts(rng, points / wide, 3)
    points = points + tremble * drift[:, :2]
    widths = width * (1 + PRESSURE * drift[:, 2])
    points = np.clip(points, width / 2, np.array((wide, tall)) - width / 2)  # within the frame
    return brush(points, TOUCH * normals[:, ::-1] * (-1, 1), widths, (tall, wide))


def silhouette(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The picture's alpha shape filled with ink, its edge a little further in or out and not quite where it was."""
    _check(picture)
    tall, wide = picture.shape[:2]
    blur, level, tremble = wide * rng.uniform(*BLUR), rng.uniform(*SHAPE), wide * rng.uniform(*TREMBLE)
    alpha = _blurred(_planes(picture[:, :, 3:]), blur)[0]
    x, y = np.meshgrid(np.arange(wide), np.arange(tall))
    places = np.stack([x.ravel(), y.ravel()], -1)
    places = places + tremble * _drifts(rng, places / wide, 2)
    shape = _sampled(alpha, np.clip(places + MARGIN, 0, np.array((wide, tall)) + 2 * MARGIN - 1))
    return np.clip(.5 + (shape.reshape(tall, wide) - level) * _steepness(blur), 0, 1).astype(np.float32)


def _check(picture: np.ndarray) -> None:
    if picture.ndim != 3 or picture.shape[2] != 4 or picture.dtype != np.uint8:
        raise ValueError(f"a picture is (H, W, 4) uint8, red, green, blue and alpha; "
                         f"this one is {picture.shape} {picture.dtype}")


def edges(picture: np.ndarray, blur: float, contrast: float) -> tuple[np.ndarray, np.ndarray]:
    """Points (N, 2) along the edges of a picture, (x, y) in pixels, and the unit directions (N, 2) across them."""
    planes = _planes(picture)
    planes[:3] = (planes[:3] - .5) * planes[3]  # as on grey paper, so that white shows like black
    steepness, direction = _gradient(_blurred(planes, blur))
    steepness *= _steepness(blur)
    row, column = np.nonzero(steepness > WEAKEST * contrast)
    here, turn, place = steepness[row, column], direction[row, column], np.stack([column, row], -1)
    normal = np.stack([np.cos(turn), np.sin(turn)], -1)
    ahead, behind = _sampled(steepness, place + normal), _sampled(steepness, place - normal)
    crest = (here > ahead) & (here >= behind)  # thinning: an edge is where the gradient is greatest across it
    here, ahead, behind = here[crest], ahead[crest], behind[crest]
    place, normal = place[crest], normal[crest]

    edge = np.zeros(steepness.shape, bool)
    edge[place[:, 1], place[:, 0]] = True
    kept = _connected(edge & (steepness > contrast), edge)[place[:, 1], place[:, 0]]
    summit = .5 * (ahead - behind) / (2 * here - ahead - behind)  # of the parabola through the three
    points = place + .5 - MARGIN + summit[:, None] * normal
    return points[kept], normal[kept]


def _planes(picture: np.ndarray) -> np.ndarray:
    """The picture in [0, 1] with a transparent margin, colour by colour: (K, H, W) float32."""
    tall, wide, count = picture.shape
    planes = np.zeros((count, tall + 2 * MARGIN, wide + 2 * MARGIN), np.float32)
    planes[:, MARGIN:-MARGIN, MARGIN:-MARGIN] = np.moveaxis(picture, 2, 0) / np.float32(255)
    return planes


def _blurred(planes: np.ndarray, deviation: float) -> np.ndarray:
    """Planes (K, H, W) after a Gaussian blur of this standard deviation in pixels; zero beyond the border."""
    tall, wide = planes.shape[1:]
    reach = int(np.ceil(2.5 * deviation))
    kernel = np.exp(-.5 * (np.arange(-reach, reach + 1) / deviation) ** 2).astype(np.float32)
    kernel /= kernel.sum()
    around = np.pad(planes, ((0, 0), (reach, reach), (reach, reach)))
    around = sum(weight * around[:, k:k + tall] for k, weight in enumerate(kernel))
    return sum(weight * around[:, :, k:k + wide] for k, weight in enumerate(kernel))


def _steepness(deviation: float) -> float:
    """What brings the gradient of a blurred step of 1, at its steepest, to 1."""
    return deviation * np.sqrt(2 * np.pi)


def _gradient(planes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How steeply planes (K, H, W) change together, (H, W), and in which direction, (H, W) radians from x to y.

    The greatest eigenvalue of the sum over planes of the gradients' outer products, and its eigenvector (Di Zenzo 1986,
    Computer Vision, Graphics, and Image Processing 33, 116-125).
    """
    across, down = np.zeros_like(planes), np.zeros_like(planes)
    across[:, 1:-1, 1:-1] = (planes[:, 1:-1, 2:] - planes[:, 1:-1, :-2]) / 2
    down[:, 1:-1, 1:-1] = (planes[:, 2:, 1:-1] - planes[:, :-2, 1:-1]) / 2
    xx, yy, xy = (across * across).sum(0), (down * down).sum(0), (across * down).sum(0)
    return np.sqrt((xx + yy + np.hypot(xx - yy, 2 * xy)) / 2), np.arctan2(2 * xy, xx - yy) / 2


def _sampled(plane: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Values of a plane (H, W) at places (N, 2), bilinear; whole (x, y) are the middles of pixels."""
    corner = np.minimum(np.floor(places), np.array(plane.shape[::-1]) - 2).astype(int)
    x, y = (places - corner).astype(np.float32).T
    first = corner[:, 1] * plane.shape[1] + corner[:, 0]
    a, b, c, d = (plane.ravel()[first + step] for step in (0, 1, plane.shape[1], plane.shape[1] + 1))
    return (1 - y) * (a + x * (b - a)) + y * (c + x * (d - c))


def _connected(seeds: np.ndarray, within: np.ndarray) -> np.ndarray:
    """The pixels of `within` that an unbroken way inside it, diagonals included, joins to `seeds`; all (H, W) bool."""
    while True:
        grown = seeds.copy()
        grown[1:] |= seeds[:-1]
        grown[:-1] |= seeds[1:]
        sideways = grown.copy()
        sideways[:, 1:] |= grown[:, :-1]
        sideways[:, :-1] |= grown[:, 1:]
        sideways &= within
        if (sideways == seeds).all():
            return seeds
        seeds = sideways


def _drifts(rng: np.random.Generator, places: np.ndarray, count: int) -> np.ndarray:
    """Smooth random functions of the place (N, 2), about as often below as above 0 and mostly within 1; (N, count)."""
    turns = rng.uniform(0, 2 * np.pi, (2, WAVES * count))
    waves = rng.uniform(1, 3, WAVES * count) * np.stack([np.cos(turns[0]), np.sin(turns[0])])  # cycles per width
    heights = np.sin(places.astype(np.float32) @ (2 * np.pi * waves).astype(np.float32) + turns[1].astype(np.float32))
    return heights.reshape(len(places), WAVES, count).sum(1) * np.sqrt(2 / WAVES).astype(np.float32) / 1.5
