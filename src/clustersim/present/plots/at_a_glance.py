"""The picture that answers first: what a practice earns, and how likely it is to get where, side by side."""

from typing import TYPE_CHECKING

from clustersim.present.plots.fans import fan
from clustersim.present.plots.ground import drawing
from clustersim.present.plots.passages import milestones
from clustersim.spread import whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from clustersim.outcome.outcome import Outcome

SIZE = (11.0, 3.9)


@drawing()
def overview(outcome: "Outcome", ax: "Sequence[Axes] | None" = None, *, samples: int = 2) -> "tuple[Axes, Axes]":
    """Draw the fan of revenue and the milestones' curves side by side: what ``outcome.plot()`` draws.

    Parameters
    ----------
    outcome
        Of a run.
    ax
        Two axes to draw on; those of a new figure if it is None.
    samples
        How many practices to draw one by one into the fan.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    TypeError, ValueError
        If there are not two axes, or `samples` is no whole number from 0 on.

    Examples
    --------
    >>> import clustersim as cs
    >>> outcome = cs.simulate(cs.Plan(), n=2_000, rng=7)
    >>> left, right = cs.plots.overview(outcome, samples=0)
    >>> left.get_title(loc="left"), right.get_title(loc="left")
    ('Revenue a month', 'Reached by then, of all practices')
    """
    samples = whole("samples", samples, 0)  # before anything is opened
    if ax is None:
        from matplotlib import pyplot as plt  # noqa: PLC0415  # an extra, loaded when something is drawn

        ax = plt.subplots(1, 2, figsize=SIZE, layout="constrained", gridspec_kw={"wspace": 0.06})[1]
    if isinstance(ax, str):
        named = ax in {event.name for event in outcome.events}
        told = f"; outcome[{ax!r}].plot() draws that alone" * named
        raise TypeError(f"ax = {ax!r}: must be two of matplotlib's axes to draw on, or nothing{told}")
    if not hasattr(ax, "__len__"):
        raise TypeError(f"ax = {ax!r}: must be two axes, as plt.subplots(1, 2)[1]; clustersim.plots draws on one")
    if len(ax) != 2:
        raise ValueError(f"ax has {len(ax)} axes: it takes two, one for revenue and one for the milestones")
    left, right = ax
    return fan(outcome, left, samples=samples), milestones(outcome, right)
