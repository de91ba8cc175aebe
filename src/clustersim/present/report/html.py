"""A report's page as HTML: a template that escapes whatever it is given, and one style sheet inside it."""

import re
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clustersim.present.report.page import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clustersim.analysis.assessment import Assessment
    from clustersim.analysis.comparison import Comparison
    from clustersim.outcome.outcome import Outcome


def write(
    of: "Outcome | Comparison | Sequence[Assessment]", path: str | PathLike[str], *, title: str = "", **asked: Any
) -> None:
    """Write the report of an outcome, a comparison or goals: what ``outcome.report(path)`` does; see `render`."""
    from clustersim.outcome.archive import replace  # noqa: PLC0415  # what is written stands under its name whole

    refuse_other_names(path)
    replace(path, render(of, title=title, **asked).encode())


def render(of: "Outcome | Comparison | Sequence[Assessment]", *, title: str = "", **asked: Any) -> str:
    """Return the report of an outcome, a comparison or goals that were assessed together, as HTML.

    What is asked for, a `milestone` and the month `by` which, is told first.

    Raises
    ------
    TypeError, KeyError, ValueError
        If the title is no text, or there is no such milestone or month.
    ImportError
        If jinja2 or matplotlib is not installed.
    """
    if not isinstance(title, str):
        raise TypeError(f"title = {title!r}: must be text")
    check()
    from clustersim.analysis.comparison import Comparison  # noqa: PLC0415  # what a report needs loads with it
    from clustersim.outcome.outcome import Outcome  # noqa: PLC0415  # as above

    if isinstance(of, Outcome):
        from clustersim.present.report import outcome  # noqa: PLC0415  # it draws

        return as_html(outcome.page(of, title, **asked))
    if isinstance(of, Comparison):
        from clustersim.present.report import comparison  # noqa: PLC0415  # as above

        return as_html(comparison.page(of, title, **asked))
    from clustersim.present.report import goals  # noqa: PLC0415  # as above

    return as_html(goals.page(of, title))


def refuse_other_names(path: str | PathLike[str]) -> None:
    """Refuse to write a page into a file that is called something else.

    Raises
    ------
    ValueError
        If the name does not end as that of a page of HTML.
    """
    name = Path(path)
    if name.suffix.lower() not in {".html", ".htm"}:
        remedy = f"as {name.with_suffix('.html').name}" if name.name else "as mine.html"
        raise ValueError(f"{name}: a report is a page of HTML, and its name ends so, {remedy}")


def check() -> None:
    """Refuse, before hours of work, what could not be written for want of a library.

    Raises
    ------
    ImportError
        If jinja2 or matplotlib is not installed.
    """
    try:
        import jinja2  # noqa: PLC0415  # an extra, loaded when a report is written
        import matplotlib as mpl  # noqa: PLC0415  # as above
    except ImportError as error:
        raise ImportError(f'a report needs {error.name}: pip install "clustersim[report]"') from error
    del jinja2, mpl


def as_html(page: Page) -> str:
    """Fill the template."""
    import jinja2  # noqa: PLC0415  # as above
    from markupsafe import Markup  # noqa: PLC0415  # it comes with jinja2

    here = files(__package__)
    markup: Callable[[str], Markup] = Markup
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["drawn"] = markup  # SVG that `drawing` has serialised, whose texts are escaped there
    environment.filters["kept"] = _kept
    template = environment.from_string((here / "page.html").read_text(encoding="utf-8"))
    style = markup((here / "page.css").read_text(encoding="utf-8"))
    return template.render(page=page, style=style) + "\n"


def _kept(text: str) -> str:
    """Keep a number on one line with what it counts.

    >>> _kept("by year 3") == "by year{}3".format(chr(160))
    True
    """
    return re.sub(r"(?<=year|onth) (?=\d)|(?<=\d) (?=%)", "\N{NO-BREAK SPACE}", text)
