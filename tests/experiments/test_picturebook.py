"""The bench of pictures: what is imagined comes in its order, and lies beside what it is nearest to."""

import numpy as np
import torch
from PIL import Image

from experiments.benches import picturebook


class Painter:
    """Imagines a text as a grey whose shade is the text."""

    def imagine(self, texts, seed):
        return torch.tensor([float(text) for text in texts])[:, None, None, None].expand(-1, 3, 64, 64)


def test_pictures_come_in_the_order_of_their_texts():
    shades = np.linspace(-1, 1, picturebook.AT_ONCE + 7)
    made = picturebook.imagine(Painter(), [str(shade) for shade in shades])
    assert np.allclose(made[:, 0, 0, 0], shades)


def test_what_is_imagined_lies_above_what_it_is_nearest_to(tmp_path):
    made = torch.ones(4, 3, 64, 64)
    nearest = np.zeros((4, 64, 64, 3), np.uint8)
    picturebook.laid_beside(tmp_path / "new" / "b.png", ["a", "b", "c", "d"], made, nearest)
    page = np.array(Image.open(tmp_path / "new" / "b.png").convert("L"))
    dark = (page < 30).mean(1)
    rows = np.flatnonzero(dark > 0.5)
    assert len(rows) and dark[:rows[0] - 60].max() < 0.5                      # below the pictures, which are white
