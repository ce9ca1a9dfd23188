"""Names of accounts: what may be one, and when two of them are the same.

Which letters are admitted is the product's own choice. A name that looks like another but is not
it would let one actor stand for two, so names are compared in Unicode's compatibility form (NFKC)
without case, hold nothing that cannot be seen, and do not mix scripts whose letters look alike.
Two names that look alike within one script are left to whoever adds accounts.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator

from workbench.errors import RecordError

__all__ = ["LONGEST_ACCOUNT", "Account", "folded", "read_account", "same_account"]

LONGEST_ACCOUNT: Final = 64

_MARKS: Final = frozenset("._-@")
_DIGITS: Final = frozenset("0123456789")
# Fillers of Hangul: letters to Unicode, nothing to the eye.
_UNSEEN: Final = frozenset("\u115f\u1160\u3164\uffa0")
_ALIKE: Final = frozenset({"ARMENIAN", "CHEROKEE", "COPTIC", "CYRILLIC", "GREEK", "LATIN", "LISU"})


def _account(name: str) -> str:
    """Return the name in normal form KC, unless it is none."""
    if not name:
        msg = "an account name is not empty"
        raise ValueError(msg)
    if len(name) > LONGEST_ACCOUNT:
        msg = f"an account name has at most {LONGEST_ACCOUNT} characters, this one {len(name):,}"
        raise ValueError(msg)
    composed = unicodedata.normalize("NFC", name)
    for place, letter in enumerate(composed, 1):
        if not all(_admitted(one) for one in unicodedata.normalize("NFKC", letter)):
            shown = unicodedata.name(letter, f"U+{ord(letter):04X}")
            msg = (
                "an account name holds letters, digits 0 to 9 and . _ - @ alone; "
                f"character {place} is {shown}"
            )
            raise ValueError(msg)
    normal = unicodedata.normalize("NFKC", composed)
    if len(normal) > LONGEST_ACCOUNT:
        msg = f"an account name has at most {LONGEST_ACCOUNT} characters once it is normalised"
        raise ValueError(msg)
    if normal[0] in _MARKS:
        msg = "an account name begins with a letter or a digit"
        raise ValueError(msg)
    scripts = {unicodedata.name(one, "").partition(" ")[0] for one in normal} & _ALIKE
    if len(scripts) > 1:
        mixed = " and ".join(sorted(script.capitalize() for script in scripts))
        msg = f"an account name does not mix letters of {mixed}, which look alike"
        raise ValueError(msg)
    return normal


def _admitted(letter: str) -> bool:
    if letter in _MARKS or letter in _DIGITS:
        return True
    return unicodedata.category(letter).startswith("L") and letter not in _UNSEEN


Account: TypeAlias = Annotated[str, AfterValidator(_account)]
"""An account name: 1 to 64 letters, digits and `. _ - @`, in Unicode's normal form KC."""


def folded(name: str) -> str:
    """Return what two names of one account have in common; the key to look an actor up by.

    >>> folded("Ann.Example@Force")
    'ann.example@force'
    """
    before, after = "", name
    while before != after:  # folding can undo a normal form, and the other way round
        before, after = after, unicodedata.normalize("NFKC", after.casefold())
    return after


def same_account(one: str, other: str) -> bool:
    """Say whether two names are those of one account.

    >>> same_account("ANN", "ann")
    True
    """
    return folded(one) == folded(other)


def read_account(name: str, *, what: str = "the account") -> str:
    """Return the name as it is kept.

    Args:
        name: as somebody typed or sent it.
        what: what is being read, for the message.

    Raises:
        RecordError: when it cannot be an account name; says why, without repeating it.
    """
    try:
        return _account(name)
    except ValueError as error:
        msg = f"{what} cannot be used: {error}. Correct the name."
        raise RecordError(msg) from None
