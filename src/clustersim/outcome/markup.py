"""Sentences and tables as a notebook shows them: in the ink of the page around, so right by day and by night.

Texts are escaped, and nothing is drawn in a colour of its own.
"""

from collections.abc import Callable, Iterable, Sequence
from html import escape

from clustersim.outcome.notation import printable

_CELL = "text-align:right;padding:.1em .8em .1em 0;background:none;border:0;white-space:nowrap"
_NAME = f"{_CELL};text-align:left;font-weight:500;vertical-align:baseline"
_LONG_NAME = _NAME.replace("nowrap", "normal")
_WORDS = f"{_CELL};text-align:left;white-space:normal;vertical-align:baseline"
_TITLE = f"{_CELL};opacity:.7;font-weight:400"
_TABLE = (
    "display:table;width:auto;border-collapse:collapse;border:0;margin:.4em 0;"
    "font-variant-numeric:tabular-nums;font-size:.92em"
)
_CAPTION = (
    "caption-side:top;text-align:left;white-space:nowrap;padding:.3em 0 .1em;"
    "font-size:1em;font-weight:500;font-style:normal;color:inherit"
)


def box(*parts: str) -> str:
    """Put parts under one another, of a width that is read with ease; what is wider can be scrolled."""
    return f'<div style="max-width:44em;line-height:1.45;overflow-x:auto">{"".join(parts)}</div>'


def head(told: str) -> str:
    """Write the answer, or what is shown."""
    return f'<div style="font-weight:600;font-size:1.05em">{text(told)}</div>'


def line(told: str, *, faint: bool = False) -> str:
    """Write a sentence; `faint` what is beside the point."""
    return f'<div style="margin:.15em 0{";opacity:.7;font-size:.9em" * faint}">{text(told)}</div>'


def more(title: str, *parts: str) -> str:
    """Put away what is looked at on demand."""
    return f'<details><summary style="cursor:pointer">{text(title)}</summary>{"".join(parts)}</details>'


def text(told: str, *, keep: bool = False) -> str:
    """Escape a text; `keep` keeps its lines.

    >>> text("<b>")
    '&lt;b&gt;'
    """
    return "\n".join(escape(printable(part)) for part in told.split("\n")) if keep else escape(printable(told))


def table(titles: Sequence[str], lines: Iterable[Sequence[str]], caption: str = "", *, words: bool = False) -> str:
    """Lay a table out: names to the left, figures to the right, or all to the left if they are `words`."""
    cells = "".join(
        f'<th scope="col" style="{_TITLE}{";text-align:left" * (words or not place)}">{text(title)}</th>'
        for place, title in enumerate(titles)
    )
    rows = "".join(_row(one, *((_NAME, _words) if words else (_LONG_NAME, _figures))) for one in lines)
    above = f'<caption style="{_CAPTION}">{text(caption)}</caption>' if caption else ""
    begin = f"<thead><tr>{cells}</tr></thead>" if titles else ""
    return f'<table style="{_TABLE}">{above}{begin}<tbody>{rows}</tbody></table>'


def tables(told: Iterable[tuple[str, Sequence[Sequence[str]]]]) -> str:
    """Lay tables out under their captions; the first line of each has the titles."""
    return "".join(table(lines[0], lines[1:], caption.rstrip(":")) for caption, lines in told)


def _row(one: Sequence[str], style: str, cell: Callable[[str], str]) -> str:
    first, *others = one
    name = f'<th scope="row" style="{style}">{text(first)}</th>'
    return f'<tr style="background:none">{name}{"".join(map(cell, others))}</tr>'


def _words(told: str) -> str:
    return f'<td style="{_WORDS}">{text(told)}</td>'


def _figures(told: str) -> str:
    value, space, interval = told.partition(" (")
    sure = f' <span style="opacity:.65;font-size:.9em">({text(interval)}</span>' if space else ""
    return f'<td style="{_CELL}">{text(value)}{sure}</td>'
