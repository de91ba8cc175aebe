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
