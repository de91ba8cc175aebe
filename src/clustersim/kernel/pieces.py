"""A kernel in pieces: compiled side by side in two processes, and called by their addresses.

LLVM and numba take a core each for seconds. A kernel's driver and its larger pieces are therefore entries of their own,
with machine code of their own on disk; the driver is handed the addresses of the others. What this process lacks is
compiled by it and a helper at once, each its share; the helper leaves its own in the cache. Where there is one core
alone, no place for a cache or no interpreter to start, this process compiles everything.
"""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils, errors
from numba.core.datamodel import register_default
from numba.core.datamodel.models import TupleModel
from numba.extending import intrinsic

from clustersim.kernel.jit import announce, cache_directory, entry, load, seldom_collected, translate

#: Seconds after which a helper is given up.
_PATIENCE = 60

_compiling = Lock()


class Lent(types.NamedTuple):  # type: ignore[misc]  # numba is untyped
    """A named tuple that a piece is told the address of: hundreds of arguments would cost half a microsecond a call."""


@register_default(Lent)
class _LentModel(TupleModel):  # type: ignore[misc]  # as above
    def get_argument_type(self) -> Any:
        return self.get_value_type().as_pointer()

    def as_argument(self, builder: Any, value: Any) -> Any:
        return cgutils.alloca_once_value(builder, value)

    def from_argument(self, builder: Any, value: Any) -> Any:
        return builder.load(value)


@intrinsic  # type: ignore[untyped-decorator]  # as above
def lend(typingctx: Any, whole: Any) -> Any:  # noqa: ARG001  numba's protocol
    """Tell the address of a named tuple; for as long as the driver runs that calls this."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ARG001  as above
        return cgutils.alloca_once_value(builder, args[0])

    return types.CPointer(Lent(whole.types, whole.instance_class))(whole), generate


@dataclass(eq=False)
class Piece:
    """A function that only a driver calls.

    Attributes
    ----------
    function
        What is compiled.
    signature
        Of its return value and its arguments, in numba's types.
    """

    function: Callable[..., Any]
    signature: Any
    _entry: Any = field(init=False)
    _code: Any = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._entry = entry(self.function, called_by="a driver")

    @cached_property
    def call(self) -> Any:
        """What a driver calls: with the piece's address before its arguments."""
        returned, expected = self.signature.return_type, self.signature.args

        @intrinsic  # type: ignore[untyped-decorator]  # numba is untyped
        def call(typingctx: Any, address: Any, *arguments: Any) -> Any:  # noqa: ARG001  numba's protocol
            if tuple(a.dtype if isinstance(a, types.CPointer) else a for a in arguments) != expected:
                raise errors.TypingError(f"{self.function.__name__} takes {expected}, not {arguments}")

            def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ARG001  as above
                convention = context.call_conv
                kind = convention.get_function_type(returned, expected)
                function = builder.inttoptr(args[0], kind.as_pointer())
                value = cgutils.alloca_once(builder, kind.args[0].pointee)
                error = cgutils.alloca_once_value(builder, ir.Constant(kind.args[1].pointee, None))
                # A named tuple's address is one of these, which is what the piece takes for it.
                values = convention._get_arg_packer(arguments).as_arguments(  # noqa: SLF001  as its own calls do
                    builder, cgutils.unpack_tuple(builder, args[1])
                )
                code = builder.call(function, [value, error, *values])
                status = convention._get_return_status(builder, code, builder.load(error))  # noqa: SLF001  as above
                with cgutils.if_unlikely(builder, status.is_error):
                    convention.return_status_propagate(builder, status)
                return context.get_returned_value(builder, returned, builder.load(value))

            return returned(address, types.StarArgTuple(arguments)), generate

        return call

    def load(self) -> bool:
        """Load it from the cache; tells whether it is there."""
        self._code = self._code or load(self._entry, self.signature)
        return self._code is not None

    def compile(self) -> None:
        """Compile it, if it is not there yet."""
        self._code = self._code or translate(self._entry, self.signature)

    @property
    def address(self) -> np.int64:
        """Where its machine code is."""
        return np.int64(self._code.library.get_pointer_to_function(self._code.fndesc.llvm_func_name))


@dataclass(eq=False)
class Kernel:
    """A driver and its pieces.

    Attributes
    ----------
    driver
        What Python calls; its last argument is ``addresses``.
    signature
        Of the driver.
    pieces
        In the order of their addresses.
    shared
        The functions of those that a helper compiles.
    name
        Where the helper finds this kernel: module and attribute.
    """

    driver: Any
    signature: Any
    pieces: Sequence[Piece]
    shared: Collection[Callable[..., Any]]
    name: tuple[str, str]

    @cached_property
    def addresses(self) -> tuple[np.int64, ...]:
        """Where the pieces' machine code is."""
        return tuple(piece.address for piece in self.pieces)

    def warm(self) -> None:
        """Compile all of it, or load it from the cache: afterwards nothing is compiled any more, whoever calls it."""
        with _compiling:
            if self.driver.signatures:
                return
            lacking = [piece for piece in self.pieces if not piece.load()]
            driver = load(self.driver, self.signature)
            if lacking or driver is None:
                announce()
                with seldom_collected():
                    driver = self._compile(lacking, driver)
            self.driver.add_overload(driver)
            self.driver.disable_compile()

    def _compile(self, lacking: Sequence[Piece], driver: Any) -> Any:
        """Compile what is lacking, with a helper; returns the driver's code."""
        theirs = [piece for piece in lacking if piece.function in self.shared]
        if len(theirs) == len(lacking) and driver is not None:
            theirs = []  # nothing to do here meanwhile
        with self._helped(theirs) as done:
            for piece in lacking:
                if piece not in theirs:
                    piece.compile()
            driver = driver or translate(self.driver, self.signature)
            done()
            for piece in theirs:
                if not piece.load():
                    piece.compile()
        return driver

    def help_out(self) -> None:
        """Compile the helper's share: what another process calls."""
        with seldom_collected():
            for piece in self.pieces:
                if piece.function in self.shared and not piece.load():
                    piece.compile()

    @contextmanager
    def _helped(self, lacking: Sequence[Piece]) -> Iterator[Callable[[], None]]:
        """Have a helper compile its share meanwhile; yields what waits for it."""
        directory = cache_directory()
        if not lacking or directory is None or not _may_be_helped():
            yield lambda: None
            return
        module, name = self.name
        code = f"import sys; sys.path[:] = {[*map(str, sys.path)]!r}; from {module} import {name}; {name}.help_out()"
        helper = subprocess.Popen(  # noqa: S603  this interpreter, and our own code
            [sys.executable, "-c", code],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"NUMBA_CACHE_DIR": str(directory.parent)},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

        def wait() -> None:
            try:
                helper.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                helper.kill()

        try:
            yield wait
        finally:
            helper.kill()  # if it is still there: nobody waits for it any more
            helper.wait()


def _may_be_helped() -> bool:
    """Tell whether another process of this interpreter would be of help."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    python = Path(sys.executable or "").name.lower().startswith("python")  # and no program that Python is built into
    return cores > 1 and python and not getattr(sys, "frozen", False) and multiprocessing.parent_process() is None
