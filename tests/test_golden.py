"""The same bits as ever: a dozen plans give what golden.toml has recorded, however they are cut."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import scipy
from numba.core import event

import clustersim as cs
from clustersim import spread
from clustersim.kernel import monthly, run
from clustersim.kernel.layout import CURVES, FAILURE_RATE, LIFETIME
from clustersim.ranges import run_range, warm_all
from clustersim.tally import count
from digests import digest_of, digest_of_counts
from golden import FILE, compare, golden_runs

RUNS = golden_runs()
every_run = pytest.mark.parametrize("golden", RUNS, ids=lambda golden: golden.name)

OTHER_TABLES = f"""the quantile tables are other ones than recorded, so that nothing is said about the stream.
Either scipy (here {scipy.__version__}), numpy (here {np.__version__}) or the C library computes other last bits, and
the digests belong to another version of it; or lowering has changed, and with it what a seed gives."""

OTHER_STREAM = """the quantile tables are as recorded, but not the counts: the random stream has changed.
If that was meant, it is a new stream version: the changelog names it, and `python tests/golden.py --new-stream` records
it. If not, this is a bug."""


# The recorded bits


@every_run
def test_the_bits_are_the_recorded_ones(golden):
    assert golden.found["tables"] == golden.tables, OTHER_TABLES
    assert golden.found["counts"] == golden.counts, OTHER_STREAM


@every_run
def test_threads_ranges_extend_and_plus_give_the_same_bits(golden, monkeypatch):
    """In two threads and in ranges of another size; the end first, then the beginning, extended, and their sum."""
    monkeypatch.setattr(spread, "FIRST_RANGE", 0)
    monkeypatch.setattr(spread, "next_size", lambda *_: 611)
    plan, key, first, n = golden.program.plan, cs.Key(golden.key), golden.first, golden.n
    third = n // 3
    end = cs.simulate(plan, n=n - 2 * third, rng=key, first=first + 2 * third, workers=1)
    begin = cs.extend(cs.simulate(plan, n=third, rng=key, first=first, workers=2), third, workers=2)
    for outcome in (end + begin, cs.simulate(plan, n=n, rng=key, first=first, workers=2)):
        assert outcome.tally.ranges == ((first, first + n),)
        assert digest_of_counts(outcome.tally) == golden.found["counts"]


def test_the_golden_runs_take_every_way_through_the_kernel():
    tables = [golden.program.tables for golden in RUNS]
    levers = [golden.program.levers for golden in RUNS if golden.program.levers is not None]
    assert {golden.program.fast for golden in RUNS if golden.program.levers is None} == {True, False}
    for name in ("focus", "mission", "finances", "accelerator", "referral", "fees"):
        assert {bool(getattr(lever, name)) for lever in levers} == {True, False}, name
    assert {table.curve for table in tables} == set(range(len(CURVES)))
    assert {(table.volatility > 0, table.curve > 0) for table in tables if table.megas} == {
        *product([True, False], repeat=2)
    }
    for some in (
        [table.market_volatility > 0 for table in tables],
        [table.season.size > 0 for table in tables],
        [table.at_once > 0 for table in tables],
        [table.megas > 0 for table in tables],
        [table.every == 1 for table in tables],
        [table.cluster[LIFETIME, 0] >= 0 for table in tables],
        [(table.cluster[FAILURE_RATE] >= 0).any() for table in tables],
        [golden.first > 2**32 for golden in RUNS],
        [table.ideas > 0 for table in tables],
        [golden.program.levers is None for golden in RUNS],
    ):
        assert set(some) == {True, False}
    assert len({golden.found["counts"] for golden in RUNS}) == len(RUNS) >= 12


def test_no_plan_compiles_anything_more():
    warm_all()
    with event.install_recorder("numba:compile") as recorder:
        for golden in RUNS:
            cs.simulate(golden.program.plan, n=10, rng=7)
            cs.paths(golden.program.plan, n=10, rng=7)
    assert recorder.buffer == []
    assert len(run._run.signatures) == len(monthly._run.signatures) == 1


# What a digest tells


@pytest.fixture(scope="module")
def tally():
    program = next(golden.program for golden in RUNS if golden.name == "every lever")
    return count(program, 7, 0, *run_range(program, 7, 0, 100))


@pytest.mark.parametrize(
    "name", ["reached", "held", "launches", "origin", "histogram", "cash_histogram", "mission_histogram"]
)
@pytest.mark.parametrize("place", [0, -1])
def test_one_trajectory_more_in_any_place_gives_another_digest(tally, name, place):
    array = tally.counts()[name].copy()
    array.flat[place] += 1
    assert digest_of_counts(replace(tally, **{name: array})) != digest_of_counts(tally)


@pytest.mark.parametrize("what", ["revenue", "cash", "mission"])
@pytest.mark.parametrize("name", ["sum", "square_sum"])
def test_one_quantum_more_in_a_month_gives_another_digest(tally, what, name):
    name = f"{what}_{name}"
    for month in (0, 60, 119):
        array = tally.counts()[name].copy()
        array[month] += 1
        assert digest_of_counts(replace(tally, **{name: array})) != digest_of_counts(tally)


def test_a_digest_is_of_names_shapes_and_values_and_of_nothing_else():
    counts = np.arange(6).reshape(2, 3)
    same = [
        counts,
        np.asfortranarray(counts),
        counts.astype(np.int32),
        counts.astype(">i8"),
        np.repeat(counts, 2, 1)[:, ::2],
    ]
    assert len({digest_of({"a": array}) for array in same}) == 1
    others = [{"b": counts}, {"a": counts.T}, {"a": counts.ravel()}, {"a": counts + 1}, {"a": counts, "b": counts}]
    assert len({digest_of(arrays) for arrays in [{"a": counts}, *others]}) == 1 + len(others)


def test_a_digest_of_python_s_integers_has_no_bound():
    low, high = (np.array([0, 2**200 + i], object) for i in range(2))
    assert digest_of({"a": low}) != digest_of({"a": high})
    assert digest_of({"a": np.array([1, 23], object)}) != digest_of({"a": np.array([12, 3], object)})


# What is recorded is not lost


@pytest.fixture
def file(tmp_path):
    """Two of the runs, in a file of their own."""
    text = FILE.read_text(encoding="utf-8")
    copy = tmp_path / "golden.toml"
    copy.write_text(text[: text.index("[[run]]", text.index("2^32"))], encoding="utf-8")
    return copy


def test_what_agrees_is_left_alone_and_said_nothing_of(file, capsys):
    before = file.read_bytes()
    assert compare(file, write=True, new_stream=True) == 0
    assert file.read_bytes() == before
    assert capsys.readouterr().out == ""


def test_a_digest_that_differs_is_overwritten_only_when_the_stream_is_said_to_be_new(file, capsys):
    before = file.read_text(encoding="utf-8")
    digest = golden_runs(file)[1].counts
    wrong = before.replace(digest, "0" * 64)
    file.write_text(wrong, encoding="utf-8")
    for write in (False, True):
        assert compare(file, write=write) == 1
        assert file.read_text(encoding="utf-8") == wrong
        said = f"across 2^32: counts is {digest}, recorded {'0' * 64}: overwritten by --new-stream alone\n"
        assert capsys.readouterr().out == said
    assert compare(file, new_stream=True) == 0
    assert file.read_text(encoding="utf-8") == before


def test_an_empty_digest_is_filled_in_when_asked_for(file, capsys):
    before = file.read_text(encoding="utf-8")
    digest = golden_runs(file)[0].tables
    empty = before.replace(digest, "", 1)
    file.write_text(empty, encoding="utf-8")
    assert compare(file) == 1
    assert file.read_text(encoding="utf-8") == empty
    assert compare(file, write=True) == 0
    assert file.read_text(encoding="utf-8") == before
    assert capsys.readouterr().out.splitlines() == [
        f"the default plan: tables is {digest}, recorded nothing: {what}" for what in ("written by --write", "written")
    ]
