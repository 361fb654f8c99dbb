"""The verbal channel: what each loss teaches, saying what is seen, judging what is said, and what stays as it was."""

import pytest
import torch

from envs.stimuli.descriptions import VOCABULARY
from envs.stimuli.landmarks import KINDS
from imagery.models.grounded import Pointing
from imagery.models.text import Tokenizer, causal_mask
from imagery.models.verbal import GROUNDED, OBJECTIVES, Lecture, VerbalChannel

SIZES = {"width": 48, "layers": 1, "heads": 2, "image_channels": 16, "what_width": 16, "gist_channels": (16, 24),
         "gist_blocks": 1, "decoder_layers": 1}
TEXTS = ("A hut is in square D7.", "There is a cave.", "A lake is in square B2. A tree is in square J10.", "The well.")
TOKENIZER = Tokenizer(VOCABULARY)


def new(**options):
    torch.manual_seed(0)
    return VerbalChannel(VOCABULARY, KINDS, **SIZES, **options)


@pytest.fixture(scope="module")
def lecture():
    """Four plain pictures, each with its text."""
    shades = torch.tensor([[-1.0, -1, 1], [1, -1, -1], [-1, 1, -1], [1, 1, 1]])
    pictures = shades[:, :, None, None].expand(-1, -1, 64, 64).clone()
    pictures[:, :, 20:30, 20:30] *= -1
    return Lecture(pictures, TOKENIZER(TEXTS), TOKENIZER(TEXTS))


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


def test_a_loss_left_out_teaches_nothing(lecture):
    """Without the captioning loss it is a CLIP that cannot speak, without the contrastive one it cannot match."""
    clip, speaker = taught(lecture, objectives=("contrast",)), taught(lecture, objectives=("caption",))
    assert (clip.match(lecture.pictures, TEXTS).argmax(0) == torch.arange(4)).all()
    assert clip.describe(lecture.pictures) != list(TEXTS) and speaker.describe(lecture.pictures) == list(TEXTS)
    for model, part in ((clip, "decoder.0.feed.0.weight"), (speaker, "meaning.weight")):
        assert model.state_dict()[part].equal(new().state_dict()[part])


def test_pointing_teaches_the_grounded_parts_and_a_lecture_the_rest(lecture):
    places = torch.full((4, len(KINDS), 2), torch.nan)
    places[0, KINDS.index("hut")] = torch.tensor([0.39, 0.39])
    pointing = Pointing(lecture.pictures, lecture.tokens, places)
    for batch, logged, idle in ((pointing, {"where", "what", "place_error"}, set()),
                                (lecture, {*OBJECTIVES, "found", "number"}, {"where"})):
        model = new()
        loss, logs = model.loss(batch, torch.Generator().manual_seed(0))
        loss.backward()
        moved = {key.split(".")[0] for key, p in model.named_parameters() if p.grad is not None and p.grad.any()}
        assert set(logs) == logged and not moved & idle
        assert moved >= (set(GROUNDED) if batch is pointing else {"gist", "named", "decoder", "meaning", "text"})


def test_what_is_built_on_stays_as_it_was(lecture):
    """Also of words that lie elsewhere in a larger vocabulary; new words learn."""
    words = ["aardvark", *VOCABULARY]
    earlier, model = new().eval(), VerbalChannel(words, KINDS, **SIZES)
    model.build_on(earlier, VOCABULARY)
    told = Tokenizer(words)(["the aardvark.", *TEXTS[1:]])
    before = {key: value.clone() for key, value in model.named_parameters()}
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], 1e-2, weight_decay=0.0)
    for _ in range(3):
        loss, _ = model.loss(Lecture(lecture.pictures, told, told), torch.Generator().manual_seed(0))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    first, second = (each.eval().prompt(TEXTS) for each in (earlier, model))
    for field in ("context", "links", "kinds", "mask"):
        assert torch.equal(getattr(first, field), getattr(second, field))
    assert torch.equal(earlier.encode_image(lecture.pictures), model.encode_image(lecture.pictures))
    row = model.tokenizer.index["aardvark"]
    assert not torch.equal(before["text.embed.weight"][row], model.text.embed.weight[row])
    idle = [key for key, p in model.named_parameters() if p.requires_grad and torch.equal(before[key], p)]
    assert not idle


def test_what_comes_later_is_not_heard_when_speaking(lecture):
    model = new().eval()
    early, late = TOKENIZER(["a hut is in square d7."]), TOKENIZER(["a hut is in square c3."])
    tokens = model.look(lecture.pictures[:1]).tokens
    first, second = (model.together(told, causal_mask(told.mask), tokens) for told in (early, late))
    assert torch.allclose(first[:, :5], second[:, :5], atol=1e-6) and not torch.allclose(first[:, 5], second[:, 5])
    open_ = model.together(early, early.mask, tokens)
    assert not torch.allclose(open_[:, :5], first[:, :5], atol=1e-4)
