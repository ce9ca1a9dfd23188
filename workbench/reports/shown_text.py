"""Text that came from people or files, so that a page shows all of it and obeys none of it.

Escaping keeps markup from being obeyed. What is left are characters without a shape: some cannot
be in a page at all, and others turn the direction of writing, so that a name reads as another.
"""

from __future__ import annotations

from typing import Any, Final

from markupsafe import Markup

__all__ = ["shown", "shown_text"]

_BREAKS: Final = frozenset("\n\t")


def shown_text(text: str) -> str:
    r"""Return text whose every character has a shape; others are named by their number.

    >>> shown_text("Jo\u202ehn\x00")
    'Jo[U+202E]hn[U+0000]'
    >>> shown_text("first line\nsecond line")
    'first line\nsecond line'
    """
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() or letter in _BREAKS else f"[U+{ord(letter):04X}]"
        for letter in text
    )


def shown(value: Any) -> Any:  # noqa: ANN401 - whatever a template prints
    """Return what a template prints, `shown_text` where it is text and no markup of its own."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return shown_text(str(value))
    return value
