"""What came out, in a sentence."""

from typing import TYPE_CHECKING

from clustersim.analysis.asked import subject_of
from clustersim.outcome.notation import moment, printable

if TYPE_CHECKING:
    from clustersim.outcome.outcome import Outcome

_NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)

#: What may befall a practice whose levers allow it, and how it is told that it has.
MISHAPS = {"burnout": "burnt out", "ruin": "been ruined"}

#: How it is told that what is no milestone has happened.
_HAPPENED = {**MISHAPS, "legacy": "a legacy", "admission": "been admitted to an accelerator"}


def happened(event: str) -> str:
    """Tell, after "have", what a practice has that has got to a milestone, or to another event.

    >>> happened("black belt"), happened("ruin")
    ('reached black belt', 'been ruined')
    """
    return _HAPPENED.get(event, f"reached {printable(event)}")


def verdict(outcome: "Outcome", milestone: str | None = None, by: int | None = None) -> str:
    """Tell what is asked for: how many have reached a milestone by a month, or have failed by then.

    Where it is not said, it is the milestone that matters most, by year three.

    >>> import clustersim as cs
    >>> verdict(cs.simulate(cs.Plan(failure_rate=0.0, volatility=0.0), n=100, rng=7))
    'All practices on this plan have reached black belt after three years.'
    >>> broke = cs.Plan(failure_rate=1.0, failed_share=0.0, finances=cs.Finances())
    >>> verdict(cs.simulate(broke, n=100, rng=7))
    'No practice on this plan has reached black belt after three years; all have been ruined.'
    >>> verdict(cs.simulate(broke, n=100, rng=7), "ruin", by=30)
    'All practices on this plan have been ruined after 30 months.'
    """
    name, month = subject_of(outcome.program, milestone, by)
    have = "have" if (share := outcome[name].cdf(month)) != 0 else "has"
    others = [event for event in outcome.events if event.name in MISHAPS and event.name != name]
    told = " and ".join(f"{_some(event.cdf(month))} {MISHAPS[event.name]}" for event in others)
    return f"{_share(share)} on this plan {have} {happened(name)} after {period(month)}{told and f'; {told}'}."


def stopped(outcome: "Outcome") -> str:
    """Tell how a run that was to be of some precision ended, for a list of what is said of it; else nothing.

    >>> import clustersim as cs
    >>> sure = cs.Precision("black belt", by=36, half_width=0.02)
    >>> stopped(cs.simulate(cs.Plan(), n=10_000, rng=7, precision=sure))
    '; black belt by year 3 is known to 2 points'
    >>> stopped(cs.simulate(cs.Plan(), n=100, rng=7, precision=sure))
    '; it takes more of them to know black belt by year 3 to 2 points'
    >>> stopped(cs.simulate(cs.Plan(), n=100, rng=7))
    ''
    """
    if outcome.stopped is None:
        return ""
    precision = outcome.stopped.precision
    what = f"{printable(precision.milestone)} by {moment(precision.by)}"
    points = f"{100 * precision.half_width:g} point{'s' * (precision.half_width != 0.01)}"
    if outcome.stopped.reached:
        return f"; {what} is known to {points}"
    return f"; it takes more of them to know {what} to {points}"


def _some(share: float) -> str:
    """Tell a share of those that were spoken of, and that they have."""
    if share in {0, 1}:
        return "all have" if share else "none has"
    some = _share(share).removesuffix(" of practices")
    return f"{some[:1].lower()}{some[1:]} have"


def _share(share: float) -> str:
    if share == 0:
        return "No practice"
    if share == 1:
        return "All practices"
    if share < 0.01:
        return "Less than 1 % of practices"
    if share > 0.99:
        return "More than 99 % of practices"
    return f"{100 * share:.0f} % of practices"


def period(months: int) -> str:
    """Tell a length of time in words.

    >>> period(36), period(12), period(18), period(1), period(240)
    ('three years', 'one year', '18 months', '1 month', '20 years')
    """
    years, rest = divmod(months, 12)
    if rest:
        return f"{months} month{'s' * (months > 1)}"
    number = _NUMBERS[years] if years < len(_NUMBERS) else str(years)
    return f"{number} year{'s' * (years > 1)}"
