"""The mind: executes the mental operations of a whole cohort of people at once.

What the operations do is the same for all; people differ in a few measured quantities (`Person`). Operations of a kind
are gathered into one tensor call, so that thirty people cost little more than one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import networkx as nx
import numpy as np
import torch
from torch import Tensor

from imagery import operations as op
from imagery.attended import Attended
from imagery.channels import TextToImage
from imagery.contour import corners
from imagery.eye import Eye
from imagery.image import Imagining, MentalImage, Place, rotation, scaling, translation
from imagery.memory import Trace
from imagery.models.blocks import patch_places
from imagery.models.processes import noise_like
from imagery.models.samplers import euler_step, guided
from imagery.places import Places, turn_between
from imagery.solids import Goal, Likeness, Solid, Solids, superposed
from imagery.superposition import Part, Superposition, ink_box, inside

ROTATION_STEP = 6.0                               # degrees a tick, at most
LEVELS = 1.5                                      # power of time that gives levels: finer where memory is good
ZOOM_STEP = 2.0                                   # a tick at most doubles or halves
MOVE_STEP = 0.25                                  # buffer widths a tick
BUFFER_NOISE = 0.1                                # of the visual buffer, as a share of a memory sample's
GOALS = 32                                        # pictures a person is turning things to, at most
CELLS = 8                                         # places across a picture at which differences are noticed
MIRROR = np.diag([-1.0, 1.0, 1.0])                # the pose that mirrors left to right
Kept = TypeVar("Kept", MentalImage, Solid)


@dataclass(frozen=True)
class Person:
    """How one person's imagery differs from another's.

    `fovea`: radius of sharp attention, buffer widths, also the reach of one shift; `grain`: blur of the buffer at the
    fovea, 64ths of its width; `falloff`: blur gained by eccentricity, 64ths a width; `noise`: standard deviation of
    one tick's memory sample, in units of the picture's code; `inner`: what a tick's attention to a mental image leaves
    in memory, as a share of what attention to a seen picture leaves; `fading`: ticks after which vividness has halved;
    `steps` that form an image; `guidance`: how much what is to be imagined counts beside what is usual (Ho & Salimans
    2022, arXiv 2207.12598), 1 as much as it was taught to; `turning`: degrees by which a thing is turned a tick;
    `vividness` of an image as it comes to mind; `seed` of the person's own randomness.
    """

    fovea: float = 0.07
    grain: float = 0.3
    falloff: float = 4.0
    noise: float = 0.5
    inner: float = 0.08
    fading: float = 120.0
    steps: int = 4
    guidance: float = 1.0
    seed: int = 0
    turning: float = ROTATION_STEP
    vividness: float = 1.0

    @classmethod
    def sample(cls, rng: np.random.Generator) -> Person:
        """A person drawn at random: fovea, memory noise and pace of turning vary lognormally, by 15 to 20 percent."""
        return cls(fovea=cls.fovea * float(rng.lognormal(0, 0.15)), noise=cls.noise * float(rng.lognormal(0, 0.2)),
                   fading=cls.fading * float(rng.lognormal(0, 0.2)), seed=int(rng.integers(2**31)),
                   turning=cls.turning * min(1.0, float(rng.lognormal(-0.2, 0.2))))


class Mind:
    """`perform` runs one tick of a cohort, by the networks of its `channel` and, to turn things, its `solids`.
    `bounded=False` lifts the bound on a shift of attention (an ablation)."""

    def __init__(self, people: Sequence[Person], channel: TextToImage | None = None, bounded: bool = True,
                 solids: Solids | None = None):
        self.people, self.channel, self.bounded, self.solids = tuple(people), channel, bounded, solids
        self.eye = Eye(channel.verbal) if channel else None
        self.generators = [torch.Generator().manual_seed(person.seed) for person in people]
        self._codes = Attended[np.ndarray | Tensor, Tensor](4 * len(self.people), self._encoded)
        self._goals = Attended[np.ndarray, Goal](GOALS * len(self.people), self._pointed)
        self._texts: dict[tuple[str, ...], Tensor] = {}
        self._does: dict[type, Callable[[list[int], list], list]] = {
            op.Perceive: self._perceive, op.Generate: self._generate, op.Look: self._look, op.Name: self._name,
            op.Regard: self._regard,
            op.Lift: self._lift, op.Turn: self._turn, op.Match: self._match, op.Glance: self._glance,
            op.Joint: self._joint,
            **{kind: self._one_by_one for kind in (
                op.Encode, op.Keep, op.Blend, op.Alter, op.Shift, op.Zoom, op.Rotate, op.Flip, op.Resize, op.Move,
                op.Erase, op.Superimpose, op.Inspect, op.Refresh, op.Recall, op.Traverse, op.Compare, op.Associate,
                op.Follow, op.Aim, op.Align, op.Reflect, op.Draw, op.Speak, op.Point, op.Wait)}}

    def perform(self, operations: Sequence[op.Operation | None]) -> list[Any]:
        """The results of one operation a person, None for who is idle; in the cohort's order."""
        if len(operations) != len(self.people):
            raise ValueError(f"{len(operations)} operations for a cohort of {len(self.people)}")
        if any(isinstance(operation, op.Together) for operation in operations):
            return self._together(operations)
        results: list[Any] = [None] * len(operations)
        kinds: dict[type, list[int]] = {}
        for who, operation in enumerate(operations):
            if operation is not None:
                kinds.setdefault(type(operation), []).append(who)
        for kind, whose in kinds.items():
            if kind not in self._does:
                raise TypeError(f"{kind.__name__} is no mental operation; see imagery.operations")
            for who, result in zip(whose, self._does[kind](whose, [operations[who] for who in whose])):
                results[who] = result
        return results

    def _together(self, operations: Sequence[op.Operation | None]) -> list[Any]:
        """Each person's operations of one tick: what all ask for first, then what some ask for besides."""
        asked = [each.operations if isinstance(each, op.Together) else (each,) for each in operations]
        for each in asked:
            channels = [operation.channel for operation in each if operation is not None]
            if len(set(channels)) < len(channels):
                raise ValueError(f"a channel does one operation a tick; asked for at once: {', '.join(channels)}")
        rounds = [self.perform([each[k] if k < len(each) else None for each in asked])
                  for k in range(max(map(len, asked)))]
        return [tuple(part[who] for part in rounds[:len(each)]) if isinstance(operations[who], op.Together)
                else rounds[0][who] for who, each in enumerate(asked)]

    # ---- operations that share a network call -----------------------------------------------------------------------

    def _perceive(self, whose: list[int], operations: list[op.Perceive]) -> list[dict[str, tuple[float, float]]]:
        return self.channel.verbal.find(torch.stack([_seen(operation.picture) for operation in operations]))

    def _look(self, whose: list[int], operations: list[op.Look]) -> list[Any]:
        self.eye.read([operation.image for operation in operations])
        people = (self.people[who] for who in whose)
        return [self.eye.glance(operation.image, person.fovea, person.grain, person.falloff, operation.whole)
                for operation, person in zip(operations, people)]

    @torch.no_grad()
    def _regard(self, whose: list[int], operations: Sequence[op.Regard | op.Name]) -> list[np.ndarray]:
        """All pictures of a tick together."""
        pictures = torch.stack([_in_buffer(operation.image) for operation in operations])
        return list(self.channel.verbal.picture_vector(pictures).numpy())

    def _name(self, whose: list[int], operations: list[op.Name]) -> list[np.ndarray]:
        """Texts are understood once."""
        return [self._meant(each.texts).numpy() @ vector
                for vector, each in zip(self._regard(whose, operations), operations)]

    def _associate(self, words: str, texts: tuple[str, ...]) -> np.ndarray:
        verbal = self.channel.verbal
        known = " ".join(word for word in verbal.tokenizer.words_of(words) if word in verbal.tokenizer.index)
        return (self._meant((known,)) @ self._meant(texts).T)[0].numpy() if known else np.zeros(len(texts))

    @torch.no_grad()
    def _meant(self, texts: tuple[str, ...]) -> Tensor:
        """Vectors of texts (T, D), kept."""
        if texts not in self._texts:
            verbal = self.channel.verbal
            parts = (texts[start:start + 256] for start in range(0, len(texts), 256))
            self._texts[texts] = torch.cat([verbal.text_vector(verbal.encode_text(part)) for part in parts])
        return self._texts[texts]

    @torch.no_grad()
    def _generate(self, whose: list[int], operations: list[op.Generate]) -> list[Imagining | MentalImage]:
        """One step each: from level t to s; memory holds what it can, the rest is imagined."""
        begun = [operation.begun or Imagining(noise_like(self.channel.empty_code, self.generators[who]), 0)
                 for who, operation in zip(whose, operations)]
        steps = torch.tensor([float(self.people[who].steps) for who in whose])
        done = torch.tensor([float(state.step) for state in begun])
        t, s = (1 - done / steps) ** LEVELS, (1 - (done + 1) / steps).clamp(min=0) ** LEVELS
        x = torch.stack([state.x for state in begun])
        seeds = [self.people[who].seed for who in whose]
        denoise = partial(self.channel.denoise, texts=[operation.words for operation in operations], seeds=seeds)
        guidance = torch.tensor([self.people[who].guidance for who in whose])
        if (guidance != 1).any():
            usual = partial(self.channel.denoise, texts=[""] * len(whose), seeds=seeds)
            denoise = guided(denoise, usual, guidance.view(-1, 1, 1, 1))
        x = euler_step(x, denoise(x, t), t, s)
        results: list[Imagining | MentalImage] = []
        for i, (who, operation) in enumerate(zip(whose, operations)):
            now = x[i]
            if operation.trace is not None:
                now = operation.trace.at(now, float(t[i]), float(s[i]), self.generators[who])
            results.append(Imagining(now, begun[i].step + 1))
        finished = [i for i in range(len(x)) if s[i] == 0]
        if finished:
            pictures = self.channel.imaginer.codec.decode(torch.stack([results[i].x for i in finished]))
            for i, picture in zip(finished, pictures):
                results[i] = MentalImage(picture, vividness=self.people[whose[i]].vividness)
        return results

    def _lift(self, whose: list[int], operations: list[op.Lift]) -> list[op.Thing]:
        things = self.solids.lift([_seen(operation.picture) for operation in operations])
        return [replace(thing, vividness=self.people[who].vividness) for who, thing in zip(whose, things)]

    def _turn(self, whose: list[int], operations: list[op.Turn]) -> list[op.Thing | Places]:
        turns = np.array([operation.turn for operation in operations], float)
        lengths = np.linalg.norm(turns, axis=1, keepdims=True)
        turns *= np.minimum(1.0, ROTATION_STEP / np.maximum(lengths, 1e-9))
        things = [operation.thing for operation in operations]
        found = [thing.turned(turn) if isinstance(thing, Places) else None for thing, turn in zip(things, turns)]
        imagined = [row for row, thing in enumerate(found) if thing is None]
        if imagined:
            for row, thing in zip(imagined, self.solids.turn([things[row] for row in imagined], turns[imagined])):
                found[row] = _faded(self.people[whose[row]], thing)
        return found

    def _match(self, whose: list[int], operations: list[op.Match]) -> list[list[Likeness]]:
        """All pairs of a tick together; each thing is looked at once, through the noise of the person's buffer, which
        counts for the more the less vivid what it shows is, as the eye adapts to contrast (Heeger 1992)."""
        shown = self.solids.seen([thing for operation in operations for thing in operation.things])
        views = torch.stack([part.amin(0) for part in shown.split([len(each.things) for each in operations])])
        noise = torch.tensor([BUFFER_NOISE * self.people[who].noise / min(thing.vividness for thing in operation.things)
                              for who, operation in zip(whose, operations)])
        grain = torch.stack([noise_like(view, self.generators[who]) for who, view in zip(whose, views)])
        views = views + grain * noise.view(-1, 1, 1, 1)
        self._goals.attend([picture for operation in operations for picture in operation.pictures])
        goals = [[self._goals[picture] for picture in operation.pictures] for operation in operations]
        return self.solids.compare(views, goals, [superposed(each.things) for each in operations])

    def _pointed(self, pictures: Sequence[np.ndarray]) -> list[Goal]:
        """The points of seen pictures, which are kept while things are turned to them."""
        return self.solids.goals([_seen(picture) for picture in pictures])

    def _glance(self, whose: list[int], operations: list[op.Glance]) -> list[float]:
        first, second = (torch.stack([_seen(getattr(operation, which)) for operation in operations])
                         for which in ("first", "second"))
        return self.solids.glance(first, second).tolist()

    def _joint(self, whose: list[int], operations: list[op.Joint]) -> list[np.ndarray]:
        pictures = torch.stack([_seen(operation.picture) for operation in operations])
        with torch.no_grad():
            return list(self.solids.joints(pictures).double().numpy())

    # ---- operations done one by one ---------------------------------------------------------------------------------

    def _one_by_one(self, whose: list[int], operations: list[op.Operation]) -> list[Any]:
        return [self._alone(who, operation) for who, operation in zip(whose, operations)]

    def _alone(self, who: int, operation: op.Operation) -> Any:
        person = self.people[who]
        match operation:
            case op.Shift(image, toward):
                return self._shift(person, image, toward)
            case op.Zoom(image, factor):
                return _faded(person, image.posed(scaling(float(np.clip(factor, 1 / ZOOM_STEP, ZOOM_STEP)))))
            case op.Rotate(image, degrees, about):
                return _changed(person, image, rotation(float(np.clip(degrees, -ROTATION_STEP, ROTATION_STEP))), about)
            case op.Flip(image, about):
                return _changed(person, image, MIRROR, about)
            case op.Resize(image, factors, about):
                return _changed(person, image, np.diag([*np.clip(factors, 1 / ZOOM_STEP, ZOOM_STEP), 1.0]), about)
            case op.Move(image, by):
                short = min(1.0, MOVE_STEP / max(float(np.hypot(*by)), 1e-9))
                return _changed(person, image, translation(by[0] * short, by[1] * short))
            case op.Erase(part, lines, rest):
                return part.without(lines, rest)
            case op.Superimpose(parts):
                return Superposition(parts)
            case op.Inspect(image):
                return ink_box(_in_buffer(image))
            case op.Draw(image):
                return _drawn(_in_buffer(image))
            case op.Refresh(image):
                return replace(image, vividness=person.vividness)
            case op.Encode(seen, focus, trace):
                return self._encode(who, seen, focus, trace)
            case op.Keep(image, region):
                code = self._codes[image.source]
                return Trace.kept(code, ~inside(patch_places(code.shape[-1]), region).unflatten(0, code.shape[-2:]))
            case op.Blend(first, second, share):
                return first.blended(second, share)
            case op.Alter(trace, direction):
                return trace.shifted(direction)
            case op.Recall(facts, name):
                return name in facts
            case op.Traverse(facts, start, goal):
                return nx.shortest_path(facts, start, goal)[1]
            case op.Compare(first, second):
                return first == second
            case op.Associate(words, texts):
                return self._associate(words, texts)
            case op.Aim(picture):
                return _pointing(_seen(picture))
            case op.Align(first, second):
                return turn_between(first, second)
            case op.Reflect(first, second):
                return _differences(_seen(first), _seen(second))
            case op.Follow(image, place):
                return _next_corner(corners(_in_buffer(image)), place)
            case op.Speak() | op.Point() | op.Wait():
                return None

    def _shift(self, person: Person, image: MentalImage, toward: Place) -> MentalImage:
        """By a fovea radius at most; what leads out of the buffer slides the image instead."""
        step = np.subtract(toward, image.focus)
        length = float(np.hypot(*step))
        if self.bounded and length > person.fovea:
            step = step * (person.fovea / length)
        wanted = np.add(image.focus, step)
        focus = np.clip(wanted, 0.0, 1.0)
        slide = focus - wanted
        moved = image.posed(translation(*slide)) if slide.any() else image
        return _faded(person, replace(moved, focus=(float(focus[0]), float(focus[1]))))

    def _encode(self, who: int, seen: np.ndarray | MentalImage, focus: Place, trace: Trace | None) -> Trace:
        person = self.people[who]
        imagined = isinstance(seen, MentalImage)
        code = self._codes[seen.source if imagined else seen]
        trace = trace or Trace.blank(len(code), code.shape[-1], person.noise)
        return trace.studied(code, focus, person.fovea, self.generators[who], person.inner if imagined else 1.0)

    @torch.no_grad()
    def _encoded(self, pictures: Sequence[np.ndarray | Tensor]) -> list[Tensor]:
        """The codes (C, 16, 16) of seen or imagined pictures."""
        shown = [each if isinstance(each, Tensor) else _seen(each) for each in pictures]
        return [self.channel.imaginer.codec.encode(each[None])[0] for each in shown]


