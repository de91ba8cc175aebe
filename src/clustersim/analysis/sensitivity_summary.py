"""What a sensitivity tells at a glance."""

from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Self

from clustersim.analysis.solution import chance_of, written
from clustersim.outcome import markup
from clustersim.outcome.notation import moment, practices, printable
from clustersim.outcome.summary import Table, laid_out

if TYPE_CHECKING:
    from clustersim.analysis.effects import Effect, Sensitivity
    from clustersim.analysis.sobol import Bounded
    from clustersim.outcome.difference import Difference


@dataclass(frozen=True, kw_only=True, repr=False)
class SensitivitySummary:
    """What a Sensitivity tells at a glance: look at it, in a notebook or elsewhere.

    Attributes
    ----------
    headline
        The chance on the plan as it is, and how it varies over the ranges.
    effects
        The fields, that with the largest total index first.
    last
        How sure it is.
    """

    headline: str
    effects: tuple["Effect", ...]
    last: str

    @classmethod
    def of(cls, found: "Sensitivity") -> Self:
        """Read it off a sensitivity."""
        what = f"{printable(found.milestone)} by {moment(found.by)}"
        return cls(
            headline=(
                f"{what}: {chance_of(found.base)} on the plan as it is; over the ranges {100 * found.mean:.1f} % on "
                f"average, give or take {100 * found.deviation:.1f} points"
            ),
            effects=tuple(sorted(found.effects, key=lambda effect: -effect.total.value)),
            last=(
                f"{practices(found.n)} at each of {found.points * (len(found.effects) + 2):,} points; simulation makes "
                f"at most {100 * found.noise:.2g} % of the variance. Last columns: a field at an end of its range, "
                "all else as planned, and what that changes, in points."
            ),
        )

    def table(self) -> Table:
        """Return the table as it is written: its first line has the titles."""
        titles = ("", "first-order index", "total index", "at 5 %", "at 95 %")
        return titles, *(
            (
                printable(effect.field),
                _index(effect.first),
                _index(effect.total),
                _swing(effect.low, effect.at_low),
                _swing(effect.high, effect.at_high),
            )
            for effect in self.effects
        )

    def __repr__(self) -> str:
        return "\n".join([*wrap(self.headline, 80), "", *laid_out(self.table()), "", *wrap(self.last, 80)])

    def _repr_html_(self) -> str:
        titles, *lines = self.table()
        return markup.box(markup.head(self.headline), markup.table(titles, lines), markup.line(self.last, faint=True))


def _index(index: "Bounded") -> str:
    if index.value != index.value:  # nan: nothing varies
        return ""
    value, low, high = (f"{round(number, 2) + 0.0:.2f}" for number in (index.value, index.low, index.high))
    return f"{value} ({low}-{high})"


def _swing(value: float, difference: "Difference") -> str:
    return f"{written(value)}: {100 * difference.value:+.1f}"
