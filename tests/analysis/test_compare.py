import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings

import clustersim as cs
from clustersim.program import lower
from plan_strategies import plans as any_plans

mpl.use("agg")
N = 2_000
SLOW, FAST, MORE = cs.Plan(horizon=48), cs.Plan(horizon=48, every=2), cs.Plan(horizon=48, failure_rate=0.4)


@pytest.fixture(scope="module")
def comparison():
    return cs.compare({"slow": SLOW, "fast": FAST, "more": MORE}, N, rng=7)


@pytest.fixture(scope="module")
def turned():
    return cs.compare({"more": MORE, "fast": FAST, "slow": SLOW}, N, rng=7)


def figures(comparison, of, against):
    yield from (comparison.probability("black belt", m, of=of, against=against) for m in (12, 30, 48))
    yield comparison.ppf("blue belt", 0.4, of=of, against=against)
    yield from (comparison.revenue(year, of=of, against=against) for year in (1, 4, None))


@pytest.mark.parametrize("pair", [("slow", "fast"), ("slow", "more"), ("fast", "more")])
def test_swapping_the_plans_flips_the_sign(comparison, turned, pair):
    one, other = pair
    for whole in (comparison, turned):
        for there, back in zip(figures(whole, one, other), figures(comparison, other, one), strict=True):
            assert (there.value, there.low, there.high) == (-back.value, -back.high, -back.low)
            assert there.method == back.method


def test_a_plan_against_itself_is_exactly_nothing():
    twice = cs.compare({"a": FAST, "b": FAST.replace(milestones=FAST.milestones)}, N, rng=7)
    for figure in (*figures(twice, "a", "b"), *figures(twice, "a", "a")):
        assert (figure.value, figure.low, figure.high, figure.standard_error) == (0, 0, 0, 0)
    assert twice.first("black belt")["a"].value == twice.first("black belt")["b"].value == 0


@settings(max_examples=5)
@given(any_plans())
def test_any_plan_is_the_same_as_itself(plan):
    twice = cs.compare([plan, plan], 50, rng=7)
    assert all(twice.probability(event, plan.horizon).value == 0 for event in twice.events)
    assert twice.summary().versus[0].revenue[-1].value == 0


def test_each_outcome_is_that_of_simulate(comparison):
    for name, plan in {"slow": SLOW, "fast": FAST, "more": MORE}.items():
        assert comparison.outcomes[name] == cs.simulate(plan, N, rng=7)


def test_with_the_same_fates_a_difference_is_that_of_the_estimates(comparison):
    for month in (12, 30, 48):
        found = comparison.probability("black belt", month, of="fast")
        ours, theirs = (comparison.outcomes[name]["black belt"].cdf(month) for name in ("fast", "slow"))
        assert found.value == pytest.approx(ours - theirs, abs=1e-12)


def test_without_known_fates_a_difference_is_that_of_the_shares():
    choosy, more = (SLOW.replace(ideas=cs.Ideas(count=count, skill=0.5)) for count in (20, 40))
    comparison = cs.compare([choosy, more], N, rng=7)
    found = comparison.probability("black belt", 40)
    reached = [cs.paths(plan, N, rng=7).reached["black belt"] <= 40 for plan in (choosy, more)]
    assert found.value == pytest.approx(reached[1].mean() - reached[0].mean(), abs=1e-12)
    assert found.method == "paired"


def test_revenue_is_that_of_the_same_practices(comparison):
    years = [cs.paths(plan, N, rng=7).revenue[:, 12:24].sum(axis=1) for plan in (SLOW, FAST)]
    more = years[1] - years[0]
    found = comparison.revenue(2, of="fast")
    assert found.value == pytest.approx(more.mean(), rel=1e-12)
    assert found.standard_error == pytest.approx(more.std(ddof=1) / np.sqrt(N), rel=1e-9)
    assert found.independent_error == pytest.approx(np.sqrt(sum(y.var(ddof=1) for y in years) / N), rel=1e-9)


def test_plans_whose_quanta_differ_are_compared_in_dollars():
    rich = SLOW.replace(revenue=cs.lognormal(mean=30e6, cv=0.3))
    assert lower(rich).quantum != lower(SLOW).quantum
    found = cs.compare([SLOW, rich], N, rng=7).revenue()
    totals = [cs.paths(plan, N, rng=7).revenue.sum(axis=1) for plan in (SLOW, rich)]
    assert found.value == pytest.approx((totals[1] - totals[0]).mean(), rel=1e-12)
    assert found.standard_error == pytest.approx((totals[1] - totals[0]).std(ddof=1) / np.sqrt(N), rel=1e-9)


def test_months_beyond_the_horizon_are_not_made_up():
    never = cs.Plan(horizon=24)
    comparison = cs.compare([never, never.replace(every=1)], N, rng=7)
    late, both = comparison.ppf("black belt", 0.3), comparison.median("million")
    assert late.value == late.low == -np.inf
    assert np.isnan(both.value)
    assert (both.low, both.high) == (-np.inf, np.inf)
    assert "unknown" in str(both)


def test_only_months_that_all_plans_have_are_compared():
    comparison = cs.compare([cs.Plan(horizon=30), cs.Plan(horizon=20, every=1)], N, rng=7)
    assert comparison.horizon == 20
    assert len(comparison.summary().versus[0].revenue) == 3
    with pytest.raises(ValueError, match="by = 25: must be a month from 1 to 20"):
        comparison.probability("black belt", 25)
    told = "Only months 1 to 20, which all plans have, are compared: plan 1 has 30, plan 2 has 20."
    assert told in " ".join(repr(comparison.summary()).split())
    assert told in comparison.summary()._repr_html_()
    assert max(map(len, repr(comparison.summary()).splitlines())) <= 80
    medians = [median for event in comparison.summary().versus[0].events for median in event.medians]
    assert all(median <= 20 or median == np.inf for median in medians)
    assert any(
        o[name].median() > 20 for o in comparison.outcomes.values() for name in o if np.isfinite(o[name].median())
    )


