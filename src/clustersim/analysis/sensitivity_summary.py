"""What a sensitivity tells at a glance."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from clustersim.analysis.idle import partly_idle
from clustersim.analysis.solution import chance_of, written
from clustersim.outcome import markup
from clustersim.outcome.notation import moment, percent, practices, printable
from clustersim.outcome.summary import WIDTH, Table, laid_out, wrapped

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
        Which field matters most, and by how much the chance moves with it.
    base
        The chance on the plan as it is, and how it varies over the ranges.
    effects
        The fields, that with the largest total index first.
    notes
        Which clusters take nothing from a field, a sentence each.
    last
        How sure it is.
    """

    headline: str
    base: str
    effects: tuple["Effect", ...]
    notes: tuple[str, ...]
    last: str

    @classmethod
    def of(cls, found: "Sensitivity") -> Self:
        """Read it off a sensitivity."""
        what = f"{printable(found.milestone)} by {moment(found.by)}"
        return cls(
            headline=_headline(found, what),
            base=(
                f"On the plan as it is {chance_of(found.base)}; over the ranges {100 * found.mean:.1f} % on average, "
                f"give or take {100 * found.deviation:.1f} points."
            ),
            effects=tuple(sorted(found.effects, key=lambda effect: -effect.total.value)),
            notes=partly_idle(found.plan, [effect.field for effect in found.effects]),
            last=(
                f"{practices(found.n)} at each of {found.points * (len(found.effects) + 2):,} points; simulation "
                f"{_noise(found)}."
            ),
        )

    def tables(self) -> tuple[tuple[str, Table], ...]:
        """Return the tables with their captions: points that a field moves the chance by, and Sobol's indices."""
        moves = (
            (printable(e.field), _end(e.low, e.at_low), _end(e.high, e.at_high), f"{100 * e.swing:.1f}")
            for e in self.effects
        )
        shares = ((printable(e.field), _index(e.first), _index(e.total)) for e in self.effects)
        return (
            (
                "A field at 5 % and at 95 % of its range, all else as planned: what that changes, in points",
                (("", "at 5 %", "at 95 %", "between them"), *moves),
            ),
            (
                "Shares of the variance: those that would go if a field were known, and stay if all others were",
                (("", "first-order index", "total index"), *shares),
            ),
        )

    def text(self, width: int = WIDTH) -> str:
        """Return everything, in lines of at most so many columns where words and figures allow it."""
        parts = [*wrapped(self.headline, width), *wrapped(self.base, width)]
        for caption, table in self.tables():
            parts += ["", *wrapped(f"{caption}:", width), *laid_out(table, width)]
        for line in (*self.notes, self.last):
            parts += ["", *wrapped(line, width)]
        return "\n".join(parts)

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return markup.box(
            markup.head(self.headline),
            markup.line(self.base),
            markup.tables(self.tables()),
            *map(markup.line, self.notes),
            markup.line(self.last, faint=True),
        )


def _headline(found: "Sensitivity", what: str) -> str:
    """Tell which field matters most; where another one moves the plan farther by itself, that too."""
    most = found.foremost
    if most is None:
        return f"{what} does not depend on any of these, over their ranges."
    if not found.certain:
        return (
            f"Which doubt matters most for {what} cannot be told: simulation {_noise(found)}, and what moves it most, "
            f"{printable(most.field)}, does so by {100 * most.swing:.1f} points. More practices at each point, n, may "
            "tell, or another milestone or month."
        )
    farthest = found.tornado()[0]
    told = f"The doubt about {printable(most.field)} matters most: {_moved(found, most, what)}, all else as planned."
    if farthest.field == most.field:
        return told
    return f"{told} By itself {printable(farthest.field)} moves it farther: {_moved(found, farthest, 'it')}."


def _noise(found: "Sensitivity") -> str:
    """Tell how much of the variance simulation makes."""
    if found.noise >= 1:
        return "alone can make all of the variance"
    return f"makes at most {100 * found.noise:.2g} % of the variance"


def _moved(found: "Sensitivity", effect: "Effect", what: str) -> str:
    low, high = (percent(min(max(found.base.value + end.value, 0.0), 1.0)) for end in (effect.at_low, effect.at_high))
    return (
        f"{what} moves by {100 * effect.swing:.1f} points, from {low} % with {written(effect.low)} to {high} % with "
        f"{written(effect.high)}"
    )


def _index(index: "Bounded") -> str:
    if index.value != index.value:  # nan: nothing varies
        return ""
    value, low, high = (f"{round(number, 2) + 0.0:.2f}" for number in (index.value, index.low, index.high))
    return f"{value} ({low} to {high})"


def _end(value: float, difference: "Difference") -> str:
    return f"{written(value)}: {100 * difference.value:+.1f}"
