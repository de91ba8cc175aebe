"""The exact distribution of the number of viable clusters, against closed forms, brute force and the kernel.

The kernel's counts have fixed seeds and may be 5 standard errors off, as a right kernel's are once in 1.7 million
comparisons; a rate that is slightly wrong is farther off.
"""

from itertools import product
from math import comb, prod, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import clustersim as cs
from clustersim.kernel.run import run
from clustersim.plan.quantile_table import quantile_table
from clustersim.plan.recognise import parameter
from clustersim.program import lower
from clustersim.testing import probabilities
from clustersim.twin.float64 import Float64
from clustersim.viability import mean_rate, stratum_weights, with_shared


def quick(**changes):
    """A plan whose months do not matter."""
    return cs.Plan(horizon=1, convergence=None, **changes)


def weights(**changes):
    return stratum_weights(lower(quick(**changes)))


def test_one_failure_rate_is_binomial_to_the_last_digit():
    assert weights().tolist() == [comb(12, k) / 4096 for k in range(13)]
    lowered = float(np.float32(0.3))
    assert weights(failure_rate=0.3) == pytest.approx(stats.binom(12, 1 - lowered).pmf(range(13)), rel=1e-9)


@pytest.mark.parametrize(("rate", "sure"), [(0, 12), (1, 0)])
def test_certain_fates_are_certain(rate, sure):
    assert np.flatnonzero(weights(failure_rate=rate)).tolist() == [sure]
    assert weights(failure_rate=rate)[sure] == 1


@pytest.mark.parametrize("clusters", [1, 12, 200, 1_200])
@pytest.mark.parametrize(("a", "b", "apart"), [(4.5, 4.5, 5e-6), (0.5, 0.5, 1e-5), (2, 300, 1e-5), (0.05, 0.05, 1e-3)])
def test_a_common_fate_is_beta_binomial(clusters, a, b, apart):
    """As nearly as the table's cells are the Beta: straight lines in them, and jumps smeared."""
    found = weights(clusters=clusters, failure_rate=cs.beta(a, b), milestones=cs.Plan.ladder[:1])
    assert np.abs(found - stats.betabinom(clusters, b, a).pmf(range(clusters + 1))).max() < apart
    assert found.sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(
    "rate", [stats.beta(4.5, 4.5), stats.beta(0.05, 0.05), stats.uniform(0.2, 0.5), stats.triang(0.3, 0.1, 0.8)]
)
def test_it_is_the_table_that_is_integrated(rate):
    """Not the distribution: brute force over a million of the words that the kernel could draw."""
    table, clusters = quantile_table(parameter(rate)), 7
    words = (np.arange(1 << 14) * (1 << 18) + (1 << 17)).tolist()
    rates = np.array([Float64().quantile(table, word) for word in words])
    brute = stats.binom(clusters, 1 - rates[:, None]).pmf(np.arange(clusters + 1)).mean(axis=0)
    exact = with_shared(lower(quick(failure_rate=rate)).tables, clusters)
    assert np.abs(exact - brute).max() < 3e-6
    assert mean_rate(table) == pytest.approx(rates.mean(), abs=3e-6)


def test_own_rates_are_poisson_binomial_beside_those_who_share():
    own = [0.1, 0.9, cs.beta(2, 3)]
    clusters = [cs.Cluster(), *(cs.Cluster(failure_rate=rate) for rate in own), cs.Cluster()]
    found = weights(clusters=clusters, failure_rate=cs.uniform(0.2, 0.6))
    u = np.linspace(0.2, 0.6, 20_001)
    brute = np.zeros(6)
    for fates in product([0, 1], repeat=5):
        alone = prod(1 - p if viable else p for viable, p in zip(fates[1:4], [0.1, 0.9, 0.4], strict=True))
        shared = np.prod([1 - u if viable else u for viable in (fates[0], fates[4])], axis=0).mean()
        brute[sum(fates)] += alone * shared
    assert np.abs(found - brute).max() < 1e-5


MOVING = {
    "ideas": {"ideas": cs.Ideas(count=40, skill=0.3)},
    "mission": {"mission": cs.Mission()},
    "network": {"network": cs.Network()},
}
STILL = {
    "ideas": {"ideas": cs.Ideas(count=40)},
    "focus": {"focus": cs.Focus(capacity=1)},
    "mission": {"mission": cs.Mission(success_odds=1)},
    "finances": {"finances": cs.Finances(savings=10_000)},
    "network": {"network": cs.Network(success_odds=1)},
    "challengers": {"network": cs.Network(challengers=0)},
    "accelerator": {"accelerator": cs.Accelerator(odds=0.5)},
}


@pytest.mark.parametrize("changes", MOVING.values(), ids=MOVING)
def test_what_moves_fates_in_other_ways_leaves_them_unknown(changes):
    assert weights(**changes) is None
    outcome = cs.simulate(cs.Plan(horizon=36, **changes), n=4_000, rng=7)
    assert {event.probability(by=36).method for event in outcome.events} == {"Clopper-Pearson"}


@pytest.mark.parametrize("changes", STILL.values(), ids=STILL)
def test_levers_that_do_not_move_fates_leave_them_known(changes):
    """The kernel that lives month by month counts the very fates of the plan without the lever, ruined or not."""
    assert weights(**changes).tolist() == weights().tolist()
    plan = cs.Plan(horizon=36)
    levered, plain = (cs.simulate(some, n=4_000, rng=7) for some in (plan.replace(**changes), plan))
    assert levered.viable.counts.tolist() == plain.viable.counts.tolist()
    assert levered["white belt"].probability(by=24).method == "post-stratified"
    assert all(event.weights is not None for event in levered.events)


def counted(program, n=200_000):
    return np.bincount(run(program.tables, 7, 0, n).viable, minlength=program.clusters + 1) / n


rates = st.none() | probabilities()


@given(probabilities(), st.lists(rates, min_size=1, max_size=6))
@settings(max_examples=40, derandomize=True)
def test_the_kernel_draws_what_is_told(shared, own):
    n = 200_000
    program = lower(quick(clusters=[cs.Cluster(failure_rate=rate) for rate in own], failure_rate=shared))
    exact = stratum_weights(program)
    errors = np.sqrt(exact * (1 - exact) / n)
    apart = np.abs(counted(program, n) - exact)
    assert (apart <= 5 * errors + 1e-9).all()


def test_a_slightly_wrong_rate_is_told_from_the_right_one():
    found = counted(lower(quick(failure_rate=0.505)))
    exact = stratum_weights(lower(quick()))
    assert (np.abs(found - exact) > 5 * np.sqrt(exact * (1 - exact) / 200_000)).any()
    assert np.abs(counted(lower(quick())) - exact).max() < 5 * sqrt(0.25 / 200_000)
