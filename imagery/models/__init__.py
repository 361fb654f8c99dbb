"""Every generative and verbal model of the mind: one idea a file, the parts list below."""

from imagery.models.codec import Autoencoder
from imagery.models.imaginer import Imaginer
from imagery.models.verbal import VerbalChannel

MODELS = {"verbal": VerbalChannel, "islands": Imaginer, "pictures": Imaginer, "autoencoder": Autoencoder}
