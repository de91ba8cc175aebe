"""Wrong arguments of public functions: the sentence names the argument, its value and what would be right."""

import inspect
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import clustersim as cs
from tallies import made_up

PLAN = cs.Plan(clusters=3, horizon=12)
OUTCOME = made_up(PLAN, 50)
BELT = OUTCOME["black belt"]
COMPARISON = cs.compare([PLAN, PLAN.replace(every=1)], n=20, rng=7)
HUGE = 10**400
SHORT = "1000000000000000000000000000...00000000000000000000000000000"
KEY = "must be a whole number from 0 to 2^64 - 1, or 'Key(7)'"
EXECUTOR = "must be a concurrent.futures.Executor, as ThreadPoolExecutor(2), or None"
OTHER = "must be the Outcome of simulate(); load(path) reads a saved one"
TEXT = "must be the text of a plan file, as 'every = 1'; Plan.from_toml(path) reads a file"
COMMON = "must be a month from 1 to 12, which all plans have"
SHARE = "must be a share from 0 to 1"
MONTH = "must be a month from 1 to the horizon, 12"

WRONG = [
    (
        lambda: cs.compare(cs.Plan(), cs.Plan(every=1)),
        TypeError,
        "plans = Plan(): must be plans by name, as {'steady': Plan(), 'rush': Plan(every=1)}",
    ),
    *((lambda v=value: cs.Key(v), TypeError, f"key = {value!r}: {KEY}") for value in (1.5, "1", True, None, b"1")),
    (lambda: cs.Key(HUGE), ValueError, f"key = {SHORT}: must be from 0 to 2^64 - 1"),
    (lambda: cs.extend("a", 3), TypeError, f"outcome = 'a': {OTHER}"),
    (lambda: cs.find(PLAN, cs.never("black belt")), TypeError, f"outcome = Plan(clusters=3, horizon=12): {OTHER}"),
    *(
        (lambda v=value: cs.Plan.from_toml_text(v), cs.PlanError, f"the plan = {value!r}: {TEXT}")
        for value in (PLAN, b"every = 1", None)
    ),
    *(
        (lambda v=value: PLAN.to_toml(comments=v), TypeError, f"comments = {value!r}: must be True or False")
        for value in (0.0, 5, 2**63, None, "no")
    ),
    *(
        (lambda v=value: COMPARISON.probability("black belt", by=v), ValueError, f"by = {value!r}: {COMMON}")
        for value in ("36", [36], np.array("x"), None, True, 13, 0)
    ),
    (lambda: cs.extend(PLAN, 3), TypeError, f"outcome = Plan(clusters=3, horizon=12): {OTHER}"),
    (lambda: cs.simulate(PLAN, executor=1), TypeError, f"executor = 1: {EXECUTOR}"),
    (
        lambda: cs.simulate(PLAN, executor=ThreadPoolExecutor),
        TypeError,
        f"executor = <class 'concurrent.futures.thread.ThreadPoolExecutor'>: {EXECUTOR}",
    ),
    (
        lambda: cs.simulate(PLAN, progress=1),
        TypeError,
        "progress = 1: must be called with how many are done and how many there are, as progress_bar() is, or None",
    ),
    (
        lambda: cs.simulate(PLAN, precision=0.001),
        TypeError,
        "precision = 0.001: must be a clustersim.Precision, as Precision('black belt', by=36, half_width=0.001)",
    ),
    (lambda: cs.simulate(PLAN, n=np.array(9.0)), TypeError, "n = array(9.): must be a whole number, as 100_000"),
    (lambda: cs.simulate(PLAN, n=HUGE), ValueError, f"first + n = {SHORT}: trajectories are numbered below 2^63"),
    (lambda: cs.simulate(PLAN, rng=-1), ValueError, "rng = -1: a seed must be 0 or more"),
    (lambda: BELT.cdf(HUGE), ValueError, "month inf lies beyond the horizon of 12 months: nothing is known there"),
    (lambda: BELT.pmf("a"), ValueError, f"month = 'a': {MONTH}"),
    (lambda: BELT.probability(by=HUGE), ValueError, f"by = {SHORT}: {MONTH}"),
    (lambda: BELT.probability(by=True), ValueError, f"by = True: {MONTH}"),
    (lambda: BELT.ppf(HUGE), ValueError, f"q = {SHORT}: {SHARE}"),
    (lambda: BELT.ppf("half"), ValueError, f"q = 'half': {SHARE}"),
    (lambda: BELT.interval("a"), ValueError, f"confidence = 'a': {SHARE}"),
    (
        lambda: BELT.probability(by=3, confidence_level="a"),
        ValueError,
        "confidence_level = 'a': must lie strictly between 0 and 1, as 0.95",
    ),
    (lambda: OUTCOME.revenue.quantile("a"), ValueError, f"q = 'a': {SHARE}"),
    (lambda: OUTCOME.viable.pmf([1, np.nan]), ValueError, "k = [1, nan]: must be a number"),
    (
        lambda: cs.Plan(every=np.array([1, 2])),
        cs.PlanError,
        "every = array([1, 2]): must be a whole number from 1 to 1200",
    ),
]


