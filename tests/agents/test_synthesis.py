"""Mental synthesis: the image becomes what the words say, tick by tick, and is named by looking."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.associative import Associative
from agents.controls import Guesser
from agents.interpreter import called
from agents.protocol import FIRST_NAME, READY
from agents.structural import Structural
from agents.synthesis import Depictive, Dual, journey
from envs.stimuli import constructions
from experiments.reinterpretation.experiment import SPACE, given_parts
from imagery import operations as op
from imagery.image import MentalImage, rotation, scaling, translation
from imagery.mind import MIRROR, MOVE_STEP, ROTATION_STEP, ZOOM_STEP, Mind, Person
from imagery.superposition import Part

NAMES = ("umbrella", "D", "J", "heart")
NOTHING = np.zeros((64, 64, 3), np.uint8)
QUESTION = "What is it?"


class Words:
    """A verbal channel that is never asked to see."""

    names, scale = (), torch.zeros(2)

    def name_vectors(self, names):
        return torch.zeros(0, 4)


def run(thought, mind, scores=None):
    """The operations of a thought and its value; what is seen or associated is `scores`, which looks leave as it is."""
    log, result = [], None
    while True:
        try:
            operation = thought.send(result)
        except StopIteration as end:
            return log, end.value
        log.append(operation)
        naming = isinstance(operation, (op.Regard, op.Associate))
        result = scores if naming else mind.perform([operation])[0]


@pytest.fixture
def mind():
    return Mind([Person(fading=1e9)], SimpleNamespace(verbal=Words()))


def imagined(kind, item, mind, parts="perfect"):
    """What an agent has in mind at the end, as it looks at it, ink (64, 64); and all its operations."""
    agent = kind(SPACE, NAMES, np.asarray, given_parts(parts, np.random.default_rng(0)))
    log = []
    for words in item.instructions:
        done, response = run(agent.think({"words": words, "picture": NOTHING}), mind)
        assert response == READY
        log += done
    done, _ = run(agent.recognise(NOTHING), mind, np.zeros(len(NAMES)))
    return ((1 - done[-1].image.seen(64)) / 2).mean(0).numpy(), log + done


def likeness(item, ink):
    """Correlation with the true drawing, both blurred, since letters are not mere strokes and pens differ."""
    true, seen = (torch.nn.functional.avg_pool2d(torch.as_tensor(picture)[None].float(), 13, 1, 6).numpy().ravel()
                  for picture in (item.drawing.draw(64, .08), ink))
    return np.corrcoef(true, seen)[0, 1]


# ---- from words to an image -----------------------------------------------------------------------------------------

def test_the_image_becomes_what_the_words_say(mind):
    items = constructions.items("development")[::4]
    found = [likeness(item, imagined(Dual, item, mind)[0]) for item in items]
    assert np.median(found) > 0.85 and np.mean(np.array(found) > 0.5) > 0.9
    other = [likeness(item, imagined(Dual, items[0], mind)[0]) for item in items[1:8]]
    assert np.median(other) < 0.5


def test_without_words_for_its_lines_a_letter_is_so_much_ink(mind):
    lines = constructions.read_items('[{"target": "C", "instructions": ["Imagine a capital letter T.", '
                                     '"Remove the horizontal line."]}]')[0]
    blocks = constructions.read_items('[{"target": "C", "instructions": ["Imagine a capital letter T.", '
                                      '"Rotate it 90 degrees to the left.", "Put a small circle above it."]}]')[0]
    for item, able in ((lines, False), (blocks, True)):
        both, images = (likeness(item, imagined(kind, item, mind)[0]) for kind in (Dual, Depictive))
        assert both > 0.7 and (images > both - 0.05) == able


def test_shuffled_and_blank_parts_do_not_make_the_figure(mind):
    items = constructions.items("development")[:12]
    for parts in ("shuffled", "blank"):
        ink = [imagined(Dual, item, mind, parts)[0] for item in items]
        assert parts != "blank" or not np.any(ink)
        found = [likeness(item, each) for item, each in zip(items, ink) if each.any()]
        assert not found or np.median(found) < 0.6


def test_no_operation_goes_beyond_its_bound(mind):
    item = next(item for item in constructions.items("development") if "Flip" in " ".join(item.instructions))
    log = [operation for each in (item, *constructions.items("development")[:6])
           for operation in imagined(Dual, each, mind)[1]]
    assert {op.Rotate, op.Move, op.Resize, op.Flip, op.Erase, op.Inspect, op.Superimpose} <= set(map(type, log))
    assert all(abs(each.degrees) <= ROTATION_STEP + 1e-6 for each in log if isinstance(each, op.Rotate))
    assert all(np.hypot(*each.by) <= MOVE_STEP + 1e-6 for each in log if isinstance(each, op.Move))
    assert all(1 / ZOOM_STEP - 1e-2 <= factor <= ZOOM_STEP + 1e-2 for each in log if isinstance(each, op.Resize)
               for factor in each.factors)


def test_more_parts_take_more_ticks(mind):
    """Of the same kind, put in the same way."""
    ticks = [len(imagined(Dual, item, mind)[1]) for item in constructions.read_items(json.dumps([
        {"target": "clock", "instructions": ["Imagine a circle.", *["Put a circle above it."] * more]}
        for more in range(4)]))]
    assert (np.diff(ticks) > 2).all()


SHARE = st.floats(-0.6, 0.6)


@settings(max_examples=60, deadline=None)
@given(SHARE, SHARE, st.floats(-180, 180), st.floats(0.2, 4), st.booleans(), st.tuples(st.floats(0.2, 0.8),
                                                                                       st.floats(0.2, 0.8)))
def test_a_journey_ends_where_it_should(x, y, degrees, size, mirrored, about):
    change = translation(x, y) @ scaling(size) @ rotation(degrees) @ (MIRROR if mirrored else np.eye(3))
    mind = Mind([Person()], SimpleNamespace(verbal=Words()))
    log, end = run(journey(Part(MentalImage(torch.ones(3, 8, 8))), change, np.array(about)), mind)
    assert np.allclose(end.image.pose, change, atol=5e-3)
    assert sum(isinstance(each, op.Rotate) for each in log) == pytest.approx(abs(degrees) / ROTATION_STEP, abs=1.01)


# ---- from an image to a name ----------------------------------------------------------------------------------------

def asked(agent, mind, scores=None, questions=3):
    return [run(agent.think({"words": QUESTION, "picture": NOTHING}), mind, scores)[1] - FIRST_NAME
            for _ in range(questions)]


def test_answers_come_from_the_likeliest_on_and_a_new_figure_begins_anew(mind):
    agent = Dual(SPACE, NAMES, np.asarray, given_parts("perfect", np.random.default_rng(0)))
    scores = np.array([0.1, 0.9, 0.4, 0.6])
    run(agent.think({"words": "Imagine a D.", "picture": NOTHING}), mind)
    assert asked(agent, mind, scores) == [1, 3, 2]
    run(agent.think({"words": "Imagine a J.", "picture": NOTHING}), mind)
    assert len(agent.pieces) == 1 and len(agent.drawing.parts) == 1 and asked(agent, mind, scores[::-1], 1) == [2]


def test_a_shown_picture_is_named_as_it_is_seen(mind):
    agent, shown = Dual(SPACE, NAMES, lambda vector: 2 * vector), np.full((64, 64, 3), 255, np.uint8)
    [operation], scores = run(agent.recognise(shown), mind, np.ones(4))
    assert operation.image is shown and scores.tolist() == [2, 2, 2, 2]
    assert [called(name) for name in ("d", "D", "4")] == ["a small letter d", "a capital letter d", "a digit 4"]


def test_the_propositional_agent_works_the_shape_out_and_pictures_nothing(mind):
    drawn = []
    agent = Structural(SPACE, NAMES, lambda lines: drawn.append(lines) or np.array([0.0, 3.0, 1.0, 2.0]))
    log = [operation for words in ("Imagine a capital letter T.", "Remove the horizontal line.")
           for operation in run(agent.think({"words": words, "picture": NOTHING}), mind)[0]]
    assert asked(agent, mind) == [1, 3, 2] and {type(each) for each in log} == {op.Compare}
    [[line]] = drawn
    assert np.ptp(line[:, 0]) < 1e-6 and np.ptp(line[:, 1]) == pytest.approx(1.0)


def test_the_propositional_agent_may_be_given_an_image(mind):
    imager = Dual(SPACE, NAMES, np.asarray, given_parts("perfect", np.random.default_rng(0)))
    agent = Structural(SPACE, NAMES, lambda lines: np.array([0.0, 3.0, 1.0, 2.0]), imager, weight=100.0)
    run(agent.think({"words": "Imagine a capital letter T.", "picture": NOTHING}), mind)
    assert asked(agent, mind, np.array([9.0, 0.0, 0.0, 1.0])) == [0, 3, 1]


def test_words_alone(mind):
    agent = Associative(NAMES)
    for words in ("Imagine a D.", "Hang a J from it."):
        assert run(agent.think({"words": words, "picture": NOTHING}), mind)[1] == READY
    assert agent.told == ["Imagine a D.", "Hang a J from it."]
    assert asked(agent, mind, np.array([0.0, 1.0, 2.0, 3.0])) == [3, 2, 1]
    run(agent.think({"words": "Imagine a T.", "picture": NOTHING}), mind)
    assert agent.told == ["Imagine a T."]


def test_guesses_are_spread_over_all_names(mind):
    agent = Guesser(4, seed=1)
    assert run(agent.think({"words": "Imagine a T.", "picture": NOTHING}), mind)[1] == READY
    assert set(asked(agent, mind, questions=60)) == {0, 1, 2, 3}
