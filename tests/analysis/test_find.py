"""Lives that are found are those that meet the condition, all of them, in their order."""

import math
import pickle
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clustersim as cs
from clustersim.analysis.condition import read
from clustersim.outcome.notation import percent

PLAN = cs.Plan(horizon=60, mission={}, finances={"savings": 20_000})
N = 3_000


@pytest.fixture(scope="module")
def outcome():
    return cs.simulate(PLAN, N, rng=7, first=500)


@pytest.fixture(scope="module")
def lives():
    return cs.paths(PLAN, N, rng=7, first=500)


CASES = [
    (cs.never("black belt"), lambda p: np.isinf(p.reached["black belt"])),
    (cs.reached("ruin", by=12), lambda p: p.reached["ruin"] <= 12),
    (cs.reached("white belt", at=9), lambda p: p.reached["white belt"] == 9),
    (cs.reached("burnout", before="black belt"), lambda p: p.reached["burnout"] < p.reached["black belt"]),
    (cs.reached("legacy"), lambda p: np.isfinite(p.reached["legacy"])),
    (~cs.reached("green belt", by=24) & cs.reached("black belt"), None),
    (cs.never("ruin") | (lambda p: p.launches > 3), lambda p: np.isinf(p.reached["ruin"]) | (p.launches > 3)),
    (lambda p: p.cash.min(axis=1) < 5_000, lambda p: p.cash.min(axis=1) < 5_000),
    (lambda p: p.revenue[:, -1] > p.mission_revenue[:, -1], lambda p: p.revenue[:, -1] > p.mission_revenue[:, -1]),
]


@pytest.mark.parametrize(("condition", "flags"), CASES)
def test_all_that_meet_a_condition_are_found_and_no_others(outcome, lives, condition, flags):
    met = condition.met(lives) if flags is None else flags(lives)
    assert 0 < met.sum() < N
    found = cs.find(outcome, condition, at_most=N)
    assert found.tolist() == (500 + np.flatnonzero(met)).tolist()
    assert cs.find(outcome, condition, at_most=4, workers=3).tolist() == found[:4].tolist()
    assert cs.find(outcome, ~cs.never("ruin") & condition | condition, at_most=N).tolist() == found.tolist()


def test_found_lives_when_told_meet_it(outcome):
    for number in cs.find(outcome, cs.reached("burnout", before="black belt") & cs.never("ruin"), at_most=5):
        reached = outcome.trace(number).reached
        assert reached["burnout"] < reached["black belt"]
        assert math.isinf(reached["ruin"])


def test_the_ranges_of_an_outcome_are_searched_in_their_order():
    halves = cs.simulate(PLAN, 100, rng=7, first=4_000) + cs.simulate(PLAN, 100, rng=7)
    both = np.concatenate([cs.find(cs.simulate(PLAN, 100, rng=7, first=k), cs.never("ruin")) for k in (0, 4_000)])
    assert cs.find(halves, cs.never("ruin"), at_most=200).tolist() == both.tolist()


def test_many_ranges_and_workers_find_the_same():
    outcome = cs.simulate(cs.Plan(), 300_000, rng=7)
    seen = []
    found = cs.find(outcome, cs.reached("legacy", by=60), 10**6, workers=4, progress=lambda *told: seen.append(told))
    assert len(found) == outcome.legacy.counts[:, 1:61].sum()
    assert (np.diff(found) > 0).all()
    assert seen[-1] == (300_000, 300_000)


def test_nothing_is_found_where_there_is_nothing(outcome):
    assert cs.find(outcome, lambda lives: lives.viable > 12).size == 0


NAMES = [
    "not a",
    "never",
    "never a",
    "a and b",
    "a or b",
    "x by 3",
    "x at median",
    "a before b",
    "founder's day",
    '"q"',
]
NAMED = cs.Plan(
    clusters=3, horizon=12, convergence=None, milestones=[cs.Milestone(name=name, revenue=9_000) for name in NAMES]
)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_quotes_may_have_any_words_in_it(name):
    outcome, quote = cs.simulate(NAMED, 50, rng=7), "'" if '"' in name else '"'
    asked = {
        f"{quote}{name}{quote}": cs.reached(name),
        f"never {quote}{name}{quote}": cs.never(name),
        f"not {quote}{name}{quote} by 9 and {quote}a or b{quote}": None,
        f"{quote}{name}{quote} at 7 or 'a and b' before {quote}{name}{quote}": None,
    }
    if quote == "'":
        asked = {text.replace('a or b"', "a or b'"): condition for text, condition in asked.items()}
    for text, condition in asked.items():
        found = read(text, outcome)
        assert {event for event, _ in found.events} <= {name, "a or b", "a and b"}
        assert repr(read(repr(found).replace("(", "").replace(")", ""), outcome)) == repr(found)
        if condition is not None:
            assert (found.words, found.events) == (condition.words, condition.events)


def test_an_apostrophe_is_no_quote():
    plan = NAMED.replace(milestones=[cs.Milestone(name=name, revenue=9_000) for name in ("founder's day", "day's end")])
    found = read("never founder's day and day's end by 3", cs.simulate(plan, 50, rng=7))
    assert found.events == (("founder's day", None), ("day's end", 3))


