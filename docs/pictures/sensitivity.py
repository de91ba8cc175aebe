"""What matters most: a tornado; and Sobol's indices with their intervals."""

from matplotlib import pyplot as plt
from panels import INK, SEED, SKY, panels

import clustersim as cs

RANGES = {
    "every": (1, 6),
    "failure_rate": (0.3, 0.7),
    "revenue": cs.between(7_000, 14_000),
    "volatility": (0.1, 0.4),
}

found = cs.sensitivity(cs.Plan(), RANGES, "black belt", by=36, n=500, rng=SEED)
fields = [effect.field for effect in found.effects]

with panels() as (left, right):
    left.set(ylim=(-0.6, len(fields) - 0.4))
    found.plot(left)
    for kind, shift, colour, label in (("first", -0.12, SKY, "first-order"), ("total", 0.12, INK, "total")):
        indices = [getattr(effect, kind) for effect in found.effects]
        reach = [[i.value - i.low for i in indices], [i.high - i.value for i in indices]]
        places = [k + shift for k in range(len(indices))]
        right.errorbar(places, [i.value for i in indices], yerr=reach, fmt="o", color=colour, label=label)
    right.set_xticks(range(len(fields)), fields)
    right.set(title="Sobol's indices, 95 % intervals", ylim=(-0.05, 0.8), yticks=[0, 0.2, 0.4, 0.6, 0.8])
    right.yaxis.set_major_formatter("{x:.1f}")
    right.legend()

plt.show()
