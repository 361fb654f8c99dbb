"""Recalling what things look like: components of pictures, words told apart, a code that the words choose."""

import pytest
import torch

from imagery.models.recollection import SIDE, Memories, Recollection, coarse, features

D = 24                                            # of a context; codes and features are twice as long


@pytest.fixture(scope="module")
def seen():
    """Forty pictures that differ in few ways, and what is said of them: things alike by 1, told apart by 0.02."""
    generator = torch.Generator().manual_seed(0)
    ways = torch.randn(10, 3, 2, 2, generator=generator).repeat_interleave(32, 2).repeat_interleave(32, 3)
    pictures = torch.einsum("nk,kchw->nchw", torch.randn(40, 10, generator=generator), ways).mul(.2).clamp(-1, 1)
    words = torch.randn(40, 1, generator=generator).expand(-1, 2 * D) + 0.02 * torch.randn(40, 2 * D,
                                                                                          generator=generator)
    return pictures, words


@pytest.fixture(scope="module")
def memories(seen):
    return Memories(((coarse(seen[0]) + 1) * 127.5).round().byte(), seen[1])


@pytest.fixture
def recollection(memories):
    torch.manual_seed(0)
    model = Recollection(D)
    model.fit(memories)
    return model


def test_components_keep_what_pictures_differ_in(recollection, seen):
    flat = coarse(seen[0])
    code = recollection.code(flat)
    assert code.shape == (40, 2 * D) and code.std() == pytest.approx(1, abs=0.05)
    torch.testing.assert_close(recollection.picture(code), flat.unflatten(1, (3, SIDE, SIDE)), rtol=0, atol=0.01)


def test_pictures_of_any_size_are_coarse_alike():
    plain = torch.linspace(-1, 1, 3)[None, :, None, None]
    assert coarse(plain.expand(1, 3, 64, 64)).equal(coarse(plain.expand(1, 3, 128, 128)))


def test_features_are_the_whole_and_the_mean_of_the_words_that_are_there():
    context = torch.tensor([[[1., 2.], [3., 4.], [5., 6.], [70., 80.]]])
    assert features(context, torch.tensor([[True, True, True, False]])).tolist() == [[1, 2, 4, 5]]
    assert features(context, torch.tensor([[True, False, False, False]])).tolist() == [[1, 2, 0, 0]]


def test_names_nearly_alike_call_other_things_to_mind(seen, memories, recollection):
    model = recollection
    optimizer = torch.optim.AdamW(model.parameters(), 3e-3)
    for step in range(150):
        loss = model.loss(memories, torch.Generator().manual_seed(step))
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    recalled = model.recall(seen[1], torch.randn(40, 2 * D, generator=torch.Generator().manual_seed(1)))
    assert torch.cdist(recalled, model.code(memories.shades())).argmin(1).equal(torch.arange(40))
    faint = model.faint(seen[0], seen[1].flip(0), torch.Generator().manual_seed(0))     # the words count, not the trace
    assert not torch.allclose(faint, model.faint(seen[0], seen[1], torch.Generator().manual_seed(0)), atol=0.1)


def test_what_is_recalled_is_decided_by_words_and_noise(recollection, seen):
    noise = torch.randn(40, 2 * D, generator=torch.Generator().manual_seed(1))
    assert recollection.recall(seen[1], noise).equal(recollection.recall(seen[1], noise))
    assert not torch.allclose(recollection.recall(seen[1], noise.flip(0)), recollection.recall(seen[1], noise))
