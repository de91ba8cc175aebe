from dataclasses import replace
from fractions import Fraction

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import brentq

import clustersim as cs

mpl.use("agg")
N = 4_000
LITERAL = cs.presets.literal().replace(horizon=120)
SHORT = cs.Plan(horizon=40)


@pytest.mark.parametrize(("probability", "clusters"), [(0.8, 15), (0.9, 17)])
def test_fifteen_clusters_are_needed_for_four_fifths_and_seventeen_for_nine_tenths(probability, clusters):
    found = cs.solve(LITERAL, "clusters", "black belt", 120, probability, rng=7)
    assert found.value == clusters == found.low == found.high
    assert not found.largest
    assert found.neighbour == clusters - 1
    assert found.confidence > 0.999
    fact = stats.binom(clusters, 0.5).sf(5), stats.binom(clusters - 1, 0.5).sf(5)
    assert (found.estimate.value, found.neighbours_estimate.value) == pytest.approx(fact, abs=1e-6)
    assert found.plan == LITERAL.replace(clusters=clusters)


@settings(max_examples=15)
@given(st.integers(8, 40), st.floats(0.05, 0.9), st.integers(0, 100))
def test_solving_inverts_the_chances(by, probability, seed):
    """What does is what `simulate` says, and its neighbour does not."""
    try:
        found = cs.solve(SHORT, "every", "green belt", by, probability, 500, rng=seed)
    except ValueError as out_of_reach:
        assert "brings green belt" in str(out_of_reach)  # noqa: PT017
        assert cs.simulate(SHORT.replace(every=1), 500, rng=seed)["green belt"].cdf(by) < probability
        return
    for value, does in ((found.value, True), (found.neighbour, False)):
        if value is not None:
            plan = SHORT.replace(every=value)
            assert (cs.simulate(plan, 500, rng=seed)["green belt"].cdf(by) >= probability) is does
    assert found.neighbour is None or found.neighbour == found.value + 1


def test_a_number_that_is_not_whole_is_found_to_an_interval():
    """P(6 or more of 12 viable) is known for every failure rate."""
    truth = brentq(lambda rate: stats.binom(12, 1 - rate).sf(5) - 0.8, 0.1, 0.9)
    found = cs.solve(LITERAL, "failure_rate", "black belt", 120, 0.8, 20_000, rng=7)
    assert found.largest
    assert found.confidence is None
    assert found.low <= found.value <= found.high
    assert found.value == pytest.approx(truth, abs=1e-3)
    assert abs(found.estimate.value - 0.8) < 0.1 * found.estimate.standard_error + 1e-3


#: Of 100 intervals at 95 %, fewer hold the truth with a probability of 1e-6.
RUNS, FEWEST = 100, stats.binom(100, 0.95).ppf(1e-6)


@pytest.mark.parametrize(("part", "enough"), [(1, True), (0.3, False)])
def test_its_interval_holds_the_truth(part, enough):
    """Where fates do not decide all: with ideas that are chosen, whose effect is not known, estimates are plain."""
    plan = LITERAL.replace(ideas=cs.Ideas(count=12, skill=0.5))  # all are tried: skill changes the order alone
    truth = brentq(lambda rate: stats.binom(12, 1 - rate).sf(5) - 0.7, 0.1, 0.9)
    inside = 0
    for seed in range(RUNS):
        found = cs.solve(plan, "failure_rate", "black belt", 120, 0.7, 1_000, rng=seed, workers=1)
        low, high = (found.value + part * (end - found.value) for end in (found.low, found.high))
        inside += low <= truth <= high
    assert bool(inside >= FEWEST) is enough


def test_confidence_tells_how_often_the_answer_is_the_right_one():
    """The chance with the 15th cluster is 0.849, with 14 of them 0.788: which of the two 0.79 takes is not sure.

    Five standard errors, which a true confidence exceeds once in 1.7 million times; one that is always sure is farther
    off.
    """
    plan = LITERAL.replace(ideas=cs.Ideas(count=40, skill=1e-9))
    right, told = 0, 0.0
    for seed in range(60):
        found = cs.solve(plan, "clusters", "black belt", 120, 0.79, 400, rng=seed, workers=1, low=12, high=18)
        right += found.value == 15
        told += found.confidence
    assert 10 < right < 55
    error = (60 * 0.25) ** 0.5
    assert abs(right - told) < 5 * error
    assert 60 - right > 5 * error
    assert found.low <= found.value <= found.high


