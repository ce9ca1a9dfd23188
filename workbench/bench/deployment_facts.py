"""Facts of deployments for the pages of managers, made of aggregate rows.

It is imported where it is used: the facts come with tables, which are slow to load.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from workbench.bench.rules import Rules
from workbench.governance.categories import Category as ListedAs
from workbench.governance.deployment_outcomes import DeploymentOutcome
from workbench.governance.purposes import Purpose, UseCase
from workbench.governance.ranks import Rank
from workbench.governance.retention import RetentionClass
from workbench.governance.stopping import StopReason
from workbench.outcomes.deployment_facts import (
    ALERT_BIN_MINUTES,
    AlertFacts,
    AuthorityFacts,
    Category,
    Circumstances,
    CostFact,
    DecisionFacts,
    DeploymentFacts,
    Destruction,
    Document,
    FeedFacts,
    KeptFacts,
    ListFacts,
    NoticeFacts,
    SoFar,
    TenMinutes,
)
from workbench.records.damage import reads_whole
from workbench.records.deployment_facts import Rows
from workbench.records.deployment_views import (
    ALERT_TIMES,
    CATEGORIES,
    CIRCUMSTANCES,
    DECISIONS,
    DESTROYED,
    FEEDS,
    KEPT,
)
from workbench.records.moments import from_json, from_text, object_from_json
from workbench.records.outcome_views import WATCHLISTS

__all__ = ["facts_of"]

_Row = Mapping[str, Any]
_VERSION: Final = re.compile(r"v?\d{1,4}([._/-]\d{1,4}){0,3}[a-z]?", re.ASCII)


def facts_of(
    outcome: DeploymentOutcome, rows: Rows, rules: Rules, now: datetime
) -> DeploymentFacts:
    """Return the facts of one deployment; of one that runs no more than cannot follow an alert.

    Args:
        outcome: its counts.
        rows: what aggregates tell of it.
        rules: of the bench, that say how long things are kept.
        now: of one that runs, alerts of the ten minutes of the clock that are over by then count.

    Raises:
        StoreError: when what is stored of it is not what the workbench writes.
    """
    with reads_whole("deployment", outcome.reference):
        [said] = rows[CIRCUMSTANCES]
        feeds = tuple(_feed(row) for row in rows.get(FEEDS, ()))
        running = outcome.ended is None
        timeline = _timeline(rows, _until(now) if running else None)
        decided = _first(rows, DECISIONS)
        destroyed = tuple(_destruction(row) for row in rows.get(DESTROYED, ()))
        return DeploymentFacts(
            reference=outcome.reference,
            force=outcome.force,
            state=outcome.state.value,
            running=running,
            circumstances=_circumstances(outcome, said),
            authority=_authority(said),
            notice=_notice(said),
            feeds=feeds,
            so_far=_so_far(outcome, timeline, decided, _until(now)) if running else None,
            timeline=timeline,
            alerts=None if running else _alerts(outcome, feeds, decided),
            decisions=None if running else _decisions(decided),
            watchlist=_list(outcome, said, rows, destroyed, rules),
            destroyed=destroyed,
            costs=tuple(
                CostFact(pounds=None if one.amount is None else float(one.amount))
                for one in outcome.costs.lines
            ),
            kept=None if running else _kept(_first(rows, KEPT), rules),
            notes=_notes(feeds),
        )


def _until(now: datetime) -> datetime:
    """Return the end of the last ten minutes of the clock that are over."""
    minute = now.minute - now.minute % ALERT_BIN_MINUTES
    return now.astimezone(UTC).replace(minute=minute, second=0, microsecond=0)


def _timeline(rows: Rows, until: datetime | None) -> tuple[TenMinutes, ...]:
    found = (
        TenMinutes(start=from_text(f"{row['ten_minutes']}0:00+00:00"), alerts=row["alerts"])
        for row in rows.get(ALERT_TIMES, ())
    )
    return tuple(one for one in found if until is None or one.start < until)


def _so_far(
    outcome: DeploymentOutcome,
    timeline: Sequence[TenMinutes],
    there: _Row | None,
    until: datetime,
) -> SoFar:
    return SoFar(until=until, alerts=sum(one.alerts for one in timeline) + _gone(outcome, there))


def _gone(outcome: DeploymentOutcome, there: _Row | None) -> int:
    return max(0, outcome.counts.alerts - (there["alerts"] if there else 0))


def _circumstances(outcome: DeploymentOutcome, said: _Row) -> Circumstances:
    use_case = UseCase(said["use_case"])
    purposes = [Purpose(one) for one in from_json(said["purposes"])]
    documents: dict[str, Any] = {
        name: _document(object_from_json(said[name]))
        for name in ("dpia", "eia", "appropriate_policy")
    }
    return Circumstances(
        place=outcome.place,
        street=said["street"],
        town=outcome.town,
        latitude=float(said["latitude"]),
        longitude=float(said["longitude"]),
        purposes=tuple(f"{one.code}: {one.text}" for one in purposes),
        use_case=use_case.text,
        use_case_paragraph=use_case.paragraph,
        assembly=bool(said["assembly"]),
        two_person=bool(said["two_person"]),
        starts=outcome.starts,
        ends=outcome.ends,
        ended=outcome.ended,
        policy=said["policy"],
        unit=said["unit"],
        minimum_threshold=float(said["minimum_threshold"]),
        **documents,
    )


def _document(said: Mapping[str, Any]) -> Document:
    """Return that a document is there; its title and a version in words may name somebody."""
    version = said["version"]
    return Document(version=version if _VERSION.fullmatch(version) else None, date=said["date"])


def _authority(said: _Row) -> AuthorityFacts:
    return AuthorityFacts(
        rank=Rank(said["authority_rank"]).spoken,
        given_at=_at(said["authorised_at"]),
        urgent=bool(said["urgent"]),
        review_due=_moment(said["review_due"]),
        reviewed_at=_moment(said["reviewed_at"]),
        withdrawn_at=_moment(said["withdrawn_at"]),
    )


def _notice(said: _Row) -> NoticeFacts:
    return NoticeFacts(
        signs=int(said["signs"]),
        leaflets=bool(said["leaflets"]),
        announced_at=_moment(said["published_at"]),
        given=said["notices"],
        first_at=_moment(said["first_notice"]),
        last_at=_moment(said["last_notice"]),
    )


def _feed(row: _Row) -> FeedFacts:
    lists = [from_json(row[f"gap_{name}s"] or "[]") for name in ("kind", "start", "end")]
    gaps: list[Any] = [
        {"kind": kind.replace("-", " "), "start": _at(start), "end": _at(end)}
        for kind, start, end in zip(*lists, strict=True)
    ]
    as_they_are = (
        *("feed", "policy", "matcher", "unit", "threshold", "frames", "drops"),
        *("faces_seen", "counting_method"),
    )
    ended = _moment(row["ended"])
    stopped = row["stopped_by"]
    return FeedFacts(
        **{name: row[name] for name in as_they_are},
        started=_at(row["started"]),
        ended=ended,
        stopped_by=None if ended is None or stopped is None else StopReason(stopped).phrase,
        gaps=tuple(gaps) if row["recorded"] else None,
        lost=bool(row["lost"]),
        damaged=bool(row["damage"]),
        fault=bool(row["fault"]),
    )


def _alerts(
    outcome: DeploymentOutcome, feeds: Sequence[FeedFacts], there: _Row | None
) -> AlertFacts:
    counts = outcome.counts
    plain = counts.plain()
    came_of_it = counts.outcomes
    values = {name: plain[name] for name in AlertFacts.model_fields if name in plain}
    return AlertFacts(
        **values
        | {
            "alerts": counts.alerts,
            "faces_seen": counts.faces_seen if len(_methods(feeds)) == 1 else None,
            "arrests": came_of_it.arrest,
            "other_disposals": came_of_it.other_disposal,
            "no_action": came_of_it.no_action,
            "without_outcome": came_of_it.without_outcome,
            "blue_list_alerts": outcome.blue_list_alerts,
            "gone": _gone(outcome, there),
        }
    )


def _decisions(there: _Row | None) -> DecisionFacts:
    if there is None:
        return DecisionFacts()
    return DecisionFacts(**{name: there[name] for name in DecisionFacts.model_fields})


def _list(
    outcome: DeploymentOutcome,
    said: _Row,
    rows: Rows,
    destroyed: Sequence[Destruction],
    rules: Rules,
) -> ListFacts | None:
    row = _first(rows, WATCHLISTS)
    if row is None:
        return None
    gone, due = _moment(row["destroyed"]), _due_of_list(outcome, destroyed, rules)
    return ListFacts(
        references=row["references_count"],
        subjects=row["subjects_count"],
        limit=None if said["watchlist_limit"] is None else int(said["watchlist_limit"]),
        state=row["state"],
        built=_at(row["built"]),
        destroyed=gone,
        due=due,
        in_time=None if gone is None or due is None else gone <= due,
        categories=tuple(
            Category(
                name=None if one["category"] is None else ListedAs(one["category"]).explanation,
                categories=int(one["categories"]),
                people=None if one["people"] is None else int(one["people"]),
                images=None if one["images"] is None else int(one["images"]),
            )
            for one in sorted(rows.get(CATEGORIES, ()), key=lambda one: one["category"] is None)
        ),
    )


def _due_of_list(
    outcome: DeploymentOutcome, destroyed: Sequence[Destruction], rules: Rules
) -> datetime | None:
    """Return when the list was to be gone: as certified, else as the rules have it now."""
    certified = [one.due for one in destroyed if one.what == RetentionClass.WATCHLIST.value]
    if certified and certified[-1] is not None:
        return certified[-1]
    keep = rules.retention.limit(RetentionClass.WATCHLIST).keep
    return None if outcome.ended is None or keep is None else outcome.ended + keep


def _destruction(row: _Row) -> Destruction:
    counts: dict[str, Any] = object_from_json(row["counts"])
    lists = ("held", "remaining", "leftovers", "disclosed")
    return Destruction(
        what=row["retention"].replace("-", " "),
        at=_at(row["at"]),
        due=_moment(row["due"]),
        late_s=row["late_by_s"],
        complete=row["result"] == "complete",
        counts=counts,
        digest=row["digest"],
        **{name: row[name] for name in lists},
    )


def _kept(there: _Row | None, rules: Rules) -> KeptFacts:
    keep = rules.retention.limit(RetentionClass.ALERT).keep
    days = None if keep is None else keep / timedelta(days=1)
    if there is None:
        return KeptFacts(alerts=0, moved=0, held=0, first_due=None, last_due=None, alert_days=days)
    first, last = (_at(there[f"{name}_raised"]) for name in ("first", "last"))
    return KeptFacts(
        alerts=there["alerts"],
        moved=there["moved"],
        held=there["held"],
        first_due=None if keep is None else first + keep,
        last_due=None if keep is None else last + keep,
        alert_days=days,
    )


def _notes(feeds: Sequence[FeedFacts]) -> tuple[str, ...]:
    """Say where a record cannot hold all that its searches were."""
    notes = []
    thresholds = sorted({one.threshold for one in feeds})
    units = {one.unit for one in feeds}
    if len(units) > 1:
        notes.append(
            f"Its searches scored in {len(units)} units, of which no threshold is another's: the "
            "record gives none."
        )
    elif len(thresholds) > 1:
        notes.append(
            f"Its searches had {len(thresholds)} thresholds, "
            f"{' and '.join(f'{one:g}' for one in thresholds)}: the record gives the least."
        )
    if len(_methods(feeds)) > 1:
        notes.append(
            "Its searches counted faces in more than one way, and such faces have no sum: the "
            "record says they are unknown; each search has its own."
        )
    return tuple(notes)


def _methods(feeds: Sequence[FeedFacts]) -> set[str | None]:
    return {one.counting_method for one in feeds}


def _first(rows: Rows, view: str) -> _Row | None:
    found = rows.get(view, ())
    return found[0] if found else None


def _moment(text: str | None) -> datetime | None:
    return None if text is None else _at(text)


def _at(text: str) -> datetime:
    return from_text(text).astimezone(UTC)
