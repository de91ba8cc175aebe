"""All decorators, and what is kept on disk between processes.

Numba's own cache looks at the decorated function's file alone: an edit in another file of the kernel would go unseen.
So the directory is named by a digest of every file of this folder and of numba's version, and a stale one is simply
never opened again. A directory that cannot be written means no cache and no error; a damaged file is thrown away and
compiled again.
"""

import ctypes
import gc
import hashlib
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba
from llvmlite import ir
from llvmlite.binding import Linkage, parse_assembly
from numba.core.caching import FunctionCache, IndexDataCacheFile
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.compiler_lock import global_compiler_lock
from numba.core.typed_passes import NopythonRewrites
from numba.core.untyped_passes import InlineClosureLikes

Function = TypeVar("Function", bound=Callable[..., Any])

#: No fastmath, no parallel: the same bits everywhere, and ranges of trajectories are spread by the engine.
#: ``error_model="numpy"`` drops the test for division by zero: 14 % faster in a prototype.
#: ``_nrt=False`` counts no references, since the caller holds every array: half of the entry's code and 1.3 s less.
OPTIONS = {"nogil": True, "_nrt": False, "error_model": "numpy", "fastmath": False}

#: Settings of numba's that change the code that it makes.
_FLAGS = ("BOUNDSCHECK", "OPT", "LOOP_VECTORIZE", "SLP_VECTORIZE", "DEBUGINFO_DEFAULT")


class _Linked(JITCodeLibrary):  # type: ignore[misc]  # numba is untyped
    """Code that is optimised once: when all of it is linked together."""

    def _optimize_functions(self, ll_module: Any) -> None:
        ll_module.data_layout = self._codegen._data_layout  # noqa: SLF001  as numba does, and no more


class _Whole(_Linked):
    """An entry with all of its parts. Numba's passes for counted references are left out: here are none.

    LLVM's level 2 takes a tenth less than level 3, for code that is as fast.
    """

    def _optimize_final_module(self) -> None:
        builder = self._codegen._pass_builder(opt=2)  # noqa: SLF001  as numba does
        builder.getModulePassManager().run(self._final_module, builder)

    def serialize_using_object_code(self) -> Any:
        """Keep machine code, and of LLVM's representation the names alone: nothing links an entry into itself."""
        self._ensure_finalized()
        names = self._codegen._create_empty_module(self.name)  # noqa: SLF001  as numba does
        nothing = ir.FunctionType(ir.VoidType(), ())
        for function in self._final_module.functions:
            if function.linkage == Linkage.external and not function.is_declaration:
                ir.IRBuilder(ir.Function(names, nothing, function.name).append_basic_block()).ret_void()
        return self.name, "object", (self._get_compiled_object(), parse_assembly(str(names)).as_bitcode())


class _Material(_Linked):
    """Code that becomes machine code only within the entry that it is linked into.

    Numba would optimise every function by itself, make machine code of it that nobody calls, and wrap it for Python:
    4 of 11 seconds of compilation.
    """

    apart = False  # whether LLVM may not inline it

    def add_llvm_module(self, ll_module: Any) -> None:
        for function in ll_module.functions:
            if self.apart and not function.is_declaration:
                function.add_function_attribute("noinline")
        super().add_llvm_module(ll_module)

    def finalize(self) -> None:
        self._raise_if_finalized()
        for library in dict.fromkeys(self._linking_libraries):
            self._final_module.link_in(library._get_module_for_linking(), preserve=True)  # noqa: SLF001  as numba does
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:  # noqa: ARG002  numba's protocol
        # What Python finds if it calls a part nevertheless: a TypeError, and no crash.
        return ctypes.cast(ctypes.pythonapi.PyErr_BadArgument, ctypes.c_void_p).value or 0

    @property
    def codegen(self) -> Any:
        return self

    def set_env(self, name: str, env: Any) -> None:
        """Do nothing: only what Python calls has an environment."""


class _Lean(Compiler):  # type: ignore[misc]  # numba is untyped
    """Numba's compiler without passes that look for what the kernel does not have.

    Expressions of whole arrays, and functions within functions: a twentieth of the time.
    """

    def define_pipelines(self) -> Any:
        pipelines = super().define_pipelines()
        for pipeline in pipelines:
            pipeline.passes = [p for p in pipeline.passes if p[0] not in {NopythonRewrites, InlineClosureLikes}]
            pipeline.finalize()
        return pipelines


