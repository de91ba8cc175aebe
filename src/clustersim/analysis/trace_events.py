"""What happened in one life, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from clustersim.outcome.notation import printable
from clustersim.twin.life import Happening

#: What comes and goes with clusters: told in tables, too much for a picture.
_EVERYDAY = {"launched", "established", "closed", "expired", "dissolved"}


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened in a month of one life.

    Attributes
    ----------
    month
        From 1.
    kind
        "launched", "established", "closed" (after its trial), "expired" (after its lifetime), "converged", "dissolved"
        (into those), "legacy", "reached" (a milestone), "burnout", "admitted", "let go" (survival clients) or "ruin".
    words
        What it was.
    clusters
        Which clusters it was about, by launch order from 0, as in arrays; in words they are counted from 1.

    Examples
    --------
    >>> import clustersim as cs
    >>> life = cs.simulate(cs.Plan(), n=10, rng=7).trace(5)
    >>> print(life.events[0])
    month 1: cluster 1 launched
    >>> life.events[0].kind, life.events[0].clusters, life.events[0].everyday
    ('launched', (0,), True)
    """

    month: int
    kind: str
    words: str
    clusters: tuple[int, ...] = ()

    @property
    def everyday(self) -> bool:
        """Whether it is one of those that every cluster has: its launch, its establishment, its end."""
        return self.kind in _EVERYDAY

    def __str__(self) -> str:
        return f"month {self.month}: {printable(self.words)}"


def told(story: Sequence[Happening], clusters: Sequence[str], milestones: Sequence[str]) -> Iterator[Event]:
    """Put a story into words, with names of clusters and of milestones.

    >>> story = [Happening(38, "reached", (0,)), Happening(38, "converged", (3, 0, 1))]
    >>> for event in told(story, ["cluster 1", "Keynote", "cluster 3", "cluster 4"], ["black belt"]):
    ...     print(event)
    month 38: black belt
    month 38: cluster 4, cluster 1 and Keynote converge
    """
    for month, kind, about in story:
        of_clusters = kind in _EVERYDAY | {"converged", "legacy"}
        names = [clusters[k] for k in about] if of_clusters else []
        words = milestones[about[0]] if kind == "reached" else _words(month, kind, names, *about[:1])
        yield Event(month=month, kind=kind, words=words, clusters=about if of_clusters else ())


def _words(month: int, kind: str, names: list[str], until: int = 0) -> str:
    subject, s = _listed(names), "s" * (len(names) == 1)
    return {
        "launched": f"{subject} launched",
        "established": f"{subject} established",
        "closed": f"{subject} closed",
        "expired": f"{subject} closed: its lifetime is over",
        "converged": f"{subject} converge{s}",
        "dissolved": f"{subject} close{s} into them",
        "legacy": f"{subject} emerges as the legacy",
        "burnout": f"burnout, until month {until}" if until > month else "burnout",
        "admitted": f"admitted to the accelerator, until month {until}",
        "let go": "survival clients let go",
        "ruin": "ruin",
    }[kind]


def _listed(names: Sequence[str]) -> str:
    """Write names as a list.

    >>> _listed(["cluster 4", "cluster 1"]), _listed(["cluster 4", "Keynote", "cluster 2"]), _listed(["Keynote"])
    ('clusters 4 and 1', 'cluster 4, Keynote and cluster 2', 'Keynote')
    """
    numbers = [name.removeprefix("cluster ") for name in names]
    alike = len(names) > 1 and all(number.isdecimal() for number in numbers)
    *most, last = numbers if alike else names or [""]
    return "clusters " * alike + " and ".join(filter(None, [", ".join(most), last]))


def by_month(events: Sequence[Event]) -> list[tuple[int, str]]:
    """Gather what happened in the same month.

    >>> by_month([Event(month=4, kind="launched", words="A launched"), Event(month=4, kind="ruin", words="ruin")])
    [(4, 'A launched; ruin')]
    """
    months = groupby(events, key=lambda event: event.month)
    return [(month, "; ".join(printable(event.words) for event in some)) for month, some in months]
