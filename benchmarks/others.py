"""How much of the machine others used while something was measured."""

import os
import time
from pathlib import Path

from interleaved import processor_clock

_COUNTED = slice(1, 9)  # of /proc/stat's first line: user, nice, system, idle, waiting, interrupts, the same, stolen
_IDLE = (3, 4)
NOTABLE = 0.1  # of a core: what a machine does when nobody uses it is less


def _used():
    """Core-seconds that were not idle since the machine was started, those that its host took away included."""
    ticks = [int(field) for field in Path("/proc/stat").read_text(encoding="ascii").split()[_COUNTED]]
    return (sum(ticks) - sum(ticks[i] for i in _IDLE)) / os.sysconf("SC_CLK_TCK")


def watch():
    """Begin to look; the function returned tells how many cores others have used on average, if any to speak of."""
    try:
        used = _used()
    except OSError:  # not a Linux
        return lambda: 0.0
    own, begin = processor_clock(), time.perf_counter()

    def cores():
        others = (_used() - used) - (processor_clock() - own)
        share = others / (time.perf_counter() - begin)
        return share if share > NOTABLE else 0.0

    return cores
