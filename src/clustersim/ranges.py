"""One range of trajectories, by the kernel that its Program needs: the fast one, or that of the levers.

Whether anything changes from month to month decides which, and whether 32 bits are enough for sums of revenue. Numba,
and the kernel, load when they are first needed.
"""

import os

from clustersim.dynamics import idle_levers
from clustersim.kernel.layout import LeverRecords, Records
from clustersim.program import Program


def refuse_no_threads() -> None:
    """Name the variable, where numba is told to have no threads; it would only say that there are none.

    Raises
    ------
    ValueError
        If it is told so.
    """
    told = os.environ.get("NUMBA_NUM_THREADS", "").strip()
    if told.removeprefix("-").isdecimal() and int(told) < 1:
        raise ValueError(f"NUMBA_NUM_THREADS = {told}: must be 1 or more in the environment, or unset")


def run_range(
    program: Program, key: int, first: int, n: int, *, paths: bool = False, standing: bool = False
) -> tuple[Records, LeverRecords | None]:
    """Simulate the trajectories ``first`` .. ``first + n - 1``.

    Parameters
    ----------
    program
        What to simulate.
    key
        64 bits.
    first, n
        The range; at most ``LARGEST_RANGE`` trajectories.
    paths
        Whether to keep every month of each.
    standing
        Whether to count the established clusters of each as well, month by month: then any plan leaves more.

    Returns
    -------
    records, more
        What all plans leave, and what the kernel of the levers leaves besides; None from the fast one.
    """
    refuse_no_threads()
    if program.fast and not standing:
        from clustersim.kernel import run  # noqa: PLC0415  numba loads when it is needed

        return run.run(program.tables, key, first, n, revenue=paths), None
    from clustersim.kernel import monthly  # noqa: PLC0415  as above

    levers = program.levers or idle_levers()
    return monthly.run(program.tables, levers, key, first, n, paths=paths, standing=standing)


def warm(program: Program, *, standing: bool = False) -> None:
    """Compile the kernel that a Program needs, or load it from the cache; see ``run_range``."""
    refuse_no_threads()
    if program.fast and not standing:
        from clustersim.kernel import run  # noqa: PLC0415  as above

        run.warm()
    else:
        from clustersim.kernel import monthly  # noqa: PLC0415  as above

        monthly.warm()


def warm_all() -> None:
    """Compile either kernel, or load it from the cache."""
    refuse_no_threads()
    from clustersim.kernel import monthly, run  # noqa: PLC0415  as above

    run.warm()
    monthly.warm()
