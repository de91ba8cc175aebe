"""Kernels in pieces: shown with tiny functions in a module of their own, which a helper can import too."""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
import pytest
from numba import float64, int64, types
from numba.core.errors import TypingError

from clustersim.kernel import jit, pieces
from clustersim.kernel.pieces import Kernel, Lent, Piece, lend
from clustersim.kernel.run import KERNEL

WORD = "clustersim: compiling a simulation core, which takes some seconds; it is kept for the next time ...\n"

TINY = """
import os
import sys
import time

from numba import float64, int64, types

from clustersim.kernel import pieces
from clustersim.kernel.jit import entry
from clustersim.kernel.pieces import Kernel, Piece

if sys.argv[0] == "-c":  # as a helper
    exec(os.environ.get("HELPER", ""))


def second(x):
    return x[1] if x.size < 9 else x[9]


def double(x):
    return 2 * x


_PIECES = Piece(second, float64(float64[::1])), Piece(double, float64(float64))
_second_at, _double_at = (piece.call for piece in _PIECES)


@entry
def driver(x, addresses):
    return _double_at(addresses[1], _second_at(addresses[0], x))


KERNEL = Kernel(
    driver, float64(float64[::1], types.UniTuple(int64, 2)), _PIECES, shared=(double,), name=("tiny", "KERNEL")
)
"""

MAIN = """
import os
import sys

import numpy as np

from clustersim.kernel import pieces
import tiny

pieces._PATIENCE = 3
pieces._may_be_helped = lambda: True
exec(os.environ.get("FIRST", ""))
tiny.KERNEL.warm()
print(*("loaded" if piece._code.library._disable_inspection else "compiled" for piece in tiny.KERNEL.pieces))
print(tiny.driver(np.arange(float(os.environ.get("SIZE", 5))), tiny.KERNEL.addresses))
"""


@pytest.fixture
def process(tmp_path, monkeypatch):
    """Run the tiny kernel in a process of its own, with some variables; give what it says."""
    (tmp_path / "tiny.py").write_text(TINY)
    (tmp_path / "main.py").write_text(MAIN)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))

    def start(*, check=True, **variables):
        for name in ("HELPER", "FIRST", "SIZE", "NUMBA_BOUNDSCHECK"):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        done = subprocess.run(  # noqa: S603 - our own code
            [sys.executable, str(tmp_path / "main.py")], capture_output=True, check=check, text=True, timeout=120
        )
        return done.stdout.splitlines(), done.stderr

    return start


def tiny_kernel(function, signature):
    """A driver of one piece, compiled by this process and kept nowhere."""
    piece = Piece(function, signature)
    at = piece.call

    @jit.entry
    def driver(x, addresses):
        return at(addresses[0], x)

    argument = signature.args[0]
    kernel = Kernel(driver, signature.return_type(argument, types.UniTuple(int64, 1)), (piece,), (), ("", ""))
    kernel.warm()
    return lambda x: driver(x, kernel.addresses)


@pytest.fixture
def _nowhere(monkeypatch):
    monkeypatch.setattr(jit, "cache_directory", lambda: None)


# Calls


def test_a_helper_compiles_its_share_and_the_next_process_only_loads(process):
    assert process() == (["compiled loaded", "2.0"], WORD)
    assert process() == (["loaded loaded", "2.0"], "")


@pytest.mark.usefixtures("_nowhere")
def test_a_piece_is_called_by_its_address():
    assert tiny_kernel(lambda x: x + 1, int64(int64))(41) == 42
    assert tiny_kernel(lambda x: x.sum(), float64(float64[::1]))(np.arange(5.0)) == 10
    assert tiny_kernel(lambda x: x > 1, types.boolean(float64))(0.5) is False

    def fill(x):
        x[:] = 7

    x = np.zeros(3)
    assert tiny_kernel(fill, types.void(float64[::1]))(x) is None
    assert x.tolist() == [7, 7, 7]


class Pair(NamedTuple):
    one: np.ndarray
    many: np.ndarray


@pytest.mark.usefixtures("_nowhere")
def test_a_named_tuple_is_lent():
    def exchange(pair, i):
        pair.one[0], pair.many[i] = pair.many[i], pair.one[0]
        return pair.many.size

    arrays = [int64[::1], float64[::1]]
    piece = Piece(exchange, int64(Lent(arrays, Pair), int64))
    at = piece.call

    @jit.entry
    def driver(pair, address):
        lent = lend(pair)
        size = 0
        for i in range(3):
            size += at(address, lent, i)
        return size

    kernel = Kernel(driver, int64(types.NamedTuple(arrays, Pair), int64), (piece,), (), ("", ""))
    kernel.warm()
    pair = Pair(np.array([7]), np.arange(5.0))
    assert driver(pair, *kernel.addresses) == 15
    assert (pair.one.tolist(), pair.many.tolist()) == ([2], [7, 0, 1, 3, 4])
    with pytest.raises(TypingError, match="exchange takes"):
        Kernel(jit.entry(lambda pair, address: at(address, pair, 1)), kernel.signature, (piece,), (), ("", "")).warm()


