"""Form boards: which of five pieces fills the hole, and turned how?

After the form boards of Seguin and the Minnesota Paper Form Board (Likert & Quasha 1934). Pieces are laid on the hole,
turned there, and pressed in, once. On a dial from 0 to 1 rectangles, told apart by their sides, become free forms of
one length and breadth, told apart by their bends; the words give lengths and breadths, all that there is at 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from envs.board import Board, BoardEnv
from envs.stimuli import shapes, tiles
from envs.stimuli.shapes import HEADINGS, Form, turned

PIECES = 5
CELL = 10  # units between the middles of pieces; all lengths are in these
HOLE = (1.5 * CELL, .8 * CELL)  # where its middle is, on a board of 3 x 3 cells
HOMES = ((.5 * CELL, .8 * CELL), (2.5 * CELL, .8 * CELL), *(((k + .5) * CELL, 2.2 * CELL) for k in range(3)))
PLATE = (1.02 * CELL, .1 * CELL, 1.98 * CELL, 1.5 * CELL)  # the board around the hole: left, top, right, bottom
FINE = 6  # pixels to a unit, when it is asked what fits
FIT, UNLIKE = .9, .82  # shared area, as a share of the area of both: at least, of what fits; at most, of a wrong piece
LONG, BROAD = (6, 7, 8, 9), (3, 4, 5)
TURNS = {PIECES: 1, PIECES + 1: -1}
PRESS = PIECES + 2
State = tuple[int, int, bool]  # piece on the hole, -1 for none; its heading; whether it is pressed in


@dataclass(frozen=True, eq=False)
class FormBoard(Board):
    """A hole and five pieces: outlines (N, 2), and their headings."""

    actions = (*(f"take piece {k + 1}" for k in range(PIECES)), "turn clockwise", "turn anticlockwise", "press")
    start = (-1, 0, False)
    hole: tuple[np.ndarray, int]
    pieces: tuple[tuple[np.ndarray, int], ...]

    @classmethod
    def read(cls, plain: object) -> FormBoard:
        if not isinstance(plain, dict) or set(plain) != {"hole", "pieces"} or not isinstance(
                plain["pieces"], (list, tuple)) or len(plain["pieces"]) != PIECES:
            raise ValueError(f"a form board is {{'hole': form, 'pieces': [form, ...]}} with {PIECES} pieces, a form "
                             f"being {{'outline': [[x, y], ...], 'heading': k}}; this is {str(plain)[:60]}")
        pieces = (_form(form, f"piece {k}") for k, form in enumerate(plain["pieces"], 1))
        return cls(_form(plain["hole"], "the hole"), tuple(pieces)).checked()

    def plain(self) -> dict:
        hole, *pieces = ({"outline": outline.tolist(), "heading": heading}
                         for outline, heading in (self.hole, *self.pieces))
        return {"hole": hole, "pieces": pieces}

    def after(self, state: State, action: int) -> State:
        piece, heading, pressed = state
        if pressed:
            return state
        if action < PIECES:
            return state if action == piece else (action, self.pieces[action][1], False)
        if piece < 0:
            return state
        return (piece, heading, True) if action == PRESS else (piece, (heading + TURNS[action]) % HEADINGS, False)

    def solved(self, state: State) -> bool:
        piece, heading, pressed = state
        return pressed and self.fits[piece, heading] >= FIT

    def over(self, state: State) -> bool:
        return state[2]

    @cached_property
    def fits(self) -> np.ndarray:
        """Area shared with the hole as a share of the area of both, (PIECES, HEADINGS)."""
        hole = _mask(turned(*self.hole))
        pieces = np.stack([_mask(np.stack([turned(outline, heading) for heading in range(HEADINGS)]))
                           for outline, _ in self.pieces])
        return (pieces & hole).sum((2, 3)) / (pieces | hole).sum((2, 3))

    def describe(self, state: State) -> str:
        piece, heading, pressed = state
        names = "the hole", *(f"piece {k + 1}" for k in range(PIECES))
        forms = ". ".join(_said(name, *form) for name, form in zip(names, (self.hole, *self.pieces)))
        lies = "Nothing lies on the hole" if piece < 0 else (
            f"Piece {piece + 1} {'is pressed into' if pressed else 'lies on'} the hole, {_degrees(heading)}")
        return f"{forms}. {lies}."

    def draw(self, state: State, pixels: int = 64, style: str = tiles.STYLES[0]) -> np.ndarray:
        ground, board, inside, rim, _, hole_rim = shapes.COLOURS[style]
        laid, heading, pressed = state
        parts = [(shapes.rectangle(*PLATE), board, None), (turned(*self.hole) + HOLE, ground, hole_rim),
                 *((turned(*form) + HOMES[k], inside, rim) for k, form in enumerate(self.pieces) if k != laid)]
        if laid >= 0:
            parts.append((turned(self.pieces[laid][0], heading) + HOLE, rim if pressed else inside, rim))
        return shapes.picture(parts, 3 * CELL, pixels, ground)


class FormBoardEnv(BoardEnv):
    """Form boards by lot at a setting of the `dial`.

    Actions: take piece 1 to 5, which lays it on the hole and any other back; turn clockwise, turn anticlockwise; press,
    which ends the episode, with reward 1 if the piece fills the hole.
    """

    kind = FormBoard

    def __init__(self, dial: float = 1., **arguments):
        shapes.check_dial(dial)
        super().__init__(**arguments)
        self.dial = dial

    def sample(self) -> FormBoard:
        rng = self.np_random
        while True:
            sides, right = _sides(rng), int(rng.integers(PIECES))
            form = Form.sample(rng, *sides)
            forms = [form if k == right else form.like(rng, *((1 - self.dial) * _sides(rng) + self.dial * sides))
                     for k in range(PIECES)]
            pieces = tuple((form.outline(self.dial), int(rng.integers(HEADINGS))) for form in forms)
            board = FormBoard((pieces[right][0], int(rng.integers(HEADINGS))), pieces)
            if (np.delete(board.fits, right, 0) <= UNLIKE).all():
                return board


def _sides(rng: np.random.Generator) -> np.ndarray:
    return np.array([rng.choice(LONG), rng.choice(BROAD)], float)


def _mask(outline: np.ndarray) -> np.ndarray:
    return shapes.mask(outline, int(1.5 * CELL * FINE), FINE)


def _form(plain: object, what: str) -> tuple[np.ndarray, int]:
    if not isinstance(plain, dict) or set(plain) != {"outline", "heading"} or plain["heading"] not in range(HEADINGS):
        raise ValueError(f"{what} is {{'outline': [[x, y], ...], 'heading': k}}, k from 0 to {HEADINGS - 1}; "
                         f"this is {str(plain)[:60]}")
    outline = shapes.read_outline(plain["outline"], f"the outline of {what}")
    if np.hypot(*outline.T).max() > .75 * CELL:
        raise ValueError(f"{what} reaches {np.hypot(*outline.T).max():.1f} units from its middle; the most is "
                         f"{.75 * CELL:g}")
    return outline, int(plain["heading"])


def _said(name: str, outline: np.ndarray, heading: int) -> str:
    wide, high = map(shapes.say, shapes.extent(outline))
    return f"{name.capitalize()} is {wide} long and {high} broad, {_degrees(heading)}"


def _degrees(heading: int) -> str:
    return f"turned clockwise by {heading * 360 / HEADINGS:g} degrees"
