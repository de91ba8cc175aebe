"""Saved outcomes: ``outcome.save(path)`` and ``load(path)``.

A saved outcome is a zip of ``plan.toml``; the Program's tables, since another scipy might lower the plan to other ones;
the counts; and ``outcome.json``, which says what they are. It is generic over the fields of a Program and of a Tally:
they are read by the pattern of what the plan is lowered to here. Whole numbers of any size are decimal strings.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, fields
from importlib.metadata import version
from os import PathLike
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from clustersim._version import __version__
from clustersim.kernel.layout import STREAM
from clustersim.outcome.archive import LoadError, Reader, Writer, opened, written
from clustersim.outcome.outcome import Outcome
from clustersim.outcome.possible import impossibilities
from clustersim.outcome.precision import Precision, Stop
from clustersim.plan.errors import PlanError, escaped
from clustersim.plan.plan import Plan
from clustersim.program import Program, lower
from clustersim.seeds import Key, key_of
from clustersim.tally import Ranges, Tally, forms, union

_FORMAT = "clustersim outcome"

#: Of the files' arrangement: another number means that this version cannot read them.
_FORMAT_VERSION = 1

#: How far amounts of one table may be from what they are lowered to here, as a share of its largest.
_NEAR = 1e-3

#: Decimal digits of a whole number at most: 2^63 squares of months of 2^40 quanta have 44.
_MOST_DIGITS = 100


def save(outcome: Outcome, path: str | PathLike[str]) -> None:
    """Save an outcome; see ``Outcome.save``."""
    program, tally, text = outcome.program, outcome.tally, outcome.plan.to_toml()
    with written(path) as archive:
        archive.json(
            "outcome.json",
            {
                "format": _FORMAT,
                "format version": _FORMAT_VERSION,
                "written by": {name: version(name) for name in ("numpy", "scipy")} | {"clustersim": __version__},
                "stream": program.stream,
                "digest": program.digest,
                "plan digest": _digest(text),
                "key": str(int(tally.key)),
                "seed": _seed(tally.key),
                "ranges": [[str(first), str(stop)] for first, stop in tally.ranges],
                "stopped": None if outcome.stopped is None else asdict(outcome.stopped),
                "program": {name: _write(archive, f"program/{name}", part) for name, part in _parts(program).items()},
                "counts": {name: _write(archive, f"counts/{name}", array) for name, array in tally.counts().items()},
            },
        )
        archive.text("plan.toml", text)


def load(path: str | PathLike[str]) -> Outcome:
    """Read a saved outcome, which is equal to the one that was saved, and can be extended and added.

    It comes with the Program that was run, so that it goes on with the same bits even where another scipy would lower
    its plan to slightly other tables.

    Raises
    ------
    LoadError
        If the file is no saved outcome, is damaged, or is of a version that this one cannot read.
    OSError
        If it cannot be opened.

    Examples
    --------
    >>> import clustersim as cs, tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp(), "run.zip")
    >>> outcome = cs.simulate(cs.Plan(), n=1_000, rng=7)
    >>> outcome.save(path)
    >>> cs.load(path) == outcome
    True
    """
    with opened(path) as archive:
        content = _Content(archive.json("outcome.json"), "outcome.json")
        if content.known.get("format") != _FORMAT:
            raise LoadError("outcome.json does not say that it is one")
        _same("its format's version", content["format version", int], _FORMAT_VERSION)
        _same("its stream's version", content["stream", int], STREAM)
        program = _program(archive, content)
        tally = Tally(
            digest=program.digest,
            key=_key(content),
            ranges=_ranges(content["ranges", list]),
            **_counts(archive, content, program),
        )
        for impossibility in impossibilities(program, tally):
            raise LoadError(impossibility)
        return Outcome(program, tally, _stopped(content.known.get("stopped"), program))


class _Content:
    """What a JSON text says, nothing of it believed."""

    def __init__(self, known: Any, where: str) -> None:
        self.known: dict[str, Any] = known if isinstance(known, dict) else {}
        self._where = where

    def __getitem__(self, field: tuple[str, type]) -> Any:
        name, kind = field
        value = self.known.get(name)
        if type(value) is not kind:  # a bool would be an int
            raise LoadError(f"{self._where} has no {name}, or not of the kind that it must be")
        return value


def _parts(program: Program) -> dict[str, Any]:
    """Return what a Program is made of, but for its plan: named tuples, or None."""
    return {
        part.name: getattr(program, part.name)
        for part in fields(program)
        if part.init and part.name not in {"plan", "stream"}
    }


def _write(archive: Writer, name: str, value: Any) -> Any:
    """Write the arrays of a value into the archive, and return the rest of it for the JSON."""
    if isinstance(value, tuple):
        named = value._asdict()  # type: ignore[attr-defined]  # a named tuple
        return {field: _write(archive, f"{name}/{field}", inner) for field, inner in named.items()}
    if isinstance(value, np.ndarray):
        if value.dtype.hasobject:
            return [str(number) for number in value.tolist()]
        archive.array(f"{name}.npy", value)
        return f"{name}.npy"
    return value.item() if isinstance(value, np.generic) else value


def _program(archive: Reader, content: _Content) -> Program:
    """Read the plan and the tables that it was lowered to.

    The tables may differ a little from what the plan is lowered to here, and a plan that was edited a little would pass
    for theirs. So it has a digest of its own.
    """
    text = archive.text("plan.toml")
    if _digest(text) != content["plan digest", str]:
        raise LoadError("plan.toml is not the plan that was simulated: its digest is another one")
    try:
        lowered = lower(Plan.from_toml_text(text))
    except PlanError as wrong:
        raise LoadError(f"its plan is none that this version can simulate: {wrong}") from None
    stored = _Content(content["program", dict], "its program").known
    parts = _parts(lowered)
    _same_names("its program", stored, parts)
    read = {name: _read(archive, f"program/{name}", stored[name], part) for name, part in parts.items()}
    program = Program(plan=lowered.plan, **read)
    if program.digest != content["digest", str]:
        raise LoadError("its program is damaged: the digest of its tables is another one")
    return lowered if program.digest == lowered.digest else program


def _read(archive: Reader, name: str, stored: Any, lowered: Any) -> Any:
    """Read what was lowered from the plan there, by the pattern of what is lowered from it here.

    Amounts may differ a little, as scipy's versions do; sizes and positions, by which the kernel finds its way in
    memory, may not.
    """
    if isinstance(lowered, tuple):
        named = lowered._asdict()  # type: ignore[attr-defined]  # a named tuple
        known = _Content(stored, name).known
        _same_names(name, known, named)
        return type(lowered)(*(_read(archive, f"{name}/{field}", known[field], named[field]) for field in named))
    if isinstance(lowered, np.ndarray):
        array = archive.array(f"{name}.npy", lowered.dtype, lowered.shape)
        amounts = lowered.dtype.kind == "f" or lowered.dtype == np.int64
        if not (_near(array, lowered) if amounts else np.array_equal(array, lowered)):
            _not_the_plans(name)
        return array
    if isinstance(lowered, np.floating):
        if type(stored) is not float or not _near(np.array([stored]), np.array([lowered])):
            _not_the_plans(name)
        return type(lowered)(stored)
    if type(stored) is not type(lowered) or stored != lowered:
        _not_the_plans(name)
    return lowered


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _near(stored: NDArray[Any], lowered: NDArray[Any]) -> bool:
    """Tell whether amounts are the same but for what scipy's versions differ by: no nan is near to anything."""
    stored, lowered = stored.astype(np.float64), lowered.astype(np.float64)
    scale = np.abs(lowered).max(axis=tuple(range(1, lowered.ndim)), keepdims=True, initial=0)
    with np.errstate(invalid="ignore", over="ignore"):
        return bool(np.all((stored == lowered) | (np.abs(stored - lowered) <= _NEAR * scale)))


