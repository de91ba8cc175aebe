"""Strategies that spoil known-good data, knowing its structure: one value here, one name there, the rest as it was.

Data is made of lists, single values, and tables. A table is a `Pairs`, whose names may come twice, as in a file that
somebody has edited.
"""

import datetime as dt
import math
from dataclasses import dataclass
from functools import cache
from random import Random

from hypothesis import strategies as st

from clustersim.plan.families import generics
from clustersim.plan.parameter import SPELLINGS

AWKWARD = [
    "",
    " ",
    "belt",
    "black belt",
    "legacy",
    "=1+1",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "\u202egnp.exe",
    "zero\u200bwidth",
    "\ufeffmark",
    "\x1b[31mred\x1b]0;title\x07",
    "tab\there",
    "line\nend\r\n",
    "\x00",
    "\U0001f94b" * 30,
    "\u9ed2\u5e2f",
    "e\u0301" * 41,
    "\ud800",
    "x" * 80,
    "x" * 81,
    "x" * 100_000,
    "false",
    "None",
    "12",
    "__class__",
    "../../etc/passwd",
]

NUMBERS = [
    *(0, 1, 2, 3, -1, 12, 24, 25, 64, 65, 1_200, 1_201, 10_000, 10**6, 2**31, 2**53 + 1, 2**63, 2**64, 2**70, 10**400),
    *(0.0, -0.0, 0.5, 1.0, 0.999999, 1.000001, 1e-6, 1e-7, 1e-300, 5e-324, 3.0, 99.5, 1e6, 1e12, 1.1e12, 1e15, 1e100),
    *(1.7e308, math.inf, -math.inf, math.nan, math.nan, -0.5, -5e-324),
]

#: Names that mean something somewhere, or nearly.
WORDS = ["clusters", "every", "revenue", "Every", "window", "name", "capacity", "fit", "loc", "scale", "mean", "a", "b"]


class Pairs(list):
    """A table: pairs of a name and a value, in the order of the file."""

    def __repr__(self):
        return f"Pairs({super().__repr__()})"


