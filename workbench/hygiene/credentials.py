"""Logins and secrets taken out of addresses, before a text is logged, raised or recorded.

An address is cut rather than kept where it is unclear: what is lost is part of a path, what would
be left is a password.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["REMOVED", "has_credentials", "without_credentials"]

REMOVED: Final = "removed"
"""What stands in the place of a secret of a query."""

_COLON: Final = r"(?::|%(?:25)*3a)"
_SLASH: Final = r"(?:\\?/|%(?:25)*2f)"
_AND: Final = r"(?:&|%(?:25)*26)"
_IS: Final = r"(?:=|%(?:25)*3d)"
_BEGIN: Final = rf"(?<=[a-z0-9]){_COLON}"
"""The end of a scheme and its colon."""
_OUT: Final = r"\s\"'<>`"
"""What ends an address in a text."""

_LOGINS: Final = tuple(
    re.compile(pattern + rf"([^&{_OUT}]*)", re.IGNORECASE)
    for pattern in (
        # Up to the last @ of the address, since passwords are written with / and @ in them, too.
        rf"({_BEGIN}{_SLASH}{{2,}})([^{_OUT}]+@)",
        # An address inside a query, escaped once or more.
        rf"({_BEGIN}(?:%(?:25)*2f){{2,}})([^{_OUT}]*%(?:25)*40)",
        # One slash: what a path makes of an address. A letter alone is a drive, not a scheme.
        rf"((?<=[a-z0-9][a-z0-9+.\-]):\\?/)(?![/\\@])([^{_OUT}/]*(?::[^{_OUT}]*)?@)",
        # A password with blanks or quotation marks in it; digits after the colon are a port.
        rf"({_BEGIN}{_SLASH}{{2,}})([^{_OUT}/@:]*:(?!\d{{0,5}}(?:[/?#),;.\]}}{_OUT}]|$))[^\r\n]*@)",
        # An address without its scheme.
        rf"(?<![\w:/\\])(//)([^{_OUT}/:@]+:[^{_OUT}/]*@)",
    )
)
_SPEAKING: Final = (
    r"(?:token|pass|psw|pwd|secret|key|auth|cred|session|jwt|sig(?:nature)?(?![a-z])"
    r"|pin(?![a-z])|(?<![a-z])(?:pw|code)(?![a-z]))"
)
_UNENDED: Final = re.compile(
    rf"{_SPEAKING}[^=&%]*{_IS}(?:(?!{_AND}).)*$", re.IGNORECASE | re.DOTALL
)
_QUERY: Final = re.compile(
    rf"({_SPEAKING}[^=&%{_OUT}]*{_IS})(?!{REMOVED}(?:[&{_OUT}]|$))[^&{_OUT}]*",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(rf"{_BEGIN}{_SLASH}[^{_OUT}]*", re.IGNORECASE)
_NAME: Final = r"(?:pg)?(?:passwo?r?d|pwd|passphrase|secret|token)"
_DONE: Final = rf"(?!{REMOVED}(?:[\s,;&\"'`<>]|$))"
_QUOTED: Final = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
_WORDS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # Connection strings: `password=...`, also in quotation marks.
        rf"(?<![a-z0-9])({_NAME}\s*=\s*){_DONE}(?:{_QUOTED}|[^\s,;&\"'`<>]+)",
        # JSON and dictionaries as Python shows them.
        rf"([\"']{_NAME}[\"']\s*:\s*[\"']){_DONE}(?:[^\"'\\]|\\.)+",
        # Headers of requests.
        rf"(authorization[\"']?\s*[:=]\s*[\"']?(?:basic|bearer|digest)\s+){_DONE}[^\s\"']+",
    )
)


def without_credentials(text: str) -> str:
    """Return a text without the logins and secrets of the addresses in it.

    `user:password@` goes, up to the last `@` of the address; values of a query whose name speaks of
    a password, token, key or signature become `removed`, as do those of connection strings. Doing
    it again changes nothing. A password that holds both a blank and an `@`, unescaped, cannot be
    told from text.

    Example:
        >>> without_credentials("rtsp://bob:hunter2@10.0.0.7:554/ch1?token=abc failed")
        'rtsp://10.0.0.7:554/ch1?token=removed failed'
    """
    while True:
        cleaned = text
        for login in _LOGINS:
            cleaned = login.sub(_without_login, cleaned)
        cleaned = _ADDRESS.sub(_without_secrets, cleaned)
        for word in _WORDS:
            cleaned = word.sub(rf"\1{REMOVED}", cleaned)
        if cleaned == text:
            return text
        text = cleaned


def has_credentials(text: str) -> bool:
    """Return whether a text has, or may have, a login or secret in it."""
    return without_credentials(text) != text


def _without_login(address: re.Match[str]) -> str:
    """Return an address without its login; what follows the @ goes too if a secret may go on."""
    start, login, rest = address.groups()
    return start if _UNENDED.search(login) else start + rest


def _without_secrets(address: re.Match[str]) -> str:
    return _QUERY.sub(rf"\1{REMOVED}", address[0])
