"""Plans with a name, each of which tells a story.

>>> names()
('converging_clusters', 'literal', 'single_bet', 'all_at_once', 'one_at_a_time', 'common_fate', 'portfolio',
 'well_chosen', 'focused', 'scattered', 'burnout_prone', 'survival_clients', 'challenging_clients', 'accelerated',
 'ideal_clients', 'whole_story')
>>> PRESETS["all_at_once"]()
Plan(every=1)
"""

import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType

from clustersim.plan.goals import Goal, Pipeline
from clustersim.plan.levers import Accelerator, Finances, Focus, Ideas, Mission, Network, SurvivalClients
from clustersim.plan.parameter import beta, between
from clustersim.plan.plan import Cluster, Convergence, Milestone, Plan


def converging_clusters() -> Plan:
    """Return the default plan: a cluster every 90 days, twelve in three years, half of which fail.

    Black belt is $60,000 a month, and whoever reaches it converges into three mega-clusters.

    Examples
    --------
    >>> converging_clusters()
    Plan()
    """
    return Plan()


def literal() -> Plan:
    """Return the story taken at its word: six successes of exactly $10,000 a month make $60,000.

    Nothing varies but which clusters fail, so the answers are known in closed form: 2510/4096 = 0.6128 ever
    reach it, and half of all practices by month 36.

    Examples
    --------
    >>> plan = literal()
    >>> plan.ramp, plan.volatility, plan.milestones
    (6.0, 0.0, (Milestone(name='black belt', revenue=60000, window=1),))
    """
    return Plan(
        revenue=10_000,
        ramp=6,
        ramp_curve="linear",
        failed_share=0,
        volatility=0,
        milestones=(Milestone(name="black belt", revenue=60_000, window=1),),
        convergence=None,
    )


def single_bet() -> Plan:
    """Return the classic mistake: the first cluster shall be the legacy, and gets ten years for it.

    Examples
    --------
    >>> single_bet()
    Plan(clusters=1, trial=120, convergence=Convergence(trigger='white belt', megas=1))
    """
    return Plan(clusters=1, trial=120, convergence=Convergence(trigger="white belt", megas=1))


def all_at_once() -> Plan:
    """Return the rush: a launch every month, all twelve in the first year.

    Examples
    --------
    >>> all_at_once()
    Plan(every=1)
    """
    return Plan(every=1)


def one_at_a_time() -> Plan:
    """Return the patient way: nothing is launched while anything is still ramping.

    Examples
    --------
    >>> one_at_a_time()
    Plan(at_once=1)
    """
    return Plan(at_once=1)


def common_fate() -> Plan:
    """Return clusters that share a fate: skill makes most of one practice succeed, or most fail.

    The failure rate of each practice is drawn from Beta(4.5, 4.5), which correlates the successes of its
    clusters by 0.1: as many succeed on average, but a clean sweep and a wipe-out are both more likely.

    Examples
    --------
    >>> common_fate()
    Plan(failure_rate=beta(4.5, 4.5))
    """
    return Plan(failure_rate=beta(4.5, 4.5))


def portfolio() -> Plan:
    """Return a portfolio of one's own: eight named offerings, each with its own odds, price and ramp.

    What sells soon earns little; what earns much is slow, and fails more often. The numbers only illustrate.

    Examples
    --------
    >>> [cluster.name for cluster in portfolio().clusters]
    ['Keynote', 'Workshop', 'Mentoring', 'Diagnostic', 'Online course', 'Mastermind', 'Consulting retainer',
        'Licensing']
    """
    return Plan(
        clusters=(
            _offering("Keynote", 0.35, revenue=(4_000, 15_000), ramp=(2, 8)),
            _offering("Workshop", 0.3, revenue=(5_000, 14_000), ramp=(2, 6)),
            _offering("Mentoring", 0.4, revenue=(6_000, 18_000), ramp=(3, 10)),
            _offering("Diagnostic", 0.45, revenue=(3_000, 9_000), ramp=(2, 9)),
            _offering("Online course", 0.65, revenue=(2_000, 30_000), ramp=(6, 24)),
            _offering("Mastermind", 0.5, revenue=(8_000, 25_000), ramp=(4, 15)),
            _offering("Consulting retainer", 0.45, revenue=(10_000, 30_000), ramp=(4, 14)),
            _offering("Licensing", 0.7, revenue=(10_000, 60_000), ramp=(9, 30)),
        ),
    )


def _offering(name: str, failure_rate: float, *, revenue: tuple[float, float], ramp: tuple[float, float]) -> Cluster:
    return Cluster(name=name, failure_rate=failure_rate, revenue=between(*revenue), ramp=between(*ramp))


def well_chosen() -> Plan:
    """Return the choice: forty ideas are thought up, and the twelve that look best are tried, the best first.

    Looks foretell a little, with a correlation of 0.3 between an idea's score and what decides its fate.

    Examples
    --------
    >>> well_chosen().ideas
    Ideas(count=40, skill=0.3)
    """
    return Plan(ideas=Ideas(count=40, skill=0.3))


