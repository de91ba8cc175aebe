"""Pictures as pieces of a page: SVG that takes the page's colours and fonts, and names nothing twice."""

import re
import warnings
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET  # what it reads was written here, a moment before

from clustersim.outcome.notation import printable
from clustersim.present.plots import ground
from clustersim.present.report.page import Picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

#: What a page draws lighter or darker by night: the page's style sheet has these names.
_COLOURS = {
    ground.INK: "var(--ink)",
    ground.GREY: "var(--grey)",
    ground.RULE: "var(--rule)",
    ground.PAPER: "var(--paper)",
    ground.BLUE: "var(--blue)",
}
_REFERENCE = re.compile(r"#([^)\"']+)")
_FONTS = re.compile(r"'DejaVu Sans'(, sans-serif)?")


#: Inches: a picture is shrunk to the width of a telephone, or widened to half a desk's, and its letters with it.
SIZE = (4.0, 2.85)


def picture(
    name: str,
    draw: "Callable[[Axes], object]",
    title: str,
    told: str,
    heard: str,
    size: tuple[float, float] = SIZE,
) -> Picture:
    """Draw a picture for a page: see `svg`; `title` and `told` stand beside it, `heard` is for those who do not see."""
    return Picture(title=title, told=told, svg=svg(draw, name, printable(heard), size))


@ground.drawing()
def svg(draw: "Callable[[Axes], object]", name: str, told: str, size: tuple[float, float]) -> str:
    """Draw on axes that nobody else sees, and return an SVG element.

    Parameters
    ----------
    draw
        Takes the axes.
    name
        Of letters, begins whatever is named inside: no two pictures of a page may have the same.
    told
        What those hear who do not see it.
    size
        In inches.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415  # an extra, loaded when something is drawn

    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots()
    draw(axes)
    axes.set_title("", loc="left")  # it stands on the page
    written = BytesIO()
    with warnings.catch_warnings():
        # Matplotlib measures texts with a font of its own; they are written with the reader's, which may have more.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(written, format="svg", metadata={"Date": None}, transparent=True)
    return _cleaned(written.getvalue(), name, told)


def _cleaned(drawn: bytes, name: str, told: str) -> str:
    root = ET.fromstring(drawn)  # noqa: S314  # see the import
    for parent in root.iter():
        for child in list(parent):
            if child.tag.endswith(("metadata", "style")):
                parent.remove(child)
    named = {found for element in root.iter() for value in element.attrib.values() for found in _named(value)}
    for element in root.iter():
        element.tag = _local(element.tag)
        element.tail = None
        if element.text is not None and not element.text.strip():
            element.text = None
        element.attrib = {
            _local(key): _value(key, value, name) for key, value in element.items() if _kept(key, value, named)
        }
    root.attrib = {
        "viewBox": root.attrib["viewBox"],
        "role": "img",
        "aria-label": told,
        "class": "picture",
    }
    return ET.tostring(root, encoding="unicode")


def _named(value: str) -> list[str]:
    return _REFERENCE.findall(value) if value.startswith(("#", "url(#")) else []


def _kept(key: str, value: str, named: set[str]) -> bool:
    return key != "id" or value in named


def _value(key: str, value: str, name: str) -> str:
    if key == "id":
        return f"{name}-{value}"
    if _named(value):
        return _REFERENCE.sub(rf"#{name}-\1", value)
    for colour, variable in _COLOURS.items():
        value = value.replace(colour.lower(), variable)
    return _FONTS.sub("var(--font)", value) if key == "style" else value


def _local(name: str) -> str:
    return name.rpartition("}")[2]
