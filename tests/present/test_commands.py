import csv
import errno
import io
import json
import os
import re
import signal
import subprocess
import sys
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner

from clustersim import __main__, engine
from clustersim._version import __version__
from clustersim.analysis.asked import subject_of
from clustersim.plan.plan import Milestone, Plan
from clustersim.plan.presets import PRESETS
from clustersim.present import commands, console, export
from clustersim.program import lower
from tallies import made_up


@pytest.fixture
def asked(monkeypatch):
    """What the commands asked the engine for, which answers with made-up counts."""
    calls = []

    def run(plan, n, seed, threads, sure, checkpoint):
        assert checkpoint is None
        calls.append((plan, n, seed, threads, sure))
        return made_up(plan, min(n, 200))

    monkeypatch.setattr(commands, "_run", run)
    return calls


def call(*arguments):
    return CliRunner().invoke(commands.app, list(arguments))


def outside(code):
    """The command line in a process of its own."""
    return subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def write(folder, text):
    file = folder / "plan.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_simulate_answers_on_one_screen(asked):
    result = call("simulate", "--seed", "7")
    assert result.exit_code == 0
    assert asked == [(Plan(), 100_000, 7, None, None)]
    assert len(result.stdout.splitlines()) <= 30
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "seed 7" in result.stdout
    assert result.stdout.splitlines()[-1].endswith("have reached black belt after three years.")
    assert "\x1b" not in result.stdout
    assert result.stderr == ""


def test_a_run_gives_the_known_answer():
    result = call("simulate", "-n", "4000", "--seed", "7", "--threads", "2", "--json")
    assert result.exit_code == 0
    content = json.loads(result.stdout)
    belt = next(event for event in content["events"] if event["name"] == "black belt")
    assert abs(belt["cdf"][35] - 0.4434) < 5 * (0.4434 * 0.5566 / 4000) ** 0.5


def test_options_reach_the_engine(asked, tmp_path):
    call("simulate", write(tmp_path, "every = 1"), "-n", "50", "--seed", "3", "--threads", "2")
    assert asked == [(Plan(every=1), 50, 3, 2, None)]


def test_a_precision_raises_the_number_that_is_allowed(asked):
    call("simulate", "--precision", "0.001")
    call("simulate", "--precision", "0.001", "-n", "5000")
    sure = ("black belt", 36, 0.001)
    assert [(n, told) for _, n, _, _, told in asked] == [(10**9, sure), (5_000, sure)]


def test_what_is_asked_for_is_what_is_told_and_what_the_precision_is_of(asked, tmp_path):
    plan = write(tmp_path, 'milestones = [{name = "salary", revenue = 8_000}, {name = "black belt", revenue = 60_000}]')
    question = ["simulate", plan, "--milestone", "salary", "--by", "24", "--seed", "7"]
    shown = call(*question, "--precision", "0.01").stdout.replace("\n", " ")
    assert shown.endswith("have reached salary after two years. ")
    assert asked[-1][-1] == ("salary", 24, 0.01)
    told = json.loads(call(*question, "--json").stdout)
    (salary,) = (event for event in told["events"] if event["name"] == "salary")
    assert told["asked"].items() >= {"milestone": "salary", "by": 24, "value": salary["cdf"][23]}.items()
    assert call("simulate", plan, "--seed", "7").stdout.splitlines()[-1].endswith("black belt after three years.")


def test_what_a_plan_has_not_is_refused_before_the_run(asked, tmp_path):
    plan = write(tmp_path, "horizon = 60")
    for question, remedy in (
        (["--milestone", "blak belt"], "milestone = 'blak belt': did you mean 'black belt'?"),
        (["--milestone", "ruin"], "milestone = 'ruin': this plan has no ruin: its 'finances' is None"),
        (["--by", "61"], "by = 61: the plan's horizon is month 60"),
    ):
        refused = call("simulate", plan, *question)
        assert refused.exit_code == 2
        assert remedy in refused.stderr
    assert asked == []


