"""The types that either kernel is compiled for, once."""

from typing import Any

from numba import types

from clustersim.kernel.lanes import Books, Candidates, Megas, Practices, Rows
from clustersim.kernel.layout import LeverRecords, Levers, Records, Tables
from clustersim.kernel.lives import Growths, Lives, Minds


def signature() -> Any:
    """Types of ``run._run``'s arguments; tables are read-only, as arrays that come from other processes are."""
    return types.void(_tables(), types.uint64, types.uint64, _records(), *_block(types.int32))


def monthly_signature() -> Any:
    """Types of ``monthly._run``'s arguments."""
    f4, i4, i8 = types.float32, types.int32, types.int64
    more = [types.uint16[:, ::1], *[i8[:, ::1]] * 6, i4[:, ::1]]
    lives = [i4[:, :, ::1], f4[:, :, ::1], f4[:, :, ::1], i4[::1]]
    growths = [f4[::1], f4[::1], f4[:, :, ::1], f4[:, ::1]]
    minds = [i4[:, ::1], f4[:, ::1], f4[::1], f4[::1], f4[::1], *[i8[:, ::1]] * 3]
    minds += [f4[:, ::1], f4[:, ::1], i4[:, ::1], i8[::1]]
    return types.void(
        _tables(),
        types.NamedTuple([i8] * 12 + [f4] * 12, Levers),
        types.uint64,
        types.uint64,
        _records(),
        types.NamedTuple(more, LeverRecords),
        *_block(i8),
        types.NamedTuple(lives, Lives),
        types.NamedTuple(growths, Growths),
        types.NamedTuple(minds, Minds),
    )


def _tables() -> Any:
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
    return types.NamedTuple(numbers + tables, Tables)


def _records() -> Any:
    u2, i4, i8 = types.uint16, types.int32, types.int64
    records = [u2[:, ::1], *[i4[::1]] * 3, i8[:, :, ::1], *[i8[::1]] * 2, *[i8[:, ::1]] * 4]
    return types.NamedTuple(records, Records)


def _block(quanta: Any) -> tuple[Any, ...]:
    i4, f4 = types.int32, types.float32
    rows = [i4[:, :, ::1], f4[:, :, ::1], f4[:, :, ::1], i4[:, ::1]]
    megas = [i4[:, ::1], f4[::1], i4[:, :, ::1], f4[:, :, ::1], f4[:, ::1], f4[:, ::1]]
    practices = [i4[:, ::1], f4[:, ::1], f4[:, ::1]]
    candidates = [i4[:, ::1], f4[:, ::1], f4[:, ::1]]
    books = [f4[::1], f4[:, ::1], f4[:, ::1], f4[::1], f4[::1], f4[::1]]
    books += [i4[::1], quanta[:, ::1], quanta[:, ::1], quanta[:, ::1], i4[:, ::1], i4[::1]]
    return (
        types.NamedTuple(rows, Rows),
        types.NamedTuple(megas, Megas),
        types.NamedTuple(practices, Practices),
        types.NamedTuple(candidates, Candidates),
        types.NamedTuple(books, Books),
    )


def _read_only(kind: Any, dimensions: int) -> Any:
    return types.Array(kind, dimensions, "C", readonly=True)