def test_of_ruin_one_wants_little():
    found = cs.solve(SHORT, "finances.savings", "ruin", 36, 0.2, N, rng=7)
    assert not found.largest
    plan = SHORT.replace(**{"finances.savings": found.value})
    assert found.plan == plan
    assert cs.simulate(plan, N, rng=7).ruin.cdf(36) <= 0.2
    assert cs.simulate(SHORT.replace(**{"finances.savings": 0.95 * found.value}), N, rng=7).ruin.cdf(36) > 0.2
    assert "ruin by year 3 with at most 20 %" in " ".join(repr(found.summary()).split())


def test_what_all_values_bring_is_told_of_the_last_one():
    found = cs.solve(SHORT, "clusters", "white belt", 40, 0.001, N, rng=7)
    assert (found.value, found.neighbour, found.neighbours_estimate) == (1, None, None)
    assert "There is no value beyond it" in repr(found.summary())


def test_of_what_all_values_bring_the_field_s_own_end_is_told():
    found = cs.solve(SHORT, "trial", "white belt", 40, 0.5, N, rng=7)
    assert (found.value, found.low, found.high, found.largest) == (0, 0, 0, False)
    # Beyond some noise months could not be counted finely enough: as far as that the search goes, and no further.
    with pytest.raises(ValueError, match=r"no volatility from 0\.1 to 1\.882 brings"):
        cs.solve(SHORT, "volatility", "million", 40, 0.99, N, rng=7)


def test_chances_that_go_up_and_down_are_refused():
    """With attention for three, launching too fast is as bad as launching too slowly."""
    focused = SHORT.replace(**{"focus.capacity": 3})
    with pytest.raises(ValueError, match=r"does not rise or fall with every throughout: .* with 1, .*"):
        cs.solve(focused, "every", "black belt", 36, 0.9, N, rng=7)
    found = cs.solve(focused, "every", "black belt", 36, 0.3, N, rng=7, low=2, high=12)
    assert found.value == 3


def test_a_plan_s_own_limits_are_kept():
    found = cs.solve(SHORT.replace(ideas=cs.Ideas(count=14, skill=0.0)), "clusters", "blue belt", 40, 0.9, N, rng=7)
    assert found.value <= 14
    with pytest.raises(ValueError, match=r"no clusters from .* to 14 brings million"):
        cs.solve(SHORT.replace(ideas=cs.Ideas(count=14)), "clusters", "million", 40, 0.9, N, rng=7)


def test_a_distribution_gives_way_to_a_number():
    common = SHORT.replace(failure_rate=cs.beta(4.5, 4.5))
    one, other = (cs.solve(plan, "failure_rate", "black belt", 36, 0.5, N, rng=7) for plan in (common, SHORT))
    assert one.value == other.value
    assert (one.replaced, other.replaced) == (cs.beta(4.5, 4.5), None)
    told = "The plan has failure_rate = beta(4.5, 4.5): the number takes its place."
    assert told in repr(one.summary())
    assert told in one.summary()._repr_html_()
    assert "takes its place" not in repr(other.summary())