def test_a_run_stops_when_it_is_precise_enough():
    shown = call("simulate", "--seed", "7", "--precision", "0.01").stdout.replace("\n", " ")
    assert shown.startswith("4,822 practices over ten years (seed 7; black belt by year 3 is known to 1 point):")
    content = json.loads(call("simulate", "--seed", "7", "--precision", "0.01", "-n", "3000", "--json").stdout)
    assert content["provenance"]["n"] == 3_000
    assert content["provenance"]["stopped"].startswith("it takes more trajectories to know 'black belt' by month 36")
    refused = call("simulate", "--precision", "1")
    assert refused.exit_code == 2
    assert "half_width = 1.0: must be above 0 and below 0.5" in refused.stderr


def test_a_run_with_a_precision_is_shown_as_it_was_and_goes_on_to_more(tmp_path):
    file = str(tmp_path / "run.zip")
    command = ["simulate", "--seed", "7", "--precision"]
    simulated = call(*command, "0.02", "--checkpoint", file).stdout.replace("\n", " ")
    shown = call("show", file).stdout.replace("\n", " ")
    assert "(seed 7; black belt by year 3 is known to 2 points):" in simulated
    assert simulated == shown
    surer = call(*command, "0.01", "--checkpoint", file).stdout
    assert surer == call(*command, "0.01").stdout
    assert surer.startswith("4,822 practices")
    refused = call(*command, "0.02", "--checkpoint", file)
    assert refused.exit_code == 2
    assert "of a run to know 'black belt' by month 36 to +-0.01, at 95 % confidence, which may have" in refused.stderr


def test_a_saved_run_is_shown_as_it_was(asked, tmp_path):
    file, plan = tmp_path / "run.zip", write(tmp_path, "every = 1")
    options = {"screen": [], "json": ["--json"], "csv": ["--csv"]}
    for form, option in options.items():
        simulated = call("simulate", plan, "--seed", "7", "--save", str(file), *option)
        shown = call("show", str(file), *option)
        other = call("show", str(file), "--milestone", "million", "--by", "60", *option)
        assert (other.stdout == shown.stdout) == (form == "csv")
        assert form != "screen" or other.stdout.endswith("have reached million after five years.\n")
        assert simulated.exit_code == shown.exit_code == 0
        told = simulated.stdout.replace("seed 7", "Key(7)").replace('"seed": 7', '"seed": null')  # it was made up
        assert shown.stdout == told, form
    assert len(asked) == 3


def test_what_cannot_be_saved_is_told_before_anything_is_simulated(asked, tmp_path):
    result = call("simulate", "--save", str(tmp_path / "missing" / "run.zip"))
    assert result.exit_code == 2
    assert result.stderr == f"{tmp_path}/missing/run.zip: there is no folder {tmp_path}/missing\n"
    assert asked == []


def test_a_saved_run_that_is_taken_for_a_plan_is_told_what_shows_it(tmp_path):
    made_up(Plan(horizon=12), 20).save(tmp_path / "run.zip")
    for command in (["simulate"], ["plan", "check"]):
        result = call(*command, str(tmp_path / "run.zip"))
        assert result.exit_code == 2
        assert "a zip is no plan file; a saved run is shown by clustersim show" in result.stderr


def test_a_folder_that_is_missing_is_named(tmp_path):
    folder = tmp_path / "missing"
    for command in (
        ["plan", "new", "-o", f"{folder}/plan.toml"],
        ["simulate", "--report", f"{folder}/run.html"],
        ["simulate", "--seed", "7", "--checkpoint", f"{folder}/run.zip"],
        ["show", f"{folder}/run.zip"],
    ):
        result = call(*command)
        assert result.exit_code == 2
        assert result.stderr.endswith(f": there is no folder {folder}\n")


def test_compiling_that_is_forbidden_is_a_sentence():
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    code = "import sys; from clustersim.__main__ import main; sys.argv = ['clustersim', 'simulate', '-n', '9']; main()"
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], capture_output=True, check=False, text=True, env=environment
    )
    assert done.stderr == "clustersim cannot run uncompiled: unset NUMBA_DISABLE_JIT\n"


def test_a_fault_of_ours_is_no_sentence():
    with pytest.raises(RuntimeError, match="a fault"), console.answering():
        raise RuntimeError("a fault")


def test_a_run_that_cannot_be_saved_after_all_is_shown_nevertheless(asked, tmp_path, monkeypatch):
    def full(_, path):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("clustersim.outcome.outcome.Outcome.save", full)
    result = call("simulate", "--seed", "7", "--save", str(tmp_path / "run.zip"))
    assert result.exit_code == 2
    assert result.stdout.splitlines()[-1].endswith("have reached black belt after three years.")
    assert result.stderr == f"{tmp_path}/run.zip: No space left on device\n"
    assert len(asked) == 1


