"""Saved outcomes come back as they were, or with a sentence on what is wrong."""

import io
import json
import time
import zipfile
from dataclasses import fields, replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clustersim as cs
from clustersim.outcome import storage
from clustersim.outcome.archive import LoadError
from clustersim.outcome.outcome import Outcome
from clustersim.plan.errors import PlanError
from clustersim.program import Program, lower
from clustersim.tally import forms
from clustersim.testing import plans
from tallies import made_up

PLAN = cs.Plan(clusters=3, horizon=12)
JSON, TOML = "outcome.json", "plan.toml"
DAMAGED = "its program is damaged"
NO_RANGES = "its ranges are no trajectories: pairs of numbers below 2^63, sorted and disjoint"


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A small saved outcome's members."""
    path = tmp_path_factory.mktemp("saved") / "run.zip"
    made_up(PLAN, 50).save(path)
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


@pytest.fixture
def refused(saved, tmp_path):
    """Load a saved outcome of which some members are others, or gone; give what is said."""

    def refuse(members):
        path = tmp_path / "run.zip"
        with zipfile.ZipFile(path, "w") as file:
            for name, content in (saved | members).items():
                if content is not None:
                    file.writestr(name, content)
        with pytest.raises(LoadError) as wrong:
            cs.load(path)
        return str(wrong.value).removeprefix(f"{path} cannot be loaded: ")

    return refuse


def changed(saved, change):
    """The JSON of the saved outcome, after a change of what it says."""
    content = json.loads(saved[JSON])
    change(content)
    return {JSON: json.dumps(content)}


def put(*path, value):
    """A change of the JSON."""

    def change(content):
        for name in path[:-1]:
            content = content[name]
        if value is None:
            del content[path[-1]]
        else:
            content[path[-1]] = value

    return change


def with_plan(saved, text):
    """Another plan in the saved outcome, and its digest: what only somebody does who means it."""
    return {TOML: text} | changed(saved, put("plan digest", value=storage._digest(text)))


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


# The round trip


@given(plans(max_horizon=36), st.integers(0, 2**64 - 1), st.integers(0, 2**63 - 300))
@settings(max_examples=25)
def test_an_outcome_comes_back_as_it_was(tmp_path_factory, plan, key, first):
    path = tmp_path_factory.mktemp("saved") / "run.zip"
    pieces = [cs.simulate(plan, n=50, rng=cs.Key(key), first=first + begin, workers=1) for begin in (0, 200)]
    outcome = pieces[0] + pieces[1]
    outcome.save(path)
    again = cs.load(path)
    assert again == outcome
    assert again.plan == plan
    assert again.program.digest == outcome.program.digest
    assert again.provenance == outcome.provenance
    assert str(again.summary()) == str(outcome.summary())
    for name, array in outcome.tally.counts().items():
        found = getattr(again.tally, name)
        assert (found.dtype, found.flags.writeable) == (array.dtype, False), name
    assert type(again.tally.revenue_square_sum[0]) is int


def test_sums_beyond_64_bits_come_back(tmp_path):
    """Of as many trajectories as there can be, nearly."""
    outcome, times = made_up(PLAN, 50), 2**57
    counts = {name: array * times for name, array in outcome.tally.counts().items()}
    huge = replace(outcome.tally, ranges=((0, 50 * times),), **counts)
    assert huge.revenue_square_sum[-1] > 2**90
    Outcome(outcome.program, huge).save(tmp_path / "run.zip")
    assert cs.load(tmp_path / "run.zip").tally == huge != outcome.tally


def test_a_loaded_outcome_goes_on(tmp_path):
    path = tmp_path / "run.zip"
    cs.simulate(PLAN, n=300, rng=7).save(path)
    whole = cs.simulate(PLAN, n=1_000, rng=7)
    assert cs.extend(cs.load(path), 700) == whole
    assert cs.load(path) + cs.simulate(PLAN, n=700, rng=7, first=300) == whole
    cs.extend(cs.load(path), 700).save(path)
    assert cs.load(path) == whole


def of_another_scipy(plan):
    """The plan, lowered to tables that differ in their last digits."""
    lowered = lower(plan)
    quantiles = np.nextafter(lowered.tables.quantiles, np.float32(np.inf))
    thresholds = lowered.tables.thresholds + 1
    return Program(plan=plan, tables=lowered.tables._replace(quantiles=quantiles, thresholds=thresholds))


