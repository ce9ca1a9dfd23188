"""Passwords: what may be one, and the bytes that are hashed.

At least 12 characters is the product's own choice; that length counts and composition rules do
not follows NIST SP 800-63B, 5.1.1.2 (2017). Normal form C and no control characters follow RFC
8265, 4.2 (the OpaqueString profile); that nothing else unseen is taken, since not every keyboard
gives it again, is the product's own choice.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from workbench.errors import RecordError

__all__ = ["LONGEST_PASSWORD", "SHORTEST_PASSWORD", "password_bytes", "require_password"]

SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 1024

_DIFFERENT: Final = 5


def require_password(password: str) -> bytes:
    """Return the bytes to hash of a password that somebody chose.

    Raises:
        RecordError: when it is too short or too long, repeats a few characters, or holds some
            that cannot be seen; never repeats it.
    """
    count = len(unicodedata.normalize("NFC", password))
    if not SHORTEST_PASSWORD <= count <= LONGEST_PASSWORD:
        asked = f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD:,} characters"
        msg = f"the password cannot be used: it must have {asked}. Choose another."
        raise RecordError(msg)
    if not all(letter == " " or letter.isprintable() for letter in password):
        msg = (
            "the password cannot be used: it holds characters that cannot be seen, such as a tab "
            "or a line break. Choose another."
        )
        raise RecordError(msg)
    if len(set(password)) < _DIFFERENT:
        msg = f"the password cannot be used: it has under {_DIFFERENT} different characters. "
        raise RecordError(msg + "Choose another.")
    return password_bytes(password)


def password_bytes(password: str) -> bytes:
    """Return the bytes to hash of a password that somebody typed, whatever it is."""
    # An error of encoding would carry the password.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
