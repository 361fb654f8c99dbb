"""The table of families: its measures on hand-made cases, its rows, and what a sampler is as a channel of the mind."""

import io
import json
import math
from types import SimpleNamespace

import pytest
import torch
from PIL import Image

from experiments import cli
from experiments.benches import training_speed
from experiments.families import artists, minds_eye, ways
from experiments.families import table as families_table
from experiments.families.artists import Artist, calls
from experiments.families.registry import FAMILIES
from experiments.families.table import KEYS, Measures
from experiments.judging.resemblance import interval, likeness, neighbourhoods, radii, resemblance, variety
from experiments.sheet import sheet
from imagery.denoising import Denoising
from imagery.models import processes
from imagery.models.codec import Autoencoder
from imagery.models.dcgan import DCGAN
from imagery.models.flows import RealNVP
from imagery.models.matching import FlowMatching
from imagery.models.shortcut import Shortcut
from imagery.models.variational import VariationalDiffusion
from imagery.whole import Whole, expected

LINE = torch.arange(12.0)[:, None]
TEXT = "At 3 o'clock there is a hut."


class Glance:
    """Judges pictures by their colours in four quarters."""

    def features(self, pictures):
        return torch.nn.functional.adaptive_avg_pool2d(pictures, 2).flatten(1) + 2


@pytest.fixture(scope="module")
def measures():
    return Measures(count=16, pool=8, onlooker=Glance())


@pytest.fixture
def of(tiny):
    """An untaught artist of a family."""

    def make(name, model):
        torch.manual_seed(0)
        return Artist(FAMILIES[name], model, tiny["verbal"], record={"metrics": {"samples_per_s": 7.5}})

    return make


def flow(verbal):
    model = FlowMatching(condition=2 * verbal.context_width, sizes={"channels": (16,), "heads": 2})
    torch.nn.init.normal_(model.told.network.leave[-1].weight, std=0.1)
    return model


# ---- measures -------------------------------------------------------------------------------------------------------

def test_a_neighbourhood_reaches_to_the_kth_other():
    assert radii(LINE, 2).tolist() == [2.0] + [1.0] * 10 + [2.0]
    with pytest.raises(ValueError, match="give more"):
        radii(LINE[:2], 2)


def test_samples_like_the_real_ones_are_precise_and_recalled():
    found = neighbourhoods(LINE, LINE, 2)
    assert found["precision"] == found["recall"] == found["coverage"] == 1.0
    assert found["density"] == pytest.approx((12 + 2 * 11 + 2) / 12 / 2)       # oneself, two beside, and two more: ends


def test_a_collapsed_sampler_is_precise_but_recalls_and_covers_little():
    found = neighbourhoods(torch.full((12, 1), 5.0), LINE, 2)
    assert found["precision"] == 1.0 and found["recall"] == pytest.approx(1 / 12)
    assert found["coverage"] == pytest.approx(3 / 12) and found["density"] == pytest.approx(3 / 2)


def test_a_sampler_far_off_is_neither():
    assert set(neighbourhoods(LINE + 100, LINE, 2).values()) == {0.0}


def test_an_outlier_among_samples_buys_recall_but_no_precision():
    made = torch.cat([torch.full((10, 1), 50.0), torch.tensor([[-40.0], [60.0]])])
    found = neighbourhoods(made, LINE, 2)
    assert found["precision"] == 0.0 and found["recall"] == 1.0


def test_variety_is_the_mean_squared_distance_of_two():
    apart = torch.cdist(LINE.double(), LINE.double()).square()
    assert variety(LINE) == pytest.approx(apart.sum().item() / (12 * 11))
    assert variety(torch.ones(5, 3)) == 0