def test_an_outcome_comes_with_the_program_that_was_run(tmp_path):
    """It goes on with its own tables, and is not added to a run of others."""
    path, program = tmp_path / "run.zip", of_another_scipy(PLAN)
    assert program.digest != lower(PLAN).digest

    def counted(first, n):
        return Outcome(program, cs.engine.count_range(program, 7, first, n)[0])

    counted(0, 300).save(path)
    loaded = cs.load(path)
    assert loaded.program.digest == program.digest
    assert all(map(np.array_equal, loaded.program.tables, program.tables))
    assert cs.extend(loaded, 200) == counted(0, 500)
    with pytest.raises(ValueError, match="different plans"):
        loaded + cs.simulate(PLAN, n=10, rng=cs.Key(7), first=300)


def test_the_same_outcome_makes_the_same_bytes_at_any_time(tmp_path, monkeypatch):
    outcome = made_up(PLAN, 50)
    outcome.save(tmp_path / "a.zip")
    for name in ("time", "localtime", "gmtime"):
        monkeypatch.setattr(time, name, partial(pytest.fail, "the clock was asked"))
    outcome.save(tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert cs.load(tmp_path / "b.zip") == outcome


def test_a_saved_outcome_is_json_toml_and_numbers(saved):
    assert {name.rpartition(".")[2] for name in saved} == {"json", "toml", "npy"}
    assert cs.Plan.from_toml_text(saved[TOML].decode()) == PLAN
    for name, content in saved.items():
        if name.endswith(".npy"):
            np.load(io.BytesIO(content), allow_pickle=False)


def test_everything_of_a_program_and_of_its_counts_is_saved(saved):
    """A field that is new in one of them and unknown here would be lost."""
    program = lower(PLAN)
    content = json.loads(saved[JSON])
    parts = {part.name for part in fields(Program)} - {"plan", "digest", "stream"}
    assert content["program"].keys() == parts == storage._parts(program).keys()
    assert content["program"]["tables"].keys() == program.tables._asdict().keys()
    counts = cs.simulate(PLAN, n=10, rng=7).tally.counts()
    assert content["counts"].keys() == counts.keys()
    assert forms(program) == {name: (array.dtype, array.shape) for name, array in counts.items()}


# What is refused


def test_a_member_that_is_missing_is_named(saved, refused):
    for name in saved:
        assert refused({name: None}) == f"{name} is missing"


def test_another_file_is_refused(refused, tmp_path):
    assert refused({JSON: "{}"}) == "outcome.json does not say that it is one"
    assert refused({JSON: "[1]"}) == "outcome.json does not say that it is one"
    np.savez(tmp_path / "other.npz", x=np.arange(3))
    with pytest.raises(LoadError, match=r"other\.npz cannot be loaded: outcome\.json is missing"):
        cs.load(tmp_path / "other.npz")
    with pytest.raises(FileNotFoundError):
        cs.load(tmp_path / "nowhere.zip")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (put("format", value="other"), "outcome.json does not say that it is one"),
        (put("format version", value=2), "its format's version is 2, and must be 1"),
        (put("format version", value="1"), "outcome.json has no format version, or not of the kind that it must be"),
        (put("stream", value=1), "its stream's version is 1, and must be 2"),
        (put("stream", value=True), "outcome.json has no stream, or not of the kind that it must be"),
        (put("digest", value="0" * 64), f"{DAMAGED}: the digest of its tables is another one"),
        (put("plan digest", value=None), "outcome.json has no plan digest, or not of the kind that it must be"),
        (put("seed", value="8"), "its seed is not the one that its key was made of"),
        (put("seed", value=7), "outcome.json has no seed, or not of the kind that it must be"),
        (put("seed", value="-7"), f"seed has a number that is not from 0 to {10**100}"),
        (put("key", value="-1"), "key has a number that is not from 0 to 18446744073709551615"),
        (put("key", value="1e3"), "key has something else than whole numbers"),
        (put("key", value="\uff11"), "key has something else than whole numbers"),
        (put("key", value=str(2**64)), f"key has a number that is not from 0 to {2**64 - 1}"),
        (put("key", value="9" * 1_000), "key has something else than whole numbers"),
        (put("key", value=5), "outcome.json has no key, or not of the kind that it must be"),
        (
            put("program", "tables", "clusters", value=None),
            "program/tables is another version's: only one of the two, it or this version, has clusters",
        ),
        (
            put("program", "tables", "le\nvers", value=1),
            r"program/tables is another version's: only one of the two, it or this version, has le\nvers",
        ),
        (
            put("program", "lever", value={}),
            "its program is another version's: only one of the two, it or this version, has lever",
        ),
        (
            put("counts", "held", value=None),
            "its counts is another version's: only one of the two, it or this version, has held",
        ),
        *(
            (put("program", "tables", name, value=value), f"program/tables/{name} is not what its plan is lowered to")
            for name, value in {"trigger": 1_000, "clusters": True, "every": 3.0, "legacy": "1"}.items()
        ),
        *(
            (put("program", "tables", "drift", value=value), "program/tables/drift is not what its plan is lowered to")
            for value in (1e39, 1e308, 10**400, "x", 0)
        ),
        (put("program", "tables", "drift", value=-0.028853), f"{DAMAGED}: the digest of its tables is another one"),
        (put("counts", "revenue_sum", value=["1"] * 11), "the length of revenue_sum is 11, and must be 12"),
        (put("counts", "revenue_sum", value=[1] * 12), "revenue_sum has something else than whole numbers"),
        (put("counts", "revenue_sum", value="x"), "its counts has no revenue_sum, or not of the kind that it must be"),
        (
            put("counts", "revenue_sum", value=[str(10**50)] * 12),
            "revenue_square_sum is smaller than any revenue of that sum has",
        ),
        (put("ranges", value=[["0", "51"]]), "reached does not add up to the 51 trajectories"),
        *(
            (put("ranges", value=ranges), NO_RANGES)
            for ranges in (
                [],
                [0, 50],
                [[0, 50]],
                [["0", "50", "60"]],
                [["0"]],
                ["05"],
                [["50", "0"]],
                [["0", "0"]],
                [["0", "20"], ["20", "50"]],
                [["20", "50"], ["0", "20"]],
                [["0", "30"], ["10", "50"]],
                [["0", str(2**63 + 1)]],
            )
        ),
    ],
)  # fmt: skip
def test_what_the_json_may_not_say(saved, refused, change, sentence):
    assert refused(changed(saved, change)) == sentence


