"""Saved runs taken apart, spoiled knowing what they are made of, and put together again."""

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass, field
from typing import get_type_hints

import numpy as np
from hypothesis import strategies as st

from clustersim.kernel.layout import Levers, Tables
from clustersim.plan.plan import Plan
from clustersim.program import Program
from mutations import AWKWARD, NUMBERS, changes, dict_of, pairs_of, spoil

JSON, TOML = "outcome.json", "plan.toml"

#: Whole numbers as a saved run writes them, right and wrong.
WHOLE = [
    "0",
    "1",
    "-1",
    "50",
    "051",
    "+5",
    " 7",
    "1e3",
    "\uff11",
    "0x10",
    "",
    str(2**63),
    str(2**64),
    "9" * 99,
    "9" * 9_999,
]
TRAVERSALS = ["../../evil", "/etc/passwd", "C:\\evil", "counts/../plan.toml", "a\x00b", "", "x" * 60_000, "\u202egnp"]
DTYPES = ["<i8", ">i8", "<i4", "<u8", "<f8", "<f4", "|b1", "|O", "<U5", "<M8[s]", "<c16", "|V8"]


@dataclass
class Parts:
    """A saved run: its members, and how they are put into a zip."""

    members: list
    compression: int = zipfile.ZIP_DEFLATED
    spoil: list = field(default_factory=list)

    def content(self, name):
        """A member's bytes; none if it is gone."""
        return next((content for known, content in self.members if known == name), b"")

    def put(self, name, content):
        """Give a member other bytes."""
        self.members = [(known, content if known == name else old) for known, old in self.members]

    def zipped(self):
        """Return the bytes of the file."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", self.compression) as file:
            for name, content in self.members:
                # An own ZipInfo: zipfile would cut a name at its first NUL.
                info = zipfile.ZipInfo("x")
                info.filename, info.compress_type = name, self.compression
                file.writestr(info, content)
        whole = buffer.getvalue()
        for change in self.spoil:
            whole = change(whole)
        return whole


class Known(list):
    """Saved runs taken apart, which are too much to be shown."""

    def __repr__(self):
        return f"<{len(self)} saved runs>"


def taken_apart(path):
    """Return the parts of a saved run."""
    with zipfile.ZipFile(path) as file:
        return [(name, file.read(name)) for name in file.namelist()]


def npy(array, *, version=(1, 0)):
    """An array as numpy writes it."""
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asarray(array), version=version, allow_pickle=False)
    return buffer.getvalue()


def read(content):
    """An array as numpy reads it; nothing if it cannot."""
    try:
        return np.load(io.BytesIO(content), allow_pickle=False)
    except Exception:  # noqa: BLE001 - spoiled before
        return None


def signed(parts):
    """Let the file say that the plan in it is the one that was simulated: only who means it does so."""
    try:
        content = json.loads(parts.content(JSON))
        content["plan digest"] = hashlib.sha256(parts.content(TOML)).hexdigest()
        parts.put(JSON, json.dumps(content).encode())
    except (ValueError, TypeError, RecursionError):
        pass  # spoiled before


def _edit_json(rng, parts):
    """Change what the JSON says."""
    try:
        known = pairs_of(json.loads(parts.content(JSON)))
    except (ValueError, RecursionError):
        return
    spoil(rng, known, lambda rng: rng.choice([rng.choice(WHOLE), rng.choice(NUMBERS), rng.choice(AWKWARD), [], None]))
    changed = dict_of(known)
    parts.put(JSON, json.dumps(changed, indent=rng.choice([None, 2])).encode("utf-8", "replace"))


def _edit_tables(rng, parts):
    """Change a number that the kernel reads, and let the file say that this was run."""
    try:
        content = json.loads(parts.content(JSON))
        stored = content["program"]["tables"]
        name = rng.choice(sorted(stored))
        array = read(parts.content(f"program/tables/{name}.npy"))
        if array is None:
            stored[name] = rng.choice([n for n in NUMBERS if type(n) is type(stored[name])] or [stored[name]])
        elif array.size:
            array = array.copy()
            place = rng.randint(0, array.size - 1)
            if array.dtype.kind == "f":
                array.flat[place] = rng.choice([np.nan, np.inf, -1.0, 0.0, 3e38, array.flat[place] * 1.0001])
            else:
                array.flat[place] = rng.choice([-1, 0, 1, 2**31 - 1, int(array.flat[place]) + 1])
            parts.put(f"program/tables/{name}.npy", npy(array))
        with np.errstate(all="ignore"):
            content["digest"] = _digest(content["program"], parts)
        parts.put(JSON, json.dumps(content).encode())
    except (ValueError, TypeError, KeyError, OverflowError, AttributeError, RecursionError):
        pass  # spoiled before


def _digest(program, parts):
    """The digest that a Program of these tables has."""
    read_as = {}
    for part, kind in (("tables", Tables), ("levers", Levers)):
        if program[part] is not None:
            arrays = {name: read(parts.content(f"program/{part}/{name}.npy")) for name in kind._fields}
            floats = {name for name, annotation in get_type_hints(kind).items() if annotation is np.float32}
            read_as[part] = kind(
                **{
                    name: array if array is not None else np.float32(value) if name in floats else value
                    for (name, array), value in zip(arrays.items(), (program[part][n] for n in arrays), strict=True)
                }
            )
    return Program(plan=Plan(), **read_as).digest


def _edit_number(rng, parts):
    """Change a number of the JSON in its text: a count's sum, a range, the key."""
    text = parts.content(JSON)
    digits = [at for at in range(len(text)) if text[at : at + 1].isdigit()]
    if digits:
        at = rng.choice(digits)
        parts.put(JSON, text[:at] + rng.choice([b"0", b"7", b"-", b".", b"", b"1e5", b"99"]) + text[at + 1 :])


