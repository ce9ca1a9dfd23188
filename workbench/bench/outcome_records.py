"""The closed deployments of a bench as outcome records, in the columns of what forces publish.

It is imported where it is used: the records are a table, which is slow to load.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import dataframely as dy
import polars as pl

from workbench.governance.deployment_outcomes import DeploymentOutcome
from workbench.outcomes.deployment_facts import AlertFacts, DeploymentFacts, FeedFacts
from workbench.outcomes.records import OutcomeRecords, check_records

__all__ = ["outcome_rows"]


def outcome_rows(
    outcomes: Iterable[DeploymentOutcome], facts: Mapping[str, DeploymentFacts], source: str
) -> dy.DataFrame[OutcomeRecords]:
    """Return one record for each deployment that has ended, in order of their beginning.

    One that ended without a search is `aborted`, and nothing is counted of it. Of several searches
    in one deployment the minutes are added up, also where they ran beside each other; the record
    gives the least threshold, and none where their scores have different units; faces that were
    counted in different ways have no sum and are unknown. `unresolved` is every alert that nobody
    decided: open, destroyed undecided, or unresolved. `watchlist_size` counts images.

    Args:
        outcomes: of a report.
        facts: of each of them, by reference.
        source: what to call the bench.

    Raises:
        RecordError: when what is on record of one cannot be a record.
    """
    ended = [one for one in outcomes if one.ended is not None and one.reference in facts]
    rows = [
        _row(one, facts[one.reference]) | {"source": source, "source_row": number}
        for number, one in enumerate(ended, 1)
    ]
    schema = OutcomeRecords.create_empty().schema
    return check_records(pl.DataFrame(rows, schema=schema), source)


def _row(outcome: DeploymentOutcome, facts: DeploymentFacts) -> dict[str, Any]:
    said = facts.circumstances
    costs = outcome.costs
    row: dict[str, Any] = {
        "record": outcome.reference,
        "version": 1,
        "force": outcome.force,
        "state": "completed" if facts.feeds else "aborted",
        "place": f"{outcome.place}, {outcome.town}",
        "latitude": said.latitude,
        "longitude": said.longitude,
        "date": outcome.starts.date(),
        "purpose": ", ".join(one.partition(":")[0] for one in said.purposes),
        "use_case": said.use_case,
        "watchlist_size": outcome.list_references,
        "cost": float(costs.known) if costs.known or costs.total is not None else None,
        "cost_lines_unknown": costs.unknown if costs.lines else None,
    }
    if not facts.feeds or facts.alerts is None:
        return row
    return row | _searched(outcome, facts.feeds, facts.alerts)


def _searched(
    outcome: DeploymentOutcome, feeds: tuple[FeedFacts, ...], alerts: AlertFacts
) -> dict[str, Any]:
    """Return what is counted of a deployment that was searched."""
    ends = [one.ended for one in feeds if one.ended is not None]
    began = min(one.started for one in feeds)
    over = max(ends) if len(ends) == len(feeds) else None
    minutes = outcome.searched_minutes
    counts = outcome.counts
    engaged = counts.engagements - counts.false_alert_engagements
    return {
        "date": began.date(),
        "starts_at": began,
        "ends_at": over if over is not None and over > began else None,
        "duration_minutes": minutes or None,
        **_threshold(feeds),
        "total_alerts": counts.alerts,
        "true_confirmed": counts.true_confirmed,
        "true_unconfirmed": counts.true_unconfirmed,
        "true_alerts": counts.true,
        "false_confirmed": counts.false_confirmed,
        "false_unconfirmed": counts.false_unconfirmed,
        "false_alerts": counts.false,
        "unresolved": counts.undecided,
        # On what was decided neither way somebody may have been spoken to as well.
        "true_alert_engagements": None if counts.undecided else engaged,
        "false_alert_engagements": counts.false_alert_engagements,
        "false_alert_arrests": counts.false_alert_arrests,
        "arrests": alerts.arrests,
        "other_disposals": alerts.other_disposals,
        "no_action": alerts.no_action,
        "faces_seen": alerts.faces_seen,
        "counting_method": feeds[0].counting_method if alerts.faces_seen is not None else None,
    }


def _threshold(feeds: tuple[FeedFacts, ...]) -> dict[str, Any]:
    """Return the least threshold with what its scores are made with; none of several units."""
    units = {(one.matcher, one.unit) for one in feeds}
    if len(units) > 1:
        return {}
    [(matcher, unit)] = units
    name = None if matcher is None else f"{matcher}, {unit}"
    return {"threshold": min(one.threshold for one in feeds), "matcher": name}
