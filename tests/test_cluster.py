"""Executors for real: a Dask cluster of two processes, one of which is killed while it works."""

import re
import subprocess
import sys
from pathlib import Path

import clustersim as cs
from clustersim.outcome.storage import load

PAGE = Path(__file__).parents[1] / "docs" / "how-to" / "scale.md"

# A process of its own: workers are started by importing the main module, and warnings are theirs.
ON_DASK = """
import os
import signal
import sys
import time

from distributed import Client, LocalCluster

import clustersim as cs

PLAN = cs.Plan(horizon=36)
LOST = ("processing", "released")  # a task whose worker is no more


def main(path):
    killed = []

    def kill(done, n):
        if not killed and done > n / 10:
            killed.append(min(before))
            os.kill(killed[0], signal.SIGKILL)

    def processes():
        return set(client.run(os.getpid).values())

    settings = {"dashboard_address": None, "local_directory": os.path.dirname(path), "silence_logs": 50}
    with LocalCluster(n_workers=2, threads_per_worker=1, **settings) as cluster, Client(cluster) as client:
        before = processes()
        outcome = cs.simulate(PLAN, n=N, rng=7, executor=client.get_executor(), workers=2, progress=kill)
        while killed[0] in processes() or len(processes()) < 2:
            time.sleep(0.1)
        print(len(before - processes()), "of", len(before), "killed", flush=True)
        steps = [step[:3] for step in cluster.scheduler.transition_log]
        lost = {key for key, was, became in steps if key.startswith("count-") and (was, became) == LOST}
        print("some" if lost else "no", "work lost", flush=True)
        outcome.save(path)
        os.chdir(os.path.dirname(path))
        exec(PAGE.replace('"tcp://scheduler:8786"', repr(cluster.scheduler_address)).replace("10**10", "10**5"), names)
        names["outcome"].save("page.zip")


if __name__ == "__main__":
    N, PAGE, names = int(sys.argv[2]), sys.argv[3], {}
    main(sys.argv[1])
"""


def test_a_dask_cluster_that_loses_a_worker_gives_the_same_bits(tmp_path):
    """And the page's own example does, on the same cluster with a smaller number."""
    (example,) = re.findall(r"^```py\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert "10**10" in example
    assert "tcp://scheduler:8786" in example
    script, path, n = tmp_path / "on_dask.py", tmp_path / "run.zip", 3_000_000
    script.write_text(ON_DASK, encoding="utf-8")
    command = [sys.executable, str(script), str(path), str(n), example]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)  # noqa: S603 - our own code
    assert done.returncode == 0, done.stderr
    assert done.stdout == "1 of 2 killed\nsome work lost\n"
    assert load(path) == cs.simulate(cs.Plan(horizon=36), n=n, rng=7, workers=1)
    page = cs.simulate(cs.Plan(), n=10**5, rng=7)
    assert load(tmp_path / "page.zip") == load(tmp_path / "long.zip") == page
