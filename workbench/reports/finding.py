"""What a page needs to know of one live search: its counts, and its alerts as they are decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from workbench.governance.session_counts import SessionCounts
from workbench.governance.session_setup import SessionSetup
from workbench.governance.stopping import StopReason
from workbench.live.alert_document import AlertDocument
from workbench.reports.page import TruthView
from workbench.reports.wording import Meaning

__all__ = ["Finding", "FoundAlert"]


@dataclass(frozen=True, slots=True)
class FoundAlert:
    """An alert, with its pictures, as it stands now.

    Attributes:
        id: names it.
        state: what people have decided.
        decided_after: from the alert to when they had; `None` while they have not.
        document: what the vault holds of it.
    """

    id: str
    state: str
    decided_after: timedelta | None
    document: AlertDocument

    @property
    def time_s(self) -> float:
        """Time in the feed at which it was raised."""
        return self.document.time_s

    @property
    def subject(self) -> str:
        """Reference of the person on the list."""
        return self.document.subject

    @property
    def score(self) -> float:
        """Of the face for that person."""
        return self.document.score


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """All that a page needs to know of one search.

    Attributes:
        feed: name of the feed.
        created: when the search ended, or when this was put together while it goes on.
        stopped_by: why it ended; `None` while it goes on.
        threshold: from which score on an alert was raised.
        setup: what it searched with.
        counts: what it came to.
        alerts: in order.
        meaning: what a score means at the size of its list.
        provenance: label and value, for whoever repeats it.
        truths: who it was, by alert id, where the feed was staged.
    """

    feed: str
    created: datetime
    stopped_by: StopReason | None
    threshold: float
    setup: SessionSetup
    counts: SessionCounts
    alerts: Sequence[FoundAlert]
    meaning: Callable[[float], Meaning]
    provenance: Mapping[str, str]
    truths: Mapping[str, TruthView] | None = None

    @property
    def duration_s(self) -> float:
        """Time in the feed that was searched; 0 where nobody knows."""
        return self.counts.duration_s or 0.0

    @property
    def decided(self) -> int:
        """How many alerts people have settled."""
        return sum(alert.decided_after is not None for alert in self.alerts)
