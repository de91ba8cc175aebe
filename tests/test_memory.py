"""What a process may take, and that more is refused before it is taken."""

import errno
import os
import subprocess
import sys

import pytest

import clustersim as cs
from clustersim import memory as memories
from clustersim.memory import is_shortage, memory

LIMITED = """
import resource
import sys
import clustersim as cs

cs.paths(cs.Plan(horizon=12), n=10, rng=7)  # loaded, which takes address space of its own
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]), -1))
try:
    cs.paths(cs.Plan(horizon=12), n=int(sys.argv[2]), rng=7)
except MemoryError as refused:
    print(refused)
"""


def chained(error, cause):
    error.__context__ = cause
    return error


SHORT = [
    MemoryError(),
    OSError(errno.ENOMEM, "Cannot allocate memory"),
    ImportError("libopenblas.so: failed to map segment from shared object"),
    chained(OSError("Could not find/load shared object file 'libllvmlite.so'"), MemoryError()),
    chained(ImportError("numba"), chained(ValueError(), OSError("libm.so: cannot allocate memory"))),
]
ENOUGH = [
    ValueError("failed"),
    OSError(errno.ENOENT, "No such file"),
    chained(OSError("Could not find/load shared object file 'libllvmlite.so'"), OSError("no such file")),
]


@pytest.mark.parametrize(("errors", "short"), [(SHORT, True), (ENOUGH, False)])
def test_a_shortage_of_memory_is_seen_also_behind_other_errors(errors, short):
    assert [is_shortage(error) for error in errors] == [short] * len(errors)


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="no such limit is kept there")
def test_a_process_that_is_limited_is_told_the_limit():
    command = [sys.executable, "-c", LIMITED, str(4 << 30), "20000000"]
    done = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603 - our own code
    assert done.stdout == (
        "20,000,000 paths of 12 months take 6,360,000,000 bytes, and this process can have 4,294,967,296: "
        "take fewer, a range at a time by first=, or simulate(), whose memory does not grow with n\n"
    )


@pytest.mark.parametrize(("content", "limit"), [("100000000\n", 100_000_000), ("max\n", None), ("", None)])
def test_a_container_s_limit_counts(tmp_path, monkeypatch, content, limit):
    before = memory()
    file = tmp_path / "memory.max"
    file.write_text(content)
    monkeypatch.setattr(memories, "_OF_A_CONTAINER", (str(tmp_path / "nowhere"), str(file)))
    assert memory() == limit if limit else memory() >= before
    if limit:
        with pytest.raises(MemoryError, match="can have 100,000,000: "):
            cs.paths(cs.Plan(), n=100_000, rng=7)


def test_a_system_that_tells_nothing_refuses_nothing(monkeypatch):
    monkeypatch.setattr(memories, "_OF_A_CONTAINER", ())
    monkeypatch.delattr(os, "sysconf", raising=False)
    monkeypatch.setitem(sys.modules, "resource", None)
    assert memory() is None
    assert cs.paths(cs.Plan(), n=10, rng=7).revenue.shape == (10, 120)
