"""The twin: one trajectory, one month at a time, in plain Python. Read beside the model, it is the specification.

The levers of model 6 stand in ``reference_levers.py``. The twin reads the same random words as the kernel, and nothing
else of what is compiled. In ``Float32`` it must give the kernel's bits; in
``Float64`` it must come to the same decisions, but where one hung by a thread: ``Life.doubtful`` tells.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from clustersim.kernel import philox as kernel
from compiled import called
from reference_levers import OFF, WithLevers

philox = called(kernel.philox)

PRACTICE, MARKET = 0x80000000, 0x80000001
DRAW = 0x80000000
REVENUE, RAMP, TRIAL, LIFETIME, FAILURE_RATE = range(5)
SMOOTHSTEP, LINEAR, LOGISTIC, GOMPERTZ, BASS = range(5)


@dataclass
class Cluster:
    """One offering: what was drawn for it, and where it is in its life."""

    order: int
    doomed: bool
    full: object  # P, of a doomed cluster its failed share
    ramp: object  # R
    trial: object  # D
    lifetime: object
    fit: object = None  # m, with the lever Mission
    launched: int = 0  # month; 0: not yet
    established: int = 0
    live: bool = False
    age: object = 0
    level: object = 0
    y: object = 0

    @property
    def ramping(self):
        return self.live and not self.established


@dataclass
class Mega:
    """A cluster after convergence."""

    origin: Cluster
    base: object  # b
    target: object  # T
    level: object


@dataclass
class Life:
    """What became of one trajectory."""

    viable: int
    launches: int = 0
    launched: list = field(default_factory=list)  # month by cluster; 0: never
    revenue: list = field(default_factory=list)  # quanta by month
    held: list = field(default_factory=list)  # by month, which milestones
    reached: list = field(default_factory=list)  # month by milestone; 0: never
    converged: int = 0
    legacy: int = 0
    origin: int = -1
    burnout: int = 0  # month of the first; 0: never
    ruin: int = 0
    admission: int = 0
    mission_revenue: list = field(default_factory=list)  # quanta by month, with the lever Mission
    energy: list = field(default_factory=list)  # at the end of each month, likewise
    cash: list = field(default_factory=list)  # quanta at the end of each month, with the lever Finances
    doubtful: bool = False  # a decision hung by less than rounding may move


class Twin(WithLevers):
    """One trajectory of a Program under a key."""

    def __init__(self, program, key, trajectory, arithmetic):
        self.a = arithmetic
        self.t, self.levers = self.in_numbers(program.tables), self.in_numbers(program.levers or OFF)
        self.key, self.trajectory = np.uint64(key), trajectory
        self.memory = {}
        self.life = Life(viable=0)

    def in_numbers(self, record):
        """The same record, its floats as numbers of this arithmetic."""
        floats = {name: value for name, value in record._asdict().items() if isinstance(value, np.float32)}
        return record._replace(**{name: self.a.number(value) for name, value in floats.items()})

    # Random words and what is made of them

    def words(self, purpose, draw):
        """Four words at one address."""
        low, high = self.trajectory & 0xFFFFFFFF, self.trajectory >> 32
        if (purpose, draw) not in self.memory:
            address = [np.uint32(word) for word in (low, high, purpose, draw)]
            self.memory[purpose, draw] = [int(word) for word in philox(*address, self.key)]
        return self.memory[purpose, draw]

    def quantile(self, table, word):
        return self.a.quantile(self.t.quantiles[table], word)

    def normal(self, purpose, month):
        """The noise of one month: one call serves four months, each half of it two."""
        block, within = divmod(month - 1, 4)
        half, second = divmod(within, 2)
        w0, w1 = self.words(purpose, block)[2 * half : 2 * half + 2]
        radius = self.a.sqrt(self.a.number(-2) * self.a.log(self.a.uniform(w0)))
        eighth = (w1 << 2) & 0xFFFFFFFF
        sine, cosine = self.a.sine_and_cosine((eighth - (1 << 32) if eighth >> 31 else eighth) / 2**31)
        pair = [radius * (-cosine if w1 >> 31 else cosine), radius * sine]
        if w1 >> 30 & 1:
            pair.reverse()
        return pair[second]

    def doubt(self, difference, scale):
        """Remember that a comparison was closer than float32 can tell."""
        if abs(difference) < 1e-5 * abs(scale):
            self.life.doubtful = True

    # 2. Drawn before the first month

    def draw(self):
        t = self.t
        self.begin()
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

    def draw_cluster(self, k, failure_rate):
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

    # 3. One month

    def live(self):
        """Live through all months."""
        self.draw()
        self.life.reached = [0] * len(self.t.thresholds)
        for month in range(1, self.t.horizon + 1):
            self.launch(month)
            growth = self.attend(month)
            self.grow(month, growth)
            self.earn(month)
            self.settle(month)
            self.pass_milestones(month)
            self.converge(month)
            self.bequeath(month)
        self.life.launched = [cluster.launched for cluster in self.clusters]
        self.life.launches = sum(launched > 0 for launched in self.life.launched)
        return self.life

    def launch(self, month):
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

    def attend(self, month):
        """3.2: loads are counted; g is changed by focus, network, accelerator and burnout, in this order."""
        self.count_loads()
        share, left = self.undivided()
        growth = share * left * self.referred() * self.accelerated(month, share)
        return self.a.number(0) if self.burnt_out(month) else growth

    def grow(self, month, growth):
        """3.3: ages, levels, establishment; the megas' progress."""
        for cluster in self.clusters:
            if cluster.live:
                cluster.age = cluster.age + growth
                cluster.level = cluster.full * self.shape(self.a.share_of_ramp(cluster.age, cluster.ramp))
                if not cluster.established:
                    ramp = cluster.ramp * self.a.number(1 - 2**-20)  # ages are running sums: see decision 0006
                    self.doubt(cluster.age - ramp, ramp)
                    cluster.established = month if cluster.age >= ramp else 0
        if self.life.converged:
            self.progress = self.progress + growth
        for mega in self.megas:
            share = self.shape(self.a.share_of_ramp(self.progress, self.consolidation))
            mega.level = self.a.fma(mega.target - mega.base, share, mega.base)

    def shape(self, x):
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

    def earn(self, month):
        """3.4: levels times noise, the market, the season and burnout; rounded once to whole quanta."""
        total = fitting = self.a.number(0)
        earners = [(cluster, cluster) for cluster in self.clusters if cluster.live]
        for earner, cluster in earners + [(mega, mega.origin) for mega in self.megas]:
            earned = earner.level * self.noise(cluster, month)
            total = total + earned
            if self.levers.mission:
                fitting = fitting + cluster.fit * earned
        factors = list(self.factors(month))
        self.life.revenue.append(self.rounded(total, factors))
        if self.levers.mission:
            self.life.mission_revenue.append(self.rounded(fitting, factors))

    def noise(self, cluster, month):
        """A cluster's own AR(1), stationary from its launch on; a mega goes on with it."""
        t = self.t
        if t.volatility == 0:
            return self.a.number(1)
        e = self.normal(cluster.order, month)
        cluster.y = e if month == cluster.launched else self.a.fma(t.persistence, cluster.y, t.innovation * e)
        return self.a.exp(self.a.fma(t.volatility, cluster.y, t.drift))

    def factors(self, month):
        """What all earnings of a month are multiplied by, one after the other."""
        t, a = self.t, self.a
        if t.market_volatility > 0:
            e = self.normal(MARKET, month)
            self.market_y = e if month == 1 else a.fma(t.market_persistence, self.market_y, t.market_innovation * e)
            yield a.exp(a.fma(t.market_volatility, self.market_y, t.market_drift))
        if t.season.size:
            yield a.number(t.season[(month - 1) % 12])
        if self.burnt_out(month):
            yield self.levers.burnout_revenue
        yield t.quanta

    def rounded(self, total, factors):
        if self.life.ruin:
            return 0
        for factor in factors:
            total = total * factor
        return self.a.whole(min(total, self.t.ceiling))

    def settle(self, month):
        """3.5: trials and lifetimes end; then cash and survival clients, then energy."""
        for cluster in self.clusters:
            if not cluster.live:
                continue
            if cluster.doomed and month - cluster.launched + 1 >= cluster.trial:
                cluster.live = False
            lifetime = cluster.lifetime
            if cluster.established and lifetime is not None:
                lived = month - cluster.established
                if lived >= lifetime and lived >= 1:
                    cluster.live = False
        if self.levers.finances:
            self.balance(month)
        if self.levers.mission:
            self.tire(month)

    def pass_milestones(self, month):
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
        self.life.held.append(held)

    # 4. Convergence

    def converge(self, month):
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

    # 5. Legacy

    def bequeath(self, month):
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
                return


def live(program, key, trajectory, arithmetic):
    """One trajectory's life."""
    return Twin(program, key, trajectory, arithmetic).live()
