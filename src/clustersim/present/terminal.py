"""The terminal that a person looks at."""

import os
from typing import TextIO

from rich.console import Console

WIDEST = 100  # columns that words and tables take, however wide the terminal
_UNKNOWN = 80  # columns, where the terminal does not tell


def terminal(file: TextIO | None = None) -> Console:
    """Open a terminal, standard output by default, for texts that are no markup; NO_COLOR forbids all styles."""
    system = None if os.environ.get("NO_COLOR") else "auto"
    console = Console(file=file, color_system=system, highlight=False, markup=False, emoji=False)  # type: ignore[arg-type]
    if console.width < 1:  # COLUMNS=0
        console.width = _UNKNOWN
    return console


def across() -> int:
    """Tell how many columns words and tables may take on standard output."""
    return min(terminal().width, WIDEST)
