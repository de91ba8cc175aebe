"""The fan's bands as areas of colour, their edges to an eighth of a line, for terminals that have the colours."""

import numpy as np
from numpy.typing import NDArray

OUTSIDE, WIDE, NARROW = "", "#005f87", "#0087d7"
_EIGHTHS = "▁▂▃▄▅▆▇"
_FROM_ABOVE = {1: "▔", 4: "▀"}  # eighths; fonts have no more of these
_MEDIAN = "▁━▔"
SIGNS = _EIGHTHS + _MEDIAN + "▀"

Band = list[tuple[float, str]]


def area(column: NDArray[np.float64], before: float, row: int) -> tuple[str, str]:
    """Choose a sign and its style for one column and line; `before` is the median of the column to its left."""
    low, quarter, median, three_quarters, high = column.tolist()
    edges = [(low, WIDE), (quarter, NARROW), (three_quarters, WIDE), (high, OUTSIDE)]
    lowest, highest = sorted((int(before), int(median)))
    if int(median) == row or lowest < row < highest:
        place = int((median - row) * len(_MEDIAN)) if int(median) == row else 1
        behind = _colour(edges, row + 0.5)
        return _MEDIAN[place], f"bold bright_white on {behind}" if behind else "bold"
    below, above = _colour(edges, row + 1 / 16), _colour(edges, row + 15 / 16)
    if below == above:
        return " ", f"on {below}" if below else ""
    within = [edge for edge, _ in edges if row < edge < row + 1]
    share = sum(within) / len(within) - row
    if not below:
        eighths = min((1, 4, 8), key=lambda n: abs(n - 8 * (1 - share)))
        return (" ", f"on {above}") if eighths == 8 else (_FROM_ABOVE[eighths], above)
    return _EIGHTHS[min(max(round(8 * share), 1), 7) - 1], f"{below} on {above}" if above else below


def _colour(edges: Band, height: float) -> str:
    """Tell the colour at a height: that of the last edge below it."""
    return next((colour for edge, colour in reversed(edges) if edge <= height), OUTSIDE)
