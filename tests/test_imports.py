"""What is loaded when: a start must cost milliseconds, so each test looks at a process of its own."""

import subprocess
import sys

import pytest

HEAVY = {
    *("matplotlib", "numba", "pandas", "pydantic", "rich", "typer", "xarray"),
    *("scipy", "scipy.integrate", "scipy.optimize", "scipy.sparse", "scipy.special", "scipy.stats"),
}


def loaded_after(code):
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"],
        capture_output=True,
        check=True,
        text=True,
    )
    return HEAVY.intersection(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy():
    assert loaded_after("import clustersim") == set()


def test_a_plan_loads_what_validates_it_and_no_more():
    assert loaded_after("import clustersim as cs; cs.Plan()") == {"pydantic"}


@pytest.mark.parametrize("code", ["import clustersim as cs; cs.simulate", "import clustersim as cs; dir(cs)"])
def test_the_compiler_waits_until_something_is_simulated(code):
    assert not loaded_after(code) & {"numba", "scipy.stats", "matplotlib"}


def test_lowering_the_default_plan_takes_no_more_of_scipy_than_special_functions():
    heavy = loaded_after("import clustersim as cs; from clustersim.program import lower; lower(cs.Plan())")
    assert heavy == {"pydantic", "scipy", "scipy.special"}


def test_simulating_and_reading_the_default_plan_loads_no_statistics_and_no_tables():
    code = "import clustersim as cs; o = cs.simulate(cs.Plan(), n=100, rng=7); o['black belt'].probability(by=36)"
    loaded = loaded_after(f"{code}; o.revenue.quantile(0.5); o.legacy.median()")
    assert "numba" in loaded
    assert not loaded & {"matplotlib", "pandas", "scipy.stats", "xarray"}


def test_a_module_that_is_loaded_is_seen():
    assert {"numba", "scipy", "scipy.stats"} <= loaded_after("import numba, scipy.stats")
