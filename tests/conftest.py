"""One thread: on a busy machine with few cores, small tensors are far slower on two."""

import torch

torch.set_num_threads(1)
