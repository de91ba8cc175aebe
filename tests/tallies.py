"""Tallies made by hand: what the engine would count, with numbers that a test can know."""

import numpy as np

from clustersim.kernel.layout import BINS, BINS_PER_OCTAVE, CASH_BINS, OCTAVES
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


def cash_place(units):
    """The bin of some units of cash, which are known to 24 bits."""
    units = np.asarray(units, dtype=np.int64)
    return BINS - 1 + np.where(units < 0, -1, 1) * place(np.abs(units).astype(np.float32))


def cash_histogram(units):
    """Counts (H, C) of cash (H, n) in units."""
    counts = np.zeros((len(units), CASH_BINS), np.int64)
    for month, cash in enumerate(units):
        np.add.at(counts[month], cash_place(cash), 1)
    return counts


def sums(rows):
    """Exact sums of rows of integers, and of their squares."""
    rows = np.asarray(rows).tolist()
    return np.array([sum(row) for row in rows], object), np.array([sum(x * x for x in row) for row in rows], object)


def first_months(happens):
    """The first month in which something happens (H, n), or 0."""
    return np.where(happens.any(axis=0), happens.argmax(axis=0) + 1, 0)


def slid(rows, window):
    """Sums of a window of months (H, n): less than any before it is full."""
    sums = np.cumsum(rows, axis=0)
    sums[window:] -= sums[:-window].copy()
    sums[: window - 1] = -1
    return sums


def made_up(plan, n=1_000, *, key=7, first=0, seed=1):
    """An Outcome of a plan with made-up counts: it looks like one and could be one, but nothing was simulated."""
    program = lower(plan)
    rng = np.random.default_rng(seed)
    clusters, milestones = program.clusters, len(program.milestones)
    month = np.arange(1, program.horizon + 1)[:, None]
    viable = rng.binomial(clusters, 0.5, n)
    level = viable / max(clusters, 1) * np.exp(0.3 * rng.standard_normal(n))
    dollars = 130_000 * level * (1 - np.exp(-month / 30)) * np.exp(0.1 * rng.standard_normal((program.horizon, n)))
    savings = rng.choice([-700_000, 250_000], n, p=[0.3, 0.7])  # some are ruined at once
    cash = np.floor((savings + np.cumsum(dollars - 20_000, axis=0)) / program.cash_unit).astype(np.int64)
    if not plan.finances:
        cash[:] = 0
    ruin = first_months(cash < 0)
    over = (ruin > 0) & (month > ruin)
    quanta = np.minimum(np.round(dollars / program.quantum), 2.0**OCTAVES).astype(np.int64) * ~over
    cash = np.where(over, cash[ruin - 1, np.arange(n)], cash)
    alive = ~over & (month != ruin)
    tables = program.tables
    windows = tables.windows[tables.window]
    at_level = [alive & (slid(quanta, w) >= t) for w, t in zip(windows, tables.thresholds, strict=True)]
    happens = {
        "legacy": np.zeros_like(alive),
        "burnout": alive & (dollars >= 50_000),
        "ruin": cash < 0,
        "admission": alive & (dollars >= 120_000) & (month % (plan.accelerator.every if plan.accelerator else 1) == 0),
    }
    if tables.legacy:
        converged = first_months(at_level[tables.trigger])
        happens["legacy"] = alive & (converged > 0) & (month > converged) & (dollars >= 90_000)
    reached = np.zeros((len(program.events), clusters + 1, program.horizon + 1), np.int64)
    for event, happened in enumerate([*at_level, *map(happens.get, program.events[milestones:])]):
        np.add.at(reached[event], (viable, first_months(happened)), 1)
    legacies = reached[milestones, :, 1:].sum()
    launched = min(clusters, 1 + (program.horizon - 1) // plan.every)
    mission = quanta * 6 // 10 if plan.mission else quanta[:0]
    cash = cash if plan.finances else cash[:0]
    (revenue_sum, revenue_squares), (cash_sum, cash_squares), (mission_sum, mission_squares) = map(
        sums, (quanta, cash, mission)
    )
    tally = Tally(
        digest=program.digest,
        key=key,
        ranges=((first, first + n),),
        reached=reached,
        held=np.array([held.sum(axis=1) for held in at_level]),
        launches=np.bincount(np.full(n, launched), minlength=clusters + 1),
        origin=rng.multinomial(legacies, (np.arange(clusters) < launched) / launched),
        histogram=histogram(quanta),
        revenue_sum=revenue_sum,
        revenue_square_sum=revenue_squares,
        cash_histogram=cash_histogram(cash),
        cash_sum=cash_sum,
        cash_square_sum=cash_squares,
        mission_histogram=histogram(mission),
        mission_sum=mission_sum,
        mission_square_sum=mission_squares,
    )
    return Outcome(program, tally)
