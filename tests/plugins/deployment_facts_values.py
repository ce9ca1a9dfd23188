"""Facts of one deployment with something of everything, and its record beside the published ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from managers_values import snapshot_folder

from workbench.outcomes import OutcomeRecords, check_records, met_deployments
from workbench.outcomes.deployment_facts import DeploymentFacts

__all__ = ["BENCH", "ENDED", "RUNNING", "drawn_facts", "drawn_snapshot"]

BENCH = "a drawn bench"
ENDED = "2026-11/HIGH-ST-1"
RUNNING = "2026-11/STATION-2"
STARTED = datetime(2026, 11, 25, 10, 2, 11, tzinfo=UTC)
_DIGEST = "5e0c" * 16


def drawn_facts(**changes: Any) -> DeploymentFacts:
    """Return facts of a deployment of two feeds, with gaps, alerts, a late list and unknown costs."""

    def at(minutes: float) -> datetime:
        return STARTED + timedelta(minutes=minutes)

    def document() -> dict[str, str]:
        return {"version": "2.0", "date": "2026-10-01"}

    def feed(name: str, begin: float, end: float | None, **more: Any) -> dict[str, Any]:
        return {
            "feed": name, "policy": "street/1", "matcher": "fused", "threshold": 2.5,
            "unit": "log10 likelihood ratio", "started": at(begin), "ended": end and at(end),
            "stopped_by": "somebody stopped it" if end else None, "frames": 180_000, "drops": 12,
            "faces_seen": 9_120, "counting_method": "tracks/1", "gaps": [], "lost": False,
            "damaged": False, "fault": False,
        } | more  # fmt: skip

    gaps = [
        {"kind": "dark", "start": at(41), "end": at(44.5)},
        {"kind": "paused", "start": at(90), "end": at(105)},
        {"kind": "no frames", "start": at(150), "end": at(151)},
    ]
    bins = [(0, 2), (2, 1), (3, 4), (6, 2), (9, 1), (12, 3), (17, 1)]
    first = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
    values: dict[str, Any] = {
        "reference": ENDED, "force": "Example Constabulary", "state": "closed", "running": False,
        "circumstances": {
            "place": "North End, outside the Whitgift Centre", "street": "North End",
            "town": "Croydon", "latitude": 51.37421, "longitude": -0.10032,
            "purposes": ["2: wanted by the courts, outstanding warrant"],
            "use_case": "Crime Hotspots", "use_case_paragraph": "2.3(a)", "assembly": False,
            "two_person": True, "starts": STARTED, "ends": at(240), "ended": at(200),
            "dpia": document(), "eia": document(),
            "appropriate_policy": document(), "policy": "street/1",
            "unit": "log10 likelihood ratio", "minimum_threshold": 2.5,
        },
        "authority": {
            "rank": "superintendent", "given_at": at(-1200), "urgent": False, "review_due": None,
            "reviewed_at": None, "withdrawn_at": None,
        },
        "notice": {
            "signs": 6, "leaflets": True, "announced_at": at(-4000), "given": 2,
            "first_at": at(-45), "last_at": at(-40),
        },
        "feeds": [feed("gate", 0, 195, gaps=gaps), feed("station", 5, 198, damaged=True)],
        "so_far": None,
        "timeline": [
            {"start": first + timedelta(minutes=10 * place), "alerts": many}
            for place, many in bins
        ],
        "alerts": {
            "alerts": 16, "open": 0, "destroyed_undecided": 1, "true_confirmed": 9,
            "true_unconfirmed": 2, "false_confirmed": 2, "false_unconfirmed": 0, "unresolved": 2,
            "engagements": 11, "stops": 8, "engagement_minutes": 74.5,
            "false_alert_engagements": 1, "false_alert_minutes": 3.5, "false_alert_arrests": 0,
            "arrests": 5, "other_disposals": 3, "no_action": 3, "without_outcome": 5,
            "faces_seen": 18_240, "blue_list_alerts": 4, "gone": 2,
        },
        "decisions": {
            "alerts": 14, "undecided": 2, "within_10": 3, "within_30": 5, "within_60": 2,
            "within_300": 1, "within_more": 1, "by_one": 1, "by_two": 13, "agreed": 11,
            "differed": 2, "by_a_third": 1,
        },
        "watchlist": {
            "references": 1_302, "subjects": 1_240, "limit": 2_000, "state": "destroyed",
            "built": at(-30), "destroyed": at(200 + 26 * 60), "due": at(200 + 24 * 60),
            "in_time": False,
            "categories": [
                {"name": "wanted by the courts", "categories": 1, "people": 1_101, "images": 1_150},
                {"name": None, "categories": 3, "people": 139, "images": 152},
            ],
        },
        "destroyed": [
            {
                "what": "watchlist", "at": at(200 + 26 * 60), "due": at(200 + 24 * 60),
                "late_s": 7200, "complete": True, "counts": {"references": 1302, "files": 1},
                "held": 0, "remaining": 0, "leftovers": 0, "disclosed": 0, "digest": _DIGEST,
            }
        ],
        "costs": [{"pounds": 412.5}, {"pounds": None}],
        "kept": {
            "alerts": 18, "moved": 1, "held": 2, "first_due": at(31 * 1440 + 5),
            "last_due": at(31 * 1440 + 180), "alert_days": 31,
        },
        "notes": [],
    }  # fmt: skip
    return DeploymentFacts.model_validate(values | changes)


def drawn_snapshot(folder: Path, *, published: bool = True, **more: Any) -> Path:
    """Write a snapshot of one that has ended, one that runs, and the published example."""
    one = drawn_facts()
    row = {
        "record": ENDED, "version": 1, "force": one.force, "source": BENCH, "source_row": 1,
        "state": "completed", "place": "North End, outside the Whitgift Centre, Croydon",
        "latitude": 51.37421, "longitude": -0.10032,
        "date": STARTED.date(), "starts_at": STARTED, "ends_at": one.feeds[1].ended,
        "duration_minutes": 388.0, "purpose": "2", "use_case": "Crime Hotspots",
        "watchlist_size": 1302, "threshold": 2.5, "matcher": "fused, log10 likelihood ratio",
        "total_alerts": 16, "true_confirmed": 9, "true_unconfirmed": 2, "true_alerts": 11,
        "false_confirmed": 2, "false_unconfirmed": 0, "false_alerts": 2, "unresolved": 3,
        "false_alert_engagements": 1, "false_alert_arrests": 0, "arrests": 5,
        "other_disposals": 3, "no_action": 3, "faces_seen": 18_240,
        "counting_method": "tracks/1", "cost": 412.5, "cost_lines_unknown": 1,
    }  # fmt: skip
    met = met_deployments()
    own = check_records(pl.DataFrame([row], schema=OutcomeRecords.create_empty().schema))
    said = one.circumstances.model_dump() | {"ended": None}
    held = one.watchlist and one.watchlist.model_dump()
    still = {"state": "ready", "destroyed": None, "due": None, "in_time": None}
    runs = drawn_facts(
        reference=RUNNING, state="live", running=True, circumstances=said, destroyed=(),
        so_far={"until": STARTED.replace(minute=50, second=0), "alerts": 9},
        alerts=None, decisions=None, kept=None,
        watchlist=held and held | still,
    )  # fmt: skip
    records = OutcomeRecords.cast(pl.concat([own, met])) if published else own
    told = {"deployments": (one, runs), "bench": BENCH} | more
    return snapshot_folder(folder, records, **told)