def test_quotes_do_not_hide_a_name_that_there_is_not(outcome):
    for text in ("'back belt' by 3", 'never "back belt"', "'back belt' before ruin"):
        with pytest.raises(ValueError, match="milestone = 'back belt': did you mean 'black belt'"):
            read(text, outcome)
    with pytest.raises(ValueError, match="""milestone = 'a "ruin"'"""):
        read("a 'ruin'", outcome)


def test_what_is_nested_too_deeply_is_refused(outcome, lives):
    for many in ("not " * 990 + "ruin", " and ".join(["ruin"] * 990), " or ".join(["ruin"] * 990)):
        with pytest.raises(ValueError, match=r"^condition = .*\.\.\.: must not be nested more than 100 deep"):
            read(many, outcome)
    deep = read("not " * 98 + "ruin", outcome) & few
    assert pickle.loads(pickle.dumps(deep)).met(lives).tolist() == deep.met(lives).tolist()  # noqa: S301 - as below


def few(lives):
    return lives.launches < 4


TEXTS = {
    "never black belt": cs.never("black belt"),
    "ruin by 24": cs.reached("ruin", by=24),
    "not ruin by 24": ~cs.reached("ruin", by=24),
    "black belt": cs.reached("black belt"),
    "burnout before black belt and never ruin or legacy": (
        cs.reached("burnout", before="black belt") & cs.never("ruin") | cs.reached("legacy")
    ),
    "  white belt at 9 ": cs.reached("white belt", at=9),
}


@pytest.mark.parametrize("text", TEXTS)
def test_conditions_are_read_as_they_are_written(outcome, lives, text):
    assert (read(text, outcome).met(lives) == TEXTS[text].met(lives)).all()


@pytest.mark.parametrize("condition", [*TEXTS.values(), cs.never("ruin") & few, ~(cs.never("ruin") | few)], ids=str)
def test_conditions_travel_to_other_processes(lives, condition):
    there = pickle.loads(pickle.dumps(condition))  # noqa: S301 - our own bytes
    assert (there.words, there.events, there.monthly) == (condition.words, condition.events, condition.monthly)
    assert (there.met(lives) == condition.met(lives)).all()


def test_at_median_is_the_month_by_which_half_get_there():
    outcome = cs.simulate(cs.Plan(), N, rng=7)
    month = outcome["black belt"].median()
    found = cs.find(outcome, read("black belt at median", outcome), N)
    assert found.size == (cs.paths(cs.Plan(), N, rng=7).reached["black belt"] == month).sum() > 0


def test_a_median_that_never_comes_finds_nobody(outcome):
    share = outcome["black belt"].cdf(60)
    assert 0 < share < 0.5
    said = f"fewer than half get there within 60 months ({percent(share)} %), so there is no such month"
    with pytest.raises(ValueError, match=re.escape(f'black belt at median: {said}; ask for a month, as "black belt')):
        read("never ruin or black belt at median", outcome)
    with pytest.raises(ValueError, match=r"that month never comes.*or never\('black belt'\)"):
        cs.reached("black belt", at=outcome["black belt"].median())


@given(st.lists(st.sampled_from(list(TEXTS)), min_size=1, max_size=4), st.booleans())
@settings(max_examples=50)
def test_what_a_condition_says_is_read_as_the_same(outcome, lives, texts, alternatives):
    condition = read((" or " if alternatives else " and ").join(texts), outcome)
    flags = [read(text, outcome).met(lives) for text in texts]
    if alternatives or not any(" or " in text for text in texts):
        assert (condition.met(lives) == (np.any if alternatives else np.all)(flags, axis=0)).all()
    assert (~~condition).met(lives).tolist() == condition.met(lives).tolist()


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (cs.never("back belt"), "milestone = 'back belt': did you mean 'black belt'"),
        (cs.never("admission"), "milestone = 'admission'"),
        (cs.reached("ruin", by=61), "by = 61: the plan's horizon is month 60"),
        (cs.reached("ruin", by=0), "by = 0: must be 1 or more"),
        (cs.reached("ruin") & cs.reached("x", before="ruin"), "milestone = 'x'"),
        (lambda lives: lives.viable[:3] > 1, "a condition must give"),
        (lambda lives: lives.viable, "a condition must give"),
    ],
)
def test_what_the_plan_has_not_is_refused(outcome, condition, words):
    with pytest.raises(ValueError, match=words.replace("(", r"\(")):
        cs.find(outcome, condition)


@pytest.mark.parametrize("condition", ["never black belt", None, 3])
def test_what_is_no_condition_is_refused(outcome, condition):
    with pytest.raises(TypeError, match="must be one, as never"):
        cs.find(outcome, condition)


def test_conditions_are_no_flags():
    with pytest.raises(TypeError, match="put together with &"):
        bool(cs.never("ruin"))
    with pytest.raises(ValueError, match="takes one of by, at and before"):
        cs.reached("ruin", by=3, at=4)
    with pytest.raises(TypeError, match="must be a whole number"):
        cs.find(cs.simulate(PLAN, 10, rng=7), cs.reached("ruin", by=2.5))
