"""The cases: facts of the model's page and of ``exact``, and what else is known in closed form."""

from math import exp, log

import numpy as np
from scipy import integrate, special, stats

import clustersim as cs
from clustersim.closed_form.clusters import curve
from clustersim.kernel.layout import RAMP, REVENUE
from clustersim.program import lower
from clustersim.viability import cells
from facts import Average, Case, chance, grown_from, of_passages, of_viable, reached_by, revenue_in

LITERAL = cs.presets.literal()


def changed(plan, says=None, **changes):
    """A plan with changes, and what they are."""
    return plan.replace(**changes), says or ", ".join(f"{name} = {value:.4g}" for name, value in changes.items())


def law(parameter):
    """A plan's distribution as scipy's: nothing of ours is asked what its quantiles are."""
    return getattr(stats, parameter.name)(*parameter.shapes, loc=parameter.loc, scale=parameter.scale)


# Fates: the months do not matter

QUICK = cs.Plan(horizon=1, convergence=None)
ONE = QUICK.replace(clusters=1)
FIT = stats.beta(6, 4)


def mean_over(distribution, function):
    return integrate.quad(lambda x: function(x) * distribution.pdf(x), *distribution.support(), epsabs=1e-12)[0]


def moved(rate, log_odds):
    """Probability of being viable when the log-odds are moved."""
    return special.expit(log(1 / rate - 1) + log_odds)


def with_mission(plan):
    odds = log(plan.mission.success_odds)
    return [1 - mean_over(FIT, lambda m: moved(plan.failure_rate, odds * (m - 0.6))), 1]


def with_network(plan):
    return [1 - moved(plan.failure_rate, plan.network.challengers * log(plan.network.success_odds)), 1]


def of_the_best(k, plan):
    """Probability that the k-th best of the ideas is doomed: its uniform is Beta(count - k, k + 1)."""
    ideas, luck = plan.ideas, np.sqrt(1 - plan.ideas.skill**2)
    rate = plan.portfolio[k].failure_rate
    score = stats.beta(ideas.count - k, k + 1)
    return mean_over(score, lambda v: special.ndtr((special.ndtri(rate) - ideas.skill * special.ndtri(v)) / luck))


def kth_idea(k, rate=0.6):
    """A plan in which all before the k-th are doomed for certain, so that only it is counted."""
    portfolio = [cs.Cluster(failure_rate=1)] * k + [cs.Cluster(failure_rate=rate)]
    return QUICK.replace(clusters=portfolio, ideas=cs.Ideas(count=30, skill=0.4))


def kth_idea_case(k):
    return Case(
        name=f"of 30 ideas the {('best', 'second', 'third', 'fourth', 'fifth', 'sixth')[k]}, skill 0.4",
        plan=kth_idea(k),
        known=of_viable(lambda plan: [of_the_best(k, plan)] + [1] * (k + 1)),
        wrong=lambda s: changed(kth_idea(k), **{"ideas.skill": 0.4 * (1 + 2 * s)}),
    )


FATES = [
    Case(
        name="12 clusters, half fail: binomial",
        plan=QUICK,
        known=of_viable(lambda plan: stats.binom(12, 1 - plan.failure_rate).cdf(range(13))),
        wrong=lambda s: changed(QUICK, failure_rate=0.5 * (1 + s)),
    ),
    Case(
        name="Beta(4.5, 4.5): beta-binomial",
        plan=QUICK.replace(failure_rate=cs.beta(4.5, 4.5)),
        known=of_viable(lambda plan: stats.betabinom(12, *plan.failure_rate.shapes[::-1]).cdf(range(13))),
        wrong=lambda s: changed(QUICK, f"Beta({4.5 * (1 + s):.4g}, 4.5)", failure_rate=cs.beta(4.5 * (1 + s), 4.5)),
    ),
    Case(
        name="portfolio of eight: Poisson-binomial",
        plan=cs.presets.portfolio().replace(horizon=1, convergence=None),
        known=of_viable(lambda plan: cs.exact(plan).viable.cdf(range(len(plan.portfolio) + 1))),
        wrong=lambda s: changed(
            cs.presets.portfolio().replace(horizon=1, convergence=None),
            f"every failure rate times {1 + s:.4g}",
            clusters=[
                c.model_copy(update={"failure_rate": c.failure_rate * (1 + s)})
                for c in cs.presets.portfolio().portfolio
            ],
        ),
    ),
    Case(
        name="mission: log-odds moved by fit",
        plan=ONE.replace(failure_rate=0.2, mission=cs.Mission(fit=FIT, success_odds=20.0)),
        known=of_viable(with_mission),
        wrong=lambda s: changed(
            ONE.replace(mission=cs.Mission(fit=FIT, success_odds=20.0)), failure_rate=0.2 * (1 + s)
        ),
    ),
    Case(
        name="network: log-odds moved by challengers",
        plan=ONE.replace(failure_rate=0.4, network=cs.Network(challengers=0.3, success_odds=0.5)),
        known=of_viable(with_network),
        wrong=lambda s: changed(
            ONE.replace(network=cs.Network(challengers=0.3, success_odds=0.5)), failure_rate=0.4 * (1 + s)
        ),
    ),
    kth_idea_case(0),
    kth_idea_case(5),
]


