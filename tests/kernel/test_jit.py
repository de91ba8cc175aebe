"""What is compiled, and what is kept of it on disk: shown with tiny functions, since the kernel takes long."""

import gc
import os
import pickle
import shutil
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import numba
import numpy as np
import pytest

import clustersim as cs
from clustersim.kernel import jit, monthly, pieces
from clustersim.kernel.pieces import Kernel
from clustersim.kernel.run import _run, run
from clustersim.program import Program, lower

KERNEL = Path(jit.__file__).parent
COMPILES = "clustersim: compiling a simulation core, which takes some seconds; "
WORD = f"{COMPILES}it is kept for the next time ...\n"
NOWHERE = f"{COMPILES}there is no folder to keep it in ...\n"

TINY = """
from numba import int64

from clustersim.kernel.jit import cache_directory, entry
from clustersim.kernel.pieces import Kernel


@entry
def double(x):
    return 2 * x


Kernel(double, int64(int64), (), (), ("", "")).warm()
print(double(21), cache_directory())
"""


def double(x):
    return 2 * x


def doubled(x):
    """Call the function as a new process would."""
    kind = numba.typeof(x)
    kernel = Kernel(jit.entry(double), kind(kind), (), (), ("", ""))
    kernel.warm()
    return kernel.driver(x)


def compiled_anew(capsys):
    """Tell whether the function was compiled, or found in the cache."""
    assert doubled(21) == 42
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err in {"", WORD, NOWHERE}
    return bool(said.err)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A cache of our own."""
    folder = tmp_path / "cache"
    folder.mkdir()
    monkeypatch.setattr(jit, "cache_directory", lambda: folder)
    return folder


# The kernel as a whole


def test_the_kernel_is_compiled_once_for_all():
    program = lower(cs.Plan(horizon=12))
    cs.simulate(program.plan, n=100, rng=7)
    cs.paths(program.plan, n=10, rng=7)
    writable = program.tables._replace(
        **{name: value.copy() for name, value in program.tables._asdict().items() if np.ndim(value)}
    )
    with pytest.raises(TypeError, match="No matching definition"):
        run(writable, 7, 0, 10)
    run(Program(plan=program.plan, tables=writable).tables, 7, 0, 10)
    run(lower(cs.Plan(convergence=None, seasonality=[1] * 12)).tables, 2**64 - 1, 2**63 - 10, 10, revenue=True)
    assert len(_run.signatures) == 1


def test_the_kernel_of_levers_is_compiled_once_for_all():
    for plan in (cs.Plan(focus={}), cs.presets.whole_story(), cs.Plan(finances={}, convergence=None, volatility=0)):
        program = lower(plan.replace(horizon=12))
        cs.simulate(program.plan, n=100, rng=7)
        cs.paths(program.plan, n=10, rng=7)
        again = pickle.loads(pickle.dumps(program))  # noqa: S301 - our own
        monthly.run(again.tables, again.levers, 2**64 - 1, 2**63 - 10, 10)
    assert len(monthly._run.signatures) == 1


@pytest.mark.parametrize(("levers", "compiled"), [("", "1 1 0 0"), ("focus={}", "0 0 1 1"), ("ideas={}", "1 1 0 0")])
def test_many_threads_at_first_compile_once_the_kernel_that_is_needed(levers, compiled):
    code = f"""
import threading
import clustersim as cs
from clustersim.kernel import pieces

asked, load = [], pieces.load
pieces.load = lambda driver, signature: asked.append(driver) or load(driver, signature)
from clustersim.kernel import monthly, run

threads = [threading.Thread(target=cs.simulate, args=(cs.Plan(horizon=6, {levers}), 100)) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for kernel in (run._run, monthly._run):
    print(len(kernel.signatures), asked.count(kernel), end=" ")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)  # noqa: S603 - our own code
    assert done.stdout.strip() == compiled