def test_what_is_no_saved_run_is_status_2_and_a_sentence(tmp_path):
    (tmp_path / "run\x1b.zip").write_text("no zip")
    result = call("show", str(tmp_path / "run\x1b.zip"))
    assert result.exit_code == 2
    assert result.stderr == f"{tmp_path}/run\ufffd.zip cannot be loaded: it is no zip file, or its end is missing\n"
    missing = call("show", str(tmp_path / "nowhere.zip"))
    assert missing.exit_code == 2
    assert missing.stderr == f"{tmp_path}/nowhere.zip: No such file or directory\n"


@pytest.mark.parametrize("written", ["1000000", "1_000_000", "1e6", "1E+6"])
def test_a_million_is_written_as_one_likes(asked, written):
    assert call("simulate", "-n", written).exit_code == 0
    assert asked[0][1] == 1_000_000


@pytest.mark.parametrize("name", ["single_bet", "single-bet"])
def test_a_preset_is_simulated_by_its_name(asked, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert call("simulate", name).exit_code == 0
    (tmp_path / name).write_text("every = 1", encoding="utf-8")
    assert call("simulate", name).exit_code == 0
    assert [plan for plan, *_ in asked] == [PRESETS["single_bet"](), Plan(every=1)]


def test_a_run_without_a_seed_tells_the_one_that_it_drew(asked):
    first, second = call("simulate"), call("simulate")
    assert f"seed {asked[0][2]}" in first.stdout.replace("\n", " ")
    assert asked[0][2] != asked[1][2]
    assert first.exit_code == second.exit_code == 0


def test_json_is_one_object_without_nan(asked):
    result = call("simulate", "--json", "--seed", "7")
    content = json.loads(result.stdout, parse_constant=pytest.fail)
    assert content["provenance"]["seed"] == 7
    assert content["provenance"]["key"] == "Key(7)"
    assert content["plan"]["every"] == 3
    outcome = made_up(Plan(), 5, key=2**64 - 1)
    large = json.loads(export.as_json(outcome, subject_of(outcome.program), 2**53 + 1))["provenance"]
    assert (large["seed"], large["key"]) == (str(2**53 + 1), f"Key({2**64 - 1})")
    belt = next(event for event in content["events"] if event["name"] == "black belt")
    outcome = made_up(Plan(), 200)
    assert belt["cdf"] == outcome["black belt"].cdf(outcome.revenue.months).tolist()
    assert belt["probability"]["36"]["value"] == outcome["black belt"].cdf(36)
    assert content["events"][-1]["kind"] == "legacy"
    assert content["events"][-1]["held"] is None
    assert content["events"][-1]["month"]["0.75"] is None
    assert content["revenue"]["quantiles"]["0.5"] == outcome.revenue.quantile(0.5).tolist()
    assert len(asked) == 1


def test_csv_is_tidy_and_no_formula(asked, tmp_path):
    label = '=HYPERLINK("x")\\n'
    file = write(tmp_path, f"convergence = false\nhorizon = 20\n[[milestones]]\nname = '{label}'\nrevenue = 20_000\n")
    result = call("simulate", file, "--csv")
    assert result.exit_code == 0, result.stderr
    rows = list(csv.reader(io.StringIO(result.stdout)))
    assert rows[0] == ["event", "month", "pmf", "cdf", "held"]
    assert len(rows) == 21
    assert rows[1][0].startswith("'=HYPERLINK")
    assert all(len(row) == 5 for row in rows)
    assert len(asked) == 1


def test_csv_leaves_open_what_cannot_be_held(asked):
    rows = list(csv.DictReader(io.StringIO(call("simulate", "--csv").stdout)))
    assert {row["held"] for row in rows if row["event"] == "legacy"} == {""}
    assert "" not in {row["held"] for row in rows if row["event"] != "legacy"}
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["simulate", "-n", "0"], "-n 0: must be a whole number, 1 or more"),
        (["simulate", "--json", "--csv"], "exclude each other"),
        (["show", "run.zip", "--json", "--csv"], "exclude each other"),
        (["show"], "FILE.zip is missing: A run that clustersim simulate has saved."),
        (["simulate", "-n", "10k"], "; write 10_000 for 10k"),
        (["simulate", "-n", "1,000"], "; write 1000 for 1,000"),
        (["simulate", "-n"], "-n needs a value"),
        (["simulate", "--json=3"], "--json takes no value"),
        (["simulate", "--precision", "0.1%"], "--precision 0.1%: must be a number, as 0.001; write 0.001 for 0.1%"),
        (["simulate", "focused", "belt"], "belt is more than root simulate takes"),
        (["simulate", "-n", "1e6x"], "as 100000, 100_000 or 1e5"),
        (["simulate", "-n", "1.5"], "as 100000, 100_000 or 1e5"),
        (["simulate", "-n", "nan"], "as 100000, 100_000 or 1e5"),
        (["simulate", "-n", "1e99999999"], "as 100000, 100_000 or 1e5"),
        (["simulate", "--threads", "0"], "--threads 0: must be a whole number, 1 or more, as 2"),
        (["simulate", "nowhere.toml"], "no file nowhere.toml, and no preset of that name: presets are converging"),
        (["simulate", "/"], "/ is a folder: name a file in it, as /mine.toml"),
        (["simulate", "--report", "/"], "/ is a folder: name a file in it, as /page.html"),
        (["simulate", "--save", "/"], "/ is a folder: name a file in it, as /run.zip"),
        (["plan", "check", "/"], "/ is a folder: name a file in it, as /mine.toml"),
        (["plan", "new", "-o", "/"], "/ is a folder: name a file in it, as /mine.toml"),
        (["show", "/"], "/ is a folder: name a file in it, as /run.zip"),
        (["simulate", "-seed", "7"], "there is no option -seed: did you mean --seed?"),
        (["simulate", "-v"], "there is no option -v: known are --milestone, --by"),
        (["help"], "there is no command 'help': did you mean '--help'?"),
        (["version"], "there is no command 'version': did you mean '--version'?"),
        (["simulate", "--seed", "-1"], "--seed -1: must be a whole number, 0 or more, as 7"),
        (["simulate", "--seed", "abc"], "--seed abc: must be a whole number, 0 or more, as 7"),
        (["simulate", "--nonsense"], "there is no option --nonsense: known are --milestone, --by"),
        (["simulate", "--sed", "7"], "there is no option --sed: did you mean --seed?"),
        (["simulate", "focussed"], "no preset of that name: did you mean focused?"),
        (["simulat"], "there is no command 'simulat': did you mean 'simulate'?"),
        (["plan", "nwe"], "there is no command 'nwe': did you mean 'new'?"),
        (["solve", "focused"], "FIELD is missing: What to find, as clusters or finances.savings."),
        (["solve", "focused", "every"], "--probability SHARE is missing: The chance that is wanted, as 0.8"),
        (["solve", "focused", "every", "--probability", "60%"], "must be a number, as 0.8; write 0.6 for 60%"),
        (["plan", "new", "literall"], "did you mean 'literal'"),
        (["plan", "check", "nowhere.toml"], "there is no file nowhere.toml"),
        (["plan", "check", "."], ". is a folder: name a file in it"),
        (["plan", "check"], "FILE... is missing: Plan files."),
        (["nonsense"], "there is no command 'nonsense': known are 'simulate', 'show'"),
    ],
)
def test_what_a_user_does_wrong_is_status_2_and_a_sentence(asked, arguments, words):
    result = call(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    assert asked == []


def test_a_file_that_is_named_without_a_command_is_told_which_one(tmp_path):
    file = write(tmp_path, "every = 1")
    assert f"did you mean root simulate {file}?" in call(file).stderr


def test_a_folder_of_plans_is_told_the_first(tmp_path):
    file = write(tmp_path, "every = 1")
    assert call("simulate", str(tmp_path)).stderr == f"{tmp_path} is a folder: name a file in it, as {file}\n"


def test_a_file_name_with_a_slip_is_told_the_one_beside(tmp_path):
    file = write(tmp_path, "every = 1")
    wrong = file.replace("plan.toml", "pan.toml")
    assert f"did you mean {file}?" in call("simulate", wrong).stderr
    assert call("plan", "check", wrong).stderr == f"there is no file {wrong}: did you mean {file}?\n"


def test_who_names_no_command_sees_the_help_on_standard_error():
    for arguments in ([], ["plan"]):
        bare = call(*arguments)
        assert (bare.exit_code, bare.stdout) == (2, "")
        assert bare.stderr == call(*arguments, "--help").stdout


def test_a_wrong_plan_is_told_field_by_field(asked, tmp_path):
    file = write(tmp_path, 'clusters = 0\n"ev\\u001b[31mry" = 3\n')
    for command in (["simulate", file], ["plan", "check", file]):
        result = call(*command)
        assert result.exit_code == 2
        assert "clusters = 0: must be" in result.stderr
        assert len(result.stderr.splitlines()) == 3
        assert "\x1b" not in result.stderr
    assert asked == []


def test_text_that_is_no_toml_is_status_2(tmp_path):
    result = call("plan", "check", write(tmp_path, "clusters = = 3"))
    assert result.exit_code == 2
    assert "must be TOML" in result.stderr


def test_check_goes_on_after_a_wrong_file(tmp_path, monkeypatch):
    good = tmp_path / "good.toml"
    good.write_text("every = 1", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = call("plan", "check", write(tmp_path, "every = 0"), good.name)
    assert result.exit_code == 2
    assert "every = 0" in result.stderr
    assert "good.toml is right: 12 clusters, one a month" in result.stdout
    assert call("plan", "check", str(good)).exit_code == 0


def test_check_lists_clusters_so_that_a_line_for_all_below_the_last_of_them_is_seen(tmp_path):
    file = write(tmp_path, '[[clusters]]\nname = "Keynote"\nramp = 3\n[[clusters]]\nfailure_rate = 0.3\n')
    result = call("plan", "check", file)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if "fails, in %" in line)
    titles, *rows, hint, _ = lines[at:]
    assert re.split(r"\s\s+", titles) == ["", "fails, in %", "months to grow"]
    assert [row.split() for row in rows] == [["1.", "Keynote", "50", "3"], ["2.", "30", "6.8", "(2.64", "to", "13.7)"]]
    assert hint.startswith("Hint: Only the last cluster, 2., has its own failure_rate. In a plan file a line")
    told = call("plan", "check", write(tmp_path, "every = 1")).stdout
    assert "fails, in %" not in told
    assert "".join(told.split()).startswith(str(tmp_path))


def test_new_writes_plans_that_can_be_read_and_overwrites_none(tmp_path):
    file = tmp_path / "new.toml"
    assert Plan.from_toml_text(call("plan", "new").stdout) == Plan()
    assert call("plan", "new", "single-bet", "-o", str(file)).exit_code == 0
    assert Plan.from_toml(file) == PRESETS["single_bet"]()
    again = call("plan", "new", "-o", str(file))
    assert again.exit_code == 2
    assert "exists already" in again.stderr
    assert Plan.from_toml(file) == PRESETS["single_bet"]()


def test_schema_is_json():
    assert json.loads(call("plan", "schema").stdout) == Plan.json_schema()


def test_version():
    assert call("--version").stdout == f"clustersim {__version__}\n"


def test_ctrl_c_is_status_130(monkeypatch):
    def interrupted(*_, progress, **__):
        progress(40_000, 100_000)
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "simulate", interrupted)
    result = call("simulate")
    assert result.exit_code == 130
    assert result.stderr == "interrupted after 40,000 of 100,000 practices\n"


