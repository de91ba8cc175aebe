"""What an error offers for a distribution is taken by the field that it is offered for."""

import re
import tomllib

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from scipy import stats

import clustersim as cs
from clustersim.plan.errors import PlanError
from clustersim.plan.plan import Plan
from clustersim.testing import distributions

OFFERED = re.compile(r"\{ \w+ = \{[^{}]*\} \}")
FIELDS = (
    "failure_rate",
    "revenue",
    "ramp",
    "trial",
    "lifetime",
    "mission.fit",
    "convergence.revenue",
    "convergence.months",
    "clusters[0].failure_rate",
    "clusters[0].revenue",
)
WORDS = ("", "between", "uniform", "lognormal", "beta", "normal", "norm", "gamma", "range")
NAMES = ("low", "high", "min", "max", "mean", "sd", "std", "cv", "median", "sigma", "a", "b", "loc", "scale", "mode")

numbers = st.one_of(
    st.sampled_from([0, 0.1, 0.4, 0.5, 0.7, 1, 2, 3, 18, 40, 70, 100, 10_000, -1]),
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(-(10**20), 10**400),
    st.just("x"),
)
tables = st.dictionaries(st.sampled_from(NAMES), numbers, max_size=4)
lists = st.lists(numbers, max_size=4)
written = st.one_of(
    tables,
    lists,
    st.dictionaries(st.sampled_from(WORDS[1:]), tables | lists, min_size=1, max_size=1),
    st.just("half"),
    distributions(1e-3, 1e3),
    st.builds(stats.norm, st.floats(-10, 1e5), st.floats(1e-9, 1e5)),
)


def offered(wrong):
    """Return what an error of a single field offers."""
    (problem,) = wrong.problems[:1]
    return OFFERED.findall(problem.remedy)


@given(st.sampled_from(FIELDS), written)
@settings(max_examples=1_500, deadline=None)
def test_the_field_takes_whatever_distribution_its_error_offers(field, value):
    try:
        Plan().replace(**{field: value})
    except PlanError as wrong:
        for spelling in offered(wrong):
            Plan().replace(**{field: tomllib.loads(f"it = {spelling}")["it"]})


@given(st.sampled_from(FIELDS[:5]), st.sampled_from(WORDS[1:]), lists)
@settings(max_examples=500, deadline=None)
def test_so_it_does_where_a_line_calls_a_function(field, word, values):
    with pytest.raises(PlanError) as caught:
        Plan.from_toml_text(f"{field} = {word}({', '.join(map(str, values))})")
    for spelling in offered(caught.value):
        if "..." not in spelling:
            Plan.from_toml_text(f"{field} = {spelling}")


@pytest.mark.parametrize("value", ["half", True, lambda: 0.5])
@pytest.mark.parametrize("field", FIELDS)
def test_what_is_told_of_python_and_of_files_is_taken(field, value):
    with pytest.raises(PlanError) as caught:
        Plan().replace(**{field: value})
    told = re.search(
        r"in a plan file ([\d._]+) or (\{.*\}), in Python (\w+\(.*?\)) or scipy\.(stats\.\w+\(.*?\))", str(caught.value)
    )
    for text in told.groups()[:2]:
        Plan().replace(**{field: tomllib.loads(f"it = {text}")["it"]})
    for code in told.groups()[2:]:
        Plan().replace(**{field: eval(code, {"stats": stats, "between": cs.between, "uniform": cs.uniform})})  # noqa: S307 - ours


ODD = [np.array(0), np.array([]), np.zeros((2, 2)), [[1, 2], [3]], [[1], [2]], ["x", None], []]


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("field", ["failure_rate", "ramp"])
def test_whatever_a_distribution_is_made_of_an_example_is_offered(field, odd):
    with pytest.raises(PlanError, match=r"such as \{ "):
        Plan(**{field: {"beta": odd}})