def test_of_clusters_that_are_listed_so_many_are_taken_from_the_first():
    portfolio = cs.presets.portfolio().replace(horizon=40)
    found = cs.solve(portfolio, "clusters", "green belt", 36, 0.5, 1_000, rng=7)
    assert found.plan.clusters == portfolio.clusters[: int(found.value)]
    assert (found.replaced, found.listed, max(found.seen)) == (None, 8, 8)
    assert "They are the first of the 8 that the plan lists." in repr(found.summary())
    one_less = cs.simulate(portfolio.replace(clusters=portfolio.clusters[: int(found.value) - 1]), 1_000, rng=7)
    assert float(found.neighbours_estimate) == one_less["green belt"].cdf(36) < 0.5
    with pytest.raises(ValueError, match="no clusters from 4 to 8 brings million by month 40"):
        cs.solve(portfolio, "clusters", "million", 40, 0.9, 1_000, rng=7)
    with pytest.raises(ValueError, match="high = 9: clusters must be from 1 to 8"):
        cs.solve(portfolio, "clusters", "million", 40, 0.9, 1_000, rng=7, high=9)
    with pytest.raises(cs.PlanError, match=r"clusters\[8\]\.failure_rate'.*there are 8, counted from 0"):
        cs.solve(portfolio, "clusters[8].failure_rate", "million", 40, 0.9, 1_000, rng=7)


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_change_no_digit(workers):
    calls = []
    found = cs.solve(
        SHORT, "every", "black belt", 36, 0.3, N, rng=7, workers=workers, progress=lambda *done: calls.append(done)
    )
    again = cs.solve(SHORT, "every", "black belt", 36, 0.3, N, rng=7)
    assert dict(found.seen) == dict(again.seen)
    assert found.value == again.value
    assert calls[-1][0] == len(found.seen) * N


def test_results_as_tables_and_a_picture():
    found = cs.solve(SHORT, "every", "black belt", 36, 0.3, N, rng=7)
    frame, dataset = found.to_pandas(), found.to_xarray()
    assert frame["every"].tolist() == sorted(found.seen) == dataset["every"].values.tolist()
    assert dataset.attrs["value"] == found.value
    assert frame["low"].tolist() == [estimate.low for estimate in found.seen.values()]
    ax = found.plot()
    assert ax.get_title(loc="left") == "black belt by year 3"
    mpl.pyplot.close(ax.figure)
    assert "every = 3 is the largest" in repr(found.summary())
    assert "<table " in found.summary()._repr_html_()


@pytest.mark.parametrize(
    ("arguments", "kind", "said"),
    [
        (("evry", "black belt", 36, 0.5), cs.PlanError, "did you mean 'every'"),
        (("ramp_curve", "black belt", 36, 0.5), ValueError, "no number to be found"),
        (("horizon", "black belt", 36, 0.5), ValueError, "nothing that happens by a month depends on it"),
        ((7, "black belt", 36, 0.5), TypeError, "must be the name of a plan's field"),
        (("every", "blak belt", 36, 0.5), ValueError, "did you mean 'black belt'"),
        (("every", "ruin", 36, 0.5), ValueError, "milestone = 'ruin'"),
        (("every", 3, 36, 0.5), TypeError, "must be a milestone's name"),
        (("every", "black belt", 41, 0.5), ValueError, "by = 41: the plan's horizon is month 40"),
        (("every", "black belt", 3.5, 0.5), TypeError, "by = 3.5"),
        (("every", "black belt", 36, 1.5), ValueError, "probability = 1.5: must lie between 0 and 1"),
        (("every", "black belt", 36, "half"), TypeError, "probability = 'half'"),
    ],
)
def test_a_wrong_question_is_refused_before_anything_is_simulated(arguments, kind, said, monkeypatch):
    monkeypatch.setattr("clustersim.engine.run_range", None)
    with pytest.raises(kind, match=said):
        cs.solve(SHORT, *arguments, rng=7)


@pytest.mark.parametrize(
    ("limits", "kind", "said"),
    [
        ({"low": 0}, ValueError, "low = 0: every must be from 1 to 1200"),
        ({"low": 5, "high": 4}, ValueError, "there is nothing between them"),
        ({"high": "many"}, TypeError, "high = 'many': must be a number"),
        ({"high": True}, TypeError, "high = True: must be a number"),
        ({"high": 10**400}, ValueError, "high = 1000.*: every must be from 1 to 1200"),
        ({"low": np.array(5), "high": np.float32(4)}, ValueError, "there is nothing between them"),
        ({"confidence_level": 95}, ValueError, "confidence_level"),
    ],
)
def test_wrong_limits_are_refused_before_anything_is_simulated(limits, kind, said, monkeypatch):
    monkeypatch.setattr("clustersim.engine.run_range", None)
    with pytest.raises(kind, match=said):
        cs.solve(SHORT, "every", "black belt", 36, 0.5, rng=7, **limits)


