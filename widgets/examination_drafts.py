"""What an examiner has marked and written and not saved yet: kept while the page is loaded anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from workbench.governance.checklists import Component, Seen
from workbench.governance.conclusions import Conclusion

__all__ = ["Draft"]

LONGEST: Final = 10_000
"""Characters of a note or a reason that are kept; more than this no record takes either."""


class Draft:
    """A draft as a browser tells it; what is no part of one is passed over.

    It is in the memory of the kernel alone. There is no conclusion in it unless one was chosen.

    Attributes:
        candidate: that is looked at.
        marks: by candidate, then by part: `seen` and `note`.
        conclusion: that was chosen.
        reason: as far as it is written.
    """

    def __init__(self, candidates: Iterable[str]) -> None:
        """Begin with nothing marked.

        Args:
            candidates: ids of those that may be looked at.
        """
        self._candidates = frozenset(candidates)
        self.clear()

    def clear(self) -> None:
        """Forget all of it."""
        self.candidate: str | None = None
        self.marks: dict[str, dict[str, dict[str, str]]] = {}
        self.conclusion: str | None = None
        self.reason = ""

    def take(self, content: Mapping[str, Any]) -> None:
        """Take the draft as it is in a browser now."""
        self.candidate = _one_of(self._candidates, content.get("candidate"))
        self.conclusion = _one_of(frozenset(Conclusion), content.get("conclusion"))
        self.reason = _text(content.get("reason"))
        told = content.get("marks")
        self.marks = {
            one: marked
            for one, given in (told.items() if isinstance(told, dict) else ())
            if one in self._candidates and (marked := _marks(given))
        }

    def plain(self) -> dict[str, Any]:
        """Return it as a browser takes it."""
        return {
            "candidate": self.candidate,
            "marks": self.marks,
            "conclusion": self.conclusion,
            "reason": self.reason,
        }


def _marks(given: object) -> dict[str, dict[str, str]]:
    if not isinstance(given, dict):
        return {}
    return {
        part.value: {"seen": seen, "note": _text(one.get("note"))}
        for part in Component
        if isinstance(one := given.get(part.value), dict)
        and (seen := _one_of(frozenset(Seen), one.get("seen")))
    }


def _one_of(known: frozenset[str], given: object) -> str | None:
    return given if isinstance(given, str) and given in known else None


def _text(given: object) -> str:
    return given[:LONGEST] if isinstance(given, str) else ""
