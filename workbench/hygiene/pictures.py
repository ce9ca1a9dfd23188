"""Whether a text holds, or could hold, a picture or a template.

A face is in a text as an address of its bytes (`data:`), as those bytes in base64, hexadecimal or
escapes, as a long list of numbers, or as something of a page that would show one. What is found is
named in words that hold nothing of it.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["LONGEST_ROW", "markup_fault", "text_fault", "without_encoded_bytes"]

LONGEST_ROW: Final = 32
"""Numbers in brackets from which on they may be pixels or a template."""

_DATA_ADDRESS: Final = re.compile(
    r"data:\s*+[a-z]+/[a-z0-9.+\-]++[a-z0-9=;.\-\s]*+,", re.IGNORECASE
)
_RUN: Final = re.compile(r"[A-Za-z0-9+/_\-]{200,}+")
_WRAPPED: Final = re.compile(
    r"(?<![A-Za-z0-9+/_\-])(?:[A-Za-z0-9+/_\-]{56,}+={0,2}(?:\\n|\s)++){4,}"
    r"(?:[A-Za-z0-9+/_\-]{20,}+={0,2})?"
)
_CUT: Final = "not-saved"
_LETTERS: Final = 14
"""Different letters of bytes in base64 or hexadecimal; a drawn line has fewer."""
_LOOKED_AT: Final = 4096

_ESCAPES: Final = re.compile(
    r"(?:\\x[0-9a-f]{2}[^\\]{0,8}){48,}|\\xff\\xd8\\xff|\\x89PNG|GIF8[79]a|RIFF.{4,16}WEBP",
    re.IGNORECASE | re.DOTALL,
)
_TERMINAL: Final = re.compile(
    r"\x1b\]1337;File=|\x1b_G|\x1bP[0-9;]*q|(?:\x1b\[[34]8;2;[^\x1b]*){64}"
)
"""Pictures that a terminal draws: iTerm2, kitty, sixel, and blocks in 24-bit colour."""

_NUMBER: Final = r"(?:[a-z_][\w.]{0,40}\()?[-+]?(?:(?:\d++\.?\d*+|\.\d++)(?:e[-+]?\d++)?|nan|inf)"
_SPACE: Final = r"(?:[\s,;()\[\]]|\.{3}|\u2026)"
_ROW: Final = re.compile(
    rf"(?<![\w.])(?:{_NUMBER}{_SPACE}++){{{LONGEST_ROW - 1},}}+", re.IGNORECASE
)
_BEFORE: Final = 80
_CUT_SHORT: Final = re.compile(r"\b(?:array|tensor)\([^()]{0,2000}?\.{3}", re.IGNORECASE)
_FRACTIONS: Final = re.compile(r"(?:[-+]?0?\.\d{3,}+(?:e[-+]?\d+)?[\s,;]++){100,}+", re.IGNORECASE)
"""A template printed without brackets: unit norm, so that no number reaches 1."""

_SHOWS: Final = re.compile(
    r"<\s*+/?+\s*+(?:[a-z]+:)?(?:img|image|picture|video|audio|canvas|object|embed|iframe|frame"
    r"|feimage|portal|foreignobject|template|link|base|meta)\b"
    r"|<\s*+input\b[^>]{0,500}type\s*=\s*[\"']?\s*image"
    r"|url\(\s*+[\"']?\s*+(?!#)[^\s\"')]"
    r"|!\[[^\]]{0,500}\]\([^)]",
    re.IGNORECASE,
)
_DRAWS: Final = re.compile(
    r"todataurl|toblob|createimagebitmap|putimagedata|drawimage|createobjecturl|new\s+image\b"
    r"|uint8(?:clamped)?array|\batob\s*\(|fromcharcode|document\s*\.\s*write|\bfetch\s*\("
    r"|createelement|innerhtml|texturesource|image/(?:png|jpe?g|webp|gif|bmp|avif)"
    r"|[\"']type[\"']\s*:\s*[\"']image[\"']|[\"']images[\"']\s*:\s*\[\s*\{",
    re.IGNORECASE,
)


def text_fault(text: str, *, rows: bool = True) -> str | None:
    """Return what in a plain text could be a picture or a template, `None` if nothing could.

    Args:
        text: as it is shown or saved.
        rows: also take long rows of numbers in brackets for one; tables of results have them, too.
    """
    if _DATA_ADDRESS.search(text):
        return "a data: address"
    if any(_is_code(run[0]) for run in _RUN.finditer(text)) or _wrapped(text):
        return "long encoded bytes"
    if _ESCAPES.search(text):
        return "bytes of a file"
    if _TERMINAL.search(text):
        return "a picture drawn in a terminal"
    if _FRACTIONS.search(text):
        return "numbers like those of a template"
    return "a large array" if rows and _has_rows(text) else None


def markup_fault(markup: str) -> str | None:
    """Return what in HTML, SVG, Markdown or a script could show a picture, `None` if nothing.

    Tables, text and drawings of lines are fine; so are charts that no picture is part of.
    """
    if _SHOWS.search(markup):
        return "a picture in a page"
    if _DRAWS.search(markup):
        return "a script that can draw a picture"
    return text_fault(markup)


def without_encoded_bytes(text: str) -> str:
    """Return a text whose long runs of encoded bytes are cut out, whatever it is a text of."""
    for runs in (_WRAPPED, _RUN):
        text = runs.sub(lambda run: _CUT if _is_code(run[0]) else run[0], text)
    return text


def _has_rows(text: str) -> bool:
    rows = any(_bracketed(text, row) for row in _ROW.finditer(text))
    return rows or _CUT_SHORT.search(text) is not None


def _bracketed(text: str, row: re.Match[str]) -> bool:
    """Return whether a row of numbers is one of an array or list, not of a table."""
    before = text[max(0, row.start() - _BEFORE) : row.start()].rstrip()
    return before.endswith(("[", "(")) or "[" in row[0] or "]" in row[0]


def _is_code(run: str) -> bool:
    return len(set(run[:_LOOKED_AT])) >= _LETTERS


def _wrapped(text: str) -> bool:
    return any(_is_code(run[0]) for run in _WRAPPED.finditer(text))