class _Part(_Lean):
    """For what only compiled code calls."""

    def define_pipelines(self) -> Any:
        state = self.state
        state.flags.no_cpython_wrapper = state.flags.no_cfunc_wrapper = True
        state.library = _Material(state.targetctx.codegen(), state.func_id.func_qualname)
        return super().define_pipelines()


class _Loop(_Part):
    """With a flag besides that numba's decorator does not offer."""

    def define_pipelines(self) -> Any:
        self.state.flags.noalias = True
        pipelines = super().define_pipelines()
        # Its arguments are promised to be different memory, and inlined they would lose some of that promise.
        self.state.library.apart = True
        return pipelines


class _Entry(_Lean):
    """For what Python calls."""

    def define_pipelines(self) -> Any:
        state = self.state
        state.flags.no_cfunc_wrapper = True  # nobody calls it from C
        state.library = _Whole(state.targetctx.codegen(), state.func_id.func_qualname)
        state.library.enable_object_caching()  # as numba does, so that it can be kept
        return super().define_pipelines()


class _Inner(_Entry):
    """For what only a driver calls: without a wrapper for Python."""

    def define_pipelines(self) -> Any:
        self.state.flags.no_cpython_wrapper = True
        return super().define_pipelines()


def jit(function: Function) -> Function:
    """Compile a function that Python may call as well, as tests and benchmarks do."""
    compiled: Function = numba.njit(**OPTIONS)(function)
    return compiled


def part(function: Function) -> Function:
    """Compile a function that the entry calls; it is cached as a part of it."""
    compiled: Function = numba.njit(pipeline_class=_Part, **OPTIONS)(function)
    return compiled


def stage(function: Function) -> Function:
    """Write a stage of the month into the entry that calls it, in numba's own representation.

    A call that hands over several named tuples of arrays costs hundreds of arguments: at run time, and in seconds of
    compilation (23 s with calls, 16 s without, on one machine).
    """
    compiled: Function = numba.njit(inline="always", **OPTIONS)(function)
    return compiled


def inline(function: Function) -> Function:
    """Compile elementwise arithmetic into the loop that calls it.

    LLVM finds ten rounds of Philox too long to inline by itself, and a call in a loop over lanes keeps that loop from
    vectorising: 2.0 against 0.2 ns a word.
    """
    compiled: Function = numba.njit(forceinline=True, pipeline_class=_Part, **OPTIONS)(function)
    return compiled


def loop(function: Function) -> Function:
    """Compile one loop over lanes, whose array arguments are all different memory.

    Without that promise LLVM would have to test every pair of arrays for overlap, and gives up vectorising when there
    are many.
    """
    compiled: Function = numba.njit(pipeline_class=_Loop, **OPTIONS)(function)
    return compiled


def entry(function: Callable[..., Any], *, called_by: str = "Python") -> Any:
    """Compile a function that Python calls, or "a driver" by its address, and keep the machine code on disk.

    Raises
    ------
    RuntimeError
        If numba is told not to compile: the kernel's arithmetic is written in LLVM's words.
    """
    if numba.config.DISABLE_JIT:
        raise RuntimeError("clustersim cannot run uncompiled: unset NUMBA_DISABLE_JIT")
    directory = cache_directory()
    compiler = _Entry if called_by == "Python" else _Inner
    dispatcher: Any = numba.njit(pipeline_class=compiler, **OPTIONS)(function)
    dispatcher._can_compile = called_by == "Python"  # noqa: SLF001  whoever else calls it gets a TypeError
    if directory is not None:
        before = numba.config.CACHE_DIR
        numba.config.CACHE_DIR = str(directory)
        try:
            dispatcher._cache = _Forgiving(dispatcher.py_func)  # noqa: SLF001  numba has no public way to choose a cache
        except RuntimeError:  # numba finds no source file to tell the age of
            pass
        finally:
            numba.config.CACHE_DIR = before
    return dispatcher


