"""Draw the picture of the first pages: what the default plan earns, and when it reaches its milestones.

``python docs/pictures/default.py`` draws it beside this file, where the README finds it; an argument names another one.
"""

import sys
from pathlib import Path

import matplotlib as mpl

import clustersim as cs

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "clustersim"  # the same file every time

left, _ = cs.simulate(cs.Plan(), n=100_000, rng=7).plot()
left.figure.savefig(Path(*sys.argv[1:2] or [Path(__file__).with_suffix(".svg")]), metadata={"Date": None})
