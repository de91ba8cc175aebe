"""The twin before its first month: model 2, and 6.1."""

from clustersim.kernel.layout import FAILURE_RATE, LIFETIME, RAMP, REVENUE, TRIAL
from clustersim.twin.arithmetic import Number
from clustersim.twin.life import Cluster
from clustersim.twin.philox import DRAW, PRACTICE
from clustersim.twin.state import State


class Drawn(State):
    """What is drawn before the first month."""

    consolidation: Number
    targets: list[Number]
    legacy_time: Number
    choice: Number
    market_y: Number
    best: Number

    def draw(self) -> None:
        """2: the practice's failure rate, its clusters, its megas and its legacy."""
        t = self.t
        self.best = self.a.number(1)  # V: the ideas that are left score below its quantile
        w = self.words(PRACTICE, DRAW)
        failure_rate = self.quantile(t.practice[0], w[0])
        self.clusters = [self.draw_cluster(k, failure_rate) for k in range(t.clusters)]
        self.life.viable = sum(not cluster.doomed for cluster in self.clusters)
        self.megas = []
        if t.megas:
            self.consolidation = self.quantile(t.practice[1], w[1])
            self.targets = [
                self.quantile(t.practice[3], self.words(PRACTICE, DRAW + 1 + j // 4)[j % 4]) for j in range(t.megas)
            ]
        if t.legacy:
            self.legacy_time = self.quantile(t.practice[2], w[2])
            self.choice = self.a.uniform(w[3])
            self.doubt(self.legacy_time - round(self.legacy_time), 1)
        self.market_y = self.a.number(0)

    def draw_cluster(self, k: int, failure_rate: Number) -> Cluster:
        """2: a cluster's fate, and what it would earn, and when."""
        t = self.t
        fate, w1, w2, w3 = self.words(k, DRAW)
        w4, w5, w6, score = self.words(k, DRAW + 1)
        if t.cluster[FAILURE_RATE, k] >= 0:
            failure_rate = self.quantile(t.cluster[FAILURE_RATE, k], w5)
        fit = self.quantile(t.fit, w6) if t.fit >= 0 else None
        doomed = self.doomed(k, self.moved(failure_rate, fit), fate, score)
        full = self.quantile(t.cluster[REVENUE, k], w1)
        ramp, trial = self.quantile(t.cluster[RAMP, k], w2), self.quantile(t.cluster[TRIAL, k], w3)
        lifetime = None
        if t.cluster[LIFETIME, k] >= 0:
            lifetime = self.quantile(t.cluster[LIFETIME, k], w4)
            self.doubt(lifetime - round(lifetime), max(lifetime, 1))
        self.doubt(trial - round(trial) if doomed else 1, max(trial, 1))
        full = full * t.failed_share if doomed else full
        return Cluster(order=k, doomed=doomed, full=full, ramp=ramp, trial=trial, lifetime=lifetime, fit=fit)

    def moved(self, failure_rate: Number, fit: Number) -> Number:
        """2: mission and network move the log-odds of being viable; f = 0 and f = 1 stay certain."""
        t = self.t
        shift = t.odds if t.fit < 0 else self.a.fma(t.fit_odds, fit - t.fit_mean, t.odds)
        if shift == 0:
            return failure_rate
        return failure_rate / (failure_rate + (self.a.number(1) - failure_rate) * self.a.exp(shift))

    def doomed(self, k: int, chance: Number, fate: int, score: int) -> bool:
        """2 and 6.1: the fate word decides; with ideas as the luck e of the k-th best of them."""
        t, a, one = self.t, self.a, self.a.number(1)
        if t.ideas:
            self.best = self.best * a.exp(a.log(a.uniform(score)) * (one / a.number(t.ideas - k)))
        if chance <= 0 or chance >= 1:
            return bool(chance >= 1)
        if not t.ideas:
            self.doubt(fate / 2**32 - float(chance), 0.1)
            return fate / 2**32 < float(chance)
        merit, bar = a.fma(t.skill, a.normal_quantile(self.best), t.luck * a.normal_of(fate)), a.normal_quantile(chance)
        self.doubt(merit - bar, 1 + 1 / max(one - self.best, 1e-7) + 1 / (one - chance))  # near 1 floats are coarse
        return bool(merit < bar)