def test_plans_of_one_horizon_need_no_word_about_it(comparison):
    assert "which all plans have" not in repr(comparison.summary())


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_change_no_digit(comparison, workers, monkeypatch):
    monkeypatch.setattr("clustersim.spread.FIRST_RANGE", 0)
    monkeypatch.setattr("clustersim.spread.next_size", lambda *_: 130)
    calls = []
    again = cs.compare(
        {"slow": SLOW, "fast": FAST, "more": MORE}, N, rng=7, workers=workers, progress=lambda *done: calls.append(done)
    )
    assert repr(again.summary()) == repr(comparison.summary())
    assert again.joint.tallies == comparison.joint.tallies
    assert again.ppf("blue belt", 0.3, of="more") == comparison.ppf("blue belt", 0.3, of="more")
    assert calls[-1] == (N, N)


def test_who_was_first_adds_up(comparison):
    shares = comparison.first("black belt")
    assert list(shares) == ["slow", "fast", "more", "several", "none"]
    assert sum(share.value for share in shares.values()) == pytest.approx(1)
    sooner, later = comparison.head_to_head("black belt", of="fast")
    assert (later, sooner) == comparison.head_to_head("black belt", of="slow", against="fast")
    assert sooner.value > later.value


def test_it_prints_well(comparison):
    told = repr(comparison.summary())
    assert told.splitlines()[0] == "2,000 practices on each plan over 48 months, the same luck on each"
    assert max(map(len, told.splitlines())) <= 100
    assert "more against slow" in told
    assert "First to get there" in told
    assert "First to get there" not in repr(cs.compare([SLOW, FAST], 50, rng=7).summary())
    assert repr(comparison) == "<Comparison of 'slow', 'fast', 'more': 2,000 practices on each>"
    page = cs.compare({"<b>": SLOW, "&": FAST}, 50, rng=7).summary()._repr_html_()
    assert "<table " in page
    assert "&amp; against &lt;b&gt;" in page
    assert "<b>" not in page


def test_tables_have_every_month(comparison):
    dataset, frame = comparison.to_xarray(), comparison.to_pandas()
    at = {"plan": "fast", "event": "black belt", "month": 36}
    found = comparison.probability("black belt", 36, of="fast")
    assert dataset["difference"].sel(at).item() == found.value
    assert dataset["low"].sel(at).item() == found.low
    assert dataset["probability"].sel(at).item() == comparison.outcomes["fast"]["black belt"].cdf(36)
    assert (dataset["difference"].sel(plan="slow") == 0).all()
    assert dataset["revenue_difference"].sel(plan="more", year=4).item() == comparison.revenue(4, of="more").value
    assert list(frame) == ["plan", "event", "month", "probability", "difference", "standard_error", "low", "high"]
    assert len(frame) == 3 * len(comparison.events) * 48


def test_the_picture_shows_the_differences(comparison):
    ax = comparison.plot()
    line = next(line for line in ax.get_lines() if line.get_label() == "fast")
    assert line.get_ydata()[35] == 100 * comparison.probability("black belt", 36, of="fast").value
    assert comparison.plot(ax, milestone="blue belt") is ax
    mpl.pyplot.close(ax.figure)


@pytest.mark.parametrize(
    ("plans", "kind", "said"),
    [
        ({}, ValueError, "there is no plan: it takes two"),
        ([SLOW], ValueError, "there is 1 plan"),
        (SLOW, TypeError, "must be plans by name"),
        ("ab", TypeError, "must be plans by name"),
        ([SLOW, "fast"], TypeError, r"plans\['plan 2'\] must be a clustersim.Plan, not str"),
        ({"slow": SLOW, " ": FAST}, ValueError, "must say something"),
        ({"slow": SLOW, "none": FAST}, ValueError, "not 'several' or 'none'"),
        ({"slow": SLOW, 3: FAST}, TypeError, "must be text"),
        (
            [SLOW, FAST.replace(**{"milestones[4].revenue": 50_000})],
            ValueError,
            "'black belt', 'plan 1' has .*60000.* and 'plan 2' has .*50000",
        ),
        ([SLOW, FAST.replace(milestones=FAST.milestones[:5])], ValueError, "same milestones: of 'black month'"),
    ],
)
def test_what_cannot_be_compared_is_refused_before_anything_is_simulated(plans, kind, said, monkeypatch):
    monkeypatch.setattr("clustersim.joint.run_range", None)
    with pytest.raises(kind, match=said):
        cs.compare(plans, N, rng=7)


def test_questions_without_an_answer_name_what_there_is(comparison):
    with pytest.raises(KeyError, match="did you mean 'black belt'"):
        comparison.probability("blak belt", 36, of="fast")
    with pytest.raises(KeyError, match="no plan 'fats': did you mean 'fast'"):
        comparison.probability("black belt", 36, of="fats")
    with pytest.raises(ValueError, match="name one of the plans 'fast', 'more'"):
        comparison.median("black belt")
    with pytest.raises(ValueError, match="year = 5: must be from 1 to 4"):
        comparison.revenue(5, of="fast")
    with pytest.raises(KeyError, match="'ruin' is not what all plans have"):
        comparison.first("ruin")
    with pytest.raises(ValueError, match="confidence_level"):
        comparison.probability("black belt", 36, of="fast", confidence_level=2)
