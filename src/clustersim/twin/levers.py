"""The twin's levers: model 6, a paragraph a method. What is off is all zeros, and then moves no bit."""

from typing import TYPE_CHECKING

from clustersim.twin.arithmetic import Number
from clustersim.twin.drawn import Drawn
from clustersim.twin.life import Cluster, Mega
from clustersim.twin.philox import ACCELERATOR

if TYPE_CHECKING:
    from collections.abc import Sequence


class WithLevers(Drawn):
    """A part of the twin, which has the clusters, the months and the words."""

    energy: Number
    strain: Number
    attention: Number
    cash: int
    kept: bool
    admitted_until: int

    def begin(self) -> None:
        """What a practice has when it begins."""
        self.energy = self.strain = self.a.number(1)
        self.attention = self.a.number(0)
        self.cash, self.kept = self.levers.savings, True  # survival clients, if there are any
        self.burnt_until = self.admitted_until = 0

    # 3.2: the growth rate g

    def count_loads(self) -> None:
        """Of attention and of energy: clusters that ramp, by their upkeep those that stand, and survival clients."""
        levers, a = self.levers, self.a
        ramping = [cluster for cluster in self.clusters if cluster.ramping]
        settled = [cluster for cluster in self.clusters if cluster.live and cluster.established]
        settled += [mega.origin for mega in self.megas]
        attending = levers.attention if self.kept else a.number(0)
        self.attention = a.fma(levers.focus_upkeep, a.number(len(settled)), a.number(len(ramping))) + attending
        if levers.mission:
            self.strain = a.fma(levers.mission_upkeep, self.misfit(settled), self.misfit(ramping)) + attending

    def misfit(self, clusters: list[Cluster]) -> Number:
        """6.2: what does not fit, added up."""
        total = self.a.number(0)
        for cluster in clusters:
            total = total + (self.a.number(1) - cluster.fit)
        return total

    def undivided(self) -> tuple[Number, Number]:
        """6.3: the share of full attention that there is for each, and what switching leaves of the pace."""
        levers, one = self.levers, self.a.number(1)
        if not levers.focus or self.attention <= levers.capacity:
            return one, one
        excess = self.attention - levers.capacity
        left = max(self.a.number(0.25), self.a.fma(-levers.switching_cost, excess, one))
        return levers.capacity / self.attention, left

    def referred(self) -> Number:
        """6.4: co-owners, by last month's levels, speed everything up."""
        levels, one = self.a.number(0), self.a.number(1)
        earners: Sequence[Cluster | Mega] = [*(cluster for cluster in self.clusters if cluster.live), *self.megas]
        for earner in earners:
            levels = levels + earner.level
        return self.a.fma(self.levers.referral, min(levels * self.levers.reach, one), one)

    def accelerated(self, month: int, share: Number) -> Number:
        """6.6: an application where one is due; admission speeds up this month and those that follow."""
        levers = self.levers
        if not levers.accelerator:
            return self.a.number(1)
        barred = self.life.converged or self.life.ruin or self.burnt_out(month)
        if month % levers.accelerator == 0 and not barred:
            odds = float(levers.admission_odds * share)
            word = self.words(ACCELERATOR, (month - 1) // 4)[(month - 1) % 4]
            if 0 < odds < 1:
                self.doubt(word / 2**32 - odds, 0.1)
            if word / 2**32 < odds:
                self.admitted_until = month + levers.admitted_months - 1
                self.life.admission = self.life.admission or month
                self.tell(month, "admitted", self.admitted_until)
        return levers.speed if month <= self.admitted_until else self.a.number(1)

    # 3.5: the end of the month

    def balance(self, month: int) -> None:
        """6.5: cash, in whole grains; ruin, after which it stays where it is; survival clients are let go."""
        levers, revenue = self.levers, self.life.revenue
        if not self.life.ruin:
            fees = levers.fees if self.kept else 0
            self.cash += (revenue[-1] * levers.margin >> levers.margin_shift) + fees - levers.living
            least = -levers.slack * month
            self.doubt(self.cash - least, sum(revenue) << levers.cash_bits)
            if self.cash < least:
                if self.life.admission == month:
                    self.life.admission = 0
                self.life.story = [told for told in self.life.story if told[:2] != (month, "admitted")]
                self.tell(month, "ruin")
                self.life.ruin = month
        recent = sum(revenue[-3:])
        if self.kept:
            self.doubt(recent - levers.enough, levers.enough)
            if recent >= levers.enough:
                self.kept = False
                if levers.fees or levers.attention:
                    self.tell(month, "let go")
        self.life.cash.append(self.cash)

    def tire(self, month: int) -> None:
        """6.2: energy, and burnout."""
        levers, one = self.levers, self.a.number(1)
        if not (self.burnt_out(month) or self.life.ruin):
            self.energy = min(one, self.a.fma(-levers.drain, self.strain, self.energy + levers.recovery))
            self.doubt(self.energy - 2**-20, 1)
            if self.energy <= 2**-20:
                self.life.burnout = self.life.burnout or month
                self.energy, self.burnt_until = one, month + levers.burnout_months
                self.tell(month, "burnout", self.burnt_until)
        self.life.energy.append(self.energy)