def _edit_plan(rng, parts):
    """Change a digit of the plan, and sign it or not."""
    text = parts.content(TOML)
    digits = [at for at in range(len(text)) if text[at : at + 1].isdigit()]
    if digits:
        at = rng.choice(digits)
        parts.put(TOML, text[:at] + rng.choice([b"0", b"1", b"3", b"9", b"false", b""]) + text[at + 1 :])
    if rng.random() < 0.5:
        signed(parts)


def _edit_counts(rng, parts):
    """Change a count, or move one, keeping the total or not."""
    name, array = _array(rng, parts)
    if array is None or array.size == 0 or array.dtype.kind not in "iuf":
        return
    array = array.copy()
    flat = array.reshape(-1)
    filled = np.flatnonzero(flat)
    one = int(rng.choice(filled[:200].tolist())) if len(filled) else 0
    other = rng.randint(0, flat.size - 1)
    with np.errstate(all="ignore"):
        match rng.randint(0, 6):
            case 0:
                flat[one] -= 1
                flat[other] += 1
            case 1:
                flat[other] += 1
            case 2:
                flat[other] = rng.choice([-1, 2**31, 2**62, -(2**63), 2**63 - 1]) if array.dtype == np.int64 else -1
            case 3:
                flat[[one, other]] = flat[[other, one]]
            case 4:
                array = array[::-1]
            case 5:
                array = np.roll(array, 1, axis=-1)
            case _:
                flat[:] = 0
    parts.put(name, npy(array))


def _array(rng, parts):
    arrays = [name for name, _ in parts.members if name.endswith(".npy")]
    if not arrays:
        return "", None
    name = rng.choice(arrays)
    return name, read(parts.content(name))


def _retype(rng, parts):
    """Write an array in another type, shape, order, byte order or format."""
    name, array = _array(rng, parts)
    if array is None:
        return
    match rng.randint(0, 5):
        case 0 if array.dtype.kind != "c":
            array = array.astype(rng.choice([">i8", "<i4", "<f8", ">f4", "<u8", "<c16"]))
        case 1:
            array = array.reshape(-1)
        case 2:
            array = np.asfortranarray(array)
        case 3:
            array = array[..., :-1] if array.ndim else array
        case 4:
            array = array[None]
        case _:
            parts.put(name, npy(array, version=rng.choice([(2, 0), (3, 0)])))
            return
    parts.put(name, npy(array))


