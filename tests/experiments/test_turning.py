"""What is learned of turning, how turning is judged, and the recipes: by mediums that cannot go wrong, or must."""

import json
from dataclasses import astuple, fields

import numpy as np
import pytest
import torch

import imagery
from envs.stimuli.pairs import second
from envs.stimuli.turns import MIRROR, PLANE, other_axes
from experiments.judging import turning as turning_judge
from experiments.judging.turning import draw_cases, drift, error, laws, telling
from experiments.upbringing import turning, turning_recipes
from experiments.upbringing.turning import Approaches, Bearings, Cases, Comparisons, Pairs, Turnings, matrices, pictures
from imagery import weights
from imagery.eye import turned
from imagery.models.keypoints import Landmarks
from imagery.models.turning import axis_angle, imagine
from imagery.models.volume import LatentVolume


class Renderer:
    """The medium that knows what it turns: poses (B, 3, 3) of the cases."""

    def __init__(self, cases):
        self.cases = cases

    def encode(self, seen):
        return torch.eye(3).expand(len(seen), 3, 3)

    def turn(self, poses, turns):
        return turns @ poses

    def mirror(self, poses):
        return torch.from_numpy(MIRROR).float() @ poses

    def decode(self, poses):
        return pictures([self.draw(case, pose) for case, pose in zip(self.cases, poses.double().numpy())])

    @staticmethod
    def draw(case, pose):
        if np.linalg.det(pose) > 0:
            return case.figure.draw(pose @ case.start)
        return case.figure.mirror().draw(pose @ case.start @ MIRROR)


class Mirrorer(Renderer):
    """One that takes everything for its mirror figure."""

    def encode(self, seen):
        return self.mirror(super().encode(seen))


class Unmoved(Renderer):
    def turn(self, poses, turns):
        return poses


class Blurring:
    """Pictures, which each turn blurs and none turns."""

    def encode(self, seen):
        return seen

    def turn(self, seen, turns):
        return torch.nn.functional.avg_pool2d(seen, 3, 1, 1, count_include_pad=False)

    def mirror(self, seen):
        return seen.flip(-1)

    def decode(self, seen):
        return seen


@pytest.fixture(scope="module")
def cases():
    return draw_cases(6, "other", seed=3)


def same(one, other):
    return all(getattr(one, field.name).equal(getattr(other, field.name)) for field in fields(one))


# ---- lessons --------------------------------------------------------------------------------------------------------

def test_figures_and_axes_are_those_of_the_split():
    shapes = {split: {figure.shape for figure in Cases("blocks", split).figures} for split in turning_splits()}
    assert not shapes["training"] & (shapes["validation"] | shapes["test"]) and len(shapes["training"]) > 400
    rng = np.random.default_rng(0)
    drawn = [Cases("blocks").draw(rng, "other").axis.tolist() for _ in range(20)]
    assert all(axis in other_axes("training").tolist() for axis in drawn)
    assert (Cases("letters").draw(rng, "vertical").axis == PLANE).all()
    with pytest.raises(ValueError, match="plane"):
        Cases("blocks").draw(rng, "sideways")


def turning_splits():
    return "training", "validation", "test"


def test_a_mirror_case_is_the_mirror_image(cases):
    for case in cases:
        assert np.abs(case.ink(same=False) - case.ink()[:, ::-1]).mean() < .02
        assert np.allclose(case.ink(), case.figure.draw(case.start), atol=1e-6)


def test_turnings_are_there_and_back_and_as_far_as_said():
    lessons = Turnings(24, largest=30.)
    batch = lessons(3)
    assert same(batch, Turnings(24, largest=30.)(3)) and not same(batch, lessons(4))
    assert batch.before.shape == (24, 1, 64, 64) and batch.before.dtype == torch.float32
    assert batch.before.min() >= -1 and batch.before.max() == 1 and batch.before.amin((1, 2, 3)).max() < -.5
    assert batch.turn[12:].equal(batch.turn[:12].mT) and batch.after.equal(batch.before.roll(12, 0))
    degrees = axis_angle(batch.turn)[1]
    assert degrees.max() < 30 < axis_angle(Turnings(24)(3).turn)[1].max()
    flat = (batch.turn[:, 2, 2] > 1 - 1e-6).nonzero()[:, 0].tolist()
    axes, angles = axis_angle(batch.turn[flat])                  # there, turning the picture is turning the figure
    found = torch.cat([turned(batch.before[row:row + 1], angle) for row, angle in
                       zip(flat, (axes[:, 2] * angles).tolist())])
    assert error(found, batch.after[flat]).max() < .06 < .1 < error(batch.before[flat], batch.after[flat]).max()
    with pytest.raises(ValueError, match="even"):
        Turnings(5)


