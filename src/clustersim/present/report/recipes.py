"""What makes a run once more, digit by digit: a command where one does, and Python."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from clustersim.present.report.page import Recipe
from clustersim.seeds import Key

if TYPE_CHECKING:
    from clustersim.analysis.assessment import Assessment
    from clustersim.analysis.comparison import Comparison
    from clustersim.outcome.outcome import Outcome

_SHELL, _PYTHON = "On the command line", "In Python"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")


def of_outcome(outcome: "Outcome") -> Iterator[Recipe]:
    """Tell what repeats a run of one plan, whose file is plan.toml; a command, where it is one range from the first."""
    ranges, key = outcome.provenance["ranges"], Key(outcome.tally.key)
    if key.seed is not None and [first for first, _ in ranges] == [0]:
        yield Recipe(where=_SHELL, code=f"clustersim simulate plan.toml -n {outcome.n} --seed {key.seed}")
    runs = [f"cs.simulate(plan, n={stop - first:_}, first={first:_}, rng={_luck(key)})" for first, stop in ranges]
    code = " + ".join(run.replace(", first=0", "") for run in runs)
    head = 'import clustersim as cs\n\nplan = cs.Plan.from_toml("plan.toml")\n'
    yield Recipe(where=_PYTHON, code=f"{head}outcome = {code}")


def of_goals(assessed: "Sequence[Assessment]") -> Iterator[Recipe]:
    """Tell what repeats assessments of a plan's goals, whose file is plan.toml."""
    first, n, key = assessed[0].first, assessed[0].n, assessed[0].key
    if key.seed is not None and not first:
        yield Recipe(where=_SHELL, code=f"clustersim assess plan.toml -n {n} --seed {key.seed}")
    start = f", first={first:_}" * bool(first)
    head = 'import clustersim as cs\n\nplan = cs.Plan.from_toml("plan.toml")\n'
    run = f"goals = [cs.assess(plan, goal, n={n:_}{start}, rng={_luck(key)}) for goal in plan.goals]"
    yield Recipe(where=_PYTHON, code=f"{head}{run}")


def of_comparison(comparison: "Comparison") -> Iterator[Recipe]:
    """Tell what repeats a comparison, whose plans' files are called as `names_of_files` does."""
    ((first, stop),) = comparison.joint.tallies[0].ranges
    key = Key(comparison.joint.tallies[0].key)
    files = names_of_files(comparison.names)
    if key.seed is not None and not first:
        yield Recipe(where=_SHELL, code=f"clustersim compare {' '.join(files)} -n {stop} --seed {key.seed}")
    plans = "".join(
        f"    {name!r}: cs.Plan.from_toml({file!r}),\n" for name, file in zip(comparison.names, files, strict=True)
    )
    start = f", first={first:_}" * bool(first)
    run = f"comparison = cs.compare(plans, n={stop - first:_}{start}, rng={_luck(key)})"
    yield Recipe(where=_PYTHON, code=f"import clustersim as cs\n\nplans = {{\n{plans}}}\n{run}")


def names_of_files(names: Sequence[str]) -> tuple[str, ...]:
    """Name files of plans: as the plans, where any shell and file system can do with that.

    >>> names_of_files(["steady", "rush"]), names_of_files(["now", "twice as fast"])
    (('steady.toml', 'rush.toml'), ('plan-1.toml', 'plan-2.toml'))
    """
    plain = all(map(_PLAIN.fullmatch, names)) and len({name.lower() for name in names}) == len(names)
    return tuple(f"{name if plain else f'plan-{place}'}.toml" for place, name in enumerate(names, start=1))


def _luck(key: "Key") -> str:
    return f"cs.{key}" if key.seed is None else str(key.seed)
