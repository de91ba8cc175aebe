"""What a line that is no TOML was probably meant to be: numbers as people write them, text without quotes.

Each habit is told from the line alone, so a remedy may be a guess; it stands before what the parser says.
"""

import re
from collections.abc import Callable, Iterator

from clustersim.plan.inline import inline, number, text
from clustersim.plan.parameter import SPELLINGS

_CURLY = "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u00ab\u00bb"
_MONEY = "$\u20ac\u00a3\u00a5"
_STRING = re.compile(r""""(?:\\.|[^"\\])*"|(?<=[\s=,\[{])'[^']*'""")
_VALUE = rf"[{_MONEY}]?\s*-?(?:\d+(?:[.,_' ]\d+)*\.?|\.\d+)\s*(?:[%{_MONEY}]|[kKmM]\b)?"
_NUMBER = re.compile(rf"=\s*({_VALUE})(?=\s*(?:[,}}\]]|$|[a-zA-Z]))")
_SHARE = re.compile(r"(\d+(?:\.\d+)?\s*%)")
_WORD = re.compile(r"=\s*([A-Za-z_][^,}\]=\"]*?)\s*(?:[,}\]]|$)")
_CALL = re.compile(r"=\s*(?:\w+\.)*(\w+)\(")
_OWN_CALL = re.compile(r"(\w+)\s*=\s*(?:(?:cs|clustersim)\.)?(\w+)\(([^()]*)\)\s*$")
_ARGUMENT = re.compile(rf"(?:(\w+)\s*=\s*)?({_VALUE})")
_NONE = {"none", "null", "nil", "no", "off", "false"}
_PER = {"%": 0.01, "k": 1e3, "m": 1e6}


def remedy(line: str) -> str:
    """Return what to write instead, or nothing if the line shows none of the usual habits.

    >>> remedy("revenue = $10,000")
    'write 10_000 for $10,000'
    >>> remedy("every: 1")
    'write every = 1'
    """
    bare = _STRING.sub('""', line[:500]).partition("#")[0].strip()
    return next((told for habit in _HABITS for told in habit(bare)), "")


def as_written(text: str) -> str:
    """Return what to write instead for a number alone, or nothing if it shows none of the usual habits.

    >>> as_written("10k"), as_written("50%"), as_written("ten")
    ('write 10_000 for 10k', 'write 0.5 for 50%', '')
    """
    return next(_numbers(f"= {text[:100].strip()}"), "")


def called(line: str) -> tuple[str, str, dict[str, float] | list[float]] | None:
    """Return field, function and numbers of a line that calls one, as in Python; those of scipy.stats count otherwise.

    >>> called("ramp = between(3, 18)  # months"), called("ramp = lognormal(median=6, sigma=0.5)")
    (('ramp', 'between', [3.0, 18.0]), ('ramp', 'lognormal', {'median': 6.0, 'sigma': 0.5}))
    >>> called("ramp = stats.uniform(3, 6)")
    """
    call = _OWN_CALL.match(line[:500].partition("#")[0].strip())
    arguments = [_ARGUMENT.fullmatch(told.strip()) for told in call[3].split(",")] if call else []
    try:
        pairs = [(found[1], float(_meant(found[2]))) for found in arguments if found]
    except ValueError:  # no one number
        return None
    if call is None or len(pairs) < len(arguments) or len({bool(name) for name, _ in pairs}) != 1:
        return None
    return call[1], call[2], dict(pairs) if pairs[0][0] else [number for _, number in pairs]


def unquoted(text: str) -> str:
    """Return what to write for a number that was given as text, after a semicolon; or nothing if it is none.

    >>> unquoted("10k"), unquoted("0.5"), unquoted("ten")
    ('; write 10_000, without quotes', '; write 0.5, without quotes', '')
    """
    told = f"= {text[:100].strip()}"
    found = _NUMBER.fullmatch(told)
    return f"; write {_meant(found[1])}, without quotes" if found else ""


