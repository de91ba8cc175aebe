"""What a sweep's Dataset can do besides what xarray's can: ``dataset.sweep``, as xarray has itself extended."""

import math
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import xarray as xr

from clustersim.analysis.idle import partly_idle
from clustersim.outcome import markup
from clustersim.outcome.notation import moment, percent, practices, printable
from clustersim.outcome.summary import WIDTH, Table, laid_out, wrapped
from clustersim.plan.errors import suggest
from clustersim.plan.plan import Plan

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


class SweepSummary:
    """The chance to have got somewhere by a month, over the first two axes of a grid, as a table that prints well.

    Attributes
    ----------
    milestone, by
        Of what it is told.
    caption
        The same in words.
    table
        Its lines, the titles first.
    notes
        Which clusters take nothing from a field that was turned, a sentence each.
    """

    def __init__(self, milestone: str, by: int, caption: str, table: Table, notes: tuple[str, ...] = ()) -> None:
        self.milestone, self.by, self.caption, self.table, self.notes = milestone, by, caption, table, notes

    def text(self, width: int = WIDTH) -> str:
        """Return everything, in lines of at most so many columns where words and figures allow it."""
        notes = [line for note in self.notes for line in ("", *wrapped(note, width))]
        return "\n".join([*wrapped(f"{self.caption}:", width), *laid_out(self.table, width), *notes])

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        notes = [markup.line(note) for note in self.notes]
        return markup.box(markup.tables([(self.caption, self.table)]), *notes)


@xr.register_dataset_accessor("sweep")  # type: ignore[no-untyped-call]  # of xarray
class SweepAccessor:
    """What a sweep's Dataset can do besides.

    Examples
    --------
    >>> import clustersim as cs
    >>> swept = cs.sweep(cs.Plan(), {"every": [1, 2, 3]}, n=5_000, rng=7)
    >>> swept.sweep.summary("black belt", by=36)
    Chance of black belt by month 36, in %, 5,000 practices each (standard error at
    most 0.48 points):
    every
    1      62.0
    2      58.6
    3      44.4
    """

    def __init__(self, dataset: xr.Dataset) -> None:
        self._dataset = dataset

    @property
    def axes(self) -> tuple[str, ...]:
        """The fields that were turned."""
        return tuple(map(str, self._dataset["probability"].dims[:-2]))

    def summary(self, milestone: str | None = None, by: int | None = None, **at: Any) -> SweepSummary:
        """Tell the chance to have got somewhere by a month, at each point.

        Parameters
        ----------
        milestone
            The one of which it is told; black belt, or the first that there is, if it is None.
        by
            The month; 36, or the last that there is, if it is None.
        at
            Values of axes by their names, as ``every=3``, at which the table is taken; of axes beyond two that are not
            named, the first.

        Raises
        ------
        ValueError
            If there is no such milestone, month or axis.
        """
        found, milestone, by = self._chosen(milestone, by)
        shares, errors = (self._flat(found[name], at) for name in ("probability", "standard_error"))
        down, *across = shares.dims
        worst = 100 * float(errors.max())  # nan where there is none
        caption = f"Chance of {printable(milestone)} by month {by}, in %, {practices(self._dataset.attrs['n'])} each"
        caption += f" (standard error at most {worst:.2g} points)"
        titles, rows = [str(down), ""], shares.to_numpy().reshape(len(shares), -1)
        if across:
            titles = [f"{down} \\ {across[0]}", *map(_word, shares.coords[across[0]].to_numpy())]
        lines = zip(shares.coords[down].to_numpy(), rows, strict=True)
        table = tuple(titles), *((_word(value), *map(_share, row)) for value, row in lines)
        notes = partly_idle(Plan.from_toml_text(self._dataset.attrs["plan"]), self.axes)
        return SweepSummary(milestone, by, caption, table, notes)

    def to_pandas(self) -> "pd.DataFrame":
        """Probabilities and standard errors, one line a point, milestone and month."""
        frame: pd.DataFrame = self._dataset[["probability", "standard_error"]].to_dataframe()
        return frame.reset_index()

    def plot(
        self,
        ax: "Axes | None" = None,
        *,
        milestone: str | None = None,
        by: int | None = None,
        kind: Literal["lines", "map"] = "lines",
        **at: Any,
    ) -> "Axes":
        """Draw the chance to have got somewhere by a month over the first two axes.

        Parameters
        ----------
        ax
            Where to draw; a new one if it is None.
        milestone, by, at
            As for `summary`.
        kind
            "lines" along the first axis, one for each value of the second; or a "map", darker where the chance is
            higher, which takes two axes.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If there is no such milestone, month, axis or kind.
        """
        found, milestone, by = self._chosen(milestone, by)
        shares = self._flat(found["probability"], at)
        from clustersim.present.plots import heat_map, lines  # noqa: PLC0415  # what presents knows what is presented

        draw = {"lines": lines, "map": heat_map}
        if kind not in draw:
            raise ValueError(f"kind = {kind!r}: must be 'lines' or 'map'")
        return draw[kind](shares, f"{milestone} by {moment(by)}", ax)

    def _chosen(self, milestone: str | None, by: int | None) -> tuple[xr.Dataset, str, int]:
        names = list(map(str, self._dataset["milestone"].to_numpy()))
        months = self._dataset["month"].to_numpy()
        if milestone is None:
            milestone = "black belt" if "black belt" in names else names[0]
        if milestone not in names:
            raise ValueError(f"milestone = {milestone!r}: {suggest(str(milestone), names)}")
        by = min(36, int(months[-1])) if by is None else by
        if by not in months:
            raise ValueError(f"by = {by!r}: must be a month from 1 to {months[-1]}")
        return self._dataset.sel(milestone=milestone, month=by), milestone, int(by)

    def _flat(self, values: xr.DataArray, at: dict[str, Any]) -> xr.DataArray:
        """Cut a grid down to two axes."""
        if wrong := [name for name in at if name not in values.dims]:
            raise ValueError(f"{wrong[0]!r} is no axis: {suggest(wrong[0], self.axes)}")
        values = values.sel(at)
        if not values.dims:
            raise ValueError("no axis is left: fix fewer of them")
        return values.isel(dict.fromkeys(values.dims[2:], 0))


def _word(value: Any) -> str:
    return f"{value:.12g}" if isinstance(value, (int, float, np.number)) else str(value)


def _share(share: float) -> str:
    return "" if math.isnan(share) else percent(share)
