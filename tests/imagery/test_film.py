"""Films of whole ways: the network in space and time, what is learned from a small world, how it is asked."""

import numpy as np
import pytest
import torch

from agents.planning.foreseeing import think
from agents.planning.search import NO_PATH
from agents.planning.video import Video
from imagery import weights
from imagery.models.film import LEVELS, FilmModel, Ways, lengths
from imagery.models.spacetime import SpaceTimeDiT
from imagery.projector import Projector
from imagery.training import TrainConfig, fit

CELL, FRAMES = 8, 4                               # pixels a side


def small(**sizes):
    torch.manual_seed(0)
    return FilmModel(2, FRAMES, **{"span": 2, "width": 64, "layers": 1, "rounds": 2, "heads": 2} | sizes).eval()


def seen(row, column):
    """A picture (3, 32, 32) of a white square in one of 4 x 4 cells on black."""
    picture = torch.full((3, 32, 32), -1.0)
    picture[:, CELL * row:CELL * (row + 1), CELL * column:CELL * (column + 1)] = 1
    return picture


def corridors(row=1):
    """All ways in a row: to the right edge by action 1 and, where a goal is shown, to that to the left by action 0."""
    ways = []
    for start, end in ((0, 3), (1, 3), (2, 3), (1, 0), (2, 0), (3, 0), (2, 1), (3, 1), (3, 2)):
        back, long = end < start, abs(end - start)
        columns = list(range(start, end, -1 if back else 1)) + [end] * (FRAMES + 1 - long)
        ways.append((torch.stack([seen(row, column) for column in columns]), seen(row, end) if back else
                     torch.zeros(3, 32, 32), float(back), [int(not back)] * long + [-1] * (FRAMES - long)))
    films, goals, shown, deeds = zip(*ways)
    films = torch.stack(films)
    return Ways(films[:, 0], torch.stack(goals), torch.tensor(shown), films[:, 1:], torch.tensor(deeds))


@pytest.fixture(scope="module")
def learned():
    """A model that was shown nothing else."""
    model, batch = small(), corridors()
    logs = list(fit(model, lambda step: batch, TrainConfig(320, 9, learning_rate=4e-3, warmup=10, log_every=40,
                                                           ema_decay=0.9, floor=0.01)))
    return model, logs


# ---- the network ----------------------------------------------------------------------------------------------------

def test_places_and_frames_hear_each_other():
    """By what the upper left of the first frame hangs on: without blocks its own token of 2 x 2 places and 2 frames."""
    for depth in (0, 1):
        net, x = SpaceTimeDiT(width=32, depth=depth, heads=2), torch.randn(1, 4, 48, 8, 8, requires_grad=True)
        for each in net.parameters():
            torch.nn.init.normal_(each, std=0.1)
        net(x, torch.ones(1), torch.zeros(1, 16, 32))[0, 0, :, 0, 0].sum().backward()
        own = torch.zeros(4, 8, 8, dtype=torch.bool)
        own[:2, :2, :2] = True
        assert (x.grad[0].abs().amax(1) > 0).equal(own | bool(depth))


def test_all_is_still_to_begin_with():
    model, first = small(), torch.rand(2, 3, 32, 32) * 2 - 1
    film = model.imagine(first, first, torch.zeros(2))
    assert film.shape == (2, FRAMES, 3, 32, 32)
    assert torch.allclose(film, first[:, None].expand_as(film), atol=1e-5) and lengths(first, film).tolist() == [0, 0]


# ---- what is learned ------------------------------------------------------------------------------------------------

def test_ways_are_learned(learned):
    model, logs = learned
    batch = corridors()
    film = model.imagine(batch.first, batch.goal, batch.shown, torch.Generator().manual_seed(0))
    long = (batch.deeds >= 0).sum(1)
    assert logs[-1]["loss"] < logs[0]["loss"] / 3
    assert (lengths(batch.first, film) == long).float().mean() > 0.7
    assert (film[:, -1] - batch.film[:, -1]).abs().mean() < 0.1          # where they end