@pytest.mark.usefixtures("_nowhere")
def test_other_types_are_refused_when_the_driver_is_compiled():
    piece = Piece(lambda x: x + 1, int64(int64))
    at = piece.call
    for arguments in ((float64, int64), (types.int32, int64)):
        kernel = Kernel(jit.entry(lambda x, address: at(address, x)), int64(*arguments), (piece,), (), ("", ""))
        with pytest.raises(TypingError, match=r"takes \(int64,\), not \((float64|int32),\)"):
            kernel.warm()


@pytest.mark.parametrize("again", [False, True])
def test_python_that_calls_a_piece_is_told_so(process, again):
    for _ in range(1 + again):
        _, said = process(FIRST="tiny.KERNEL.warm(); tiny._PIECES[1]._entry(2.0)", check=False)
    assert said.splitlines()[-1].startswith("TypeError: No matching definition")
    with pytest.raises(TypeError, match="not callable"):
        KERNEL.pieces[0](1)


@pytest.mark.parametrize("again", [False, True])
def test_an_error_in_a_piece_is_one_of_the_driver(process, again):
    for _ in range(1 + again):
        said, error = process(NUMBA_BOUNDSCHECK="1", SIZE="9", check=False)
    assert said == [f"{'loaded' if again else 'compiled'} loaded"]
    assert error.splitlines()[-1].startswith("IndexError")


# Helpers


@pytest.mark.parametrize("does", ["raise SystemExit(1)", "1 / 0", "os.abort()", "time.sleep(100)"])
def test_a_helper_that_fails_costs_time_alone(process, does):
    assert process(HELPER=does) == (["compiled compiled", "2.0"], WORD)
    assert process(HELPER=does) == (["loaded loaded", "2.0"], "")


def test_what_is_lacking_is_compiled_alone(process, tmp_path):
    process()
    (code,) = (tmp_path / "cache").rglob("tiny.double*.nbc")
    code.unlink()
    assert process(HELPER="1 / 0") == (["loaded compiled", "2.0"], WORD)
    (code,) = (tmp_path / "cache").rglob("tiny.driver*.nbc")
    code.unlink()
    assert process() == (["loaded loaded", "2.0"], WORD)


def test_an_interruption_leaves_no_helper(process, tmp_path):
    trace = tmp_path / "trace"
    interrupted = """
from clustersim.kernel import jit
def interrupt(*_):
    import time
    while not os.path.exists(os.environ["TRACE"]):
        time.sleep(0.1)
    raise KeyboardInterrupt
pieces.translate = interrupt
"""
    helper = "open(os.environ['TRACE'], 'x').write(str(os.getpid())); time.sleep(100)"
    said, error = process(FIRST=interrupted, HELPER=helper, TRACE=str(trace), check=False)
    assert (said, error.splitlines()[-1]) == ([], "KeyboardInterrupt")
    if Path("/proc/self").exists():
        assert not Path(f"/proc/{trace.read_text()}").exists()


@pytest.mark.parametrize(
    ("cores", "executable", "parent", "helped"),
    [
        (2, "/usr/bin/python3", None, True),
        (1, "/usr/bin/python3", None, False),
        (2, "/opt/program", None, False),
        (2, None, None, False),
        (2, r"C:\Python\python.exe".replace("\\", "/"), None, True),
        (2, "/usr/bin/python3", object(), False),
    ],
)
def test_who_may_be_helped(monkeypatch, cores, executable, parent, helped):
    monkeypatch.setattr(pieces.os, "sched_getaffinity", lambda _: range(cores), raising=False)
    monkeypatch.setattr(pieces.sys, "executable", executable)
    monkeypatch.setattr(pieces.multiprocessing, "parent_process", lambda: parent)
    assert pieces._may_be_helped() is helped
    monkeypatch.setattr(pieces.sys, "frozen", True, raising=False)
    assert not pieces._may_be_helped()


def test_shares_are_of_the_kernel():
    for kernel in (KERNEL, pytest.importorskip("clustersim.kernel.monthly").KERNEL):
        functions = [piece.function for piece in kernel.pieces]
        assert 0 < len(kernel.shared) < len(functions)
        assert set(kernel.shared) < set(functions)
    assert numba.config.DISABLE_JIT == 0
