"""What families can do beside drawing: measured on models that are not taught, which can do little."""

import json

import pytest
import torch
from PIL import Image

from experiments import cli
from experiments.families import abilities
from experiments.families.translating import CLASSES, LAND, SEA
from imagery.models.semantic import SemanticPainter
from imagery.models.stylegan import StyleGAN
from imagery.models.variational import VariationalDiffusion

SMALL = {"channels": (16,), "heads": 2}


@pytest.fixture(scope="module")
def islands():
    return abilities.fresh(8)


def test_maps_say_what_is_there(islands):
    assert islands.pictures.shape == (8, 3, 64, 64) and islands.maps.shape == (8, 64, 64)
    for has, classes in zip(islands.has, islands.maps):
        assert set(classes.unique().tolist()) - {SEA, LAND} == {2 + kind for kind in has.nonzero()[:, 0].tolist()}


def test_green_is_told_by_the_ground():
    shades = torch.tensor([[0.2, 0.5, -0.5], [0.6, 0.5, -0.5]])[..., None, None].expand(-1, -1, 64, 64)
    assert abilities.green(shades).tolist() == [True, False]


class Palette:
    """A code of three numbers, the colour of the picture."""

    def attribute(self, pictures, has):
        colours = pictures[..., 32, 32]
        return colours[has].mean(0) - colours[~has].mean(0)

    def vary(self, pictures, attribute, factors):
        return (pictures[:, None] + (factors[:, None] * attribute)[None, :, :, None, None]).clamp(-1, 1)

    def interpolate(self, first, second, steps):
        return first[:, None].expand(-1, steps, -1, -1, -1)

    def chart(self, side):
        return torch.zeros(side, side, 3, 64, 64)


def test_an_attribute_of_the_ground_turns_islands_green(islands, monkeypatch):
    monkeypatch.setattr(abilities, "TAUGHT", 150)
    monkeypatch.setattr(abilities, "FACTORS", (0.0, 4.0))
    numbers, rows = abilities.attributes(Palette(), islands)
    assert numbers["green at 0 x"] == 0 and numbers["green at 4 x"] == 1
    assert len(rows) == len(abilities.FACTORS) + 2 + abilities.SHOWN


def test_a_picture_comes_back_from_noise(islands, tiny, monkeypatch):
    """Of a network that says nothing, whatever it is told: there and back is exact, and other words change nothing."""
    monkeypatch.setattr(abilities.imagery, "load", lambda name: tiny["verbal"])
    monkeypatch.setattr(abilities, "STEPS", 5)
    torch.manual_seed(0)
    model = VariationalDiffusion(condition=2 * tiny["verbal"].context_width, network="unet", sizes=SMALL).eval()
    monkeypatch.setattr(model, "forward", lambda x, t, condition: (torch.zeros_like(x), torch.zeros_like(x)))
    numbers, rows = abilities.told_anew(model, islands)
    assert min(numbers["likeness, 1 rounds"], numbers["likeness told anew"]) > 60
    assert numbers["likeness of other islands"] < 30
    assert torch.allclose(rows["island"], rows["told anew"], atol=1e-3)


def test_a_perfect_painter_would_be_told(islands, monkeypatch):
    painter = SemanticPainter(CLASSES, sizes=SMALL)
    monkeypatch.setattr(painter, "paint", lambda maps: islands.pictures)
    perfect, rows = abilities.painted(painter, islands)
    assert perfect["ground"] > 0.99 and perfect["present"] > 0.95 and rows["map"].shape[1:] == (3, 64, 64)
    monkeypatch.setattr(painter, "paint", lambda maps: torch.zeros_like(islands.pictures))
    assert abilities.painted(painter, islands)[0]["present"] < 0.1


def test_styles_are_mixed_from_the_one_to_the_other():
    torch.manual_seed(0)
    model = StyleGAN(width=4, latent=16).eval()
    _, rows = abilities.mixture(model, None)
    first, *_, last = rows.values()
    assert len(first) == abilities.SHOWN and not torch.allclose(first, last)


def test_what_is_seen_stays_and_what_is_told_is_imagined(islands, shipped, monkeypatch):
    numbers, rows = abilities.completed(islands)
    assert torch.allclose(rows["told"][..., :32], rows["island"][..., :32], atol=1e-3)
    assert not torch.allclose(rows["told"][..., 32:], rows["untold"][..., 32:])
    assert 0 < numbers["present in what is seen"] < 1


def test_the_benchmark_names_what_is_not_there(shipped, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(abilities, "completed", lambda islands: ({"present": 0.5}, {"island": islands.pictures[:2]}))
    few = abilities.fresh(4)
    monkeypatch.setattr(abilities, "fresh", lambda count: few)
    (tmp_path / "none").mkdir()
    assert cli.main(["bench", "abilities", "--weights", str(tmp_path / "none"), "--out", str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["completed"] == {"present": 0.5}
    assert set(found["without_weights"]) == {"vae", "stylegan", "ddpm", "semantic"}
    assert Image.open(tmp_path / "completed.png").size[0] > 100
    assert cli.main(["bench", "speed", "--weights", str(tmp_path)]) == 2
    assert "--weights is for models and abilities" in capsys.readouterr().err
