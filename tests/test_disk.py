"""A disk that is full: what was saved before is still there, and nothing half written beside it."""

import errno
import os
import subprocess
import sys
from contextlib import contextmanager

import numpy as np
import pytest

import clustersim as cs
from clustersim import checkpoint as checkpoints
from tallies import made_up

resource = pytest.importorskip("resource", reason="this system limits no file's size")

PLAN = cs.Plan(clusters=3, horizon=12)


@contextmanager
def room_for(size):
    """A disk on which no file can grow beyond so many bytes: writing more is an error, as on a full one."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def sizes(path, count):
    """So many sizes at which a disk is too small for the file, from nothing to a byte less than all."""
    whole = path.stat().st_size
    return sorted({*np.linspace(0, whole - 1, count, dtype=int).tolist()})


@pytest.mark.parametrize("count", [40, pytest.param(2_000, marks=pytest.mark.verification)])
def test_a_disk_that_is_full_anywhere_leaves_what_was_there(tmp_path, count):
    path, old, new = tmp_path / "run.zip", made_up(PLAN, 50), made_up(PLAN, 60)
    new.save(path)
    tried = sizes(path, count)
    old.save(path)
    for size in tried:
        with room_for(size), pytest.raises(OSError, match="File too large") as full:
            new.save(path)
        assert (full.value.errno, full.value.filename) == (errno.EFBIG, str(path))
        assert os.listdir(tmp_path) == ["run.zip"]  # noqa: PTH208 - names will do
        assert cs.load(path) == old
    with room_for(path.stat().st_size + 100):
        new.save(path)
    assert cs.load(path) == new
    print(f"{len(tried)} full disks")  # noqa: T201 - for who runs it with -s


def test_a_run_whose_checkpoint_finds_no_room_ends_and_goes_on_when_there_is_some(tmp_path, monkeypatch):
    path = tmp_path / "run.zip"
    monkeypatch.setattr(checkpoints, "_SECONDS", 0)
    monkeypatch.setattr(checkpoints, "_SHARE", 0)
    monkeypatch.setattr("clustersim.spread.MOST_AT_ONCE", 500)

    def run(progress=None):
        return cs.simulate(PLAN, n=3_000, rng=7, workers=1, checkpoint=path, progress=progress)

    with room_for(1_000), pytest.raises(OSError, match="File too large") as full:
        run()
    assert full.value.filename == str(path)
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - as above

    def fill(done, n):  # noqa: ARG001 - what is called with
        if done >= 1_000:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, resource.RLIM_INFINITY))

    with room_for(1 << 20), pytest.raises(OSError, match="File too large"):
        run(fill)
    assert os.listdir(tmp_path) == ["run.zip"]  # noqa: PTH208 - as above
    assert 1_000 <= cs.load(path).n < 3_000
    assert run() == cs.simulate(PLAN, n=3_000, rng=7)


@pytest.mark.parametrize("option", ["--save", "--checkpoint"])
def test_the_command_line_says_so_in_a_sentence(tmp_path, option):
    code = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000));"
    code += "from clustersim.__main__ import main; sys.exit(main())"
    path = tmp_path / "run.zip"
    command = [sys.executable, "-c", code, "simulate", "-n", "1000", "--seed", "7", option, str(path)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)  # noqa: S603 - our own code
    assert done.returncode == 2
    assert done.stderr == f"{path}: File too large\n"
    assert ("black belt" in done.stdout) == (option == "--save")  # what was simulated is shown, if it cannot be saved
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - as above
