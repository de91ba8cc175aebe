"""Strategies of parameters: numbers, and distributions of every kind that a plan takes.

Each strategy is made once: hypothesis looks at a strategy longer than it takes to draw from it.
"""

from functools import cache
from typing import Any

import hypothesis.strategies as st
from scipy import stats

from clustersim.plan.parameter import Distribution, Parameter, beta, between, lognormal, uniform
from clustersim.plan.recognise import parameter
from clustersim.plan.value import Value

Parameters = st.SearchStrategy[Parameter]


def or_default(kind: type[Value], field: str, strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw a field's default, to which it shrinks, or something else."""
    return st.just(kind.model_fields[field].default) | strategy


def made(kind: type[Value], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw a value of which each field has its default, or something else."""
    return st.builds(kind, **{name: or_default(kind, name, strategy) for name, strategy in fields.items()})


@cache
def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    """Draw numbers that a person would write, and some that nobody would."""
    tidy = st.integers(0, 20).map(lambda i: low + (high - low) * i / 20)
    return tidy | st.floats(low, high, allow_subnormal=False)


@cache
def distributions(low: float = 1.0, high: float = 100.0) -> st.SearchStrategy[Distribution]:
    """Draw distributions of positive amounts, nine families in all spellings.

    Parameters
    ----------
    low, high
        Medians, means or lower ends lie between them.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(distributions(), lambda _: True)
    stats.expon(scale=1)
    """
    bounds = st.tuples(numbers(low, high), numbers(1.1, 6.0))
    middle = numbers(low, high)
    return st.one_of(
        bounds.map(lambda pair: between(pair[0], pair[0] * pair[1])),
        bounds.map(lambda pair: uniform(pair[0], pair[0] * pair[1])),
        st.builds(lambda m, v: lognormal(mean=m, cv=v), middle, numbers(0.05, 1.2)),
        st.builds(lambda m, s: lognormal(median=m, sigma=s), middle, numbers(0.05, 1.0)),
        st.builds(lambda a, m: _frozen("gamma", a=a, scale=m / a), numbers(0.5, 6.0), middle),
        st.builds(lambda c, m: _frozen("weibull_min", c=c, scale=m), numbers(0.6, 4.0), middle),
        middle.map(lambda m: _frozen("expon", scale=m)),
        middle.map(lambda m: Distribution.of("fisk", c=4.0, scale=m)),
    )


def _frozen(name: str, **parameters: float) -> Any:
    """Make a distribution by way of scipy's own object, as users do."""
    return parameter(getattr(stats, name)(**parameters))


@cache
def parameters(low: float = 1.0, high: float = 100.0) -> Parameters:
    """Draw positive parameters: numbers from ``low`` to ``high``, or `distributions` about there.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(parameters(), lambda _: True)
    1.0
    """
    return numbers(low, high) | distributions(low, high)


@cache
def probabilities() -> Parameters:
    """Draw failure rates: numbers, certain ones among them, and common fates.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(probabilities(), lambda rate: rate == 1)
    1.0
    """
    return st.one_of(
        st.sampled_from([0.5, 0.0, 1.0]),
        numbers(0.0, 1.0),
        st.builds(beta, numbers(0.2, 9.0), numbers(0.2, 9.0)),
        st.just(uniform(0.2, 0.7)),
        st.just(parameter(stats.triang(0.3, loc=0.1, scale=0.8))),
    )


@cache
def revenues() -> Parameters:
    """Draw what a cluster earns, in dollars a month.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(revenues(), lambda dollars: dollars != 0)
    2000.0
    """
    return st.just(0.0) | parameters(2_000.0, 30_000.0)


@cache
def ramps() -> Parameters:
    """Draw months to full level, from less than one to more than a year.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(ramps(), lambda months: isinstance(months, float) and months < 1)
    0.5
    """
    return parameters(0.5, 18.0)


@cache
def trials() -> Parameters:
    """Draw months that a doomed cluster is kept.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(trials(), lambda months: months == 0)
    0.0
    """
    return st.just(0.0) | parameters(0.5, 24.0)


@cache
def lifetimes() -> Parameters:
    """Draw months that an established cluster lives.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(lifetimes(), lambda months: months != 0)
    1.0
    """
    return st.just(0.0) | parameters(1.0, 40.0)


@cache
def fits() -> Parameters:
    """Draw how well clusters fit the mission.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(fits(), lambda fit: fit == 1)
    1.0
    """
    return st.one_of(
        st.sampled_from([0.0, 1.0]),
        numbers(0.0, 1.0),
        st.builds(beta, numbers(0.5, 9.0), numbers(0.5, 9.0)),
        st.just(uniform(0.0, 0.5)),
    )


@cache
def odds_ratios() -> st.SearchStrategy[float]:
    """Draw odds ratios, among them the one that changes nothing.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(odds_ratios(), lambda _: True)
    1.0
    """
    return st.just(1.0) | numbers(0.1, 6.0)
