"""Logins and secrets taken out of addresses, before a text is logged, raised or recorded.

An address is cut rather than kept where it is unclear: what is lost is part of a path, what would
be left is a password. Each step reads a text once, so that no text makes it slow.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["REMOVED", "has_credentials", "without_credentials"]

REMOVED: Final = "removed"
"""What stands in the place of a secret of a query."""

_OUT: Final = r"\s\"'<>`"
"""What ends an address in a text."""
_SLASH: Final = r"(?:\\?/|%(?:25)*2f)"
_IS: Final = r"(?:=|%(?:25)*3d)"
_WORD: Final = re.compile(rf"[^{_OUT}]+")
_BEGIN: Final = re.compile(rf"(?<=[a-z0-9])(?::|%(?:25)*3a){_SLASH}{{2,}}+", re.IGNORECASE)
"""The end of a scheme: `://`, or as it is escaped in a query, once or more."""
_ESCAPED_BEGIN: Final = re.compile(r"(?<=[a-z0-9])%(?:25)*3a(?:%(?:25)*2f){2,}+", re.IGNORECASE)
_ESCAPED_AT: Final = re.compile(r"%(?:25)*40")
_ONE_SLASH: Final = re.compile(r"(?<=[a-z0-9][a-z0-9+.\-]):\\?/(?![/\\])", re.IGNORECASE)
"""What a path makes of an address. A letter alone before it is a drive, not a scheme."""
_NO_SCHEME: Final = re.compile(r"(?<![\w:/\\])//")
_ODD: Final = re.compile(
    rf"{_BEGIN.pattern}[^{_OUT}/@:]{{0,200}}+:(?!\d{{0,5}}(?:[/?#),;.\]}}{_OUT}]|$))", re.IGNORECASE
)
"""A name and a colon with something after it that is no port: a password, even with blanks."""

_SPEAKING: Final = (
    r"(?:token|pass|psw|pwd|secret|key|auth|cred|session|jwt|sig(?:nature)?(?![a-z])"
    r"|pin(?![a-z])|(?<![a-z])(?:pw|code)(?![a-z]))"
)
_SECRET: Final = re.compile(rf"{_SPEAKING}[^=&%]{{0,80}}{_IS}", re.IGNORECASE)
_QUERY: Final = re.compile(
    rf"({_SPEAKING}[^=&%{_OUT}]{{0,80}}{_IS})(?!{REMOVED}(?:&|$))[^&{_OUT}]*", re.IGNORECASE
)
_VALUE: Final = re.compile(rf"[^&{_OUT}]*")
_NAME: Final = r"(?:pg)?(?:passwo?r?d|pwd|passphrase|secret|token)"
_DONE: Final = rf"(?!{REMOVED}(?:[\s,;&\"'`<>]|$))"
_QUOTED: Final = r"'(?:[^'\\]|\\.){0,500}'|\"(?:[^\"\\]|\\.){0,500}\""
_ASSIGNED: Final = tuple(
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
        cleaned = _WORD.sub(lambda word: _clean(word[0]), text)
        if "@" in cleaned:
            cleaned = "".join(map(_without_odd_login, cleaned.splitlines(keepends=True)))
        for assigned in _ASSIGNED:
            cleaned = assigned.sub(rf"\1{REMOVED}", cleaned)
        if cleaned == text:
            return text
        text = cleaned


def has_credentials(text: str) -> bool:
    """Return whether a text has, or may have, a login or secret in it."""
    return without_credentials(text) != text


def _clean(word: str) -> str:
    """Return a word of a text without the login and the secrets of the address that it may be."""
    if (begin := _BEGIN.search(word)) is not None:
        word = _cut(word, begin.end(), word.rfind("@") + 1, _times_escaped(begin))
    if (begin := _ESCAPED_BEGIN.search(word)) is not None:
        ends = [at.end() for at in _ESCAPED_AT.finditer(word, begin.end())]
        word = _cut(word, begin.end(), max(ends, default=0), _times_escaped(begin))
    if "@" in word:
        word = _without_bare_login(word)
    if (begin := _BEGIN.search(word) or _ONE_SLASH.search(word)) is not None:
        word = word[: begin.end()] + _QUERY.sub(rf"\1{REMOVED}", word[begin.end() :])
    return word


def _without_bare_login(word: str) -> str:
    """Return a word without the login of an address that lost a slash, or has no scheme."""
    for begin in _ONE_SLASH.finditer(word):
        segment = _up_to_slash(word, begin.end())
        if "@" in segment or ":" in segment:
            return _cut(word, begin.end(), word.rfind("@") + 1)
    for begin in _NO_SCHEME.finditer(word):
        segment = _up_to_slash(word, begin.end())
        at = segment.rfind("@")
        if at > 0 and ":" in segment[:at]:
            return _cut(word, begin.end(), begin.end() + at + 1)
    return word


def _without_odd_login(line: str) -> str:
    """Return a line without a login whose password has blanks or quotation marks in it."""
    last = line.rfind("@")
    odd = _ODD.search(line, 0, last) if last > 0 else None
    begin = None if odd is None else _BEGIN.match(line, odd.start())
    return line if begin is None else _cut(line, begin.end(), last + 1)


def _up_to_slash(word: str, start: int) -> str:
    end = word.find("/", start)
    return word[start:] if end < 0 else word[start:end]


def _times_escaped(begin: re.Match[str]) -> int:
    """Return how often an address was escaped, by the colon of its scheme: `:`, `%3a`, `%253a`."""
    colon = begin[0].lower().partition("3a")[0]
    return colon.count("25") + 1 if colon.startswith("%") else 0


def _cut(text: str, start: int, end: int, escaped: int = 0) -> str:
    """Return a text without what lies between; more goes where a secret may go on after it.

    What is escaped more often than the address is part of a value, and parts nothing.
    """
    if end <= start + 1:  # nothing before the @, as in the address of a multicast group
        return text
    parted = rf"&|%(?:25){{0,{escaped - 1}}}26" if escaped else "&"
    last = re.split(parted, text[start:end])[-1]
    rest = _VALUE.sub("", text[end:], count=1) if _SECRET.search(last) else text[end:]
    return text[:start] + rest
