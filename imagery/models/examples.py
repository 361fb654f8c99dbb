"""What generators learn from: a batch of pictures, each with a vector that says what it was drawn under."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Example:
    """A batch to learn from: `pictures` (B, 3, S, S) in [-1, 1] and the `condition` (B, D) each was drawn under, as a
    class of one-hot or a text's vector; zeros where it is withheld, None if nothing is ever told."""

    pictures: Tensor
    condition: Tensor | None = None


def unpacked(batch: Example | Tensor, size: int, width: int) -> tuple[Tensor, Tensor]:
    """Pictures (B, 3, size, size) and conditions (B, width) of a batch, or of pictures alone; ValueError if either does
    not fit."""
    example = batch if isinstance(batch, Example) else Example(batch)
    pictures = example.pictures
    check_pictures(pictures, size)
    return pictures, conditions(example.condition, len(pictures), width, pictures)


def check_pictures(pictures: Tensor, size: int) -> None:
    """ValueError unless they are (B, 3, size, size) of real numbers in [-1, 1]."""
    if pictures.shape[1:] != (3, size, size):
        raise ValueError(f"pictures of shape {tuple(pictures.shape)} do not fit: give (B, 3, {size}, {size})")
    if not pictures.is_floating_point():
        raise ValueError(f"pictures are {pictures.dtype}: give real numbers in [-1, 1]")
    if not (largest := float(pictures.abs().max())) <= 1.001:
        raise ValueError(f"pictures reach {largest:.4g} in size: give values in [-1, 1]")


def conditions(condition: Tensor | None, count: int, width: int, like: Tensor) -> Tensor:
    """The condition as (count, width), on the device and of the type of `like`; zeros if none is given."""
    if condition is None:
        return like.new_zeros(count, width)
    if condition.shape != (count, width):
        raise ValueError(f"a condition of shape {tuple(condition.shape)} does not fit: give ({count}, {width})")
    return condition.to(like)
