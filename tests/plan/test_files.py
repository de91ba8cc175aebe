import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustersim.plan import files, presets
from clustersim.plan.errors import PlanError
from clustersim.plan.parameter import between
from clustersim.plan.plan import Cluster, Plan
from plan_strategies import plans

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))


@given(plans())
@settings(max_examples=150, deadline=None)
def test_round_trip_is_exact(plan):
    text = plan.to_toml()
    again = Plan.from_toml_text(text)
    assert again == plan
    assert hash(again) == hash(plan)
    assert again.to_toml() == text


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
@settings(deadline=None)
def test_any_text_can_be_written(value):
    assert tomllib.loads(f"x = {files.text(value)}") == {"x": value}


def test_every_control_character_is_escaped():
    everything = "".join(map(chr, range(0x100))) + "\u2028\ufeff\U0001f600\U000e0001"
    written = files.text(everything)
    assert written.isprintable()
    assert tomllib.loads(f"x = {written}") == {"x": everything}


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(deadline=None)
def test_any_number_can_be_written(value):
    assert float(tomllib.loads(f"x = {files.number(value)}")["x"]) == value


def test_template_is_the_default_plan_with_a_comment_at_each_field():
    template = files.template()
    assert Plan.from_toml_text(template) == Plan()
    for name, field in Plan.model_fields.items():
        assert name in template
        assert field.description in template


def test_written_plan_is_explicit_and_readable():
    text = Plan(convergence=None, seasonality=[1] * 11 + [0.5]).to_toml()
    assert "revenue = { lognormal = { mean = 10_000, cv = 0.3 } }" in text
    assert "convergence = false" in text
    assert "seasonality = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.5]" in text
    assert "at_once" not in text
    assert "revenue = 60_000\nwindow = 3\n" in text


def test_an_empty_file_is_the_default_plan():
    assert Plan.from_toml_text("") == Plan()


def test_false_stands_for_none():
    fields = ("at_once", "lifetime", "market", "seasonality", "legacy", "convergence")
    text = "\n".join(f"{field} = false" for field in fields)
    assert Plan.from_toml_text(text) == Plan(convergence=None, legacy=None)
    assert Plan.from_toml_text("[[clusters]]\nramp = false") == Plan(clusters=[Cluster()])


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_each_example_is_its_preset(path):
    assert Plan.from_toml(path) == presets.PRESETS[path.stem]()
    assert Plan.from_toml(str(path)).to_toml()


def test_all_examples_are_there():
    assert {path.stem for path in EXAMPLES} == set(presets.names()) - {"one_at_a_time"}
    assert Plan.from_toml(EXAMPLES[2].with_stem("converging_clusters")) == Plan()


def test_windows_line_ends_and_a_byte_order_mark_are_no_matter(tmp_path):
    path = tmp_path / "plan.toml"
    path.write_bytes(b"\xef\xbb\xbfevery = 1\r\n[market]\r\nvolatility = 0.3\r\n")
    assert Plan.from_toml(path) == Plan(every=1, market={"volatility": 0.3})


def test_a_missing_file_stays_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        Plan.from_toml(tmp_path / "none.toml")


def test_a_file_that_is_no_utf8_says_so(tmp_path):
    path = tmp_path / "plan.toml"
    path.write_bytes("every = 3\nname = 'Café'".encode("latin-1"))
    with pytest.raises(PlanError, match=r"line 2 of .*plan.toml = .*UTF-8"):
        Plan.from_toml(path)


@pytest.mark.parametrize(
    ("text", "path", "fragment"),
    [
        ("every = 3\nramp = \n", "line 2, column 8", "Invalid value"),
        ("every = 3\nevery = 4", "", "overwrite"),
        ("clusters = 12\n[clusters]\nname = 'x'", "", "TOML"),
        ("x = " + "9" * 5000, "", "TOML"),
        ("x = " + "[" * 100_000, "", ""),
        ('name = "open', "", "TOML"),
    ],
)
def test_bad_syntax_says_where(text, path, fragment):
    with pytest.raises(PlanError) as caught:
        Plan.from_toml_text(text)
    (problem,) = caught.value.problems
    assert path in problem.path
    assert fragment in problem.remedy
    assert len(str(caught.value)) < 400


def test_errors_from_a_file_have_the_paths_of_the_plan():
    text = """
        every = 0
        [[clusters]]
        [[clusters]]
        ramp = { between = { low = 9, high = 3 } }
        [convergence]
        megas = 99
    """
    with pytest.raises(PlanError) as caught:
        Plan.from_toml_text(text)
    assert [problem.path for problem in caught.value.problems] == [
        "clusters[1].ramp.between",
        "every",
        "convergence.megas",
    ]


def test_equal_distributions_keep_the_spelling_they_were_written_in():
    plan = Plan.from_toml_text("ramp = { between = { low = 3, high = 18 } }")
    assert plan.ramp == between(3, 18)
    assert "ramp = { between = { low = 3, high = 18 } }" in plan.to_toml()
