"""Every registered model, by the protocols it satisfies: to register a model is to test it."""

import json
from dataclasses import fields, is_dataclass, replace
from functools import partial
from itertools import product

import pytest
import torch
from learning import learn

import imagery
from envs.stimuli.descriptions import VOCABULARY
from experiments.upbringing.films import Films, film_kinds
from experiments.upbringing.jointed import Joined
from experiments.upbringing.picturing import PictureLessons, Picturing
from experiments.upbringing.readings import ReadingLessons
from experiments.upbringing.scenes import Lessons, Pictures, draw_scenes, pictures_to_tensor
from experiments.upbringing.schooling import Exhibits, Schooling
from experiments.upbringing.turning import Approaches, Bearings, Comparisons, Pairs, Turnings
from experiments.upbringing.walks import Walks, grids, shapes
from imagery import devices, weights
from imagery.models.imaginer import Imaginer, Lesson
from imagery.models.turning import imagine
from imagery.reminding import Reminder

HUT, WELL = "At 3 o'clock there is a hut.", "In the north, deep inland, there is a well. The hut is in square D7."
LEARNERS = [name for name, cls in imagery.MODELS.items() if hasattr(cls, "loss")]
CODES = [name for name, cls in imagery.MODELS.items() if hasattr(cls, "encode") and hasattr(cls, "decode")]
MEDIA = [name for name in CODES if hasattr(imagery.MODELS[name], "turn")]
CODECS = [name for name in CODES if name not in MEDIA]


@pytest.fixture(scope="module")
def scenes():
    return draw_scenes(24, seed=77, most=4, jobs=1)


def astray(first, second):
    return torch.eye(3).expand(len(first), 3, 3)


@pytest.fixture
def lesson(scenes, tiny):
    words = tiny["verbal"].tokenizer.words
    return {"verbal": lambda: Schooling(scenes, scenes, Exhibits(), words, 8),
            "islands": lambda: Lessons(scenes, tiny["verbal"], 8),
            "pictures": lambda: PictureLessons(
                Picturing(Exhibits()), Reminder(tiny["pictures"].recollection, tiny["verbal"]), 8, seed=3),
            "autoencoder": lambda: Pictures(scenes, 8),
            "volume": lambda: Turnings(8), "nextview": lambda: Turnings(8, largest=30.0),
            "regressor": lambda: Turnings(8, largest=30.0),
            "comparison": lambda: Comparisons(8, 2, partial(imagine, tiny["volume"]), astray),
            "siamese": lambda: Pairs(8, 2),
            "keypoints": lambda: Bearings(8, 2), "landmarks": lambda: Approaches(8, tiny["volume"]),
            "joints": lambda: Joined(8),
            **dict.fromkeys(("world", "latent"), lambda: Walks(grids((3, 4)), 8, 16, 5, jobs=1)),
            "rooms": lambda: Walks(shapes(), 10, 16, 5, jobs=1), "reader": lambda: ReadingLessons(8, 8, 5, jobs=1),
            "film": lambda: Films(film_kinds((5,)), 12, 8, 5, 8, jobs=1)}


@pytest.fixture
def pictures(scenes):
    return pictures_to_tensor(scenes.pictures[:3])


def fresh(tiny, name):
    """An untaught model like the tiny one."""
    torch.manual_seed(1)
    model = type(tiny[name])(**arguments(tiny[name]))
    if name == "verbal":
        model.build_on(tiny[name], VOCABULARY)
    if name == "pictures":
        model.recollection = tiny[name].recollection             # which is remembered, not learned
    return model.train()


def arguments(model):
    return {key: value for key, value in model.config.items() if not key.startswith("_")}


def permuted(batch, order):
    if is_dataclass(batch):
        return replace(batch, **{f.name: permuted(getattr(batch, f.name), order) for f in fields(batch)})
    return batch[order]


# ---- learners -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", LEARNERS)
def test_learner_overfits_one_batch_with_every_parameter(name, tiny, lesson):
    model, batch = fresh(tiny, name), lesson[name]()(0)
    losses = learn(model, batch, 30)
    assert losses[-1] < 0.7 * losses[0]
    loss, logs = model.loss(batch, torch.Generator().manual_seed(3))
    model.zero_grad()
    loss.backward()
    assert loss.shape == () and all(not value.requires_grad and value.numel() == 1 for value in logs.values())
    idle = [key for key, p in model.named_parameters() if p.requires_grad and (p.grad is None or not p.grad.any())]
    assert not idle


