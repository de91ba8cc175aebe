"""Finances: what savings do; and survival clients."""

from matplotlib import pyplot as plt
from panels import BELTS, BURNT_OUT, RUINED, changed, curves, mark, panels, run, told, turned

import clustersim as cs
from clustersim.outcome.notation import money

with panels() as (left, right):
    savings = list(range(0, 100_001, 4_000))
    turned(left, "finances__savings", savings, savings, RUINED)
    mark(left, 40_000)
    left.set(title="By savings, without survival clients", xlabel="savings")
    left.xaxis.set_major_formatter(lambda dollars, _: money(dollars, short=True))

    clients = list(range(5))
    plan = cs.presets.survival_clients()
    outcomes = [run(changed(plan, finances__survival__clients=k)) for k in clients]
    some = {name: BELTS[name] for name in ("black belt by year 3", "black belt by year 10")}
    curves(right, clients, told(outcomes, {**some, **BURNT_OUT, **RUINED}), marker="o", markersize=4)
    right.set_title("$20k saved, attention and energy limited", parse_math=False)
    right.set(xlabel="survival clients", xticks=clients)

plt.show()
