import pytest

from clustersim.outcome.estimate import Estimate
from clustersim.outcome.notation import chance, columns, moment, money, padded, percent, printable


@pytest.mark.parametrize("bad", ["\x1b[31m", "\n", "\r", "\t", "\x00", "\x7f", "\x9b", "\u202e", "\u2028", "\ud800"])
def test_what_a_terminal_would_obey_is_replaced(bad):
    assert printable(f"a{bad}b") == "a\ufffd" + bad[1:] + "b"


def test_what_is_a_letter_stays():
    assert printable("Grün 黒帯 [bold]") == "Grün 黒帯 [bold]"


def test_only_none_and_all_are_0_and_100():
    assert [percent(x) for x in (0, 1e-9, 0.0005, 0.0099, 0.5, 0.9994, 0.9996, 1)] == [
        "0", "<0.01", "0.05", "0.99", "50.0", "99.9", ">99.9", "100",
    ]  # fmt: skip


def test_interval_covers_after_rounding():
    assert chance(Estimate.of_count(999, 1000)) == "99.9 (99.4-100)"
    assert chance(Estimate.of_count(1000, 1000)) == "100 (99.6-100)"
    assert chance(Estimate.of_count(0, 100)) == "0 (0-3.7)"
    assert chance(Estimate.of_count(9, 1000)) == "0.90 (0.41-1.8)"
    assert chance(Estimate.of_count(1, 10**6)) == "<0.01 (0-0.01)"


@pytest.mark.parametrize(
    ("dollars", "text"),
    [
        (999.6, "$1.00k"),
        (999_600, "$1.00m"),
        (12.34, "$12.3"),
        (2.5e9, "$2.50bn"),
        (123_456, "$123k"),
        (4e12, "$4.00tn"),
        (-999.6, "-$1.00k"),
        (-61_730, "-$61.7k"),
    ],
)
def test_money_in_three_figures(dollars, text):
    assert money(dollars) == text


def test_a_sentence_has_no_zeros_after_the_point():
    assert [money(x, short=True) for x in (100_000, 10_000, 1_500_000, 0)] == ["$100k", "$10k", "$1.5m", "$0"]


def test_wide_letters_are_aligned():
    assert columns("e\u0301") == 1
    assert padded("黒", 4) == "  黒"
    assert padded("黒", 4, "<") == "黒  "


def test_moments():
    assert (moment(12), moment(13)) == ("year 1", "month 13")