def test_a_command_with_a_checkpoint_goes_on(tmp_path):
    file = str(tmp_path / "run.zip")
    options = ["--seed", "7", "--csv", "--checkpoint", file]
    assert call("simulate", "-n", "300", *options).exit_code == 0
    gone_on, at_once = call("simulate", "-n", "1000", *options), call("simulate", "-n", "1000", *options[:3])
    assert gone_on.stdout == at_once.stdout == call("show", file, "--csv").stdout
    another = call("simulate", "-n", "1000", "--seed", "8", "--checkpoint", file)
    assert another.exit_code == 2
    assert another.stderr.startswith(f"the checkpoint {file} is of another seed")


def test_a_checkpoint_needs_a_seed(asked, tmp_path):
    result = call("simulate", "--checkpoint", str(tmp_path / "run.zip"))
    assert result.exit_code == 2
    assert "--checkpoint needs --seed, so that the same command can go on" in result.stderr
    assert asked == []


def test_ctrl_c_tells_that_a_checkpoint_is_there(monkeypatch, tmp_path):
    def interrupted(*_, progress, **__):
        progress(40_000, 100_000)
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "simulate", interrupted)
    result = call("simulate", "--seed", "7", "--checkpoint", str(tmp_path / "run.zip"))
    assert result.exit_code == 130
    assert result.stderr == (
        f"interrupted after 40,000 of 100,000 practices; the same command goes on from {tmp_path}/run.zip\n"
    )


