from dataclasses import replace
from fractions import Fraction
from html import unescape

import matplotlib as mpl
import numpy as np
import pytest
from scipy import stats

import clustersim as cs
from clustersim.analysis.sobol import indices
from clustersim.analysis.solution import written
from clustersim.outcome.notation import percent
from clustersim.present.decided import matters

mpl.use("agg")
PLAN = cs.Plan(horizon=36)
RANGES = {"failure_rate": (0.4, 0.6), "every": (2, 4), "volatility": stats.uniform(0.1, 0.2)}
ISHIGAMI = {"first": (0.3139, 0.4424, 0.0), "total": (0.5576, 0.4424, 0.2437)}  # Ishigami and Homma 1990, a 7, b 0.1


def ishigami(x):
    return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


def outside(found, known):
    """How many of the known indices lie outside of their intervals."""
    told = [(index, truth) for kind in known for index, truth in zip(getattr(found, kind), known[kind], strict=True)]
    return sum(not index.low <= truth <= index.high for index, truth in told)


@pytest.fixture(scope="module")
def found():
    return cs.sensitivity(PLAN, RANGES, "blue belt", 30, 500, points=64, rng=7)


def test_ishigami_s_function():
    angles = [stats.uniform(-np.pi, 2 * np.pi)] * 3
    told = indices(ishigami, angles, 4_096, seed=1)
    assert [index.value for index in told.first] == pytest.approx(ISHIGAMI["first"], abs=0.02)
    assert [index.value for index in told.total] == pytest.approx(ISHIGAMI["total"], abs=0.02)
    assert outside(told, ISHIGAMI) == 0
    assert told.variance == pytest.approx(7**2 / 8 + 0.1 * np.pi**4 / 5 + 0.01 * np.pi**8 / 18 + 0.5, rel=0.01)
    assert told.mean == pytest.approx(3.5, abs=0.02)


def test_intervals_hold_the_known_indices():
    """Of 60 x 6 intervals at 95 %: fewer than these inside would be seen once in a million runs; shifted ones fail."""
    angles = [stats.uniform(-np.pi, 2 * np.pi)] * 3
    told = [indices(ishigami, angles, 128, seed=seed, resamples=199) for seed in range(60)]
    most = stats.binom(360, 0.05).isf(1e-6)
    assert sum(outside(one, ISHIGAMI) for one in told) <= most
    wrong = {"first": (0.4424, 0.3139, 0.2), "total": (0.4424, 0.5576, 0.0)}
    assert sum(outside(one, wrong) for one in told) > most


def test_one_input_explains_all_and_none_nothing():
    alone = indices(lambda x: x[0] ** 2, [stats.uniform()], 64, seed=1)
    assert len(alone.first) == len(alone.total) == 1
    assert alone.total[0].value == pytest.approx(1, abs=0.1)
    flat = indices(lambda x: 0 * x[0] + 0.3, [stats.uniform()] * 2, 64, seed=1)
    assert flat.mean == pytest.approx(0.3)
    assert np.isnan([index.value for index in (*flat.first, *flat.total)]).all()


def test_a_plan_whose_indices_are_known():
    """Both of two clusters are needed: the chance is (1 - f) (1 - g), and its variance a sum of three products."""
    two = cs.Plan(
        clusters=[cs.Cluster(revenue=1_000), cs.Cluster(revenue=1_000)],
        every=1,
        ramp=1,
        volatility=0,
        failed_share=0,
        convergence=None,
        horizon=6,
        milestones=[cs.Milestone(name="both", revenue=2_000, window=1)],
    )
    ranges = {"clusters[0].failure_rate": (0.0, 0.8), "clusters[1].failure_rate": (0.3, 0.5)}
    found = cs.sensitivity(two, ranges, "both", 6, 200, points=512, rng=7)
    mean, variance = np.array([0.6, 0.6]), np.array([0.8, 0.2]) ** 2 / 12
    alone = variance * mean[::-1] ** 2
    whole = alone.sum() + variance.prod()
    first, total = alone / whole, (alone + variance.prod()) / whole
    assert [effect.first.value for effect in found.effects] == pytest.approx(first, abs=0.03)
    assert [effect.total.value for effect in found.effects] == pytest.approx(total, abs=0.03)
    assert found.mean == pytest.approx(0.36, abs=0.003)
    assert found.deviation == pytest.approx(np.sqrt(whole), rel=0.02)
    assert found.base.value == pytest.approx(0.25, abs=0.01)
    effect = found["clusters[0].failure_rate"]
    assert (effect.low, effect.high) == (pytest.approx(0.04), pytest.approx(0.76))
    assert effect.at_low.low <= 0.96 * 0.5 - 0.25 <= effect.at_low.high
    assert effect.at_high.low <= 0.24 * 0.5 - 0.25 <= effect.at_high.high


