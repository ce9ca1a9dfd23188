"""What came of a bench's deployments as outcome records, so that they are published like others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from workbench.governance.deployment_outcomes import DeploymentOutcome
from workbench.governance.deployment_records import DeploymentRecord
from workbench.governance.deployments import DeploymentState

if TYPE_CHECKING:
    import dataframely as dy

    from workbench.outcomes.records import OutcomeRecords

__all__ = ["carried_out", "outcome_records"]

_ENDED: Final = frozenset({DeploymentState.CLOSED, DeploymentState.PURGED})


def carried_out(outcomes: Sequence[DeploymentOutcome]) -> tuple[DeploymentOutcome, ...]:
    """Return those that ended and were searched; no figure is published of what still runs."""
    return tuple(one for one in outcomes if one.state in _ENDED and one.searches)


def outcome_records(
    outcomes: Sequence[DeploymentOutcome],
    details: Mapping[str, DeploymentRecord],
    source: str,
) -> dy.DataFrame[OutcomeRecords]:
    """Return a record for each deployment, in order.

    Args:
        outcomes: those of `carried_out`.
        details: by reference, the records of those that whoever asks may read; what they alone say
            is unknown of the others.
        source: what to call the bench.
    """
    import polars as pl  # noqa: PLC0415 - keeps `--help` quick

    from workbench.outcomes.records import (  # noqa: PLC0415 - likewise
        OutcomeRecords,
        check_records,
    )

    rows = [
        _row(one, details.get(one.reference), number) | {"source": source}
        for number, one in enumerate(outcomes, 1)
    ]
    schema = OutcomeRecords.create_empty().schema
    return check_records(pl.DataFrame(rows, schema=schema), source)


def _row(one: DeploymentOutcome, record: DeploymentRecord | None, number: int) -> dict[str, Any]:
    counts, costs = one.counts, one.costs
    ended = one.ended or one.ends
    return {
        "record": one.reference,
        "version": 1,
        "force": one.force,
        "source_row": number,
        "state": "completed",
        "place": f"{one.place}, {one.town}",
        "date": one.starts.date(),
        "starts_at": one.starts,
        "ends_at": ended if ended > one.starts else None,
        "duration_minutes": one.searched_minutes or None,
        "watchlist_size": one.list_references,
        "total_alerts": counts.alerts,
        "true_confirmed": counts.true_confirmed,
        "true_unconfirmed": counts.true_unconfirmed,
        "true_alerts": counts.true,
        "false_confirmed": counts.false_confirmed,
        "false_unconfirmed": counts.false_unconfirmed,
        "false_alerts": counts.false,
        "unresolved": counts.undecided,
        "false_alert_engagements": counts.false_alert_engagements,
        "false_alert_arrests": counts.false_alert_arrests,
        "arrests": counts.outcomes.arrest,
        "other_disposals": counts.outcomes.other_disposal,
        "no_action": counts.outcomes.no_action,
        "faces_seen": counts.faces_seen,
        "cost": None if costs.unknown == len(costs.lines) else float(costs.known),
        "cost_lines_unknown": costs.unknown if costs.lines else None,
    } | ({} if record is None else _detail(record))


def _detail(record: DeploymentRecord) -> dict[str, Any]:
    spot = record.location.coordinates
    methods = {one.counting_method for one in record.searches if one.counting_method is not None}
    return {
        "latitude": spot.latitude,
        "longitude": spot.longitude,
        "use_case": record.use_case.text,
        "purpose": ", ".join(str(purpose.code) for purpose in record.purposes),
        "threshold": record.minimum_threshold,
        "matcher": record.policy,
        "counting_method": ", ".join(sorted(methods)) or None,
    }
