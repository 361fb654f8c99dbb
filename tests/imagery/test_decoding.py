"""Saying things word by word, with next words whose probabilities are known."""

import pytest
import torch

from imagery.models.decoding import MOST, STOP, beam, nucleus

# after nothing: 1 (.6) or 2 (.4); 1 goes on to 3, 4 or 5 alike; 2 is always followed by 3; then all is said
TABLE = torch.zeros(6, 6)
TABLE[STOP, [1, 2]] = torch.tensor([0.6, 0.4])
TABLE[1, [3, 4, 5]] = 1 / 3
TABLE[2, 3] = 1.0
TABLE[[3, 4, 5], STOP] = 1.0


def following(sayings):
    """By the table; a token's value is ten times the row it is said of."""
    return TABLE[sayings.ids[:, -1]].log(), 10.0 * sayings.rows


def ids(sayings):
    return [each.ids[0].tolist() for each in sayings]


def test_a_wide_beam_finds_what_a_narrow_one_misses():
    assert ids(beam(following, 2, width=1)) == [[STOP, 1, 3, STOP]] * 2
    assert ids(beam(following, 2, width=2)) == [[STOP, 2, 3, STOP]] * 2


def test_values_come_with_their_own_row():
    first, second = beam(following, 2, width=2)
    assert first.values[0, 1:].tolist() == [0.0] * 3 and second.values[0, 1:].tolist() == [10.0] * 3
    assert first.score.exp().item() == pytest.approx(0.4)


def test_the_nucleus_leaves_out_the_tail_and_keeps_the_shares():
    generator = torch.Generator().manual_seed(0)
    said = ids(nucleus(following, 3000, p=1.0, generator=generator))
    assert sum(each[1] == 1 for each in said) / 3000 == pytest.approx(0.6, abs=0.03)
    assert {each[2] for each in said if each[1] == 1} == {3, 4, 5} and all(each[-1] == STOP for each in said)
    assert {each[1] for each in ids(nucleus(following, 300, p=0.5, generator=generator))} == {1}


@pytest.mark.parametrize("search", [beam, nucleus])
def test_whoever_never_ends_is_ended(search):
    endless = torch.full((1, 3), 0.0)
    endless[0, STOP] = -50.0
    [said] = search(lambda sayings: (endless.expand(len(sayings.rows), -1).log_softmax(-1), 0.0 * sayings.rows), 1)
    assert said.ids.shape == (1, MOST + 1)
