"""Names of arguments: whoever writes one that there is not is told which was meant."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from clustersim.plan.errors import shown, suggest

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

#: What other libraries call it.
_ELSEWHERE = {
    "seed": "rng",
    "random_seed": "rng",
    "random_state": "rng",
    "generator": "rng",
    "samples": "n",
    "size": "n",
    "trials": "n",
    "runs": "n",
    "threads": "workers",
    "n_jobs": "workers",
    "confidence": "confidence_level",
    "month": "by",
}


def named(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Let a function name the argument that a wrong name was meant for.

    >>> import clustersim as cs
    >>> cs.simulate(cs.Plan(), seed=7)
    Traceback (most recent call last):
    TypeError: simulate() has no argument 'seed': write rng=7
    >>> cs.simulate(cs.Plan(), worker=2)
    Traceback (most recent call last):
    TypeError: simulate() has no argument 'worker': did you mean 'workers'?
    """
    known = tuple(inspect.signature(function).parameters)

    @wraps(function)
    def call(*args: Arguments.args, **given: Arguments.kwargs) -> Result:
        for name, value in given.items():
            if name not in known:
                raise TypeError(f"{function.__name__}() has no argument {name!r}: {_remedy(name, value, known)}")
        return function(*args, **given)

    return call


def _remedy(name: str, value: Any, known: tuple[str, ...]) -> str:
    meant = _ELSEWHERE.get(name.casefold())
    return f"write {meant}={shown(value)}" if meant in known else suggest(name, known)