def _curly(line: str) -> Iterator[str]:
    if re.search(f"[{_CURLY}]", line):
        yield f"write straight quotes: {re.sub(f'[{_CURLY}]', chr(34), line)}"


def _brackets(line: str) -> Iterator[str]:
    head = re.fullmatch(r"\[+\s*(\w+)\s*\]+", line)
    if head:
        many = head[1] in {"clusters", "milestones"}
        right = f"[[{head[1]}]]" if many else f"[{head[1]}]"
        if line.replace(" ", "") != right:
            yield f"write {'double' if many else 'single'} brackets: {right}"


def _colon(line: str) -> Iterator[str]:
    meant = re.sub(r"(^|[{,]\s*)([A-Za-z_][\w-]*)\s*:\s*", r"\1\2 = ", line)
    if meant != line:
        yield f"write {meant}"


def _numbers(line: str) -> Iterator[str]:
    pairs = [(token.strip(), _meant(token)) for token in _NUMBER.findall(line) or _SHARE.findall(line)]
    wrong = [f"{meant} for {token}" for token, meant in pairs if _differs(token, meant)]
    if wrong:
        point = " (a decimal point)" * any(re.search(r",\d+[^.]*$", token) and "." in meant for token, meant in pairs)
        yield f"write {', '.join(wrong)}{point}"


def _differs(token: str, meant: str) -> bool:
    return bool(re.search(rf"[, '%{_MONEY}kKmM]|^-?\.|\.$|^0\d", token)) and token != meant


def _meant(token: str) -> str:
    """Read a number as people write it: the last of ``,`` and ``.`` is the point, unless three digits follow ``,``."""
    digits = re.sub(rf"[\s_'{_MONEY}]", "", token)
    factor = _PER.get(digits[-1].lower(), 1.0)
    digits = digits.rstrip("%kKmM")
    if re.fullmatch(r"-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", digits):
        digits = digits.replace(",", "")
    elif digits.count(",") == 1:
        digits = digits.replace(".", "").replace(",", ".")
    try:
        return number(float(f"{float(digits) * factor:.12g}"))
    except ValueError:
        return "one number"


def _units(line: str) -> Iterator[str]:
    found = re.search(r"=\s*(\d[\d_.]*)\s+[A-Za-z]", line)
    if found:
        yield f"write {found[1]} alone: what is told beside it stands after a #"


def _calls(line: str) -> Iterator[str]:
    call = _CALL.search(line)
    if call:
        form = SPELLINGS.get(call[1], SPELLINGS["between"])[0]
        word = call[1] if call[1] in SPELLINGS else "between"
        yield f"write {inline({word: dict.fromkeys(form, ...)})}, with numbers for the dots"


def _words(line: str) -> Iterator[str]:
    word = _WORD.search(line)
    if word and word[1].lower() in _NONE:
        yield "write false for none"
    elif word and word[1].lower() == "true":
        yield "write true"
    elif word and word[1] not in {"true", "inf", "nan"}:
        yield f"put text in quotes: {text(word[1])}"


def _fields(line: str) -> Iterator[str]:
    if re.fullmatch(r"[\w-]+\s*=", line):
        yield "a value is missing after ="
    spaced = re.match(r"([A-Za-z]\w*(?: +\w+)+)\s*=", line)
    if spaced:
        yield f"write {re.sub(' +', '_', spaced[1])}, without spaces"
    no_sign = re.fullmatch(r"([A-Za-z]\w*)\s+([\d.]+)", line)
    if no_sign:
        yield f"write {no_sign[1]} = {no_sign[2]}"
    if line.count("{") > line.count("}"):
        yield "close each { with a } on the same line"


_HABITS: tuple[Callable[[str], Iterator[str]], ...] = (
    _curly,
    _brackets,
    _colon,
    _numbers,
    _units,
    _calls,
    _words,
    _fields,
)
