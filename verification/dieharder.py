"""The interleaved stream, piped into dieharder (R. G. Brown, D. Eddelbuettel and D. Bauer), a program of Debian's.

Its tests are asked for one after the other, each with words that none before it has seen. A p-value of which all eight
digits that it prints are 0, or all but the first one of 1, is a failure: of fewer than 100 tests of truly random words,
one fails less than once in a million.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count

from streams import Stream

#: Numbers of tests that dieharder itself calls good, and the sizes of tuples that they are asked for.
TESTS = {
    **dict.fromkeys([0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 15, 16, 100, 101, 102], (0,)),
    200: (2, 8),
    201: (2, 5),
    202: (3, 5),
    203: (0, 1, 3),
    205: (0,),
    206: (256,),
    207: (32,),
    208: (0, 1),
    209: (12,),
}

#: As good, and minutes long.
LONG = {17: (0,), 204: (0,)}

#: The quickest of them: enough to see a mistake.
QUICK = {number: TESTS[number] for number in (0, 8, 15)}

#: Trajectories between the beginnings of two tests: none takes as many words.
APART = 1 << 40


@dataclass(frozen=True)
class Verdict:
    """What dieharder printed of one p-value."""

    name: str
    tuples: int
    samples: int
    p: str

    @property
    def failed(self):
        return self.p in {"0.00000000", "1.00000000"}

    @property
    def weak(self):
        """What one truly random test in a hundred is: dieharder's own word for it."""
        return not 0.005 <= float(self.p) <= 0.995


def is_installed():
    return shutil.which("dieharder") is not None


def verdicts(stream=None, tests=None) -> Iterator[Verdict]:
    """Run dieharder on a stream, and yield what it prints as it comes."""
    places = [(number, size) for number, sizes in (tests or TESTS).items() for size in sizes]
    for place, (number, size) in enumerate(places):
        fields = [option for name in ("test_name", "ntuple", "tsamples", "pvalues") for option in ("-D", name)]
        command = ["dieharder", "-g", "200", "-d", str(number), "-n", str(size), "-k", "2", "-c", ",", *fields]
        yield from _told(_piped(command, stream or Stream(), place * APART))


def _piped(command, stream, first):
    """Give a program as many words as it takes, and return what it prints."""
    # Without a buffer of Python's, nothing is left to be written when the program has had enough.
    with subprocess.Popen(  # noqa: S603 - what is called is written here
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
    ) as program:
        with suppress(BrokenPipeError):
            for step in count():
                program.stdin.write(stream.interleaved(first + 256 * step, 256).tobytes())
        return program.stdout.read().decode()


def _told(printed):
    for line in printed.splitlines():
        name, *numbers = (field.strip() for field in line.split(","))
        if len(numbers) == 3 and not name.startswith("#"):
            yield Verdict(name, int(numbers[0]), int(numbers[1]), numbers[2])
