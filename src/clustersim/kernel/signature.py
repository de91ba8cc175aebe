"""The types that the kernel is compiled for, once."""

from typing import Any

from numba import types

from clustersim.kernel.lanes import Books, Candidates, Megas, Practices, Rows
from clustersim.kernel.layout import Records, Tables


def signature() -> Any:
    """Types of ``run``'s arguments; tables are read-only, as arrays that come from other processes are."""
    numbers = [types.int64] * 10 + [types.float32] * 16
    tables = [
        _read_only(types.float32, 1),
        _read_only(types.int64, 1),
        _read_only(types.int32, 1),
        _read_only(types.int32, 1),
        _read_only(types.int32, 2),
        _read_only(types.int32, 1),
        _read_only(types.float32, 3),
    ]
    u2, i4, f4, i8 = types.uint16, types.int32, types.float32, types.int64
    records = [u2[:, ::1], i4[::1], i4[::1], i4[::1], i8[:, ::1], i8[:, ::1], i8[:, ::1], i8[:, ::1]]
    rows = [i4[:, :, ::1], f4[:, :, ::1], f4[:, :, ::1], i4[:, ::1]]
    megas = [i4[:, ::1], f4[::1], i4[:, :, ::1], f4[:, :, ::1], f4[:, ::1]]
    practices = [i4[:, ::1], f4[:, ::1], f4[:, ::1]]
    candidates = [i4[:, ::1], f4[:, ::1], f4[:, ::1]]
    books = [f4[::1], f4[:, ::1], f4[:, ::1], f4[::1], f4[::1]]
    books += [i4[::1], i8[:, ::1], i8[:, ::1], i8[:, ::1], i4[:, ::1], i4[::1]]
    return types.void(
        types.NamedTuple(numbers + tables, Tables),
        types.uint64,
        types.uint64,
        types.NamedTuple(records, Records),
        types.NamedTuple(rows, Rows),
        types.NamedTuple(megas, Megas),
        types.NamedTuple(practices, Practices),
        types.NamedTuple(candidates, Candidates),
        types.NamedTuple(books, Books),
    )


def _read_only(kind: Any, dimensions: int) -> Any:
    return types.Array(kind, dimensions, "C", readonly=True)