@pytest.mark.parametrize("name", ["verbal", "autoencoder"])
def test_order_of_a_batch_does_not_matter(name, tiny, lesson):
    """With noise silenced: it is drawn sample by sample. So are the verbal channel's hard negatives."""
    batch, order = lesson[name]()(1), torch.randperm(8, generator=torch.Generator().manual_seed(0))
    model = tiny[name]
    if name == "verbal":
        model = type(model)(**arguments(model) | {"objectives": ("contrast", "caption")})
    with torch.no_grad(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, "randn", lambda shape, **given: torch.zeros(shape))
        first, second = (model.loss(each, None)[0] for each in (batch, permuted(batch, order)))
    assert torch.isclose(first, second, rtol=1e-4)


@pytest.mark.parametrize("name", imagery.MODELS)
def test_weights_round_trip(name, tiny, tiny_folder):
    loaded = weights.load(imagery.MODELS[name], tiny_folder / name)
    for key, tensor in tiny[name].state_dict().items():
        off = (loaded.state_dict()[key].float() - tensor.float()).abs()
        assert off.max() <= 1e-3 + tensor.float().abs().max() / 200, key               # eight bits a number
    assert json.dumps(arguments(loaded)) == json.dumps(arguments(tiny[name]))


def test_load_names_what_is_near(shipped):
    assert isinstance(imagery.load("islands"), imagery.TextToImage)
    with pytest.raises(ValueError, match="did you mean islands"):
        imagery.load("island")


# ---- generators -----------------------------------------------------------------------------------------------------

VARIANTS = [("flow", kind, "cosine", False) for kind in ("x0", "epsilon", "v")]
VARIANTS += product(["ddpm"], ("x0", "epsilon", "v"), ("linear", "cosine"), (False, True))


def lesson_of(pictures):
    """Three things are told of in each, somewhere."""
    count, _, height, width = pictures.shape
    return Lesson(pictures, torch.randn(count, 3, 72), torch.ones(count, 3).bool(), torch.zeros(count, 3, 3).bool(),
                  torch.rand(count, 3, 2), torch.ones(count, 1, height, width))


@pytest.mark.parametrize("process, prediction, schedule, bound", VARIANTS)
def test_every_process_learns(process, prediction, schedule, bound):
    torch.manual_seed(0)
    model = Imaginer(process=process, prediction=prediction, schedule=schedule, bound=bound, channels=(16,), heads=2,
                     context_width=72)
    picture = torch.linspace(-1, 1, 16).expand(4, 3, 16, 16)
    batch = lesson_of(picture)
    losses = learn(model, batch, 30)
    assert losses[-1] < 0.8 * losses[0]


def test_latents_leave_the_codec_as_it_was():
    """Were the code learned with the generator, it would shrink until anything fits it."""
    model = Imaginer(code="latents", channels=(16,), heads=2, context_width=72)
    batch = lesson_of(torch.rand(2, 3, 32, 32))
    before = {key: p.clone() for key, p in model.codec.named_parameters()}
    learn(model, batch, 3)
    assert all(p.equal(before[key]) for key, p in model.codec.named_parameters())


@pytest.mark.parametrize("prediction", ["x0", "epsilon", "v"])
def test_clean_inverts_each_prediction(prediction):
    model = Imaginer(prediction=prediction, channels=(16,), heads=2, context_width=72)
    x0, eps, t = torch.randn(2, 48, 4, 4), torch.randn(2, 48, 4, 4), torch.tensor([0.25, 0.75])
    x = (1 - t)[:, None, None, None] * x0 + t[:, None, None, None] * eps
    told = {"x0": x0, "epsilon": eps, "v": eps - x0}[prediction]
    assert torch.allclose(model.clean(told, x, t), x0, atol=1e-5)


