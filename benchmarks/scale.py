"""What a run costs where work and counts travel: ``python benchmarks/scale.py --write docs/how-to/scale.md``.

The default plan at two sizes, on one core, in processor time: each range is packed, unpacked, simulated, and its counts
packed, unpacked and added, as if the worker were another machine. What a larger run takes follows on paper: the second
size, foretold from the first, tells how far one may trust that.
"""

import argparse
import pickle
import time
from concurrent.futures import Executor, Future
from pathlib import Path
from tempfile import TemporaryDirectory

import clustersim as cs
from clustersim.kernel.layout import BINS
from clustersim.kernel.run import warm
from clustersim.program import lower
from clustersim.spread import Pace
from machine import described
from table import replaced

SIZES = (10**6, 10**7)
GOAL = 10**12
CORES = (2, 16, 100, 1_000)


class Far(Executor):
    """One worker, to which work is sent as bytes and whose counts come back as bytes."""

    def __init__(self):
        self.items, self.sent, self.received, self.adding = 0, 0, 0, 0.0

    def submit(self, function, /, *arguments):
        work = pickle.dumps((function, arguments), pickle.HIGHEST_PROTOCOL)
        function, arguments = pickle.loads(work)  # noqa: S301  our own bytes
        answer = pickle.dumps(function(*arguments), pickle.HIGHEST_PROTOCOL)
        self.items += 1
        self.sent += len(work)
        self.received += len(answer)
        future = Future()
        begin = time.process_time()
        future.set_result(pickle.loads(answer))  # noqa: S301  as above
        self.adding += time.process_time() - begin
        return future


def seconds(task):
    begin = time.process_time()
    result = task()
    return time.process_time() - begin, result


def measured(n, folder):
    """Processor seconds of a run, of its parts, and bytes."""
    far = Far()
    spent, outcome = seconds(lambda: cs.simulate(cs.Plan(), n=n, rng=7, executor=far, workers=1))
    other = cs.simulate(cs.Plan(), n=1_000, rng=7, first=n)
    added, _ = seconds(lambda: [outcome + other for _ in range(100)])
    path = Path(folder, "run.zip")
    saving, _ = seconds(lambda: [outcome.save(path) for _ in range(20)])
    loading, again = seconds(lambda: [cs.load(path) for _ in range(20)][-1])
    assert again == outcome
    return {
        "trajectories a core-second": n / spent,
        "seconds": spent,
        "bytes of a work item": far.sent / far.items,
        "bytes of its counts": far.received / far.items,
        "milliseconds to receive and add them": 1e3 * (far.adding / far.items + added / 100),
        "bytes of the saved run": path.stat().st_size,
        "milliseconds to save it": 1e3 * saving / 20,
        "milliseconds to load it": 1e3 * loading / 20,
    }


def table(sizes):
    warm()
    cs.simulate(cs.Plan(), n=sizes[0] // 5, rng=7)
    with TemporaryDirectory() as folder:
        small, large = (measured(n, folder) for n in sizes)
    yield f"{described()} Processor time of one core.\n"
    yield f"| the default plan | {sizes[0]:,} trajectories | {sizes[1]:,} trajectories |\n| --- | --- | --- |"
    for name in small:
        digits = ".1f" if "seconds" in name and "core" not in name else ",.0f"
        yield f"| {name} | {small[name]:{digits}} | {large[name]:{digits}} |"
    foretold = small["seconds"] * sizes[1] / sizes[0]
    yield f"\nThe second size takes {large['seconds'] / foretold:.2f} times what the first one foretells.\n"
    yield from extrapolated(large)


def extrapolated(figures):
    rate, adding = figures["trajectories a core-second"], figures["milliseconds to receive and add them"] / 1e3
    result, program = figures["bytes of its counts"], lower(cs.Plan())
    yield "| 10^12 on | hours | a range takes | counts that come back | megabytes a second | adding, busy |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for cores in CORES:
        length = Pace.far(program.tally_bytes, cores).seconds
        results = GOAL / (rate * length)
        yield (
            f"| {cores:,} cores | {GOAL / rate / cores / 3600:,.1f} | {length:.1f} s | {results:,.0f} | "
            f"{cores / length * result / 1e6:,.0f} | {100 * cores / length * adding:.1f} % |"
        )
    yield (
        f"\nThat is {GOAL / rate / 3600:,.0f} core-hours. "
        f"A distribution's table takes {program.tables.quantiles[0].nbytes / 1e3:.0f} kB, a month's histogram "
        f"{8 * BINS / 1e3:.0f} kB, and all counts of the default plan {program.tally_bytes / 1e6:.1f} MB in memory, "
        f"at any number of trajectories. The largest sum of squares has {len(str(GOAL << 80))} decimal digits at most, "
        "none of them rounded."
    )


def main():
    parser = argparse.ArgumentParser(description="Print what a run costs where work and counts travel.")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put it between the marks of a page, too")
    parser.add_argument("--sizes", type=int, nargs=2, default=SIZES, metavar="N", help="trajectories, few and many")
    chosen = parser.parse_args()
    page = chosen.write
    before = page.read_text(encoding="utf-8") if page else ""
    if page:
        replaced(before, "")  # a page without the marks is refused now, not after minutes
    lines = []
    for line in table(chosen.sizes):
        print(line, flush=True)
        lines.append(line)
    if page:
        page.write_text(replaced(before, "\n".join(lines)), encoding="utf-8")


if __name__ == "__main__":
    main()
