"""A row of the table of measures."""

from collections.abc import Callable
from dataclasses import dataclass

from interleaved import Spread, UnavailableError
from others import watch

HEAD = "| measure | here | must | aim | kept |\n| --- | --- | --- | --- | --- |"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A measure: how it is taken, how it is written, and what is asked of it.

    Attributes
    ----------
    name
        What is measured.
    measure
        Takes a number of rounds, and gives the figures.
    unit, digits
        What follows the figure, and how many digits follow its point.
    must, aim
        Bounds, if any.
    at_most
        Whether these are upper bounds.
    """

    name: str
    measure: Callable[[int], Spread]
    unit: str = " x"
    digits: int = 1
    must: float | None = None
    aim: float | None = None
    at_most: bool = False

    def measured(self, rounds):
        """The row as it is printed."""
        others = watch()
        try:
            found = self.measure(rounds)
            here, kept = self._figure(found), self._kept(found.median)
            if cores := others():
                here += f"; others used {cores:.1f} cores"
        except UnavailableError as missing:
            here, kept = str(missing), ""
        return f"| {self.name} | {here} | {self._bound(self.must)} | {self._bound(self.aim)} | {kept} |"

    def _figure(self, found):
        """The median, and the least and the most of several rounds."""
        low, high = (f"{end:,.{self.digits}f}" for end in (found.least, found.most))
        return f"{found.median:,.{self.digits}f}{self.unit}" + (f" ({low} to {high})" if low != high else "")

    def _bound(self, value):
        return "" if value is None else f"{'<=' if self.at_most else '>='} {value:,g}{self.unit}"

    def _kept(self, value):
        """The highest of the bounds that the figure keeps."""
        if self.must is None:
            return ""
        for name, bound in (("aim", self.aim), ("must", self.must)):
            if bound is not None and (value <= bound if self.at_most else value >= bound):
                return name
        return "missed"
