import os
import re
import threading
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustersim.plan import files, inline, presets, syntax
from clustersim.plan.errors import PlanError
from clustersim.plan.parameter import between
from clustersim.plan.plan import Cluster, Plan
from clustersim.testing import plans

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
    assert tomllib.loads(f"x = {inline.text(value)}") == {"x": value}


def test_every_control_character_is_escaped():
    everything = "".join(map(chr, range(0x100))) + "\u2028\ufeff\U0001f600\U000e0001"
    written = inline.text(everything)
    assert written.isprintable()
    assert tomllib.loads(f"x = {written}") == {"x": everything}


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(deadline=None)
def test_any_number_can_be_written(value):
    assert float(tomllib.loads(f"x = {inline.number(value)}")["x"]) == value


def test_template_is_the_default_plan_with_a_comment_at_each_field():
    template = files.template()
    assert Plan.from_toml_text(template) == Plan()
    for name, field in Plan.model_fields.items():
        assert name in template
        assert field.description in template


def test_the_template_s_comments_switch_on_what_is_off():
    """As a coach would: take away a field's line with false, and the marks before the table's lines."""
    above, _, below = files.template().partition("# What is off")
    for table in below.split("\n\n")[1:]:
        head, *lines = (line.removeprefix("# ") for line in table.strip().split("\n"))
        name = re.match(r"\[(.*?)\]", head)[1]
        field, *inner = name.split(".")
        kept = "\n".join(line for line in above.split("\n") if not re.match(rf"{field} += false", line))
        plan = Plan.from_toml_text("\n".join([kept, head, *lines]))
        changed = getattr(plan, field)
        assert changed is not None
        assert plan.replace(**{field: None}) == Plan()
        assert changed == type(changed)(**{key: {} for key in inner})
        assert all(re.match(r"\w+ = \S.*  # \w", line) for line in lines)
    assert "[finances.survival]" in below


OWN = re.compile(r"\n# Offerings of your own: .*\n# .*\n((?:# .*\n)+)")


@pytest.mark.parametrize("text", [files.template(), presets.text("focused"), presets.text("single_bet")])
def test_the_comments_list_clusters_of_one_s_own(text):
    """As a coach would: take away the number of clusters, and the marks before the lines of the two offerings."""
    plan, (above, below) = Plan.from_toml_text(text), OWN.split(text)[::2]
    listed = re.sub(r"^# ", "", OWN.search(text)[1], flags=re.MULTILINE)
    counted = re.search(r"remove the line (clusters = \d+) above", text)[1]
    assert re.search(rf"^{counted} ", above, re.MULTILINE)
    kept = re.sub(rf"^{counted} .*\n", "", above, flags=re.MULTILINE)
    own = Plan.from_toml_text(f"{kept}\n{listed}\n{below}")
    first, second = own.clusters
    assert all(value is not None for _, value in first)
    assert all(field.description in listed for field in Cluster.model_fields.values())
    assert second == Cluster(name=second.name)
    assert Plan(**{**dict(own), "clusters": plan.clusters}) == plan


def test_clusters_that_are_listed_are_not_explained_again():
    assert not OWN.search(presets.text("portfolio"))
    assert "Offerings" not in Plan().to_toml()


def test_a_table_within_a_table_stands_below_it():
    text = Plan(finances={"survival": {"clients": 1}}).to_toml(comments=True)
    assert re.search(r"\n\[finances\]  # .*finances = false above: none\nsavings = 40_000  # ", text)
    assert re.search(r"\n\n\[finances.survival\]  # .*\nclients = 1 +# how many", text)
    off = Plan(finances={}).to_toml(comments=True)
    assert re.search(r"\nsurvival = false +# clients off the mission", off)
    assert "survival" not in Plan(finances={}).to_toml()


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
    assert {path.stem for path in EXAMPLES} == set(presets.names())
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