def test_copies_are_memorised_and_novelties_are_not():
    torch.manual_seed(0)
    learned, real = (torch.nn.functional.normalize(torch.randn(40, 8), dim=1) for _ in range(2))
    assert resemblance(learned, real, learned)["memorisation"] == 1.0
    found = resemblance(real, real, learned)
    assert found["memorisation"] == 0.0 and found["frechet"] == pytest.approx(0, abs=1e-4)
    assert found["diversity"] == pytest.approx(1)
    away = -learned.mean(0).expand(40, -1) + 1e-3 * torch.randn(40, 8)
    assert resemblance(away, real, learned)["memorisation"] < 0.5


def test_likeness_is_in_decibels():
    given = torch.zeros(2, 3, 4, 4)
    assert likeness(given + 0.2, given) == pytest.approx(20) and likeness(given, given) == pytest.approx(106, abs=0.1)


def test_an_interval_is_students():
    low, high = interval([1.0, 2.0, 3.0])
    assert (low + high) / 2 == pytest.approx(2) and (high - low) / 2 == pytest.approx(4.3027 / math.sqrt(3), rel=1e-3)
    assert interval([1.0]) is None and interval([2.0, 2.0]) == [2.0, 2.0]


# ---- rows -----------------------------------------------------------------------------------------------------------

def test_calls_are_counted_and_nothing_is_left_behind(tiny):
    model = flow(tiny["verbal"])
    with calls(model, "told.network") as count:
        model.sample(2, steps=3, condition=torch.zeros(2, 2 * tiny["verbal"].context_width))
    assert len(count) == 3 and "forward" not in vars(model.told.network)
    with calls(RealNVP(size=8, width=8, scales=2), "inverse") as count:
        pass
    assert not count


def test_a_row_has_all_keys_and_none_where_there_is_nothing(of, measures, tiny, monkeypatch):
    eyes = []
    monkeypatch.setattr(families_table, "fastest", lambda work, repeats: work(seed=0) is None or 0.5)
    monkeypatch.setattr(families_table, "as_minds_eye", lambda *given: eyes.append(given) or {"scanning_r": 0.5})
    found = families_table.row(of("flow-vector", flow(tiny["verbal"])), measures, seeds=2, participants=3)
    assert list(found) == KEYS and len(eyes) == 1 and eyes[0][2] == 3 and isinstance(eyes[0][0], Denoising)
    assert found["images_per_s"] == 32 and found["evaluations"] == 8 and found["train_samples_per_s"] == 7.5
    assert 0 <= found["present"] <= 1 and found["reconstruction"] is None is found["bits_per_dim"]
    low, high = found["intervals"]["frechet"]
    assert low <= found["frechet"] <= high and json.dumps(found)
    untold = families_table.row(of("realnvp", RealNVP(size=64, width=8, scales=2)), measures, seeds=1)
    assert untold["present"] is None is untold["scanning_r"] and untold["bits_per_dim"] > 0 and len(eyes) == 1
    assert set(untold["outliers"]) == {"noise", "shuffled", "negative", "faded", "plain"} and found["outliers"] is None
    code = families_table.row(of("codec", Autoencoder(16)), measures)
    assert code["reconstruction"] > 0 and code["frechet"] > 0
    assert all(code[key] is None for key in ("present", "images_per_s", "evaluations", "memorisation", "scanning_r"))
    with pytest.raises(ValueError, match="draws nothing"):
        of("codec", Autoencoder(16)).imagine([TEXT])


def test_real_pictures_would_win(measures, of):
    perfect = SimpleNamespace(told=True)
    found = measures.of_samples(perfect, measures.real.pictures)
    assert found["frechet"] == pytest.approx(0, abs=1e-3) and found["present"] > 0.95
    blank = measures.of_samples(perfect, torch.zeros(16, 3, 64, 64))
    assert blank["present"] < 0.2 and blank["frechet"] > found["frechet"] and blank["diversity"] == 0


