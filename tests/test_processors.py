"""The same bits on processors that this one can stand in for, each in a process that compiles for it.

What runs there are this process's Programs: lowering is scipy's and the C library's part, and not compared here.
"""

import json
import os
import pickle
import platform
import subprocess
import sys
from pathlib import Path

import pytest
from llvmlite import binding

from golden import golden_runs

RUNS = golden_runs()
ABLE = binding.get_host_cpu_features()

pytestmark = pytest.mark.skipif(platform.machine() not in {"x86_64", "AMD64"}, reason="these are x86 processors")

CODE = """
import ctypes
import json
import pickle
import re
import sys
from pathlib import Path

from clustersim.kernel import monthly, run
from clustersim.ranges import run_range, warm_all
from clustersim.tally import count
from digests import digest_of_counts


def fmaf():
    # Which of its versions the C library has chosen: the address, less that of a function of which it has but one.
    library = ctypes.CDLL("libm.so.6")
    chosen, fixed = (ctypes.cast(f, ctypes.c_void_p).value for f in (library.fmaf, library.nanf))
    return chosen - fixed


warm_all()
digests = {}
for name, program, key, first, n in pickle.loads(Path(sys.argv[1]).read_bytes()):
    digests[name] = digest_of_counts(count(program, key, first, *run_range(program, key, first, n)))
told = {"digests": digests, "fmaf": fmaf() if sys.platform == "linux" else None, "uses": []}
for kernel in (run.KERNEL, monthly.KERNEL):
    libraries = [piece._code.library for piece in kernel.pieces]
    # numba knows the assembly of what this process compiled itself, and not a helper
    assemblies = [library.get_asm_str() for library in libraries if not library._disable_inspection]
    if assemblies:
        told["uses"].append(sorted({*re.findall("xmm|ymm|zmm|vfmadd|fmaf", "".join(assemblies))}))
print(json.dumps(told))
"""


@pytest.fixture
def elsewhere(tmp_path):
    """Run on a processor that the environment's variables describe: what was counted, and with what instructions."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    inherited |= {"PYTHONPATH": str(Path(__file__).parent), "NUMBA_CACHE_DIR": str(tmp_path / "cache")}

    def run(runs, **variables):
        file = tmp_path / "programs"
        file.write_bytes(pickle.dumps([(r.name, r.program, r.key, r.first, r.n) for r in runs]))
        command = [sys.executable, "-c", CODE, str(file)]
        done = subprocess.run(command, env=inherited | variables, capture_output=True, check=True, text=True)  # noqa: S603 - our own code
        return json.loads(done.stdout)

    return run


def here(runs):
    return {run.name: run.found["counts"] for run in runs}


# Given a name alone, numba goes on with the instructions that this processor has.
HASWELL = {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": ""}
GENERIC = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
NO_FMA = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-AVX2,-FMA4,-AVX"}

glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told to do without FMA")


@pytest.mark.skipif(not all(ABLE.get(name) for name in ("avx2", "fma", "bmi2")), reason="this is an older processor")
def test_haswell_without_avx_512_gives_the_same_bits(elsewhere):
    there = elsewhere(RUNS, **HASWELL)
    assert there["uses"] == [["vfmadd", "xmm", "ymm"]] * 2
    assert there["digests"] == here(RUNS)


@glibc
def test_the_oldest_processor_gives_the_same_bits_also_when_fma_is_software(elsewhere):
    """Vectors of four, and every fused multiply-add a call; of the C library's two the slow one, for two plans."""
    there = elsewhere(RUNS, **GENERIC)
    assert there["uses"] == [["fmaf", "xmm"]] * 2
    assert there["digests"] == here(RUNS)
    some = [run for run in RUNS if run.name in {"the default plan", "every lever"}]
    assert [run.n for run in some] == [10_000, 2_500]
    in_software = elsewhere(some, **GENERIC, **NO_FMA)
    assert in_software["fmaf"] != there["fmaf"] or not ABLE.get("fma")
    assert in_software["digests"] == here(some)


@glibc
@pytest.mark.verification
def test_software_fma_gives_the_bits_of_every_golden_run(elsewhere):
    assert elsewhere(RUNS, **GENERIC, **NO_FMA)["digests"] == here(RUNS)
