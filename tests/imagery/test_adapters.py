"""A user's own models, tiny and random, saved to disk as their libraries save them."""

import json

import pytest
import torch

import imagery
from imagery.weights import WeightsError

WORDS = ["<|startoftext|>", "<|endoftext|>", *"abcdefghijklmnopqrstuvwxyz", *(f"{c}</w>" for c in
                                                                            "abcdefghijklmnopqrstuvwxyz")]
PICTURES = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 2 - 1


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    from transformers import CLIPTokenizer

    folder = tmp_path_factory.mktemp("words")
    (folder / "vocab.json").write_text(json.dumps({word: i for i, word in enumerate(WORDS)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    return CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=16)


@pytest.fixture(scope="module")
def pipeline(tokenizer, tmp_path_factory):
    from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel

    torch.manual_seed(0)
    text = CLIPTextModel(CLIPTextConfig(vocab_size=len(WORDS), hidden_size=16, intermediate_size=16,
                                        num_hidden_layers=1, num_attention_heads=2, max_position_embeddings=16))
    unet = UNet2DConditionModel(sample_size=16, block_out_channels=(8, 16), layers_per_block=1, norm_num_groups=4,
                                cross_attention_dim=16, attention_head_dim=4,
                                down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
                                up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"))
    vae = AutoencoderKL(block_out_channels=(8, 8), norm_num_groups=4, latent_channels=4,
                        down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2)
    folder = tmp_path_factory.mktemp("pipeline")
    StableDiffusionPipeline(vae, text, tokenizer, unet, DDIMScheduler(clip_sample=False, steps_offset=1), None, None,
                            requires_safety_checker=False).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def captioner(tokenizer, tmp_path_factory):
    from transformers import BlipConfig, BlipForConditionalGeneration, BlipImageProcessor

    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = BlipConfig(text_config={**sizes, "vocab_size": len(WORDS), "encoder_hidden_size": 16, "bos_token_id": 0,
                                     "eos_token_id": 1, "sep_token_id": 1, "pad_token_id": 1, "max_length": 8},
                        vision_config={**sizes, "image_size": 32, "patch_size": 16}, projection_dim=8)
    folder = tmp_path_factory.mktemp("captioner")
    BlipForConditionalGeneration(config).save_pretrained(folder)
    BlipImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def clip(tokenizer, tmp_path_factory):
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel

    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = CLIPConfig(text_config={**sizes, "vocab_size": len(WORDS), "max_position_embeddings": 16,
                                     "bos_token_id": 0, "eos_token_id": 1},
                        vision_config={**sizes, "image_size": 32, "patch_size": 16}, projection_dim=8)
    folder = tmp_path_factory.mktemp("clip")
    CLIPModel(config).save_pretrained(folder)
    CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def test_a_pipeline_imagines(pipeline):
    channel = imagery.load(str(pipeline))
    images = channel.imagine(["a hut", "a well"], seed=1, steps=2)
    assert images.shape[:2] == (2, 3) and images.abs().max() <= 1 and images.std() > 0
    assert channel.imagine(["a hut", "a well"], seed=1, steps=2).equal(images)
    assert not channel.imagine(["a hut", "a well"], seed=2, steps=2).equal(images)
    assert torch.allclose(channel.imagine("a hut", seed=1, steps=2), images[:1], atol=1e-4)


def test_a_captioner_describes(captioner):
    said = imagery.load(str(captioner)).describe(PICTURES)
    assert len(said) == 2 and all(isinstance(text, str) and "<|" not in text for text in said)


def test_a_clip_matches(clip):
    channel, texts = imagery.load(str(clip)), ["a hut", "the old well", "a cave"]
    scores = channel.match(PICTURES, texts)
    assert scores.shape == (2, 3)
    assert torch.allclose(channel.match(PICTURES.flip(0), texts[::-1]), scores.flip(0, 1), atol=1e-4)


def test_pickles_are_refused(clip, tmp_path):
    import shutil

    folder = shutil.copytree(clip, tmp_path / "clip")
    (folder / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(WeightsError, match="pytorch_model.bin, a pickle"):
        imagery.load(str(folder))


@pytest.mark.parametrize("kind, part", [("pipeline", "unet/config.json"), ("clip", "model.safetensors"),
                                        ("captioner", "preprocessor_config.json")])
def test_folders_that_are_not_whole_are_refused(kind, part, request, tmp_path):
    import shutil

    folder = shutil.copytree(request.getfixturevalue(kind), tmp_path / kind)
    next(folder.glob(part.replace("preprocessor_config", "*processor*"))).unlink()
    with pytest.raises(WeightsError, match=kind) as refused:
        imagery.load(str(folder))
    assert "\n" not in str(refused.value)


def test_folders_of_something_else_are_refused(tokenizer, tmp_path):
    from transformers import CLIPTextConfig, CLIPTextModel

    CLIPTextModel(CLIPTextConfig(vocab_size=len(WORDS), hidden_size=16, intermediate_size=16, num_hidden_layers=1,
                                 num_attention_heads=2)).save_pretrained(tmp_path / "text")
    with pytest.raises(WeightsError, match="neither describes"):
        imagery.load(str(tmp_path / "text"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(WeightsError, match="has neither"):
        imagery.load(str(tmp_path / "empty"))
    with pytest.raises(WeightsError, match="no folder"):
        imagery.load(str(tmp_path / "absent"))


def test_the_command_line_takes_a_folder(pipeline, captioner, tmp_path, capsys):
    from experiments.cli import main

    picture = str(tmp_path / "hut.png")
    assert main(["imagine", "a hut", "--model", str(pipeline), "--steps", "2", "--out", picture]) == 0
    capsys.readouterr()
    assert main(["describe", picture, "--model", str(captioner), "--json"]) == 0
    assert list(json.loads(capsys.readouterr().out)) == ["text"]
    assert main(["describe", picture, "--model", str(pipeline)]) == 2
    assert "does not describe; try verbal" in capsys.readouterr().err
