"""An assessment as a table of another library."""

from typing import TYPE_CHECKING

from clustersim.analysis import extras

if TYPE_CHECKING:
    import pandas as pd

    from clustersim.analysis.assessment import Assessment


def to_pandas(assessment: "Assessment") -> "pd.DataFrame":
    """One line a letter."""
    columns = ["letter", "name", "value", "low", "high", "method", "sentence"]
    rows = [[getattr(letter, column) for column in columns] for letter in assessment.card.letters]
    frame: pd.DataFrame = extras.tables("pandas").DataFrame(rows, columns=columns)
    return frame
