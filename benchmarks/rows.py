"""The rows of the table of measures. Another measure is another Row; another plan, a line in ``PLANS`` of tasks.py."""

from fresh import ANSWER, LEVERED_ANSWER, cold_seconds, import_seconds, peak_megabytes, process_seconds
from interleaved import faster, per_second, wall_clock
from row import Row
from tasks import LEVERED, PLANS, normals, scalar_c, simpy_processes, simulated, vectorised_numpy

N = 200_000
OURS = 1_000_000  # as long as the slowest of the others takes: a rate, and not what it costs to begin
LONG_ROUNDS = 3  # of the largest sizes

#: What is asked of plans that are compared with the default one: how many times faster they are.
BOUNDS = {"quiet": {"must": 2, "aim": 5}}

#: And of levers: the time that a plan takes with them, over that of the default plan.
LEVERS_BOUNDS = {"every lever": {"must": 3, "aim": 2, "at_most": True}}


def rows(folder, most):
    """The table's rows; peers are compiled into ``folder``, and ``most`` is the largest number of trajectories."""
    one, two = (simulated(PLANS["default"], threads * OURS, threads) for threads in (1, 2))
    return [
        Row(name="A against A, one thread", measure=faster(one, than=one), digits=2),
        Row(name="A against A, two threads", measure=faster(two, than=two, clock=wall_clock), alone=True, digits=2),
        Row(name="trajectories a second, one thread", measure=per_second(one), unit="", digits=0),
        Row(
            name="trajectories a second, two threads",
            measure=per_second(two, wall_clock),
            alone=True,
            unit="",
            digits=0,
        ),
        *against_peers(one, two, folder),
        *against_the_default_plan(one),
        *with_levers(one),
        *of_size(one, two, most),
        *of_processes(most),
    ]


def against_peers(one, two, folder):
    """How many times faster a trajectory is than by other means."""
    c, c_two = scalar_c(folder, N), scalar_c(folder, 2 * N, 2)
    numpy, simpy, limit = vectorised_numpy(8_000), simpy_processes(200), normals(N)
    return [
        Row(name="against scalar C, one thread each", measure=faster(one, than=c), must=5, aim=10),
        Row(
            name="against scalar C, two threads each",
            measure=faster(two, c_two, wall_clock),
            alone=True,
            must=5,
            aim=10,
        ),
        Row(name="against vectorised NumPy, one thread", measure=faster(one, numpy), must=30, aim=60),
        Row(name="against SimPy, one thread", measure=faster(one, simpy), digits=0, must=1_000, aim=2_000),
        Row(name="trajectories a second, their normals alone", measure=per_second(limit), unit="", digits=0),
        Row(
            name="time over that of the normals alone",
            measure=faster(limit, than=one),
            must=4,
            aim=2,
            at_most=True,
        ),
    ]


def against_the_default_plan(one):
    """How many times faster other plans are than the default one."""
    return [
        Row(
            name=f"plan *{name}*, faster by",
            measure=faster(simulated(plan, OURS), than=one),
            digits=2,
            **BOUNDS.get(name, {}),
        )
        for name, plan in PLANS.items()
        if name != "default"
    ]


def with_levers(one):
    """How much longer the default plan takes with a lever on, and with all."""
    return [
        Row(
            name=f"time with *{name}* on, over that without",
            measure=faster(one, than=simulated(plan, OURS)),
            digits=2,
            **LEVERS_BOUNDS.get(name, {}),
        )
        for name, plan in LEVERED.items()
    ]


def of_size(one, two, most):
    """What threads and the number of trajectories change."""
    growth = faster(simulated(PLANS["default"], 10**6, times=10), than=simulated(PLANS["default"], most))
    return [
        Row(
            name="two threads against one",
            measure=faster(two, one, wall_clock),
            alone=True,
            digits=2,
            must=1.85,
            aim=1.95,
        ),
        Row(
            name=f"time a trajectory at {_power(most)} against 10^6",
            measure=lambda rounds: growth(min(rounds, LONG_ROUNDS)),
            digits=2,
        ),
    ]


def of_processes(most):
    """What a new process takes."""
    answer = ANSWER.format(n=100_000)
    told = {"unit": " s", "digits": 2, "at_most": True, "alone": True}
    return [
        Row(name="`import clustersim`, above a bare interpreter", measure=import_seconds, must=0.25, aim=0.15, **told),
        Row(name="first answer (100,000), nothing cached", measure=cold_seconds(answer), must=8, aim=4, **told),
        Row(
            name="first answer with levers (100,000), nothing cached",
            measure=cold_seconds(LEVERED_ANSWER.format(n=100_000)),
            must=12,
            **told,
        ),
        Row(name="first answer (100,000), cached", measure=process_seconds(answer), must=1.2, aim=0.8, **told),
        Row(
            name=f"peak memory at {_power(most)}",
            measure=peak_megabytes(ANSWER.format(n=most)),
            unit=" MB",
            digits=0,
            must=400,
            aim=250,
            at_most=True,
        ),
    ]


def _power(number):
    return f"10^{len(str(number)) - 1}"
