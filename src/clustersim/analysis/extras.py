"""Libraries that are extras, loaded when they are asked for."""

from importlib import import_module
from typing import Any


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