@torch.no_grad()
@pytest.mark.parametrize("name", ["islands", "pictures"])
def test_a_withheld_text_tells_nothing(name, tiny):
    model, x, t = tiny[name], torch.randn(2, 48, 16, 16), torch.tensor([0.3, 0.9])
    one, two = torch.randn(2, 2, 5, 112)
    mask = torch.tensor([[False] * 5, [True] * 5])
    first, second = model(x, t, one, mask), model(x, t, two, mask)
    assert first[0].equal(second[0]) and not torch.allclose(first[1], second[1])
    silent = model(x[:1], t[:1], torch.zeros(1, 3, 112), torch.zeros(1, 3, dtype=torch.bool))
    assert torch.allclose(first[:1], silent, atol=1e-5)


def is_picture(images, count):
    return images.shape == (count, 3, 64, 64) and images.dtype == torch.float32 and bool((images.abs() <= 1).all())


def test_imagine_gives_pictures_that_seed_and_words_decide(channel):
    images = channel.imagine([HUT, WELL], seed=5)
    assert is_picture(images, 2) and images.std() > 0.05
    assert channel.imagine([HUT, WELL], seed=5).equal(images)
    assert not torch.allclose(channel.imagine([HUT, WELL], seed=6), images, atol=0.05)
    assert torch.allclose(channel.imagine(HUT, seed=5), images[:1], atol=1e-4)
    assert not torch.allclose(channel.imagine([WELL, WELL], seed=5)[0], images[0], atol=1e-3)


@pytest.mark.parametrize("settings", [{"steps": 1}, {"steps": 7}, {"guidance": 2.0}, {"sampler": "heun"},
                                      {"sampler": "dpm"}], ids=str)
def test_imagine_obeys_its_settings(settings, channel):
    images = channel.imagine([HUT], seed=5, **({"steps": 4} | settings))
    assert is_picture(images, 1)
    assert not torch.allclose(images, channel.imagine([HUT], seed=5, steps=4), atol=1e-3)


@pytest.mark.parametrize("sampler, guidance, calls", [("euler", 1.0, 4), ("euler", 1.5, 8), ("heun", 1.0, 7),
                                                      ("dpm", 1.0, 4)])
def test_evaluations_are_as_many_as_said(sampler, guidance, calls, channel, monkeypatch):
    seen, real = [], channel.imaginer.forward
    monkeypatch.setattr(channel.imaginer, "forward", lambda *args: seen.append(1) or real(*args))
    channel.imagine([HUT], steps=4, guidance=guidance, sampler=sampler)
    assert len(seen) == calls


@torch.no_grad()
def test_a_picture_is_imagined_from_its_words_and_what_they_mean_together(tiny, monkeypatch):
    monkeypatch.setattr(devices, "has_bfloat16", lambda device: False)
    channel = imagery.TextToImage(tiny["pictures"], tiny["verbal"])
    images = channel.imagine(["a red umbrella", "a capital letter d"], seed=5, steps=2)
    assert is_picture(images, 2) and torch.allclose(channel.imagine(["a red umbrella"], seed=5, steps=2), images[:1],
                                                    atol=1e-4)
    context, mask = tiny["verbal"].word_prompt(["a red umbrella", "a star"])
    assert context.shape == (2, 4, 112) and mask.tolist() == [[True] * 4, [True] * 3 + [False]]
    assert not context[..., -64:].any() and context[:, 0].norm(dim=-1) == pytest.approx(48 ** 0.5, rel=1e-3)
    order, other = (channel.hear([text], [0])[0] for text in ("a cat above a dog", "a dog above a cat"))
    assert not torch.allclose(order, other, atol=1e-3)


def test_imagine_refuses_words_it_does_not_know(channel):
    with pytest.raises(ValueError, match="unknown word 'hurt'.*hut"):
        channel.imagine(["There is a hurt."])
    with pytest.raises(ValueError, match="empty"):
        channel.imagine([" ?!"])


@torch.no_grad()
@pytest.mark.parametrize("name", CODECS)
def test_codec(name, tiny, pictures):
    code = tiny[name].encode(pictures)
    assert code.shape == (3, tiny[name].channels, 16, 16) and is_picture(tiny[name].decode(code), 3)


def test_pixels_are_a_lossless_code(channel, pictures):
    codec = channel.imaginer.codec
    assert codec.decode(codec.encode(pictures)).equal(pictures)
    weight = torch.rand(3, 1, 64, 64)
    assert codec.weigh(weight).equal(codec.encode(weight.expand(-1, 3, -1, -1)))


