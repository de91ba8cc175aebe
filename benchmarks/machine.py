"""What the figures were measured on."""

import os
import platform
import time
from importlib.metadata import version
from pathlib import Path

from clustersim.kernel.jit import kernel_digest
from peers import scalar


def cores():
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def processor():
    """Name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def described():
    """The machine, what runs on it, and the day, in one line."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numba", "numpy"))
    return (
        f"{processor()}, cores used: {cores()}; {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, {libraries}, {scalar.compiler_version()}; "
        f"clustersim {version('clustersim')}, kernel {kernel_digest()[:8]}; {time.strftime('%Y-%m-%d')}."
    )
