"""An outcome's distributions as tables of other libraries."""

import json
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from clustersim.outcome.count import Count
from clustersim.outcome.fan import Balance, Fan
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
        held = [None] * len(months) if event.held_counts is None else event.held_by_month.tolist()
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
    fans: Mapping[str, Fan],
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
    months = fans["revenue"].months
    unknown = np.full(len(months), np.nan)
    by_event = {
        "pmf": [event.pmf(months) for event in events],
        "cdf": [event.cdf(months) for event in events],
        "held": [unknown if event.held_counts is None else event.held_by_month for event in events],
    }
    shape = (len(events), len(months))
    dataset: xr.Dataset = xarray.Dataset(
        {
            **{name: (("event", "month"), np.reshape(rows, shape)) for name, rows in by_event.items()},
            **dict(pair for name, fan in fans.items() for pair in _variables(name, fan)),
            "viable": ("count", viable.pmf(numbers)),
            "launches": ("count", launches.pmf(numbers)),
        },
        coords={
            "event": [event.name for event in events],
            "month": months,
            "quantile": list(QUANTILES),
            "count": numbers,
        },
        attrs={
            **provenance,
            **({"seed": str(provenance["seed"])} if "seed" in provenance else {}),  # of any size: netCDF has 64 bits
            "ranges": json.dumps(provenance["ranges"]),
        },
    )
    return dataset


def _variables(name: str, fan: Fan) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Quantiles, mean and standard deviation of a fan, as a Dataset takes them."""
    units = {"units": "dollars" if isinstance(fan, Balance) else "dollars a month"}
    yield name, (("quantile", "month"), fan.quantile(QUANTILES), units)
    yield f"{name}_mean", ("month", fan.mean(), units)
    yield f"{name}_std", ("month", fan.std(), units)


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise ImportError(f'this table needs {name}: pip install "clustersim[tables]"') from error
