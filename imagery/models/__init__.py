"""Every generative and verbal model of the mind: one idea a file, the parts list below."""

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
from imagery.models.verbal import VerbalChannel
from imagery.models.volume import LatentVolume
from imagery.models.world import WorldModel

MODELS = {"verbal": VerbalChannel, "islands": Imaginer, "pictures": Imaginer, "autoencoder": Autoencoder,
          "volume": LatentVolume, "nextview": NextView, "regressor": NextView, "comparison": Comparison,
          "siamese": Comparison, "keypoints": Keypoints, "landmarks": Landmarks, "joints": Joints, "world": WorldModel,
          "rooms": WorldModel, "latent": LatentWorld, "film": FilmModel, "reader": Reader, "ppo": PolicyNet,
          "dqn": PolicyNet}
