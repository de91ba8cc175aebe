"""Many plans, each simulated alone, all under the same luck: one after another, with the workers never idle between."""

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing

from clustersim.engine import Progress, Simulation
from clustersim.outcome.outcome import Outcome
from clustersim.plan.plan import Plan
from clustersim.program import lower
from clustersim.spread import Pace, Stretch, lent, refuse_uncallable, spread
from clustersim.tally import Tally


def outcomes(
    plans: Sequence[Plan],
    n: int,
    *,
    key: int,
    first: int = 0,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Generator[Outcome]:
    """Simulate plans, the same trajectories under the same key, and yield what became of each, in their order.

    All are lowered before the first is simulated, so that a plan that cannot be is refused at once; they are lowered
    again when their turn comes, which takes less than their memory would.

    Raises
    ------
    PlanError, TypeError, ValueError
        As ``simulate``.
    """
    if not plans:
        return
    refuse_uncallable(progress)
    largest = max(lower(plan).tally_bytes for plan in plans)
    pace = Pace.of(largest, executor, workers)
    done, tell = 0, _telling(progress, n * len(plans))
    waiting: dict[int, Tally] = {}
    turn = 0
    with (
        lent(executor, Simulation(lower(plans[0])), pace.workers) as pool,
        closing(spread(pool, _stretches(plans, n, first), key, n * len(plans), pace, waiting)) as counted,
    ):
        for stretch, tally in counted:
            done += tally.n
            tell(done)
            number = stretch.number
            waiting[number] = waiting[number] + tally if number in waiting else tally
            while turn in waiting and waiting[turn].n == n:
                yield Outcome(lower(plans[turn]), waiting.pop(turn))
                turn += 1


def _stretches(plans: Sequence[Plan], n: int, first: int) -> Iterator[Stretch[Tally]]:
    return (Stretch(number, Simulation(lower(plan)), first, first + n) for number, plan in enumerate(plans))


def _telling(progress: Progress | None, total: int) -> Callable[[int], None]:
    def tell(done: int) -> None:
        if progress is not None:
            progress(done, total)

    return tell
