"""The plan's lists: clusters, milestones, seasons."""

from collections.abc import Mapping
from typing import Any

from clustersim.plan.errors import PlanError, Problem
from clustersim.plan.parts import Cluster, Milestone
from clustersim.plan.rules import MONTHS, Rule, Schema, Several, Table, Whole

RESERVED = ("legacy", "burnout", "ruin", "admission")
"""Names of what an outcome tells besides the milestones."""


class Clusters(Rule):
    """How many clusters, or a list of them."""

    _count, _list = Whole(1, MONTHS), Several(Table(Cluster), 1, MONTHS, "clusters")

    def _check(self, value: Any) -> int | tuple[Cluster, ...]:
        rule: Rule = self._list if isinstance(value, (list, tuple, Mapping)) else self._count
        return rule.check(value)  # type: ignore[no-any-return]  # either rule's own kind

    def _schema(self) -> Schema:
        return {"anyOf": [self._count.schema(), self._list.schema()]}


class Milestones(Several):
    """Some milestones with names of their own."""

    def _check(self, value: Any) -> tuple[Milestone, ...]:
        milestones = super()._check(value)
        names = [milestone.name for milestone in milestones]
        problems = list[Problem]()
        for index, name in enumerate(names):
            first = names.index(name)
            if name in RESERVED:
                problems.append(
                    Problem(f"[{index}].name", name, "must be another name: an outcome's own event has this")
                )
            elif first < index:
                problems.append(Problem(f"[{index}].name", name, f"must be unique: milestones[{first}] has this name"))
        if problems:
            raise PlanError(problems)
        return milestones


class Seasons(Several):
    """Twelve multipliers that are not all zero."""

    def _check(self, value: Any) -> tuple[float, ...]:
        factors = super()._check(value)
        if not any(factors):
            raise PlanError.one(value, "must not be all zero: such a practice never earns")
        return factors