# The digest


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """The kernel's sources, to be changed."""
    folder = shutil.copytree(KERNEL, tmp_path / "kernel", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(jit, "__file__", str(folder / "jit.py"))
    return folder


def digest():
    return jit.kernel_digest.__wrapped__()


def test_the_same_sources_have_the_same_digest_anywhere(copied):
    assert (copied / "philox.py").exists()
    assert digest() == digest()
    assert len(digest()) == 16


@pytest.mark.parametrize("name", sorted(path.name for path in KERNEL.glob("*.py")))
def test_an_edit_in_any_file_changes_the_digest(copied, name):
    before = digest()
    file = copied / name
    source = file.read_bytes()
    file.write_bytes(source + b"\n")
    assert digest() != before
    file.write_bytes(source)
    assert digest() == before
    file.rename(copied / "another_name.py")
    assert digest() != before


def test_a_new_file_changes_the_digest(copied):
    before = digest()
    (copied / "notes.txt").write_text("no source")
    assert digest() == before
    (copied / "new.py").touch()
    assert digest() != before


def test_another_numba_changes_the_digest(monkeypatch):
    before = digest()
    monkeypatch.setattr(numba, "__version__", "0.0.0")
    assert digest() != before


# The cache


def test_machine_code_is_found_again(folder, capsys):
    assert compiled_anew(capsys)
    files = sorted(folder.rglob("*.nb?"))
    assert [file.suffix for file in files] == [".nbc", ".nbi"]
    before = [file.stat().st_mtime_ns for file in files]
    assert not compiled_anew(capsys)
    assert [file.stat().st_mtime_ns for file in files] == before


def test_every_signature_is_kept(folder, capsys):  # noqa: ARG001 - not the user's own
    for _ in range(2):
        assert doubled(21) == 42
        assert doubled(0.5) == 1.0
    assert capsys.readouterr().err == 2 * WORD


def damage_nothing(data):
    return data


def truncate(data):
    return data[: len(data) // 2]


def empty(data):  # noqa: ARG001 - all of it is gone
    return b""


def flip_at(share):
    def flip(data):
        at = int(share * (len(data) - 1))
        return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]

    flip.__name__ = f"flip_at_{share}"
    return flip


@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
@pytest.mark.parametrize(
    "damage", [truncate, empty, *map(flip_at, (0, 0.1, 0.3, 0.5, 0.7, 0.9, 1))], ids=lambda f: f.__name__
)
def test_a_damaged_file_is_compiled_again(folder, capsys, suffix, damage):
    compiled_anew(capsys)
    (file,) = folder.rglob(f"*{suffix}")
    file.write_bytes(damage(file.read_bytes()))
    assert compiled_anew(capsys)
    assert not compiled_anew(capsys)


def test_a_whole_file_written_again_is_not_damaged(folder, capsys):
    compiled_anew(capsys)
    for file in folder.rglob("*.nb?"):
        file.write_bytes(file.read_bytes())
    assert not compiled_anew(capsys)


@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
def test_a_missing_file_is_compiled_again(folder, capsys, suffix):
    compiled_anew(capsys)
    (file,) = folder.rglob(f"*{suffix}")
    file.unlink()
    assert compiled_anew(capsys)
    assert not compiled_anew(capsys)


def test_an_index_where_code_should_be_is_compiled_again(folder, capsys):
    compiled_anew(capsys)
    (index,) = folder.rglob("*.nbi")
    (code,) = folder.rglob("*.nbc")
    code.write_bytes(index.read_bytes())
    assert compiled_anew(capsys)
    assert not compiled_anew(capsys)


def test_code_for_other_types_or_processors_is_not_run(folder, capsys):
    """Two machines that write at once may leave the index of one and the code of the other."""
    compiled_anew(capsys)
    assert doubled(0.5) == 1.0
    for_integers, for_floats = sorted(folder.rglob("*.nbc"))
    for_integers.write_bytes(for_floats.read_bytes())
    capsys.readouterr()
    found = doubled(21)
    assert (found, type(found)) == (42, int)
    assert capsys.readouterr().err == WORD
    assert not compiled_anew(capsys)


def test_a_folder_that_goes_bad_between_is_no_error(folder, capsys):
    kernel = Kernel(jit.entry(double), numba.int64(numba.int64), (), (), ("", ""))
    shutil.rmtree(folder)
    folder.touch()  # a file where there was a folder
    kernel.warm()
    assert kernel.driver(21) == 42
    told = capsys.readouterr().err
    assert told.startswith(f"{WORD}clustersim: it could not be kept in {folder}")
    assert told.endswith(", and will be compiled again next time\n")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
@pytest.mark.parametrize("suffix", [".nbi", ".nbc"])
def test_a_pipe_where_a_file_should_be_is_compiled_again(folder, capsys, suffix):
    compiled_anew(capsys)
    (file,) = folder.rglob(f"*{suffix}")
    file.unlink()
    os.mkfifo(file)
    assert compiled_anew(capsys)
    assert not compiled_anew(capsys)


def test_no_folder_is_no_error(monkeypatch, capsys):
    monkeypatch.setattr(jit, "cache_directory", lambda: None)
    assert compiled_anew(capsys)
    assert compiled_anew(capsys)


def test_numba_s_own_settings_stay_as_they_are(folder, monkeypatch):  # noqa: ARG001 - not the user's own
    monkeypatch.setattr(numba.config, "CACHE_DIR", "somewhere")
    before = dict(os.environ)
    doubled(21)
    assert numba.config.CACHE_DIR == "somewhere"
    assert dict(os.environ) == before


# Where the cache is


def test_numba_cache_dir_goes_first(tmp_path, monkeypatch):
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "numba's"))
    found = jit.cache_directory.__wrapped__()
    assert found == tmp_path / "numba's" / jit.kernel_digest()
    assert found.is_dir()
    assert list(found.iterdir()) == []


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="these systems have other places")
def test_the_place_for_caches_is_the_desktop_s(tmp_path, monkeypatch):
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert jit._caches() == tmp_path / "home" / ".cache" / "clustersim"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert jit._caches() == tmp_path / "xdg" / "clustersim"


