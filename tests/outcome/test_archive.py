"""Files are whole or not there, and what comes from one is not believed."""

import io
import os
import re
import stat
import tracemalloc
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustersim.outcome import archive
from clustersim.outcome.archive import LoadError, opened, written

I8 = np.dtype(np.int64)
NUMBERS = np.arange(24).reshape(2, 3, 4)


def zipped(path, members, **options):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return path


def npy(array, **options):
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, **options)
    return buffer.getvalue()


def header(text, version=b"\x01\x00"):
    return b"\x93NUMPY" + version + len(text).to_bytes(2, "little") + text.encode()


def refused(path, read):
    with pytest.raises(LoadError) as wrong, opened(path) as reader:
        read(reader)
    return str(wrong.value).removeprefix(f"{path} cannot be loaded: ")


# Writing


def test_what_is_written_is_read(tmp_path):
    path = tmp_path / "file.zip"
    with written(path) as writer:
        writer.text("a.txt", "Café ☕\n")
        writer.json("b.json", {"x": [1, None, 0.1]})
        writer.array("c.npy", NUMBERS)
        writer.array("d.npy", NUMBERS.T)
    with opened(path) as reader:
        assert reader.text("a.txt") == "Café ☕\n"
        assert reader.json("b.json") == {"x": [1, None, 0.1]}
        assert np.array_equal(reader.array("c.npy", I8, (2, 3, 4)), NUMBERS)
        assert np.array_equal(reader.array("d.npy", I8, (4, 3, 2)), NUMBERS.T)
    assert os.listdir(tmp_path) == ["file.zip"]  # noqa: PTH208 - names will do


@pytest.mark.parametrize("array", [np.zeros(0), np.float32(0.5), np.array([True, False]), np.zeros((3, 0), np.int32)])
def test_arrays_of_any_shape_and_type_are_read(tmp_path, array):
    array = np.asarray(array)
    with written(tmp_path / "file.zip") as writer:
        writer.array("a.npy", array)
    with opened(tmp_path / "file.zip") as reader:
        found = reader.array("a.npy", array.dtype, array.shape)
    assert (found.dtype, found.shape, found.tolist()) == (array.dtype, array.shape, array.tolist())


def test_numpy_reads_what_is_written(tmp_path):
    with written(tmp_path / "file.npz") as writer:
        writer.array("numbers.npy", NUMBERS)
    with np.load(tmp_path / "file.npz", allow_pickle=False) as file:
        assert np.array_equal(file["numbers"], NUMBERS)


def test_objects_are_not_written(tmp_path):
    with pytest.raises(ValueError, match="Object arrays"), written(tmp_path / "file.zip") as writer:
        writer.array("a.npy", np.array([object()]))
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - as above


class Crash(BaseException):
    """What may come at any moment."""


def crashing(monkeypatch, owner, name, at):
    """Let the ``at``-th call of a function crash; tell how often it was called."""
    calls = []
    original = getattr(owner, name)

    def call(*arguments, **options):
        calls.append(name)
        if len(calls) == at:
            raise Crash
        return original(*arguments, **options)

    monkeypatch.setattr(owner, name, call)
    return calls


@pytest.mark.parametrize(
    ("owner", "name"),
    [(zipfile._ZipWriteFile, "write"), (zipfile.ZipFile, "writestr"), (os, "fsync"), (Path, "replace")],
    ids=lambda of: getattr(of, "__name__", of),
)
def test_a_crash_anywhere_leaves_the_old_file_or_the_new_one_and_nothing_else(tmp_path, monkeypatch, owner, name):
    path, at = tmp_path / "file.zip", 0
    while True:
        at += 1
        path.write_bytes(b"old")
        with monkeypatch.context() as patch:
            calls = crashing(patch, owner, name, at)
            try:
                with written(path) as writer:
                    writer.text("a.txt", "new")
                    writer.array("b.npy", NUMBERS)
            except Crash:
                pass
        assert os.listdir(tmp_path) == ["file.zip"]  # noqa: PTH208 - as above
        if path.read_bytes() != b"old":
            with opened(path) as reader:
                assert reader.text("a.txt") == "new"
        if len(calls) < at:
            break
    assert at > 1
    assert path.read_bytes() != b"old"


