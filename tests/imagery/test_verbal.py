"""The contrastive captioner: what each loss teaches, saying what is seen, and judging what is said."""


import pytest
import torch

from envs.stimuli.descriptions import VOCABULARY
from envs.stimuli.landmarks import KINDS
from imagery.models.captioner import OBJECTIVES, ContrastiveCaptioner, Lecture
from imagery.models.text import Tokenizer

SIZES = {"width": 48, "layers": 1, "heads": 2, "image_channels": 16, "what_width": 16, "trunk_channels": (24, 32),
         "trunk_blocks": 1, "decoder_layers": 1}
TEXTS = ("A hut is in square D7.", "There is a cave.", "A lake is in square B2. A tree is in square J10.", "The well.")
TOKENIZER = Tokenizer(VOCABULARY)


def new(**options):
    torch.manual_seed(0)
    return ContrastiveCaptioner(VOCABULARY, KINDS, **SIZES, **options)


@pytest.fixture(scope="module")
def lecture():
    """Four plain pictures, each with its text."""
    shades = torch.tensor([[-1.0, -1, 1], [1, -1, -1], [-1, 1, -1], [1, 1, 1]])
    pictures = shades[:, :, None, None].expand(-1, -1, 64, 64).clone()
    pictures[:, :, 20:30, 20:30] *= -1
    places = torch.full((4, len(KINDS), 2), torch.nan)
    places[0, KINDS.index("hut")] = torch.tensor([0.39, 0.39])
    return Lecture(pictures, TOKENIZER(TEXTS), places, TOKENIZER(TEXTS))


def taught(lecture, **options):
    model = new(**options)
    optimizer = torch.optim.AdamW(model.parameters(), 1e-3)
    for step in range(300):
        loss, _ = model.loss(lecture, torch.Generator().manual_seed(step))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.eval()


@pytest.fixture(scope="module")
def model(lecture):
    return taught(lecture)


def test_it_says_what_it_was_taught_to_say(model, lecture):
    assert model.describe(lecture.pictures) == list(TEXTS)
    drawn = model.describe(lecture.pictures, "nucleus", seed=1)
    assert drawn == model.describe(lecture.pictures, "nucleus", seed=1) and len(drawn) == 4


def test_pictures_and_texts_meet(model, lecture):
    similarity = model.match(lecture.pictures, TEXTS)
    assert similarity.shape == (4, 4) and similarity.abs().max() <= 1
    assert (similarity.argmax(0) == torch.arange(4)).all()


def test_true_texts_fit_and_wrong_ones_do_not(model, lecture):
    true, wrong = model.fit(lecture.pictures, TEXTS), model.fit(lecture.pictures, TEXTS[1:] + TEXTS[:1])
    assert true.min() > 0 > wrong.max()


def test_places_are_learned_where_they_are_known(model):
    words = model.encode_text(TEXTS)
    assert model.encode_text(TEXTS).where.shape == (*words.mask.shape, 64)
    told = TOKENIZER(TEXTS[:2])
    _, logs = model.loss(Lecture(torch.zeros(2, 3, 64, 64), told, torch.full((2, len(KINDS), 2), torch.nan), told))
    assert "where" not in logs and set(logs) == {"contrast", "found", "caption", "number", "match"}


def test_a_loss_left_out_teaches_nothing(lecture):
    """Without the captioning loss it is a CLIP that cannot speak, without the contrastive one it cannot match."""
    clip, speaker = taught(lecture, objectives=("contrast",)), taught(lecture, objectives=("caption",))
    assert (clip.match(lecture.pictures, TEXTS).argmax(0) == torch.arange(4)).all()
    assert clip.describe(lecture.pictures) != list(TEXTS) and speaker.describe(lecture.pictures) == list(TEXTS)
    for model, part in ((clip, "decoder.0.feed.0.weight"), (speaker, "meaning.weight")):
        assert model.state_dict()[part].equal(new().state_dict()[part])


def test_every_parameter_learns(lecture):
    model = new()
    loss, logs = model.loss(lecture, torch.Generator().manual_seed(0))
    loss.backward()
    assert [key for key, p in model.named_parameters() if p.grad is None or not p.grad.any()] == ["where_weight"]
    assert set(OBJECTIVES) < set(logs)


def test_what_comes_later_is_not_heard_when_speaking():
    model = new().eval()
    early, late = TOKENIZER(["a hut is in square d7."]), TOKENIZER(["a hut is in square c3."])
    first, second = model.text(early, causal=True), model.text(late, causal=True)
    assert torch.allclose(first[:, :5], second[:, :5], atol=1e-6) and not torch.allclose(first[:, 5], second[:, 5])
    assert not torch.allclose(model.text(early)[:, :5], model.text(late)[:, :5], atol=1e-4)
