"""Things in mind: what is shaded is solid, a cohort's are turned as each alone, what is left of a turn in degrees."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from envs.stimuli import lines
from envs.stimuli.figures import pool
from envs.stimuli.turns import PLANE, random_turn, rotation
from imagery import operations as op
from imagery.image import MentalImage
from imagery.mind import ROTATION_STEP, Mind, Person
from imagery.models.comparison import Comparison
from imagery.models.joints import Joints
from imagery.models.keypoints import Keypoints, Landmarks
from imagery.models.nextview import NextView
from imagery.models.turning import rotation as about
from imagery.models.volume import LatentVolume
from imagery.solids import Solid, Solids, is_shaded, superposed

STILL = Person(fading=1e9, noise=0.0)


def paper(ink):
    return np.repeat(np.rint(255 * (1 - ink)).astype(np.uint8)[..., None], 3, -1)


def as_tensor(ink):
    return torch.from_numpy(1 - 2 * np.repeat(ink[None], 3, 0)).float()


@pytest.fixture(scope="module")
def rng():
    return np.random.default_rng(3)


@pytest.fixture(scope="module")
def solid_inks(rng):
    return [figure.draw(random_turn(rng)) for figure in pool("blocks", "training", (7, 10), 20)]


@pytest.fixture(scope="module")
def flat_inks(rng):
    figures = pool("polygons", "training", (5, 8, 12), 30) + pool("letters", "training", (0,), 20)
    return [figure.draw(rotation(PLANE, rng.uniform(0, 360))) for figure in figures]


@pytest.fixture(scope="module", params=["volume", "nextview"])
def solids(request):
    torch.manual_seed(0)
    volume = LatentVolume(features=4, width=(16, 16), deep=(16, 16), blocks=(1, 1)).eval()
    other = NextView(channels=(16, 32), heads=2, process="regression").eval()
    small = {"width": 16, "deep": 32, "layers": 1, "heads": 2}
    return Solids(volume if request.param == "volume" else other, Comparison(**small).eval(),
                  Keypoints(width=16, deep=32, blocks=1).eval(), volume, Landmarks(4, width=16, blocks=1).eval(),
                  Comparison(**small).eval(), Joints(width=16, deep=32, blocks=1).eval())


def test_what_is_shaded_is_solid(solid_inks, flat_inks):
    assert all(is_shaded(as_tensor(ink)) for ink in solid_inks)
    assert not any(is_shaded(as_tensor(ink)) for ink in flat_inks)
    assert not is_shaded(torch.ones(3, 64, 64))


def test_a_cohort_turns_and_sees_as_each_alone(solids, solid_inks, flat_inks):
    pictures = [as_tensor(ink) for ink in (solid_inks[0], flat_inks[0], solid_inks[1])]
    things = solids.lift(pictures)
    assert [type(thing) for thing in things] == [Solid, MentalImage, Solid]
    turns = np.array([(0, 0, 5.), (0, 3., 4.), (2., 0, 0)])
    together = solids.seen(solids.turn(things, turns))
    assert together.shape == (3, 1, 64, 64)
    for picture, turn, view in zip(pictures, turns, together):
        [alone] = solids.seen(solids.turn(solids.lift([picture]), turn[None]))
        assert (alone - view).abs().mean() < 0.02
    assert not torch.allclose(solids.seen(things), together, atol=0.05)


def test_flat_things_turn_in_their_plane_without_blur(solids, flat_inks):
    [thing] = solids.lift([as_tensor(flat_inks[0])])
    for _ in range(15):
        [thing] = solids.turn([thing], np.array([[20., -9., 6.]]))
    [view] = solids.seen([thing])
    assert np.abs(view[0].numpy() - (1 - 2 * np.rot90(flat_inks[0], -1))).max() < 0.05


def test_points_of_a_mixed_batch_are_those_of_each_alone(solids, solid_inks, flat_inks):
    seen = [as_tensor(ink) for ink in (solid_inks[0], flat_inks[0], solid_inks[1])]
    things = solids.turn(solids.lift(seen), np.array([[0, 40., 30.], [0, 0, 20.], [0, 0, 0]]))
    views = solids.seen(things)
    together = solids.points(views, things)
    assert together.shape == (3, 8, 3)
    for row in range(3):
        assert torch.allclose(solids.points(views[row:row + 1], things[row:row + 1])[0], together[row], atol=0.01)
    assert not torch.allclose(together[0], together[2], atol=0.01)
    assert torch.allclose(solids.goals(seen)[2].points, together[2], atol=0.02) or solids.medium is not solids.volume


def test_of_several_solids_there_is_but_the_view(solids, solid_inks):
    [first, second] = solids.lift([as_tensor(ink) for ink in solid_inks[:2]])
    assert superposed((first,)) is first and superposed((first, second)).code is None
    views = solids.seen([first, second]).amin(0, keepdim=True)
    [points] = solids.points(views, [superposed((first, second))])
    with torch.no_grad():
        assert torch.allclose(points, solids.landmarks(solids.volume.encode(views).features)[0], atol=0.02)
    held, shown = (solids.points(solids.seen([first]), [thing])[0] for thing in (first, replace(first, code=None)))
    assert torch.allclose(held, shown, atol=1e-4) == (solids.medium is not solids.volume)


def test_what_is_left_of_a_turn_is_in_degrees(solids, solid_inks, monkeypatch):
    torch.manual_seed(1)
    points = torch.randn(3, 8, 3)
    turns = about(torch.tensor([[0., 0., 1.], [1., 2., 0.], [0., 1., 0.]]), torch.tensor([90., 40., 170.]))
    turned = points @ turns.mT
    monkeypatch.setattr(Solids, "points", lambda self, views, things: points if views.shape[1] == 1 else turned)
    views, seen = torch.stack([as_tensor(ink) for ink in solid_inks[:3]])[:, :1], torch.ones(3, 3, 64, 64)
    flat, solid = MentalImage(seen[0]), Solid(None)
    likes = [like for [like] in solids.compare(views, [[goal] for goal in solids.goals(seen)], [flat, solid, solid])]
    found = np.stack([each.rest for each in likes])
    assert min(each.fit for each in likes) > 0.999
    assert np.allclose(found, [[0, 0, 90], 40 * np.array([1, 2, 0]) / 5 ** 0.5, [0, 170, 0]], atol=0.1)


# ---- what a mind does with them -------------------------------------------------------------------------------------

def test_a_turn_is_bounded(solids, flat_inks):
    mind = Mind([STILL], solids=solids)
    [thing] = mind.perform([op.Lift(paper(flat_inks[0]))])
    for asked, done in ((90., ROTATION_STEP), (-90., -ROTATION_STEP), (2.5, 2.5), (0., 0.)):
        [turned] = mind.perform([op.Turn(thing, np.array([0, 0, asked]))])
        assert turned.turn == pytest.approx(done, abs=1e-6)


def test_images_fade_and_are_refreshed(solids, solid_inks):
    mind = Mind([Person(fading=1.0, vividness=0.8)], solids=solids)
    [thing] = mind.perform([op.Lift(paper(solid_inks[0]))])
    [turned] = mind.perform([op.Turn(thing, np.array([0, 6., 0]))])
    [fresh] = mind.perform([op.Refresh(turned)])
    assert (thing.vividness, turned.vividness, fresh.vividness) == (0.8, 0.4, 0.8)


def test_people_look_each_with_noise_of_their_own(solids, solid_inks, flat_inks):
    pictures = tuple(paper(ink) for ink in (solid_inks[0], flat_inks[0], flat_inks[1]))
    people = [Person(seed=1, noise=0.0), Person(seed=2, noise=3.0), Person(seed=3, noise=0.0)]
    mind = Mind(people, solids=solids)
    things = mind.perform([op.Lift(picture) for picture in pictures])
    asked = [op.Match((things[0],), pictures), op.Match((things[1], things[2]), pictures[:1]), None]
    first, second = mind.perform(asked), mind.perform(asked)
    assert [each and len(each) for each in first] == [3, 1, None]
    assert first[0][0].same == pytest.approx(second[0][0].same, abs=1e-3) and first[1][0].same != second[1][0].same
    views = torch.stack([solids.seen([thing])[0] for thing in things[1:]]).amin(0, keepdim=True)      # ink over ink
    [[alone]] = solids.compare(views, [solids.goals([as_tensor(solid_inks[0])])], things[1:2])
    quiet = Mind([STILL], solids=solids).perform([op.Match(things[1:], pictures[:1])])[0][0]
    assert quiet.fit == pytest.approx(alone.fit, abs=0.05)


def test_the_less_vivid_a_thing_the_more_the_noise_counts(solids, flat_inks, monkeypatch):
    seen = []
    monkeypatch.setattr(Solids, "compare", lambda self, views, *rest: seen.append(views) or [None])
    picture = paper(flat_inks[0])
    [thing] = solids.lift([as_tensor(flat_inks[0])])
    for vividness in (1.0, 0.5, 0.25):
        Mind([Person(seed=4)], solids=solids).perform([op.Match((replace(thing, vividness=vividness),), (picture,))])
    noise = [view - solids.seen([thing]) for view in seen]
    assert torch.allclose(noise[1], 2 * noise[0], atol=1e-6) and torch.allclose(noise[2], 4 * noise[0], atol=1e-6)


def test_glances_and_joints(solids, solid_inks):
    mind, pictures = Mind([STILL, STILL], solids=solids), [paper(ink) for ink in solid_inks[:2]]
    [odds, other] = mind.perform([op.Glance(*pictures), op.Glance(*pictures[::-1])])
    assert odds == pytest.approx(other, abs=0.02) and odds != 0
    assert [found.shape for found in mind.perform([op.Joint(picture) for picture in pictures])] == [(5, 3)] * 2


@pytest.mark.parametrize("degrees", range(-170, 190, 20))
def test_an_arrow_is_read_right(degrees):
    arrow = paper(lines.figure((("arrow", lines.at(scale=0.6, degrees=degrees - 90)),), 64))
    [found] = Mind([STILL]).perform([op.Aim(arrow)])
    assert abs((found - degrees + 180) % 360 - 180) < 4


def test_no_arrow_points_nowhere_and_like_pictures_do_not_differ(flat_inks):
    mind, blank, figure = Mind([STILL]), np.full((64, 64, 3), 255, np.uint8), paper(flat_inks[0])
    assert mind.perform([op.Aim(blank)]) == [None]
    [(apart, mirrored)] = mind.perform([op.Reflect(figure, figure)])
    assert apart.shape == mirrored.shape == (8, 8) and not apart.any() and mirrored.max() > 0.2
    [(apart, mirrored)] = mind.perform([op.Reflect(figure, figure[:, ::-1])])
    assert not mirrored.any() and apart.mean() > 0.01

