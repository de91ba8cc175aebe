"""A comparison as tables of other libraries, and as a picture."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from clustersim.analysis import extras
from clustersim.seeds import Key

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from clustersim.analysis.comparison import Comparison


class Line(NamedTuple):
    """A plan against the first, one event in one month."""

    plan: str
    event: str
    month: int
    probability: float
    difference: float
    standard_error: float
    low: float
    high: float


_FIGURES = Line._fields[3:]


def lines(comparison: "Comparison") -> Iterator[Line]:
    """Differences of probabilities, one line a plan, event and month."""
    against = comparison.names[0]
    for name in comparison.names:
        for event in comparison.events:
            shares = comparison.outcomes[name][event].cdf(np.arange(1, comparison.horizon + 1)).tolist()
            for month, share in enumerate(shares, 1):
                d = comparison.probability(event, month, of=name, against=against)
                yield Line(name, event, month, share, d.value, d.standard_error, d.low, d.high)


def to_pandas(comparison: "Comparison") -> "pd.DataFrame":
    """Tidy table of differences."""
    frame: pd.DataFrame = extras.tables("pandas").DataFrame(list(lines(comparison)), columns=list(Line._fields))
    return frame


def to_xarray(comparison: "Comparison") -> "xr.Dataset":
    """Give differences from the first plan as one Dataset."""
    xarray = extras.tables("xarray")
    names, events = comparison.names, comparison.events
    months, years = range(1, comparison.horizon + 1), range(1, -(-comparison.horizon // 12) + 1)
    shape = len(names), len(events), len(months), len(_FIGURES)
    figures = np.array([line[3:] for line in lines(comparison)], float).reshape(shape)
    revenue = [[comparison.revenue(year, of=name, against=names[0]) for year in years] for name in names]
    dataset: xr.Dataset = xarray.Dataset(
        {
            **{figure: (("plan", "event", "month"), figures[..., k]) for k, figure in enumerate(_FIGURES)},
            "revenue_difference": (("plan", "year"), [[d.value for d in row] for row in revenue]),
            "revenue_difference_low": (("plan", "year"), [[d.low for d in row] for row in revenue]),
            "revenue_difference_high": (("plan", "year"), [[d.high for d in row] for row in revenue]),
            "first": (("plan", "event"), comparison.joint.first / comparison.n),
        },
        coords={"plan": list(names), "event": list(events), "month": list(months), "year": list(years)},
        attrs={"key": str(Key(comparison.joint.tallies[0].key)), "n": comparison.n, "against": names[0]},
    )
    return dataset
