"""A saved run may hold anything: it is loaded and can be gone on with, or a LoadError says what is wrong with it."""

import warnings
import zipfile

import pytest
from hypothesis import given

import clustersim as cs
from clustersim.analysis.asked import subject_of
from clustersim.outcome import archive, storage
from clustersim.plan import quantile_table
from clustersim.present import export
from clustersim.testing import check_invariants
from fuzzing import Count, rounds, told_harmlessly
from zips import Known, spoiled, taken_apart

PLANS = [
    cs.Plan(clusters=2, horizon=6),
    cs.Plan(clusters=3, horizon=14, volatility=0, convergence=None),
    cs.Plan(clusters=3, horizon=12, failure_rate=cs.beta(2, 3), revenue=40_000, trial=2),
    cs.Plan(clusters=3, horizon=12, revenue=60_000, ramp=1, finances={"savings": 9_000}, accelerator={"odds": 0.9}),
    cs.Plan(clusters=[{"name": "=1+1", "revenue": 50_000}, {}], horizon=9, mission={"drain": 0.9}, focus={}),
    cs.Plan(clusters=1, horizon=30, revenue=80_000, ramp=2, failure_rate=0, legacy={"mean_months": 5}),
]


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """The members of some saved runs, one of them of trajectories with a gap."""
    folder, found = tmp_path_factory.mktemp("known"), Known()
    for number, plan in enumerate(PLANS):
        outcome = cs.simulate(plan, n=40, rng=number)
        if number == 1:
            outcome += cs.simulate(plan, n=10, rng=number, first=1_000)
        outcome.save(folder / "run.zip")
        found.append(taken_apart(folder / "run.zip"))
    return found


@pytest.fixture(autouse=True)
def _quietly():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Duplicate name", UserWarning)  # zipfile's, of what is written here
        yield


def file_test(count, known, folder, monkeypatch):
    """A test of saved runs, which counts how far they get."""
    path, program = folder / "run.zip", storage._program

    def reached(*arguments):
        count.far["validated"] += 1
        return program(*arguments)

    monkeypatch.setattr(storage, "_program", reached)
    monkeypatch.setattr(quantile_table, "PATIENCE", 1.0)

    @given(spoiled(known))
    def look(content):
        path.write_bytes(content)
        with count.input():
            try:
                outcome = cs.load(path)
            except cs.LoadError as wrong:
                told_harmlessly(wrong)
            else:
                gone_on_with(outcome)
                count.far["simulated"] += 1
        assert path.read_bytes() == content
        assert [*folder.iterdir()] == [path]

    return look


@rounds(11)
def test_saved_runs(number, known, tmp_path, monkeypatch):
    count = Count("saved runs", number)
    count.run(file_test(count, known, tmp_path, monkeypatch))


# A library with a hole is found out in one round


@pytest.mark.parametrize(
    ("home", "name", "hole", "seen"),
    [
        (storage, "impossibilities", lambda *_: (), AssertionError),
        (storage, "_near", lambda *_: True, (AssertionError, ArithmeticError, ValueError, RuntimeWarning)),
        (archive, "_unzipped", zipfile.ZipFile, zipfile.BadZipFile),
    ],
)
def test_a_hole_is_found(home, name, hole, seen, known, tmp_path, monkeypatch):
    count = Count(name, 0)
    monkeypatch.setattr(home, name, hole)
    with pytest.raises(seen) as found:
        count.find(file_test(count, known, tmp_path, monkeypatch))
    assert not isinstance(found.value, cs.LoadError)


def gone_on_with(outcome):
    """Read all that can be read, and simulate some more."""
    check_invariants(outcome)
    assert str(outcome.summary())
    assert outcome.summary()._repr_html_()
    assert repr(outcome)
    assert export.as_json(outcome, subject_of(outcome.program), None)
    assert export.as_csv(outcome)
    if outcome.tally.ranges[-1][1] <= 2**63 - 4:
        check_invariants(cs.extend(outcome, 4, workers=1))