MISNAMED = [
    (lambda: cs.simulate(PLAN, seed=7), "simulate() has no argument 'seed': write rng=7"),
    (lambda: cs.paths(PLAN, random_state=7), "paths() has no argument 'random_state': write rng=7"),
    (lambda: cs.extend(OUTCOME, threads=2), "extend() has no argument 'threads': write workers=2"),
    (lambda: cs.compare([PLAN], worker=2), "compare() has no argument 'worker': did you mean 'workers'?"),
    (lambda: cs.sweep(PLAN, {}, seed=[1, 2]), "sweep() has no argument 'seed': write rng=[1, 2]"),
    (lambda: cs.solve(PLAN, milstone="a"), "solve() has no argument 'milstone': did you mean 'milestone'?"),
    (lambda: cs.sensitivity(PLAN, seed=7), "sensitivity() has no argument 'seed': write rng=7"),
    (lambda: cs.assess(PLAN, seed=7), "assess() has no argument 'seed': write rng=7"),
    (lambda: cs.find(OUTCOME, zzz=7), "find() has no argument 'zzz': known are 'outcome', 'condition'"),
    (cs.simulate, "simulate() missing 1 required positional argument: 'plan'"),
]


@pytest.mark.parametrize(("call", "sentence"), MISNAMED, ids=[sentence[:40] for _, sentence in MISNAMED])
def test_an_argument_of_another_name_is_told_its_own(call, sentence):
    with pytest.raises(TypeError) as refused:
        call()
    assert str(refused.value).startswith(sentence)


def test_what_is_told_of_a_function_is_its_own():
    for name in ("simulate", "extend", "paths", "compare", "sweep", "solve", "sensitivity", "assess", "find"):
        function = getattr(cs, name)
        assert function.__name__ == name
        assert pickle.loads(pickle.dumps(function)) is function  # noqa: S301 - our own
        assert "args" not in inspect.signature(function).parameters


@pytest.mark.parametrize(("call", "kind", "sentence"), WRONG, ids=[sentence[:60] for _, _, sentence in WRONG])
def test_a_wrong_argument_is_named(call, kind, sentence):
    with pytest.raises(kind) as refused:
        call()
    assert str(refused.value) == sentence


def test_arrays_without_axes_are_numbers():
    assert cs.simulate(PLAN, n=np.array(30), rng=np.array(7)) == cs.simulate(PLAN, n=30, rng=7)
    assert BELT.probability(by=np.array(7)) == BELT.probability(by=7)
    assert BELT.cdf(np.array(7)) == BELT.cdf(7)
    assert type(BELT.cdf(np.array(7))) is float
    assert cs.Key(np.array(7)) == cs.Key(np.uint64(7)) == cs.Key(7)
    number = np.array(0.25)
    assert cs.Plan(every=np.array(2), failure_rate=number, volatility=number) == cs.Plan(
        every=2, failure_rate=0.25, volatility=0.25
    )
    assert cs.Plan(ramp={"lognormal": {"median": np.array(6), "sigma": 0.5}}) == cs.Plan()


def test_numbers_too_large_for_a_float_are_beyond_everything():
    assert OUTCOME.viable.cdf([1, HUGE])[1] == 1
    assert OUTCOME.viable.pmf(-HUGE) == 0
