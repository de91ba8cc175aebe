"""The search for a value of a field with which a chance is as wanted: a bracket, and then ever closer."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from clustersim.analysis.fields import Limits, changed, value_of
from clustersim.analysis.solution import AVOIDED, Solution, chance_of, written
from clustersim.engine import Progress
from clustersim.many import outcomes
from clustersim.outcome.estimate import Estimate
from clustersim.plan.errors import PlanError
from clustersim.plan.parameter import Distribution
from clustersim.plan.plan import Plan
from clustersim.program import lower

#: A reversal is refused where it exceeds so many standard errors of two independent runs: common luck makes it rarer.
_BEYOND_NOISE = 4.0

#: So many doublings, or halvings, away from where it began the search gives up.
_DOUBLINGS = 10

#: A number that is not whole is known well enough at such a part of a standard error, and its interval of its width.
_NEAR = 0.1

_ATTEMPTS = 60


@dataclass(kw_only=True)
class Search:
    """What is looked for, and what was seen so far: chances by value."""

    plan: Plan
    name: str
    event: str
    by: int
    target: float
    level: float
    n: int
    limits: Limits
    runs: dict[str, Any]
    progress: Progress | None
    seen: dict[float, Estimate] = field(default_factory=dict)
    outwards: int = -1

    def see(self, values: Iterable[float]) -> None:
        """Try values that were not yet tried."""
        new = [value for value in dict.fromkeys(values) if value not in self.seen]
        before = len(self.seen) * self.n
        expected = (len(self.seen) + len(new) + 12) * self.n

        def tell(done: int, _: int) -> None:
            if self.progress is not None:
                self.progress(before + done, expected)

        plans = [changed(self.plan, {self.name: value}) for value in new]
        for value, outcome in zip(new, outcomes(plans, self.n, progress=tell, **self.runs), strict=True):
            month = min(self.by, outcome.horizon)
            self.seen[value] = outcome[self.event].probability(month, confidence_level=self.level)

    def margin(self, value: float) -> float:
        """Tell by how much the chance with a value is as wanted: below 0 it is not."""
        over = self.seen[value].value - self.target
        return -over if self.event in AVOIDED else over

    def rounded(self, value: float) -> float:
        """Return the value that is tried for a number: within the limits, and whole where it must be."""
        value = min(max(value, self.limits.low), self.limits.high)
        return round(value) if self.limits.whole else float(value)

    def bracket(self, start: float, *, closed: bool) -> tuple[float, float]:
        """Find a value that does not do and one that does, or twice the same where all do."""
        if closed:
            ends = self.rounded(self.limits.low), self.rounded(self.limits.high)
            self.see([ends[0], self.rounded(sum(ends) / 2), ends[1]])
        else:
            self.see(self._around(start))
            self._go_on()
        self._refuse_reversals()
        doing = [value for value in self.seen if self.margin(value) >= 0]
        failing = [value for value in self.seen if self.margin(value) < 0]
        if not doing:
            raise ValueError(self._out_of_reach())
        if not failing:
            # Whatever was seen does: only the field's own end can tell more, where the chance falls.
            end = self._furthest(min(doing) if self.rising() else max(doing), upwards=not self.rising())
            self.see([end])
            self._refuse_flatness()
            if self.margin(end) >= 0:
                return end, end
            failing = [end]
        if self.rising():
            return max(failing), min(doing)
        return min(failing), max(doing)

    def _furthest(self, known: float, *, upwards: bool) -> float:
        """Tell the last value that the field, and the plan, allow."""
        end = self.rounded(self.limits.high if upwards else self.limits.low)
        return end if self._valid(end) else self._last_valid(known, end)

    def _around(self, start: float) -> list[float]:
        """Tell the value to begin with and one on either side; that which cannot be is left out."""
        values = [self.rounded(value) for value in (start / 2, start, 2 * start, start - 1, start + 1)]
        chosen = values[:3] if start else [values[1], values[4]]
        return [value for value in dict.fromkeys(chosen) if self._valid(value)]

    def _go_on(self) -> None:
        """Double or halve in the direction that helps, until a value does, and in the other until one does not."""
        for helps in (True, False):
            for _ in range(_DOUBLINGS):
                known = sorted(self.seen)
                best, worst = max(known, key=self.margin), min(known, key=self.margin)
                if self.margin(best) >= 0 if helps else self.margin(worst) < 0:
                    break
                upwards = self.rising() == helps
                more = self._beyond(known, upwards=upwards)
                if more is None or (self._flat(known, upwards=upwards) and len(known) > 4):
                    break
                self.see([more])

    def _beyond(self, known: list[float], *, upwards: bool) -> float | None:
        """Tell the next value beyond those known; None where there is none."""
        end = known[-1] if upwards else known[0]
        step = self.rounded(max(2 * end, end + 1) if upwards else end / 2)
        if step != end and not self._valid(step):
            step = self._last_valid(end, step)
        return None if step == end or step in self.seen else step

    def _flat(self, known: list[float], *, upwards: bool) -> bool:
        """Tell whether the last two steps brought nothing beyond the noise."""
        last = known[-3:] if upwards else known[:3]
        margins = [self.margin(value) for value in last]
        noise = max(self.seen[value].standard_error for value in last)
        return max(margins) - min(margins) <= noise

    def _valid(self, value: float) -> bool:
        """Tell whether a plan may have a value, and can be counted with it."""
        try:
            lower(changed(self.plan, {self.name: value}))
        except PlanError:
            return False
        return True

    def _last_valid(self, right: float, wrong: float) -> float:
        """Find the last value that a plan may have, between one that it may and one that it may not have."""
        for _ in range(60):
            middle = self.rounded((right + wrong) / 2)
            if middle in {right, wrong}:
                break
            right, wrong = (middle, wrong) if self._valid(middle) else (right, middle)
        return right

    def rising(self) -> bool:
        """Tell whether more of the field helps."""
        known = sorted(self.seen)
        return self.margin(known[-1]) >= self.margin(known[0])

    def _refuse_reversals(self) -> None:
        """Refuse what was seen if it goes up and down beyond the noise."""
        known = sorted(self.seen)
        sign = 1 if self.rising() else -1
        for place, value in enumerate(known):
            for other in known[place + 1 :]:
                back = sign * (self.margin(value) - self.margin(other))
                noise = math.hypot(self.seen[value].standard_error, self.seen[other].standard_error)
                if back > _BEYOND_NOISE * noise and back > 1e-12:
                    told = ", ".join(f"{100 * self.seen[x].value:.1f} % with {written(x)}" for x in known)
                    raise ValueError(
                        f"{self.event} by month {self.by} does not rise or fall with {self.name} throughout: {told}. "
                        "Say low and high, between which it does"
                    )

    def _refuse_flatness(self) -> None:
        """Refuse what was seen if it is the same throughout: no value is the smallest, or the largest, that does.

        Of what is to be avoided, that it is so with the least already is an answer: nobody needs any savings.
        """
        if len(self.seen) > 1 and self._same() and self.event not in AVOIDED:
            raise ValueError(
                f"{self.event} by month {self.by} does not depend on {self.name}: it is "
                f"{chance_of(next(iter(self.seen.values())))} with each from {self._span()}"
            )

    def _same(self) -> bool:
        return len({estimate.value for estimate in self.seen.values()}) == 1

    def _span(self) -> str:
        return f"{written(min(self.seen))} to {written(max(self.seen))}"

    def _out_of_reach(self) -> str:
        best = max(self.seen, key=self.margin)
        limit = "at most" if self.event in AVOIDED else "at least"
        seen = f"the best that was seen is {chance_of(self.seen[best])} with {written(best)}"
        if self._same():
            seen = f"it is {chance_of(self.seen[best])} with each that was seen"
        return (
            f"probability = {self.target}: no {self.name} from {self._span()} brings {self.event} by month {self.by} "
            f"with {limit} {100 * self.target:g} %; {seen}"
        )

    def answer(self, fails: float, does: float) -> Solution:
        """Halve in on the answer, and tell how sure it is."""
        if fails != does:
            fails, does = self._halved(fails, does)
        self._refuse_reversals()
        rising = self.rising()
        # Outwards of the answer are the values that do not do, inwards those that surely do.
        self.outwards = -1 if rising else 1
        outer, inner = ("low", "high") if self.event in AVOIDED else ("high", "low")
        low, high = self._end(does, self.outwards, outer), self._end(does, -self.outwards, inner)
        neighbour = fails if self.limits.whole and fails != does else None
        known = {value: self.seen[value] for value in sorted(self.seen)}
        had = value_of(self.plan, self.name)
        return Solution(
            plan=changed(self.plan, {self.name: does}),
            field=self.name,
            value=does,
            largest=not rising,
            milestone=self.event,
            by=self.by,
            probability=self.target,
            estimate=self.seen[does],
            neighbour=neighbour,
            neighbours_estimate=None if neighbour is None else self.seen[neighbour],
            low=min(low, high),
            high=max(low, high),
            confidence=self._confidence(does, neighbour) if self.limits.whole else None,
            confidence_level=self.level,
            seen=known,
            n=self.n,
            replaced=had if isinstance(had, Distribution) else None,
            listed=len(had) if isinstance(had, tuple) else None,
        )

    def _halved(self, fails: float, does: float) -> tuple[float, float]:
        """Bring a value that does and one that does not together, as near as the noise, or whole numbers, let them."""

        def near(does: float, fails: float) -> bool:
            rise = self.margin(does) - self.margin(fails)
            return not self.limits.whole and rise <= _NEAR * self.seen[does].standard_error

        does, fails = self._together(does, fails, self.margin, near)
        return fails, does

    def _together(
        self,
        inner: float,
        outer: float,
        height: Callable[[float], float],
        near: Callable[[float, float], bool],
    ) -> tuple[float, float]:
        """Bring a value at which a height is not below 0 and one at which it is together.

        By false position, and every third time by halving, which brings them together whatever the form.
        """
        for attempt in range(_ATTEMPTS):
            self.see([inner, outer])
            least = 1 if self.limits.whole else 1e-9 * abs(inner)
            if abs(outer - inner) <= least or near(inner, outer):
                break
            high, low = height(inner), height(outer)
            share = 0.5 if attempt % 3 == 2 else min(max(high / (high - low), 0.02), 0.98)
            middle = self.rounded(inner + share * (outer - inner))
            if middle in {inner, outer}:  # of whole numbers, the nearest one between
                middle = middle + (1 if (middle == inner) == (outer > inner) else -1)
            self.see([middle])
            inner, outer = (middle, outer) if height(middle) >= 0 else (inner, middle)
        return inner, outer

    def _end(self, value: float, way: int, side: str) -> float:
        """Go from the answer one way, to where an interval of the chance no longer holds what is wanted.

        Returns
        -------
        float
            Of whole numbers, the last at which it does, or the first that surely does; of others, where it ends.
        """
        sign = -1 if self.event in AVOIDED else 1

        def open_(x: float) -> float:
            """Tell by how much it is open whether the value does: at the outer end, or at the inner one."""
            self.see([x])
            reach: float = sign * (getattr(self.seen[x], side) - self.target)
            return reach if way == self.outwards else -reach

        ahead = sorted((x for x in self.seen if (x - value) * way > 0), key=lambda x: abs(x - value))
        closed = next((x for x in ahead if open_(x) < 0), None)
        if open_(value) < 0:
            return value
        if closed is None:
            return ahead[-1] if ahead else value
        inner = next((x for x in reversed(ahead) if abs(x - value) < abs(closed - value)), value)

        def near(inner: float, outer: float) -> bool:
            return not self.limits.whole and abs(outer - inner) <= _NEAR * abs(outer - value)

        inner, closed = self._together(inner, closed, open_, near)
        return inner if self.limits.whole and way == self.outwards else closed

    def _confidence(self, value: float, neighbour: float | None) -> float:
        """Tell how probable it is that a value does and its neighbour does not: at least, by Bonferroni."""
        wrong = self._doubt(value, self.margin(value))
        if neighbour is not None:
            wrong += self._doubt(neighbour, -self.margin(neighbour))
        return max(0.0, 1 - wrong)

    def _doubt(self, value: float, margin: float) -> float:
        """Tell how probable it is, about normally, that a chance lies on the other side of what is wanted."""
        error = self.seen[value].standard_error
        return 0.5 * math.erfc(margin / error / math.sqrt(2)) if error > 0 else 0.0
