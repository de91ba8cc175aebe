"""How much memory a process may take, as far as the system tells."""

import os
from collections.abc import Iterator
from contextlib import suppress
from errno import ENOMEM
from pathlib import Path

#: Where Linux tells the limit of a container, in its second and first manner.
_OF_A_CONTAINER = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")

#: What systems say where a library finds no room.
_SHORTAGE = ("failed to map segment", "cannot allocate memory", "not enough memory")


def memory() -> int | None:
    """Return the bytes that this process may take: the machine's, or fewer if it is limited; None if nobody tells.

    >>> memory() is None or memory() > 2**20
    True
    """
    return min(_limits(), default=None)


def is_shortage(error: BaseException | None) -> bool:
    """Tell whether memory is what an error, or one that it came of, is short of: also where a library could not load.

    >>> is_shortage(MemoryError()), is_shortage(OSError("libllvmlite.so: failed to map segment from shared object"))
    (True, True)
    """
    while error is not None:
        short = isinstance(error, MemoryError) or getattr(error, "errno", None) == ENOMEM
        if short or any(words in str(error).lower() for words in _SHORTAGE):
            return True
        error = error.__cause__ or error.__context__
    return False


def shortage() -> str:
    """Say that there is not enough memory, and how much there may be."""
    most = memory()
    limit = "" if most is None else f": this process may take {most:,} bytes in all"
    return f"there is not enough memory{limit}"


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
