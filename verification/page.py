"""The page that the verification writes its verdicts to: each part replaces its own, and leaves the others."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "verification.md"

sys.path.append(str(ROOT / "benchmarks"))
from machine import described  # noqa: E402 - what benchmarks were measured on is told there


def table(head, rows):
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def written(text, part, content, machine=None):
    """The page's text with what a part has found, and on what machine."""
    new, count = re.subn(
        rf"(<!-- {part} -->\n).*?(<!-- end of {part} -->)",
        lambda found: f"{found[1]}\n{content}\n\n{machine or described()}\n\n{found[2]}",
        text,
        flags=re.DOTALL,
    )
    if count != 1:
        raise ValueError(f"the page has no place for {part!r}")
    return new


def write(part, content, path=PAGE):
    path.write_text(written(path.read_text(encoding="utf-8"), part, content), encoding="utf-8")
