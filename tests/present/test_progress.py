import io
import sys

import pytest
from rich.text import Text

import clustersim as cs
from clustersim.present.progress import ProgressBar, _left, _rate


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def watched(monkeypatch, stderr, seconds, columns=80):
    """What a bar wrote while the work took some seconds."""
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", str(columns))
    clock = Clock()
    with ProgressBar(clock) as bar:
        for done in range(11):
            clock.now = seconds * done / 10
            bar(done * 1000, 10_000)
    return stderr.getvalue()


def test_long_work_shows_a_bar_to_a_person(monkeypatch):
    written = watched(monkeypatch, Terminal(), seconds=20)
    assert "10,000 of 10,000" in written
    assert "500 a second" in written
    assert written.endswith("\x1b[2K")  # and nothing is left


def test_short_work_shows_none(monkeypatch):
    assert watched(monkeypatch, Terminal(), seconds=0.9) == ""


def test_nobody_watching_sees_none(monkeypatch):
    assert watched(monkeypatch, io.StringIO(), seconds=20) == ""


def test_an_error_ends_the_bar(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    clock = Clock()
    bar = ProgressBar(clock)

    def interrupted():
        with bar:
            bar(0, 10)
            clock.now = 5
            bar(5, 10)
            assert bar._bar is not None
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert bar._bar is None


@pytest.mark.parametrize("columns", [30, 40, 72, 80, 200])
def test_a_bar_is_whole_at_any_width_and_leaves_room_for_a_typed_ctrl_c(monkeypatch, columns):
    written = watched(monkeypatch, Terminal(), seconds=20, columns=columns)
    lines = [line for line in Text.from_ansi(written).plain.replace("\r", "\n").split("\n") if line.strip()]
    assert lines
    assert max(map(len, lines)) <= columns - 4
    assert "…" not in written
    assert "100 %" in written or "10,000 of 10,000" in written
    assert "0:00 left" in written


def test_the_rate_in_words():
    assert (_rate(123_456), _left(123_456, 1_000_000)) == ("123,000 a second", "0:08 left")
    assert (_rate(100), _left(100, 1_000_000)) == ("100 a second", "2:46:40 left")
    assert (_rate(0), _left(0, 10)) == ("", "")


def test_a_missing_rich_is_named_with_its_remedy(monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "rich"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "rich", None)
    with pytest.raises(ImportError, match=r'needs rich: pip install "clustersim\[cli\]"'):
        cs.progress_bar()
