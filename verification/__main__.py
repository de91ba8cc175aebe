"""Verify the simulation at length, and write the verdicts to docs/verification.md.

    python verification                          # everything, some forty minutes on two cores
    python verification fates randomness         # some parts
    python verification -n 1e6 --dry             # quickly, and only to the screen

The status is 1 if any verdict is bad.
"""

import argparse
import sys

import battery
import dieharder
import long_tests
import noise
import streams
from battery import failures
from cases import PARTS
from facts import FALSE_ALARM, compared, errors_apart
from page import table, write

#: Practices whose noise is looked at, month by month: each of them 40 innovations.
PRACTICES = 250_000

MISTAKES = {
    "the month is added to the trajectory": streams.Stream(scheme=streams.months_run_into_neighbours),
    "the next cluster begins four months later": streams.Stream(scheme=streams.clusters_run_into_months),
    "all clusters have one address": streams.Stream(scheme=streams.clusters_are_forgotten),
    "draws have the addresses of months": streams.Stream(scheme=streams.draws_are_months),
    "trajectories are told apart by 32 bits": streams.Stream(scheme=streams.upper_halves_are_forgotten),
    "three rounds of Philox instead of ten": streams.Stream(generator=streams.of_few_rounds(3)),
    "five rounds": streams.Stream(generator=streams.of_few_rounds(5)),
}


def verify_facts(cases, n):
    """Compare the cases of a part, and tell whether all is well."""
    found = [compared(case, n) for case in cases]
    count = sum(len(one.p_values) for one in found)
    allowed = errors_apart(FALSE_ALARM / count)
    rows = [
        (
            one.case.name,
            f"{len(one.p_values):,}",
            f"{errors_apart(min(one.p_values)):.1f}",
            one.wrong,
            _at_most(errors_apart(min(one.wrong_p_values))),
            _verdict(agrees=one.agrees(count), told=one.is_told(count)),
        )
        for one in found
    ]
    head = ("case", "comparisons", "farthest apart", "wrong on purpose", "then apart by", "verdict")
    text = (
        f"{n:,} trajectories each, {count:,} comparisons in all; {allowed:.1f} standard errors apart would be too far."
    )
    return f"{text}\n\n{table(head, rows)}", all(one.agrees(count) and one.is_told(count) for one in found)


def _at_most(errors):
    return f"{errors:.1f}" if errors < 37 else "37 or more"


def _verdict(*, agrees, told):
    return "agrees" if agrees and told else "TOO FAR OFF" if not agrees else "AGREES WITH A WRONG PLAN TOO"


def verify_randomness(_, n):
    n //= 4  # there are twenty steps to neighbours, with words of their own each
    results = battery.battery(streams.Stream(), n)
    lived = list(noise.lived(max(min(n, PRACTICES), 2_048)))
    good = not failures(results) and not failures(lived)
    words = f"{n:,} words or pairs of words a test: {_told(results)}"
    told = f"The noise of {max(min(n, PRACTICES), 2_048):,} practices, 40 months each, as they live it: {_told(lived)}"
    controls = [(name, failures(battery.battery(stream, 200_000))) for name, stream in MISTAKES.items()]
    rows = [(name, len(failed), "seen" if failed else "NOT SEEN") for name, failed in controls]
    head = f"Mistakes, with 200,000 words a test, and how many of the {len(results)} fail:"
    parts = [
        words,
        table(("words, and their neighbours", "tests", "least p-value"), _by_subject(results)),
        told,
        table(("noise", "tests", "least p-value"), _by_subject(lived)),
        head,
        table(("mistake", "tests that fail", "verdict"), rows),
    ]
    return "\n\n".join(parts), good and all(failed for _, failed in controls)


def _told(results):
    allowed = FALSE_ALARM / len(results)
    least, failed = min(result.p for result in results), failures(results)
    verdict = f"**{len(failed)} fail**" if failed else "none fails"
    return f"{len(results)} tests, {verdict}; the least p-value is {least:.2g}, and {allowed:.1g} would be a failure."


def _by_subject(results):
    subjects = {}
    for result in results:
        subjects.setdefault(result.name.partition(": ")[0], []).append(result.p)
    return [(name, len(values), f"{min(values):.2g}") for name, values in subjects.items()]


def verify_by_dieharder(tests, n):
    if not dieharder.is_installed():
        return "dieharder is not installed (`apt-get install dieharder`): skipped.", True
    found = list(dieharder.verdicts(tests=tests if n >= 10**8 else dieharder.QUICK))
    names = dict.fromkeys(verdict.name for verdict in found)
    rows = [(name, *_of_one([verdict for verdict in found if verdict.name == name])) for name in names]
    failed, weak = sum(verdict.failed for verdict in found), sum(verdict.weak for verdict in found)
    controls = [
        (name, sum(verdict.failed for verdict in verdicts), len(verdicts))
        for name, stream in MISTAKES.items()
        if (verdicts := list(dieharder.verdicts(stream, dieharder.QUICK)))
    ]
    seen = [(name, f"{bad} of {count}", "seen" if bad else "not seen") for name, bad, count in controls]
    parts = [
        f"{len(found)} p-values: failures {failed}; weak {weak}, as one in a hundred is of truly random words.",
        table(("test", "p-values", "least", "most"), rows),
        "Mistakes, by the quickest of the tests:",
        table(("mistake", "tests that fail", "verdict"), seen),
    ]
    return "\n\n".join(parts), failed == 0 and any(bad for _, bad, _ in controls)


def verify_by_tests(file, _):
    found = long_tests.tested(file)
    rows = [(test.name.replace("_", " "), test.said, f"{test.seconds:.0f}", test.became) for test in found]
    content = f"`{file}`:\n\n{table(('test', 'what it tells', 'seconds', 'verdict'), rows)}"
    return content, bool(found) and all(test.became in {"passed", "skipped"} for test in found)


def _of_one(verdicts):
    values = [verdict.p for verdict in verdicts]
    return len(values), min(values), max(values)


VERIFICATIONS = {
    **{part: (verify_facts, cases) for part, cases in PARTS.items()},
    "randomness": (verify_randomness, None),
    "dieharder": (verify_by_dieharder, dieharder.TESTS),
    "dieharder at length": (verify_by_dieharder, dieharder.LONG),
    **{part: (verify_by_tests, file) for part, file in long_tests.FILES.items()},
}


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python verification", description=__doc__.splitlines()[0])
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"of {', '.join(VERIFICATIONS)}; all, if none is named"
    )
    parser.add_argument("-n", type=lambda text: int(float(text)), default=10**8, help="trajectories, or words a test")
    parser.add_argument("--dry", action="store_true", help="leave the page as it is")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.parts) - set(VERIFICATIONS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(VERIFICATIONS)}")
    good = True
    for part in asked.parts or VERIFICATIONS:
        verify, subject = VERIFICATIONS[part]
        content, well = verify(subject, asked.n)
        good &= well
        print(f"== {part}: {'good' if well else 'BAD'}\n\n{content}\n", flush=True)
        if not asked.dry:
            write(part, content)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
