"""The types that either kernel is compiled for, once."""

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numba import types

from clustersim.kernel.lanes import Books, Candidates, Megas, Practices, Rows
from clustersim.kernel.layout import LeverRecords, Levers, Records, Tables
from clustersim.kernel.lives import Growths, Lives, Minds
from clustersim.kernel.pieces import Lent

#: Where the pieces' machine code is, which a driver is told.
Addresses = tuple[np.int64, ...]


def signature(function: Callable[..., Any], quanta: Any, *, pieces: int = 0) -> Any:
    """Types of a kernel's function, by its annotations; tables are read-only, as from other processes.

    Parameters
    ----------
    function
        A driver, or a piece: all arrays are in one named tuple of named tuples, which a driver lends to its pieces.
    quanta
        The type of months in the books.
    pieces
        How many addresses a driver is told; 0 for a piece.
    """
    known = _types(quanta) | {Addresses: types.UniTuple(types.int64, pieces)}
    kind = types.NamedTuple if pieces else Lent

    def typed(annotation: Any) -> Any:
        if annotation in known:
            return known[annotation]
        return kind([known[part] for part in annotation.__annotations__.values()], annotation)

    annotated = inspect.signature(function)
    arguments = (typed(parameter.annotation) for parameter in annotated.parameters.values())
    return known[annotated.return_annotation](*arguments)


@cache
def _types(quanta: Any) -> dict[Any, Any]:
    f4, i4, i8 = types.float32, types.int32, types.int64
    more = [types.uint16[:, ::1], *[i8[:, ::1], i4[:, ::1], i8[:, ::1]] * 2, i4[:, ::1]]
    lives = [i4[:, :, ::1], f4[:, :, ::1], f4[:, :, ::1], i4[::1]]
    growths = [f4[::1], f4[::1], f4[:, :, ::1], f4[:, ::1]]
    minds = [i4[:, ::1], f4[:, ::1], f4[::1], f4[::1], f4[::1], *[i8[:, ::1]] * 3]
    minds += [f4[:, ::1], f4[:, ::1], i4[:, ::1], i8[::1]]
    return {
        None: types.void,
        int: i8,
        bool: types.boolean,
        np.uint64: types.uint64,
        Tables: _tables(),
        Levers: types.NamedTuple([i8] * 15 + [f4] * 12, Levers),
        Records: _records(),
        LeverRecords: types.NamedTuple(more, LeverRecords),
        **_block(quanta),
        Lives: types.NamedTuple(lives, Lives),
        Growths: types.NamedTuple(growths, Growths),
        Minds: types.NamedTuple(minds, Minds),
    }


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
    records = [u2[:, ::1], *[i4[::1]] * 3, i8[:, :, ::1], *[i8[::1]] * 2]
    records += [i8[:, ::1], i8[:, ::1], i4[:, ::1], i8[:, ::1]]
    return types.NamedTuple(records, Records)


def _block(quanta: Any) -> dict[Any, Any]:
    i4, f4 = types.int32, types.float32
    rows = [i4[:, :, ::1], f4[:, :, ::1], f4[:, :, ::1], i4[:, ::1]]
    megas = [i4[:, ::1], f4[::1], i4[:, :, ::1], f4[:, :, ::1], f4[:, ::1], f4[:, ::1]]
    practices = [i4[:, ::1], f4[:, ::1], f4[:, ::1]]
    candidates = [i4[:, ::1], f4[:, ::1], f4[:, ::1]]
    books = [f4[::1], f4[:, ::1], f4[:, ::1], f4[::1], f4[::1], f4[::1]]
    books += [i4[::1], quanta[:, ::1], quanta[:, ::1], quanta[:, ::1], i4[:, ::1], i4[::1]]
    return {
        Rows: types.NamedTuple(rows, Rows),
        Megas: types.NamedTuple(megas, Megas),
        Practices: types.NamedTuple(practices, Practices),
        Candidates: types.NamedTuple(candidates, Candidates),
        Books: types.NamedTuple(books, Books),
    }


def _read_only(kind: Any, dimensions: int) -> Any:
    return types.Array(kind, dimensions, "C", readonly=True)
