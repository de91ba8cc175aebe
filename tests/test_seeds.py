"""From a seed to the key, by SPEC 7."""

import json
import pickle

import numpy as np
import pytest

import clustersim as cs
from clustersim.analysis.asked import subject_of
from clustersim.present import decided, export, goals, lived
from clustersim.seeds import key_of

GOAL = cs.Goal(name="half way", metric="revenue", at_least=3_000, by=6)


def test_the_key_of_seven_never_changes():
    assert key_of(7) == 0xEAD0F7017C326E58


@pytest.mark.parametrize("seed", [0, 7, 2**32, 2**200])
def test_a_seed_is_what_numpy_makes_of_it(seed):
    assert key_of(seed) == int(np.random.SeedSequence(seed).generate_state(1, np.uint64)[0])


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int64, np.uint64, np.array])
def test_numpy_s_whole_numbers_are_seeds(kind):
    assert key_of(kind(7)) == key_of(7)


def test_different_seeds_have_different_keys():
    assert len({key_of(seed) for seed in range(1_000)}) == 1_000


def test_none_is_a_fresh_key_every_time():
    keys = [key_of(None) for _ in range(100)]
    assert len(set(keys)) == 100
    assert 2**63 < max(keys) < 2**64  # all 64 bits take part


def test_a_seed_sequence_gives_its_key_every_time_and_is_not_moved():
    sequence = np.random.SeedSequence(7).spawn(2)[1]
    assert key_of(sequence) == key_of(sequence) != key_of(7)
    assert sequence.n_children_spawned == 0


def test_a_generator_moves_on():
    one, same = np.random.default_rng(7), np.random.default_rng(7)
    keys = [key_of(one) for _ in range(100)]
    assert len(set(keys)) == 100
    assert keys == [key_of(same) for _ in range(100)]
    assert 2**63 < max(keys) < 2**64
    assert one.bit_generator.state == same.bit_generator.state != np.random.default_rng(7).bit_generator.state


@pytest.mark.parametrize("rng", [-1, np.int64(-1), -(2**70)])
def test_a_negative_seed_is_refused(rng):
    with pytest.raises(ValueError, match=rf"^rng = {rng}: a seed must be 0 or more$"):
        key_of(rng)


@pytest.mark.parametrize(
    "rng",
    [
        True,
        np.True_,
        7.0,
        np.float64(7),
        "7",
        [7],
        np.array([7, 8]),
        np.array(7.0),
        np.random.RandomState(7),
        np.random.PCG64(7),
    ],
    ids=lambda rng: type(rng).__name__,
)
def test_what_is_no_seed_is_refused(rng):
    kinds = "must be None, a whole number >= 0, a numpy SeedSequence or a numpy Generator"
    sentence = f"{kinds}, as np.random.default_rng(7), or the key of a run, as 'Key(7)'"
    with pytest.raises(TypeError) as refused:
        key_of(rng)
    assert str(refused.value) == f"rng = {rng!r}: {sentence}"


def test_a_key_is_itself_and_repeats_a_run():
    outcome = cs.simulate(cs.Plan(), n=300)
    key = outcome.tally.key
    assert key_of(key) is key
    assert outcome.provenance["key"] == str(key) == repr(key)
    assert cs.simulate(cs.Plan(), n=300, rng=key) == outcome
    assert cs.simulate(cs.Plan(), n=300, rng=int(key)) != outcome  # a seed is not a key
    assert repr(cs.Key(7)) == "Key(7)"


def test_a_key_is_no_seed_after_json_either():
    plan = cs.Plan(clusters=2, horizon=6)
    outcome = cs.simulate(plan, n=20, rng=5)
    subject = subject_of(outcome.program)
    life, both = outcome.trace(3), cs.compare([plan, plan], n=20, rng=5)
    told = [
        outcome.provenance,
        outcome.to_xarray().attrs,
        cs.sweep(plan, {"every": [1]}, n=20, rng=5).attrs,
        both.to_xarray().attrs,
        json.loads(export.as_json(outcome, subject, 5))["provenance"],
        json.loads(lived.as_json(life, 5))["provenance"],
        json.loads(decided.as_json(both, subject, 5))["provenance"],
        json.loads(goals.as_json([cs.assess(plan, GOAL, n=20, rng=5)], 5))["provenance"],
        {"key": life.summary().headline.rpartition(", ")[2]},
    ]
    for provenance in told:
        key = json.loads(json.dumps(provenance["key"]))
        assert cs.simulate(plan, n=20, rng=key) == outcome
        assert key_of(key) == cs.Key(key) == outcome.tally.key


@pytest.mark.parametrize("wrong", ["7", "Key(-1)", "key(7)", "Key(7) ", "Key(\u0667)", b"Key(7)"])
def test_other_text_is_no_key(wrong):
    for refused in (key_of, cs.Key):
        with pytest.raises(TypeError, match=r"'Key\(7\)'$"):
            refused(wrong)


@pytest.mark.parametrize("wrong", [-1, 1 << 64, "Key(18446744073709551616)"])
def test_a_key_has_64_bits(wrong):
    with pytest.raises(ValueError, match="must be from 0"):
        cs.Key(wrong)


def test_a_key_remembers_the_seed_that_it_was_made_of(tmp_path):
    outcome = cs.simulate(cs.Plan(clusters=2, horizon=6), n=20, rng=7)
    outcome.save(tmp_path / "run.zip")
    again = cs.load(tmp_path / "run.zip")
    assert outcome.provenance["seed"] == again.provenance["seed"] == 7
    assert cs.extend(again, 5).provenance["seed"] == 7
    assert again.to_xarray().attrs["seed"] == "7"
    assert pickle.loads(pickle.dumps(key_of(2**200))).seed == 2**200  # noqa: S301 - our own bytes
    for rng in (np.random.SeedSequence(7), np.random.default_rng(7), None, cs.Key(7)):
        assert key_of(rng).seed is None
    cs.simulate(cs.Plan(clusters=2, horizon=6), n=20, rng=cs.Key(7)).save(tmp_path / "run.zip")
    assert "seed" not in cs.load(tmp_path / "run.zip").provenance


def test_a_seed_that_nobody_types_is_not_saved(tmp_path):
    cs.simulate(cs.Plan(clusters=2, horizon=6), n=20, rng=10**200).save(tmp_path / "run.zip")
    assert "seed" not in cs.load(tmp_path / "run.zip").provenance
