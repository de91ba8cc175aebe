"""One hypothesis profile: no deadline, since a first call may compile; the same examples on every run of CI."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "clustersim",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("clustersim")


def pytest_configure(config):
    """Leave out what takes long, unless ``-m`` says what is wanted: ``pytest -m verification``, ``pytest -m fuzz``."""
    config.option.markexpr = config.option.markexpr or "not verification and not fuzz"