def test_labels_are_no_markup():
    label = "[red]x[/red] :smile: 黒帯"
    plan = Plan(convergence=None, milestones=[Milestone(name=label, revenue=20_000)])
    assert label in commands._screen(made_up(plan, 100), "seed 1", subject_of(lower(plan)))


def test_nobody_reading_on_is_silent():
    process = outside(
        "import sys, time; from clustersim.__main__ import main; time.sleep(0.5);"
        "sys.argv = ['clustersim', 'plan', 'schema']; sys.exit(main())"
    )
    process.stdout.close()
    assert process.wait(30) == 0
    assert process.stderr.read() == b""
    process.stderr.close()


@pytest.mark.parametrize("missing", ["typer", "rich"])
def test_a_missing_extra_is_one_sentence(missing):
    process = outside(
        f"import sys; sys.modules[{missing!r}] = None; sys.argv = ['clustersim', 'simulate', '-n', '10'];"
        "from clustersim.__main__ import main; sys.exit(main())"
    )
    _, error = process.communicate(timeout=60)
    assert process.returncode == 1
    assert error.decode().splitlines() == [f'the command line needs {missing}: pip install "clustersim[cli]"']


def test_help_loads_no_compiler():
    process = outside(
        "import sys; sys.argv = ['clustersim', '--help'];"
        "from clustersim.__main__ import main; status = main();"
        "wrong = {'numba', 'scipy', 'pandas'} & set(sys.modules); print(wrong, file=sys.stderr);"
        "sys.exit(status or bool(wrong))"
    )
    output, error = process.communicate(timeout=60)
    assert process.returncode == 0, error
    assert b"simulate" in output


