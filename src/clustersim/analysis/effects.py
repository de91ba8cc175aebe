"""What each of a plan's numbers does to a chance, over its range."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clustersim.analysis import extras
from clustersim.analysis.sensitivity_summary import SensitivitySummary
from clustersim.analysis.sobol import Bounded
from clustersim.outcome.difference import Difference
from clustersim.outcome.estimate import Estimate
from clustersim.plan.plan import Plan

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.axes import Axes


#: Share of the variance that simulation may make while it can still be told what makes the rest.
MOST_NOISE = 0.1


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What one field does.

    Attributes
    ----------
    field
        Its name.
    first
        First-order index: which share of the variance would go if the field were known.
    total
        Total index: which share would be left if all others were known. It is never below the first but by chance, and
        above it by as much as the field acts together with others.
    low, high
        5 % and 95 % quantiles of its range.
    at_low, at_high
        How much more probable it is there than on the plan as it is, all else as it is.
    """

    field: str
    first: Bounded
    total: Bounded
    low: float
    high: float
    at_low: Difference
    at_high: Difference

    @property
    def swing(self) -> float:
        """How far the chance goes between the two ends."""
        return abs(self.at_high.value - self.at_low.value)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Sensitivity:
    """Which numbers of a plan a chance depends on, over their ranges.

    Attributes
    ----------
    plan, milestone, by
        What was asked about.
    base
        The chance on the plan as it is.
    effects
        Of each field, in the order in which they were given.
    mean, deviation
        Average and standard deviation of the chance over the ranges.
    noise
        Which share of the variance simulation alone can make, at most: what common luck takes out is not counted.
    points, n
        Base points of the design, and trajectories at each of the ``points * (fields + 2)`` points.
    confidence_level
        Of all intervals.

    Examples
    --------
    >>> import clustersim as cs
    >>> ranges = {"failure_rate": (0.4, 0.6), "volatility": (0.1, 0.3)}
    >>> found = cs.sensitivity(cs.Plan(), ranges, "black belt", by=36, n=200, rng=7)
    >>> found["failure_rate"].first.value > found["volatility"].first.value
    True
    >>> [effect.field for effect in found.tornado()]
    ['failure_rate', 'volatility']
    """

    plan: Plan
    milestone: str
    by: int
    base: Estimate
    effects: tuple[Effect, ...]
    mean: float
    deviation: float
    noise: float
    points: int
    n: int
    confidence_level: float

    def __getitem__(self, field: str) -> Effect:
        """Return the effect of a field.

        Raises
        ------
        KeyError
            If it is none of those that were asked about.
        """
        for effect in self.effects:
            if effect.field == field:
                return effect
        raise KeyError(f"{field!r} was not asked about: known are {[effect.field for effect in self.effects]}")

    @property
    def foremost(self) -> Effect | None:
        """The effect with the largest total index; None where the chance does not vary over the ranges."""
        if not self.deviation:
            return None
        return max(self.effects, key=lambda effect: (effect.total.value, effect.swing))

    @property
    def certain(self) -> bool:
        """Whether simulation leaves it to be told which field matters most.

        It does not where it can make more than a tenth of the variance by itself, or where nothing is certain of what
        the foremost field changes at either end of its range.
        """
        most = self.foremost
        return most is not None and self.noise <= MOST_NOISE and (most.at_low.certain or most.at_high.certain)

    def tornado(self) -> tuple[Effect, ...]:
        """Return the effects, the one with the largest swing first."""
        return tuple(sorted(self.effects, key=lambda effect: -effect.swing))

    def summary(self) -> SensitivitySummary:
        """Which field matters most in words, and swings and indices in tables, which print well."""
        return SensitivitySummary.of(self)

    def rows(self) -> list[dict[str, Any]]:
        """Return the lines of `to_pandas`, figures by the columns' names."""
        return [_row(effect) for effect in self.effects]

    def to_pandas(self) -> "pd.DataFrame":
        """Indices and swings, one line a field.

        Columns: field, first, first_low, first_high, total, total_low, total_high, low, high (of the field), at_low,
        at_low_low, at_low_high, at_high, at_high_low, at_high_high (differences of the chance).

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        frame: pd.DataFrame = extras.tables("pandas").DataFrame(self.rows())
        return frame

    def to_xarray(self) -> "xr.Dataset":
        """Indices and swings by field: the columns of `to_pandas`.

        Raises
        ------
        ImportError
            If xarray is not installed.
        """
        rows = self.rows()
        names = [name for name in rows[0] if name != "field"]
        dataset: xr.Dataset = extras.tables("xarray").Dataset(
            {name: ("field", [row[name] for row in rows]) for name in names},
            coords={"field": [effect.field for effect in self.effects]},
            attrs={
                "milestone": self.milestone,
                "by": self.by,
                "n": self.n,
                "points": self.points,
                "base": self.base.value,
                "mean": self.mean,
                "deviation": self.deviation,
                "noise": self.noise,
            },
        )
        return dataset

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Draw the tornado: how far each field takes the chance, one at a time, the largest swing on top.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        from clustersim.present.plots import tornado  # noqa: PLC0415  # what presents knows what is presented

        return tornado(self, ax)

    def _repr_html_(self) -> str:
        return self.summary()._repr_html_()  # of a sister

    def __repr__(self) -> str:
        most = self.foremost
        told = "it depends on none of them"
        if most is not None:
            told = (
                f"most to {most.field!r}, total index {most.total.value:.2f}" if self.certain else "which, is not sure"
            )
        return f"<Sensitivity of {self.milestone!r} by month {self.by} to {len(self.effects)} fields: {told}>"


def _row(effect: Effect) -> dict[str, Any]:
    return {
        "field": effect.field,
        **{f"first{end}": value for end, value in _ends(effect.first)},
        **{f"total{end}": value for end, value in _ends(effect.total)},
        "low": effect.low,
        "high": effect.high,
        **{f"at_low{end}": value for end, value in _ends(effect.at_low)},
        **{f"at_high{end}": value for end, value in _ends(effect.at_high)},
    }


def _ends(told: Bounded | Difference) -> list[tuple[str, float]]:
    return [("", told.value), ("_low", told.low), ("_high", told.high)]
