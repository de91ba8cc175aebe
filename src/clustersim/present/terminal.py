"""The terminal that a person looks at."""

import os
from typing import TextIO

from rich.console import Console


def terminal(file: TextIO | None = None) -> Console:
    """Open a terminal, standard output by default, for texts that are no markup; NO_COLOR forbids all styles."""
    system = None if os.environ.get("NO_COLOR") else "auto"
    return Console(file=file, color_system=system, highlight=False, markup=False, emoji=False)  # type: ignore[arg-type]
