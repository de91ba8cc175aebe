"""What is enough to repeat a run."""

from typing import TYPE_CHECKING, Any

from clustersim._version import __version__
from clustersim.seeds import Key

if TYPE_CHECKING:
    from clustersim.program import Program
    from clustersim.tally import Ranges


def provenance(program: "Program", key: int, ranges: "Ranges") -> dict[str, Any]:
    """Tell what was run, with which luck, and which trajectories; the seed, where it is known."""
    key = Key(key)
    return {
        **({} if key.seed is None else {"seed": key.seed}),
        "key": str(key),
        "program": program.digest,
        "stream": int(program.stream),
        "n": sum(stop - first for first, stop in ranges),
        "first": ranges[0][0],
        "ranges": [list(pair) for pair in ranges],
        "version": __version__,
    }