ASKED = {"milestone": "black belt", "by": 12, "half_width": 0.01, "confidence_level": 0.9}
STOPPED = {"precision": ASKED, "reached": True, "looks": 3}


def test_what_a_stopping_rule_has_said_comes_back(saved, tmp_path):
    outcome = cs.simulate(PLAN, n=50, rng=7, precision=cs.Precision(**ASKED))
    outcome.save(tmp_path / "run.zip")
    loaded = cs.load(tmp_path / "run.zip")
    assert loaded.stopped == outcome.stopped
    assert (loaded.stopped.reached, loaded.stopped.looks) == (False, 1)
    assert loaded.provenance == outcome.provenance
    assert json.loads(saved[JSON])["stopped"] is None


@pytest.mark.parametrize(
    ("stopped", "sentence"),
    [
        (STOPPED | {"reached": 1}, "stopped has no reached, or not of the kind that it must be"),
        (STOPPED | {"looks": True}, "stopped has no looks, or not of the kind that it must be"),
        (STOPPED | {"looks": -1}, "stopped after -1 looks, and must have 0 or more"),
        (STOPPED | {"more": 0}, "stopped is another version's: only one of the two, it or this version, has more"),
        (
            STOPPED | {"precision": {}},
            "its precision is another version's: only one of the two, it or this version, has",
        ),
        ([STOPPED], "stopped has no precision, or not of the kind that it must be"),
        *(
            (STOPPED | {"precision": ASKED | {name: value}}, f"stopped asks for what the plan has not: {sentence}")
            for name, value, sentence in [
                ("milestone", "\x1b[2J", r"precision.milestone = '\x1b[2J': known are 'white belt'"),
                ("by", 13, "precision.by = 13: the plan's horizon is month 12"),
                ("half_width", 1e400, "precision.half_width = inf"),
                ("confidence_level", "high", "confidence_level = 'high': must lie strictly between 0 and 1, as 0.95"),
            ]
        ),
    ],
)
def test_what_a_stopping_rule_cannot_have_said(refused, saved, stopped, sentence):
    assert refused(changed(saved, put("stopped", value=stopped))).startswith(sentence)