def _not_the_plans(name: str) -> NoReturn:
    raise LoadError(f"{name} is not what its plan is lowered to")


def _counts(archive: Reader, content: _Content, program: Program) -> dict[str, NDArray[Any]]:
    stored = _Content(content["counts", dict], "its counts").known
    known = forms(program)
    _same_names("its counts", stored, known)
    found: dict[str, NDArray[Any]] = {}
    for name, (dtype, shape) in known.items():
        if dtype.hasobject:
            numbers = _Content(stored, "its counts")[name, list]
            _same(f"the length of {name}", len(numbers), *shape)
            least = -(10**_MOST_DIGITS) if name == "cash_sum" else 0  # the one that may be owed
            found[name] = np.array([_whole(number, name, 10**_MOST_DIGITS, least) for number in numbers], object)
        else:
            found[name] = archive.array(f"counts/{name}.npy", dtype, shape)
    return found


def _stopped(stored: Any, program: Program) -> Stop | None:
    """Read why a run with a precision ended; None if it had none."""
    if stored is None:
        return None
    said = _Content(stored, "stopped")
    asked = _Content(said["precision", dict], "its precision")
    _same_names("stopped", said.known, {name.name: None for name in fields(Stop)})
    _same_names("its precision", asked.known, {name.name: None for name in fields(Precision)})
    try:
        precision = Precision(**asked.known)
        precision.check(program)
    except (TypeError, ValueError) as wrong:
        raise LoadError(f"stopped asks for what the plan has not: {wrong}") from None
    if (asks := said["looks", int]) < 0:
        raise LoadError(f"stopped after {asks} looks, and must have 0 or more")
    return Stop(precision=precision, reached=said["reached", bool], looks=asks)


