"""The twin's months: model 3 to 5, a paragraph a method."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from clustersim.program import Program
from clustersim.twin.arithmetic import Arithmetic, Number
from clustersim.twin.levers import WithLevers
from clustersim.twin.life import Cluster, Life, Mega
from clustersim.twin.philox import MARKET

SMOOTHSTEP, LINEAR, LOGISTIC, GOMPERTZ, BASS = range(5)


class Twin(WithLevers):
    """One trajectory of a Program under a key, month by month.

    Examples
    --------
    >>> import clustersim as cs
    >>> from clustersim.program import lower
    >>> from clustersim.twin.float32 import Float32
    >>> twin = Twin(lower(cs.Plan()), 7, 4711, Float32())
    >>> life = twin.live()
    >>> life.viable == sum(not cluster.doomed for cluster in twin.clusters)
    True
    """

    progress: Number

    # 3. One month

    def live(self) -> Life:
        """Live through all months."""
        self.draw()
        self.begin()
        self.life.reached = [0] * len(self.t.thresholds)
        for month in range(1, self.t.horizon + 1):
            self.launch(month)
            growth = self.attend(month)
            self.grow(month, growth)
            self.earn(month)
            self.settle(month)
            self.pass_milestones(month)
            self.life.established.append(self.standing())
            self.converge(month)
            self.bequeath(month)
        self.life.launched = [cluster.launched for cluster in self.clusters]
        self.life.launches = sum(launched > 0 for launched in self.life.launched)
        return self.life

    def launch(self, month: int) -> None:
        """3.1: the next cluster, unless converged, ruined, burnt out, too soon, or too many are ramping."""
        if self.life.converged or self.life.ruin or self.burnt_out(month):
            return
        ahead = [cluster for cluster in self.clusters if not cluster.launched]
        last = max(cluster.launched for cluster in self.clusters)
        if not ahead or (last and month - last < self.t.every):
            return
        if self.t.at_once and sum(cluster.ramping for cluster in self.clusters) >= self.t.at_once:
            return
        ahead[0].launched, ahead[0].live = month, True
        self.tell(month, "launched", ahead[0].order)

    def attend(self, month: int) -> Number:
        """3.2: loads are counted; g is changed by focus, network, accelerator and burnout, in this order."""
        self.count_loads()
        share, left = self.undivided()
        growth = share * left * self.referred() * self.accelerated(month, share)
        return self.a.number(0) if self.burnt_out(month) else growth

    def grow(self, month: int, growth: Number) -> None:
        """3.3: ages, levels, establishment; the megas' progress."""
        for cluster in self.clusters:
            if cluster.live:
                cluster.age = cluster.age + growth
                cluster.level = cluster.full * self.shape(self.a.share_of_ramp(cluster.age, cluster.ramp))
                if not cluster.established:
                    ramp = cluster.ramp * self.a.number(1 - 2**-20)  # ages are running sums: see decision 0006
                    self.doubt(cluster.age - ramp, ramp)
                    if cluster.age >= ramp:
                        cluster.established = month
                        self.tell(month, "established", cluster.order)
        if self.life.converged:
            self.progress = self.progress + growth
        for mega in self.megas:
            share = self.shape(self.a.share_of_ramp(self.progress, self.consolidation))
            mega.level = self.a.fma(mega.target - mega.base, share, mega.base)

    def shape(self, x: Number) -> Number:
        """S, the ramp curve."""
        a, n, curve = self.a, self.a.number, self.t.curve
        if curve == SMOOTHSTEP:
            return x * x * a.fma(n(-2), x, n(3))
        if curve == LINEAR or x >= 1:
            return x
        if curve == LOGISTIC:
            low, high = 1 / (1 + np.exp(5.0)), 1 / (1 + np.exp(-5.0))
            s = (n(1) / (n(1) + a.exp(a.fma(n(-10), x, n(5)))) - n(low)) * n(1 / (high - low))
        elif curve == GOMPERTZ:
            low, high = np.exp(-4.0), np.exp(-4 * np.exp(-5.0))
            s = (a.exp(n(-4) * a.exp(n(-5) * x)) - n(low)) * n(1 / (high - low))
        else:
            ratio = 0.38 / 0.03
            e = a.exp(n(-6) * x)
            s = (n(1) - e) / a.fma(n(ratio), e, n(1)) * n((1 + ratio * np.exp(-6.0)) / (1 - np.exp(-6.0)))
        return min(max(s, n(0)), n(1))

    def earn(self, month: int) -> None:
        """3.4: levels times noise, the market, the season and burnout; rounded once to whole quanta."""
        total = fitting = self.a.number(0)
        earners: list[tuple[Cluster | Mega, Cluster]] = [
            (cluster, cluster) for cluster in self.clusters if cluster.live
        ]
        earners += [(mega, mega.origin) for mega in self.megas]
        levels, each = ([self.a.number(0)] * len(self.clusters) for _ in range(2))
        for earner, cluster in earners:
            earned = earner.level * self.noise(cluster, month)
            levels[cluster.order], each[cluster.order] = earner.level, earned
            total = total + earned
            if self.levers.mission:
                fitting = fitting + cluster.fit * earned
        self.life.levels.append(levels)
        self.life.earned.append(each)
        factors = list(self.factors(month))
        self.life.revenue.append(self.rounded(total, factors))
        if self.levers.mission:
            self.life.mission_revenue.append(self.rounded(fitting, factors))

    def noise(self, cluster: Cluster, month: int) -> Number:
        """A cluster's own AR(1), stationary from its launch on; a mega goes on with it."""
        t = self.t
        if t.volatility == 0:
            return self.a.number(1)
        e = self.normal(cluster.order, month)
        cluster.y = e if month == cluster.launched else self.a.fma(t.persistence, cluster.y, t.innovation * e)
        return self.a.exp2(self.a.fma(t.volatility, cluster.y, t.drift))

    def factors(self, month: int) -> Iterator[Number]:
        """What all earnings of a month are multiplied by, one after the other."""
        t, a = self.t, self.a
        if t.market_volatility > 0:
            e = self.normal(MARKET, month)
            self.market_y = e if month == 1 else a.fma(t.market_persistence, self.market_y, t.market_innovation * e)
            yield a.exp2(a.fma(t.market_volatility, self.market_y, t.market_drift))
        if t.season.size:
            yield a.number(t.season[(month - 1) % 12])
        if self.burnt_out(month):
            yield self.levers.burnout_revenue
        yield t.quanta

    def rounded(self, total: Number, factors: list[Number]) -> int:
        """3.4: whole quanta; from the month after ruin on none."""
        if self.life.ruin:
            return 0
        for factor in factors:
            total = total * factor
        return self.a.whole(min(total, self.t.ceiling))

    def settle(self, month: int) -> None:
        """3.5: trials and lifetimes end; then cash and survival clients, then energy."""
        for cluster in self.clusters:
            if not cluster.live:
                continue
            if cluster.doomed and month - cluster.launched + 1 >= cluster.trial:
                cluster.live = False
                self.tell(month, "closed", cluster.order)
            lifetime = cluster.lifetime
            if cluster.live and cluster.established and lifetime is not None:
                lived = month - cluster.established
                if lived >= lifetime and lived >= 1:
                    cluster.live = False
                    self.tell(month, "expired", cluster.order)
        if self.levers.finances:
            self.balance(month)
        if self.levers.mission:
            self.tire(month)

    def pass_milestones(self, month: int) -> None:
        """3.6: averages over whole quanta against whole thresholds; nothing is reached or held from ruin on."""
        held = []
        for m, threshold in enumerate(self.t.thresholds):
            window = int(self.t.windows[self.t.window[m]])
            total = sum(self.life.revenue[-window:])
            at_level = bool(month >= window and total >= threshold and not self.life.ruin)
            held.append(at_level)
            if month >= window and not self.life.reached[m]:
                self.doubt(float(total) - float(threshold), float(threshold))
                if at_level:
                    self.life.reached[m] = month
                    self.tell(month, "reached", m)
        self.life.held.append(held)

    def standing(self) -> int:
        """7: how many viable clusters are established, none after convergence."""
        return sum(cluster.live and cluster.established > 0 and not cluster.doomed for cluster in self.clusters)

    # 4. Convergence

    def converge(self, month: int) -> None:
        """4: the highest clusters become megas, and share the levels of the others, which close."""
        if not self.t.megas or self.life.reached[self.t.trigger] != month:
            return
        live = [cluster for cluster in self.clusters if cluster.live]
        if not live:
            return
        ranked = sorted(live, key=lambda cluster: (-cluster.level, cluster.order))
        for higher, lower in pairwise(ranked):
            self.doubt(higher.level - lower.level if higher.level != lower.level else 1, higher.level)
        chosen = ranked[: self.t.megas]
        rest = self.a.number(0)
        for cluster in live:
            cluster.live = False
            if not any(cluster is one for one in chosen):
                rest = rest + cluster.level
        share = rest / self.a.number(len(chosen))
        for cluster, target in zip(chosen, self.targets, strict=False):
            base = cluster.level + share
            self.megas.append(Mega(origin=cluster, base=base, target=max(target, base), level=base))
        self.life.converged, self.progress = month, self.a.number(0)
        self.tell(month, "converged", *(cluster.order for cluster in chosen))
        if len(live) > len(chosen):
            self.tell(month, "dissolved", *(cluster.order for cluster in live if cluster not in chosen))

    # 5. Legacy

    def bequeath(self, month: int) -> None:
        """5: one of the megas emerges as the legacy."""
        waited = month - self.life.converged
        if not (self.t.legacy and self.life.converged) or self.life.legacy or self.life.ruin:
            return
        if waited < 1 or waited < self.legacy_time:
            return
        self.life.legacy = month
        weights = [mega.target * mega.origin.fit if self.levers.mission else mega.target for mega in self.megas]
        if not any(weight > 0 for weight in weights):
            weights = [self.a.number(1)] * len(weights)
        total = self.a.number(0)
        for weight in weights:
            total = total + weight
        mark, passed = self.choice * total, self.a.number(0)
        for mega, weight in zip(self.megas, weights, strict=True):
            passed = passed + weight
            if mega is not self.megas[-1]:
                self.doubt(mark - passed, total)
            if mark <= passed or mega is self.megas[-1]:
                self.life.origin = mega.origin.order
                self.tell(month, "legacy", self.life.origin)
                return


def live(program: Program, key: int, trajectory: int, arithmetic: Arithmetic) -> Life:
    """One trajectory's life."""
    return Twin(program, key, trajectory, arithmetic).live()
