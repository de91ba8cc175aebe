"""Runs that are killed go on where they were saved, and give the bits of one that was not."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clustersim as cs
from clustersim import checkpoint as checkpoints
from clustersim.checkpoint import Checkpoint, missing
from clustersim.outcome.outcome import Outcome
from clustersim.program import Program, lower

PLAN = cs.Plan(horizon=24)
N = 1_000

# Saves after every range, and ranges are short, so that it is mostly killed in the midst of saving.
KILLED = """
import sys
import clustersim as cs
from clustersim import checkpoint, spread

checkpoint._SECONDS = checkpoint._SHARE = 0
spread.MOST_AT_ONCE = 2_000
path, n = sys.argv[1], int(sys.argv[2])
cs.simulate(cs.Plan(horizon=24), n=10, rng=1)  # compiled
say = lambda done, n: print(done, flush=True)
cs.simulate(cs.Plan(horizon=24), n=n, rng=7, workers=1, progress=say, checkpoint=path)
print("done", flush=True)
"""


@pytest.fixture(scope="module")
def expected():
    return cs.simulate(PLAN, n=N, rng=7, workers=1)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.zip"


@pytest.fixture
def small_ranges(monkeypatch):
    """Ranges of 16 trajectories, each of which is saved."""
    monkeypatch.setattr("clustersim.spread.FIRST_RANGE", 0)
    monkeypatch.setattr("clustersim.spread.next_size", lambda *_: 16)
    monkeypatch.setattr(checkpoints, "_SECONDS", 0)
    monkeypatch.setattr(checkpoints, "_SHARE", 0)


def run(path, n=N, **options):
    return cs.simulate(PLAN, **{"n": n, "rng": 7, "workers": 1, "checkpoint": path, **options})


class Stop(Exception):  # noqa: N818 - it is no error
    """What ends a run after some progress."""


def stopping(at, error=Stop):
    def progress(done, n):  # noqa: ARG001 - what is called with
        if done >= at:
            raise error

    return progress


# Going on


@pytest.mark.usefixtures("small_ranges")
@pytest.mark.parametrize("error", [Stop, KeyboardInterrupt, MemoryError])
def test_a_run_that_was_ended_goes_on_and_gives_the_same_bits(path, expected, error):
    for at in (200, 500, 900):
        with pytest.raises(error):
            run(path, progress=stopping(at, error))
        assert at <= cs.load(path).n < at + 16
    said = []
    assert run(path, progress=lambda done, n: said.append((done, n))) == expected
    assert said[0][0] > 900
    assert said[-1] == (N, N)
    assert cs.load(path) == expected


def test_what_is_counted_since_the_last_saving_is_saved_when_a_run_ends(path, monkeypatch, small_ranges):  # noqa: ARG001 - many of them
    monkeypatch.setattr(checkpoints, "_SECONDS", 1e6)
    seen = []

    def progress(done, n):
        seen.append(cs.load(path).n)
        stopping(500)(done, n)

    with pytest.raises(Stop):
        run(path, progress=progress)
    assert set(seen) == {16}  # at once, and then no more until it ends
    assert cs.load(path).n >= 500


def as_written(path):
    """What is known of a file that only writing changes: reading it may touch the time of its last reading."""
    known = path.stat()
    return known.st_ino, known.st_size, known.st_mtime_ns


def test_a_run_that_is_done_is_read(path, expected, monkeypatch):
    assert run(path) == expected
    monkeypatch.setattr("clustersim.engine.count_range", None)
    before = as_written(path)
    assert run(path) == expected
    assert as_written(path) == before


def test_a_longer_run_goes_on_from_a_shorter_one(path, expected):
    run(path, n=400)
    assert run(path) == expected


def test_gaps_are_filled(path, expected):
    pieces = [cs.simulate(PLAN, n=100, rng=7, first=first) for first in (900, 0, 350)]
    (pieces[0] + pieces[1] + pieces[2]).save(path)
    assert run(path) == expected


def test_a_part_of_a_run_has_a_checkpoint_too(path, expected):
    run(path, first=300, n=100)
    part = run(path, first=300, n=700)
    assert part.tally.ranges == ((300, N),)
    assert part + cs.simulate(PLAN, n=300, rng=7) == expected


@given(st.sets(st.integers(0, 60)), st.integers(0, 20), st.integers(1, 60))
def test_what_is_missing_is_what_is_not_there(done, first, n):
    inside = sorted(number for number in done if first <= number < first + n)
    ranges = tuple((number, number + 1) for number in inside)
    tally = type("Done", (), {"ranges": ranges})
    found = missing(tally, first, n)
    numbers = [number for begin, end in found for number in range(begin, end)]
    assert numbers == sorted({*range(first, first + n)} - {*inside})
    assert all(begin < end for begin, end in found)


@pytest.mark.usefixtures("small_ranges")
def test_lost_processes_lose_what_they_did_and_no_more(path, expected):
    def kill(done, n):  # noqa: ARG001 - as above
        if done > 200 and not killed:
            killed.extend(pool._processes)
            os.kill(killed[0], signal.SIGKILL)

    killed = []

    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool, pytest.raises(BrokenProcessPool):
        run(path, executor=pool, progress=kill)
    assert cs.load(path).n > 200
    assert run(path) == expected


# Killed for real


def killed_again_and_again(path, n, kills, rng):
    """Start the run and kill it so many times, then let it go on to its end; tell how often it was killed."""
    command, before, count = [sys.executable, "-c", KILLED, str(path), str(n)], 0, 0
    while True:
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own code
            first = process.stdout.readline()
            if first != "done\n":
                # What was told was saved before.
                assert int(first) > before
                before = int(first)
            if count < kills:
                time.sleep(rng.uniform(0, 0.15))
                process.send_signal(signal.SIGKILL)
            said = [first, *process.stdout]
        if said[-1] == "done\n":
            return count
        before = max(before, *map(int, [line for line in said if line.endswith("\n")]))
        count += 1
        assert process.returncode == -signal.SIGKILL
        assert cs.load(path).n >= before  # whole, whatever the moment


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL there")
@pytest.mark.parametrize(("n", "kills"), [(120_000, 4), pytest.param(2_000_000, 100, marks=pytest.mark.verification)])
def test_a_run_that_is_killed_at_any_moment_goes_on(path, n, kills):
    count = killed_again_and_again(path, n, kills, np.random.default_rng(7))
    assert count >= min(kills, 3)
    assert cs.load(path) == cs.simulate(PLAN, n=n, rng=7, workers=1)
    left = [name.suffix for name in path.parent.iterdir() if name != path]
    assert set(left) <= {".part"}
    print(f"killed {count} times, {len(left)} of them while it saved")  # noqa: T201 - for who runs it with -s


# What is refused


def refused(path, **options):
    before = path.read_bytes()
    with pytest.raises(ValueError, match="checkpoint") as wrong:
        run(path, **options)
    assert path.read_bytes() == before
    return str(wrong.value)


def test_another_run_s_checkpoint_is_refused(path):
    run(path, first=100, n=100)
    where = f"the checkpoint {path}"
    assert refused(path, first=100, rng=cs.Key(5)).startswith(f"{where} is of another seed (its key is 1692")
    for first, n in ((0, 150), (101, 500), (100, 99)):
        assert refused(path, first=first, n=n) == (
            f"{where} holds trajectories from 100 to 199, and this run is of {first} to {first + n - 1}: "
            "ask for all of them, or give this run another one"
        )
    cs.simulate(PLAN.replace(every=1), n=10, rng=7).save(path)
    assert refused(path) == f"{where} is of another plan: give this run another one, or delete it"


def test_a_plan_that_another_scipy_lowered_is_told_apart(path):
    lowered = lower(PLAN)
    quantiles = np.nextafter(lowered.tables.quantiles, np.float32(np.inf))
    program = Program(plan=PLAN, tables=lowered.tables._replace(quantiles=quantiles))
    Outcome(program, cs.engine.count_range(program, 7, 0, 10)[0]).save(path)
    assert "is of this plan as another version of scipy lowered it: extend(load(path), n) goes on" in refused(path)


def test_other_names_are_the_same_run(path, expected):
    renamed = PLAN.replace(
        milestones=[m.model_copy(update={"name": m.name.upper()}) for m in PLAN.milestones],
        convergence=cs.Convergence(trigger="BLACK BELT"),
    )
    cs.simulate(renamed, n=300, rng=7).save(path)
    assert run(path) == expected
    assert list(cs.load(path)) == list(expected)


def test_a_checkpoint_needs_a_seed(path):
    with pytest.raises(ValueError, match="rng = None: a checkpoint needs a seed, as rng=7"):
        run(path, rng=None)
    assert not path.exists()


def test_what_is_no_checkpoint_is_refused_and_left_alone(path):
    path.write_bytes(b"a thesis")
    with pytest.raises(cs.LoadError, match="it is no zip file"):
        run(path)
    assert path.read_bytes() == b"a thesis"


@pytest.mark.parametrize("name", ["missing/run.zip", "."])
def test_a_place_that_cannot_be_written_is_told_before_anything_is_simulated(tmp_path, name, monkeypatch):
    monkeypatch.setattr("clustersim.engine.count_range", None)
    with pytest.raises(OSError, match=r"\[Errno") as wrong:
        run(tmp_path / name)
    assert wrong.value.filename == str(tmp_path / name)


# When it saves


@given(st.lists(st.floats(0.1, 30.0), min_size=1, max_size=30), st.floats(0.0, 5.0))
@settings(max_examples=30)
def test_saving_takes_a_small_share_of_the_time(tmp_path_factory, waits, cost):
    clock, saved = [0.0], []

    def save(self, tally):
        saved.append(clock[0])
        clock[0] += cost
        self._kept = tally, None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checkpoints, "monotonic", lambda: clock[0])
        patch.setattr(Checkpoint, "_save", save)
        kept = Checkpoint(tmp_path_factory.mktemp("kept") / "run.zip", lower(PLAN), 7, 0, N)
        for wait in waits:
            kept.keep(object())
            clock[0] += wait
    assert saved[0] == 0.0
    gaps = np.diff(saved)
    assert (gaps >= max(10.0, 20 * cost)).all()
    assert clock[0] - saved[-1] <= max(10.0, 20 * cost) + cost + max(waits)
