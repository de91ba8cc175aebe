"""How a plan's numbers are told, whether they are known or vary."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite

from clustersim.outcome.notation import figures, money
from clustersim.plan.parameter import Distribution


@dataclass(frozen=True)
class Unit:
    """How a number of some kind is written, and what stands behind it."""

    number: Callable[[float], str]
    behind: str

    def __call__(self, value: float) -> str:
        """Write one number."""
        return f"{self.number(value)}{self._behind(value)}"

    def spread(self, parameter: float | Distribution) -> str:
        """Write a number, or from where to where it goes.

        >>> from clustersim.plan.parameter import lognormal, uniform
        >>> MONTHS.spread(6), MONTHS.spread(uniform(3, 9))
        ('6 months', '3 to 9 months, all alike likely')
        >>> A_MONTH.spread(lognormal(mean=10_000, cv=0.3))
        '$10k a month on average ($5.91k to $15.5k in nine of ten)'
        """
        if not isinstance(parameter, Distribution):
            return self(parameter)
        if parameter.name == "uniform":
            low, high = parameter.support()
            return f"{self.number(low)} to {self.number(high)}{self.behind}, all alike likely"
        low, middle, high = map(float, parameter.ppf([0.05, 0.5, 0.95]))
        mean = parameter.mean()
        what = f"{self(mean)} on average" if isfinite(mean) else f"{self(middle)} in the middle"
        return f"{what} ({self.number(low)} to {self.number(high)} in nine of ten)"

    def figures(self, parameter: float | Distribution) -> str:
        """Write the same for a table, without what stands behind.

        >>> from clustersim.plan.parameter import between
        >>> A_MONTH.figures(between(4_000, 15_000)), PERCENT.figures(0.3)
        ('$8.4k ($4k to $15k)', '30')
        """
        if not isinstance(parameter, Distribution):
            return self.number(parameter)
        low, middle, high = map(float, parameter.ppf([0.05, 0.5, 0.95]))
        mean = parameter.mean()
        return f"{self.number(mean if isfinite(mean) else middle)} ({self.number(low)} to {self.number(high)})"

    def _behind(self, value: float) -> str:
        return self.behind.removesuffix("s") if self.behind.endswith("s") and value == 1 else self.behind


def figure(number: float) -> str:
    """Write a number in the three figures of these texts.

    >>> figure(6.7989), figure(1_234.5), figure(0.0625)
    ('6.8', '1,230', '0.0625')
    """
    return figures(number, 3)


def share(number: float) -> str:
    """Write a share, without the sign.

    >>> share(0.5), share(0.2415)
    ('50', '24.1')
    """
    return figure(100 * number)


def _dollars(number: float) -> str:
    return money(number, short=True)


A_MONTH = Unit(_dollars, " a month")
DOLLARS = Unit(_dollars, "")
MONTHS = Unit(figure, " months")
PERCENT = Unit(share, " %")
