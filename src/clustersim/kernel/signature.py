"""The types that the kernel is compiled for, once."""

from typing import Any

from numba import types

from clustersim.kernel.layout import Records, Tables


def signature() -> Any:
    """Types of ``run(tables, key, first, records)``; tables are read-only, as arrays from other processes are."""
    numbers = [types.int64] * 8 + [types.float32] * 11
    tables = [
        _read_only(types.float32, 1),
        _read_only(types.int64, 1),
        _read_only(types.int32, 1),
        _read_only(types.int32, 1),
        _read_only(types.int32, 2),
        _read_only(types.int32, 1),
        _read_only(types.float32, 3),
    ]
    records = [
        types.uint16[:, ::1],
        types.int32[::1],
        types.int32[::1],
        types.int32[::1],
        types.int64[:, ::1],
        types.int64[:, ::1],
        types.int64[:, ::1],
        types.int64[:, ::1],
    ]
    return types.void(
        types.NamedTuple(numbers + tables, Tables), types.uint64, types.uint64, types.NamedTuple(records, Records)
    )


def _read_only(kind: Any, dimensions: int) -> Any:
    return types.Array(kind, dimensions, "C", readonly=True)
