"""Digests of counts: 64 hexadecimal digits that differ when any of them does."""

import hashlib

import numpy as np


def digest_of(arrays):
    """SHA-256 of named arrays of integers: of their names, shapes and values, however these are kept in memory."""
    digest = hashlib.sha256()
    for name, array in arrays.items():
        digest.update(f"{name} {array.shape} ".encode())
        if array.dtype == object:  # Python's integers, beyond any number of bits
            digest.update(" ".join(map(str, array.ravel().tolist())).encode())
        else:
            digest.update(array.astype("<i8", casting="safe").tobytes())
    return digest.hexdigest()


def digest_of_counts(tally):
    """Digest of all that was counted, whatever was run and however it was cut."""
    return digest_of(tally.counts())


def digest_of_tables(program):
    """Digest of the bits of a Program's quantile tables: all of it that scipy has a hand in."""
    return digest_of({"quantiles": program.tables.quantiles.view(np.int32)})
