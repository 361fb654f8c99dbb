"""English descriptions, the facts behind them, and the parser that inverts them."""

from dataclasses import replace

import numpy as np
import pytest

from envs.stimuli import facts as F
from envs.stimuli.descriptions import (
    MAX_LANDMARKS,
    OPENINGS,
    PHRASINGS,
    VOCABULARY,
    article,
    describe,
    parse,
    phrase,
    sample_scene,
    sentences,
)
from envs.stimuli.islands import Coast
from envs.stimuli.landmarks import KINDS

SCENES = [sample_scene(np.random.default_rng(seed), 1 + seed % 8) for seed in range(400)]
CIRCLE = Coast.circle()
HALF_SECTOR = np.pi / 8


@pytest.mark.parametrize("opening", [None, *OPENINGS])
def test_parse_inverts_describe(opening):
    rng = np.random.default_rng(1)
    for _, facts in SCENES:
        text = describe(facts, rng, opening)
        assert parse(text) == facts
        assert parse(text.upper().replace(". ", ";\n ")) == facts


def test_order_is_free():
    rng = np.random.default_rng(2)
    for _, facts in SCENES[:100]:
        shuffled = [facts[i] for i in rng.permutation(len(facts))]
        assert set(parse(describe(shuffled, rng))) == set(facts)
        assert F.resolve(tuple(shuffled), rng, CIRCLE).keys() == {fact.kind for fact in facts}


def test_facts_are_true_of_their_islands():
    for island, facts in SCENES:
        places = island.positions()
        assert set(places) == {fact.kind for fact in facts}
        assert max(fact.distance(places) for fact in facts) <= .004


def test_resolved_places_obey_the_facts():
    rng = np.random.default_rng(3)
    for island, facts in SCENES:
        places = F.resolve(facts, rng, island.coast)
        assert max(fact.distance(places) for fact in facts) <= .004


def test_scenes_hold_every_register_and_kind():
    stated = [fact for _, facts in SCENES for fact in facts]
    assert {fact.register for fact in stated} == set(F.REGISTERS)
    assert {type(fact) for fact in stated} == set(PHRASINGS)
    assert {fact.kind for fact in stated} == set(KINDS)


def test_every_register_has_four_phrasings():
    for kind_of_fact, phrasings in PHRASINGS.items():
        assert len(set(phrasings)) >= 4, kind_of_fact


@pytest.mark.parametrize("fact", [
    F.Fact("hut"), F.Clock("hut", 5), F.Compass("hut", 1, "heart"), F.Centimetres("hut", 3.5, 12.),
    F.Square("hut", 9, 9), F.Relation("hut", "above", "well"), F.Between("hut", "well", "lake")])
def test_every_phrasing_is_used_and_read(fact):
    rng = np.random.default_rng(4)
    said = {phrase(fact, rng) for _ in range(200)}
    assert len(said) >= 4 and {parse(sentence) for sentence in said} == {(fact,)}


def test_every_clock_time_compass_point_and_square_is_read():
    facts = [F.Clock("hut", k) for k in range(24)]
    facts += [F.Compass("hut", k, depth) for k in range(8) for depth in F.INLAND]
    facts += [F.Square("hut", column, row) for column in range(10) for row in range(10)]
    facts += [F.Relation("hut", relation, "well") for relation in F.RELATIONS]
    assert [parse(phrase(fact))[0] for fact in facts] == facts


def test_words():
    assert phrase(F.Clock("harbour", 22)) == "At 11 o'clock there is a harbour."
    assert parse("The hut is at halfway between 2 and 3 o\u2019clock.") == (F.Clock("hut", 5),)
    assert parse("The  hut is at\u00a0halfway\tbetween 12 and 1 o'clock") == (F.Clock("hut", 1),)
    assert article("hut") == "a hut" and article("island") == "an island"
    assert sentences("One 1.5;  Two. \nthree o\u2019clock") == ["One 1.5", "Two", "three o'clock"]
    assert set(KINDS) <= set(VOCABULARY)


# ---- how far a place is from what the words allow -------------------------------------------------------------------

def away(fact, *place, **others):
    return fact.distance({fact.kind: place, **others})


def test_clock_allows_a_line_from_the_centre_near_the_shore():
    three = F.Clock("hut", 6)
    assert away(three, .9, .5) == away(three, .77, .5) == pytest.approx(0)
    assert away(three, .9, .55) == pytest.approx(.05)
    assert away(three, .7, .5) == pytest.approx(.07)  # too far inland: the line begins .27 from the centre
    assert away(three, .1, .5) == pytest.approx(.67)  # the other side
    assert away(F.Clock("hut", 0), .5, .1) == pytest.approx(0)
    assert away(F.Clock("hut", 12), .5, .9) == pytest.approx(0)