def test_the_table_names_those_without_weights(shipped, measures, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(families_table, "Measures", lambda count: measures)
    monkeypatch.setattr(families_table, "as_minds_eye", lambda *given: {})
    found = families_table.families_table(tmp_path, tmp_path / "none", seeds=1, participants=1, count=16)
    assert [each["name"] for each in found["models"]] == ["shipped"]
    assert {"vae", "glow", "unclip"} <= set(found["without_weights"]) and "unclip-prior" not in found["without_weights"]
    assert Image.open(tmp_path / "families.png").size[0] > 100


def test_the_specialists_share_the_texts(shipped):
    both = artists.Specialists()
    texts = ["a cat", TEXT, "a dog"]
    drawn = both.imagine(texts, seed=1)
    assert torch.allclose(drawn[1], both.islands.imagine([TEXT], 1)[0], atol=1e-4)
    assert torch.allclose(drawn[[0, 2]], both.pictures.imagine(["a cat", "a dog"], 1), atol=1e-4)


def test_weights_are_for_models_and_must_be_there(capsys, tmp_path):
    assert cli.main(["bench", "speed", "--weights", str(tmp_path)]) == 2
    assert "--weights is for models" in capsys.readouterr().err
    assert cli.main(["bench", "models", "--weights", str(tmp_path / "none")]) == 2
    assert "no folder" in capsys.readouterr().err


def test_a_sheet_has_a_row_for_each(tmp_path):
    sheet({"a": torch.zeros(3, 3, 8, 8), "b": torch.ones(3, 3, 8, 8)}, ["one", "two", "three"], tmp_path / "s.png")
    assert Image.open(io.BytesIO((tmp_path / "s.png").read_bytes())).format == "PNG"


# ---- as a mind's eye ------------------------------------------------------------------------------------------------

def test_of_what_fits_everywhere_the_mean_is_expected():
    codes, level = torch.stack([torch.zeros(48, 16, 16), torch.ones(48, 16, 16)]), 0.5
    assert expected((1 - level) * codes[1], level, codes).allclose(codes[1])
    assert expected(torch.full((48, 16, 16), 0.25), level, codes).allclose(torch.tensor(0.5))


def test_a_memory_is_put_together_from_parts_of_drawings():
    codes = torch.randn(2, 48, 16, 16, generator=torch.Generator().manual_seed(0))
    memory = torch.cat([codes[0, :, :8], codes[1, :, 8:]], 1)
    found = expected(0.5 * memory + 0.1, 0.5, codes)
    assert found[:, :7].allclose(codes[0, :, :7]) and found[:, 9:].allclose(codes[1, :, 9:])


def test_a_sampler_forms_an_image_that_it_has_drawn(tiny):
    """Without a memory, that of the drawings which the seed picks; its own noise does not lead it astray."""
    palette = torch.randn(6, 3, 64, 64, generator=torch.Generator().manual_seed(1)).clamp(-1, 1)
    asked = []
    whole = Whole(lambda texts, seed: asked.append(texts) or palette[:len(texts)], tiny["verbal"], drawings=6)
    noise = torch.randn(1, 48, 16, 16, generator=torch.Generator().manual_seed(2))
    first = whole.denoise(noise, torch.ones(1), [TEXT], [8])
    assert first.equal(whole.imaginer.codec.encode(palette[2:3]))
    later = whole.denoise(0.6 * first + 0.4 * noise, torch.tensor([0.4]), [TEXT], [8])
    assert later.allclose(first, atol=1e-4) and len(asked) == 1
    assert not whole.denoise(noise, torch.ones(1), [""], [0]).any()


CLEANERS = {"flow-vector": FlowMatching, "shortcut": Shortcut, "ddpm": VariationalDiffusion}


@pytest.mark.parametrize("name", CLEANERS)
def test_what_denoises_does_so_for_the_mind(of, tiny, name):
    """As it does when it draws: a step from noise of one is a step of the other; and it hears what it is told."""
    torch.manual_seed(0)
    width = 2 * tiny["verbal"].context_width
    model = CLEANERS[name](condition=width, network="unet", sizes={"channels": (16,), "heads": 2}).eval()
    torch.nn.init.normal_(model.told.network.leave[-1].weight, std=0.1)
    channel = of(name, model).channels()[0]
    assert isinstance(channel, Denoising) and channel.empty_code.shape == (48, 16, 16)
    x, t = torch.randn(3, 48, 16, 16, generator=torch.Generator().manual_seed(1)), torch.tensor([0.2, 0.5, 0.5])
    found = channel.denoise(x, t, [TEXT, TEXT, ""], [0, 1, 2])
    condition = torch.cat([ways.vectors(tiny["verbal"], [TEXT, TEXT]), torch.zeros(1, width)])
    with torch.no_grad():
        assert found.allclose(model.clean(x, t, condition), atol=0.1)              # bfloat16, where there is any
    assert not found.allclose(channel.denoise(x, t, ["", "", TEXT], [0, 1, 2]), atol=1e-3)


def test_a_ddpm_cleans_on_the_linear_path():
    """Told the noise rightly it finds what was there, whatever the level."""
    model, asked = VariationalDiffusion(network="unet", sizes={"channels": (16,), "heads": 2}).eval(), []
    x0, eps = (torch.randn(4, 48, 2, 2, generator=torch.Generator().manual_seed(seed)) for seed in (0, 1))
    x0, t = x0.clamp(-1, 1), torch.tensor([0.01, 0.3, 0.6, 0.9])
    model.forward = lambda x, step, condition: asked.append(step) or (eps, None)
    assert model.clean(processes.interpolate(x0, eps, t), t, None).allclose(x0, atol=0.05)
    assert (asked[0].diff() > 0).all()


def test_a_generator_that_cannot_denoise_is_asked_for_drawings(of, tiny):
    gan = DCGAN(condition=2 * tiny["verbal"].context_width, width=4)
    assert isinstance(of("cgan", gan).channels()[0], Whole)


def test_people_who_scan_give_r_and_those_who_do_not_give_none(made, pace, monkeypatch):
    def session(slope):
        def run_block(agent, block, people, seed, channel, understand):
            return made(agent, "scan", pace(slope, 0.5), people=4).to_dict("records")

        monkeypatch.setattr(minds_eye.scanning, "run_block", run_block)
        return minds_eye.scanned(None, 4)

    found = session(30.0)
    assert found["scanning_r"] > 0.95 and 0 < found["scanning_rmsd"] < 0.2
    assert abs(session(0.0)["scanning_r"]) < 0.6


def test_figures_named_are_counted(monkeypatch):
    rows = [{"correct": 1}, {"correct": 0}, {"correct": 1}, {"correct": 1}]
    monkeypatch.setattr(minds_eye.reinterpretation, "run_block", lambda *given: rows)
    monkeypatch.setattr(minds_eye, "Looks", lambda: None)                          # which are the shipped eye's
    assert minds_eye.reinterpreted(None, 2) == {"reinterpretation": 0.75}


# ---- training speed -------------------------------------------------------------------------------------------------

def test_both_loops_are_timed_and_compared():
    def run(work, device):
        return work("cpu", 1, (8, 8), 2)

    found = training_speed.training_speed("cpu", run)
    assert found["ratio"] == pytest.approx(found["ours"]["samples_per_s"] / found["diffusers"]["samples_per_s"])
    assert all(found[who]["peak_memory_mib"] > 50 for who in ("ours", "diffusers"))


def test_the_networks_compared_are_of_one_size():
    with torch.device("meta"):
        mine = training_speed.Imaginer(channels=training_speed.CHANNELS, context_width=training_speed.WIDTH)
        plain = training_speed.their_unet()
    sizes = [sum(p.numel() for p in model.parameters()) for model in (mine, plain)]
    assert max(sizes) / min(sizes) < 1.15
