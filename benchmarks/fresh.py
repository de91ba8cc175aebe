"""A new interpreter, looked at from outside: what one process takes of time and memory.

Linux hands a process's peak memory on to what it starts, as the least that the child can report: 500 MB here would be
500 MB there. So a small interpreter in between (this file, as a script) starts the one that is measured.
"""

import os
import subprocess
import sys
import time
from tempfile import TemporaryDirectory
from typing import NamedTuple

from interleaved import spread

NOTHING = ""
IMPORT = "import clustersim"
ANSWER = "import clustersim as cs; print(cs.simulate(cs.Plan(), n={n}, rng=7).summary())"


class Process(NamedTuple):
    """What a process took: by the clock on the wall, of all cores together, and at most."""

    seconds: float
    processor_seconds: float
    megabytes: float


def fresh(code, **environment):
    done = subprocess.run(  # noqa: S603  our own program
        [sys.executable, __file__, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **environment},
    )
    seconds, processor_seconds, peak = done.stdout.split()[-3:]
    return Process(float(seconds), float(processor_seconds), int(peak) / (2**20 if sys.platform == "darwin" else 2**10))


def cold(code):
    """A new interpreter with nothing cached."""
    with TemporaryDirectory(prefix="clustersim-cold-") as folder:
        return fresh(code, NUMBA_CACHE_DIR=folder)


def import_seconds(rounds):
    """Wall seconds of the import above those of a bare interpreter."""
    return spread(fresh(IMPORT).seconds - fresh(NOTHING).seconds for _ in range(rounds))


def process_seconds(code):
    """Wall seconds of a whole process, by rounds; what it compiles is cached by one that goes before."""

    def measure(rounds):
        fresh(code)
        return spread(fresh(code).seconds for _ in range(rounds))

    return measure


def cold_seconds(code):
    """Wall seconds of one whole process with nothing cached."""
    return lambda _rounds: spread([cold(code).seconds])


def peak_megabytes(code):
    """Peak memory of one process."""
    return lambda _rounds: spread([fresh(code).megabytes])


def launch():
    """Start an interpreter with this one's arguments, and print what it took."""
    begin = time.perf_counter()
    child = os.posix_spawn(sys.executable, [sys.executable, *sys.argv[1:]], os.environ)
    _, status, usage = os.wait4(child, 0)
    print(time.perf_counter() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    launch()
