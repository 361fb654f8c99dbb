"""The registry of families of generators.

A new family is a line in `FAMILIES`: `imagery train NAME` then teaches it and `imagery bench models` measures it.
Steps at preset small are about those of ten minutes of one core (`python -m experiments.families.pace`).
"""

from __future__ import annotations

from experiments.families import costs, ways
from experiments.families.family import Family, Sizes, with_part
from imagery.models.codec import Autoencoder
from imagery.models.cyclegan import CycleGAN
from imagery.models.dbn import DeepBelief
from imagery.models.dcgan import DCGAN
from imagery.models.flows import Glow, RealNVP
from imagery.models.imaginer import Imaginer
from imagery.models.maskgit import MaskGIT
from imagery.models.matching import FlowMatching
from imagery.models.pixelcnn import PixelCNN
from imagery.models.progressive import ProgressiveGAN
from imagery.models.rbm import RBM
from imagery.models.recogniser import Recogniser
from imagery.models.shortcut import Shortcut
from imagery.models.stylegan import StyleGAN
from imagery.models.tokens import TokenTransformer
from imagery.models.unclip import Prior
from imagery.models.vae import VAE
from imagery.models.variational import VariationalDiffusion
from imagery.models.vqgan import VQGAN
from imagery.models.vqvae import VQVAE


def quantised(quantiser: str, codes: tuple[int, ...]) -> Sizes:
    return {"": {"quantiser": quantiser, "codes": codes}, "tiny": {"width": 16}, "full": {"width": 96}}


CORE = "told.network"
UNET: Sizes = {"": {"network": "unet", "sizes": {"channels": (64, 112)}},
               "tiny": {"sizes": {"channels": (16, 32), "heads": 2}},
               "full": {"sizes": {"channels": (128, 256), "blocks": 2}}}
DIT: Sizes = {"": {"network": "dit", "sizes": {"width": 128, "depth": 4}},
              "tiny": {"sizes": {"width": 32, "depth": 1, "heads": 2}},
              "full": {"sizes": {"width": 384, "depth": 12, "heads": 6}}}
IMAGINER: Sizes = {"": {"channels": (64, 112)}, "tiny": {"channels": (16, 32), "heads": 2},
                   "full": {"channels": (128, 256), "blocks": 2}}
LATENT: Sizes = {preset: {**sizes, "code": "latents", "process": "ddpm", "prediction": "v"}
                 for preset, sizes in IMAGINER.items()}
STREAM: Sizes = {"tiny": {"width": 32, "layers": 1, "heads": 2}, "full": {"width": 512, "layers": 12, "heads": 8}}
CNN: Sizes = {"tiny": {"width": 16, "layers": 2, "heads": 2}, "full": {"width": 256, "layers": 16}}
GAN: Sizes = {"": {"width": 32}, "tiny": {"width": 4}, "full": {"width": 96}}
CRITIC: Sizes = {preset: {**sizes, "objective": "wasserstein", "critic_turns": 3} for preset, sizes in GAN.items()}
STYLE: Sizes = {"": {"width": 16}, "tiny": {"width": 4, "latent": 16}, "full": {"width": 64, "latent": 512}}
GROWING: Sizes = {"": {"width": 16, "phase": 160}, "tiny": {"width": 4, "latent": 16, "phase": 2},
                  "full": {"width": 64, "latent": 512, "phase": 4000}}
CYCLE: Sizes = {"tiny": {"width": 4, "blocks": 1}, "full": {"width": 64}}
FLOW: Sizes = {"": {"size": 64}, "tiny": {"width": 8, "scales": 2}, "full": {"width": 128, "scales": 4}}
SLIM: Sizes = {**FLOW, "": {"size": 64, "width": 16}}
PATCHES: Sizes = {"": {"code": {"codes": [1024]}, "begin": 150},
                  "tiny": {"code": {"codes": [64], "width": 16}, "begin": 2},
                  "full": {"code": {"codes": [8192], "width": 96}, "width": 64, "begin": 5000}}
UNITS = ways.BITS ** 2
RESTRICTED: Sizes = {"": {"visible": UNITS, "hidden": 512, "chains": 64}, "tiny": {"hidden": 16, "chains": 8}}
DEEP: Sizes = {"": {"sizes": (UNITS, 512, 512)}, "tiny": {"sizes": (UNITS, 16, 8)}}
OPTIMAL: Sizes = {preset: {**sizes, "coupling": "optimal"} for preset, sizes in UNET.items()}

