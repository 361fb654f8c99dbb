"""Stages that make a picture's code smaller or larger by one halving, as deep codecs stack them."""

from torch import nn

from imagery.models.blocks import ResBlock


def halve(given: int, wide: int) -> nn.Sequential:
    """(B, given, S, S) -> (B, wide, S/2, S/2)."""
    return nn.Sequential(nn.Conv2d(given, wide, 4, 2, 1), ResBlock(wide, wide))


def double(given: int, wide: int) -> nn.Sequential:
    """(B, given, S, S) -> (B, wide, 2S, 2S)."""
    return nn.Sequential(nn.Upsample(scale_factor=2.0), nn.Conv2d(given, wide, 3, 1, 1), ResBlock(wide, wide))