def test_an_interruption_anywhere_is_status_130(monkeypatch):
    def interrupted():
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(commands, "run", interrupted)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    try:
        assert __main__.main() == 130
    finally:
        signal.signal(signal.SIGINT, before)


def shell(line):
    """The command line as a shell runs it."""
    line = line.replace("clustersim", f"{sys.executable} -m clustersim")
    return subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=False)  # noqa: S603 - our own


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no Linux")  # noqa: PTH110 - one word is enough
@pytest.mark.parametrize(
    ("line", "status", "said"),
    [
        ("clustersim plan new >&-", 2, "standard output: it is closed"),
        ("clustersim simulate -n 100 --seed 1 --json >&-", 2, "standard output: it is closed"),
        ("clustersim --help >&-", 2, "standard output: it is closed"),
        ("clustersim --help >/dev/full", 2, "standard output: No space left on device"),
        ("PYTHONUNBUFFERED=1 clustersim simulate --help >/dev/full", 2, "standard output: No space left on device"),
        ("clustersim plan new >/dev/full", 2, "standard output: No space left on device"),
        ("clustersim plan check nofile 2>&-", 2, ""),
        ("COLUMNS=0 clustersim simulate -n 100 --seed 1", 0, ""),
    ],
)
def test_odd_streams_and_terminals_give_no_traceback(line, status, said):
    done = shell(line)
    assert done.returncode == status
    assert done.stderr.strip() == said


@pytest.mark.parametrize("error", [MemoryError(), OSError(errno.ENOMEM, "Cannot allocate memory"), ImportError("x")])
def test_too_little_memory_is_told(error, monkeypatch):
    def fails(*_):
        raise error from (None if error.args[:1] != ("x",) else MemoryError())

    monkeypatch.setattr("clustersim.present.commands.chosen", fails)
    result = call("simulate", "-n", "100")
    assert result.exit_code == 2
    assert result.stderr.startswith("there is not enough memory")
    monkeypatch.setattr("clustersim.present.commands.run", fails)
    if isinstance(error, MemoryError):
        assert __main__.main() == 2


