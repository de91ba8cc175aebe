"""The site: ``python -m sphinx -W --keep-going docs docs/_build`` makes it of these pages and of the docstrings."""

import re
from pathlib import Path
from types import FunctionType
from typing import Any

import clustersim

DOCS = Path(__file__).parent

project = "clustersim"
author = "The clustersim developers"
copyright = f"2026, {author}"  # noqa: A001  Sphinx's name for it
version = release = clustersim.__version__

extensions = [
    "matplotlib.sphinxext.plot_directive",
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_external_toc",
]
external_toc_path = "_toc.yml"
exclude_patterns = ["_build", "jupyter_execute", "pictures/*.py"]  # the second: notebooks, by myst-nb
suppress_warnings = ["ref.python"]  # a shape such as (n, horizon) is no reference to one of several names

html_theme = "furo"
html_title = f"clustersim {release}"
html_static_path = ["_static"]
html_css_files = ["clustersim.css"]
html_show_sphinx = False
html_theme_options = {"top_of_page_buttons": []}

myst_enable_extensions = ["fieldlist"]
myst_heading_anchors = 3
nb_execution_in_temp = True  # what pages save is thrown away
nb_execution_mode = "force"
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_merge_streams = True

copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

plot_formats = ["svg"]
plot_html_show_formats = False
plot_html_show_source_link = False
plot_rcparams = {"svg.hashsalt": project}

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say it in words
autodoc_class_signature = "separated"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(((?:\.\./)+[^)#\s]+)(#[^)\s]*)?\)")
PICTURE = re.compile(r"^\[Picture: ([^\]]+)\]\((\.\./pictures/\w+\.py)\)$", re.MULTILINE)


def draw_pictures(_app: Any, docname: str, source: list[str]) -> None:
    """Draw a picture where a paragraph links to the script that draws it: what the link says is its alternative."""

    def drawn(found: re.Match[str]) -> str:
        script = (DOCS / docname).parent.joinpath(found[2]).resolve().relative_to(DOCS)
        alternative = " ".join(found[1].split())
        return f"```{{eval-rst}}\n.. plot:: {script.as_posix()}\n   :alt: {alternative}\n```"

    source[0] = PICTURE.sub(drawn, source[0])


def name_files_of_the_repository(_app: Any, docname: str, source: list[str]) -> None:
    """Name, instead of linking them, files that are in the repository and not on the site."""
    here = (DOCS / docname).parent

    def named(found: re.Match[str]) -> str:
        target = (here / found[2]).resolve()
        if target.is_relative_to(DOCS) and target.suffix != ".py":
            return found[0]
        file = target.relative_to(DOCS.parent).as_posix()
        if file == "CHANGELOG.md":
            return f"[{found[1]}]({'../' * docname.count('/')}changelog.md)"
        return found[1] if file == found[1].strip("/`") else f"{found[1]} (`{file}`)"

    source[0] = LINK.sub(named, source[0])


def leave_out_the_inside(_app: Any, _what: str, name: str, member: Any, *_: Any) -> bool | None:
    """Leave out what pydantic is told, and how Python makes objects of classes that do not make them themselves."""
    pythons_own = name in {"__init__", "__new__"} and not isinstance(member, FunctionType)
    return True if pythons_own or name == "model_config" else None


def setup(app: Any) -> None:
    """Let Sphinx call the functions above."""
    app.connect("source-read", draw_pictures)
    app.connect("source-read", name_files_of_the_repository)
    app.connect("autodoc-skip-member", leave_out_the_inside)
