"""Bad captions are left out by a judge that knows, and by none that does not."""

import torch

from experiments.judging.filtering import filtering


class Judge:
    """Has seen which texts go with which pictures, or guesses."""

    def __init__(self, knows):
        self.knows, self.seen = knows, []

    def fit(self, pictures, texts):
        self.seen.append(len(texts))
        if not self.knows:
            return torch.linspace(-1, 1, len(texts))
        return torch.tensor([1.0 if "letter" in text else -1.0 for text in texts])


def test_a_judge_that_guesses_leaves_the_share_of_bad_ones_as_it_was():
    found = filtering(Judge(False), count=256)
    assert found["captions"] == 256 and 0.2 < found["bad before"] < 0.4
    assert abs(found["bad among kept"] - found["bad before"]) < 0.1
    assert abs(found["bad left out"] - 0.5) < 0.15 and abs(found["good kept"] - 0.5) < 0.1


def test_every_caption_is_judged_once_and_the_same_for_the_same_seed():
    judge = Judge(True)
    first, again = filtering(judge, count=128, seed=3), filtering(Judge(True), count=128, seed=3)
    assert sum(judge.seen) == 128 and first == again
    assert 0 < first["good kept"] < 0.4                               # letters alone are to its liking
