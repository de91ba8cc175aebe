import pickle
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from clustersim.outcome.outcome import Outcome, foremost
from clustersim.plan.plan import Cluster, Milestone, Plan
from tallies import made_up

PLAN = Plan(clusters=4, horizon=40)


@pytest.fixture(scope="module")
def outcome():
    return made_up(PLAN, 500)


def test_it_reads_what_was_counted(outcome):
    assert outcome.plan is outcome.program.plan
    assert outcome.n == 500
    assert outcome.horizon == 40
    belt = outcome["black belt"]
    assert belt.name == "black belt"
    assert np.array_equal(belt.counts, outcome.tally.reached[4])
    assert belt.held(40).value == belt.cdf(40) * (outcome.tally.held[4, -1] / outcome.tally.reached[4, :, 1:].sum())
    assert np.array_equal(outcome.legacy.counts, outcome.tally.reached[-1])
    for event in outcome.events:
        assert event.weights.tolist() == [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16]
    assert np.array_equal(outcome.viable.counts, outcome.tally.reached[2].sum(axis=1))
    assert outcome.launches.pmf(4) == 1
    assert outcome.revenue.mean()[0] == outcome.tally.revenue_sum[0] / 500 * outcome.program.quantum


def test_milestones_are_its_keys(outcome):
    assert list(outcome) == [milestone.name for milestone in PLAN.milestones]
    assert outcome.keys() == tuple(outcome)
    assert "black belt" in outcome
    assert "legacy" not in outcome
    assert dict(outcome)["million"].n == 500
    assert [event.name for event in outcome.events] == [*outcome, "legacy"]


def test_a_wrong_name_is_answered_with_the_nearest(outcome):
    with pytest.raises(KeyError, match="no milestone 'blak belt': did you mean 'black belt'"):
        outcome["blak belt"]
    with pytest.raises(KeyError, match="did you mean 'black belt' or 'black month' or 'black year'"):
        outcome["Black"]
    with pytest.raises(KeyError, match="'Legacy' is no milestone: did you mean 'legacy'"):
        outcome["Legacy"]
    with pytest.raises(KeyError, match="known are 'white belt'"):
        outcome[""]
    with pytest.raises(KeyError, match="known are 'white belt'"):
        outcome[36]


def test_it_shows_the_milestone_that_matters_and_the_legacy(outcome):
    belt, legacy = (f"{100 * event.cdf(40):.3g}" for event in (outcome["black belt"], outcome.legacy))
    assert repr(outcome) == f"<Outcome of 500 practices: 'black belt' {belt} %, 'legacy' {legacy} % by month 40>"


def test_what_matters_most():
    rungs = [Milestone(name="much", revenue=30_000), Milestone(name="little", revenue=10_000)]
    assert foremost(PLAN.replace(**{"convergence.trigger": "million"})) == "million"
    assert foremost(PLAN.replace(convergence=None)) == "black belt"
    assert foremost(Plan(convergence=None, milestones=rungs)) == "much"


@pytest.mark.parametrize("part", ["convergence", "legacy"])
def test_a_legacy_that_is_off_names_the_part(part):
    without = made_up(PLAN.replace(**{part: None}), 50)
    with pytest.raises(AttributeError, match=f"no legacy: its '{part}' is None"):
        _ = without.legacy
    assert "legacy" not in [event.name for event in without.events]
    assert "legacy" not in str(without.summary())


def test_other_events_are_found_by_their_names_too(outcome):
    assert outcome["legacy"].origin.tolist() == outcome.legacy.origin.tolist()
    without = made_up(PLAN.replace(legacy=None), 50)
    with pytest.raises(KeyError, match="no legacy: its 'legacy' is None"):
        without["legacy"]


LEVERS = {"mission": {}, "finances": {"savings": 10_000}, "accelerator": {}}


@pytest.fixture(scope="module")
def levered():
    return made_up(PLAN.replace(**LEVERS), 300)


def test_what_levers_bring_has_first_passages(levered):
    tally = levered.tally
    assert [event.name for event in levered.events][-4:] == ["legacy", "burnout", "ruin", "admission"]
    assert list(levered) == [milestone.name for milestone in PLAN.milestones]
    for place, name in enumerate(["burnout", "ruin", "admission"], 9):
        event = getattr(levered, name)
        assert (event.name, event.n, event.held_counts) == (name, 300, None)
        assert event.cdf(40) == levered[name].cdf(40) == tally.reached[place, :, 1:].sum() / 300 > 0
        with pytest.raises(AttributeError, match=f"{name} is no level of revenue"):
            event.held(5)
    assert levered.legacy.cdf(40) == tally.reached[8, :, 1:].sum() / 300
    assert np.array_equal(levered.legacy.origin_counts, tally.origin)