def test_pairs_are_the_same_as_often_as_not():
    lessons = Pairs(32, polygons=2)
    batch = lessons(0)
    assert same(batch, Pairs(32, polygons=2)(0)) and not same(batch, lessons(1))
    assert batch.first.shape == batch.second.shape == (32, 1, 64, 64)
    assert 8 < batch.same.sum() < 24
    ink = [(1 - part).flatten(1).sum(1) for part in (batch.first, batch.second)]
    flat = (batch.first == -1).flatten(1).float().mean(1) > .01  # solid ink: letters and polygons keep their area
    assert flat.any() and torch.allclose(ink[0][flat], ink[1][flat], rtol=.05)


def test_bearings_are_there_and_back_in_the_plane():
    lessons = Bearings(32, 2)
    batch = lessons(1)
    assert same(batch, Bearings(32, 2)(1)) and not same(batch, lessons(2))
    assert batch.before.shape == batch.after.shape == (32, 1, 64, 64)
    assert batch.turn[16:].equal(batch.turn[:16].mT)
    assert (batch.before - batch.after.roll(16, 0)).flatten(1).std(1).max() < .3      # but for how sharp it is
    assert (batch.turn[:, 2, 2] > 1 - 1e-6).all()


def test_who_approaches_has_the_rest_of_the_turn_left(monkeypatch):
    """By drawing each figure after what was imagined of its turn and what is said to be left of it."""
    drawn, turned = [], []
    draw = Cases.draw
    monkeypatch.setattr(Cases, "draw", lambda self, rng: drawn.append(draw(self, rng)) or drawn[-1])

    class Turned(LatentVolume):
        def turn(self, volume, turns):
            turned.extend(turns)
            return super().turn(volume, turns)

    seen = []
    medium = Turned(features=4, width=(16, 16), deep=(16, 16), blocks=(1, 1)).eval()
    medium.encoder.register_forward_pre_hook(lambda _, given: seen.append(torch.pixel_shuffle(given[0], 4)))
    batch = Approaches(8, medium)(3)
    before, after = seen[0].split(8)
    for row, (case, done) in enumerate(zip(drawn, turned)):
        assert axis_angle(done[None])[1] <= (180 + turning.ASTRAY) * (row % 2) + 1e-3
        goal = second(case.figure, case.start, (batch.turn[row] @ done).double().numpy(), True)
        assert error(pictures([goal]), after[row:row + 1]) < .1                   # but for how sharp they are
        assert error(pictures([case.ink()]), before[row:row + 1]) < .1
    assert (axis_angle(torch.stack(turned[8:]))[1] < 1e-3).all()                  # nobody turns the goals
    assert same(batch, Approaches(8, medium)(3)) and not same(batch, Approaches(8, medium)(4))


def unturned(first, second):
    return torch.eye(3).expand(len(first), 3, 3)


def test_comparisons_imagine_block_figures_and_turn_flat_ones(monkeypatch):
    asked = []

    def pale(views, turns):
        asked.append((views, turns))
        return torch.full_like(views, .123)

    batch = Comparisons(40, 2, pale, unturned)(5)
    assert same(batch, Comparisons(40, 2, pale, unturned)(5)) and batch.first.shape == (40, 1, 64, 64)
    views, turns = asked[0]
    assert len(views) == len(turns) and 10 <= len(views) <= 30
    assert (batch.first.flatten(1).std(1) < .1).sum() == len(views)      # as it was imagined, with a little grain

    monkeypatch.setattr(Comparisons, "shares", {"polygons": 1.})
    batch = Comparisons(40, 2, None, None)(1)
    apart = error(batch.first, batch.second)
    assert apart[batch.same].mean() < .7 * apart[~batch.same].mean() and 10 < batch.same.sum() < 30


def test_who_comes_near_enough_counts_as_there(monkeypatch):
    """All are block figures whose turn has to be found out: by who finds it, and by who never does."""
    monkeypatch.setattr(Comparisons, "shares", {"blocks": 1.})
    monkeypatch.setattr(turning, "KINDS", {"same": .6, "mirror": .4})
    truth, drawn = [], []
    seen = Comparisons._seen
    monkeypatch.setattr(Comparisons, "_seen", lambda self, case, whole, kind, rng: truth.append(whole) or drawn.append(
        case) or seen(self, case, whole, kind, rng))

    def known(first, second):
        """The true turns, by the views that they start from."""
        views = [pictures([case.ink()])[0] for case in drawn[-40:]]
        rows = [next(row for row, view in enumerate(views) if view.equal(each)) for each in first]
        return matrices([truth[-40:][row] for row in rows])

    there = Comparisons(40, 2, lambda views, turns: views, known)(1)
    never = Comparisons(40, 2, lambda views, turns: views, unturned)(1)
    assert torch.equal(there.second, never.second) and 16 < there.same.sum() < 32
    lost = there.same & ~never.same
    assert not (never.same & ~there.same).any() and there.same.sum() // 4 < lost.sum() < there.same.sum()


