"""How labels and numbers are written, wherever a person reads them."""

import math
import unicodedata
from collections.abc import Callable
from typing import Literal

from clustersim.outcome.estimate import Estimate

# Control, format (bidirectional overrides, zero width), surrogate and private characters, line and paragraph
# separators: whatever a label could do to a terminal or to the line that it stands in.
_UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def printable(label: str) -> str:
    """Put a question mark in a diamond for each character that does not merely stand in its line.

    >>> printable("evil" + chr(27) + "[31m belt")
    'evil�[31m belt'
    """
    return "".join("\ufffd" if unicodedata.category(sign) in _UNPRINTABLE else sign for sign in label)


def columns(text: str) -> int:
    """Return how many columns of a terminal a printable text takes: wide characters take two, accents none.

    >>> columns("belt"), columns("黒帯")
    (4, 4)
    """
    wide = sum(unicodedata.east_asian_width(sign) in {"W", "F"} for sign in text)
    return len(text) + wide - sum(unicodedata.combining(sign) > 0 for sign in text)


def padded(text: str, width: int, align: Literal["<", ">"] = ">") -> str:
    """Fill a text up with spaces to `width` columns of a terminal."""
    space = " " * (width - columns(text))
    return text + space if align == "<" else space + text


def percent(share: float) -> str:
    """Write a share in per cent, a small one more finely; 0 and 100 are said only of exactly none and all.

    >>> percent(0.44339), percent(0.0), percent(0.0008), percent(0.00001), percent(0.99999)
    ('44.3', '0', '0.08', '<0.01', '>99.9')
    """
    if share in {0, 1}:
        return f"{100 * share:.0f}"
    if share < 0.00005:
        return "<0.01"
    if share >= 0.9995:
        return ">99.9"
    return f"{100 * share:.{_decimals(share)}f}"


def _decimals(share: float) -> int:
    return 2 if share < 0.01 else 1


def chance(estimate: Estimate) -> str:
    """Write an estimate in per cent with its interval, whose ends are rounded outwards; what is exact has none.

    >>> chance(Estimate.of_count(44_340, 100_000)), chance(Estimate.of_count(80, 100_000))
    ('44.3 (44.0-44.7)', '0.08 (0.06-0.10)')
    """
    if estimate.low == estimate.high:
        return percent(estimate.value)
    low, high = _end(estimate.low, math.floor), _end(estimate.high, math.ceil)
    return f"{percent(estimate.value)} ({low}-{high})"


def _end(share: float, whole: Callable[[float], int]) -> str:
    decimals = _decimals(share)
    end = whole(share * 10 ** (decimals + 2)) / 10**decimals
    return f"{end:.{decimals}f}" if 0 < end < 100 else f"{end:.0f}"


def money(dollars: float, *, short: bool = False) -> str:
    """Write an amount in three figures, as columns want it, or without zeros after the point, as sentences do.

    >>> money(720_400), money(1_000_000), money(61_730), money(950), money(0)
    ('$720k', '$1.00m', '$61.7k', '$950', '$0')
    >>> money(1_000_000, short=True), money(1_250_000, short=True), money(-3_250)
    ('$1m', '$1.25m', '-$3.25k')
    """
    if dollars < 0:
        return f"-{money(-dollars, short=short)}"
    rounded = float(f"{dollars:.3g}")
    for unit, sign in ((1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e3, "k"), (1, "")):
        if rounded >= unit:
            number = f"{rounded / unit:.15g}" if short else f"{rounded / unit:#.3g}".rstrip(".")
            return f"${number}{sign}"
    return f"${rounded:.15g}"


def figures(number: float, many: int = 4) -> str:
    """Write a number in so many figures, its thousands set apart.

    >>> figures(50_142), figures(0.43284), figures(3.0), figures(2_000_000), figures(6.7989, 3)
    ('50,140', '0.4328', '3', '2,000,000', '6.8')
    """
    return f"{float(f'{number:.{many}g}'):,.15g}"


def practices(n: int) -> str:
    """Write how many practices.

    >>> practices(100_000), practices(1)
    ('100,000 practices', '1 practice')
    """
    return f"{n:,} practice{'s' * (n != 1)}"


def month(number: float, horizon: int) -> str:
    """Write a month, or that it lies beyond the horizon.

    >>> month(43.0, 120), month(float("inf"), 120)
    ('43', '>120')
    """
    return f">{horizon}" if math.isinf(number) else f"{number:.0f}"


def span(number: int) -> str:
    """Write how long it is.

    >>> span(120), span(1)
    ('120 months', '1 month')
    """
    return f"{number} month{'s' * (number != 1)}"


def moment(number: int) -> str:
    """Write a month after the start, in years if they are whole.

    >>> moment(36), moment(30)
    ('year 3', 'month 30')
    """
    return f"month {number}" if number % 12 else f"year {number // 12}"
