"""Neither the clock nor the language nor the order of a process's sets has an influence, nor has a home."""

import hashlib
import os
import shutil
import subprocess
import sys
from itertools import cycle

import pytest

import clustersim as cs
from clustersim import checkpoint, engine

PLAN = cs.Plan(clusters=[cs.Cluster(name="Schlüssel", failure_rate=0.25), cs.Cluster(revenue=12_345.678)], horizon=24)

SAVED = """
import hashlib, locale, os, sys
locale.setlocale(locale.LC_ALL, "")
import clustersim as cs

text = open(sys.argv[1], encoding="utf-8").read()
cs.simulate(cs.Plan.from_toml_text(text), n=3_000, rng=7).save(sys.argv[2])
print(hashlib.sha256(open(sys.argv[2], "rb").read()).hexdigest(), locale.localeconv()["decimal_point"])
print(cs.load(sys.argv[2]).summary(), file=open(sys.argv[2] + ".txt", "w", encoding="utf-8"))
"""


@pytest.fixture(scope="module")
def with_comma(tmp_path_factory):
    """A language that writes 0.5 as 0,5: its variables, or none where the system cannot make one."""
    folder = tmp_path_factory.mktemp("locale")
    maker = shutil.which("localedef")
    if maker is None:
        return {}
    command = [maker, "-i", "de_DE", "-f", "UTF-8", str(folder / "de_DE.UTF-8")]
    made = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - as found
    return {} if made.returncode else {"LOCPATH": str(folder), "LC_ALL": "de_DE.UTF-8"}


@pytest.fixture(scope="module")
def saved_in(tmp_path_factory):
    """What another process saves: its bytes' digest, the sign before decimals there, and the summary."""

    def save(**variables):
        folder = tmp_path_factory.mktemp("saved")
        (folder / "plan.toml").write_text(PLAN.to_toml(), encoding="utf-8")
        command = [sys.executable, "-c", SAVED, str(folder / "plan.toml"), str(folder / "run.zip")]
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
        environment = clean | variables
        done = subprocess.run(command, capture_output=True, check=True, text=True, env=environment)  # noqa: S603 - our own code
        return *done.stdout.split(), (folder / "run.zip.txt").read_text(encoding="utf-8")

    return save


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    path = tmp_path_factory.mktemp("here") / "run.zip"
    outcome = cs.simulate(PLAN, n=3_000, rng=7)
    outcome.save(path)
    return hashlib.sha256(path.read_bytes()).hexdigest(), f"{outcome.summary()}\n"


def test_the_order_of_sets_and_the_time_zone_change_no_byte(saved_in, here):
    digest, _, summary = saved_in(PYTHONHASHSEED="1", TZ="Pacific/Kiritimati", LC_ALL="C")
    assert (digest, summary) == here


def test_a_language_with_a_decimal_comma_changes_no_byte(saved_in, here, with_comma):
    digest, point, summary = saved_in(PYTHONHASHSEED="2", **with_comma)
    assert point == ("," if with_comma else ".")
    assert (digest, summary) == here


@pytest.mark.parametrize(
    "ticks", [(0.0,), (5.0, 1.0, 3e9, -7.0), (1e18, 0.0)], ids=["stands", "leaps", "goes backwards"]
)
def test_a_clock_that_is_wrong_changes_no_byte(tmp_path, monkeypatch, here, ticks):
    clock = cycle(ticks)
    monkeypatch.setattr(engine, "perf_counter", lambda: next(clock))
    monkeypatch.setattr(checkpoint, "monotonic", lambda: next(clock))
    path = tmp_path / "run.zip"
    outcome = cs.simulate(PLAN, n=3_000, rng=7, checkpoint=path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (digest, f"{outcome.summary()}\n") == here


@pytest.mark.verification
@pytest.mark.parametrize("home", ["read-only", "missing", "unknown"])
def test_without_a_home_everything_is_compiled_and_the_same(saved_in, here, home, tmp_path):
    """A home that cannot be written even by root: a file, a folder of a file, nothing at all."""
    (tmp_path / "file").touch()
    where = {"read-only": tmp_path / "file", "missing": tmp_path / "file" / "home", "unknown": ""}[home]
    digest, _, summary = saved_in(HOME=str(where), XDG_CACHE_HOME="", NUMBA_CACHE_DIR="")
    assert (digest, summary) == here