def test_a_link_stays_a_link_and_its_file_is_replaced(tmp_path):
    (tmp_path / "folder").mkdir()
    path, link = tmp_path / "folder" / "file.zip", tmp_path / "link.zip"
    path.write_bytes(b"old")
    link.symlink_to(path)
    with written(link) as writer:
        writer.text("a.txt", "new")
    assert link.is_symlink()
    assert zipfile.is_zipfile(path)


def test_a_new_file_is_as_open_as_any_other(tmp_path):
    (tmp_path / "other").touch()
    with written(tmp_path / "file.zip") as writer:
        writer.text("a.txt", "")
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("other", "file.zip")}
    assert len(modes) == 1


@pytest.mark.parametrize("name", ["missing/file.zip", "file.txt/file.zip", ".", "x" * 300, "folder"])
def test_a_place_that_cannot_be_written_is_an_error_with_its_name(tmp_path, name):
    (tmp_path / "file.txt").touch()
    (tmp_path / "folder").mkdir()
    path = tmp_path / name
    with pytest.raises(OSError, match=r"\[Errno \d+\]") as wrong, written(path) as writer:
        writer.text("a.txt", "")
    assert wrong.value.filename == str(path)
    assert sorted(os.listdir(tmp_path)) == ["file.txt", "folder"]  # noqa: PTH208 - as above


@pytest.mark.skipif(not Path("/dev/null").is_char_device(), reason="this system has no devices by name")
def test_a_device_is_not_replaced():
    with pytest.raises(FileExistsError, match="no file that could be replaced"), written("/dev/null"):
        pass
    assert Path("/dev/null").is_char_device()


# Reading


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"no zip at all", b"PK\x05\x06" + b"\xff" * 18, b"\0" * 100_000], ids=lambda c: repr(c[:8])
)
def test_what_is_no_zip_is_refused(tmp_path, content):
    path = tmp_path / "file.zip"
    path.write_bytes(content)
    assert refused(path, lambda reader: reader.text("a")) == "it is no zip file, or its end is missing"


def test_a_file_that_is_not_there_is_an_oserror(tmp_path):
    with pytest.raises(FileNotFoundError), opened(tmp_path / "file.zip"):
        pass


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes by name")
def test_folders_and_pipes_are_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        assert refused(path, lambda reader: reader.text("a")) == "it is no file, but a folder or a device"


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({}, "a.json is missing"),
        ({"a.json": b"\xff"}, "a.json is no UTF-8 text"),
        ({"a.json": b""}, "a.json is no JSON: Expecting value: line 1 column 1 (char 0)"),
        ({"a.json": b"[" * 1_000_000}, "a.json is no JSON: maximum recursion depth exceeded"),
        ({"a.json": b"9" * 10_000}, "a.json is no JSON: Exceeds the limit"),
        ({"a.json": b" " * (1 << 25)}, "a.json would be 33,554,432 bytes long, and can have 16,777,216 at most"),
    ],
    ids=["missing", "bytes", "empty", "deep", "digits", "long"],
)
def test_what_is_no_json_is_refused(tmp_path, members, sentence):
    path = zipped(tmp_path / "file.zip", members)
    assert refused(path, lambda reader: reader.json("a.json")).startswith(sentence)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "a.npy has not the header of an array in numpy's format 1.0"),
        (b"\x93NUMPY\x01\x00", "a.npy has not the header of an array in numpy's format 1.0"),
        (npy(NUMBERS, version=(2, 0)), "a.npy has not the header of an array in numpy's format 1.0"),
        (npy(np.array([{}]), allow_pickle=True), "a.npy holds numbers of type |O, and must hold <i8 in C order"),
        (header("__import__('os').getcwd()"), "a.npy has not the header of an array in numpy's format 1.0"),
        (header("(" * 60_000), "a.npy would be 60,010 bytes long, and can have 1,216 at most"),
        (npy(NUMBERS)[:60], "a.npy has not the header of an array in numpy's format 1.0"),
        (npy(NUMBERS)[:-1], "a.npy holds 191 bytes of numbers, and must hold 192"),
        (npy(NUMBERS) + b"\0", "a.npy holds 193 bytes of numbers, and must hold 192"),
        (npy(NUMBERS.astype(">i8")), "a.npy holds numbers of type >i8, and must hold <i8 in C order"),
        (npy(NUMBERS.astype(float)), "a.npy holds numbers of type <f8, and must hold <i8 in C order"),
        (npy(np.asfortranarray(NUMBERS)), "a.npy holds numbers of type <i8, and must hold <i8 in C order"),
        (npy(NUMBERS.ravel()), "a.npy is of shape (24,), and must be (2, 3, 4)"),
        (
            header("{'descr': '<i8', 'fortran_order': False, 'shape': (1000000000000, 8), }\n"),
            "a.npy is of shape (1000000000000, 8), and must be (2, 3, 4)",
        ),
        (
            header("{'descr': '<i8', 'fortran_order': False, 'shape': (2, 3, -4), }\n"),
            "a.npy has not the header of an array in numpy's format 1.0",
        ),
    ],
)
def test_an_array_of_another_kind_is_refused(tmp_path, content, sentence):
    path = zipped(tmp_path / "file.zip", {"a.npy": content})
    assert refused(path, lambda reader: reader.array("a.npy", I8, (2, 3, 4))) == sentence


