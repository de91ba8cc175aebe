"""Libraries that are extras, loaded when they are asked for."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def tables(name: str) -> Any:
    """Load pandas or xarray.

    Raises
    ------
    ImportError
        If it is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise ImportError(f'this table needs {name}: pip install "clustersim[tables]"') from error


def axes(ax: "Axes | None") -> "Axes":
    """Return the axes to draw on: those given, or new ones.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot as plt  # noqa: PLC0415  # an extra, loaded when asked for
    except ImportError as error:
        raise ImportError('a plot needs matplotlib: pip install "clustersim[plots]"') from error
    return plt.subplots()[1]
