import math
import pickle
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from scipy import stats

from clustersim.plan.errors import PlanError
from clustersim.plan.parameter import Distribution, beta, between, lognormal, uniform
from clustersim.plan.plan import Plan
from clustersim.plan.recognise import parameter
from clustersim.testing import ramps, revenues

P = np.concatenate([np.logspace(-12, -1, 12), np.linspace(0.15, 0.95, 9)])

OURS = [
    stats.lognorm(0.5, scale=6),
    stats.uniform(3, 6),
    stats.beta(2, 3.5),
    stats.beta(0.3, 0.5, loc=0.1, scale=0.5),
    stats.weibull_min(1.7, scale=3),
    stats.expon(2, 3),
    stats.gamma(2.5, scale=2),
    stats.triang(0.3, 1, 4),
    stats.triang(0, 1, 4),
    stats.triang(1, 1, 4),
]
LAZY = [
    stats.fisk(4, scale=3),
    stats.truncnorm(0, np.inf, 1, 2),
    stats.loguniform(1, 3),
    stats.invgauss(0.4),
    stats.pareto(2.5),
    stats.powerlaw(1.3, scale=4),
]


@pytest.mark.parametrize("frozen", OURS + LAZY, ids=lambda d: d.dist.name)
def test_quantiles_support_and_moments_are_scipys(frozen):
    ours = parameter(frozen)
    np.testing.assert_allclose(ours.ppf(P), frozen.ppf(P), rtol=1e-11)
    np.testing.assert_allclose(ours.isf(P), frozen.isf(P), rtol=1e-11)
    assert ours.support() == tuple(map(float, frozen.support()))
    np.testing.assert_allclose([ours.mean(), ours.std()], [frozen.mean(), frozen.std()], rtol=1e-11)
    assert ours.ppf(P).dtype == ours.isf(0.5).dtype == np.float64
    np.testing.assert_array_equal(ours.ppf([0.0, 1.0]), ours.support())
    np.testing.assert_array_equal(ours.isf([1.0, 0.0]), ours.support())


@given(revenues() | ramps())
@settings(max_examples=100, deadline=None)
def test_tails_are_mirrored_and_monotone(value):
    distribution = parameter(value)
    if isinstance(distribution, Distribution):
        p = np.linspace(0.001, 0.999, 97)
        np.testing.assert_allclose(distribution.ppf(p), distribution.isf(1.0 - p), rtol=1e-9)
        assert np.all(np.diff(distribution.isf(np.logspace(-15, -3, 30))) <= 0.0)


@pytest.mark.parametrize(
    ("ours", "frozen"),
    [
        (lognormal(median=6, sigma=0.5), stats.lognorm(0.5, scale=6)),
        (lognormal(median=6, sigma=0.5), stats.lognorm(s=0.5, loc=0, scale=6.0)),
        (lognormal(median=6, sigma=0.5), Distribution.of("lognorm", s=np.float32(0.5), scale=np.int64(6))),
        (uniform(3, 9), stats.uniform(3, 6)),
        (uniform(3, 9), Distribution.of("uniform", loc=3, scale=6)),
        (uniform(0, 1), Distribution.of("uniform")),
        (beta(4.5, 4.5), stats.beta(4.5, b=4.5)),
        (beta(4.5, 4.5), stats.beta(4.5, 4.5, loc=-0.0, scale=1)),
        (Distribution.of("gamma", a=2, scale=3), stats.gamma(2, 0, 3)),
        (Distribution.of("fisk", c=2), stats.fisk(2)),
    ],
)
def test_equal_distributions_are_equal(ours, frozen):
    other = parameter(frozen)
    assert ours == other
    assert hash(ours) == hash(other)
    assert repr(ours.loc) == repr(other.loc)


def test_different_distributions_differ():
    several = [
        lognormal(median=6, sigma=0.5),
        uniform(3, 9),
        uniform(3, 8),
        beta(1, 2),
        beta(2, 1),
        between(3, 9),
    ]
    assert len(set(several)) == len(several)
    assert uniform(3, 9) != 6.0


def test_spellings_mean_what_they_say():
    distribution = lognormal(mean=10_000, cv=0.3)
    assert distribution.mean() == pytest.approx(10_000, rel=1e-14)
    assert distribution.std() == pytest.approx(3_000, rel=1e-14)
    assert lognormal(median=6, sigma=0.5).ppf(0.5) == 6.0
    np.testing.assert_allclose(between(3, 18).ppf([0.05, 0.95]), [3, 18], rtol=1e-14)
    assert uniform(3, 9).support() == (3.0, 9.0)
    assert between(1e-300, 1e300).support() == (0.0, math.inf)


@pytest.mark.parametrize(
    "text",
    [
        "lognormal(mean=10000, cv=0.3)",
        "lognormal(median=6, sigma=0.5)",
        "between(3, 18)",
        "uniform(0.25, 0.75)",
        "beta(4.5, 4.5)",
        "stats.gamma(a=2, scale=3)",
        "stats.expon()",
        "stats.beta(a=1, b=2, scale=0.5)",
        'stats.truncnorm(a=0, b=float("inf"), loc=1, scale=2)',
    ],
)
def test_what_is_shown_runs_when_pasted(text):
    names = {"stats": stats, "lognormal": lognormal, "between": between, "uniform": uniform, "beta": beta}
    distribution = parameter(eval(text, names))  # noqa: S307 - the texts stand above
    assert repr(distribution) == text
    assert parameter(eval(repr(distribution), names)) == distribution  # noqa: S307 - as above


