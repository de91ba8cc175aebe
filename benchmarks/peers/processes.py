"""The default plan without convergence in SimPy: a process a cluster.

``python benchmarks/peers/processes.py`` prints trajectories a second.
"""

import math
import random
import time

import simpy


def live(rng):
    """Month of black belt in one practice; 121: not reached."""
    environment = simpy.Environment()
    revenue, gauss, exp = [0.0] * 121, rng.gauss, math.exp

    def cluster(launch):
        if launch:
            yield environment.timeout(launch)
        doomed = rng.random() < 0.5
        price = rng.lognormvariate(math.log(10_000) - 0.0431, 0.2936) * (0.25 if doomed else 1)
        months = 6 * exp(0.5 * gauss(0, 1))
        trial = math.ceil(rng.uniform(3, 9)) if doomed else 10**9
        y, age = None, 0
        while age < trial:
            yield environment.timeout(1)
            age += 1
            e = gauss(0, 1)
            y = e if y is None else 0.5 * y + 0.866 * e
            x = min(1, age / months)
            revenue[int(environment.now)] += price * x * x * (3 - 2 * x) * exp(0.2 * y - 0.02)

    for k in range(12):
        environment.process(cluster(3 * k))
    environment.run(until=120.5)
    return next((t for t in range(3, 121) if sum(revenue[t - 2 : t + 1]) / 3 >= 60_000), 121)


def simulate(n):
    """Share of practices with black belt by month 36."""
    rng = random.Random(1)  # noqa: S311  a simulation, no secret
    return sum(live(rng) <= 36 for _ in range(n)) / n


def main():
    begin = time.perf_counter()
    simulate(600)
    print(f"{600 / (time.perf_counter() - begin):.0f} trajectories a second")


if __name__ == "__main__":
    main()
