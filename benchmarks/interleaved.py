"""How two pieces of work are compared: in turn, A B A B, by the median of the ratios.

Machines are shared and noisy, so a ratio counts and a time does not. A compared with itself in the same way is the
yardstick: a difference within that spread is none.
"""

import resource
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple


class UnavailableError(Exception):
    """What is to be measured needs something that this machine has not: a word that says what."""


def _nothing():
    """Get ready for work that needs no preparation."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """Work on a number of trajectories, and what must have happened before the clock starts.

    ``prepare`` compiles, imports and warms up, or raises UnavailableError.
    """

    work: Callable[[], object]
    trajectories: int
    prepare: Callable[[], object] = _nothing


class Spread(NamedTuple):
    """Figures of several rounds."""

    median: float
    least: float
    most: float


def spread(values: Iterable[float]):
    values = sorted(values)
    return Spread(median(values), values[0], values[-1])


def wall_clock():
    """Seconds by the clock on the wall: for what uses several cores."""
    return time.perf_counter()


def processor_clock():
    """Seconds of processor time, children included: for one thread, so that it does not matter who else is running."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def seconds(task, clock=processor_clock):
    begin = clock()
    task.work()
    return clock() - begin


def per_second(task, clock=processor_clock):
    """Trajectories a second, by rounds."""

    def measure(rounds):
        task.prepare()
        return spread([task.trajectories / seconds(task, clock) for _ in range(rounds)])

    return measure


def faster(task, than, clock=processor_clock):
    """How many times less time a trajectory takes in ``task`` than in another, by rounds."""

    def measure(rounds):
        task.prepare()
        than.prepare()
        times = [(seconds(task, clock), seconds(than, clock)) for _ in range(rounds)]
        return spread([other / own * task.trajectories / than.trajectories for own, other in times])

    return measure