def test_numbers_of_all_makes_are_taken():
    for number in (3, 3.0, np.int8(3), np.uint64(3), np.float32(3), np.longdouble(3)):
        assert parameter(number) == 3.0
        assert type(parameter(number)) is float
    assert math.copysign(1.0, parameter(-0.0)) == 1.0


def test_tables_of_plan_files():
    assert parameter({"lognormal": {"median": 6, "sigma": 0.5}}) == lognormal(median=6, sigma=0.5)
    assert parameter({"uniform": {"loc": 3, "scale": 6}}) == parameter({"uniform": {"low": 3, "high": 9}})
    assert parameter({"gamma": {"a": 2, "scale": 3}}) == parameter(stats.gamma(2, scale=3))
    assert parameter({"expon": {}}).mean() == 1.0


def test_distributions_pickle_and_are_frozen():
    for distribution in (between(3, 18), parameter(stats.fisk(3))):
        distribution.ppf(0.5)
        again = pickle.loads(pickle.dumps(distribution))  # noqa: S301 - our own bytes
        assert again == distribution
        assert repr(again) == repr(distribution)
        with pytest.raises(AttributeError):
            distribution.scale = 2.0


MADE_BY_HAND = [
    ({"name": "lognorm", "shapes": (-1.0,)}, "lognorm = {'s': -1.0}: no distribution has these parameters of lognorm"),
    ({"name": "lognorm"}, "shapes = (): must be the shape parameters of lognorm: (s,)"),
    ({"name": "beta", "shapes": (1, 2, 3)}, "shapes = (1, 2, 3): must be the shape parameters of beta: (a, b)"),
    ({"name": "norm", "shapes": "x"}, "shapes = 'x': must be the shape parameters of norm: ()"),
    ({"name": "gamma", "shapes": ("x",)}, "gamma.a = 'x': must be a single number"),
    ({"name": "norm", "loc": np.inf}, "norm.loc = inf: must be a finite number"),
    ({"name": "norm", "scale": 0}, "norm.scale = 0: must be above 0"),
    ({"name": "nope"}, "name = 'nope': no continuous distribution; known are those of scipy.stats"),
    ({"name": "lognormal"}, "name = 'lognormal': no continuous distribution; did you mean 'lognorm'?"),
    ({"name": ["norm"]}, "name = ['norm']: must be the name of a distribution, as 'gamma'"),
]


@pytest.mark.parametrize(("fields", "told"), MADE_BY_HAND, ids=[told[:40] for _, told in MADE_BY_HAND])
def test_a_distribution_made_by_hand_is_checked_too(fields, told):
    with pytest.raises(PlanError) as refused:
        Distribution(**fields)
    assert str(refused.value) == told


@pytest.mark.parametrize("name", [3, None, ["norm"], lognormal(mean=1, cv=1)])
def test_a_name_that_is_no_text_is_refused(name):
    with pytest.raises(PlanError, match="must be the name of a distribution, as 'gamma'"):
        Distribution.of(name, a=1)


def test_a_distribution_that_was_changed_says_what_it_is():
    written = lognormal(mean=10_000, cv=0.3)
    changed = replace(written, scale=np.float32(20_000))
    assert repr(changed) == f"stats.lognorm(s={written.shapes[0]!r}, scale=20000)"
    plan = Plan(revenue=changed)
    assert Plan.from_toml_text(plan.to_toml()) == plan
    assert repr(written) == "lognormal(mean=10000, cv=0.3)"
    assert replace(written) == written


@pytest.mark.parametrize("wrong", [-3, 2, "5", None, np.nan, [0.5, 1.5], 10**400, True])
def test_what_is_no_probability_has_no_quantile(wrong):
    for method, name in ((beta(1, 2).ppf, "p"), (between(3, 18).isf, "q")):
        with pytest.raises(ValueError, match=f"^{name} = .*: must be a share from 0 to 1$"):
            method(wrong)


def test_no_spelling_can_be_given():
    with pytest.raises(ValueError, match="spelling"):
        replace(uniform(0, 1), spelling=("beta", (("a", 1), ("b", 1))))


def test_upper_bounds_that_round_upwards_are_allowed():
    for low in np.linspace(0.0, 0.99, 100):
        assert Plan(failure_rate=uniform(low, 1.0)).failure_rate.support()[1] <= 1.0 + 1e-12
        assert Plan(failure_rate=stats.uniform(low, 1.0 - low))


_LOADED = """
import sys
from clustersim.plan.plan import Plan
from clustersim.plan.parameter import Distribution, lognormal, uniform, beta, between
plan = Plan()
assert "scipy" not in sys.modules, "scipy for a default plan"
Plan(ramp=between(3, 18), failure_rate=beta(4.5, 4.5), trial=uniform(3, 9), revenue={"gamma": {"a": 2}})
for name, shapes in (("weibull_min", {"c": 2}), ("expon", {}), ("triang", {"c": 0.5})):
    d = Distribution.of(name, **shapes)
    d.ppf([0.1]), d.isf([0.1]), d.mean(), d.std()
plan.replace(every=1), hash(plan), Plan.from_toml_text(plan.to_toml()), Plan.json_schema()
assert "scipy.stats" not in sys.modules, "scipy.stats without need"
Plan(ramp={"fisk": {"c": 4, "scale": 6}})
assert "scipy.stats" in sys.modules
"""


def test_scipy_stats_is_loaded_only_when_needed():
    subprocess.run([sys.executable, "-W", "error", "-c", _LOADED], check=True)  # noqa: S603 - our own text
