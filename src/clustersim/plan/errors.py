"""What is wrong with a plan: every field at once, by its path, its value and what would be right."""

import pickle
import reprlib
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, NamedTuple


class _Missing:
    """The value of a field that must be given and was not."""

    def __repr__(self) -> str:
        return "missing"

    def __reduce__(self) -> str:
        return "MISSING"


MISSING = _Missing()


class _Short(reprlib.Repr):
    """Python's own, but for tables, which keep the order that they were written in."""

    def repr_dict(self, x: dict[Any, Any], level: int) -> str:
        if not x or level <= 0:
            return "{...}" if x else "{}"
        told = [f"{self.repr1(key, level - 1)}: {self.repr1(x[key], level - 1)}" for key in [*x][: self.maxdict]]
        return f"{{{', '.join([*told, *['...'][: len(x) - len(told)]])}}}"


_SHORT = _Short()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 60


def shown(value: Any) -> str:
    """Write a value on one line, shortened, with whatever a terminal would obey escaped.

    >>> shown("twelve")
    "'twelve'"
    """
    try:
        text = _SHORT.repr(value)
    except Exception:  # noqa: BLE001 - a stranger's __repr__ may raise anything, and the plan's error goes first
        text = f"<{type(value).__name__}>"
    if len(text) > 120:
        text = f"{text[:80]}...{text[-30:]}"
    return escaped(text)


def escaped(text: str) -> str:
    r"""Write control characters, line ends and the like as Python does.

    >>> print(escaped("a\nb"))
    a\nb
    """
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def article(word: str) -> str:
    """Put the right article before a word.

    >>> article("Plan"), article("Accelerator")
    ('a Plan', 'an Accelerator')
    """
    return f"{'an' if word[:1] in set('AEIOaeio') else 'a'} {word}"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known name that ``word`` was probably meant to be, if there is one.

    >>> nearest("failrate", ["every", "failure_rate"])
    'failure_rate'
    """
    by_folded = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold()[:100], by_folded, n=1, cutoff=0.55)
    return by_folded[close[0]] if close else None


def suggest(word: str, known: Iterable[str]) -> str:
    """Return the tail of a remedy for a wrong name: the nearest known one, or all of them.

    >>> suggest("wibull_min", ["expon", "weibull_min"])
    "did you mean 'weibull_min'?"
    >>> suggest("xyz", ["expon", "weibull_min"])
    "known are 'expon', 'weibull_min'"
    """
    names = list(known)
    close = nearest(word, names)
    if close is not None:
        return f"did you mean {close!r}?"
    return "known are " + ", ".join(shown(name) for name in names)


class Problem(NamedTuple):
    """One wrong field of a plan.

    Attributes
    ----------
    path
        Where it is, such as ``clusters[2].failure_rate``; empty for the whole.
    value
        What stood there.
    remedy
        What would be right.
    """

    path: str
    value: Any
    remedy: str

    def within(self, outer: str) -> "Problem":
        """Return the same problem seen from the value that has this one as its field ``outer``."""
        inner = self.path
        joint = "." if outer and inner and not inner.startswith("[") else ""
        return self._replace(path=f"{outer}{joint}{inner}")

    def __str__(self) -> str:
        path = escaped(self.path[:200]) or "the plan"
        if self.value is MISSING:
            return f"{path} is missing: {self.remedy}"
        return f"{path} = {shown(self.value)}: {self.remedy}"


class PlanError(ValueError):
    """A plan that cannot be: says every wrong field, its value and what would be right.

    Attributes
    ----------
    problems : tuple of Problem
        All that is wrong, in the order of the fields.

    Examples
    --------
    >>> import clustersim as cs
    >>> cs.Plan(every=0, failure_rate=50)
    Traceback (most recent call last):
    clustersim.plan.errors.PlanError: every = 0: must be a whole number from 1 to 1200
    failure_rate = 50: must be from 0 to 1 (50 % is written 0.5)
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    @classmethod
    def one(cls, value: Any, remedy: str, path: str = "") -> "PlanError":
        """Return the error of a single wrong value."""
        return cls([Problem(path, value, remedy)])

    def within(self, outer: str) -> "PlanError":
        """Return the same error seen from the value that has the wrong one as its field ``outer``."""
        return type(self)(problem.within(outer) for problem in self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)

    def __reduce__(self) -> tuple[type["PlanError"], tuple[tuple[Problem, ...]]]:
        return type(self), (tuple(p._replace(value=_portable(p.value)) for p in self.problems),)


def _portable(value: Any) -> Any:
    """Return the value, or what is shown of it if it cannot travel to another process."""
    try:
        pickle.loads(pickle.dumps(value))  # noqa: S301 - our own bytes, just written
    except Exception:  # noqa: BLE001 - pickling runs a stranger's code, which may raise anything
        return shown(value)
    return value