SWIFT = {"optimizer": "muon", "learning_rate": 2e-3, "floor": 0.01}
ADVERSARIAL = {"learning_rate": 2e-4, "betas": (0.5, 0.999), "floor": 1.0, "ema_decay": 0.99, "clip": 10.0}
CRITICAL = {**ADVERSARIAL, "betas": (0.0, 0.9)}   # the papers' own, as are GROWN's
GROWN = {**ADVERSARIAL, "betas": (0.0, 0.99), "learning_rate": 1e-3}
EXACT = {"learning_rate": 1e-3, "amp": False}     # in float32
FAMILIES = {each.name: each for each in (
    Family("codec", "autoencoder", Autoencoder, ways.CODEC, 640),
    Family("vae", "autoencoder", VAE, ways.AUTOENCODER, 730, {"tiny": {"width": 16}, "full": {"width": 96}}, "decoder",
           bits=costs.elbo),
    Family("vqvae", "tokens", VQVAE, ways.CODEC, 520, quantised("vq", (1024,))),
    Family("rvq", "tokens", VQVAE, ways.CODEC, 450, quantised("rvq", (256, 256))),
    Family("fsq", "tokens", VQVAE, ways.CODEC, 440, quantised("fsq", (8, 5, 5, 5))),
    Family("lfq", "tokens", VQVAE, ways.CODEC, 390, quantised("lfq", (2,) * 10)),
    Family("vqgan", "tokens", VQGAN, ways.INNER_CODEC, 330, PATCHES, after={"recogniser": Recogniser},
           make=with_part("recogniser", "features", VQGAN)),
    Family("pixelcnn", "autoregressive", PixelCNN, ways.BY_ROWS, 450, CNN, "along", {"vqvae": VQVAE},
           with_part("codec", "code", PixelCNN)),
    Family("tokens", "autoregressive", TokenTransformer, ways.BY_ROWS, 650, STREAM, "stream.run", {"vqvae": VQVAE},
           with_part("codec", "code", TokenTransformer)),
    Family("maskgit", "masked tokens", MaskGIT, ways.BY_ROWS, 650, STREAM, "stream", {"vqvae": VQVAE},
           with_part("codec", "code", MaskGIT)),
    Family("dcgan", "GAN", DCGAN, ways.UNTOLD, 1540, GAN, "generator", learning=ADVERSARIAL),
    Family("cgan", "GAN", DCGAN, ways.BY_VECTOR, 1060, GAN, "generator", learning=ADVERSARIAL),
    Family("wgan", "GAN", DCGAN, ways.UNTOLD, 860, CRITIC, "generator", learning=CRITICAL),
    Family("progressive", "GAN", ProgressiveGAN, ways.UNTOLD, 1500, GROWING, "generator", learning=GROWN),
    Family("stylegan", "GAN", StyleGAN, ways.UNTOLD, 220, STYLE, "synthesis", learning=GROWN),
    Family("cyclegan", "GAN", CycleGAN, ways.TRANSLATION, 150, CYCLE, learning=ADVERSARIAL),
    Family("realnvp", "normalising flow", RealNVP, ways.UNTOLD, 220, SLIM, "inverse", learning=EXACT, bits=costs.exact),
    Family("glow", "normalising flow", Glow, ways.UNTOLD, 270, FLOW, "inverse", learning=EXACT, bits=costs.exact),
    Family("ddpm", "diffusion", VariationalDiffusion, ways.BY_VECTOR, 500, UNET, CORE, learning=SWIFT,
           bits=costs.bound),
    Family("dit", "diffusion", VariationalDiffusion, ways.BY_VECTOR, 340, DIT, CORE, learning=SWIFT, bits=costs.bound),
    Family("ldm", "diffusion", Imaginer, ways.BY_DDIM, 600, LATENT, "unet", {"codec": Autoencoder},
           with_part("codec", None, Imaginer), learning=SWIFT),
    Family("shortcut", "diffusion", Shortcut, ways.BY_VECTOR, 600, UNET, CORE, learning=SWIFT),
    Family("unclip-prior", "diffusion", Prior, ways.PRIOR, 1090, {"tiny": {"width": 24, "depth": 1, "heads": 2}}),
    Family("unclip", "diffusion", FlowMatching, ways.BY_EMBEDDING, 560, UNET, CORE, beside={"unclip-prior": Prior},
           learning=SWIFT),
    Family("flow", "flow matching", Imaginer, ways.BY_LAYOUT, 470, IMAGINER, "unet", learning=SWIFT),
    Family("flow-vector", "flow matching", FlowMatching, ways.BY_VECTOR, 690, UNET, CORE, learning=SWIFT),
    Family("flow-ot", "flow matching", FlowMatching, ways.UNTOLD, 740, OPTIMAL, CORE, learning=SWIFT),
    Family("rbm", "energy", RBM, ways.BY_BITS, 8000, RESTRICTED, "hidden_given", learning=EXACT),
    Family("dbn", "energy", DeepBelief, ways.BELIEF, 5600, DEEP, "layers.1.hidden_given", learning=EXACT))}
