"""A zip of JSON, text and .npy files: written whole or not at all, and read with nothing in it believed.

Nothing of a file is ever run: no pickle, and the header of an array is compared with what it must be.
"""

import errno
import io
import json
import os
import re
import secrets
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

#: Bytes of a text at most: a plan of 1 200 clusters has less than one million.
_LONGEST_TEXT = 1 << 24

#: Bytes before an array's data at most: numpy writes 128 for any array of ours.
_LONGEST_HEADER = 1 << 10

#: What numpy writes after the eight bytes of magic and version, and the two of the header's length.
_HEADER = re.compile(rb"\{'descr': '([<>|=]?\w+)', 'fortran_order': (False|True), 'shape': \(([\d, ]*)\), \}\s*")


class LoadError(ValueError):
    """A file that is no saved outcome, a damaged one, or one that this version cannot read: says what is wrong.

    Examples
    --------
    >>> import clustersim as cs
    >>> cs.load(cs.__file__)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    clustersim.outcome.archive.LoadError: ...py cannot be loaded: it is no zip file, or its end is missing
    """


class Writer:
    """A new archive's files, compressed; the same content makes the same bytes, at any time of any day."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def text(self, name: str, content: str) -> None:
        """Write a text in UTF-8."""
        self._write(name, content.encode())

    def json(self, name: str, content: Any) -> None:
        """Write what JSON can say."""
        self.text(name, json.dumps(content, indent=1) + "\n")

    def array(self, name: str, array: NDArray[Any]) -> None:
        """Write an array of numbers as numpy does."""
        buffer = io.BytesIO()
        np.lib.format.write_array(buffer, np.asarray(array, order="C"), version=(1, 0), allow_pickle=False)
        self._write(name, buffer.getbuffer())

    def _write(self, name: str, content: bytes | memoryview) -> None:
        info = zipfile.ZipInfo(name)  # of 1980: a file tells what it holds, not when it was written
        info.external_attr = 0o644 << 16
        # Level 1 is three times as fast as zlib's usual 6, and counts come out 15 % larger.
        self._archive.writestr(info, content, zipfile.ZIP_DEFLATED, 1)


class Reader:
    """An archive's files, each of which must be what is asked for."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def text(self, name: str) -> str:
        """Return a text."""
        try:
            return self._bytes(name, _LONGEST_TEXT).decode()
        except UnicodeDecodeError:
            raise LoadError(f"{name} is no UTF-8 text") from None

    def json(self, name: str) -> Any:
        """Return what a JSON text says."""
        text = self.text(name)
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as wrong:
            raise LoadError(f"{name} is no JSON: {wrong}") from None

    def array(self, name: str, dtype: np.dtype[Any], shape: tuple[int, ...]) -> NDArray[Any]:
        """Return an array, which must have this type and shape: no memory is taken before that is known."""
        need = dtype.itemsize * int(np.prod(shape, dtype=object))
        content = self._bytes(name, need + _LONGEST_HEADER)
        begin = _check_header(name, content[:_LONGEST_HEADER], dtype, shape)
        if len(content) - begin != need:
            raise LoadError(f"{name} holds {len(content) - begin:,} bytes of numbers, and must hold {need:,}")
        array = np.empty(shape, dtype)
        array.reshape(-1).view(np.uint8)[:] = np.frombuffer(content, np.uint8, offset=begin)
        return array

    def _bytes(self, name: str, most: int) -> bytes:
        try:
            info = self._archive.getinfo(name)
        except KeyError:
            raise LoadError(f"{name} is missing") from None
        if info.file_size > most:
            raise LoadError(f"{name} would be {info.file_size:,} bytes long, and can have {most:,} at most")
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise LoadError(f"{name} is compressed in a way that no saved outcome is")
        try:
            with self._archive.open(info) as member:
                return member.read(most + 1)
        except Exception as wrong:  # noqa: BLE001  zipfile and zlib raise all sorts of things
            raise LoadError(f"{name} is damaged: {wrong}") from None


