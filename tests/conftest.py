"""One thread: on a busy machine with few cores, small tensors are far slower on two. And models too small to know."""

import os

import pytest
import torch

os.environ["OMP_NUM_THREADS"] = "1"              # of the programs that tests start
torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny():
    """Untaught models of every shipped kind, by name, the generator's last layer stirred so that it draws something."""
    from experiments.upbringing.schooling import new_verbal_channel
    from imagery.models.codec import Autoencoder
    from imagery.models.comparison import Comparison
    from imagery.models.film import FilmModel
    from imagery.models.imaginer import Imaginer
    from imagery.models.joints import Joints
    from imagery.models.keypoints import Keypoints, Landmarks
    from imagery.models.latent import LatentWorld
    from imagery.models.nextview import NextView
    from imagery.models.policy import PolicyNet
    from imagery.models.reader import Reader
    from imagery.models.volume import LatentVolume
    from imagery.models.world import WorldModel

    torch.manual_seed(0)
    verbal = new_verbal_channel(width=48, layers=2, heads=2, image_channels=16, what_width=16,
                                gist_channels=(16, 24), gist_blocks=1, decoder_layers=1)
    islands = Imaginer(channels=(16, 32), heads=2, context_width=verbal.context_width)
    pictures = Imaginer(channels=(16, 32), heads=2, context_width=verbal.context_width, told="words",
                        names=20, traces=40)
    for generator in (islands, pictures):
        torch.nn.init.normal_(generator.unet.leave[-1].weight, std=0.1)
    pictures.recollection.remember(torch.randn(20, 2 * verbal.context_width), torch.arange(20),
                                   torch.rand(40, 3072) * 2 - 1, torch.arange(40) // 2)
    small = {"width": 16, "deep": 32, "layers": 1, "heads": 2}
    world = {"channels": (16, 24), "judge_widths": (8, 16, 16)}
    everything = {"verbal": verbal, "islands": islands, "pictures": pictures, "autoencoder": Autoencoder(width=16),
                  "volume": LatentVolume(features=4, width=(16, 16), deep=(16, 16), blocks=(1, 1)),
                  "nextview": NextView(channels=(16, 32), heads=2),
                  "regressor": NextView(channels=(16, 32), heads=2, process="regression"),
                  "comparison": Comparison(**small), "siamese": Comparison(**small),
                  "keypoints": Keypoints(width=16, deep=32, blocks=1),
                  "landmarks": Landmarks(4, width=16, blocks=1),
                  "joints": Joints(width=16, deep=32, blocks=1), "world": WorldModel(10, **world),
                  "rooms": WorldModel(14, **world), "latent": LatentWorld(depth=4, width=16, blocks=1),
                  "film": FilmModel(6, frames=8, width=32, depth=1, layers=1, rounds=2), "reader": Reader(width=8),
                  "ppo": PolicyNet(), "dqn": PolicyNet(chances=False)}
    return {name: model.eval() for name, model in everything.items()}


@pytest.fixture(scope="session")
def tiny_folder(tiny, tmp_path_factory):
    """The same, saved as shipped weights are."""
    from imagery import weights

    folder = tmp_path_factory.mktemp("shipped")
    for name, model in tiny.items():
        weights.save(model, folder / name, {"steps": 0})
    return folder


@pytest.fixture
def shipped(tiny_folder, monkeypatch):
    """`imagery.load` loads the tiny models."""
    import imagery

    monkeypatch.setattr(imagery, "SHIPPED", tiny_folder)
    return tiny_folder


@pytest.fixture
def channel(tiny, monkeypatch):
    """Words to pictures through the tiny models, in full precision, so that batches of any size agree."""
    from imagery import TextToImage, devices

    monkeypatch.setattr(devices, "has_bfloat16", lambda device: False)
    return TextToImage(tiny["islands"], tiny["verbal"])
