"""A plan with its fields turned through a grid of values, each point under the same luck."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clustersim._version import __version__
from clustersim.analysis import extras
from clustersim.analysis.asked import plan_of
from clustersim.analysis.fields import grid_of, points_of
from clustersim.analysis.idle import refuse_idle
from clustersim.engine import Progress
from clustersim.kernel.layout import STREAM
from clustersim.keywords import named
from clustersim.many import outcomes
from clustersim.outcome.outcome import Outcome
from clustersim.outcome.tables import QUANTILES
from clustersim.plan.inline import inline
from clustersim.plan.number import as_number
from clustersim.plan.plan import Plan
from clustersim.seeds import RNG, key_of
from clustersim.spread import trajectories

if TYPE_CHECKING:
    import xarray as xr


@named
def sweep(
    plan: Plan,
    grid: Mapping[str, Any],
    n: int = 100_000,
    *,
    rng: RNG = None,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    first: int = 0,
) -> "xr.Dataset":
    """Simulate a plan at each point of a grid.

    All points are run with the same luck, so neighbours differ by what the plan changes and curves are smooth. Each
    point is what ``simulate`` gives for the plan there, to the last bit.

    Parameters
    ----------
    plan
        What the practices do, but for the fields of the grid.
    grid
        Values by field, one axis each; dotted names reach what is within others, as ``"focus.capacity"``, and switch a
        lever on. Values are whatever the field may hold: numbers, distributions, names of curves, None.
    n
        How many trajectories for each point.
    rng, executor, workers, first
        As for ``simulate``.
    progress
        Called with the number of trajectories done and that of all points together, after each range.

    Returns
    -------
    xarray.Dataset
        ``probability`` and ``standard_error`` (axes..., milestone, month) of having got there by the end of a month,
        ``practice_revenue`` (axes..., quantile, month) in dollars. The axes bear the fields' names, which no other name
        in it is; "legacy", "burnout", "ruin" and "admission" are among the milestones where a plan of the grid has
        them. What a point has not, or lies beyond its horizon, is nan. Values that are no numbers are told in words, as
        a plan prints them. ``dataset.sweep`` has a `SweepAccessor`: ``dataset.sweep.summary("black belt", by=36)`` and
        ``dataset.sweep.plot(...)``.

    Raises
    ------
    ImportError
        If xarray is not installed.
    TypeError, ValueError
        If the grid or one of its axes is empty or none; if every cluster has its own of a field, so that the plan's
        changes nothing; or as ``simulate``.
    PlanError
        If the plan has no such field, or a point's plan is wrong: before anything is simulated.

    Examples
    --------
    >>> import clustersim as cs
    >>> swept = cs.sweep(cs.Plan(), {"failure_rate": [0.4, 0.5, 0.6], "every": [1, 3]}, n=5_000, rng=7)
    >>> swept["probability"].sel(milestone="black belt", month=36).round(2).values.tolist()
    [[0.83, 0.68], [0.62, 0.44], [0.38, 0.23]]
    """
    xarray = extras.tables("xarray")
    from clustersim.analysis import sweep_accessor  # noqa: F401, PLC0415  # registers itself with xarray

    first, n = trajectories(first, n)
    axes = grid_of(plan_of("plan", plan), grid)
    plans, key = points_of(plan, axes), key_of(rng)
    refuse_idle(plans, axes)
    spread = outcomes(plans, n, key=key, first=first, executor=executor, workers=workers, progress=progress)
    figures = _Figures(plans)
    with closing(spread) as found:
        for point, outcome in enumerate(found):
            figures.put(point, outcome)
    shape = tuple(map(len, axes.values()))
    names = tuple(axes)
    dataset: xr.Dataset = xarray.Dataset(
        {
            "probability": ((*names, "milestone", "month"), _folded(figures.probability, shape)),
            "standard_error": ((*names, "milestone", "month"), _folded(figures.standard_error, shape)),
            "practice_revenue": (
                (*names, "quantile", "month"),
                _folded(figures.revenue, shape),
                {"units": "dollars a month"},
            ),
        },
        coords={
            **{name: _coordinate(values) for name, values in axes.items()},
            "milestone": figures.events,
            "quantile": list(QUANTILES),
            "month": figures.months,
        },
        attrs={
            "key": str(key),
            "n": n,
            "first": first,
            "stream": STREAM,
            "version": __version__,
            "plan": plan.to_toml(),
        },
    )
    return dataset


class _Figures:
    """Room for what is told of each point, filled in their order."""

    def __init__(self, plans: Sequence[Plan]) -> None:
        self.months = np.arange(1, max(plan.horizon for plan in plans) + 1)
        self.events = list(dict.fromkeys(event for plan in plans for event in _events(plan)))
        by_event = (len(plans), len(self.events), len(self.months))
        self.probability, self.standard_error = np.full((2, *by_event), np.nan)
        self.revenue = np.full((len(plans), len(QUANTILES), len(self.months)), np.nan)

    def put(self, point: int, outcome: Outcome) -> None:
        """Take down what became of a point."""
        months = self.months[: outcome.horizon]
        for passage in outcome.events:
            row = point, self.events.index(passage.name), slice(len(months))
            self.probability[row] = passage.cdf(months)
            self.standard_error[row] = passage.standard_error(months)
        self.revenue[point, :, : len(months)] = outcome.revenue.quantile(QUANTILES)


def _events(plan: Plan) -> list[str]:
    """Tell what a plan has a first passage of."""
    levers = {"burnout": plan.mission, "ruin": plan.finances, "admission": plan.accelerator}
    legacy = ["legacy"] if plan.convergence is not None and plan.legacy is not None else []
    return [*(m.name for m in plan.milestones), *legacy, *(event for event, lever in levers.items() if lever)]


def _folded(figures: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.float64]:
    return figures.reshape(*shape, *figures.shape[1:])


def _coordinate(values: tuple[Any, ...]) -> list[Any]:
    """Return numbers as they are, and all else in words: as a plan prints it, and tables and switches as its file."""
    if all(as_number(value) is not None for value in values):
        return list(values)
    return [_in_words(value) for value in values]


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return inline(value)
    return value if isinstance(value, str) else repr(value)