def _changed(person: Person, picture: op.Picture, change: np.ndarray, about: Place = (0.5, 0.5)) -> op.Picture:
    """A picture a tick later, after a change of pose about a place of the buffer."""
    x, y = np.subtract(about, 0.5)
    posed = picture.posed(translation(x, y) @ change @ translation(-x, -y))
    return _faded(person, posed) if isinstance(posed, MentalImage) else posed.faded(0.5 ** (1 / person.fading))


def _next_corner(found: np.ndarray, place: Place | None) -> Place | None:
    """The corner (x, y) after the one nearest a place, or the first."""
    if not len(found):
        return None
    at = 0 if place is None else (int(np.hypot(*(found - place).T).argmin()) + 1) % len(found)
    return float(found[at][0]), float(found[at][1])


def _pointing(picture: Tensor) -> float | None:
    """Where an arrow (3, H, W) points, in degrees clockwise from the top: along its ink, to the end with more of it."""
    ink = ((1 - picture.mean(0)) / 2).flatten().double().numpy()
    if not ink.any():
        return None
    ink = ink / ink.sum()
    places = patch_places(picture.shape[-1]).double().numpy()
    places = places - ink @ places
    axis = np.linalg.eigh((places * ink[:, None]).T @ places)[1][:, 1]
    across, down = -axis * np.sign(ink @ (places @ axis) ** 3)                    # the tail lies further out
    return float(np.rad2deg(np.arctan2(across, -down)))


def _differences(first: Tensor, second: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Between pictures (3, S, S), and between the second and the first's reflection, each (CELLS, CELLS)."""
    side = first.shape[-1] // CELLS
    apart = torch.stack([first - second, first.flip(-1) - second]).abs().mean(1) / 2
    return tuple(torch.nn.functional.avg_pool2d(apart, side).numpy())


def _in_buffer(picture: op.Picture | np.ndarray) -> Tensor:
    """What the buffer shows of a picture, (3, 64, 64)."""
    if isinstance(picture, np.ndarray):
        return _seen(picture)
    return (Part(picture) if isinstance(picture, MentalImage) else picture).seen(64)


def _faded(person: Person, image: Kept) -> Kept:
    """A tick later."""
    return replace(image, vividness=image.vividness * 0.5 ** (1 / person.fading))


def _drawn(shown: Tensor) -> np.ndarray:
    """(3, H, W) in [-1, 1] -> (H, W, 3) of uint8."""
    return ((shown.clamp(-1, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()


def _seen(picture: np.ndarray) -> Tensor:
    """(H, W, 3) of uint8 -> (3, H, W) in [-1, 1]."""
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1).float() / 127.5 - 1