@cache
def kernel_digest() -> str:
    """Digest of the kernel's sources, of numba's version, Python's, and numba's flags, as 16 hexadecimal digits."""
    flags = {name: getattr(numba.config, name) for name in _FLAGS}
    digest = hashlib.sha256(f"{numba.__version__} {sys.version_info[:2]} {flags}".encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@cache
def cache_directory() -> Path | None:
    """Tell where machine code is kept, or None where nothing can be written.

    ``NUMBA_CACHE_DIR`` goes before the platform's place for caches.
    """
    try:
        directory = _caches() / kernel_digest()
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            return directory
    except (OSError, RuntimeError):  # read-only, full, or no home at all
        return None


def _caches() -> Path:
    if numba.config.CACHE_DIR:
        return Path(numba.config.CACHE_DIR)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "clustersim"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "clustersim"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "clustersim"


def load(dispatcher: Any, signature: Any) -> Any:
    """Load an entry's machine code for a signature from the cache; returns None if it is not there."""
    with global_compiler_lock:
        return dispatcher._cache.load_overload(signature, dispatcher.targetctx)  # noqa: SLF001  as above


def translate(dispatcher: Any, signature: Any) -> Any:
    """Compile an entry for a signature, and keep its machine code, which is returned."""
    with global_compiler_lock:
        code = dispatcher._compiler.compile(signature.args, signature.return_type)  # noqa: SLF001  as above
        dispatcher._cache.save_overload(signature, code)  # noqa: SLF001  as above
    return code


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for garbage seldom: numba makes objects by the million, and an eighth of its time went into looking.

    Not never: that takes 405 MB of memory where this takes 322.
    """
    before = gc.get_threshold()
    gc.set_threshold(50_000, 10, 1_000)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def announce() -> None:
    """Tell whoever waits that it takes a while."""
    afterwards = "there is no folder to keep it in" if cache_directory() is None else "it is kept for the next time"
    _tell(f"compiling a simulation core, which takes some seconds; {afterwards} ...")


def _tell(word: str) -> None:
    print(f"clustersim: {word}", file=sys.stderr, flush=True)  # noqa: T201  a person waits


class _Sealed(IndexDataCacheFile):  # type: ignore[misc]  # numba is untyped
    """Files that carry a checksum and say what they are for, so that no wrong machine code is ever loaded."""

    def save(self, key: Any, data: Any) -> None:
        super().save(key, (key, data))

    def load(self, key: Any) -> Any:
        # Numba numbers its files by an index: of two machines that share a home and write at once, with different
        # processors, one may leave its index and the other its code.
        found = super().load(key)
        return found[1] if found is not None and found[0] == key else None

    def _dump(self, obj: Any) -> bytes:
        data: bytes = super()._dump(obj)
        return hashlib.sha256(data).digest() + data

    def _load_data(self, name: str) -> Any:
        return self._unsealed(self._data_path(name))

    def _load_index(self) -> Any:
        try:
            stamp, overloads = self._unsealed(self._index_path)
        except FileNotFoundError:
            return {}
        return overloads if stamp == self._source_stamp else {}

    def _save_index(self, overloads: Any) -> None:
        with self._open_for_write(self._index_path) as file:
            file.write(self._dump((self._source_stamp, overloads)))

    def _unsealed(self, path: str) -> Any:
        file = Path(path)
        if file.exists() and not file.is_file():  # a pipe, or a device, may have no end
            raise ValueError(f"{path} is no file")
        sealed = file.read_bytes()
        seal, data = sealed[:32], sealed[32:]
        if hashlib.sha256(data).digest() != seal:
            raise ValueError(f"{path} is damaged")
        return pickle.loads(data)  # noqa: S301  our own file in our own folder, and its seal is whole


class _Forgiving(FunctionCache):  # type: ignore[misc]  # numba is untyped
    """Numba's cache, but what cannot be read is compiled again and what cannot be written is not kept."""

    def __init__(self, py_func: Callable[..., Any]) -> None:
        super().__init__(py_func)
        self._cache_file = _Sealed(self._cache_path, self._impl.filename_base, self._impl.locator.get_source_stamp())

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        # Numba would get ready to compile first, for half a second.
        try:
            with self._guard_against_spurious_io_errors():
                return self._load_overload(sig, target_context)
        except Exception:  # noqa: BLE001  whatever a damaged file makes of itself
            self._remove()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except Exception as error:  # noqa: BLE001  a full disk, a folder gone: the code in memory is good
            self._remove()
            _tell(f"it could not be kept in {self._cache_path} ({error}), and will be compiled again next time")

    def _remove(self) -> None:
        for path in Path(self._cache_path).glob(f"{self._impl.filename_base}.*"):
            try:
                path.unlink()
            except OSError:
                continue
