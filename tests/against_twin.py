"""How likely things are, by the kernel and by the float64 twin, on random numbers that have nothing in common.

The twin is plain Python, with float64 and the C library in place of the kernel's arithmetic, and no code of it.
As a script it prints the table of all comparisons::

    python tests/against_twin.py [LIVES]      lives of the twin on every plan; 2,000 unless told
"""

import sys
from dataclasses import dataclass

from scipy import stats

import clustersim as cs
from clustersim.program import lower
from clustersim.twin.float64 import Float64
from clustersim.twin.twin import live

BY = (24, 36, 60, 120)
N = 400_000
KERNEL, TWIN = 7, 11  # keys

LEVERS = {
    "ideas": cs.Ideas(count=60, skill=0.5),
    "focus": cs.Focus(),
    "mission": cs.Mission(fit=cs.beta(3, 7)),
    "finances": cs.Finances(savings=15_000, survival=cs.SurvivalClients(clients=1, fee=1_500)),
    "network": cs.Network(challengers=0.6),
    "accelerator": cs.Accelerator(odds=0.5, speed=2.5),
}
PAIRS = [("focus", "accelerator"), ("mission", "finances"), ("ideas", "network"), ("focus", "finances")]

#: A launch every other month, so that attention is short.
PLANS = {
    " and ".join(names) if len(names) < len(LEVERS) else "every lever": cs.Plan(
        every=2, **{name: LEVERS[name] for name in names}
    )
    for names in [*((name,) for name in LEVERS), *PAIRS, tuple(LEVERS)]
}


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One event by one month, as often as the kernel (of `N`) and the twin (of `lives`) have seen it."""

    event: str
    by: int
    kernel: int
    twin: int
    lives: int

    @property
    def errors_apart(self):
        """How far apart they are, in standard errors of a normal distribution: at either end exactly so.

        The twin's number is beta-binomial, given the kernel's: near 0 and 1 it is nothing like a normal.
        """
        number = stats.betabinom(self.lives, self.kernel + 0.5, N - self.kernel + 0.5)
        tail = min(number.cdf(self.twin), number.sf(self.twin - 1), 0.5)
        return float(stats.norm.isf(tail))


def lives_of(plan, count, key=TWIN):
    """The months of every event, in each of so many lives of the twin; 0 where it never was."""
    program = lower(plan)
    for i in range(count):
        life = live(program, key, i, Float64())
        brought = {"legacy": life.legacy, "burnout": life.burnout, "ruin": life.ruin, "admission": life.admission}
        months = dict(zip(program.milestones, life.reached, strict=True)) | brought
        yield {event: months[event] for event in program.events}


def compared(plan, lives):
    """All comparisons of a plan with lives of the twin."""
    outcome = cs.simulate(plan, n=N, rng=KERNEL)
    for event in outcome.events:
        for by in BY:
            seen = sum(0 < life[event.name] <= by for life in lives)
            kernel = int(event.counts[:, 1 : by + 1].sum())
            yield Comparison(event=event.name, by=by, kernel=kernel, twin=seen, lives=len(lives))


def main(count):
    print("| plan | event | by month | kernel, % | twin, % | standard errors apart |\n| " + "--- | " * 6)  # noqa: T201
    farthest, number = 0.0, 0
    for name, plan in PLANS.items():
        for one in compared(plan, list(lives_of(plan, count))):
            kernel, twin = 100 * one.kernel / N, 100 * one.twin / one.lives
            cells = [name, one.event, one.by, f"{kernel:.2f}", f"{twin:.2f}", f"{one.errors_apart:.1f}"]
            print(f"| {' | '.join(map(str, cells))} |", flush=True)  # noqa: T201
            farthest, number = max(farthest, one.errors_apart), number + 1
    print(f"\n{number} comparisons, {count:,} lives of the twin on each plan: at most {farthest:.1f} errors apart")  # noqa: T201
    return farthest >= 5


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000))
