"""What holds of the gaps of every session record."""

from __future__ import annotations

from itertools import pairwise

from workbench.governance.session_gaps import SessionGap
from workbench.governance.session_records import SessionRecord

__all__ = ["require_apart"]


def require_apart(record: SessionRecord) -> tuple[SessionGap, ...]:
    """Return the gaps of a search that has ended: all inside it, in order, and none overlaps."""
    assert record.ended is not None
    for gap in record.gaps:
        assert record.started <= gap.start < gap.end <= record.ended
    for one, other in pairwise(record.gaps):
        assert one.end <= other.start
    return record.gaps