def _check_header(name: str, head: bytes, dtype: np.dtype[Any], shape: tuple[int, ...]) -> int:
    """Compare an array's header with what it must say, and return where the numbers begin."""
    begin = 10 + int.from_bytes(head[8:10], "little")
    header = _HEADER.fullmatch(head[10:begin])
    if head[:8] != b"\x93NUMPY\x01\x00" or header is None or begin > len(head):
        raise LoadError(f"{name} has not the header of an array in numpy's format 1.0")
    kind, order, sizes = (part.decode() for part in header.groups())
    if kind != dtype.str or (order == "True" and len(shape) > 1):
        raise LoadError(f"{name} holds numbers of type {kind}, and must hold {dtype.str} in C order")
    if sizes.replace(" ", "").rstrip(",") != ",".join(map(str, shape)):
        raise LoadError(f"{name} is of shape ({sizes}), and must be {shape}")
    return begin


@contextmanager
def written(path: str | PathLike[str]) -> Iterator[Writer]:
    """Open a new archive, which takes its place when it is whole and on the disk.

    Raises
    ------
    OSError
        If it cannot be written, with the path as its file's name. What was there before is there still.
    """
    with _named(path), _part(path) as (part, target):
        with part.open("xb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                yield Writer(archive)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        _settle(target.parent)


def replace(path: str | PathLike[str], content: bytes) -> None:
    """Put a file in its place whole; what was there before stays until then.

    Raises
    ------
    OSError
        If it cannot be written, with the path as its file's name. What was there before is there still.
    """
    with _named(path), _part(path) as (part, target):
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        _settle(target.parent)


def refuse_unwritable(path: str | PathLike[str]) -> None:
    """Raise the OSError that writing a file there would raise: at once, and not after hours of work."""
    with _named(path), _part(path) as (part, _):
        part.touch(exist_ok=False)


@contextmanager
def _part(path: str | PathLike[str]) -> Iterator[tuple[Path, Path]]:
    """Lend the name of a file beside another, which is gone afterwards, and the other one's."""
    target = Path(os.path.realpath(path))  # a link stays a link
    if target.exists() and not target.is_file():
        raise FileExistsError(errno.EEXIST, "is no file that could be replaced")
    part = target.with_name(f".clustersim-{secrets.token_hex(8)}.part")
    try:
        yield part, target
    finally:
        with suppress(OSError):
            part.unlink()


@contextmanager
def _named(path: str | PathLike[str]) -> Iterator[None]:
    """Have every OSError tell the path that was asked for."""
    try:
        yield
    except OSError as wrong:
        raise OSError(wrong.errno, wrong.strerror, os.fspath(path)) from wrong


def _settle(folder: Path) -> None:
    """Have the folder know of a new name even if the power fails now, where a folder can be opened at all."""
    with suppress(OSError):
        entry = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(entry)
        finally:
            os.close(entry)


@contextmanager
def opened(path: str | PathLike[str]) -> Iterator[Reader]:
    """Open an archive.

    Raises
    ------
    OSError
        If the file cannot be opened.
    LoadError
        If it is no archive, or whoever reads it raises one; the path is put before its sentence.
    """
    try:
        _refuse_what_is_no_file(path)
        with Path(path).open("rb") as file, _unzipped(file) as archive:
            yield Reader(archive)
    except LoadError as wrong:
        raise LoadError(f"{os.fspath(path)} cannot be loaded: {wrong}") from None


def _refuse_what_is_no_file(path: str | PathLike[str]) -> None:
    """Refuse folders, and pipes and devices, which might have no end."""
    if not stat.S_ISREG(Path(path).stat().st_mode):
        raise LoadError("it is no file, but a folder or a device")


def _unzipped(file: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except Exception:  # noqa: BLE001  zipfile raises all sorts of things over damaged files
        raise LoadError("it is no zip file, or its end is missing") from None
