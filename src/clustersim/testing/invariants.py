"""What holds of every outcome of every plan, whatever chance brings."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from clustersim.outcome.first_passage import FirstPassage
from clustersim.outcome.outcome import Outcome
from clustersim.outcome.possible import impossibilities
from clustersim.outcome.sequence import earlier_and_later
from clustersim.plan.errors import shown
from clustersim.seeds import Key

_SHARES = np.linspace(0.0, 1.0, 21)

#: Post-stratified shares are sums of products, whose last digits are rounded.
_LAST_DIGITS = 1e-12


def check_invariants(outcome: Outcome) -> None:
    """Assert what always holds, of the counts and of what is read from them.

    No chance is in it: it holds of a hundred trajectories as of a million, with any levers. So whatever makes
    outcomes, or changes them, can be tested with it.

    Parameters
    ----------
    outcome
        Of ``simulate``, ``extend``, ``load`` or ``+``.

    Raises
    ------
    AssertionError
        With a sentence for each invariant that does not hold.

    Examples
    --------
    >>> import clustersim as cs
    >>> check_invariants(cs.simulate(cs.Plan(), n=1_000, rng=7))
    """
    broken = [*impossibilities(outcome.program, outcome.tally)]
    broken = broken or [*_of_events(outcome), *_of_order(outcome), *_of_amounts(outcome), *_of_numbers(outcome)]
    if broken:
        run = f"{outcome.plan!r}, {Key(outcome.tally.key)!r}, trajectories {outcome.tally.ranges}"
        raise AssertionError("\n".join([*broken, f"in an outcome of {run}"]))


def _of_events(outcome: Outcome) -> Iterator[str]:
    """Distributions of first passages are distributions, and told alike by all that reads them."""
    months = np.arange(outcome.horizon + 1)
    for event in outcome.events:
        name, cdf = shown(event.name), event.cdf(months)
        if cdf[0] != 0 or np.any(np.diff(cdf) < 0) or cdf[-1] > 1:
            yield f"the cdf of {name} does not rise from 0 to at most 1"
        if not np.allclose(event.sf(months), 1 - cdf, rtol=0, atol=_LAST_DIGITS):
            yield f"the sf of {name} is not 1 - cdf"
        if not np.allclose(np.cumsum(event.pmf(months)), cdf, rtol=0, atol=_LAST_DIGITS):
            yield f"the pmf of {name} does not add up to its cdf"
        if event.held_counts is not None:
            yield from _of_held(name, event, cdf)
        yield from _of_quantiles(name, event)
        for by in {1, outcome.horizon}:
            chance = event.probability(by=by)
            if chance.value != cdf[by] or not 0 <= chance.low <= chance.value <= chance.high <= 1:
                yield f"the probability of {name} by month {by} is not its cdf, or not in its own interval"


def _of_held(name: str, event: FirstPassage, cdf: NDArray[np.float64]) -> Iterator[str]:
    shares = event.held_by_month
    if np.any(shares > cdf[1:] + _LAST_DIGITS):
        yield f"{name} is held by more practices than have reached it"
    for month in {1, event.horizon}:
        held = event.held(month)
        if abs(held.value - shares[month - 1]) > _LAST_DIGITS or not 0 <= held.low <= held.value <= held.high <= 1:
            yield f"that {name} is held in month {month} is not told alike, or not in its own interval"


def _of_quantiles(name: str, event: FirstPassage) -> Iterator[str]:
    within = event.ppf(_SHARES)
    found = np.isfinite(within)
    if np.any(np.diff(within[found]) < 0) or np.any(np.diff(found.astype(int)) > 0):
        yield f"the ppf of {name} does not rise"
    if np.any(event.cdf(within[found]) < _SHARES[found]):
        yield f"fewer practices than a share q have reached {name} by its ppf(q)"


def _of_order(outcome: Outcome) -> Iterator[str]:
    """What comes first in every practice comes first in the distributions."""
    months = np.arange(outcome.horizon + 1)
    milestones = outcome.events[: len(outcome.keys())]
    for earlier, later in earlier_and_later(outcome.program):
        if np.any(milestones[later].cdf(months) > milestones[earlier].cdf(months) + _LAST_DIGITS):
            yield f"{shown(milestones[later].name)} is reached sooner than {shown(milestones[earlier].name)}"
    if outcome.plan.convergence is not None and outcome.plan.legacy is not None:
        trigger, legacy = outcome[outcome.plan.convergence.trigger], outcome.legacy
        if np.any(legacy.cdf(months[1:]) > trigger.cdf(months[:-1]) + _LAST_DIGITS):
            yield "the legacy comes sooner than mega-clusters"
        if legacy.cdf(outcome.horizon) > 0 and not np.isclose(legacy.origin.sum(), 1, rtol=0, atol=_LAST_DIGITS):
            yield "the origins of the legacy do not add up to 1"


def _of_amounts(outcome: Outcome) -> Iterator[str]:
    """Quantiles of amounts are ordered, and their mean lies between the outermost."""
    for name, fan in outcome.fans.items():
        fan_of = f"the quantiles of {name.replace('_', ' ')}"
        quantiles, mean = fan.quantile(_SHARES), fan.mean()
        if np.any(np.diff(quantiles, axis=0) < 0):
            yield f"{fan_of} are not ordered"
        if name != "cash" and np.any(quantiles[0] < 0):
            yield f"{fan_of} are below 0"
        slack = 1e-6 * np.abs(quantiles).max(axis=0)
        if np.any(mean < quantiles[0] - slack) or np.any(mean > quantiles[-1] + slack):
            yield f"{fan_of} do not enclose the mean"
        if not np.all(fan.std() >= 0):
            yield f"the standard deviation of {name.replace('_', ' ')} is none"


def _of_numbers(outcome: Outcome) -> Iterator[str]:
    """There are no more viable clusters, nor launched ones, than clusters; and what is told of the run is of it."""
    clusters = len(outcome.plan.portfolio)
    for count in (outcome.viable, outcome.launches):
        if not 0 <= count.mean() <= clusters or count.cdf(clusters) != 1 or count.n != outcome.n:
            yield f"{count.name} are more than the {clusters} of the plan, or not told of all trajectories"
    told = outcome.provenance
    if (told["n"], told["program"]) != (outcome.n, outcome.program.digest):
        yield "the provenance is that of another run"