def test_nowhere_to_write_is_no_directory(tmp_path, monkeypatch):
    (tmp_path / "file").touch()  # permissions would not stop root
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "file" / "cache"))
    assert jit.cache_directory.__wrapped__() is None


def test_no_home_is_no_directory(monkeypatch):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert jit.cache_directory.__wrapped__() is None


def test_a_full_disk_is_no_directory(tmp_path, monkeypatch):
    def full(**_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(jit.tempfile, "TemporaryFile", full)
    assert jit.cache_directory.__wrapped__() is None


# Processes


@pytest.fixture
def processes(tmp_path):
    """Start processes that compile the tiny function, each with some variables; give what they say."""
    script = tmp_path / "tiny.py"
    script.write_text(TINY)
    clean = {k: v for k, v in os.environ.items() if k not in {"NUMBA_CACHE_DIR", "XDG_CACHE_HOME"}}
    started = []

    def start(count=1, **variables):
        command = [sys.executable, str(script)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        batch = [subprocess.Popen(command, env=clean | variables, **pipes) for _ in range(count)]  # noqa: S603 - our own code
        started.extend(batch)
        return [process.communicate(timeout=120) for process in batch]

    yield start
    for process in started:
        process.kill()


def test_an_edit_in_any_other_file_of_the_kernel_is_seen_by_the_next_process(processes, tmp_path):
    """End to end, with a package of our own: numba alone would look at the decorated function's file only."""
    package = shutil.copytree(
        KERNEL.parent, tmp_path / "src" / "clustersim", ignore=shutil.ignore_patterns("__pycache__")
    )
    variables = {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(package.parent)}
    ((first, said),) = processes(**variables)
    assert said == WORD
    assert processes(**variables) == [(first, "")]
    file = package / "kernel" / "philox.py"
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    ((second, said),) = processes(**variables)
    assert said == WORD
    assert second != first


def test_processes_at_once_on_an_empty_folder_agree(processes, tmp_path):
    folder = str(tmp_path / "cache")
    said = processes(3, NUMBA_CACHE_DIR=folder)
    directory = f"{folder}{os.sep}{jit.kernel_digest()}"
    assert {out for out, _ in said} == {f"42 {directory}\n"}
    assert {WORD} <= {errors for _, errors in said} <= {WORD, ""}
    assert processes(NUMBA_CACHE_DIR=folder) == [(f"42 {directory}\n", "")]


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="these systems have other places")
@pytest.mark.parametrize("name", ["HOME", "XDG_CACHE_HOME", "NUMBA_CACHE_DIR"])
def test_a_process_that_can_write_nowhere_says_so_and_goes_on(processes, tmp_path, name):
    (tmp_path / "file").touch()
    assert processes(**{name: str(tmp_path / "file" / "folder")}) == [("42 None\n", NOWHERE)]


# The collector of garbage


@pytest.mark.parametrize("fails", [False, True])
def test_garbage_is_collected_as_before_once_all_is_compiled(monkeypatch, fails):
    def translate(driver, signature):
        assert gc.get_threshold()[0] > before[0]
        if fails:
            raise KeyboardInterrupt
        return compiled(driver, signature)

    before, compiled = gc.get_threshold(), pieces.translate
    monkeypatch.setattr(jit, "cache_directory", lambda: None)
    monkeypatch.setattr(pieces, "translate", translate)
    with pytest.raises(KeyboardInterrupt) if fails else nullcontext():
        doubled(21)
    assert gc.get_threshold() == before
