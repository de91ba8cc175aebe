"""The facts that must come out: closed forms, and the float64 reference of the default plan.

Fixed seeds; tolerances of 5 standard errors of the difference, which a right model exceeds once in 1.7 million
comparisons; beside each a model that is slightly wrong and fails. Shares are plain: what is tested is the simulation.
"""

from math import comb, sqrt

import pytest
from scipy import stats

import clustersim as cs

N = 400_000


def errors_apart(value, fact, n=N, fact_error=0.0):
    """How many combined standard errors lie between a simulated probability and a fact."""
    return abs(value - fact) / sqrt(fact * (1 - fact) / n + fact_error**2)


def share(passage, by):
    """The plain share of trajectories, where estimates are post-stratified."""
    return passage.counts[:, 1 : by + 1].sum() / passage.n


def at_least(viable, k):
    return 1 - viable.cdf(k - 1)


def binomial_tail(clusters, k=6):
    return sum(comb(clusters, j) for j in range(k, clusters + 1)) / 2**clusters


def quick(**changes):
    """A plan whose months do not matter."""
    return cs.Plan(horizon=1, convergence=None, **changes)


def test_six_of_twelve_are_viable_as_the_binomial_says():
    viable = cs.simulate(quick(), n=N, rng=1).viable
    assert errors_apart(at_least(viable, 6), 0.612793) < 5
    assert viable.mean() == pytest.approx(6, abs=5 * sqrt(3 / N))
    wrong = cs.simulate(quick(failure_rate=0.505), n=N, rng=1).viable
    assert errors_apart(at_least(wrong, 6), 0.612793) > 5


def test_a_common_fate_makes_it_beta_binomial():
    viable = cs.simulate(quick(failure_rate=cs.beta(4.5, 4.5)), n=N, rng=2).viable
    exact = stats.betabinom(12, 4.5, 4.5)
    assert exact.sf(5) == pytest.approx(0.5727, abs=5e-5)
    for k in range(1, 13):
        assert errors_apart(at_least(viable, k), exact.sf(k - 1)) < 5
    independent = cs.simulate(quick(), n=N, rng=2).viable
    assert errors_apart(at_least(independent, 6), exact.sf(5)) > 5


def test_a_portfolios_own_odds_are_poisson_binomial():
    rates = [0.1, 0.3, 0.9, cs.beta(2, 3)]  # drawn for that cluster alone: only its mean, 0.4, counts
    plan = quick(clusters=[cs.Cluster(failure_rate=rate) for rate in rates], failure_rate=0.5)
    viable = cs.simulate(plan, n=N, rng=3).viable
    all_four, none = 0.9 * 0.7 * 0.1 * 0.6, 0.1 * 0.3 * 0.9 * 0.4
    assert errors_apart(viable.pmf(4), all_four) < 5
    assert errors_apart(viable.pmf(0), none) < 5
    assert errors_apart(viable.pmf(4), all_four * 1.05) > 5


def test_the_literal_plan_is_half_done_by_month_36():
    belt = cs.simulate(cs.presets.literal(), n=N, rng=4)["black belt"]
    assert errors_apart(share(belt, 36), 0.5) < 5
    assert errors_apart(share(belt, 120), 2510 / 4096) < 5
    assert errors_apart(share(belt, 35), 0.5) > 5  # a month too soon would be seen


def test_the_literal_plan_month_by_month():
    """When the j-th cluster is full, in month 3j + 3, the belt is reached by those who have six viable among j."""
    belt = cs.simulate(cs.presets.literal(), n=N, rng=5)["black belt"]
    for j in range(6, 13):
        by = 3 * (j - 1) + 1 + 5
        assert errors_apart(share(belt, by), binomial_tail(j)) < 5
        assert errors_apart(share(belt, by - 1), binomial_tail(j)) > 5 or j > 11


@pytest.mark.parametrize(("clusters", "fact"), [(14, 0.788), (15, 0.849), (16, 0.895), (17, 0.928)])
def test_fifteen_clusters_are_needed_for_80_per_cent(clusters, fact):
    plan = cs.presets.literal().replace(clusters=clusters, horizon=120)
    belt = cs.simulate(plan, n=N, rng=6)["black belt"]
    assert binomial_tail(clusters) == pytest.approx(fact, abs=5e-4)
    assert errors_apart(share(belt, 120), binomial_tail(clusters)) < 5
    assert errors_apart(share(belt, 120), binomial_tail(clusters + 1)) > 5


REFERENCE = {36: 0.4434, 60: 0.6263, 120: 0.6703}
REFERENCE_ERROR = 0.0008


def test_the_default_plan_is_a_bit_less_than_a_coin_toss():
    outcome = cs.simulate(cs.Plan(), n=N, rng=7)
    belt = outcome["black belt"]
    for month, fact in REFERENCE.items():
        assert errors_apart(share(belt, month), fact, fact_error=REFERENCE_ERROR) < 5
    assert errors_apart(share(outcome.legacy, 120), 0.5535, fact_error=REFERENCE_ERROR) < 5
    slower = cs.simulate(cs.Plan(every=4), n=N, rng=7)
    assert errors_apart(share(slower["black belt"], 36), REFERENCE[36], fact_error=REFERENCE_ERROR) > 5
    assert errors_apart(share(slower.legacy, 120), 0.5535, fact_error=REFERENCE_ERROR) > 5


def test_noise_has_mean_one():
    """A cluster that earns 10 000 from its first month on earns 10 000 on average, with a market or without."""
    steady = cs.Plan(
        clusters=1, failure_rate=0, revenue=10_000, ramp=1, volatility=0.3, market=cs.Market(), convergence=None
    )
    revenue = cs.simulate(steady, n=N, rng=8).revenue
    error = revenue.std() / sqrt(N)
    assert (abs(revenue.mean() - 10_000) < 5 * error).all()
    assert (abs(revenue.mean() - 10_100) > 5 * error).all()
    variance = 10_000**2 * (pow(2.718281828459045, 0.3**2 + 0.1**2) - 1)
    # The kurtosis of such a product is about 2.4: 5 standard errors of a deviation are 0.9 % of it.
    assert revenue.std() == pytest.approx(sqrt(variance), rel=0.009)
    assert revenue.std() != pytest.approx(sqrt(variance) * 1.02, rel=0.009)