def pairs_of(value):
    """Turn dictionaries into pairs, all the way down."""
    if isinstance(value, dict):
        return Pairs([name, pairs_of(inner)] for name, inner in value.items())
    return [pairs_of(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def dict_of(value):
    """Turn pairs into dictionaries, all the way down; of a name that comes twice the last one counts."""
    if isinstance(value, Pairs):
        return {name: dict_of(inner) for name, inner in value}
    return [dict_of(inner) for inner in value] if isinstance(value, list) else value


def copied(value):
    """Copy lists and tables, and leave single values, which may be anything, as they are."""
    return type(value)(map(copied, value)) if type(value) in {list, Pairs} else value


def slots(value):
    """Every place in some data where a value stands: a list and an index into it."""
    if isinstance(value, list):
        for index, inner in enumerate(value):
            place = (inner, 1) if isinstance(value, Pairs) else (value, index)
            yield place
            yield from slots(place[0][place[1]])


def tables(value):
    """Every table in some data."""
    if isinstance(value, Pairs):
        yield value
    if isinstance(value, list):
        for inner in value:
            yield from tables(inner[1] if isinstance(value, Pairs) else inner)


@cache
def families():
    """Every continuous distribution of scipy.stats and every spelling of ours, with its parameters' names."""
    shapes = {name: tuple(family.shapes.split(", ")) if family.shapes else () for name, family in generics().items()}
    ours = [(word, names) for word, forms in SPELLINGS.items() for names in forms]
    return sorted((name, (*names, "loc", "scale")) for name, names in shapes.items()) + ours * 8


def distribution(rng):
    """Make a table that says a distribution: of any name, with any parameters, most of them possible."""
    name, names = rng.choice(families())
    kept = [name for name in names if name not in {"loc", "scale"} or rng.random() < 0.5]
    numbers = NUMBERS if rng.randint(0, 3) == 0 else [0.1, 0.5, 1, 2, 3, 5, 10, 18]
    return Pairs([[name, Pairs([parameter, rng.choice(numbers)] for parameter in kept)]])


def anything(rng):
    """Make a value of whatever kind."""
    kinds = [
        lambda: rng.choice(NUMBERS),
        lambda: rng.choice(NUMBERS),
        lambda: rng.choice(AWKWARD),
        lambda: rng.random() < 0.5,
        lambda: distribution(rng),
        lambda: distribution(rng),
        lambda: [rng.choice([0, 1, 2.5, "a", True]) for _ in range(rng.randint(0, 13))],
        Pairs,
        lambda: rng.choice([dt.date(2026, 1, 1), dt.time(7, 30), dt.datetime(2026, 1, 1, 7)]),  # noqa: DTZ001
        lambda: nested(rng.randint(2, 60)),
        lambda: "".join(chr(rng.choice([rng.randint(1, 0x7F), rng.randint(0x80, 0xD7FF)])) for _ in range(9)),
    ]
    return rng.choice(kinds)()


def nested(depth):
    """Lists in lists, or tables in tables."""
    value = 1
    for level in range(depth):
        value = [value] if depth % 2 else Pairs([[f"a{level}", value]])
    return value


def _drop(rng, table):
    if table:
        table.pop(rng.randint(0, len(table) - 1))


def _double(rng, table):
    if table:
        table.append(copied(rng.choice(table)))


def _rename(rng, table):
    if table:
        pair = rng.choice(table)
        at = rng.randint(0, max(len(pair[0]) - 1, 0))
        pair[0] = rng.choice([rng.choice(WORDS), rng.choice(AWKWARD), pair[0][:at] + pair[0][at + 1 :]])


def _tweak(rng, data):
    """Change a number a little, which as a rule leaves it right."""
    some = [(holder, index) for holder, index in slots(data) if type(holder[index]) in {int, float}]
    if some:
        holder, index = rng.choice(some)
        old = holder[index]
        holder[index] = old + rng.choice([-1, 1]) if type(old) is int else old * rng.choice([0.5, 0.999, 1.001, 2.0])


def _push(rng, data):
    """Put an extreme number in a number's place."""
    some = [(holder, index) for holder, index in slots(data) if type(holder[index]) in {int, float}]
    if some:
        holder, index = rng.choice(some)
        holder[index] = rng.choice(NUMBERS)


def _replace(rng, data, values):
    some = [*slots(data)]
    if some:
        holder, index = rng.choice(some)
        holder[index] = values(rng)


def _graft(rng, data, other):
    """Give a table what another one has under the same name, or a name more."""
    if isinstance(data, Pairs) and isinstance(other, Pairs) and other:
        name, value = copied(rng.choice(other))
        data[:] = [pair for pair in data if pair[0] != name] + [[name, value]]


def _shuffle(rng, data):
    some = [value for value in (holder[index] for holder, index in slots(data)) if isinstance(value, list) and value]
    if some:
        chosen = rng.choice(some)
        change = rng.choice(["reverse", "again", "less", "many"])
        if change == "reverse":
            chosen.reverse()
        elif change == "less":
            chosen.pop()
        else:
            chosen.extend(copied(chosen[0]) for _ in range(1 if change == "again" else 100))


@dataclass
class _Place:
    """What a change may look at: the whole data, one of its tables, other data, and how to make a new value."""

    data: object
    table: Pairs
    other: object
    values: object


_CHANGES = [
    lambda rng, at: _drop(rng, at.table),
    lambda rng, at: _double(rng, at.table),
    lambda rng, at: _rename(rng, at.table),
    *[lambda rng, at: _replace(rng, at.data, at.values)] * 2,
    lambda rng, at: _shuffle(rng, at.data),
    *[lambda rng, at: _push(rng, at.data)] * 3,
    *[lambda rng, at: _tweak(rng, at.data)] * 4,
    *[lambda rng, at: _graft(rng, at.data, at.other)] * 4,
]


def changes(most):
    """Draw up to so many changes: each is a generator of its own, for hypothesis would draw the same ones too often.

    So what fails shrinks to as few changes as it takes.
    """
    return st.lists(st.binary(min_size=8, max_size=8).map(Random), max_size=most)


def spoil(rng, data, values, known=()):
    """Change one thing in some data."""
    some = [*tables(data)]
    table = rng.choice(some) if some else Pairs()
    rng.choice(_CHANGES)(rng, _Place(data, table, rng.choice(known or [data]), values))


def mutated(known, values=anything, *, most=4):
    """Draw one of some known data with a few things changed, or none."""

    def made(index, rngs):
        data = copied(known[index])
        for rng in rngs:
            spoil(rng, data, values, known)
        return data

    return st.builds(made, st.integers(0, len(known) - 1), changes(most))