def test_compass_allows_an_eighth_of_a_ring():
    east = F.Compass("hut", 2, "inland")  # .14 to .27 from the centre
    assert away(east, .7, .5) == away(east, .7, .55) == 0
    assert away(east, .9, .5) == pytest.approx(.13)
    assert away(east, .6, .5) == pytest.approx(.04)
    x, y = F.polar(np.pi / 2 + HALF_SECTOR + .2, .2)
    assert away(east, x, y) == pytest.approx(.2 * np.sin(.2))
    north = F.Compass("hut", 0, "shore")
    assert away(north, .5, .1) == away(north, .45, .1) == away(north, .55, .1) == 0
    assert away(north, .1, .5) > .3
    assert away(F.Compass("hut", 7, "shore"), .25, .25) == 0


def test_centimetres_allow_a_point():
    fact = F.Centimetres("hut", 4., 10.)
    assert away(fact, .2, .5) == 0
    assert away(fact, .23, .54) == pytest.approx(.05)


def test_square_allows_its_square():
    fact = F.Square("hut", 3, 6)
    assert parse("The hut can be found in square D7.") == (fact,)
    assert away(fact, .35, .65) == away(fact, .3, .7) == pytest.approx(0)
    assert away(fact, .35, .75) == pytest.approx(.05)
    assert away(fact, .27, .56) == pytest.approx(.05)


@pytest.mark.parametrize(("relation", "dx", "dy"), [
    ("above", 0, -1), ("below", 0, 1), ("left", -1, 0), ("right", 1, 0)])
def test_relation_allows_a_sector_beside_its_anchor(relation, dx, dy):
    fact, well = F.Relation("hut", relation, "well"), (.4, .6)

    def beside(along, across=0):
        return away(fact, .4 + along * dx + across * dy, .6 + along * dy + across * dx, well=well)

    assert beside(.15) == beside(.15, .05) == beside(.15, -.05) == 0
    assert beside(.05) == pytest.approx(.05) and beside(.25) == pytest.approx(.05)
    assert beside(-.15) > .15
    assert beside(.15 * np.cos(HALF_SECTOR + .1), .15 * np.sin(HALF_SECTOR + .1)) == pytest.approx(.15 * np.sin(.1))


def test_between_allows_a_disc_about_the_midpoint():
    fact, ends = F.Between("hut", "well", "lake"), {"well": (.2, .4), "lake": (.8, .6)}
    assert away(fact, .5, .5, **ends) == away(fact, .5, .53, **ends) == 0
    assert away(fact, .5, .6, **ends) == pytest.approx(.06)


def test_bare_fact_allows_anywhere():
    assert away(F.Fact("hut"), .01, .99) == 0


# ---- bad descriptions -----------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("text", "right"), [
    ("", "empty"), (" \n\t", "empty"), ("This is an island.", "names no landmark"), ("...", "names no landmark"),
    ("There is a hut!", "cannot read"),
    ("There is a hut. " * 4000, "at most 4000"), ("a " * 5000, "at most 4000"),
    ("There is a lighthose.", "'lighthose'.* lighthouse"), ("There is a caf\u00e9.", "'caf\u00e9'"),
    ("There is a xylophone.", "nearest known words"), ("At 13 o'clock there is a hut.", "cannot read"),
    ("The hut is at \u0663 o'clock.", "cannot read"), ("Hut the at is.", "cannot read"),
    ("There is a the.", "not a landmark"), ("A hut is in square K1.", "'k'"),
    ("A hut is in square D11.", "cannot read"),
    ("A hut is 21 cm from the left edge and 4 cm from the top.", "off the map"),
    (" ".join(f"There is {article(kind)}." for kind in KINDS[:MAX_LANDMARKS + 1]), "at most 10"),
    ("the hut is " * 300, "cannot read")])
def test_unreadable_descriptions_say_so_in_one_line(text, right):
    with pytest.raises(ValueError, match=right) as caught:
        parse(text)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300


@pytest.mark.parametrize(("text", "right"), [
    ("There is a hut. At 3 o'clock there is a hut.", "described twice"),
    ("The hut is just below the well.", "well, which is not described"),
    ("The hut is just below the well. The well is just above the hut.", "in a circle: hut, well"),
    ("The hut is just below the hut.", "in a circle: hut"),
    ("The hut is halfway between the well and the well. There is a well.", "two different")])
def test_impossible_descriptions_say_so_in_one_line(text, right):
    with pytest.raises(ValueError, match=right) as caught:
        F.resolve(parse(text), np.random.default_rng(0), CIRCLE)
    assert "\n" not in str(caught.value)


def test_ten_landmarks_fit():
    assert len(parse(" ".join(f"There is {article(kind)}." for kind in KINDS[:MAX_LANDMARKS]))) == MAX_LANDMARKS


def test_scenes_are_seeded():
    (one, facts), (same, too), (other, _) = (sample_scene(np.random.default_rng(seed), 6) for seed in (1, 1, 2))
    assert (one, facts) == (same, too) and one != other and replace(one, style=0) != one