def test_no_header_makes_it_take_memory(tmp_path):
    """Neither what an array claims to be, nor 64 megabytes of nothing that were compressed to 64 kilobytes."""
    claims = header("{'descr': '<i8', 'fortran_order': False, 'shape': (99999999999,), }\n")
    path = zipped(tmp_path / "file.zip", {"a.npy": claims, "b.npy": npy(NUMBERS)})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as file, file.open("c.npy", "w") as bomb:
        for _ in range(64):
            bomb.write(bytes(1 << 20))
    tracemalloc.start()
    try:
        for name, sentence in (("a.npy", "is of shape"), ("c.npy", "would be 67,108,864 bytes long")):
            assert sentence in refused(path, lambda reader, name=name: reader.array(name, I8, (2, 3, 4)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1 << 20


def test_a_size_that_lies_is_refused(tmp_path):
    """The directory at the end says 192 bytes and a header; what is compressed there are 16 megabytes."""
    path = zipped(tmp_path / "file.zip", {"a.npy": bytes(1 << 24)})
    content = path.read_bytes()
    path.write_bytes(content.replace((1 << 24).to_bytes(4, "little"), (320).to_bytes(4, "little")))
    with zipfile.ZipFile(path) as file:
        assert file.getinfo("a.npy").file_size == 320
    found = refused(path, lambda reader: reader.array("a.npy", I8, (2, 3, 4)))
    assert found == "a.npy is damaged: Bad CRC-32 for file 'a.npy'"


def test_other_compressions_are_refused(tmp_path):
    path = tmp_path / "file.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as file:
        file.writestr("a.json", b"{}")
    sentence = "a.json is compressed in a way that no saved outcome is"
    assert refused(path, lambda reader: reader.json("a.json")) == sentence


@given(st.data())
def test_a_damaged_file_is_refused_or_says_the_same(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("damaged") / "file.zip"
    with written(path) as writer:
        writer.json("a.json", {"x": list(range(50))})
        writer.array("b.npy", NUMBERS)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)) | st.just(len(content)))])
    try:
        with opened(path) as reader:
            assert reader.json("a.json") == {"x": list(range(50))}
            assert np.array_equal(reader.array("b.npy", I8, (2, 3, 4)), NUMBERS)
    except LoadError as wrong:
        said = str(wrong).removeprefix(f"{path} cannot be loaded: ")
        assert re.match(r"(it is|[ab]\.(json|npy) (is|has|would)) ", said)


def test_any_header_that_numpy_writes_is_understood(tmp_path):
    for shape in [(), (1,), (12,), (9, 13, 121), (120, 2562)]:
        for dtype in (np.int64, np.float32, np.int32, np.uint8):
            content = npy(np.zeros(shape, dtype))
            path = zipped(tmp_path / "file.zip", {"a.npy": content})
            with opened(path) as reader:
                assert reader.array("a.npy", np.dtype(dtype), shape).shape == shape
    assert archive._LONGEST_HEADER >= 128
