"""A long run, from outside: it stops when it is asked to, and does not grow."""

import re
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from time import perf_counter, sleep

import numpy as np
import pytest

from clustersim.outcome.storage import load
from clustersim.ranges import warm_all

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


FROM_ANOTHER_THREAD = """
import _thread
import threading
import clustersim as cs


def interrupt(done, n):
    print(done, n, flush=True)
    if done > 1_000 and not timers:
        timers.append(threading.Timer(0.1, _thread.interrupt_main))
        timers[0].start()


timers = []
try:
    cs.simulate(cs.Plan(), n=10**9, rng=7, progress=interrupt)
except KeyboardInterrupt:
    timers[0].join()
    print("interrupted", threading.active_count(), flush=True)
"""

IN_ANOTHER_THREAD = """
import sys
import threading
import time
import clustersim as cs


def simulate():
    cs.simulate(cs.Plan(), n=10**9, rng=7, checkpoint=sys.argv[1], progress=lambda done, n: print(done, n, flush=True))


threading.Thread(target=simulate).start()
try:
    time.sleep(1_000)
except KeyboardInterrupt:
    print("interrupted", flush=True)
    sys.exit(130)
"""

COMMAND = """
import sys
from clustersim.__main__ import main

sys.argv[1:] = ["simulate", "-n", "1e9", "--seed", "7", "--checkpoint", sys.argv[1]]
sys.exit(main())
"""

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to a single process there")

# Whoever runs the tests in the background has them, and what they start, ignore it.
HEARS_CTRL_C = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"

#: Once each time the tests run, and many times when asked for.
tries = pytest.mark.parametrize("tries", [1, pytest.param(50, marks=pytest.mark.verification)])


@contextmanager
def started(code, *arguments):
    """A process that runs for ever, unless it is stopped; after two minutes it is."""
    command = [sys.executable, "-c", f"{HEARS_CTRL_C}\n{code}", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own code
        watch = threading.Timer(120, process.kill)
        watch.start()
        try:
            yield process
        finally:
            process.kill()
            watch.cancel()


def running(process):
    """Wait until its ranges have their length; what it printed."""
    lines = [process.stdout.readline() for _ in range(5)]
    assert all(line.endswith(" 1000000000\n") for line in lines)
    return "".join(lines)


def told(seconds):
    """For who runs it with -s."""
    print(f"{len(seconds)} times Ctrl-C, answered in {min(seconds):.2f} to {max(seconds):.2f} s")  # noqa: T201


@on_posix
@tries
def test_ctrl_c_ends_a_long_run_at_once(tries):
    seconds, rng = [], np.random.default_rng(7)
    for _ in range(tries):
        with started(RUN_FOR_EVER) as process:
            running(process)
            sleep(rng.uniform(0, 0.1))
            begin = perf_counter()
            process.send_signal(signal.SIGINT)
            said = next(line for line in process.stdout if "interrupted" in line)  # maybe in the midst of another
            seconds.append(perf_counter() - begin)
            _, errors = process.communicate()
        assert said.endswith("interrupted 1\n")  # no thread but the main one
        assert errors.rstrip().endswith("KeyboardInterrupt")
        assert process.returncode == -signal.SIGINT
    told(seconds)
    assert max(seconds) < 1.0  # about 0.1 on an idle machine


@on_posix
@tries
def test_ctrl_c_ends_a_command_which_can_go_on(tries, tmp_path):
    seconds, rng = [], np.random.default_rng(8)
    path, done = tmp_path / "run.zip", 0
    for _ in range(tries):
        before = path.stat().st_mtime_ns if path.exists() else None
        with started(COMMAND, str(path)) as process:
            while not path.exists() or path.stat().st_mtime_ns == before:
                sleep(0.01)
            sleep(rng.uniform(0, 0.1))
            begin = perf_counter()
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate()
            seconds.append(perf_counter() - begin)
        assert process.returncode == 130
        assert output == ""
        said = re.fullmatch(
            rf"interrupted after ([0-9,]+) of 1,000,000,000 practices; the same command goes on from {path}\n", errors
        )
        assert done < int(said[1].replace(",", "")) <= load(path).n
        done = load(path).n
    told(seconds)
    assert max(seconds) < 20.0  # a process ends in it; the run would take many minutes


@on_posix
@tries
def test_another_thread_can_end_a_run(tries):
    for _ in range(tries):
        with started(FROM_ANOTHER_THREAD) as process:
            output, errors = process.communicate()
        assert output.endswith("interrupted 1\n")
        assert (process.returncode, errors) == (0, "")


@on_posix
@tries
def test_a_run_in_another_thread_keeps_no_process_from_ending(tries, tmp_path):
    seconds, path = [], tmp_path / "run.zip"
    for _ in range(tries):
        with started(IN_ANOTHER_THREAD, str(path)) as process:
            output = running(process)
            begin = perf_counter()
            process.send_signal(signal.SIGINT)
            output += process.stdout.read()  # communicate() would lose what was read ahead of the last line
            _, errors = process.communicate()
            seconds.append(perf_counter() - begin)
        assert "interrupted" in output
        assert re.search(r"\nRuntimeError: cannot schedule new futures after (interpreter )?shutdown\n$", errors)
        assert process.returncode == 130
        assert load(path).n >= max(map(int, re.findall(r"([0-9]+) 1000000000", output)))
    told(seconds)
    assert max(seconds) < 20.0  # as above


@pytest.mark.skipif(sys.platform == "win32", reason="nothing there tells a process its peak")
@pytest.mark.parametrize(
    ("plan", "n"),
    [
        ("cs.Plan(horizon=36)", 2_000_000),
        ("cs.Plan(clusters=1, horizon=1)", 3_000_000),
        ("cs.presets.whole_story().replace(horizon=36)", 500_000),
    ],
    ids=["usual", "tiny", "every lever"],
)
def test_memory_does_not_grow_with_n(plan, n):
    warm_all()  # so that the other process has only to load it: the compiler's own peak would hide the rest
    command = [sys.executable, "-c", PEAKS, plan, str(n)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603 - our own code
    few, many = map(int, done.stdout.split())
    assert many - few < 60e6
