"""The twin's levers: model 6, a paragraph a method. What is off is all zeros here, and then moves no bit."""

from clustersim.kernel.layout import Levers

ACCELERATOR = 0x80000002
OFF = Levers(*(kind(0) for kind in Levers.__annotations__.values()))


class WithLevers:
    """A part of the twin, which has the clusters, the months and the words."""

    def begin(self):
        """What a practice has when it begins."""
        self.best = self.a.number(1)  # V: the ideas that are left score below its quantile
        self.energy = self.strain = self.a.number(1)
        self.attention = self.a.number(0)
        self.cash, self.kept = self.levers.savings, True  # survival clients, if there are any
        self.burnt_until = self.admitted_until = 0

    def burnt_out(self, month):
        return month <= self.burnt_until

    # Drawn before the first month

    def moved(self, failure_rate, fit):
        """2: mission and network move the log-odds of being viable; f = 0 and f = 1 stay certain."""
        t = self.t
        shift = t.odds if t.fit < 0 else self.a.fma(t.fit_odds, fit - t.fit_mean, t.odds)
        if shift == 0:
            return failure_rate
        return failure_rate / (failure_rate + (self.a.number(1) - failure_rate) * self.a.exp(shift))

    def doomed(self, k, chance, fate, score):
        """2 and 6.1: the fate word decides; with ideas as the luck e of the k-th best of them."""
        t, a, one = self.t, self.a, self.a.number(1)
        if t.ideas:
            self.best = self.best * a.exp(a.log(a.uniform(score)) * (one / a.number(t.ideas - k)))
        if chance <= 0 or chance >= 1:
            return chance >= 1
        if not t.ideas:
            self.doubt(fate / 2**32 - float(chance), 0.1)
            return fate / 2**32 < float(chance)
        merit, bar = a.fma(t.skill, a.normal_quantile(self.best), t.luck * a.normal_of(fate)), a.normal_quantile(chance)
        self.doubt(merit - bar, 1 + 1 / max(one - self.best, 1e-7) + 1 / (one - chance))  # near 1 floats are coarse
        return merit < bar

    # 3.2: the growth rate g

    def count_loads(self):
        """Of attention and of energy: clusters that ramp, by their upkeep those that stand, and survival clients."""
        levers, a = self.levers, self.a
        ramping = [cluster for cluster in self.clusters if cluster.ramping]
        settled = [cluster for cluster in self.clusters if cluster.live and cluster.established]
        settled += [mega.origin for mega in self.megas]
        attending = levers.attention if self.kept else a.number(0)
        self.attention = a.fma(levers.focus_upkeep, a.number(len(settled)), a.number(len(ramping))) + attending
        if levers.mission:
            self.strain = a.fma(levers.mission_upkeep, self.misfit(settled), self.misfit(ramping)) + attending

    def misfit(self, clusters):
        total = self.a.number(0)
        for cluster in clusters:
            total = total + (self.a.number(1) - cluster.fit)
        return total

    def undivided(self):
        """6.3: the share of full attention that there is for each, and what switching leaves of the pace."""
        levers, one = self.levers, self.a.number(1)
        if not levers.focus or self.attention <= levers.capacity:
            return one, one
        excess = self.attention - levers.capacity
        left = max(self.a.number(0.25), self.a.fma(-levers.switching_cost, excess, one))
        return levers.capacity / self.attention, left

    def referred(self):
        """6.4: co-owners, by last month's levels, speed everything up."""
        levels, one = self.a.number(0), self.a.number(1)
        for earner in [cluster for cluster in self.clusters if cluster.live] + self.megas:
            levels = levels + earner.level
        return self.a.fma(self.levers.referral, min(levels * self.levers.reach, one), one)

    def accelerated(self, month, share):
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
        return levers.speed if month <= self.admitted_until else self.a.number(1)

    # 3.5: the end of the month

    def balance(self, month):
        """6.5: cash, in whole quanta; ruin, after which it stays where it is; survival clients are let go."""
        levers, revenue = self.levers, self.life.revenue
        if not self.life.ruin:
            fees = levers.fees if self.kept else 0
            self.cash += (revenue[-1] * levers.margin >> 20) + fees - levers.living
            self.doubt(self.cash, sum(revenue))
            if self.cash < 0:
                self.life.ruin = month
                self.life.admission = 0 if self.life.admission == month else self.life.admission
        recent = sum(revenue[-3:])
        if self.kept:
            self.doubt(recent - levers.enough, levers.enough)
        self.kept = self.kept and recent < levers.enough
        self.life.cash.append(self.cash)

    def tire(self, month):
        """6.2: energy, and burnout."""
        levers, one = self.levers, self.a.number(1)
        if not (self.burnt_out(month) or self.life.ruin):
            self.energy = min(one, self.a.fma(-levers.drain, self.strain, self.energy + levers.recovery))
            self.doubt(self.energy - 2**-20, 1)
            if self.energy <= 2**-20:
                self.life.burnout = self.life.burnout or month
                self.energy, self.burnt_until = one, month + levers.burnout_months
        self.life.energy.append(self.energy)
