"""Ideas: what skill in choosing does; and choosing against trying more."""

from matplotlib import pyplot as plt
from panels import BLUE, DASHED, INK, SKY, SOLID, by_month, changed, mark, panels, run, turned

with panels() as (left, right):
    skills = [round(0.05 * k, 2) for k in range(19)]
    turned(left, "ideas__skill", skills, skills, {})
    mark(left, 0)
    left.set(title="Twelve of 20 ideas, by skill in choosing", xlabel="skill", xticks=[0, 0.2, 0.4, 0.6, 0.8])

    plans = {
        "30 ideas, skill 0.4": (changed(ideas__count=30, ideas__skill=0.4), (INK, SOLID)),
        "16 clusters, unchosen": (changed(clusters=16), (BLUE, DASHED)),
        "default: 12, unchosen": (changed(), (SKY, SOLID)),
    }
    by_month(right, {name: (run(plan), style) for name, (plan, style) in plans.items()})
    right.set(title="Black belt: choosing, or trying four more")

plt.show()