def test_the_goal_that_is_shown_decides(learned):
    model, first = learned[0], seen(1, 1)[None]
    for goal, shown, end in ((seen(1, 0), 1.0, seen(1, 0)), (torch.zeros(3, 32, 32), 0.0, seen(1, 3))):
        film = model.imagine(first, goal[None], torch.tensor([shown]), torch.Generator().manual_seed(1))
        assert (film[0, -1] - end).abs().mean() < 0.1


def test_deeds_are_read_off(learned):
    batch = corridors()
    assert (learned[0].deeds(batch.first, batch.film[:, 0]).argmax(1) == batch.deeds[:, 0]).float().mean() > 0.9


def test_films_do_not_hang_on_their_company(learned):
    model, batch = learned[0], corridors()
    one, four = (model.imagine(batch.first[:count], batch.goal[:count], batch.shown[:count],
                               torch.Generator().manual_seed(3)) for count in (1, 4))
    assert torch.allclose(one[0], four[0], atol=1e-4)


def test_the_loss_is_that_of_its_noise():
    model, batch = small(), corridors()
    losses = [model.loss(batch, torch.Generator().manual_seed(seed))[0].item() for seed in (1, 1, 2)]
    assert losses[0] == losses[1] != losses[2]


# ---- how it is asked ------------------------------------------------------------------------------------------------

def test_a_film_is_as_long_as_something_moves():
    still, moved = seen(0, 0), seen(0, 1)
    films = torch.stack([torch.stack(each) for each in (
        [moved, still, still, still], [still, moved, still, still], [still] * 4, [moved, moved, moved, still])])
    assert lengths(still.expand(4, -1, -1, -1), films).tolist() == [2, 3, 0, 4]
    grain = 0.1 * torch.randn(films.shape, generator=torch.Generator().manual_seed(0))
    assert lengths(still.expand(4, -1, -1, -1), films + grain).tolist() == [2, 3, 0, 4]


def picture(row, column):
    return ((seen(row, column) + 1) * 127.5).byte().permute(1, 2, 0).numpy()


def test_a_projector_shows_what_is_needed(learned):
    projector = Projector(learned[0], actions=(1,))
    way = projector.imagine(picture(1, 1))
    assert way.shape == (2, 32, 32, 3) and way.dtype == np.uint8
    assert np.abs(way[-1].astype(int) - picture(1, 3)).mean() < 15
    assert projector.deeds(np.stack([picture(1, 1), way[0]]), way).tolist() == [0, 0]      # the only one there is
    assert Projector(learned[0], range(2)).deeds(picture(1, 1)[None], picture(1, 2)[None]).tolist() == [1]
    both = projector.imagine_all(np.stack([picture(1, 1), picture(1, 0)]))
    assert [len(each) for each in both] == [2, 3]
    assert len(projector.imagine(picture(1, 3), goal=picture(1, 2))) == 1


def test_the_video_planner_goes_by_it(learned):
    agent, column = Video(Projector(learned[0], range(2))), 0
    for _ in range(3):
        column += 2 * think(agent.think({"picture": picture(1, column)})) - 1
    assert column == 3 and agent.frames >= 3
    still = Video(Projector(small(), range(2)))
    assert think(still.think({"picture": picture(0, 0)})) is None and still.verdict == NO_PATH


def test_what_cannot_be_asked_is_refused():
    model, first = small(), torch.zeros(1, 3, 32, 32)
    for steps in (0, len(LEVELS) + 1):
        with pytest.raises(ValueError, match=f"in 1 to 4 steps.*not in {steps}"):
            model.imagine(first, first, torch.zeros(1), steps=steps)
    with pytest.raises(ValueError, match="of uint8"):
        Projector(model).imagine(np.zeros((32, 32, 3)))


def test_weights_come_back(tmp_path):
    weights.save(small(), tmp_path / "film", {})
    again = weights.load(FilmModel, tmp_path / "film")
    assert again.config.frames == FRAMES and again.state_dict().keys() == small().state_dict().keys()
