"""What is kept, what is late, and what certificates say went: by class and by deployment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from workbench.governance.retention import Profile, RetentionClass
from workbench.outcomes.kept_facts import AlertsKept, CertificateFacts, RetentionFacts, RuleFacts
from workbench.records.moments import from_text

__all__ = ["Keeping"]

_Row = Mapping[str, Any]
_CLASSES: Final = (
    RetentionClass.WATCHLIST,
    RetentionClass.ALERT,
    RetentionClass.CASE,
    RetentionClass.EVALUATION_SET,
    RetentionClass.COLLECTION,
)
"""What a bench keeps for a time; what matches nobody is never stored, and the log stays."""


class Keeping:
    """What is kept at a moment, and what was destroyed before."""

    def __init__(
        self, kept: Sequence[_Row], erasures: Sequence[_Row], profile: Profile, now: datetime
    ) -> None:
        """Take the rows of what is kept and of certificates, the limits, and the moment."""
        self._kept = kept
        self._profile = profile
        self._now = now
        issued = [_certificate(row) for row in erasures]
        self.certificates = tuple(
            sorted(issued, key=lambda one: (one.finished, one.reference or "", one.retention))
        )

    def classes(self) -> tuple[RetentionFacts, ...]:
        """Return what is kept and went of each class."""
        return tuple(self._class(retention) for retention in _CLASSES)

    def alerts(self) -> tuple[AlertsKept, ...]:
        """Return what is kept and went of the alerts of each deployment."""
        kept = [row for row in self._kept if row["retention"] == RetentionClass.ALERT]
        gone = [one for one in self.certificates if one.retention == RetentionClass.ALERT]
        references = {row["reference"] for row in kept} | {one.reference for one in gone}
        return tuple(
            self._alerts(
                reference,
                [row for row in kept if row["reference"] == reference],
                [one for one in gone if one.reference == reference],
            )
            for reference in sorted(references, key=lambda one: one or "")
        )

    def _class(self, retention: RetentionClass) -> RetentionFacts:
        limit = self._profile.limit(retention)
        rows = [row for row in self._kept if row["retention"] == retention]
        gone = [one for one in self.certificates if one.retention == retention]
        source = limit.source
        return RetentionFacts(
            retention=retention.value,
            keep_s=None if limit.keep is None else int(limit.keep.total_seconds()),
            starts_from=limit.starts_from,
            rule=RuleFacts(text=source.text, where=source.where, standing=source.standing.meaning),
            kept=_things(rows),
            held=_things([row for row in rows if row["held"]]),
            overdue=_things(self._overdue(rows)),
            overdue_since=min((self._due(row) for row in self._overdue(rows)), default=None),
            next_due=self._next_due(rows),
            erasures=len(gone),
            late=sum(one.late_by_s > 0 for one in gone),
            partial=sum(one.result == "partial" for one in gone),
            longest_late_s=max((one.late_by_s for one in gone), default=0),
        )

    def _alerts(
        self, reference: str | None, rows: list[_Row], gone: list[CertificateFacts]
    ) -> AlertsKept:
        return AlertsKept(
            reference=reference,
            kept=_things(rows),
            held=_things([row for row in rows if row["held"]]),
            overdue=_things(self._overdue(rows)),
            next_due=self._next_due(rows),
            destroyed=sum(one.destroyed for one in gone),
            destroyed_late=sum(one.destroyed for one in gone if one.late_by_s),
            longest_late_s=max((one.late_by_s for one in gone), default=0),
        )

    def _due(self, row: _Row, moment: str = "first") -> datetime:
        keep = self._profile.limit(RetentionClass(row["retention"])).keep or timedelta(0)
        return from_text(row[moment]) + keep

    def _overdue(self, rows: list[_Row]) -> list[_Row]:
        """Return the rows all of whose things are past their limit, and that no hold keeps."""
        return [row for row in rows if not row["held"] and self._due(row, "last") <= self._now]

    def _next_due(self, rows: list[_Row]) -> datetime | None:
        late = self._overdue(rows)
        return min(
            (self._due(row) for row in rows if not row["held"] and row not in late), default=None
        )


def _things(rows: Sequence[_Row]) -> int:
    return sum(row["things"] for row in rows)


def _certificate(row: _Row) -> CertificateFacts:
    plain = ("reference", "retention", "result", "held", "remaining", "leftovers", "disclosed")
    return CertificateFacts(
        **{name: row[name] for name in plain},
        due=None if row["due"] is None else from_text(row["due"]),
        finished=from_text(row["finished"]),
        late_by_s=int(row["late_by_s"]),
        destroyed=row["objects"],
        logged=bool(row["logged"]),
    )
