"""What values look like in a notebook: small, in the page's own ink, so that it is right by day and by night.

Nothing here needs an extra. Texts are escaped, lines are drawn as SVG in the colour of the text around them, and one
accent stands out on either ground.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from clustersim.outcome.markup import box, head, line, more, table, text
from clustersim.outcome.notation import chance, moment, money, month, percent, practices, span

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clustersim.analysis.comparison import Comparison
    from clustersim.outcome.estimate import Estimate
    from clustersim.outcome.first_passage import FirstPassage
    from clustersim.outcome.outcome import Outcome
    from clustersim.plan.plan import Plan

#: Seen well on white and on black: contrasts of 3.9 and 5.4.
ACCENT = "#1F87C7"
_WIDTH, _HEIGHT = 200, 56
_POINTS = 100


def plan(value: "Plan") -> str:
    """Show a plan: in a sentence or two, and on demand the whole of it, in words and as its file."""
    from clustersim.present.in_words.plan import portfolio, tell  # noqa: PLC0415  # as below
    from clustersim.present.in_words.sentence import describe  # noqa: PLC0415  # as below

    whole = [table((), tell(value), words=True)]
    if clusters := portfolio(value):
        whole.append(table(clusters[0], clusters[1:], "Its clusters"))
    file = f'<pre style="margin:.3em 0 0;font-size:.85em">{text(value.to_toml(), keep=True)}</pre>'
    return box(head("Plan"), line(describe(value)), more("the whole plan in words", *whole), more("as a file", file))


def outcome(value: "Outcome") -> str:
    """Show an outcome: the answer in a sentence, two small pictures, and how likely each milestone is by when."""
    from clustersim.outcome.outcome import foremost  # noqa: PLC0415  # as above
    from clustersim.present.words import verdict  # noqa: PLC0415  # as above

    by = _by(value.horizon)
    bands = value.revenue.quantile([0.05, 0.25, 0.5, 0.75, 0.95])
    event = value[foremost(value.plan)]
    pictures = (
        _figure(_fan(bands), f"revenue: median {money(float(bands[2, -1]))} in month {value.horizon}"),
        _figure(_curve(event), f"{event.name}: {percent(event.cdf(value.horizon))} % by month {value.horizon}"),
    )
    lines = ((event.name, *(chance(event.probability(by=m)) for m in by)) for event in value.events)
    return box(
        head(verdict(value)),
        line(f"{practices(value.n)} over {span(value.horizon)}. Chances in %, with 95 % intervals:", faint=True),
        f'<div style="display:flex;flex-wrap:wrap;gap:.4em 2em">{"".join(pictures)}</div>',
        table(("", *(f"by {moment(m)}" for m in by)), lines),
    )


def first_passage(value: "FirstPassage") -> str:
    """Show a first passage: its curve, and how likely and when."""
    by = _by(value.horizon)
    quartiles = ((f"{q:.0%}".replace("%", " %"), month(value.ppf(q), value.horizon)) for q in (0.25, 0.5, 0.75))
    chances = ((f"by {moment(m)}", chance(value.probability(by=m))) for m in by)
    return box(
        head(value.name),
        line(f"of {practices(value.n)}, within {span(value.horizon)}", faint=True),
        '<div style="display:flex;flex-wrap:wrap;gap:.4em 1.6em;align-items:flex-start">'
        + _figure(_curve(value), "share that it has happened to by then")
        + table(("", "% (95 % interval)"), chances)
        + table(("share", "month"), quartiles)
        + "</div>",
    )


def estimate(value: "Estimate") -> str:
    """Show an estimate: the number, its interval, and both on a scale from 0 to 100 %."""
    number, _, sure = str(value).partition(" (")
    return box(head(number), _scale(value), line(sure.rstrip(")"), faint=True))


def comparison(value: "Comparison") -> str:
    """Show a comparison: the answer in a sentence, and for each plan how likely what matters most is by when."""
    from clustersim.analysis.comparison_summary import points  # noqa: PLC0415  # as above
    from clustersim.outcome.outcome import foremost  # noqa: PLC0415  # as above
    from clustersim.present.decided import verdict  # noqa: PLC0415  # as above

    by, name = _by(value.horizon), foremost(value.programs[0].plan)
    first, *others = value.names
    lines = [(first, *(f"{percent(value.outcomes[first][name].cdf(m))} %" for m in by))]
    lines += [(other, *(points(value.probability(name, m, of=other)) for m in by)) for other in others]
    told = f"{name}: share on {first}, and points more or less on the others, with 95 % intervals"
    return box(
        head(verdict(value)),
        line(f"{practices(value.n)} on each plan, the same luck on each. {told}:", faint=True),
        table(("", *(f"by {moment(m)}" for m in by)), lines),
    )


def _by(horizon: int) -> tuple[int, ...]:
    return tuple(m for m in (36, 60, 120) if m <= horizon) or (horizon,)


def _figure(svg: str, told: str) -> str:
    return f'<div>{svg}<div style="opacity:.7;font-size:.85em">{text(told)}</div></div>'


def _svg(told: str, *parts: str, width: int = _WIDTH, height: int = _HEIGHT) -> str:
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'<svg role="img" aria-label="{text(told)}" {size} fill="none" stroke="currentColor">{"".join(parts)}</svg>'


def _curve(event: "FirstPassage") -> str:
    """Draw how many it has happened to by then, from nothing to all, and where half is."""
    months = np.unique(np.linspace(0, event.horizon, min(event.horizon + 1, _POINTS)).round())
    shares = event.cdf(months)
    told = f"{event.name}: {percent(event.cdf(event.horizon))} % by month {event.horizon}"
    line = f'<polyline stroke="{ACCENT}" stroke-width="2" points="{_points(months / event.horizon, shares)}"/>'
    half = f'<path stroke-opacity=".35" stroke-dasharray="2 3" d="M0 {_HEIGHT / 2}H{_WIDTH}"/>'
    return _svg(told, _ground(), half, line)


def _fan(bands: "NDArray[np.float64]") -> str:
    """Draw quantiles by month, on a scale from nothing to the most."""
    months = np.unique(np.linspace(0, bands.shape[1] - 1, min(bands.shape[1], _POINTS)).round()).astype(int)
    x = (months + 1) / bands.shape[1]
    heights = bands[:, months] / max(float(bands.max()), 1.0)
    shapes = [
        f'<polygon stroke="none" fill="{ACCENT}" fill-opacity="{opacity}" points="{_points(x, low)} '
        f'{_points(x[::-1], high[::-1])}"/>'
        for low, high, opacity in ((heights[0], heights[4], 0.2), (heights[1], heights[3], 0.35))
    ]
    median = f'<polyline stroke-width="1.6" points="{_points(x, heights[2])}"/>'
    return _svg(f"median revenue in the last month: {money(float(bands[2, -1]))}", _ground(), *shapes, median)


def _ground() -> str:
    return f'<path stroke-opacity=".35" d="M0 {_HEIGHT - 0.5}H{_WIDTH}"/>'


def _points(across: "NDArray[np.float64]", up: "NDArray[np.float64]") -> str:
    def pairs() -> Iterator[str]:
        for x, y in zip(across.tolist(), up.tolist(), strict=True):
            yield f"{x * _WIDTH:.1f},{_HEIGHT - 1 - y * (_HEIGHT - 3):.1f}"

    return " ".join(pairs())


def _scale(value: "Estimate") -> str:
    """Draw an estimate and its interval between 0 and 100 %."""
    low, middle, high = (min(max(number, 0.0), 1.0) * _WIDTH for number in (value.low, value.value, value.high))
    width = max(high - low, 1.0)
    return _svg(
        str(value),
        f'<path stroke-opacity=".35" d="M0 7.5H{_WIDTH}M0.5 4V11M{_WIDTH - 0.5} 4V11"/>',
        f'<rect stroke="none" fill="{ACCENT}" fill-opacity=".45" x="{low:.1f}" y="2" width="{width:.1f}" height="11"/>',
        f'<circle stroke="none" fill="{ACCENT}" cx="{middle:.1f}" cy="7.5" r="3.5"/>',
        height=15,
    )
