"""Boltzmann machine: the lecture's example, both phases against autograd, annealing, recall."""

import itertools

import pytest
import torch

from imagery.models.boltzmann import BoltzmannMachine, all_states
from imagery.models.chance import all_at_once

LECTURE = [0.466, 0.305, 0.144, 0.084]            # p(v) of 11, 10, 01, 00, as printed
JOINT = [.186, .186, .069, .025, .069, .186, .025, .025, .025, .025, .069, .025, .009, .025, .025, .025]


@pytest.fixture
def lecture():
    """v1 - h1 by 2, h1 - h2 by -1, h2 - v2 by 1, after Hinton."""
    machine = BoltzmannMachine(visible=2, hidden=2, sweeps=10)
    with torch.no_grad():
        machine.coupling.zero_()
        machine.coupling[0, 2], machine.coupling[2, 3], machine.coupling[1, 3] = 2, -1, 1
    return machine


def random_machine(visible=3, hidden=2, size=1.0):
    torch.manual_seed(0)
    machine = BoltzmannMachine(visible, hidden, sweeps=20)
    torch.nn.init.normal_(machine.coupling, std=size)
    torch.nn.init.normal_(machine.bias, std=size)
    return machine


@torch.no_grad()
def test_the_lecture_s_example_by_enumeration(lecture):
    states = all_states(4).flip(0)                                                    # 1111, 1110, ... as in the table
    energies = lecture.energy(states)
    assert (-energies).tolist() == [2, 2, 1, 0, 1, 2, 0, 0, 0, 0, 1, 0, -1, 0, 0, 0]
    assert float(lecture.log_partition().exp()) == pytest.approx(39.70, abs=0.02)      # the sum of rounded addends
    assert (-energies - lecture.log_partition()).exp().tolist() == pytest.approx(JOINT, abs=6e-4)
    assert lecture.log_likelihood(states[::4, :2]).exp().tolist() == pytest.approx(LECTURE, abs=1e-3)


def test_the_lecture_s_example_by_gibbs_sampling(lecture):
    seen = lecture.sample(1500, seed=0)
    shares = [float((seen == v).all(1).float().mean()) for v in all_states(2).flip(0)]
    assert shares == pytest.approx(LECTURE, abs=0.04)


@torch.no_grad()
def test_energy_is_the_sum_over_pairs():
    machine = random_machine()
    state = all_states(5)[19]
    pairs = sum(machine.weights[i, j] * state[i] * state[j] for i, j in itertools.combinations(range(5), 2))
    assert torch.isclose(machine.energy(state[None])[0], -pairs - machine.bias @ state)
    assert machine.weights.equal(machine.weights.T) and not machine.weights.diagonal().any()


def test_the_two_phases_descend_the_divergence():
    """Their mean gradient is autograd's, of exact log-likelihood, within the noise of sampling."""
    machine, seen = random_machine(size=0.7), all_states(3)[[1, 5, 6]]
    exact = torch.autograd.grad(-machine.log_likelihood(seen).mean(), list(machine.parameters()))
    loss, _ = machine.loss(seen.repeat(1500, 1), torch.Generator().manual_seed(0))
    sampled = torch.autograd.grad(loss, list(machine.parameters()))
    for one, other in zip(exact, sampled):
        assert (one - other).abs().max() < 0.05 and one.abs().max() > 0.1


def test_it_learns_a_parity_that_no_machine_without_hidden_units_can():
    """The third unit is the exclusive or of two: a distribution whose pairs are all independent."""
    seen = all_states(3)[[0, 3, 5, 6]]
    best = {}
    for hidden in (0, 4):
        torch.manual_seed(0)
        machine = BoltzmannMachine(3, hidden, sweeps=3)
        torch.nn.init.normal_(machine.coupling, std=1.0)
        optimizer = torch.optim.Adam(machine.parameters(), 0.1)
        for step in range(200):
            loss, _ = machine.loss(seen.repeat(25, 1), torch.Generator().manual_seed(step))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        best[hidden] = float(machine.log_likelihood(seen).mean().detach().exp())
    assert best[0] < 0.14 and best[4] > 0.18                                           # 1/8 is chance, 1/4 the best


def test_annealing_finds_deeper_states_than_descent():
    machine = random_machine(14, 0, size=1.5)
    start = torch.randint(2, (200, 14), generator=torch.Generator().manual_seed(0)).float()
    lowest = machine.energy(all_states(14)).min()

    chance = all_at_once(torch.Generator().manual_seed(1))
    descended = machine.anneal(start, chance, temperatures=(1e-3,))
    annealed = machine.anneal(start, chance, temperatures=(8.0, 4.0, 2.0, 1.0, 0.5, 1e-3))
    found = [(machine.energy(states) < lowest + 1e-3).float().mean() for states in (descended, annealed)]
    assert found[1] > found[0] + 0.05 and found[1] > 0.5


def test_recall_holds_what_is_known_and_samples_the_rest(lecture):
    part, known = torch.tensor([[1.0, 0.0]]).repeat(1000, 1), torch.tensor([True, False])
    whole = lecture.recall(part, known, seed=0)
    assert whole[:, 0].equal(part[:, 0])
    assert float(whole[:, 1].mean()) == pytest.approx(0.466 / (0.466 + 0.305), abs=0.05)
    assert lecture.recall(part[:3], known, seed=0).equal(whole[:3])


def test_bad_input_is_refused(lecture):
    with pytest.raises(ValueError, match=r"want \(B, 2\)"):
        lecture.loss(torch.zeros(1, 3))
    with pytest.raises(ValueError, match=r"in \[0, 1\]"):
        lecture.recall(-torch.ones(1, 2), torch.tensor([True, False]))
    with pytest.raises(ValueError, match="20 is the most"):
        BoltzmannMachine(16, 8).log_partition()