def test_not_a_number_in_the_tables_is_refused(saved, refused):
    text = saved[JSON].decode().replace('"drift": -0.0', '"drift": NaN, "unread": -0.0')
    assert "NaN" in text
    assert "unread" in refused({JSON: text})
    text = saved[JSON].decode().replace('"failed_share": 0.25', '"failed_share": Infinity')
    assert refused({JSON: text}) == "program/tables/failed_share is not what its plan is lowered to"
    quantiles = lower(PLAN).tables.quantiles.copy()
    quantiles[0, 0, 0] = np.nan
    sentence = "program/tables/quantiles is not what its plan is lowered to"
    assert refused({"program/tables/quantiles.npy": npy(quantiles)}) == sentence


def test_positions_in_tables_that_are_not_there_are_refused_whatever_the_digest_says(tmp_path):
    """By them the kernel would find its way in memory: a file that is at one with itself may still not choose them."""
    outcome = made_up(PLAN, 50)
    for name in ("cluster", "practice", "window", "windows"):
        tables = outcome.program.tables._replace(**{name: getattr(outcome.program.tables, name) + 1_000})
        program = Program(plan=PLAN, tables=tables)
        Outcome(program, replace(outcome.tally, digest=program.digest)).save(tmp_path / "run.zip")
        with pytest.raises(LoadError, match=f"program/tables/{name} is not what its plan is lowered to"):
            cs.load(tmp_path / "run.zip")


def test_counts_of_another_plan_are_refused(saved, refused):
    for change, name in {"horizon": 13, "volatility": 0.201, "ramp": 7}.items():
        other = PLAN.replace(**{change: name}).to_toml()
        where = "quantiles" if change == "ramp" else change
        assert refused(with_plan(saved, other)) == f"program/tables/{where} is not what its plan is lowered to"


@pytest.mark.parametrize(("old", "new"), [("0.2\n", "0.2001\n"), ("10_000", "10_001"), ("black belt", "noir")])
def test_a_plan_that_was_edited_however_little_is_refused(saved, refused, old, new):
    """By less than scipy's versions differ by, or in its names alone."""
    other = saved[TOML].decode().replace(old, new)
    assert cs.Plan.from_toml_text(other) != PLAN
    assert refused({TOML: other}) == "plan.toml is not the plan that was simulated: its digest is another one"


def test_a_plan_that_is_none_is_refused_with_what_is_wrong(saved, refused):
    told = refused(with_plan(saved, "clusters = 0\nevery = 0"))
    with pytest.raises(PlanError) as wrong:
        cs.Plan(clusters=0, every=0)
    assert told == f"its plan is none that this version can simulate: {wrong.value}"


def test_counts_of_another_shape_or_of_nobody_are_refused(refused):
    name = "counts/launches.npy"
    assert refused({name: npy(np.zeros(5, int))}) == f"{name} is of shape (5,), and must be (4,)"
    assert refused({name: npy(np.zeros(4, int))}) == "launches does not add up to the 50 trajectories"


@given(st.data())
@settings(max_examples=40)
def test_a_file_cut_off_anywhere_is_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("cut") / "run.zip"
    made_up(PLAN, 50).save(path)
    content = path.read_bytes()
    path.write_bytes(content[: data.draw(st.integers(0, len(content) - 1))])
    with pytest.raises(LoadError, match="it is no zip file, or its end is missing"):
        cs.load(path)


@given(st.data())
@settings(max_examples=80)
def test_a_damaged_file_is_refused_or_is_the_same(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("damaged") / "run.zip"
    outcome = made_up(PLAN, 50)
    outcome.save(path)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(content)
    try:
        assert cs.load(path) == outcome
    except LoadError as wrong:
        assert str(wrong).startswith(f"{path} cannot be loaded: ")  # noqa: PT017 - either of the two is right
