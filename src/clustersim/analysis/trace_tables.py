"""One life as a table of another library."""

from typing import TYPE_CHECKING

import numpy as np

from clustersim.analysis import extras

if TYPE_CHECKING:
    import pandas as pd

    from clustersim.analysis.trace import Trace


def to_pandas(trace: "Trace") -> "pd.DataFrame":
    """One line a cluster and month."""
    months = np.arange(1, trace.horizon + 1)
    frame: pd.DataFrame = extras.tables("pandas").DataFrame(
        {
            "cluster": np.repeat(np.array(trace.clusters, dtype=object), trace.horizon),
            "month": np.tile(months, len(trace.clusters)),
            "level": trace.levels.ravel(),
            "revenue": trace.revenue.ravel(),
        }
    )
    return frame