# ---- judging --------------------------------------------------------------------------------------------------------

def test_who_knows_the_figure_tells_it_from_its_mirror_figure(cases):
    right = telling(lambda *given: imagine(Renderer(cases), *given), cases, (30, 150))
    assert [(row.angle, row.right) for row in right] == [(30, 1), (150, 1)] and max(row.error for row in right) < .02
    wrong = telling(lambda *given: imagine(Mirrorer(cases), *given), cases, (30, 150))
    assert [row.right for row in wrong] == [0, 0] and min(row.error for row in wrong) > .1


def test_who_knows_the_figure_does_not_drift(cases):
    rows = drift(Renderer(cases), cases)
    assert [row.degrees for row in rows] == list(range(30, 361, 30))
    assert all(row.shape == row.identity == 1 and row.error < .02 for row in rows)
    stays = drift(Unmoved(cases), cases, step=90)
    assert [row.degrees for row in stays] == [90, 180, 270, 360] and stays[-1].error < .02 < stays[0].error
    assert stays[-1].identity == 1


def test_laws_hold_of_things_and_not_of_what_blurs(cases):
    seen, axes = pictures([case.ink() for case in cases]), matrices([case.axis for case in cases])
    rows = laws(Renderer(cases), seen, axes)
    assert {row.law: [] for row in rows}.keys() == {"four quarter turns", "turn and turn back", "mirror twice",
                                                     "composition"}
    assert [row.operations for row in rows] == [4, 8, 16] + [2, 4, 8] * 3 and max(row.error for row in rows) < .02
    errors = {(row.law, row.operations): row.error for row in laws(Blurring(), seen, axes, (1, 4))}
    for law, few, many in (("four quarter turns", 4, 16), ("turn and turn back", 2, 8), ("composition", 2, 8)):
        assert .005 < errors[law, few] < errors[law, many]


# ---- recipes --------------------------------------------------------------------------------------------------------

@pytest.fixture
def small_networks(monkeypatch):
    torch.manual_seed(0)
    volume = LatentVolume(features=4, width=(16, 16), deep=(16, 16), blocks=(1, 1)).eval()
    landmarks = Landmarks(4, width=16, blocks=1).eval()
    monkeypatch.setattr(imagery, "load", {"volume": volume, "landmarks": landmarks}.__getitem__)


@pytest.mark.parametrize("name", turning_recipes.TURNING_RECIPES)
def test_recipes_build_and_their_models_are_kept(name, small_networks, tmp_path):
    recipe = turning_recipes.TURNING_RECIPES[name]
    assert set(recipe.settings) == {"tiny", "small", "full"}
    torch.manual_seed(0)
    model, batches = recipe.build("tiny", *recipe.settings["tiny"])
    loss, logs = model.loss(batches(0), torch.Generator().manual_seed(0))
    assert loss.isfinite() and all(not value.requires_grad for value in logs.values())
    weights.save(model, tmp_path / name, {})
    loaded = weights.load(type(model), tmp_path / name)
    assert all(torch.allclose(loaded.state_dict()[key], tensor, atol=1e-3) for key, tensor in
               model.state_dict().items())


@pytest.mark.parametrize("name", ["volume", "regressor", "comparison", "siamese"])
def test_judges_tell_all_of_an_untaught_model(name, small_networks, monkeypatch):
    monkeypatch.setattr(turning_recipes, "JUDGED", 2)
    monkeypatch.setattr(turning_recipes, "POLYGONS", 2)
    for judge, briefly in (("telling", ((30,), 64)), ("drift", (180., 64)), ("laws", ((1,),))):
        monkeypatch.setattr(getattr(turning_judge, judge), "__defaults__", briefly)
    recipe = turning_recipes.TURNING_RECIPES[name]
    model, _ = recipe.build("tiny", *recipe.settings["tiny"])
    found = recipe.judge(model.eval())
    assert json.loads(json.dumps(found)) == found
    if name in ("comparison", "siamese"):
        assert .2 < found["right"] < .8                          # it cannot know
    else:
        assert {table: set(rows) for table, rows in found.items()} == {
            table: {"plane", "vertical", "other"} for table in ("telling", "drift", "laws")}
        assert astuple(turning_judge.Telling(**found["telling"]["plane"][0]))[0] == 30
