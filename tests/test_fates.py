"""How mission, network and ideas move the chance of being doomed, against closed forms.

Fixed seeds; tolerances of 5 standard errors, which a right kernel exceeds once in 1.7 million comparisons; beside each
a number that is slightly wrong and fails.
"""

from math import exp, log, sqrt

import pytest
from scipy import integrate, special, stats

import clustersim as cs
from clustersim.kernel.run import run
from clustersim.program import lower

N = 400_000


def viable(plan):
    """How many of a plan's clusters are viable on average; of one cluster, in which share of trajectories."""
    return run(lower(plan.replace(horizon=1)).tables, 7, 0, N).viable.mean()


def errors_apart(share, fact):
    return abs(share - fact) / sqrt(fact * (1 - fact) / N)


def moved(failure_rate, log_odds):
    """Probability of being viable when the log-odds are moved."""
    return special.expit(log(1 / failure_rate - 1) + log_odds)


def mean_over(distribution, function):
    return integrate.quad(lambda x: function(x) * distribution.pdf(x), *distribution.support())[0]


# Mission and network


@pytest.mark.parametrize(("failure_rate", "odds"), [(0.5, 2.0), (0.2, 20.0), (0.9, 0.05)])
def test_a_mission_moves_the_log_odds_by_what_the_fit_is_above_its_mean(failure_rate, odds):
    fit = stats.beta(6, 4)
    share = viable(cs.Plan(clusters=1, failure_rate=failure_rate, mission=cs.Mission(fit=fit, success_odds=odds)))
    fact = mean_over(fit, lambda m: moved(failure_rate, log(odds) * (m - 0.6)))
    assert errors_apart(share, fact) < 5
    off_centre = mean_over(fit, lambda m: moved(failure_rate, log(odds) * (m - 0.63)))
    assert errors_apart(share, off_centre) > 5


def test_a_network_moves_the_log_odds_by_its_share_of_challengers():
    share = viable(cs.Plan(clusters=1, failure_rate=0.4, network=cs.Network(challengers=0.3, success_odds=0.5)))
    assert errors_apart(share, moved(0.4, 0.3 * log(0.5))) < 5
    assert errors_apart(share, moved(0.4, 0.33 * log(0.5))) > 5


def test_both_move_them_together_whatever_the_practices_own_rate():
    mission, network = cs.Mission(success_odds=9), cs.Network(challengers=1, success_odds=0.3)
    rate, fit = stats.beta(3, 2), stats.beta(6, 4)
    share = viable(cs.Plan(clusters=1, failure_rate=rate, mission=mission, network=network))

    def fact(log_odds):
        return mean_over(rate, lambda f: mean_over(fit, lambda m: moved(f, log_odds + log(9) * (m - 0.6))))

    assert errors_apart(share, fact(log(0.3))) < 5
    assert errors_apart(share, fact(log(0.31))) > 5


def test_what_is_certain_stays_certain():
    levers = {"mission": cs.Mission(success_odds=100), "network": cs.Network(challengers=1, success_odds=0.01)}
    for failure_rate in (0, 1):
        assert viable(cs.Plan(clusters=1, failure_rate=failure_rate, **levers)) == 1 - failure_rate
        ideas = cs.Ideas(count=3, skill=0.9)
        assert viable(cs.Plan(clusters=1, failure_rate=failure_rate, ideas=ideas, **levers)) == 1 - failure_rate


# Ideas


def of_the_best(k, count, skill, failure_rate):
    """Probability that the k-th best of so many ideas is viable: its uniform is Beta(count - k, k + 1)."""
    luck, bar = sqrt(1 - skill**2), special.ndtri(failure_rate)
    place = stats.beta(count - k, k + 1)
    return mean_over(place, lambda v: special.ndtr((skill * special.ndtri(v) - bar) / luck))


@pytest.mark.parametrize("k", [0, 1, 5, 12])
@pytest.mark.parametrize(("count", "skill"), [(13, 0.4), (30, 0.4), (1_000, 0.2)])
def test_the_kth_best_idea_is_doomed_as_its_order_statistic_says(k, count, skill):
    """Those before it are doomed for certain, so that only it is counted."""
    portfolio = [cs.Cluster(failure_rate=1)] * k + [cs.Cluster(failure_rate=0.6)]
    share = viable(cs.Plan(clusters=portfolio, ideas=cs.Ideas(count=count, skill=skill)))
    assert errors_apart(share, of_the_best(k, count, skill, 0.6)) < 5
    assert errors_apart(share, of_the_best(k, count, skill, 0.607)) > 5


def test_all_ideas_together_are_as_good_as_without_scores():
    """Who tries every idea has the best and the worst of them: only the order is better than chance."""
    plan = cs.Plan(clusters=12, failure_rate=0.6)
    mean = viable(plan.replace(ideas=cs.Ideas(count=12, skill=0.9)))
    assert abs(mean - 12 * 0.4) < 5 * sqrt(12 * 0.24 / N)
    assert viable(plan.replace(ideas=cs.Ideas(count=13, skill=0.9))) > 12 * 0.4 + 5 * sqrt(12 * 0.24 / N)


def test_a_missions_odds_move_the_bar_that_scores_have_to_pass():
    network, ideas = cs.Network(challengers=1, success_odds=0.5, referral=0), cs.Ideas(count=20, skill=0.5)
    share = viable(cs.Plan(clusters=1, network=network, ideas=ideas))
    assert errors_apart(share, of_the_best(0, 20, 0.5, 1 / (1 + exp(log(0.5))))) < 5
    assert errors_apart(share, of_the_best(0, 20, 0.5, 0.67)) > 5
