"""RBM: against scikit-learn, against the general Boltzmann machine, and against enumeration; its partition function."""

import numpy as np
import pytest
import torch
from sklearn.neural_network import BernoulliRBM

from imagery.models import ais
from imagery.models.boltzmann import BoltzmannMachine, all_states
from imagery.models.rbm import RBM
from imagery.training import TrainConfig, fit


def machine(visible=6, hidden=4, size=1.0, **more):
    torch.manual_seed(0)
    made = RBM(visible, hidden, **more)
    for parameter in made.parameters():
        torch.nn.init.normal_(parameter, std=size)
    return made


@torch.no_grad()
def test_free_energy_and_conditionals_are_scikit_learn_s():
    ours, oracle = machine(), BernoulliRBM(4)
    oracle.components_ = ours.weight.T.numpy()
    oracle.intercept_hidden_, oracle.intercept_visible_ = ours.hidden_bias.numpy(), ours.visible_bias.numpy()
    seen = all_states(6)
    np.testing.assert_allclose(ours.energy(seen), oracle._free_energy(seen.numpy()), rtol=1e-5)
    np.testing.assert_allclose(ours.hidden_given(seen), oracle._mean_hiddens(seen.numpy()), rtol=1e-5)


@torch.no_grad()
def test_it_is_a_boltzmann_machine_without_links_within_a_layer():
    ours, general = machine(), BoltzmannMachine(6, 4)
    general.coupling.zero_()
    general.coupling[:6, 6:] = ours.weight
    general.bias.copy_(torch.cat([ours.visible_bias, ours.hidden_bias]))
    torch.testing.assert_close(ours.log_partition(), general.log_partition())
    torch.testing.assert_close(ours.log_likelihood(all_states(6)), general.log_likelihood(all_states(6)))


@torch.no_grad()
@pytest.mark.parametrize("visible, hidden", [(6, 4), (4, 6)])
def test_probabilities_add_up_to_one(visible, hidden):
    assert float(machine(visible, hidden).log_likelihood(all_states(visible)).exp().sum()) == pytest.approx(1, abs=1e-4)


@torch.no_grad()
def test_samples_follow_the_distribution():
    ours = machine(size=0.7)
    seen = ours.sample(2000, seed=0, steps=20)
    codes = (seen @ (2.0 ** torch.arange(5, -1, -1))).long()
    shares = torch.bincount(codes, minlength=64) / len(seen)
    assert (shares - ours.log_likelihood(all_states(6)).exp()).abs().sum() < 0.15
    assert ours.sample(3, seed=0, steps=20).equal(seen[:3])


def test_contrastive_divergence_nears_the_likelihood_s_gradient_with_its_steps():
    """At 30 steps sampling forgets the data."""
    seen = all_states(6)[[7, 21, 42]]
    ours = machine(size=1.5)
    exact = torch.autograd.grad(-ours.log_likelihood(seen).mean(), ours.weight)[0]
    errors = []
    for steps in (1, 30):
        ours = machine(size=1.5, steps=steps)
        loss, _ = ours.loss(seen.repeat(1500, 1), torch.Generator().manual_seed(0))
        errors.append(float((torch.autograd.grad(loss, ours.weight)[0] - exact).norm() / exact.norm()))
    assert errors[1] < 0.1 < errors[0] / 1.5


@pytest.mark.parametrize("chains", [0, 50])
def test_training_raises_the_likelihood(chains):
    bars = torch.cat([torch.eye(3)[:, :, None].expand(-1, -1, 3), torch.eye(3)[:, None].expand(-1, 3, -1)]).flatten(1)
    torch.manual_seed(0)
    ours = RBM(9, 8, steps=2, chains=chains)
    before, started = ours.log_likelihood(bars).mean().item(), ours.fantasies.clone()
    list(fit(ours, lambda step: bars.repeat(8, 1), TrainConfig(200, 48, learning_rate=0.1, ema_decay=0.9, amp=False),
             device="cpu"))
    assert before == pytest.approx(-9 * np.log(2), abs=0.1)
    assert ours.log_likelihood(bars).mean().item() > -3.2                         # log 1/6 = -1.8 is the best
    assert len(ours.fantasies) == chains and (not chains or not ours.fantasies.equal(started))


def test_recall_keeps_what_is_known():
    ours = machine()
    part, known = torch.ones(200, 6), torch.tensor([True, True, False, False, False, True])
    whole = ours.recall(part, known, seed=0)
    assert whole[:, known].equal(part[:, known])
    with torch.no_grad():
        among = all_states(6)[all_states(6)[:, known].all(1)]
        share = ours.log_likelihood(among).softmax(0) @ among
    torch.testing.assert_close(whole.mean(0), share, atol=0.1, rtol=0)
    assert ours.recall(part[:2], known, seed=0).equal(whole[:2])


@torch.no_grad()
@pytest.mark.parametrize("rates", [None, torch.tensor([0.1, 0.9, 0.5, 0.5, 0.3, 0.0])])
def test_annealed_importance_sampling_finds_the_partition_function(rates):
    ours = machine(size=1.5)
    found = ais.anneal(ours, runs=100, steps=200, seed=0, rates=rates)
    low, high = found.interval
    assert low < float(ours.log_partition()) < high and high - low < 1.0


@torch.no_grad()
def test_ais_of_independent_units_is_exact():
    ours = machine()
    ours.weight.zero_()
    ours.hidden_bias.zero_()
    rates = ours.visible_bias.sigmoid()
    found = ais.anneal(ours, runs=5, steps=3, rates=rates)
    assert found.log_z == pytest.approx(float(ours.log_partition()), abs=1e-3) and found.log_weights.std() < 1e-4


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match=r"want \(B, 6\)"):
        machine().loss(torch.ones(2, 5))
    with pytest.raises(ValueError, match="20 is the most"):
        RBM(30, 30).log_partition()
