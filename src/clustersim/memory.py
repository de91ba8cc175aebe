"""How much memory a process may take, as far as the system tells."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

#: Where Linux tells the limit of a container, in its second and first manner.
_OF_A_CONTAINER = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def memory() -> int | None:
    """Return the bytes that this process may take: the machine's, or fewer if it is limited; None if nobody tells.

    >>> memory() is None or memory() > 2**20
    True
    """
    return min(_limits(), default=None)


def _limits() -> Iterator[int]:
    with suppress(AttributeError, OSError, ValueError):  # no such names on this system
        yield os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with suppress(ImportError):
        import resource  # noqa: PLC0415  Windows has none

        for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA):
            soft, _ = resource.getrlimit(kind)
            if soft != resource.RLIM_INFINITY:
                yield soft
    for file in _OF_A_CONTAINER:
        with suppress(OSError, ValueError):  # "max" is no limit
            yield int(Path(file).read_text(encoding="ascii"))
