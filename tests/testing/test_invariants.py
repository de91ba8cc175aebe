"""check_invariants passes what the engine makes, and names what is wrong with anything else."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

import clustersim as cs
from clustersim.outcome.count import Count
from clustersim.outcome.fan import Fan
from clustersim.outcome.first_passage import FirstPassage, Legacy
from clustersim.outcome.outcome import Outcome
from clustersim.testing import check_invariants, keys, plans
from tallies import made_up

PLAN = cs.Plan(finances={}, mission={}, accelerator={})
OUTCOME = made_up(PLAN, 300)


@given(plans(), keys())
@settings(max_examples=60)
def test_every_outcome_passes(plan, key):
    check_invariants(cs.simulate(plan, n=100, rng=key, workers=1))


def test_outcomes_that_were_extended_added_and_loaded_pass(tmp_path):
    outcome = cs.extend(cs.simulate(PLAN, n=100, rng=7), 50) + cs.simulate(PLAN, n=10, rng=7, first=1_000)
    outcome.save(tmp_path / "run.zip")
    check_invariants(cs.load(tmp_path / "run.zip"))
    check_invariants(OUTCOME)


def test_counts_that_cannot_be_are_told_with_the_run_that_they_are_of():
    held = OUTCOME.tally.held.copy()
    held[4] = 300
    with pytest.raises(AssertionError) as wrong:
        check_invariants(Outcome(OUTCOME.program, replace(OUTCOME.tally, held=held)))
    first, *_, last = str(wrong.value).splitlines()
    assert first == "'black belt' is reached or held before its window of 3 months is full"
    assert last.startswith("in an outcome of Plan(mission=Mission(), finances=Finances(), ")
    assert last.endswith(", Key(7), trajectories ((0, 300),)")


def but(method, change):
    """A method whose result is changed."""

    def changed(self, *arguments, **named):
        return change(method(self, *arguments, **named))

    return changed


def some(change):
    """A change of what has several values alone."""
    return lambda found: change(found) if np.ndim(found) else found


BROKEN = [
    (FirstPassage, "cdf", some(lambda cdf: cdf[::-1]), "the cdf of 'white belt' does not rise from 0 to at most 1"),
    (FirstPassage, "cdf", some(lambda cdf: 1.5 * cdf), "the cdf of 'white belt' does not rise from 0 to at most 1"),
    (FirstPassage, "sf", some(lambda sf: sf / 2), "the sf of 'white belt' is not 1 - cdf"),
    (FirstPassage, "pmf", some(lambda pmf: pmf[::-1]), "the pmf of 'white belt' does not add up to its cdf"),
    (
        FirstPassage,
        "held",
        lambda estimate: replace(estimate, low=0.999),
        "that 'white belt' is held in month 1 is not told alike, or not in its own interval",
    ),
    (FirstPassage, "ppf", some(lambda ppf: ppf[::-1]), "the ppf of 'white belt' does not rise"),
    (
        FirstPassage,
        "ppf",
        some(lambda ppf: np.maximum(ppf - 1, 0)),
        "fewer practices than a share q have reached 'white belt' by its ppf(q)",
    ),
    (
        FirstPassage,
        "probability",
        lambda estimate: replace(estimate, low=0.999),
        "the probability of 'white belt' by month 1 is not its cdf, or not in its own interval",
    ),
    (Legacy, "cdf", some(np.sqrt), "the legacy comes sooner than mega-clusters"),
    (Fan, "quantile", lambda quantile: quantile[::-1], "the quantiles of revenue are not ordered"),
    (Fan, "quantile", lambda quantile: quantile - 1e7, "the quantiles of mission revenue are below 0"),
    (Fan, "mean", lambda mean: mean + 1e9, "the quantiles of cash do not enclose the mean"),
    (Fan, "std", lambda std: std * np.nan, "the standard deviation of revenue is none"),
    (
        Count,
        "mean",
        lambda mean: mean + 12,
        "launched clusters are more than the 12 of the plan, or not told of all trajectories",
    ),
]


@pytest.mark.parametrize(("kind", "name", "change", "sentence"), BROKEN, ids=[f"{b[1]}: {b[3]}" for b in BROKEN])
def test_a_reader_that_tells_something_else_is_told(monkeypatch, kind, name, change, sentence):
    monkeypatch.setattr(kind, name, but(getattr(kind, name), change))
    with pytest.raises(AssertionError) as wrong:
        check_invariants(OUTCOME)
    assert sentence in str(wrong.value).splitlines()


def test_more_that_is_held_than_was_reached_is_told(monkeypatch):
    monkeypatch.setattr(FirstPassage, "held_by_month", property(lambda event: event.held_counts / event.n + 0.5))
    with pytest.raises(AssertionError) as wrong:
        check_invariants(OUTCOME)
    assert "'white belt' is held by more practices than have reached it" in str(wrong.value).splitlines()


def test_a_milestone_that_is_told_before_a_lower_one_is_told(monkeypatch):
    cdf = FirstPassage.cdf

    def hurried(self, month):
        return 0 * cdf(self, month) if self.name == "green belt" else cdf(self, month)

    monkeypatch.setattr(FirstPassage, "cdf", hurried)
    with pytest.raises(AssertionError, match="'blue belt' is reached sooner than 'green belt'"):
        check_invariants(OUTCOME)


def test_origins_that_do_not_add_up_are_told(monkeypatch):
    monkeypatch.setattr(Legacy, "origin", property(lambda self: self.origin_counts / 1e3))
    with pytest.raises(AssertionError, match="the origins of the legacy do not add up to 1"):
        check_invariants(OUTCOME)


def test_the_provenance_of_another_run_is_told(monkeypatch):
    monkeypatch.setattr(Outcome, "provenance", property(lambda _: {"n": 1, "program": "another"}))
    with pytest.raises(AssertionError, match="the provenance is that of another run"):
        check_invariants(OUTCOME)