def test_what_levers_bring_has_fans(levered):
    tally, program = levered.tally, levered.program
    cash, mission = levered.cash, levered.mission_revenue
    assert cash.mean()[0] == tally.cash_sum[0] / 300 * program.cash_unit < 0
    assert (cash.quantile(1) > 0)[-1]
    assert mission.mean() == pytest.approx(0.6 * levered.revenue.mean(), rel=1e-4)
    assert repr(mission).startswith("<Fan of mission revenue over 40 months: in the last one $")
    assert repr(cash).startswith("<Balance of cash over 40 months: in the last one $")
    assert (cash.n, mission.n) == (300, 300)


@pytest.mark.parametrize(
    ("what", "lever"),
    [
        ("burnout", "mission"),
        ("ruin", "finances"),
        ("admission", "accelerator"),
        ("cash", "finances"),
        ("mission_revenue", "mission"),
    ],
)
def test_what_a_lever_that_is_off_would_tell_names_the_lever(outcome, levered, what, lever):
    sentence = f"this plan has no {what.replace('_', ' ')}: its '{lever}' is None"
    with pytest.raises(AttributeError) as refused:
        getattr(outcome, what)
    assert str(refused.value) == sentence
    alone = made_up(PLAN.replace(**{lever: LEVERS[lever]}), 20)
    assert getattr(alone, what).n == 20
    assert getattr(levered, what).n == 300
    if what in {"burnout", "ruin", "admission"}:
        with pytest.raises(KeyError, match=sentence):
            outcome[what]
        with pytest.raises(KeyError, match=f"'{what.upper()}' is no milestone: did you mean '{what}'"):
            levered[what.upper()]


def test_outcomes_with_levers_add(levered):
    more = made_up(levered.plan, 200, first=300, seed=2)
    both = levered + more
    assert both.cash.n == 500
    assert both.cash.mean() * 500 == pytest.approx(levered.cash.mean() * 300 + more.cash.mean() * 200)
    assert both.ruin.cdf(40) * 500 == pytest.approx(levered.ruin.cdf(40) * 300 + more.ruin.cdf(40) * 200)


def test_provenance_is_enough_to_repeat(outcome):
    other = made_up(PLAN, 5, first=900, key=2**64 - 1).provenance
    assert outcome.provenance["ranges"] == [[0, 500]]
    assert other["first"] == 900
    assert other["n"] == 5
    assert other["key"] == f"Key({2**64 - 1})"
    assert other["program"] == outcome.program.digest
    assert set(other) == {"key", "program", "stream", "n", "first", "ranges", "version"}


def test_outcomes_add(outcome):
    more = made_up(PLAN, 300, first=500, seed=2)
    both = outcome + more
    assert both.n == 800
    assert both == more + outcome
    assert both != outcome
    assert np.array_equal(both["black belt"].counts, outcome["black belt"].counts + more["black belt"].counts)
    assert outcome != "outcome"
    with pytest.raises(TypeError):
        outcome + 1
    with pytest.raises(TypeError):
        hash(outcome)


def test_what_does_not_belong_together_is_not_added(outcome):
    with pytest.raises(ValueError, match="are in both"):
        outcome + outcome
    with pytest.raises(ValueError, match="different plans"):
        outcome + made_up(PLAN.replace(every=1), 5, first=500)
    with pytest.raises(ValueError, match="different seeds"):
        outcome + made_up(PLAN, 5, first=500, key=8)


def test_outcomes_whose_names_differ_are_not_added():
    level = {"revenue": 10_000, "window": 3}
    plans = [
        Plan(clusters=3, horizon=12, convergence=None, milestones=[Milestone(name=name, **level)]) for name in "ab"
    ]
    left, right = (made_up(plan, 10, first=10 * i) for i, plan in enumerate(plans))
    assert left.program.digest == right.program.digest
    with pytest.raises(ValueError, match="name their milestones or clusters differently"):
        left + right
    portfolios = [Plan(clusters=[Cluster(name=name), Cluster()], horizon=12) for name in "ab"]
    left, right = (made_up(plan, 10, first=10 * i) for i, plan in enumerate(portfolios))
    with pytest.raises(ValueError, match="name their milestones or clusters differently"):
        left + right


def test_counts_of_another_plan_are_refused(outcome):
    with pytest.raises(ValueError, match="another plan"):
        Outcome(outcome.program, replace(outcome.tally, digest="0"))


def test_nothing_that_is_read_needs_the_compiler(outcome, tmp_path):
    file = tmp_path / "outcome"
    file.write_bytes(pickle.dumps(outcome))
    code = (
        "import pickle, sys; o = pickle.load(open(sys.argv[1], 'rb'));"
        "str(o.summary()), o.revenue.quantile(0.5), o.legacy.origin, o['black belt'].probability(by=36);"
        "wrong = {'numba', 'typer', 'rich', 'pandas', 'xarray', 'scipy.stats'} & set(sys.modules);"
        "sys.exit(str(wrong) if wrong else 0)"
    )
    subprocess.run([sys.executable, "-c", code, str(file)], check=True)  # noqa: S603 - our own code
