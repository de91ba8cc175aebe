"""The default plan in scalar C (``scalar.c``), compiled on the spot."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

from interleaved import UnavailableError

SOURCE = Path(__file__).with_suffix(".c")
FLAGS = ("-O3", "-march=native", "-ffast-math", "-fopenmp")


def compiler():
    """Path of a C compiler, or None."""
    return shutil.which("gcc") or shutil.which("cc")


def compiler_version():
    """What the compiler calls itself."""
    command = compiler()
    if command is None:
        return "no C compiler"
    done = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout.partition("\n")[0]


@cache
def compiled(folder, source=SOURCE):
    """Compile a C program into a folder, once; its path."""
    command = compiler()
    if command is None:
        raise UnavailableError("no C compiler: neither gcc nor cc is on the path")
    program = Path(folder) / Path(source).stem
    done = subprocess.run(  # noqa: S603  our own program
        [command, *FLAGS, source, "-o", program, "-lm"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise UnavailableError(f"{command} cannot compile {source}: {done.stderr.strip()}")
    return program


def simulate(folder, n, threads, source=SOURCE):
    """What the program prints about ``n`` trajectories."""
    program = compiled(folder, source)
    done = subprocess.run([program, str(n), str(threads)], capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout
