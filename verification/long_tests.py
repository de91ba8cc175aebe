"""Tests that take minutes, marked ``verification``: run one file's, and tell what became of each."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree.ElementTree import parse

ROOT = Path(__file__).parents[1]

#: By part: the file of its tests.
FILES = {
    "kills": "tests/test_checkpoint.py",
    "full disks": "tests/test_disk.py",
    "homes": "tests/test_surroundings.py",
    "processors": "tests/test_processors.py",
}


@dataclass(frozen=True)
class Tested:
    """What became of a test: its name, how long it took, and what it printed."""

    name: str
    seconds: float
    said: str
    became: str


def tested(file, *options):
    """Run the long tests of a file."""
    with TemporaryDirectory(prefix="clustersim-") as folder:
        report = Path(folder) / "report.xml"
        asked = ["-m", "verification", f"--junitxml={report}", "-o", "junit_logging=system-out", *options, file]
        command = ["-m", "pytest", "-q", "-n", "0", *asked]
        subprocess.run([sys.executable, *command], cwd=ROOT, check=False, stdout=subprocess.DEVNULL)  # noqa: S603
        cases = parse(report).iter("testcase")  # noqa: S314 - pytest wrote it
        return [_told(case) for case in cases]


def _told(case):
    became = next((kind for kind in ("failure", "error", "skipped") if case.find(kind) is not None), "passed")
    said = (case.findtext("system-out") or "").strip().splitlines()
    # What pytest puts around it, such as the heading "Captured Out", is dashes.
    lines = [line for line in said if line.strip("- ") and "Captured" not in line]
    return Tested(case.get("name"), float(case.get("time")), "; ".join(lines), became)
