"""What stands at the head of every publication: of what it is, when it was made, what bears it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workbench.governance.moments import spoken

__all__ = ["PublicationHead", "period_words"]


@dataclass(frozen=True, slots=True)
class PublicationHead:
    """The head of a publication.

    Attributes:
        title: what it is.
        about: of whom and when, in a phrase.
        sources: documents or bench that its figures are of.
        made: when, in UTC.
        category: `demonstration` marks it as one; `None` for an operation.
        log: place and hash of the newest entry of the audit log; `None` for published records,
            which no log is kept of.
        notes: what is to be known before all else.
    """

    title: str
    about: str
    sources: tuple[str, ...]
    made: datetime
    category: str | None = None
    log: tuple[int, str] | None = None
    notes: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "title": self.title,
            "about": self.about,
            "sources": list(self.sources),
            "made": self.made.isoformat(),
            "category": self.category,
            "audit": None
            if self.log is None
            else {"head_seq": self.log[0], "head_hash": self.log[1]},
            "notes": list(self.notes),
        }

    @property
    def made_words(self) -> str:
        """When it was made, for people."""
        return spoken(self.made.replace(second=0, microsecond=0))


def period_words(first: date | None, last: date | None) -> str:
    """Return a period in words.

    >>> period_words(date(2024, 6, 1), date(2024, 6, 30)), period_words(None, None)
    ('1 June 2024 to 30 June 2024', 'all that is on record')
    """
    if first is None and last is None:
        return "all that is on record"
    begins = "the beginning of the records" if first is None else f"{first.day} {first:%B %Y}"
    ends = "the end of the records" if last is None else f"{last.day} {last:%B %Y}"
    return f"{begins} to {ends}"