@pytest.mark.parametrize("kind", [np.int64, np.float32, np.array, Fraction])
def test_limits_are_numbers_of_any_kind(kind):
    def seen(kind):
        return cs.solve(SHORT, "every", "blue belt", 36, kind(1) / 2, 500, low=kind(1), high=kind(6), rng=7).seen

    assert seen(kind) == seen(int)


def test_where_every_value_does_the_least_one_is_the_answer():
    """Not the last that happened to be tried: survival clients pay for all of life, so nobody needs any savings."""
    plan = SHORT.replace(finances=cs.Finances(savings=30_000, survival=cs.SurvivalClients()))
    found = cs.solve(plan, "finances.savings", "ruin", 36, 0.05, n=1_000, rng=7)
    assert found.value == 0
    assert not found.largest


def test_what_no_value_changes_has_no_answer():
    quiet = SHORT.replace(volatility=0, market=None)
    with pytest.raises(ValueError, match=r"blue belt by month 30 does not depend on persistence: it is .* with each"):
        cs.solve(quiet, "persistence", "blue belt", 30, 0.01, 500, rng=7)
    with pytest.raises(ValueError, match=r"no persistence from .* brings million by .*; it is 0 %.* with each that"):
        cs.solve(quiet, "persistence", "million", 12, 0.5, 500, rng=7)


def test_the_table_has_the_ends_and_what_is_around_the_answer():
    whole = cs.solve(LITERAL, "clusters", "black belt", 120, 0.8, N, rng=7)
    told = whole.summary().told
    assert set(told) >= {min(whole.seen), 14, 15, max(whole.seen)}
    assert not [x for x in whole.seen if 15 < x < min(y for y in told if y > 15)]
    found = cs.solve(SHORT, "finances.savings", "ruin", 36, 0.2, N, rng=7)
    assert found.summary().told == (min(found.seen), found.low, found.value, found.high, max(found.seen))
    assert len(found.summary().table()) == 6 < len(found.seen) == len(found.to_pandas())
    assert found.summary().caption == f"What was seen with 5 of {len(found.seen)} values, 4,000 practices each"


@pytest.mark.parametrize(
    ("field", "value", "known", "told"),
    [
        ("finances.savings", 57_868.0, 400.0, "about $57.8k"),
        ("finances.savings", 57_868.0, 600.0, "about $57.8k"),
        ("failure_rate", 0.43284, 0.0009, "about 0.4328"),
        ("failure_rate", 0.43284, 0.02, "about 0.43"),
        ("failure_rate", 0.43284, 0.0, "about 0.43284"),
        ("ramp", 1_234.5, 70.0, "about 1220"),
    ],
)
def test_a_number_is_told_as_finely_as_it_is_known(field, value, known, told):
    found = cs.solve(SHORT, "failure_rate", "blue belt", 36, 0.5, 200, rng=7)
    answer = replace(found, field=field, value=value, low=value - known, high=value + known / 2)
    assert answer.summary().answer == told
    assert answer.summary().headline.startswith(f"{field} = {told} is the largest for blue belt")
    assert not known or abs(float(told.strip("about $k")) * (1_000 if "k" in told[6:] else 1) - value) <= known


@pytest.mark.parametrize(
    ("value", "known", "told"),
    [
        (23_930.0, 6_000.0, "about $24k"),
        (23_930.0, 25_000.0, "about $30k"),
        (123_456.0, 20.0, "about $123,460"),
        (24_000.0, 6_000.0, "about $24k"),
    ],
)
def test_a_smallest_number_is_rounded_up_to_where_it_does(value, known, told):
    found = cs.solve(SHORT, "failure_rate", "blue belt", 36, 0.5, 200, rng=7)
    smallest = replace(
        found, field="finances.savings", value=value, low=value - known, high=value + known / 2, largest=False
    )
    assert smallest.summary().answer == told


def test_where_some_clusters_have_their_own_the_answer_says_so():
    found = cs.solve(SHORT.replace(clusters=[{"ramp": 5}, *[{}] * 11]), "ramp", "green belt", 36, 0.5, 500, rng=7)
    assert repr(found.summary()).count("1 of the 12 clusters has its own ramp: there the plan's changes nothing.") == 1