def test_what_does_nothing_has_no_index(found):
    nothing = cs.sensitivity(
        PLAN, {"legacy.mean_months": (30.0, 90.0), "failure_rate": (0.3, 0.7)}, "blue belt", 30, 200, points=32, rng=7
    )
    effect = nothing["legacy.mean_months"]
    assert effect.first.value == effect.total.value == effect.total.high == effect.at_low.value == effect.swing == 0
    assert [effect.field for effect in nothing.tornado()][0] == "failure_rate"  # noqa: RUF015
    assert "most to 'failure_rate'" in repr(nothing)
    assert all(effect.total.value > 0 for effect in found.effects)


def test_the_tornado_is_of_paired_differences(found):
    plans = [PLAN, PLAN.replace(every=2), PLAN.replace(every=4)]
    compared = cs.compare(plans, 5_000, rng=7)
    effect = found["every"]
    assert (effect.low, effect.high) == (2, 4)
    for name, end in (("plan 2", effect.at_low), ("plan 3", effect.at_high)):
        expected = compared.probability("blue belt", 30, of=name)
        assert (end.value, end.low, end.high) == (expected.value, expected.low, expected.high)
    assert found.base == compared.outcomes["plan 1"]["blue belt"].probability(30)
    swings = [effect.swing for effect in found.tornado()]
    assert swings == sorted(swings, reverse=True)


def test_noise_is_what_simulation_can_make(found):
    finer = cs.sensitivity(PLAN, RANGES, "blue belt", 30, 2_000, points=64, rng=7)
    assert finer.noise == pytest.approx(found.noise / 4, rel=0.1)
    assert 0 < found.noise < 0.1


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_change_no_digit(found, workers):
    calls = []
    again = cs.sensitivity(
        PLAN,
        RANGES,
        "blue belt",
        30,
        500,
        points=64,
        rng=7,
        workers=workers,
        progress=lambda *done: calls.append(done),
    )
    assert again.effects == found.effects
    assert calls[-1] == (64 * 5 * 500 + 3 * 2 * 5_000,) * 2
    assert [done for done, _ in calls] == sorted(done for done, _ in calls)


def test_results_as_tables_and_a_picture(found):
    frame, dataset = found.to_pandas(), found.to_xarray()
    assert frame["field"].tolist() == list(RANGES) == dataset["field"].values.tolist()
    assert frame["total_high"].tolist() == [effect.total.high for effect in found.effects]
    assert dataset["at_low"].sel(field="every").item() == found["every"].at_low.value
    told = repr(found.summary())
    assert max(map(len, told.splitlines())) <= 80
    assert "500 practices at each of 320 points" in told.replace("\n", " ")
    assert found.summary()._repr_html_().count("<table ") == 2
    ax = found.plot()
    assert [label.get_text() for label in ax.get_yticklabels()][-1] == found.tornado()[0].field
    mpl.pyplot.close(ax.figure)
    with pytest.raises(KeyError, match="known are"):
        found["evry"]


@pytest.mark.parametrize(
    ("ranges", "kind", "said"),
    [
        ({}, ValueError, "there are no ranges"),
        ([("every", (1, 2))], TypeError, "must be ranges by field"),
        ({"evry": (1, 2)}, cs.PlanError, "did you mean 'every'"),
        ({"ramp_curve": (1, 2)}, ValueError, "no number that could lie in a range"),
        ({"horizon": (30, 40)}, ValueError, "nothing that happens by a month depends on it"),
        ({"every": (2, 2)}, ValueError, "the first must be below the second"),
        ({"every": (1.5, 2)}, ValueError, "the field is whole, so must be both ends"),
        ({"every": stats.uniform(1, 3)}, ValueError, "the distribution must be discrete"),
        ({"every": 3}, TypeError, "must be a pair"),
        ({"failure_rate": (0.3, "0.7")}, TypeError, "must be a pair"),
        ({"failure_rate": (0.3, True)}, TypeError, "must be a pair"),
        ({"failure_rate": (0.1, np.inf)}, ValueError, r"failure_rate = \(0.1, inf\): both must be finite"),
        ({"failure_rate": (0.1, 10**400)}, ValueError, "both must be finite"),
        ({"failure_rate": (np.nan, 1)}, ValueError, "both must be finite"),
        ({"every": (1, np.float32(4))}, ValueError, "the field is whole, so must be both ends"),
        ({"failure_rate": (0.3, 1.7)}, cs.PlanError, r"failure_rate = 1\."),
    ],
)
def test_wrong_ranges_are_refused_before_anything_is_simulated(ranges, kind, said, monkeypatch):
    monkeypatch.setattr("clustersim.engine.run_range", None)
    with pytest.raises(kind, match=said):
        cs.sensitivity(PLAN, ranges, "blue belt", 30, 100, points=32, rng=7)


