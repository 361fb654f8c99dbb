"""A verbal channel that knows one word, and what people who have it see."""

from types import SimpleNamespace

import numpy as np
import torch
import torch.nn.functional as F

from imagery.image import MentalImage
from imagery.mind import Mind, Person
from imagery.operations import Look

BLANK = MentalImage(torch.zeros(3, 64, 64))
STEADY = Person(fading=1e9)


class Lamp:
    """A verbal channel with one word, for brightness: log-odds of 9 where a patch shines, -6 where it is dark."""

    names = ("lamp",)
    scale = torch.tensor([2.3, -6.0])

    def name_vectors(self, names):
        return torch.ones(len(names), 1)

    def encode_image(self, pictures):
        return F.avg_pool2d(pictures.mean(1, keepdim=True), 4)

    def word_logits(self, what, patches):
        return 15 * torch.einsum("ne,beyx->bnyx", what, patches) - 6


def lamp_at(column, row):
    """The image of one bright patch on black, and its place."""
    source = torch.zeros(3, 64, 64)
    source[:, 4 * row:4 * row + 4, 4 * column:4 * column + 4] = 1
    return MentalImage(source), ((column + 0.5) / 16, (row + 0.5) / 16)


def mind_of(*people, **options):
    return Mind(people, SimpleNamespace(verbal=Lamp()), **options)


def after(mind, *operations):
    """The image after operations on it, each given as a function of the image before."""
    image = BLANK
    for operation in operations:
        [image] = mind.perform([operation(image)])
    return image


def look(image, person=STEADY, **options):
    [percept] = mind_of(person).perform([Look(image, **options)])
    return percept


def log_odds(percept):
    """Of all names and patches, (K, 256)."""
    return np.stack([percept.evidence[index] for index in range(len(percept.names))])