# First passages: by `exact`

SPREAD = cs.Plan(
    clusters=[
        cs.Cluster(revenue=revenue, failure_rate=rate, ramp=ramp)
        for revenue, rate, ramp in [
            (4_000, 0.2, 3),
            (16_000, 0.6, 9),
            (7_000, 0.3, 4),
            (12_000, 0.5, 6),
            (5_000, 0.3, 2),
            (20_000, 0.7, 12),
            (9_000, 0.4, 5),
            (11_000, 0.5, 8),
        ]
    ],
    failed_share=0,
    volatility=0,
    convergence=None,
    milestones=[cs.Milestone(name="living", revenue=38_000, window=3)],
    horizon=40,
)
WAITING = LITERAL.replace(every=1, at_once=2, trial=4, failed_share=0.25, horizon=60)
DYING = LITERAL.replace(
    lifetime=20,
    trial=9,
    failed_share=0.5,
    seasonality=[1.2, 1, 0.9] * 4,
    ramp_curve="bass",
    horizon=48,
    milestones=[
        cs.Milestone(name="living", revenue=30_000, window=3),
        cs.Milestone(name="rich", revenue=50_000, window=6),
    ],
)
UNEQUAL = LITERAL.replace(revenue=cs.lognormal(mean=10_000, cv=0.3), horizon=60)


def literal_case(clusters):
    plan = LITERAL.replace(clusters=clusters)
    return Case(
        name=f"literal plan, {clusters} clusters",
        plan=plan,
        known=of_passages_of,
        wrong=lambda s: changed(plan, failure_rate=0.5 * (1 + s)),
    )


def of_passages_of(plan):
    return list(of_passages(plan))


def exact_case(name, plan, wrong):
    return Case(name=name, plan=plan, known=of_passages_of, wrong=wrong)


PASSAGES = [
    *(literal_case(clusters) for clusters in (12, 14, 15, 16, 17)),
    exact_case(
        "eight clusters, no two alike",
        SPREAD,
        lambda s: changed(
            SPREAD,
            f"every failure rate times {1 + s:.4g}",
            clusters=[c.model_copy(update={"failure_rate": c.failure_rate * (1 + s)}) for c in SPREAD.portfolio],
        ),
    ),
    exact_case("two at once, launches that wait", WAITING, lambda s: changed(WAITING, failure_rate=0.5 * (1 + s))),
    exact_case("clusters that die, seasons", DYING, lambda s: changed(DYING, failure_rate=0.5 * (1 + s))),
    exact_case(
        "revenue random: within the grid's bounds",
        UNEQUAL,
        lambda s: changed(
            UNEQUAL,
            f"revenue times {1 + 0.01 + s:.4g}",
            revenue=cs.lognormal(mean=10_000 * (1 + 0.01 + s), cv=0.3),
        ),
    ),
]


# Months: what levers and convergence do, each alone

ALWAYS = cs.Plan(clusters=1, failure_rate=0, ramp=1, volatility=0, milestones=cs.Plan.ladder[:1], convergence=None)
LEGACY = ALWAYS.replace(revenue=20_000, convergence=cs.Convergence(trigger="white belt", megas=1))
TARGETS = (20_000, 30_000, 50_000)
ORIGIN = ALWAYS.replace(
    clusters=[cs.Cluster(revenue=revenue) for revenue in TARGETS],
    every=1,
    milestones=[cs.Milestone(name="all", revenue=100_000, window=1)],
    convergence=cs.Convergence(trigger="all", revenue=0),
    legacy=cs.Legacy(mean_months=2, shape=3),
    horizon=24,
)
ADMITTED = ALWAYS.replace(accelerator=cs.Accelerator(odds=0.07))
RUINED = ALWAYS.replace(
    revenue=cs.lognormal(mean=9_000, cv=0.3),
    finances=cs.Finances(savings=40_000, living=6_000, margin=0.7),
)
BURNT = ALWAYS.replace(
    ramp=1_000,
    revenue=10_000,
    mission=cs.Mission(fit=cs.beta(6, 4), success_odds=1, drain=0.5, recovery=0.1),
)
NOISY = cs.Plan(
    convergence=None,
    market=cs.Market(),
    seasonality=[1.1, 0.9, 1, 1, 1.2, 1, 0.6, 0.6, 1.1, 1.1, 1.2, 1.2],
    milestones=cs.Plan.ladder[4:5],
)


def legacy_times(plan):
    """Whoever is at the trigger's level from month 1 converges in month 3, its window; a Weibull time later it is."""
    time = stats.weibull_min(
        plan.legacy.shape, scale=plan.legacy.mean_months / special.gamma(1 + 1 / plan.legacy.shape)
    )
    return [chance(time.cdf(month - 3), reached_by("legacy", month)) for month in range(4, plan.horizon + 1)]


def origins(plan):
    """In month 3 all are live; by month 24 it is certain that one is the legacy, in proportion to its target."""
    targets = [cluster.revenue for cluster in plan.portfolio]
    return [chance(target / sum(targets), grown_from(k)) for k, target in enumerate(targets)]


