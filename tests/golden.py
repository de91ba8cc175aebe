"""The golden runs: plans with the digests of what they gave. As a script it compares them, or fills them in.

::

    python tests/golden.py                 print every digest that is not as recorded
    python tests/golden.py --write         fill in the empty ones; none that is recorded is overwritten
    python tests/golden.py --new-stream    overwrite them: the stream has changed, and the changelog says so
"""

import re
import sys
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import clustersim as cs
from clustersim.program import lower
from clustersim.tally import count
from digests import digest_of_counts, digest_of_tables

FILE = Path(__file__).with_name("golden.toml")
RECORDED = re.compile(r'^(tables|counts) = "(\w*)"$', re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Run:
    """A plan, a range of trajectories, and the digests that are recorded of them."""

    name: str
    plan: dict
    n: int
    key: int
    first: int
    tables: str
    counts: str

    @cached_property
    def program(self):
        return lower(cs.Plan(**self.plan))

    @cached_property
    def found(self):
        """The digests of today: of the tables, and of what one call of the kernel counts."""
        from clustersim.kernel.run import run  # noqa: PLC0415 - numba loads when it is needed

        records = run(self.program.tables, self.key, self.first, self.n)
        tally = count(self.program, self.key, self.first, records)
        return {"tables": digest_of_tables(self.program), "counts": digest_of_counts(tally)}


def golden_runs(file=FILE):
    return [Run(**run) for run in tomllib.loads(file.read_text(encoding="utf-8"))["run"]]


def compare(file, *, write=False, new_stream=False):
    """Say which digests are not as recorded, write those that may be written; tell how many stay wrong."""
    runs = iter([(run.name, kind, digest) for run in golden_runs(file) for kind, digest in run.found.items()])
    wrong = 0

    def todays(recorded):
        nonlocal wrong
        (name, kind, digest), was = next(runs), recorded[2]
        if was == digest:
            return recorded[0]
        writing = new_stream or (write and not was)
        wrong += not writing
        said = "written" if writing else "overwritten by --new-stream alone" if was else "written by --write"
        print(f"{name}: {kind} is {digest}, recorded {was or 'nothing'}: {said}")  # noqa: T201
        return f'{kind} = "{digest}"' if writing else recorded[0]

    before = file.read_text(encoding="utf-8")
    after = RECORDED.sub(todays, before)
    if after != before:
        file.write_text(after, encoding="utf-8")
    return wrong


if __name__ == "__main__":
    options = {"--write": "write", "--new-stream": "new_stream"}
    if not set(sys.argv[1:]) <= set(options):
        sys.exit(__doc__)
    sys.exit(min(compare(FILE, **{options[word]: True for word in sys.argv[1:]}), 1))
