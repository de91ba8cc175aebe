"""Pictures of what came out: each takes axes, ``ax=``, or makes a figure of its own, and returns the axes.

They need matplotlib, which loads when something is drawn: ``pip install "clustersim[plots]"``. Colours are those of
Okabe and Ito, which those who see few colours can tell apart; every line is named where it ends, and dashes and
lightness tell it apart in grey. Nothing of the program's own settings is changed.

>>> import clustersim as cs
>>> outcome = cs.simulate(cs.Plan(), n=2_000, rng=7)
>>> axes = cs.plots.milestones(outcome)
>>> axes.figure.savefig("milestones.svg")    # doctest: +SKIP
"""

from clustersim.present.plots.at_a_glance import overview
from clustersim.present.plots.clusters import Step, funnel, origin, steps
from clustersim.present.plots.compared import comparison, medians, plans
from clustersim.present.plots.decisions import heat_map, lines, solution, tornado
from clustersim.present.plots.fans import amounts, fan
from clustersim.present.plots.goals import goal
from clustersim.present.plots.lives import life
from clustersim.present.plots.passages import milestones, passage

__all__ = [
    "Step",
    "amounts",
    "comparison",
    "fan",
    "funnel",
    "goal",
    "heat_map",
    "life",
    "lines",
    "medians",
    "milestones",
    "origin",
    "overview",
    "passage",
    "plans",
    "solution",
    "steps",
    "tornado",
]
