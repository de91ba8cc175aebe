"""What becomes of ideas and clusters: how many are left at each step, and where the legacy came from."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from clustersim.outcome.notation import moment, percent
from clustersim.present.plots.ground import (
    BLUE,
    GREY,
    INK,
    SIZE,
    SKY,
    VERMILION,
    axes,
    drawing,
    labelled,
    titled,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from clustersim.outcome.numbers import NumberDistribution
    from clustersim.outcome.outcome import Outcome

#: Of bars: more of them would be written over one another.
_MOST_NAMES = 12


class Step(NamedTuple):
    """One step of the funnel: how many clusters an average practice has there, and nine practices of ten.

    Examples
    --------
    >>> import clustersim as cs
    >>> cs.plots.Step("planned", 12)
    Step(name='planned', mean=12, span=None, at_most=False)
    """

    name: str
    mean: float
    span: tuple[float, float] | None = None
    at_most: bool = False


def steps(outcome: "Outcome") -> list[Step]:
    """Tell how many ideas and clusters an average practice has at each step, from those thought up to the legacy.

    How many mega-clusters there are is not counted. A practice that converges has as many as its plan says, or fewer if
    fewer are live: so theirs is an upper bound.

    Examples
    --------
    >>> import clustersim as cs
    >>> outcome = cs.simulate(cs.Plan(), n=2_000, rng=7)
    >>> [step.name for step in cs.plots.steps(outcome)][-2:]
    ['mega-clusters', 'legacy']
    >>> cs.plots.steps(outcome)[0]
    Step(name='planned', mean=12, span=None, at_most=False)
    """
    plan = outcome.plan
    tried = [Step("planned", len(plan.portfolio))]
    if plan.ideas is not None:
        tried = [Step("ideas", plan.ideas.count), Step("chosen", len(plan.portfolio))]
    found = [
        *tried,
        Step("launched", outcome.launches.mean(), _span(outcome.launches)),
        Step("viable,\nlaunched or not", outcome.viable.mean(), _span(outcome.viable)),
    ]
    if plan.convergence is not None:
        converged = outcome[plan.convergence.trigger].cdf(outcome.horizon)
        most = min(plan.convergence.megas, len(plan.portfolio))
        found.append(Step("mega-clusters", converged * most, at_most=True))
        if plan.legacy is not None:
            found.append(Step("legacy", outcome.legacy.cdf(outcome.horizon)))
    return found


def _span(number: "NumberDistribution") -> tuple[float, float]:
    at_most = number._at_most[1:]  # noqa: SLF001  # of a sister
    return float(np.searchsorted(at_most, 0.05)), float(np.searchsorted(at_most, 0.95))


@drawing()
def funnel(outcome: "Outcome", ax: "Axes | None" = None) -> "Axes":
    """Draw how many ideas and clusters an average practice has at each step, from those thought up to the legacy.

    Lines across the bars tell where nine practices of ten are.

    Parameters
    ----------
    outcome
        Of a run.
    ax
        Where to draw; a new figure's if it is None.

    Raises
    ------
    ImportError
        If matplotlib is not installed.

    Examples
    --------
    >>> import clustersim as cs
    >>> ax = cs.plots.funnel(cs.simulate(cs.Plan(), n=2_000, rng=7))
    >>> [int(bar.get_width()) for bar in ax.patches][:1]
    [12]
    """
    ax = axes(ax)
    told = steps(outcome)
    widest = max(step.mean for step in told)
    for place, step in enumerate(told):
        last = step.name == "legacy"
        ax.barh(place, step.mean, color=VERMILION if last else BLUE, alpha=1 if last else 0.8, height=0.62)
        end = step.mean
        if step.span is not None:
            ax.plot(step.span, [place, place], color=INK, linewidth=1.3, marker="|", markersize=6, label=step.name)
            end = max(end, step.span[1])
        text = f"{'at most ' * step.at_most}{_number(step.mean)}"
        ax.text(end + widest * 0.025, place, text, va="center", weight="bold", fontsize="small")
    ax.set_yticks(range(len(told)), [step.name for step in told])
    ax.invert_yaxis()
    ax.set_xlim(0, widest * 1.14)
    ax.set_xticks([])
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)
    titled(ax, f"Of an average practice, by {moment(outcome.horizon)}")
    return ax


def _number(mean: float) -> str:
    if isinstance(mean, int):
        return str(mean)
    return f"{mean:.1f}" if mean >= 1 or not mean else f"{mean:.2f}"


@drawing()
def origin(outcome: "Outcome", ax: "Axes | None" = None) -> "Axes":
    """Draw from which cluster the legacy grew, in the order of launch, where there is one.

    Parameters
    ----------
    outcome
        Of a run.
    ax
        Where to draw; a new figure's if it is None.

    Raises
    ------
    AttributeError
        If the plan has no legacy.
    ImportError
        If matplotlib is not installed.
    ValueError
        If no practice had a legacy within the horizon.

    Examples
    --------
    >>> import clustersim as cs
    >>> outcome = cs.simulate(cs.Plan(), n=2_000, rng=7)
    >>> ax = cs.plots.origin(outcome)
    >>> bool(abs(sum(bar.get_height() for bar in ax.patches) - 100) < 1e-9)
    True
    """
    shares = 100 * outcome.legacy.origin
    ax = axes(ax, SIZE)
    places = np.arange(1, len(shares) + 1)
    ax.bar(places, shares, color=[VERMILION, *[SKY] * (len(shares) - 1)], width=0.72)
    first = f"the first cluster: {percent(shares[0] / 100)} %"
    ax.text(0.02, 0.99, first, transform=ax.transAxes, va="top", fontsize="small", weight="bold", color=VERMILION)
    ax.set_ylim(0, max(float(shares.max()) * 1.18, 1))
    ax.yaxis.set_major_formatter("{x:g} %")
    _named(ax, outcome, places)
    titled(ax, "Where the legacy came from")
    return ax


def _named(ax: "Axes", outcome: "Outcome", places: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> None:
    """Write under each bar the cluster's name, if there is room for names, or its place in the order of launch."""
    names = [cluster.name for cluster in outcome.plan.portfolio]
    if any(names) and len(names) <= _MOST_NAMES:
        texts = [labelled(name or f"no. {place}", 16) for name, place in zip(names, places.tolist(), strict=True)]
        ax.set_xticks(places, texts, rotation=40, ha="right", rotation_mode="anchor", parse_math=False)
        return
    step = -(-len(places) // _MOST_NAMES)
    ax.set_xticks(places[::step])
    ax.set_xlabel("cluster, in the order of launch")
    ax.tick_params(axis="x", colors=GREY, labelcolor=INK)
