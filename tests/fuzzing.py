"""How fuzzers count and what they assert: how many inputs got how far, how long each took, and what was left behind."""

import os
import time
import warnings
from collections import Counter
from contextlib import contextmanager, suppress

import pytest
from hypothesis import HealthCheck, Phase, seed, settings

import clustersim as cs
from clustersim.outcome.notation import printable
from clustersim.present.in_words.sentence import describe
from clustersim.program import lower
from clustersim.testing import check_invariants

#: Inputs of a round. The four fuzzers together have a hundred rounds, and so 10^5 inputs.
ROUND = 1_000

#: Seconds of computing that an input may take: a machine that stands still for a while is no fault of it.
DEADLINE = 10

#: Bytes of counts beyond which an accepted plan is not simulated: it would take long, and show nothing more.
LARGEST = 4 << 20

#: Shares of inputs that must get as far as validation, and be accepted and simulated.
VALIDATED, SIMULATED = 0.30, 0.05


def rounds(count):
    """So many rounds: the first one is a part of every run of the tests; ``pytest -m fuzz`` runs the others."""
    return pytest.mark.parametrize(
        "number", [pytest.param(n, marks=[pytest.mark.fuzz] if n else []) for n in range(count)]
    )


class Count:
    """How far the inputs of a round got."""

    def __init__(self, name, number):
        self._name, self._number = name, number
        self.far = Counter()

    @contextmanager
    def input(self):
        """Count an input, and see that it does not take too long."""
        begin = time.process_time()
        self.far["inputs"] += 1
        yield
        assert (took := time.process_time() - begin) < DEADLINE, f"{took:.1f} s"

    def run(self, test):
        """Run a test on a round of inputs, and tell how far they got."""
        self.find(test, Phase.shrink)
        inputs = self.far["inputs"]
        told = {what: f"{self.far[what]:,} ({self.far[what] / inputs:.0%})" for what in ("validated", "simulated")}
        print(f"\n{self._name}, round {self._number}: {inputs:,} inputs; {told}; {dict(self.far)}")  # noqa: T201
        assert inputs >= ROUND
        assert self.far["validated"] >= VALIDATED * inputs
        assert self.far["simulated"] >= SIMULATED * inputs

    def find(self, test, *more):
        """Run a test on a round of inputs, and raise what the first wrong one raises."""
        round_of = settings(
            max_examples=ROUND,
            deadline=None,
            database=None,
            phases=[Phase.generate, *more],
            suppress_health_check=[*HealthCheck],
            report_multiple_bugs=False,
        )
        with warnings.catch_warnings():
            warnings.filterwarnings(
                "ignore", "Generating overly large repr"
            )  # of an input that is too large to be shown
            seed(1_000 * self._number + len(self._name))(round_of(test))()


def lived_through(plan, count):
    """Simulate a plan that was accepted, if its counts are no more than they need be."""
    assert cs.Plan.from_toml_text(plan.to_toml()) == plan
    assert printable(describe(plan)) == describe(plan)
    repr(plan)
    try:
        program = lower(plan)
    except cs.PlanError as wrong:
        told_harmlessly(wrong)
        count.far["too wide"] += 1
        return
    if program.tally_bytes > LARGEST:
        count.far["too large"] += 1
        return
    check_invariants(cs.simulate(plan, n=8, rng=7, workers=1))
    count.far["simulated"] += 1


def told_harmlessly(wrong):
    """An error's text has nothing that a terminal would obey, and is no longer than a person reads."""
    assert isinstance(wrong, (cs.PlanError, cs.LoadError))
    text = str(wrong)
    assert text
    assert all(line.isprintable() for line in text.split("\n")), ascii(text)
    if isinstance(wrong, cs.PlanError):
        assert max(len(str(problem)) for problem in wrong.problems) < 2_000


def left_behind(folder, *known):
    """Whatever lies in a folder that should not."""
    with suppress(FileNotFoundError):
        return sorted({*os.listdir(folder)} - {*known})  # noqa: PTH208 - names
