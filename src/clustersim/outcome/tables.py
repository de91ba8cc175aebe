"""An outcome's distributions as tables of other libraries."""

import json
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from clustersim.outcome.count import Count
from clustersim.outcome.fan import Fan
from clustersim.outcome.first_passage import FirstPassage

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


class Line(NamedTuple):
    """One event in one month: `held` is None where the event is no level that could be held."""

    event: str
    month: int
    pmf: float
    cdf: float
    held: float | None


def lines(events: Iterable[FirstPassage]) -> Iterator[Line]:
    """Distributions of first passages, one line an event and month."""
    for event in events:
        months = np.arange(1, event.horizon + 1)
        held = [None] * len(months) if event.held_counts is None else event.held(months).tolist()
        for row in zip(months.tolist(), event.pmf(months).tolist(), event.cdf(months).tolist(), held, strict=True):
            yield Line(event.name, *row)


def to_pandas(events: Iterable[FirstPassage]) -> "pd.DataFrame":
    """Tidy table of first passages.

    Raises
    ------
    ImportError
        If pandas is not installed.
    """
    pandas = _library("pandas")
    frame: pd.DataFrame = pandas.DataFrame(list(lines(events)), columns=list(Line._fields))
    return frame.astype({"month": "int64", "pmf": "float64", "cdf": "float64", "held": "float64"})


def to_xarray(
    events: Iterable[FirstPassage],
    revenue: Fan,
    viable: Count,
    launches: Count,
    provenance: Mapping[str, Any],
) -> "xr.Dataset":
    """Give everything as one Dataset, whose attributes are strings and numbers that any file format can hold.

    Raises
    ------
    ImportError
        If xarray is not installed.
    """
    xarray = _library("xarray")
    events = tuple(events)
    numbers = np.arange(len(viable.counts))
    unknown = np.full(revenue.horizon, np.nan)
    by_event = {
        "pmf": [event.pmf(revenue.months) for event in events],
        "cdf": [event.cdf(revenue.months) for event in events],
        "held": [unknown if event.held_counts is None else event.held(revenue.months) for event in events],
    }
    shape = (len(events), revenue.horizon)
    dataset: xr.Dataset = xarray.Dataset(
        {
            **{name: (("event", "month"), np.reshape(rows, shape)) for name, rows in by_event.items()},
            "revenue": (("quantile", "month"), revenue.quantile(QUANTILES), {"units": "dollars a month"}),
            "revenue_mean": ("month", revenue.mean(), {"units": "dollars a month"}),
            "revenue_std": ("month", revenue.std(), {"units": "dollars a month"}),
            "viable": ("count", viable.pmf(numbers)),
            "launches": ("count", launches.pmf(numbers)),
        },
        coords={
            "event": [event.name for event in events],
            "month": revenue.months,
            "quantile": list(QUANTILES),
            "count": numbers,
        },
        attrs={
            **provenance,
            "key": str(int(provenance["key"])),  # 64 bits unsigned, which netCDF's attributes cannot hold
            "ranges": json.dumps(provenance["ranges"]),
        },
    )
    return dataset


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise ImportError(f'this table needs {name}: pip install "clustersim[tables]"') from error