def focused() -> Plan:
    """Return the focused way: attention is limited, and a launch waits until there is attention for one more.

    Three clusters can ramp at full pace where nothing is established, and never more than three ramp together.

    Examples
    --------
    >>> focused()
    Plan(every=1, at_once=3, focus=Focus())
    """
    return Plan(every=1, at_once=3, focus=Focus())


def scattered() -> Plan:
    """Return the rush with limited attention: all twelve clusters in the first year, and none of them has enough.

    It differs from the focused way in that nothing holds a launch back. About half as many have black belt by year 3.

    Examples
    --------
    >>> scattered()
    Plan(every=1, focus=Focus())
    """
    return Plan(every=1, focus=Focus())


def burnout_prone() -> Plan:
    """Return a practice off its mission: what is offered fits poorly and drains, and nearly all burn out.

    Fit is 0.3 on average. What fits better still succeeds more often, but no more succeed in all.

    Examples
    --------
    >>> burnout_prone().mission
    Mission(fit=beta(3, 7))
    """
    return Plan(mission=Mission(fit=beta(3, 7)))


def survival_clients() -> Plan:
    """Return a foundation: little saved, and one client off the mission who pays the bills until the clusters do.

    Without that client more than half of all practices on this plan run out of cash; with two of them none does, but
    more than half burn out.

    Examples
    --------
    >>> survival_clients().finances
    Finances(savings=20000, survival=SurvivalClients(clients=1))
    """
    return Plan(
        focus=Focus(),
        mission=Mission(),
        finances=Finances(savings=20_000, survival=SurvivalClients(clients=1)),
    )


def challenging_clients() -> Plan:
    """Return a practice with clients who challenge: riskier and slower, worth more, and they bring others.

    Six clients in ten are such. With none of them it is a practice of yes-people, the default plan.

    Examples
    --------
    >>> challenging_clients()
    Plan(network=Network(challengers=0.6))
    """
    return Plan(network=Network(challengers=0.6))


def accelerated() -> Plan:
    """Return the focused way with an accelerator: every half year an application, of which one in fifty succeeds.

    Admission speeds everything up for half a year. It comes to one practice in six, and changes next to nothing on
    average.

    Examples
    --------
    >>> accelerated().accelerator
    Accelerator(odds=0.02)
    """
    return focused().replace(accelerator=Accelerator(odds=0.02))


def ideal_clients() -> Plan:
    """Return a practice with goals: close 5 ideal clients in January, and two more to be assessed.

    ``clustersim assess`` tells whether they are specific, measurable, mission-based, attainable, relevant, time-bound.

    Examples
    --------
    >>> [goal.name for goal in ideal_clients().goals]
    ['close 5 ideal clients in January', 'half of black belt in two years', 'five clusters that stand after three
        years']
    """
    return Plan(
        mission=Mission(),
        pipeline=Pipeline(leads=40, ideal=0.25, close_rate=0.5),
        goals=(
            Goal(name="close 5 ideal clients in January", metric="clients", at_least=5, by=1),
            Goal(name="half of black belt in two years", metric="revenue", at_least=30_000, by=24),
            Goal(
                name="five clusters that stand after three years",
                metric="clusters",
                at_least=5,
                by=36,
                destination="million",
            ),
        ),
    )


def whole_story() -> Plan:
    """Return the whole story, with every lever: ideas, focus, mission, finances, network and accelerator.

    Examples
    --------
    >>> plan = whole_story()
    >>> plan.ideas, plan.finances
    (Ideas(count=40, skill=0.3), Finances(survival=SurvivalClients(clients=1)))
    """
    return Plan(
        every=1,
        at_once=3,
        ideas=Ideas(count=40, skill=0.3),
        focus=Focus(),
        mission=Mission(),
        finances=Finances(survival=SurvivalClients(clients=1)),
        network=Network(),
        accelerator=Accelerator(),
    )


PRESETS: Mapping[str, Callable[[], Plan]] = MappingProxyType(
    {
        preset.__name__: preset
        for preset in (
            converging_clusters,
            literal,
            single_bet,
            all_at_once,
            one_at_a_time,
            common_fate,
            portfolio,
            well_chosen,
            focused,
            scattered,
            burnout_prone,
            survival_clients,
            challenging_clients,
            accelerated,
            ideal_clients,
            whole_story,
        )
    }
)
"""The presets by name."""


def text(name: str) -> str:
    """Return the plan file of a preset: its story, then every field with what it means.

    >>> print(text("all_at_once").partition(".")[0])
    # The rush: a launch every month, all twelve in the first year
    """
    story = inspect.cleandoc(PRESETS[name].__doc__ or "").removeprefix("Return ").partition("\n\nExamples\n")[0]
    lines = [f"# {line}".rstrip() for line in (story[:1].upper() + story[1:]).split("\n")]
    return "\n".join([*lines, "", PRESETS[name]().to_toml(comments=True)])


def names() -> tuple[str, ...]:
    """Return the names of all presets.

    Examples
    --------
    >>> len(names())
    16
    """
    return tuple(PRESETS)
