"""The table of measures, as the docs have it: ``python benchmarks/table.py --write docs/benchmarks.md``.

Whatever is compared runs in turn, A B A B, in one go; a row gives the median of the ratios, and behind it the least and
the most. What one thread does is measured in processor time, which others on the same core do not change much; what two
do, and whole processes, by the clock on the wall: leave the machine alone for those.
"""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from machine import described
from row import HEAD
from rows import rows

BEGIN, END = "<!-- table -->\n", "<!-- end of table -->\n"


def table(most, rounds, words):
    """Lines of the table, each as soon as it is known; only the rows with these words in their names."""
    yield f"{described()} Rounds: {rounds}.\n"
    yield HEAD
    with TemporaryDirectory(prefix="clustersim-peers-") as folder:
        for row in rows(folder, most):
            if words in row.name:
                yield row.measured(rounds)


def replaced(page, text):
    """The page with another text between its two marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page needs the lines {BEGIN.strip()} and {END.strip()} around its table")
    return f"{before}{begin}\n{text}\n\n{end}{after}"


def arguments():
    parser = argparse.ArgumentParser(description="Print the table of measures.")
    parser.add_argument("--long", action="store_true", help="go to 10^8 trajectories instead of 10^7: ten minutes")
    parser.add_argument("--rounds", type=int, default=7, metavar="N", help="how often each is measured (7)")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--rows", default="", metavar="WORDS", help="only the rows with these words in their names")
    which.add_argument("--write", type=Path, metavar="PAGE", help="put the table between the marks of a page, too")
    return parser.parse_args()


def main():
    chosen = arguments()
    page = chosen.write.read_text(encoding="utf-8") if chosen.write else ""
    if chosen.write:
        replaced(page, "")  # a page without the marks is refused now, not after minutes
    lines = []
    for line in table(10**8 if chosen.long else 10**7, chosen.rounds, chosen.rows):
        print(line, flush=True)
        lines.append(line)
    if chosen.write:
        chosen.write.write_text(replaced(page, "\n".join(lines)), encoding="utf-8")


if __name__ == "__main__":
    main()
