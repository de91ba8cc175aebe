"""Tallies made by hand: what the engine would count, with numbers that a test can know."""

import numpy as np

from clustersim.kernel.layout import BINS, BINS_PER_OCTAVE
from clustersim.outcome.outcome import Outcome
from clustersim.program import lower
from clustersim.tally import Tally


def place(quanta):
    """The histogram's bin of some quanta."""
    quanta = np.asarray(quanta, dtype=np.float64)
    mantissa, exponent = np.frexp(np.maximum(quanta, 1))
    bins = 1 + (exponent - 1) * BINS_PER_OCTAVE + np.floor((2 * mantissa - 1) * BINS_PER_OCTAVE)
    return np.where(quanta < 1, 0, bins).astype(int)


def histogram(quanta):
    """Counts (H, B) of revenue (H, n) in quanta."""
    counts = np.zeros((len(quanta), BINS), np.int64)
    for month, revenue in enumerate(quanta):
        np.add.at(counts[month], place(revenue), 1)
    return counts


def made_up(plan, n=1_000, *, key=7, first=0, seed=1):
    """An Outcome of a plan with made-up counts: it looks like one and adds up, but nothing was simulated."""
    program = lower(plan)
    rng = np.random.default_rng(seed)
    clusters, months, milestones = program.clusters, program.horizon, len(program.milestones)
    viable = rng.binomial(clusters, 0.5, n)
    level = viable / max(clusters, 1) * np.exp(0.3 * rng.standard_normal(n))
    ramp = 1 - np.exp(-np.arange(1, months + 1) / 30)
    dollars = 130_000 * level * ramp[:, None] * np.exp(0.1 * rng.standard_normal((months, n)))
    quanta = np.round(dollars / program.quantum).astype(np.int64)
    reached = np.zeros((milestones + 1, clusters + 1, months + 1), np.int64)
    held = np.zeros((milestones, months), np.int64)
    for event in range(milestones + 1):
        at_level = dollars >= (plan.milestones[event].revenue if event < milestones else 90_000)
        when = np.where(at_level.any(axis=0), at_level.argmax(axis=0) + 1, 0)
        np.add.at(reached[event], (viable, when), 1)
        if event < milestones:
            held[event] = at_level.sum(axis=1)
    legacies = reached[-1, :, 1:].sum()
    tally = Tally(
        digest=program.digest,
        key=key,
        ranges=((first, first + n),),
        reached=reached,
        held=held,
        launches=np.bincount(np.full(n, clusters), minlength=clusters + 1),
        origin=rng.multinomial(legacies, np.full(clusters, 1 / clusters)),
        histogram=histogram(quanta),
        revenue_sum=np.array([sum(row) for row in quanta.tolist()], object),
        revenue_square_sum=np.array([sum(x * x for x in row) for row in quanta.tolist()], object),
    )
    return Outcome(program, tally)
