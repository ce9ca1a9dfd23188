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

__all__ = ["PolicyDeployment", "field_counts"]


@dataclass(frozen=True, slots=True)
class PolicyDeployment:
    """What came of one deployment, ended or not.

    Attributes:
        reference: names it.
        ended: when it came to an end; `None` while it has not.
        threshold: the lowest from which one of its searches raised alerts.
        references: images on its list; `None` where none is on record.
        faces: seen in the searches that counted them to their end; where that was done in two ways,
            in the one that saw most.
        counted_by: what counts as a face in them; `None` where none was counted.
        uncounted: searches that did not, still run, or counted in another way.
        false: alerts decided as false, confirmed or not.
        undecided: open, destroyed undecided, or unresolved.
        alerts: all of them.
    """

    reference: str
    ended: datetime | None
    threshold: float
    references: int | None
    faces: int
    counted_by: str | None
    uncounted: int
    false: int
    undecided: int
    alerts: int


def field_counts(connection: Connection, policy_id: str, *, views: bool) -> list[PolicyDeployment]:
    """Return what came of each deployment that was searched under a policy, ended or not.

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
    for came in connection.execute(select(done)).mappings():
        reference = came["reference"]
        if reference not in thresholds:
            continue
        false = came["false_confirmed"] + came["false_unconfirmed"]
        undecided = came["open"] + came["destroyed_undecided"] + came["unresolved"]
        alerts = false + undecided + came["true_confirmed"] + came["true_unconfirmed"]
        faces, counted_by, uncounted = _faces(counted[reference])
        with reads_whole("deployment", reference):
            found.append(
                PolicyDeployment(
                    reference=reference,
                    ended=None if came["ended"] is None else from_text(came["ended"]),
                    threshold=min(thresholds[reference]),
                    references=sizes.get(reference),
                    faces=faces,
                    counted_by=counted_by,
                    uncounted=uncounted,
                    false=false,
                    undecided=undecided,
                    alerts=alerts,
                )
            )
    return found


def _faces(counted: list[tuple[int | None, str | None]]) -> tuple[int, str | None, int]:
    """Return faces of the way of counting that saw most, the way, and how many did otherwise.

    Faces of two ways of counting have no sum.
    """
    sums: dict[str | None, list[int]] = defaultdict(list)
    for faces, way in counted:
        if faces is not None:
            sums[way].append(faces)
    if not sums:
        return 0, None, len(counted)
    way = max(sums, key=lambda one: (sum(sums[one]), one or ""))
    return sum(sums[way]), way, len(counted) - len(sums[way])