def admissions(plan):
    """A geometric number of applications."""
    tries = range(1, plan.horizon // plan.accelerator.every + 1)
    return [
        chance(1 - (1 - plan.accelerator.odds) ** t, reached_by("admission", t * plan.accelerator.every)) for t in tries
    ]


def ruins(plan):
    """Revenue is the same in every month: cash is below 0 by month t if it is below (living - savings / t) / margin."""
    money, revenue = plan.finances, law(plan.revenue)
    months = range(1, plan.horizon + 1)
    return [
        chance(revenue.cdf((money.living - money.savings / t) / money.margin), reached_by("ruin", t)) for t in months
    ]


def burnouts(plan):
    """A cluster that ramps for ever drains the same in every month: energy is gone by month t if the fit is low enough.

    A month later everything is as in month 1, but for what is first.
    """
    mission = plan.mission
    enough = [(t, 1 - (mission.recovery + 1 / t) / mission.drain) for t in range(1, plan.horizon + 1)]
    return [chance(law(mission.fit).cdf(fit), reached_by("burnout", t)) for t, fit in enough]


def average_revenue(plan):
    """The sum over clusters of the average level, times the season; noise has mean 1 (and all are independent)."""
    tables = lower(plan).tables
    level, start, end = cells(tables.quantiles[tables.cluster[REVENUE, 0]], most=np.inf)
    level = float(level @ (start + end)) / 2
    weight, low, high = cells(tables.quantiles[tables.cluster[RAMP, 0]], most=np.inf)
    x, w = np.polynomial.legendre.leggauss(4)
    ramps, weights = low[:, None] + (high - low)[:, None] * (x + 1) / 2, weight[:, None] * w / 2
    ages = range(1, plan.horizon + 1)
    grown = np.array([(weights * curve(plan.ramp_curve, age / ramps)).sum() for age in ages])
    kept = np.array([law(plan.trial).sf(age - 1) for age in ages])  # a trial is rounded up to whole months
    earned = level * grown * (1 - plan.failure_rate + plan.failure_rate * plan.failed_share * kept)
    total = np.zeros(plan.horizon)
    for k in range(plan.clusters):
        first = k * plan.every
        total[first:] += earned[: plan.horizon - first]
    total *= np.resize(plan.seasonality, plan.horizon)
    return [Average(value=value, observed=revenue_in(month)) for month, value in enumerate(total.tolist(), 1)]


MONTHS = [
    Case(
        name="average revenue by month",
        plan=NOISY,
        known=average_revenue,
        wrong=lambda s: changed(
            NOISY, f"ramps {1 + s:.4g} times as long", ramp=cs.lognormal(median=6 * (1 + s), sigma=0.5)
        ),
    ),
    Case(
        name="legacy: Weibull times",
        plan=LEGACY,
        known=legacy_times,
        wrong=lambda s: changed(LEGACY, **{"legacy.mean_months": 60 * (1 + s)}),
    ),
    Case(
        name="legacy: origin by targets",
        plan=ORIGIN,
        known=origins,
        wrong=lambda s: changed(
            ORIGIN,
            f"the first target times {1 + 2 * s:.4g}",
            clusters=[cs.Cluster(revenue=r) for r in (TARGETS[0] * (1 + 2 * s), *TARGETS[1:])],
        ),
    ),
    Case(
        name="accelerator: geometric",
        plan=ADMITTED,
        known=admissions,
        wrong=lambda s: changed(ADMITTED, **{"accelerator.odds": 0.07 * (1 + s)}),
    ),
    Case(
        name="finances: ruin",
        plan=RUINED,
        known=ruins,
        wrong=lambda s: changed(RUINED, **{"finances.living": 6_000 * (1 + s)}),
    ),
    Case(
        name="mission: burnout",
        plan=BURNT,
        known=burnouts,
        wrong=lambda s: changed(BURNT, **{"mission.drain": 0.5 * (1 + s)}),
    ),
]


# The default plan: its float64 reference has errors of its own


REFERENCE = {
    ("black belt", 36): 0.4434,
    ("black belt", 60): 0.6263,
    ("black belt", 120): 0.6703,
    ("legacy", 120): 0.5535,
}
REFERENCE_ERROR = 0.0008
SLOWER = {key: value * exp(-0.02) for key, value in REFERENCE.items()}


def by_reference(values):
    def observed(name, month):
        def of(outcome):
            estimate = outcome[name].probability(by=month)
            return estimate.value, estimate.standard_error

        return of

    return [
        Average(value=value, error=REFERENCE_ERROR, observed=observed(name, month))
        for (name, month), value in values.items()
    ]


DEFAULT = [
    Case(
        name="default plan, by a float64 reference",
        plan=cs.Plan(),
        known=lambda plan: by_reference(REFERENCE if plan == cs.Plan() else SLOWER),
        wrong=lambda _: (cs.Plan(every=4), "all chances 2 % lower"),
    ),
]

PARTS = {"fates": FATES, "first passages": PASSAGES, "months": MONTHS, "default plan": DEFAULT}