def test_what_a_word_processor_writes_says_what_it_is(tmp_path):
    path = tmp_path / "plan.toml"
    path.write_bytes(rb"{\rtf1\ansi every = 3}")
    with pytest.raises(PlanError, match=r"rich text is no plan file: a word processor must save it as plain text"):
        Plan.from_toml(path)


@pytest.mark.parametrize(
    ("text", "path", "fragment"),
    [
        ("every = 3\nramp = \n", "line 2, column 8", "Invalid value"),
        ("every = 3\nevery = 4", "line 2", "remove one of the two (must be TOML: a name is given twice)"),
        ("clusters = 12\n[clusters]\nname = 'x'", "", "TOML"),
        ("x = " + "9" * 5000, "", "TOML"),
        ("x = " + "[" * 100_000, "", ""),
        ("name,revenue\nKeynote,10000", "line 1, column 5", "a line is a field, = and its value, as every = 3"),
        ("# mine\n- 12 clusters", "line 2", "a line is a field, = and its value, as every = 3"),
        ("every = 3 = 4", "line 1", "more on this line than a field, = and one value"),
        ('name = "open', "", "quotes are not closed"),
        ('name = "open\nevery = 3', "line 1", "quotes are not closed on this line"),
        ("[focus]\n[focus]", "line 2", "the table focus is given above already"),
        ("a = { b = 1 }\na.c = 2", "line 2", "a is given above already, with all its fields in one line"),
        ("x = { a = 1, a = 2 }", "line 1", "a is given twice"),
        (f"x = {{ {'a' * 9_999} = 1, {'a' * 9_999} = 2 }}", "line 1", "aaa...aaa"),
        (r'x = "C:\Users"', "line 1", "digits of a character's code"),
        (r'x = "50 \%"', "line 1", "a backslash within double quotes is written twice"),
        (r'x = "\ud800"', "line 1", "a code that is no character's"),
        ('x = "\x01"', "line 1", r"a sign that no line may have, '\x01'"),
        ("x = " + "9" * 5000, "", "a number of more than four thousand digits"),
    ],
)
def test_bad_syntax_says_where(text, path, fragment):
    with pytest.raises(PlanError) as caught:
        Plan.from_toml_text(text)
    (problem,) = caught.value.problems
    assert path in problem.path
    assert fragment in problem.remedy
    assert len(str(caught.value)) < 400
    assert not re.search(r"immutable|namespace|inline table|sys\.|\('", problem.remedy)
    assert len(str(problem)) < 450


def test_a_mark_before_the_text_is_passed_over(tmp_path):
    """Some editors put one there."""
    assert Plan.from_toml_text("\ufeffevery = 2") == Plan(every=2)
    path = tmp_path / "mine.toml"
    path.write_text("every = 2", encoding="utf-8-sig")
    assert Plan.from_toml(path) == Plan(every=2)


