"""A long run, from outside: it stops when it is asked to, and does not grow."""

import signal
import subprocess
import sys
import threading
from time import perf_counter

import pytest

from clustersim.kernel.run import warm

RUN_FOR_EVER = """
import threading
import clustersim as cs

cs.simulate(cs.Plan(), n=1_000, rng=7)  # compiled
try:
    cs.simulate(cs.Plan(), n=10**9, rng=7, progress=lambda done, n: print(done, n, flush=True))
except KeyboardInterrupt:
    print("interrupted", threading.active_count(), flush=True)
    raise
"""

PEAKS = """
import re
import sys
from pathlib import Path
import clustersim as cs


def peak():
    status = Path("/proc/self/status")
    if status.exists():  # ru_maxrss would begin with the peak of the process that started this one
        return int(re.search(r"VmHWM:\\s*(\\d+) kB", status.read_text())[1]) * 1024
    import resource
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


for n in (20_000, int(sys.argv[2])):
    cs.simulate(eval(sys.argv[1]), n=n, rng=7, workers=2)
    print(peak())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to a single process there")
def test_ctrl_c_ends_a_long_run_at_once():
    command = [sys.executable, "-c", RUN_FOR_EVER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own code
        watch = threading.Timer(120, process.kill)
        watch.start()
        try:
            for _ in range(5):  # the ranges have their length by now
                assert process.stdout.readline().endswith(" 1000000000\n")
            begin = perf_counter()
            process.send_signal(signal.SIGINT)
            said = next(line for line in process.stdout if line.startswith("interrupted"))
            seconds = perf_counter() - begin
            _, errors = process.communicate()
        finally:
            process.kill()
            watch.cancel()
    print(f"{seconds:.3f} s from Ctrl-C to KeyboardInterrupt")  # noqa: T201 - pytest shows it when this fails
    assert said == "interrupted 1\n"  # no thread but the main one
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert process.returncode == -signal.SIGINT
    assert seconds < 1.0  # about 0.1 on an idle machine


@pytest.mark.skipif(sys.platform == "win32", reason="nothing there tells a process its peak")
@pytest.mark.parametrize(
    ("plan", "n"),
    [("cs.Plan(horizon=36)", 2_000_000), ("cs.Plan(clusters=1, horizon=1)", 3_000_000)],
    ids=["usual", "tiny"],
)
def test_memory_does_not_grow_with_n(plan, n):
    warm()  # so that the other process has only to load it: the compiler's own peak would hide the rest
    command = [sys.executable, "-c", PEAKS, plan, str(n)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603 - our own code
    few, many = map(int, done.stdout.split())
    assert many - few < 60e6