def _rehead(rng, parts):
    """Let an array's header claim something else, up to more than any machine holds."""
    name, array = _array(rng, parts)
    if array is None:
        return
    shape = rng.choice([array.shape, (10**12,), (2**62, 4), (-1,), (0,), (), (1,) * 40])
    described = f"{{'descr': '{rng.choice(DTYPES)}', 'fortran_order': False, 'shape': {shape}, }}"
    head = rng.choice([described, described[:-3], "__import__('os').getcwd()", "(" * 60_000, ""]).encode()
    length = (
        rng.choice([len(head), 0, 65_535]).to_bytes(2, "little", signed=False) if len(head) < 65_536 else b"\xff\xff"
    )
    parts.put(name, b"\x93NUMPY\x01\x00" + length + head + array.tobytes())


def _regroup(rng, parts):
    """Leave a member out, double, rename, swap or add one."""
    members = parts.members
    at, other = rng.randint(0, len(members) - 1), rng.randint(0, len(members) - 1)
    match rng.randint(0, 6):
        case 0:
            del members[at]
        case 1:
            members.append(members[at])
        case 2:
            members[at] = (rng.choice(TRAVERSALS), members[at][1])
        case 3:
            (one, first), (two, second) = members[at], members[other]
            members[at], members[other] = (one, second), (two, first)
        case 4:
            members.append((rng.choice(TRAVERSALS), b"evil"))
        case 5:
            members.append(("bomb", bytes((1 << 24) + 1)))
        case _:
            members[at] = (
                members[at][0],
                rng.choice([b"", b"\x00" * ((1 << 24) + 1), b"[" * 5_000, b"\xff\xfe"]),
            )
    if not members:
        members.append(("x", b""))


def _spoil(rng, parts):
    """Change the bytes of the zip: its end, its directory, anything."""
    share = rng.random()
    match rng.randint(0, 5):
        case 0:
            parts.spoil.append(lambda whole: whole[: int(share * len(whole))])
        case 1:
            parts.spoil.append(lambda whole: whole[int(share * len(whole)) :])
        case 2:
            bit = 1 << rng.randint(0, 7)
            parts.spoil.append(lambda whole: _flipped(whole, int(share * (len(whole) - 1)), bit))
        case 3:
            # The directory is at the end.
            bit = 1 << rng.randint(0, 7)
            parts.spoil.append(
                lambda whole: _flipped(whole, len(whole) - 1 - int(share * min(len(whole) - 1, 900)), bit)
            )
        case 4:
            parts.spoil.append(lambda whole: b"#!/bin/sh\n" + whole)
        case _:
            parts.spoil.append(lambda whole: whole + b"tail")


def _flipped(whole, at, bit):
    return whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :] if whole else whole


def _harmless(rng, parts):
    """Change what tells nothing: order, compression, spaces; or tell of other trajectories, as many."""
    match rng.randint(0, 3):
        case 0:
            parts.members.reverse()
        case 1:
            parts.compression = rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
        case 2:
            parts.put(JSON, parts.content(JSON).replace(b"\n", b" \n\t"))
        case _:
            _renumber(rng, parts)


def _renumber(rng, parts):
    try:
        content = json.loads(parts.content(JSON))
        pairs = [(int(first), int(stop)) for first, stop in content["ranges"]]
        by = rng.choice([0, 1, 50, 2**40, 2**63 - 41, 2**63])
        content["ranges"] = [[str(first + by), str(stop + by)] for first, stop in pairs]
        content["key"] = str(rng.randint(0, 2**64))
        parts.put(JSON, json.dumps(content).encode())
    except (ValueError, TypeError, KeyError, RecursionError):
        pass  # spoiled before


_CHANGES = [
    _edit_json,
    _edit_tables,
    _edit_number,
    _edit_plan,
    _edit_counts,
    _edit_counts,
    _retype,
    _rehead,
    _regroup,
    _spoil,
    _harmless,
]


class Spoiled(bytes):
    """A file that is shown by how it was made."""

    def __repr__(self):
        return f"<saved run {self.index}, {', '.join(self.ways) or 'as it was'}: {len(self)} bytes>"


def spoiled(known):
    """Draw a saved run of some known ones, with up to three things changed."""

    def made(index, rngs):
        parts, ways = Parts([*known[index]]), [rng.choice(_CHANGES) for rng in rngs]
        for rng, way in zip(rngs, ways, strict=True):
            way(rng, parts)
        content = Spoiled(parts.zipped())
        content.index, content.ways = index, [way.__name__ for way in ways]
        return content

    return st.builds(made, st.integers(0, len(known) - 1), changes(3))
