"""Are the peers here as fast as others of the same model? ``python benchmarks/fair_peers.py ../shared/peers``.

That folder has peer.c, np_peer.py and simpy_peer.py. Each and its counterpart do the same work in turn, one thread, in
processor time; printed is how many times less of it the one here takes. A shared AMD EPYC (Zen 5, AVX-512) said, in
medians of nine rounds: scalar C 1.02 x, NumPy 1.00 x, SimPy 1.01 x, and 1.00 x for each against itself.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from interleaved import Task, faster
from peers import scalar
from row import Row

HERE = Path(__file__).parent / "peers"
ROUNDS = 9


def script(path, trajectories):
    """The work of a script, from its start to its end."""
    return Task(
        work=lambda: subprocess.run([sys.executable, path], capture_output=True, check=True),  # noqa: S603  a peer
        trajectories=trajectories,
    )


def program(folder, source, trajectories=200_000):
    return Task(
        work=lambda: scalar.simulate(folder, trajectories, 1, source),
        trajectories=trajectories,
        prepare=lambda: scalar.compiled(folder, source),
    )


def pairs(folder, others):
    """Name, the one here, the other one."""
    yield "scalar C", program(folder, scalar.SOURCE), program(folder, others / "peer.c")
    yield "NumPy", script(HERE / "vectorised.py", 80_000), script(others / "np_peer.py", 80_000)
    yield "SimPy", script(HERE / "processes.py", 600), script(others / "simpy_peer.py", 600)


def main():
    parser = argparse.ArgumentParser(description="Compare the peers with those of another folder.")
    parser.add_argument("others", type=Path)
    with TemporaryDirectory(prefix="clustersim-peers-") as folder:
        for name, ours, other in pairs(folder, parser.parse_args().others):
            print(Row(name=f"{name}, A against A", measure=faster(ours, than=ours), digits=2).measured(ROUNDS))
            print(Row(name=f"{name}, against the other", measure=faster(ours, than=other), digits=2).measured(ROUNDS))


if __name__ == "__main__":
    main()
