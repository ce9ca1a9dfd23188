"""Who is who among those who act: when two names are one person's."""

from __future__ import annotations

import unicodedata

__all__ = ["same_person"]


def same_person(one: str, other: str) -> bool:
    """Return whether two names are one actor's.

    Names differ only where people would tell them apart: not by case, by the width of letters
    or by blanks. A rule that asks for a second person is so not met by `A.Khan` after `a.khan`.
    """
    return _key(one) == _key(other)


def _key(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())