@pytest.mark.parametrize(
    ("every", "rate"),
    [
        ((np.int64(1), np.int64(4)), (np.float32(0.25), np.float32(0.5))),
        ((np.array(1), np.uint8(4)), (Fraction(1, 4), Fraction(1, 2))),
    ],
)
def test_pairs_are_numbers_of_any_kind(every, rate):
    plain, ranges = {"every": (1, 4), "failure_rate": (0.25, 0.5)}, {"every": every, "failure_rate": rate}
    one, other = (cs.sensitivity(PLAN, told, "blue belt", 30, 100, points=32, rng=7) for told in (plain, ranges))
    assert one.effects == other.effects


@pytest.mark.parametrize(
    ("question", "kind", "said"),
    [
        ({"milestone": "blu belt"}, ValueError, "did you mean 'blue belt'"),
        ({"by": 37}, ValueError, "by = 37: the plan's horizon is month 36"),
        ({"points": 100}, ValueError, "points = 100: must be a power of 2"),
        ({"confidence_level": 95}, ValueError, "confidence_level"),
    ],
)
def test_a_wrong_question_is_refused_before_anything_is_simulated(question, kind, said, monkeypatch):
    monkeypatch.setattr("clustersim.engine.run_range", None)
    asked = {"milestone": "blue belt", "by": 30, **question}
    with pytest.raises(kind, match=said):
        cs.sensitivity(PLAN, RANGES, rng=7, **asked)


def test_which_doubt_matters_most_is_told_first_in_words(found):
    most = found.foremost
    assert most == max(found.effects, key=lambda effect: effect.total.value)
    low, high = (percent(found.base.value + end.value) for end in (most.at_low, most.at_high))
    told = (
        f"The doubt about {most.field} matters most: blue belt by month 30 moves by {100 * most.swing:.1f} points, "
        f"from {low} % with {written(most.low)} to {high} % with {written(most.high)}, all else as planned."
    )
    assert " ".join(repr(found.summary()).split()).startswith(told)
    other = replace(
        most, field="another", total=replace(most.total, value=0.0), at_high=replace(most.at_high, value=0.9)
    )
    both = replace(found, effects=(most, other)).summary().headline
    assert both.startswith(f"{told} By itself another moves it farther: it moves by ")


def test_what_simulation_may_have_made_is_not_told_as_an_effect(found):
    assert found.certain
    most = found.foremost
    for noise, told in ((0.11, "simulation makes at most 11 % of the variance"), (2.8, "alone can make all of the")):
        noisy = replace(found, noise=noise)
        assert not noisy.certain
        text = " ".join(repr(noisy.summary()).split())
        assert text.startswith("Which doubt matters most for blue belt by month 30 cannot be told: simulation ")
        assert told in text
        assert "280" not in text
        assert "e+" not in text
        assert matters(noisy).startswith("To tell more, ask with a larger -n")
        assert "which, is not sure" in repr(noisy)
    none = replace(most.at_low, value=0.0, low=-0.01, high=0.01)
    assert not replace(found, effects=(replace(most, at_low=none, at_high=none),)).certain
    assert replace(found, effects=(replace(most, at_low=none),)).certain


def test_no_index_is_above_one():
    rng = np.random.default_rng(1)
    found = indices(lambda x: rng.random(x.shape[1]), [stats.uniform(), stats.uniform()], 16, seed=1)
    assert all(
        one.low <= one.value <= one.high <= 1 or one.value <= 1 >= one.high for one in (*found.first, *found.total)
    )


def test_where_nothing_matters_nothing_matters_most():
    flat = cs.sensitivity(PLAN, {"legacy.mean_months": (30.0, 90.0)}, "million", 2, 20, points=8, rng=7)
    assert flat.foremost is None
    assert flat.summary().headline == "million by month 2 does not depend on any of these, over their ranges."
    assert "it depends on none of them" in repr(flat)
    assert matters(flat) == "It is 0 % wherever in their ranges they are."


def test_indices_are_told_with_their_intervals_in_words(found):
    index = replace(found.effects[0].first, value=-0.04, low=-0.1, high=0.001)
    told = replace(found, effects=(replace(found.effects[0], first=index),)).summary().tables()[1][1]
    assert told[1][1] == "-0.04 (-0.10 to 0.00)"


def test_where_some_clusters_have_their_own_a_line_says_so():
    some = PLAN.replace(clusters=[{"ramp": 5}, *[{}] * 3])
    told = cs.sensitivity(some, {"ramp": (4.0, 8.0)}, "white belt", 12, 20, points=8, rng=7).summary()
    assert told.notes == ("1 of the 4 clusters has its own ramp: there the plan's changes nothing.",)
    assert told.notes[0] in repr(told)
    assert told.notes[0] in unescape(told._repr_html_())