# One row a habit: the line, and what to write instead.
HABITS = [
    ("revenue = 10,000", "write 10_000 for 10,000"),
    ("revenue = $10,000  # a month", "write 10_000 for $10,000"),
    ("revenue = 10 000", "write 10_000"),
    ("revenue = 10'000", "write 10_000"),
    ("revenue = 10.000,50", "write 10000.5 for 10.000,50 (a decimal point)"),
    ("revenue = 10,000.50", "write 10000.5 for 10,000.50 ("),
    ("revenue = $60k", "write 60_000 for $60k"),
    ("revenue = 1.2.3.4%", "write one number for"),
    ("revenue = { between = { low = 5,000, high = 15,000 } }", "write 5000 for 5,000, 15_000 for 15,000"),
    ("failure_rate = 50%", "write 0.5 for 50%"),
    ("failure_rate = 50 %", "write 0.5 for 50 %"),
    ("failure_rate = 0,5", "write 0.5 for 0,5 (a decimal point)"),
    ("failure_rate = .5", "write 0.5 for .5"),
    ("every = 03", "write 3 for 03"),
    ("seasonality = [50%, 1]", "write 0.5 for 50%"),
    ("ramp_curve = \u201clinear\u201d", 'write straight quotes: ramp_curve = "linear"'),
    ("convergence = None", "write false for none"),
    ("convergence = null", "write false for none"),
    ("convergence = False", "write false for none"),
    ("legacy = True", "write true"),
    ("ramp_curve = Linear", 'put text in quotes: "Linear"'),
    ("[[milestones]]\nname = black belt", 'put text in quotes: "black belt"'),
    ("every: 1", "write every = 1"),
    ("every 1", "write every = 1"),
    ("every = 3 months", "write 3 alone"),
    ("every =", "a value is missing"),
    ("failure rate = 0.5", "write failure_rate"),
    ("ramp = { between = { low: 3, high: 4 } }", "write ramp = { between = { low = 3, high = 4 } }"),
    ("ramp = between(3, 18)  # months", "write { between = { low = 3, high = 18 } }"),
    ("failure_rate = between(40, 70)", "write { uniform = { low = 0.4, high = 0.7 } } (40 % is written 0.4, not 40)"),
    ("revenue = lognormal(mean=10k, cv=0.3)", "write { lognormal = { mean = 10_000, cv = 0.3 } }"),
    ("every = between(3, 4)", "every takes no distribution"),
    ("ramp = stats.uniform(3, 6)", "write { uniform = { low = ..., high = ... } }"),
    ("ramp = cs.lognormal(3)", "write { lognormal = { median = 6, sigma = 0.5 } }"),
    ("ramp = { between = { low = 3, high = 4 }", "close each {"),
    ("clusters = 12\n[clusters]", "double brackets: [[clusters]]"),
    ("[[market]", "single brackets: [market]"),
    ("every = 3\nevery = 4", "remove one of the two"),
]


@pytest.mark.parametrize(("text", "remedy"), HABITS, ids=lambda x: x[:24])
def test_a_habit_that_is_no_toml_is_told_what_to_write(text, remedy):
    with pytest.raises(PlanError) as caught:
        Plan.from_toml_text(text + "\n[legacy]\n" * ("\n" not in text and "{" not in text))
    (problem,) = caught.value.problems
    assert problem.value == text.split("\n")[-1]
    assert problem.remedy.startswith(remedy) or remedy in problem.remedy
    assert "must be TOML" in problem.remedy


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.text(" =,.'%$kaNe10{}[]:", max_size=30))
@settings(deadline=None)
def test_a_line_of_any_kind_has_a_remedy_or_none(line):
    assert isinstance(syntax.remedy(line), str)


def test_a_text_given_for_a_path_is_told_so():
    with pytest.raises(FileNotFoundError, match="from_toml_text"):
        Plan.from_toml("every = 2")
    with pytest.raises(OSError, match="from_toml_text"):
        Plan.from_toml("every = 2\n" * 10_000)


@pytest.mark.parametrize("name", presets.names())
def test_a_presets_file_has_comments_and_is_the_preset(name):
    text = presets.text(name)
    assert Plan.from_toml_text(text) == presets.PRESETS[name]()
    assert text.startswith(("# The ", "# A ", "# Clusters "))
    assert Plan.model_fields["revenue"].description in text


@given(plans())
@settings(max_examples=60, deadline=None)
def test_comments_change_nothing(plan):
    assert Plan.from_toml_text(plan.to_toml(comments=True)) == plan


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


@pytest.mark.skipif(not Path("/dev/zero").is_char_device(), reason="this system has no devices by name")
def test_a_file_without_an_end_is_refused():
    with pytest.raises(PlanError, match="no plan file is longer than 16,777,216 bytes"):
        Plan.from_toml("/dev/zero")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes by name")
def test_a_pipe_is_read_to_its_end(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_text("every = 2"))
    writer.start()
    assert Plan.from_toml(pipe) == Plan(every=2)
    writer.join()