@pytest.mark.parametrize("threads", ["0", "-2"])
@pytest.mark.parametrize("command", ["simulate -n 100", "simulate focused -n 100", "warmup"])
def test_no_threads_at_all_are_refused_by_the_variables_name(threads, command):
    done = shell(f"NUMBA_NUM_THREADS={threads} clustersim {command}")
    said = f"NUMBA_NUM_THREADS = {threads}: must be 1 or more in the environment, or unset"
    assert (done.returncode, done.stderr.strip()) == (2, said)


def test_warmup_prepares_either_kernel():
    process = outside(
        "import sys; sys.argv = ['clustersim', 'warmup']; from clustersim.__main__ import main; status = main();"
        "from clustersim.kernel import monthly, run; sys.stderr.write(f'{status}: ');"
        "print(len(run._run.signatures), len(monthly._run.signatures), file=sys.stderr)"
    )
    output, error = process.communicate(timeout=300)
    assert output.startswith(b"ready after ")
    assert error.splitlines()[-1] == b"0: 1 1"


def test_levers_are_told_to_machines(asked):
    content = json.loads(call("simulate", "whole-story", "--json", "--seed", "7").stdout, parse_constant=pytest.fail)
    outcome = made_up(PRESETS["whole_story"](), 200)
    assert [event["kind"] for event in content["events"]][8:] == ["legacy", "burnout", "ruin", "admission"]
    ruin = content["events"][10]
    assert (ruin["name"], ruin["held"]) == ("ruin", None)
    assert ruin["cdf"] == outcome.ruin.cdf(outcome.cash.months).tolist()
    assert content["cash"]["quantiles"]["0.05"] == outcome.cash.quantile(0.05).tolist()
    assert content["cash"]["by_year"] == outcome.cash.mean()[11::12].tolist()
    assert content["mission_revenue"]["mean"] == outcome.mission_revenue.mean().tolist()
    assert "ruin,120," in call("simulate", "whole-story", "--csv").stdout
    without = json.loads(call("simulate", "--json").stdout)
    assert without["cash"] is without["mission_revenue"] is None
    assert len(asked) == 3


def test_no_file_that_is_something_else_is_overwritten(tmp_path, asked):
    plan = tmp_path / "mine.toml"
    plan.write_text("every = 2\n", encoding="utf-8")
    report, save = (call("simulate", str(plan), option, str(plan)) for option in ("--report", "--save"))
    assert (report.exit_code, save.exit_code) == (2, 2)
    assert "a report is a page of HTML, and its name ends so, as mine.html" in report.output
    assert "exists and is no saved run: it is not overwritten" in save.output
    assert plan.read_text(encoding="utf-8") == "every = 2\n"
    page, archive = tmp_path / "index.html", tmp_path / "photos.zip"
    page.write_text("<!doctype html><p>of somebody else", encoding="utf-8")
    with ZipFile(archive, "w") as file:
        file.writestr("photo.jpg", b"")
    for option, other, told in (("--report", page, "no report of clustersim"), ("--save", archive, "no saved run")):
        before = other.read_bytes()
        result = call("simulate", option, str(other))
        assert result.exit_code == 2
        assert f"{other} exists and is {told}: it is not overwritten" in result.output
        assert other.read_bytes() == before
    assert asked == []


def test_a_file_of_an_earlier_run_is_replaced_and_that_is_said(tmp_path, asked):
    report, save = tmp_path / "mine.html", tmp_path / "mine.zip"
    command = ("simulate", "--seed", "7", "--report", str(report), "--save", str(save))
    first = call(*command)
    assert (first.exit_code, first.stderr) == (0, "")
    before = save.read_bytes()
    again = call(*command, "-n", "50")
    assert again.exit_code == 0
    assert again.stderr.splitlines() == [
        f"{file} is there from an earlier run, and will be replaced" for file in (save, report)
    ]
    assert "50 practices" in report.read_text(encoding="utf-8")
    assert save.read_bytes() != before
    assert len(asked) == 2


def test_help_tells_what_becomes_of_files_that_are_there():
    told = " ".join(call("simulate", "--help").stdout.split())
    assert told.count("is replaced, and that is said; any other file is not.") == 2
    assert "another one replaces nothing" in told
    assert "What is there is never replaced" in " ".join(call("plan", "new", "--help").stdout.split())
