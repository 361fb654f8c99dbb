"""Deciding where things are: codes are read to a hair, what is told is kept to, things are placed together."""

import pytest
import torch

from imagery.models.blocks import PLACE_WIDTH, place_code
from imagery.models.layout import Layout, read_places
from imagery.models.unet import offset_code

LINKED = torch.tensor([[[0, 0, 0], [0, 0, 1], [0, 1, 0]]]).bool()       # the second and third of three rows
MASK = torch.ones(1, 3, dtype=torch.bool)
HUT_TWICE = "The hut is just below the cave. At 11 o'clock there is a cave. The cave is in the north."


def places(n, seed=0):
    return 0.1 + 0.8 * torch.rand(n, 2, generator=torch.Generator().manual_seed(seed))


def test_places_are_read_off_their_codes():
    found = read_places(place_code(places(200)))
    assert (found - places(200)).norm(dim=-1).max() < 0.005


def test_offset_code_is_the_code_of_the_difference():
    here, there = places(50), places(50, 1)
    offset = offset_code(place_code(there), place_code(here))
    torch.testing.assert_close(offset, place_code(there - here), rtol=0, atol=1e-4)


def test_only_things_that_are_told_of_are_placed():
    exact, faint = place_code(places(1)), 0.3 * place_code(places(1))
    context = torch.cat([torch.ones(1, 3, 5), torch.stack([torch.zeros(1, 64), exact, faint], 1)], -1)
    target = places(3, 2)[None]
    placed = Layout.placed(Layout(5 + PLACE_WIDTH), context, MASK, target)
    assert placed[0, [0, 2]].equal(context[0, [0, 2]]) and placed[..., :5].equal(context[..., :5])
    torch.testing.assert_close(read_places(placed[0, 1, 5:]), target[0, 1], rtol=0, atol=0.005)
    assert not Layout.told(context, ~MASK).any()


@pytest.fixture(scope="module")
def taught():
    """Told of two things somewhere in the middle, it learned that the second is always a fifth of a map on."""
    torch.manual_seed(0)
    layout = Layout(PLACE_WIDTH + 2, width=32, layers=2, heads=2)
    where = 0.6 * place_code(torch.tensor([0.5, 0.5]))
    rows = torch.cat([torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), torch.stack([0 * where, where, where])], -1)
    optimizer = torch.optim.AdamW(layout.parameters(), 3e-3)
    generator = torch.Generator().manual_seed(0)
    for _ in range(400):
        first = 0.5 + 0.2 * (torch.rand(32, 1, 2, generator=generator) - 0.5)
        target = torch.cat([first * torch.nan, first, first + torch.tensor([0.2, 0.0])], 1)
        loss = layout.loss(rows.expand(32, -1, -1), LINKED.expand(32, -1, -1), MASK.expand(32, -1), target, generator)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return layout, rows


def test_things_are_placed_together_and_variously(taught):
    layout, rows = taught
    noise = torch.randn(64, 3, 2, generator=torch.Generator().manual_seed(1))
    settled = layout.settle(rows.expand(64, -1, -1), LINKED.expand(64, -1, -1), MASK.expand(64, -1), noise)
    first, second = read_places(settled[:, 1:, 2:]).unbind(1)
    apart = second - first
    assert (apart - torch.tensor([0.2, 0.0])).norm(dim=-1).median() < 0.03
    assert 0.03 < first.std(0).min() and first.std(0).max() < 0.1 and apart.std(0).max() < first.std(0).min()


def test_a_thing_is_one_row_by_the_mention_that_says_most(tiny):
    verbal = tiny["verbal"]
    with torch.no_grad():
        prompt, words = verbal.prompt([HUT_TWICE, "The island is circular."]), verbal.encode_text([HUT_TWICE])
    hut, cave = (verbal.names.index(name) for name in ("hut", "cave"))
    assert sorted(prompt.kinds[0].tolist()) == sorted([-1, hut, cave])
    assert prompt.kinds[1].tolist() == [-1, -1, -1] and prompt.mask.tolist() == [[True] * 3, [True, False, False]]
    assert not prompt.context[:, 0, -64:].any()
    mentions = words.where[words.names]                                              # hut, cave, cave, cave
    most = mentions[1:][mentions[1:].square().sum(-1).argmax()]
    torch.testing.assert_close(prompt.context[0, prompt.kinds[0] == cave, -64:][0], most, rtol=1e-4, atol=1e-4)


def test_things_named_in_one_sentence_are_linked(tiny):
    verbal = tiny["verbal"]
    with torch.no_grad():
        prompt = verbal.prompt(["A well is at 1 o'clock. " + HUT_TWICE, "There is a hut."])
    named = [verbal.names[kind] if kind >= 0 else "" for kind in prompt.kinds[0].tolist()]
    linked = {(named[i], named[j]) for i, j in prompt.links[0].nonzero().tolist()}
    assert linked == {("hut", "cave"), ("cave", "hut")}
    assert not prompt.links[1].any()
