"""Plan(**anything): a plan, or a PlanError; whatever Python can put into a field."""

import collections
import decimal
import fractions
import pathlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import clustersim as cs
from clustersim.plan import quantile_table
from clustersim.plan.presets import PRESETS
from clustersim.plan.schema import plain
from fuzzing import Count, lived_through, rounds, told_harmlessly
from mutations import AWKWARD, WORDS, anything, changes, dict_of, mutated, pairs_of

KNOWN = [pairs_of({name: plain(value) for name, value in preset().replace(horizon=36)}) for preset in PRESETS.values()]


class Hostile:
    """An object that raises whenever it is asked anything."""

    def __repr__(self):
        raise RuntimeError("no")

    __str__ = __float__ = __int__ = __index__ = __len__ = __iter__ = __bool__ = __repr__

    def __eq__(self, other):
        raise RuntimeError("no")

    def __hash__(self):
        raise RuntimeError("no")


class Many(str):
    """Text that is another class."""

    __slots__ = ()


ODD = [
    *map(np.float64, REAL := [0, 1, 2, 6, 0.5, 3.0, 12, 1_000.0, -1, np.nan, np.inf]),
    *map(np.float32, REAL),
    *map(np.array, REAL),
    *map(np.int64, [1, 3, 12]),
    *(np.bool_(True), np.ma.masked, np.zeros((2, 2)), np.array([]), np.array(["a"]), np.arange(1, 13), np.ones(12)),  # noqa: FBT003
    *(decimal.Decimal("0.5"), fractions.Fraction(1, 2), 1 + 2j, b"bytes", bytearray(b"x"), memoryview(b""), None, ...),
    *(set(), frozenset({1}), range(3), object(), Hostile(), Hostile, cs.Plan, cs, len, Many("belt"), pathlib.Path("x")),
    *(
        stats.norm(),
        stats.gamma(2, scale=3),
        stats.beta(2, 3),
        stats.poisson(3),
        stats.gamma,
        stats,
        stats.gamma(np.nan),
    ),
    *(stats.uniform(3, 6), stats.lognorm(0.5, scale=6), stats.gamma([1, 2]), stats.gamma(np.nan)),
    *(stats.rv_histogram(np.histogram([1, 2, 3])), getattr(stats, "Normal", object)(), collections.UserDict(a=1)),
    *(cs.Focus(), cs.Plan(), cs.Milestone(name="a", revenue=1), cs.Cluster(), cs.between(3, 18)),
    *({1: 2}, {None: {}}, {"beta": {1: 2}}, {("a",): 1}, {"lognormal": {"median": np.array(6), "sigma": 0.5}}),
]


def anything_in_python(rng):
    """Make what only Python can put into a field, or anything else: right things in other clothes, and wrong ones."""
    return rng.choice([anything(rng), rng.choice(ODD), rng.choice(ODD), (i for i in range(3))])


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(quantile_table, "PATIENCE", 1.0)


def fields():
    """Draw fields of a plan, some of them changed."""

    def made(data, rngs):
        found = dict_of(data)
        for rng in rngs[:-1]:
            found[rng.choice([*found, *WORDS, *AWKWARD])] = anything_in_python(rng)
        return found

    return st.builds(made, mutated(KNOWN, anything_in_python, most=2), changes(2))


@rounds(21)
def test_fields(number):
    count = Count("fields given in Python", number)

    @given(fields())
    def look(data):
        count.far["validated"] += 1
        with count.input():
            try:
                plan = cs.Plan(**data)
            except cs.PlanError as wrong:
                told_harmlessly(wrong)
            else:
                lived_through(plan, count)

    count.run(look)