# ---- media of imagery -----------------------------------------------------------------------------------------------

@torch.no_grad()
@pytest.mark.parametrize("name", MEDIA)
def test_a_medium_holds_turns_and_mirrors(name, tiny):
    medium, seen = tiny[name], Turnings(4)(0).before
    same, turned = torch.eye(3).expand(4, 3, 3), Turnings(4)(0).turn
    code = medium.encode(seen)
    still, views = medium.decode(medium.turn(code, same)), medium.decode(medium.turn(code, turned))
    assert views.shape == (4, 1, 64, 64) and views.abs().max() <= 1
    assert torch.allclose(still, medium.decode(code), atol=1e-4) and not torch.allclose(still, views, atol=1e-3)
    twice = medium.decode(medium.mirror(medium.mirror(code)))
    assert torch.allclose(twice, medium.decode(code), atol=1e-4)
    with pytest.raises(ValueError, match="turns of shape"):
        medium.turn(code, same[:2])


# ---- the verbal channel ---------------------------------------------------------------------------------------------

@torch.no_grad()
def test_padding_does_not_change_a_text(tiny):
    verbal = tiny["verbal"]
    alone, among = verbal.encode_text([HUT]), verbal.encode_text([WELL, HUT])
    length = alone.mask.shape[1]
    assert among.mask[1].sum() == length < among.mask.shape[1]
    for field in ("states", "where", "what"):
        assert torch.allclose(getattr(among, field)[1, :length], getattr(alone, field)[0], atol=1e-5)


def test_match_pairs_every_picture_with_every_text(tiny, pictures):
    scores = tiny["verbal"].match(pictures, [HUT, WELL])
    assert scores.shape == (3, 2) and scores.isfinite().all()
    turned = tiny["verbal"].match(pictures.flip(0), [WELL, HUT])
    assert torch.allclose(turned, scores.flip(0, 1), atol=1e-5)
    assert torch.allclose(tiny["verbal"].match(pictures[:1], [HUT]), scores[:1, :1], atol=1e-5)


def test_pictures_of_any_size_are_seen(tiny):
    assert tiny["verbal"].encode_image(torch.rand(1, 3, 96, 96)).shape == (1, 16, 16, 16)


def test_an_eye_that_believes_in_everything_sees_every_kind(tiny, pictures):
    verbal = fresh(tiny, "verbal")
    verbal.scale.data[1] = 30.0
    found = verbal.find(pictures)
    assert len(found) == 3 and all(tuple(things) == verbal.names for things in found)
    assert all(0 <= value <= 1 for things in found for place in things.values() for value in place)
    verbal.scale.data[1] = -30.0
    assert verbal.find(pictures) == [{}] * 3


@pytest.mark.parametrize("sampler", ["euler", "heun", "dpm", "ddim", "ancestral"])
def test_a_ddpm_is_sampled_on_the_flow_and_on_its_own_path(channel, sampler):
    torch.manual_seed(0)
    ddpm = Imaginer(process="ddpm", prediction="v", channels=(16, 32), heads=2, context_width=112).eval()
    own = imagery.TextToImage(ddpm, channel.verbal)
    pictures = own.imagine(["there is a hut."] * 2, seed=3, steps=3, sampler=sampler)
    assert pictures.shape == (2, 3, 64, 64) and pictures.abs().max() <= 1 and pictures.std() > 0.01
    with pytest.raises(ValueError, match="is for a DDPM"):
        channel.imagine(["there is a hut."], sampler="ddim")


def test_a_perfect_ddpm_denoises_to_the_clean_code_on_the_linear_path(channel):
    """A network that knows the noise gives x0 back at any level, whatever path it was trained on."""
    x0, eps, t = torch.randn(4, 48, 16, 16), torch.randn(4, 48, 16, 16), torch.tensor([0.1, 0.4, 0.7, 0.95])
    ddpm = Imaginer(process="ddpm", prediction="epsilon", channels=(16, 32), heads=2, context_width=112)
    ddpm.forward = lambda x, time, context, mask: eps
    level = t[:, None, None, None]
    found = ddpm.denoiser(None, None)((1 - level) * x0 + level * eps, t)
    assert (found - x0).abs().max() < 0.15          # as near as the nearest of a thousand steps comes
