"""Conditions that a life meets or not: readable, and put together with ``&``, ``|`` and ``~``."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Union

import numpy as np
from numpy.typing import NDArray

from clustersim.analysis.asked import event_of, month_of
from clustersim.engine import Paths
from clustersim.outcome.notation import percent, span
from clustersim.program import Program

if TYPE_CHECKING:
    from clustersim.outcome.outcome import Outcome

Flags = NDArray[np.bool_]
Told = Union["Condition", Callable[[Paths], Any]]


@dataclass(frozen=True, eq=False)
class Condition:
    """What lives are looked for: see `reached` and `never`.

    Conditions go together with ``&``, ``|`` and ``~``, also with functions of `Paths` that give an array of n flags.

    Attributes
    ----------
    words
        What it says.
    met
        Tells which of some lives meet it.
    events
        Names of the events that it asks for, each with a month or None.
    monthly
        Whether it looks at amounts by month.

    Examples
    --------
    >>> never("black belt") & reached("ruin", by=24) | ~reached("burnout", before="black belt")
    (never black belt and ruin by 24) or not burnout before black belt
    """

    words: str
    met: Callable[[Paths], Flags]
    events: tuple[tuple[str, float | None], ...] = ()
    monthly: bool = False
    simple: bool = field(default=True)

    def check(self, program: Program) -> None:
        """Refuse what a plan has not.

        Raises
        ------
        TypeError, ValueError
            If there is no such event or month.
        """
        for event, month in self.events:
            event_of(program, event)
            if month is not None:
                month_of(program.horizon, month)

    def __and__(self, other: Told) -> "Condition":
        return _joint("and", self, condition_of(other), np.logical_and)

    def __or__(self, other: Told) -> "Condition":
        return _joint("or", self, condition_of(other), np.logical_or)

    __rand__, __ror__ = __and__, __or__

    def __invert__(self) -> "Condition":
        return Condition(f"not {self._within()}", partial(_not, self), self.events, self.monthly)

    def __bool__(self) -> bool:
        raise TypeError("conditions are put together with & for and, | for or, ~ for not, in parentheses")

    def _within(self) -> str:
        return self.words if self.simple else f"({self.words})"

    def __repr__(self) -> str:
        return self.words


def _joint(word: str, one: Condition, other: Condition, join: np.ufunc) -> Condition:
    return Condition(
        f"{one._within()} {word} {other._within()}",  # noqa: SLF001  a condition, as this makes
        partial(_both, join, one, other),
        (*one.events, *other.events),
        one.monthly or other.monthly,
        simple=False,
    )


def reached(event: str, *, by: int | None = None, at: float | None = None, before: str | None = None) -> Condition:
    """Look for lives that got somewhere.

    Parameters
    ----------
    event
        A milestone's name, or "legacy", "burnout", "ruin" or "admission".
    by
        At the end of this month at the latest.
    at
        In this very month, as ``outcome["black belt"].median()``.
    before
        In an earlier month than this other event, or while that never happened.

    Raises
    ------
    TypeError, ValueError
        If more than one of them is given, or a month is not whole; if a month never comes, as the median does not where
        fewer than half get there.

    Examples
    --------
    >>> reached("black belt"), reached("ruin", by=24), reached("black belt", at=36)
    (black belt, ruin by 24, black belt at 36)
    """
    if sum(limit is not None for limit in (by, at, before)) > 1:
        raise ValueError(
            f"reached({event!r}, ...): takes one of by, at and before; several conditions go together with &"
        )
    if by is not None:
        return Condition(f"{event} by {by}", partial(_by, event, by), ((event, by),))
    if at is not None:
        if at == math.inf:
            raise ValueError(
                f"reached({event!r}, at=inf): that month never comes, as a median does not where fewer than half get "
                f"there; ask for a month, or never({event!r})"
            )
        at = int(at) if float(at).is_integer() else at
        return Condition(f"{event} at {at}", partial(_at, event, at), ((event, at),))
    if before is not None:
        return Condition(f"{event} before {before}", partial(_before, event, before), ((event, None), (before, None)))
    return Condition(str(event), partial(_ever, event), ((event, None),))


def never(event: str) -> Condition:
    """Look for lives that did not get somewhere within the horizon.

    Examples
    --------
    >>> never("black belt")
    never black belt
    """
    return Condition(f"never {event}", partial(_never, event), ((event, None),))


# What conditions ask is asked by functions of this module, so that they can travel to another process.


def _by(event: str, month: int, lives: Paths) -> Flags:
    return np.asarray(lives.reached[event] <= month)


def _at(event: str, month: float, lives: Paths) -> Flags:
    return np.asarray(lives.reached[event] == month)


def _before(event: str, other: str, lives: Paths) -> Flags:
    return lives.reached[event] < lives.reached[other]


def _ever(event: str, lives: Paths) -> Flags:
    return np.isfinite(lives.reached[event])


def _never(event: str, lives: Paths) -> Flags:
    return np.isinf(lives.reached[event])


def _not(one: Condition, lives: Paths) -> Flags:
    return ~one.met(lives)


def _both(join: np.ufunc, one: Condition, other: Condition, lives: Paths) -> Flags:
    return np.asarray(join(one.met(lives), other.met(lives)))


def condition_of(condition: Any) -> Condition:
    """Return a condition, of a function if it is none yet.

    Raises
    ------
    TypeError
        If it is neither.
    """
    if isinstance(condition, Condition):
        return condition
    if not callable(condition):
        raise TypeError(f"condition = {condition!r}: must be one, as never('black belt'), or a function of Paths")
    return Condition(getattr(condition, "__name__", "function"), partial(_flags, condition), monthly=True)


def _flags(function: Callable[[Paths], Any], lives: Paths) -> Flags:
    flags = np.asarray(function(lives))
    if flags.shape != lives.viable.shape or flags.dtype != np.bool_:
        raise ValueError(
            f"a condition must give {lives.viable.shape} flags, one for each life, as lives.viable >= 6 does; "
            f"this gave {flags.shape} of {flags.dtype}"
        )
    return flags


def read(text: str, outcome: "Outcome") -> Condition:
    """Read a condition as one writes it on the command line.

    Parts are "never black belt", "black belt", "ruin by 24", "black belt at 36", "black belt at median" and "burnout
    before black belt", with "not" before them and "and" and "or" between; "and" binds closer.

    Raises
    ------
    ValueError
        If it is none, or the outcome has no such event or month.

    Examples
    --------
    >>> import clustersim as cs
    >>> outcome = cs.simulate(cs.Plan(), n=1_000, rng=7)
    >>> read("never black belt and green belt by 24 or not legacy", outcome)
    (never black belt and green belt by 24) or not legacy
    """
    whole: Condition | None = None
    for alternative in re.split(r"\s+or\s+", text.strip()):
        joint: Condition | None = None
        for part in re.split(r"\s+and\s+", alternative.strip()):
            one = _part(part.strip(), outcome)
            joint = one if joint is None else joint & one
        whole = joint if whole is None or joint is None else whole | joint
    assert whole is not None  # noqa: S101  split gives at least one
    whole.check(outcome.program)
    return whole


def _part(text: str, outcome: "Outcome") -> Condition:
    if text.startswith("not "):
        return ~_part(text[4:].strip(), outcome)
    if text.startswith("never "):
        return never(text[6:].strip())
    if found := re.fullmatch(r"(.+?)\s+(by|at)\s+(\d{1,6})", text):
        return reached(found[1], by=int(found[3])) if found[2] == "by" else reached(found[1], at=int(found[3]))
    if found := re.fullmatch(r"(.+?)\s+at\s+median", text):
        event = event_of(outcome.program, found[1])
        median = outcome[event].median()
        if median == math.inf:
            share = percent(outcome[event].cdf(outcome.horizon))
            raise ValueError(
                f"{text}: fewer than half get there within {span(outcome.horizon)} ({share} %), so there is no such "
                f'month; ask for a month, as "{event} at {min(36, outcome.horizon)}", or for "never {event}"'
            )
        return reached(event, at=median)
    if found := re.fullmatch(r"(.+?)\s+before\s+(.+)", text):
        return reached(found[1], before=found[2])
    return reached(text)
