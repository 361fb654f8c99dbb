"""What is compared under other losses starts from the same words, and what it says is judged by names."""

import numpy as np
import torch

import imagery
from envs.stimuli.islands import render
from envs.stimuli.pictures import pack
from experiments.benches.objectives import VARIANTS, bare, said
from experiments.judging.grounding import fresh_descriptions
from experiments.upbringing.scenes import pictures_to_tensor
from imagery.models.verbal import OBJECTIVES


def test_the_grounded_words_alone_are_kept():
    channel = imagery.load("verbal")
    words = bare(channel).eval()
    described = fresh_descriptions(4, seed=3)
    texts, pictures = [each.text for each in described], [render(each.island) for each in described]
    assert torch.equal(words.prompt(texts).context, channel.prompt(texts).context)
    assert words.find(pictures_to_tensor(np.stack(pictures))) == channel.find(pictures_to_tensor(np.stack(pictures)))
    assert not any(name.startswith(("gist", "decoder")) for name, _ in words.named_parameters())


def test_every_variant_leaves_out_what_it_says():
    assert all(set(losses) <= set(OBJECTIVES) for losses in VARIANTS.values())
    assert {"contrast"} in map(set, VARIANTS.values()) and {"caption"} in map(set, VARIANTS.values())


def test_saying_any_name_of_a_thing_counts():
    class Speaker:
        def describe(self, pictures):
            return [f"A line drawing of {things[0].synonyms[0]}", f"A {things[1].name}", "A cow"][:len(pictures)]

    things = [each for each in pack().concepts if each.synonyms][:3]
    assert said(Speaker(), torch.zeros(3, 3, 64, 64), things) == 2 / 3