def _seed(key: int) -> str | None:
    """Tell the seed that a key was made of, unless it is one of those that nobody types."""
    seed = getattr(key, "seed", None)
    return None if seed is None or seed >= 10**_MOST_DIGITS else str(seed)


def _key(content: _Content) -> Key:
    """Read the key, and the seed that it was made of, if it was made of one."""
    key = Key(_whole(content["key", str], "key", (1 << 64) - 1))
    if content.known.get("seed") is None:
        return key
    made = key_of(_whole(content["seed", str], "seed", 10**_MOST_DIGITS))
    if made != key:
        raise LoadError("its seed is not the one that its key was made of")
    return made


def _ranges(stored: list[Any]) -> Ranges:
    """Read which trajectories were counted: at least one."""
    try:
        ranges = tuple(_pair(*(pair if isinstance(pair, list) else ())) for pair in stored)
        right = bool(ranges) and all(first < stop for first, stop in ranges) and union(ranges, ()) == ranges
    except (TypeError, ValueError):  # a LoadError is one
        right = False
    if not right:
        raise LoadError("its ranges are no trajectories: pairs of numbers below 2^63, sorted and disjoint")
    return ranges


def _pair(first: Any, stop: Any) -> tuple[int, int]:
    return _whole(first, "ranges", 1 << 63), _whole(stop, "ranges", 1 << 63)


def _whole(text: Any, name: str, most: int, least: int = 0) -> int:
    """Read a whole number from ``least`` to ``most``, which is a decimal string."""
    digits = text.removeprefix("-") if isinstance(text, str) else ""
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS):
        raise LoadError(f"{name} has something else than whole numbers")
    number = int(text)
    if not least <= number <= most:
        raise LoadError(f"{name} has a number that is not from {least} to {most}")
    return number


def _same(what: str, found: int, *expected: int) -> None:
    if (found,) != expected:
        raise LoadError(f"{what} is {found}, and must be {', '.join(map(str, expected))}")


def _same_names(where: str, stored: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    differing = sorted(stored.keys() ^ known.keys())
    if differing:
        names = escaped(", ".join(differing)[:200])
        raise LoadError(f"{where} is another version's: only one of the two, it or this version, has {names}")
