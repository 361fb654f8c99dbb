"""Convolution by hand: the operator, its classic kernels, the size of what comes out, and pooling.

Pictures are (..., H, W). What networks call convolution is `correlate`; in mathematics the kernel is turned by 180
degrees first (`convolve`).
"""

from __future__ import annotations

from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor


def _of_eight(centre: float, around: float) -> Tensor:
    kernel = torch.full((3, 3), around)
    kernel[1, 1] = centre
    return kernel


_SMOOTH, _SLOPE = torch.tensor([1.0, 2.0, 1.0]), torch.tensor([1.0, 0.0, -1.0])
KERNELS = {"identity": _of_eight(1.0, 0.0), "blur": torch.full((3, 3), 1 / 9),
           "gaussian": torch.outer(_SMOOTH, _SMOOTH) / 16, "outline": _of_eight(8.0, -1.0),
           "sharpen": torch.tensor([[0.0, -1.0, 0.0], [-1.0, 5.0, -1.0], [0.0, -1.0, 0.0]]),
           "emboss": torch.tensor([[-2.0, -1.0, 0.0], [-1.0, 1.0, 1.0], [0.0, 1.0, 2.0]]),
           "prewitt top": torch.outer(_SLOPE, torch.ones(3)), "prewitt left": torch.outer(torch.ones(3), _SLOPE),
           "sobel top": torch.outer(_SLOPE, _SMOOTH), "sobel left": torch.outer(_SMOOTH, _SLOPE)}


def output_size(size: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    """floor((n + 2p - f) / s) + 1: places along a side at which a kernel of f fits into n padded by p."""
    if kernel > size + 2 * padding:
        raise ValueError(f"a kernel of {kernel} does not fit into {size} padded by {padding}: pad more, or take a "
                         f"kernel of at most {size + 2 * padding}")
    return (size + 2 * padding - kernel) // stride + 1


def windows(pictures: Tensor, size: tuple[int, int], stride: int = 1) -> Tensor:
    """What a kernel of `size` (h, w) meets at each of its places: (..., H, W) -> (..., H', W', h, w)."""
    for side, kernel in zip(pictures.shape[-2:], size):
        output_size(side, kernel, stride)
    return pictures.unfold(-2, size[0], stride).unfold(-2, size[1], stride)


def correlate(pictures: Tensor, kernel: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    """g(x, y) = sum_uv k(u, v) f(x + u, y + v), around it zeros: (..., H, W) -> (..., H', W')."""
    padded = F.pad(pictures, (padding,) * 4)
    return (windows(padded, tuple(kernel.shape), stride) * kernel).sum((-2, -1))


def convolve(pictures: Tensor, kernel: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    """g(x, y) = sum_uv k(u, v) f(x - u, y - v): (..., H, W) -> (..., H', W')."""
    return correlate(pictures, kernel.flip(-2, -1), stride, padding)


def edges(pictures: Tensor) -> Tensor:
    """Strength of edges, by two kernels that give the slope as a vector at each place, (..., H, W)."""
    return torch.hypot(correlate(pictures, KERNELS["sobel left"], padding=1),
                       correlate(pictures, KERNELS["sobel top"], padding=1))


def pool(pictures: Tensor, size: int, stride: int, how: Literal["max", "mean"] = "max") -> Tensor:
    """The largest or the mean value in each window: (..., H, W) -> (..., H', W')."""
    seen = windows(pictures, (size, size), stride)
    return seen.amax((-2, -1)) if how == "max" else seen.mean((-2, -1))
