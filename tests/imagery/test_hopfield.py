"""Hopfield networks: the lecture's example, energies that never rise, the known capacity, attention as the oracle."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from imagery import weights
from imagery.models.hopfield import CAPACITY, Hopfield, ModernHopfield, capacity, random_patterns, retention

LECTURE = torch.tensor([[-1.0, -1, -1, 1], [1, 1, 1, 1]])


def taught(patterns):
    memory = Hopfield(patterns.shape[1])
    memory.store(patterns)
    return memory


def test_the_lecture_s_example():
    memory = taught(LECTURE)
    off_diagonal = torch.tensor([[0.0, 2, 2, 0], [2, 0, 2, 0], [2, 2, 0, 0], [0, 0, 0, 0]])
    assert memory.weights.equal(off_diagonal)                     # the lecture's, times N, but for its diagonal of 2
    cues = torch.tensor([[-1.0, -1, -1, 1], [-1, 1, 1, 1]])
    assert memory.recall(cues).equal(LECTURE)


@settings(max_examples=20, deadline=None)
@given(st.integers(3, 40), st.integers(1, 30), st.integers(0, 10 ** 6))
def test_energy_never_rises_unit_by_unit(units, count, seed):
    memory, states = taught(random_patterns(count, units, seed)), random_patterns(3, units, seed + 1)
    states[0, ::2] = 0                                                                   # units that are not known
    energy = memory.energy(states)
    for unit in torch.randperm(units, generator=torch.Generator().manual_seed(seed)).tolist():
        states = memory.sweep(states, [unit])
        assert (memory.energy(states) <= energy + 1e-5).all()
        energy = memory.energy(states)


def test_energy_is_the_sum_over_pairs():
    memory, state = taught(random_patterns(3, 8, 0)), random_patterns(1, 8, 1)
    pairs = sum(float(memory.weights[i, j] / 8 * state[0, i] * state[0, j]) for i in range(8) for j in range(i))
    assert float(memory.energy(state)) == pytest.approx(-pairs, abs=1e-6)


def test_recall_ends_in_a_stable_state_that_does_not_depend_on_the_batch():
    memory, cues = taught(random_patterns(60, 100, 0)), random_patterns(8, 100, 5)
    states = memory.recall(cues, seed=3)
    fields = states @ memory.weights
    assert torch.where(fields >= 0, 1.0, -1.0).equal(states)
    assert memory.recall(cues[:2], seed=3).equal(states[:2])


def test_a_whole_is_recalled_from_a_part():
    patterns = random_patterns(5, 200, 0)
    known = torch.arange(200) < 60
    misleading = torch.where(known, patterns, -patterns)                      # what is not known must not be looked at
    assert taught(patterns).recall(misleading, known).equal(patterns)
    assert not taught(patterns).recall(misleading).equal(patterns)


def test_errors_of_one_update_are_those_of_crosstalk():
    """A unit flips with probability erfc(sqrt(N / 2K)) / 2 (Hertz, Krogh & Palmer 1991, Eq. 2.18)."""
    units, count = 600, 150
    patterns = random_patterns(count, units, 0)
    fields = patterns @ taught(patterns).weights
    wrong = (torch.where(fields >= 0, 1.0, -1.0) != patterns).float().mean()
    assert float(wrong) == pytest.approx(math.erfc(math.sqrt(units / (2 * count))) / 2, rel=0.1)


def test_capacity_is_the_known_one():
    assert capacity(300, seeds=2) == pytest.approx(CAPACITY, abs=0.025)
    assert retention(300, int(0.05 * 300)) > 0.99 and retention(300, int(0.3 * 300)) < 0.6


def test_mixtures_of_three_and_negatives_are_stable_too():
    """Spurious states (Amit, Gutfreund & Sompolinsky 1985): nobody stored them."""
    patterns = random_patterns(3, 1000, 0)
    mixture = patterns.sum(0, keepdim=True).sign()
    settled = taught(patterns).recall(mixture)
    assert (settled * mixture).mean() > 0.98 and (settled @ patterns.T / 1000).abs().max() < 0.6
    assert taught(patterns).recall(-patterns).equal(-patterns)


def test_the_modern_update_is_scaled_dot_product_attention():
    patterns, states = torch.randn(2, 6, 16, generator=torch.Generator().manual_seed(0)).unbind()
    memory = ModernHopfield(16, slots=8, beta=0.7)
    memory.store(patterns[:2])
    memory.store(patterns[2:])
    oracle = F.scaled_dot_product_attention(states[None], patterns[None], patterns[None], scale=0.7)[0]
    torch.testing.assert_close(memory.step(states), oracle)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.1, 20), st.integers(1, 12), st.integers(0, 10 ** 6))
def test_the_modern_energy_never_rises_nor_falls_below_zero(beta, count, seed):
    generator = torch.Generator().manual_seed(seed)
    memory = ModernHopfield(10, slots=12, beta=beta)
    memory.store(torch.randn(count, 10, generator=generator))
    states = 2 * torch.randn(4, 10, generator=generator)
    for _ in range(4):
        after = memory.step(states)
        assert (memory.energy(after) <= memory.energy(states) + 1e-4).all() and (memory.energy(after) > -1e-4).all()
        states = after


def test_the_modern_update_descends_the_energy():
    """The fixed point of the update is where autograd finds no slope: s - step(s) is the gradient."""
    memory = ModernHopfield(10, slots=5, beta=2.0)
    memory.store(torch.randn(5, 10, generator=torch.Generator().manual_seed(0)))
    states = torch.randn(3, 10, requires_grad=True)
    slope, = torch.autograd.grad(memory.energy(states).sum(), states)
    torch.testing.assert_close(slope, states - memory.step(states))


def test_the_modern_one_holds_more_patterns_than_it_has_units():
    patterns = F.normalize(torch.randn(200, 64, generator=torch.Generator().manual_seed(0)))
    memory = ModernHopfield(64, slots=200, beta=50.0)
    memory.store(patterns)
    known = torch.arange(64) < 40
    assert (memory.recall(patterns, known) * patterns).sum(1).min() > 0.95
    cool, warm = (ModernHopfield(64, slots=200, beta=beta) for beta in (50.0, 0.1))
    warm.store(patterns)
    assert (warm.recall(patterns) - patterns.mean(0)).abs().max() < 0.02                       # the mean of them all
    with pytest.raises(ValueError, match="nothing is stored"):
        cool.recall(patterns)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="nothing but -1 and 1"):
        Hopfield(4).store(torch.zeros(1, 4))
    with pytest.raises(ValueError, match="network of 4 units"):
        Hopfield(4).recall(torch.ones(1, 5))
    full = ModernHopfield(4, slots=2)
    full.store(torch.ones(1, 4))
    with pytest.raises(ValueError, match="1 of 2 slots"):
        full.store(torch.ones(2, 4))


@pytest.mark.parametrize("memory", [Hopfield(12), ModernHopfield(12, slots=4)])
def test_memories_are_saved_and_loaded(memory, tmp_path):
    patterns = random_patterns(3, 12, 0)
    memory.store(patterns)
    weights.save(memory, tmp_path / "memory", {})
    assert weights.load(type(memory), tmp_path / "memory").recall(patterns).equal(memory.recall(patterns))
