"""What an entry may say: words, figures and ids, never a face or a template.

The audit log outlives everything that it tells of, so what must be gone may never get into it. The
checks stop what a caller puts in by mistake: an image as a data URL, a template as a list of
numbers or as bytes in hexadecimal or base64. They are no barrier to someone who means to hide one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

__all__ = ["LONGEST_RUN", "resembles_biometrics"]

LONGEST_RUN: Final = 128
"""Characters without a break that a text may hold: a SHA-512 digest or an Ed25519 signature."""

_MOST_NUMBERS: Final = 32
_MOST_PAIRS: Final = 64
_LETTERS: Final = 16
"""Different characters from which on a run may be coded bytes; `xxxx` is none."""
_LETTERS_OF_LINE: Final = 20
"""The same of a shorter run: more than a digest in hexadecimal has."""
_CODED_LINE: Final = 57

_DATA_URL: Final = re.compile(r"data:[\w.+-]+/[\w.+-]+[^,\s]{0,80};base64,", re.IGNORECASE)
_IMAGE: Final = re.compile(r"(?:/9j/|iVBORw0KGgo|R0lGOD|UklGR)[A-Za-z0-9+/=_-]{40}")
_HEX: Final = re.compile(rf"[0-9A-Fa-f]{{{LONGEST_RUN + 1},}}")
_RUN: Final = re.compile(rf"[A-Za-z0-9+/=_-]{{{LONGEST_RUN + 1},}}")
_PAIRS: Final = re.compile(rf"(?:\b[0-9A-Fa-f]{{2}}(?:[\s:,-]{{1,3}}|$)){{{_MOST_PAIRS + 1}}}")
_NUMBER: Final = r"[-+]?+(?:\d++(?:\.\d*+)?+|\.\d++)(?:[eE][-+]?\d++)?+"
_NUMBERS: Final = re.compile(
    rf"(?<![\w.])(?:{_NUMBER}[\s,;|\[\]()]{{1,20}}+){{{_MOST_NUMBERS}}}{_NUMBER}"
)
_CODED: Final = re.compile(rf"[A-Za-z0-9+/=_-]{{{_CODED_LINE},}}")
_CHANGES: Final = re.compile(r"[a-z](?=[A-Z0-9])|[A-Z](?=[a-z0-9])|[0-9](?=[A-Za-z])")
_REPEATS: Final = re.compile(r"(.)\1+")


def resembles_biometrics(text: str) -> str:
    """Return what of an image or a template `text` looks like, or an empty text.

    Args:
        text: one text, or several joined by spaces.

    >>> resembles_biometrics("Seen by the second examiner, 0.71 against 0.64")
    ''
    >>> resembles_biometrics("0.12, -0.03, " * 64)
    'a list of more than 32 numbers'
    """
    if _DATA_URL.search(text) or _IMAGE.search(text):
        return "an image in base64"
    if len(text) <= LONGEST_RUN:
        return ""
    return next((name for name, found in _KINDS.items() if found(text)), "")


def _hexadecimal(text: str) -> bool:
    return any(len(set(run)) > 1 for run in _HEX.findall(text))


def _base64(text: str) -> bool:
    return any(_mixed(run, _LETTERS) for run in _RUN.findall(text)) or _wrapped(text)


def _wrapped(text: str) -> bool:
    """Return whether long words of base64 follow each other, as where lines were wrapped."""
    length = lines = 0
    for word in text.split():
        if len(word) >= _CODED_LINE and _CODED.fullmatch(word) and _mixed(word, _LETTERS_OF_LINE):
            length, lines = length + len(word), lines + 1
            if lines > 1 and length > LONGEST_RUN:
                return True
        else:
            length = lines = 0
    return False


def _mixed(word: str, letters: int) -> bool:
    """Return whether a word changes between capitals, small letters and digits as no name does."""
    short = _REPEATS.sub(r"\1", word)  # zeros of a template are long rows of A
    return len(set(short)) >= letters and len(_CHANGES.findall(short)) * 3 >= len(short)


_KINDS: Final[Mapping[str, Callable[[str], object]]] = {
    f"more than {LONGEST_RUN} hexadecimal digits": _hexadecimal,
    f"more than {LONGEST_RUN} characters of base64": _base64,
    f"more than {_MOST_PAIRS} bytes in hexadecimal": _PAIRS.search,
    f"a list of more than {_MOST_NUMBERS} numbers": _NUMBERS.search,
}
