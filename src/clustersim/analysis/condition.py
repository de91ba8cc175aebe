"""Conditions that a life meets or not: readable, and put together with ``&``, ``|`` and ``~``."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Union

import numpy as np
from numpy.typing import NDArray

from clustersim.analysis.asked import event_of, month_of
from clustersim.engine import Paths
from clustersim.outcome.notation import percent, span
from clustersim.program import Program

if TYPE_CHECKING:
    from clustersim.outcome.outcome import Outcome

#: Conditions within conditions at most: each asks those within it.
_DEEPEST = 100

#: Names within a condition's words that would be read as more than a name.
_AMBIGUOUS = re.compile(r"""^["']|^(not|never)(\s|$)|\s(and|or|before)\s|\s(by|at)\s+\d{1,6}$|\sat\s+median$""")

#: A name in quotes: not an apostrophe within a word.
_QUOTED = re.compile(r"""(?<!\S)(["'])(.+?)\1(?!\S)""")

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
    depth: int = field(default=1)

    def __post_init__(self) -> None:
        if self.depth > _DEEPEST:
            raise ValueError(
                f"condition = {self.words[:40]}...: must not be nested more than {_DEEPEST} deep; a function of Paths "
                "can ask for any number of things"
            )

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
        words = f"not {self._within()}"
        return Condition(words, partial(_not, self), self.events, self.monthly, depth=self.depth + 1)

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
        depth=max(one.depth, other.depth) + 1,
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
        return Condition(f"{_written(event)} by {by}", partial(_by, event, by), ((event, by),))
    if at is not None:
        if at == math.inf:
            raise ValueError(
                f"reached({event!r}, at=inf): that month never comes, as a median does not where fewer than half get "
                f"there; ask for a month, or never({event!r})"
            )
        at = int(at) if float(at).is_integer() else at
        return Condition(f"{_written(event)} at {at}", partial(_at, event, at), ((event, at),))
    if before is not None:
        return Condition(
            f"{_written(event)} before {_written(before)}",
            partial(_before, event, before),
            ((event, None), (before, None)),
        )
    return Condition(_written(event), partial(_ever, event), ((event, None),))


def never(event: str) -> Condition:
    """Look for lives that did not get somewhere within the horizon.

    Examples
    --------
    >>> never("black belt")
    never black belt
    """
    return Condition(f"never {_written(event)}", partial(_never, event), ((event, None),))


def _written(event: Any) -> str:
    """Write a name so that it can be read: in quotes if it would be taken for more than a name.

    >>> print(_written("black belt"), _written("not a"), _written('a and "b"'))
    black belt "not a" 'a and "b"'
    """
    name = str(event)
    if not _AMBIGUOUS.search(name):
        return name
    return f"'{name}'" if '"' in name else f'"{name}"'


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
    before black belt", with "not" before them and "and" and "or" between; "and" binds closer. A name in quotes, single
    or double, may have any of these words in it.

    Raises
    ------
    ValueError
        If it is none, or nested too deeply, or the outcome has no such event or month.

    Examples
    --------
    >>> import clustersim as cs
    >>> outcome = cs.simulate(cs.Plan(), n=1_000, rng=7)
    >>> read("never black belt and green belt by 24 or not legacy", outcome)
    (never black belt and green belt by 24) or not legacy
    >>> read("'black belt' at 36", outcome)
    black belt at 36
    """
    reader = _Reader(outcome, [found[2] for found in _QUOTED.finditer(text)])
    numbers = count()
    bare = _QUOTED.sub(lambda _: f"\0{next(numbers)}\0", text)  # no name has a zero
    whole: Condition | None = None
    for alternative in re.split(r"\s+or\s+", bare.strip()):
        joint: Condition | None = None
        for part in re.split(r"\s+and\s+", alternative.strip()):
            one = reader.part(part.strip())
            joint = one if joint is None else joint & one
        whole = joint if whole is None or joint is None else whole | joint
    assert whole is not None  # noqa: S101  split gives at least one
    whole.check(outcome.program)
    return whole


@dataclass(frozen=True)
class _Reader:
    """What reads the parts of a condition, in which a number between zeros stands for a name that was in quotes."""

    outcome: "Outcome"
    quoted: list[str]

    def part(self, text: str) -> Condition:
        inverted = 0
        while text.startswith("not "):
            text, inverted = text[4:].strip(), inverted + 1
        one = self._bare(text)
        for _ in range(inverted):
            one = ~one
        return one

    def _bare(self, text: str) -> Condition:
        if text.startswith("never "):
            return never(self._name(text[6:]))
        if found := re.fullmatch(r"(.+?)\s+(by|at)\s+(\d{1,6})", text):
            name, month = self._name(found[1]), int(found[3])
            return reached(name, by=month) if found[2] == "by" else reached(name, at=month)
        if found := re.fullmatch(r"(.+?)\s+at\s+median", text):
            return self._at_median(event_of(self.outcome.program, self._name(found[1])))
        if found := re.fullmatch(r"(.+?)\s+before\s+(.+)", text):
            return reached(self._name(found[1]), before=self._name(found[2]))
        return reached(self._name(text))

    def _at_median(self, event: str) -> Condition:
        passage, horizon = self.outcome[event], self.outcome.horizon
        if passage.median() < math.inf:
            return reached(event, at=passage.median())
        name = _written(event)
        raise ValueError(
            f"{name} at median: fewer than half get there within {span(horizon)} ({percent(passage.cdf(horizon))} %), "
            f'so there is no such month; ask for a month, as "{name} at {min(36, horizon)}", or for "never {name}"'
        )

    def _name(self, text: str) -> str:
        """Return a name as it was written, without its quotes if it was in quotes as a whole."""
        if found := re.fullmatch("\0(\\d+)\0", text.strip()):
            return self.quoted[int(found[1])]
        return re.sub("\0(\\d+)\0", lambda found: f'"{self.quoted[int(found[1])]}"', text.strip())
