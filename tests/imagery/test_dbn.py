"""Deep belief network: on models small enough to enumerate, its bound, its samples, and what a further layer does."""

import pytest
import torch

from imagery.models import ais
from imagery.models.boltzmann import all_states
from imagery.models.dbn import DeepBelief, greedy
from imagery.models.rbm import RBM
from imagery.training import TrainConfig


def network(sizes=(5, 4, 3), size=1.0):
    torch.manual_seed(0)
    made = DeepBelief(sizes)
    for parameter in made.parameters():
        torch.nn.init.normal_(parameter, std=size)
    return made.eval()


def log_p(states, logits):
    return torch.distributions.Bernoulli(logits=logits).log_prob(states).sum(-1)


def exact(model, seen):
    """log p(v) and the exact bound, by visiting every h1 of a network of three layers."""
    first, top = model.layers
    hidden = all_states(first.config.hidden)
    prior = top.log_likelihood(hidden)
    joint = log_p(seen[:, None], hidden @ first.weight.T + first.visible_bias) + prior               # (B, 2^H)
    q = log_p(hidden, (seen @ first.weight + first.hidden_bias)[:, None])
    return joint.logsumexp(1), (q.exp() * (joint - q)).sum(1)


@torch.no_grad()
def test_the_bound_is_the_enumerated_one_and_lies_below_the_likelihood():
    model, seen = network(), all_states(5)
    log_likelihood, bound = exact(model, seen)
    found = model.bound(seen, float(model.layers[-1].log_partition()), samples=800)
    assert (bound <= log_likelihood + 1e-4).all() and (log_likelihood - bound).max() > 0.1
    torch.testing.assert_close(found, bound, atol=0.1, rtol=0)


@torch.no_grad()
def test_the_bound_by_annealed_importance_sampling():
    model, seen = network(), all_states(5)
    partition = ais.anneal(model.layers[-1], runs=100, steps=200)
    found = model.bound(seen, partition.log_z, samples=500)
    torch.testing.assert_close(found, exact(model, seen)[1], atol=0.25, rtol=0)


@torch.no_grad()
def test_a_further_layer_that_mirrors_the_first_changes_nothing():
    """The RBM and the network with W2 = W1^T are one distribution, and the bound is tight (Hinton, Osindero & Teh 2006,
    Section 4), so a layer that starts there and learns cannot lower it."""
    model = network((5, 4, 5))
    first, top = model.layers
    top.weight.copy_(first.weight.T)
    top.visible_bias.copy_(first.hidden_bias)
    top.hidden_bias.copy_(first.visible_bias)
    seen = all_states(5)
    log_likelihood, bound = exact(model, seen)
    torch.testing.assert_close(log_likelihood, first.log_likelihood(seen), atol=1e-4, rtol=0)
    torch.testing.assert_close(bound, log_likelihood, atol=1e-4, rtol=0)
    one_sample = model.bound(seen, float(top.log_partition()), samples=1)
    torch.testing.assert_close(one_sample, log_likelihood, atol=1e-3, rtol=0)       # whichever sample it is


@torch.no_grad()
def test_samples_follow_the_distribution():
    model = network((4, 3, 3), size=1.0)
    seen = model.sample(2000, seed=0, steps=20)
    shares = torch.bincount((seen @ (2.0 ** torch.arange(3, -1, -1))).long(), minlength=16) / len(seen)
    assert (shares - exact(model, all_states(4))[0].exp()).abs().sum() < 0.12
    assert model.sample(2, seed=0, steps=20).equal(seen[:2])


def test_greedy_teaching_raises_the_bound():
    torch.manual_seed(0)
    halves = torch.tensor([[1.0, 1, 1, 1, 0, 0, 0, 0], [0, 0, 0, 0, 1, 1, 1, 1]]).repeat(30, 1)
    model = DeepBelief((8, 6, 6))

    @torch.no_grad()
    def bound():
        return float(model.bound(halves, float(model.layers[-1].log_partition())).mean())

    before, logs = bound(), list(greedy(model, lambda step: halves, TrainConfig(150, 60, learning_rate=0.05,
                                                                                amp=False)))
    assert before < -5 and bound() > -2.5 and {log["layer"] for log in logs} == {0, 1}     # log 1/2 = -0.7 is the best
    recalled = model.recall(halves[:2], torch.arange(8) < 2)
    assert recalled.round().equal(halves[:2])


def test_the_goal_of_all_layers_at_once_moves_each_and_mixes_none():
    """A layer's gradient is that of its own contrastive divergence."""
    model, seen = network(), all_states(5)
    loss, logs = model.loss(seen, torch.Generator().manual_seed(0))
    loss.backward()
    assert all(p.grad.any() for p in model.parameters()) and set(logs) == {"reconstruction_0", "reconstruction_1"}
    above = [p.grad.clone() for p in model.layers[1].parameters()]
    model.zero_grad()
    generator = torch.Generator().manual_seed(0)
    lower = (torch.rand(32, 4, generator=generator) < model.layers[0].hidden_given(seen)).float()
    model.layers[0].loss(seen, generator)
    model.layers[1].loss(lower, generator)[0].backward()
    assert all(torch.allclose(p.grad, g) for p, g in zip(model.layers[1].parameters(), above))


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="no deeper than an RBM"):
        DeepBelief((8, 4))
    with pytest.raises(ValueError, match=r"want \(B, 5\)"):
        network().recall(torch.ones(1, 4), torch.ones(4).bool())
    assert isinstance(network().layers[0], RBM)
