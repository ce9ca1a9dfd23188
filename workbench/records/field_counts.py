"""What came of deployments under a threshold policy in counts, for watching it in the field.

Read from the tables by those who come to deployments, and from the aggregate views by those who
are to see nobody; both say the same.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from workbench.records.damage import reads_whole
from workbench.records.moments import from_text
from workbench.records.outcome_views import DEPLOYMENTS, SEARCHES, WATCHLISTS
from workbench.records.outcomes import relation

__all__ = ["FieldCounts", "field_counts"]


@dataclass(frozen=True, slots=True)
class FieldCounts:
    """What came of one deployment that ended.

    Attributes:
        reference: names it.
        ended: when it came to an end.
        threshold: the lowest from which one of its searches raised alerts.
        references: images on its list; `None` where none is on record.
        faces: estimate of faces seen; `None` where it is not known, or was counted in two ways.
        counted_by: what counts as a face seen; `None` where `faces` is.
        false: alerts decided as false, confirmed or not.
        undecided: open, destroyed undecided, or unresolved.
    """

    reference: str
    ended: datetime
    threshold: float
    references: int | None
    faces: int | None
    counted_by: str | None
    false: int
    undecided: int


def field_counts(connection: Connection, policy_id: str, *, views: bool) -> list[FieldCounts]:
    """Return what came of each deployment that was searched under a policy and ended.

    Args:
        connection: of any store.
        policy_id: id of the policy.
        views: read the views of aggregates; else the tables of which they are made.
    """
    ran = relation(connection, SEARCHES, views=views)
    listed = relation(connection, WATCHLISTS, views=views)
    done = relation(connection, DEPLOYMENTS, views=views)
    thresholds: dict[str, list[float]] = defaultdict(list)
    counted: dict[str, list[tuple[int | None, str | None]]] = defaultdict(list)
    under = select(ran.c.reference, ran.c.threshold, ran.c.faces_seen, ran.c.counting_method)
    for row in connection.execute(under.where(ran.c.policy == policy_id)):
        thresholds[row.reference].append(row.threshold)
        counted[row.reference].append((row.faces_seen, row.counting_method))
    if not thresholds:
        return []
    sizes = {
        row.reference: row.references_count
        for row in connection.execute(select(listed.c.reference, listed.c.references_count))
    }
    found = []
    for came in connection.execute(select(done).where(done.c.ended.is_not(None))).mappings():
        reference = came["reference"]
        if reference not in thresholds:
            continue
        false = came["false_confirmed"] + came["false_unconfirmed"]
        undecided = came["open"] + came["destroyed_undecided"] + came["unresolved"]
        alerts = false + undecided + came["true_confirmed"] + came["true_unconfirmed"]
        faces, counted_by = _faces(counted[reference], alerts)
        with reads_whole("deployment", reference):
            found.append(
                FieldCounts(
                    reference=reference,
                    ended=from_text(came["ended"]),
                    threshold=min(thresholds[reference]),
                    references=sizes.get(reference),
                    faces=faces,
                    counted_by=counted_by,
                    false=false,
                    undecided=undecided,
                )
            )
    return found


def _faces(
    counted: list[tuple[int | None, str | None]], alerts: int
) -> tuple[int | None, str | None]:
    """Return the sum, as `workbench.governance.deployment_records.faces_seen` has it, and the way.

    Faces of two ways of counting have no sum.
    """
    known = [faces for faces, _ in counted if faces is not None]
    ways = {method for _, method in counted}
    if len(known) < len(counted) or sum(known) < alerts or len(ways) > 1:
        return None, None
    return sum(known), ways.pop()
