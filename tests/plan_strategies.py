"""Plans for comparing practices on one with practices on another: drawn by clustersim.testing, quick to simulate."""

from clustersim.plan.parameter import Distribution
from clustersim.testing import plans


def practices(**fixed):
    """Draw plans without levers and goals, with some fields fixed, in the clusters of a portfolio too."""
    return plans(max_clusters=8, max_horizon=60, levers=False, goals=(), **fixed)


def converging(**fixed):
    """Draw such plans that converge, sooner or later."""
    return practices(**fixed).map(
        lambda plan: plan if plan.convergence else plan.replace(**{"convergence.trigger": plan.milestones[0].name})
    )


def times(parameter, factor):
    """Multiply a parameter: a number, or a distribution's loc and scale."""
    if not isinstance(parameter, Distribution):
        return parameter * factor
    shapes = dict(zip(parameter._family.shape_names, parameter.shapes, strict=True))
    return Distribution.of(parameter.name, **shapes, loc=parameter.loc * factor, scale=parameter.scale * factor)
