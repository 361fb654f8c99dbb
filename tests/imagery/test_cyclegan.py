"""CycleGAN: its loss on translators that are known, its parts, and learning without pairs."""

import pytest
import torch
from torch import nn

from imagery.models.cyclegan import CycleGAN, Unpaired, patch_critic


def small():
    torch.manual_seed(0)
    return CycleGAN(width=4, blocks=1).train()


def batch(count=4):
    first = torch.rand(count, 3, 16, 16, generator=torch.Generator().manual_seed(0)) * 2 - 1
    return Unpaired(first, -first.flip(0))


def scoring(model, value):
    model.first_critic = model.second_critic = nn.Sequential(nn.Conv2d(3, 1, 1))
    nn.init.zeros_(model.first_critic[0].weight)
    nn.init.constant_(model.first_critic[0].bias, value)
    return model


def test_translators_that_undo_each_other_cost_no_cycle():
    """Negatives there and back: the fakes pass, the cycle closes, and only the identity term is left."""
    class Negative(nn.Module):
        def forward(self, x):
            return -x

    model, given = scoring(small(), 1.0), batch()
    model.there = model.back = Negative()
    loss, share = model.generator_loss(given, None)
    same = 2 * (given.first.abs().mean() + given.second.abs().mean())
    torch.testing.assert_close(loss, 10 * same / 2)
    torch.testing.assert_close(share, torch.ones(()))


def test_translators_that_do_nothing_fool_nobody():
    model = scoring(small(), 0.0)
    model.there = model.back = nn.Identity()
    torch.testing.assert_close(model.generator_loss(batch(), None)[0], torch.tensor(2.0))     # (0 - 1)^2, both ways
    torch.testing.assert_close(model.critic_loss(batch(), None), torch.tensor(2.0))


def test_a_score_is_of_a_patch():
    """Of 38 x 38 pixels: what lies further away from a patch's middle does not count."""
    critic, x = patch_critic(4), torch.zeros(1, 3, 64, 64, requires_grad=True)
    critic = nn.Sequential(*(layer for layer in critic if not isinstance(layer, nn.InstanceNorm2d)))
    score = critic(x)
    assert score.shape == (1, 1, 8, 8)
    seen = torch.autograd.grad(score[0, 0, 4, 4], x)[0].abs().sum((0, 1)) > 0
    assert seen.any(0).sum() == seen.any(1).sum() == 38


def test_sides_take_turns_and_both_learn():
    model, critics = small(), ("first_critic", "second_critic")
    for learning in (critics, ("there", "back")):
        model.zero_grad()
        model.loss(batch())[0].backward()
        for name in (*critics, "there", "back"):
            assert all((p.grad is not None) == (name in learning) for p in getattr(model, name).parameters()), name


def test_it_learns_to_come_back():
    """Bright and dark pictures, no pairs: after some turns a round trip keeps more of a picture than before."""
    model = small()
    optimizer = torch.optim.Adam(model.parameters(), 2e-3, betas=(0.5, 0.99))
    generator = torch.Generator().manual_seed(1)

    def draw(shift):
        coarse = torch.rand(2, 3, 4, 4, generator=generator)
        return (coarse.repeat_interleave(4, 2).repeat_interleave(4, 3) * 0.8 + shift).clamp(-1, 1)

    def lost():
        with torch.no_grad():
            x = draw(0.1)
            return float((model.translate(model.translate(x), back=True) - x).abs().mean())

    before = lost()
    for _ in range(50):
        loss, _ = model.loss(Unpaired(draw(0.1), draw(-0.9)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert lost() < 0.6 * before


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="give a multiple of 8"):
        small().translate(torch.zeros(1, 3, 12, 12))
    with pytest.raises(ValueError, match=r"give \(B, 3, 16, 16\)"):
        small().loss(Unpaired(torch.zeros(2, 3, 16, 16), torch.zeros(2, 1, 16, 16)))
