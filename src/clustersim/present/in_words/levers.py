"""What each lever of a plan does, with the plan's numbers."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from clustersim.outcome.notation import moment, money, printable
from clustersim.present.in_words.amounts import A_MONTH, DOLLARS, MONTHS, PERCENT, figure

if TYPE_CHECKING:
    from clustersim.plan.goals import Goal, Pipeline
    from clustersim.plan.levers import Accelerator, Finances, Focus, Ideas, Mission, Network, SurvivalClients


def _ideas(ideas: "Ideas") -> str:
    score = "The score foretells nothing."
    if ideas.skill:
        score = f"The score foretells success with a correlation of {figure(ideas.skill)}: 0 is not at all, 1 surely."
    return f"{ideas.count:,} ideas are thought up, and those of the highest score are tried, the highest first. {score}"


def _focus(focus: "Focus") -> str:
    many = "" if focus.capacity == 1 else "s"
    return (
        f"{figure(focus.capacity)} growing cluster{many} can have full attention at a time, and an established one "
        f"takes {PERCENT(focus.upkeep)} of what a growing one takes. With more of them attention is divided, and each "
        f"one too many costs {PERCENT(focus.switching_cost)} of the pace besides, in all at most three quarters."
    )


def _mission(mission: "Mission") -> str:
    return (
        f"Clusters fit the mission to {PERCENT.spread(mission.fit)}. What fits better succeeds more often: a full fit "
        f"has {figure(mission.success_odds)} times the odds of none at all. What does not fit takes energy: a growing "
        f"cluster without any fit {PERCENT(mission.drain)} a month, an established one {PERCENT(mission.upkeep)} of "
        f"that; and {PERCENT(mission.recovery)} a month comes back. Without energy the practice is burnt out for "
        f"{MONTHS(mission.burnout_months)}, launches nothing, does not grow, and earns "
        f"{PERCENT(mission.burnout_revenue)} of what it would."
    )


def _finances(finances: "Finances") -> str:
    clients = "" if finances.survival is None else f" {_survival(finances.survival)}"
    return (
        f"There is {DOLLARS(finances.savings)} at the start. Of revenue {PERCENT(finances.margin)} is left when costs "
        f"are paid, and {A_MONTH(finances.living)} goes for a living. A practice whose cash falls below zero is "
        f"ruined, and ends.{clients}"
    )


def _survival(survival: "SurvivalClients") -> str:
    if not survival.clients:
        return "There are no survival clients."
    many = survival.clients > 1
    whose = f"{survival.clients} survival clients pay" if many else "One survival client pays"
    return (
        f"{whose} {A_MONTH(survival.fee)}{' each' * many}, and {'each takes' if many else 'takes'} "
        f"{PERCENT(survival.attention)} of the attention and energy of a growing cluster that does not fit the "
        f"mission, until revenue is {A_MONTH(survival.until)} over three months."
    )


def _network(network: "Network") -> str:
    return (
        f"{PERCENT(network.challengers)} of clients challenge and co-own. If all did, the odds of success would be "
        f"{figure(network.success_odds)} times what they are, and a cluster would earn {PERCENT(network.upside)} more, "
        f"go up and down {PERCENT(network.spread)} more and take {PERCENT(network.drag)} longer to grow; as it is, in "
        f"proportion. Co-owners bring others: with {figure(network.saturation)} of them or more everything grows "
        f"{PERCENT(network.referral)} faster, with fewer in proportion. One client pays {A_MONTH(network.fee)}."
    )


def _accelerator(accelerator: "Accelerator") -> str:
    pace = "month" if accelerator.every == 1 else MONTHS(accelerator.every)
    return (
        f"Every {pace} the practice applies for a programme, which takes it with a probability of "
        f"{PERCENT(accelerator.odds)}, or less if attention is divided. Then everything grows "
        f"{figure(accelerator.speed)} times as fast for {MONTHS(accelerator.months)}."
    )


def _pipeline(pipeline: "Pipeline") -> str:
    return (
        f"{figure(pipeline.leads)} leads come in a month; {PERCENT(pipeline.ideal)} are ideal clients, and "
        f"{PERCENT(pipeline.close_rate)} of those are won: {figure(pipeline.clients)} a month on average."
    )


def goal(goal: "Goal") -> str:
    """Tell a goal."""
    amount = money(goal.at_least, short=True) if goal.metric.endswith("revenue") else figure(goal.at_least)
    return (
        f'"{printable(goal.name)}": at least {amount} {goal.metric} {"in" if goal.metric == "clients" else "by"} '
        f"{moment(goal.by)}, for {printable(goal.destination)}."
    )


#: By the name of the field: what it is called here, what is left out without it, and how it is told.
LEVERS: dict[str, tuple[str, str, Callable[[Any], str]]] = {
    "ideas": ("Ideas", "a choice among ideas", _ideas),
    "focus": ("Focus", "limited attention (clusters do not slow each other down)", _focus),
    "mission": ("Mission", "fit with the mission, and burnout", _mission),
    "finances": ("Finances", "cash, and ruin", _finances),
    "network": ("Network", "clients who challenge", _network),
    "accelerator": ("Accelerator", "an accelerator", _accelerator),
    "pipeline": ("Leads", "", _pipeline),
}
