import pytest

from clustersim.outcome.estimate import Estimate
from clustersim.outcome.notation import chance, columns, moment, money, padded, percent, printable


@pytest.mark.parametrize("bad", ["\x1b[31m", "\n", "\r", "\t", "\x00", "\x7f", "\x9b", "\u202e", "\u2028", "\ud800"])
def test_what_a_terminal_would_obey_is_replaced(bad):
    assert printable(f"a{bad}b") == "a\ufffd" + bad[1:] + "b"


def test_what_is_a_letter_stays():
    assert printable("Grün 黒帯 [bold]") == "Grün 黒帯 [bold]"


def test_only_none_and_all_are_0_and_100():
    assert [percent(x) for x in (0, 1e-9, 0.0005, 0.5, 0.9994, 0.9996, 1)] == [
        "0", "<0.1", "0.1", "50.0", "99.9", ">99.9", "100",
    ]  # fmt: skip


def test_interval_covers_after_rounding():
    assert chance(Estimate.of_count(999, 1000)) == "99.9 (99.4-100)"
    assert chance(Estimate.of_count(1000, 1000)) == "100 (99.6-100)"


@pytest.mark.parametrize(
    ("dollars", "text"),
    [(999.6, "$1k"), (999_600, "$1m"), (12.34, "$12.3"), (2.5e9, "$2.5bn"), (123_456, "$123k")],
)
def test_money_in_three_figures(dollars, text):
    assert money(dollars) == text


def test_wide_letters_are_aligned():
    assert columns("e\u0301") == 1
    assert padded("黒", 4) == "  黒"
    assert padded("黒", 4, "<") == "黒  "


def test_moments():
    assert (moment(12), moment(13)) == ("year 1", "month 13")
