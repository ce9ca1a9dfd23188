"""A deployment and its record, in words for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workbench.cli.certificates import log_rows
from workbench.cli.console import say
from workbench.cli.tables import show_pairs, show_table
from workbench.governance.moments import spoken
from workbench.number_words import percent

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from workbench.bench.deployment_view import DeploymentView
    from workbench.bench.log_head import LogHead
    from workbench.governance.deployment_counts import FalseAlertRates, Rate
    from workbench.governance.deployment_records import DeploymentRecord

__all__ = ["said_number", "said_rate", "show_deployment", "show_deployments", "show_record"]

_UNKNOWN: Final = "unknown"
_NOTHING: Final = "nothing was searched"


def show_deployments(views: Iterable[DeploymentView]) -> None:
    """Write a table of deployments."""
    show_table(
        ("reference", "state", "applicant", "starts", "ends"),
        [
            (view.reference, view.state, view.applicant, _said(view.starts), _said(view.ends))
            for view in views
        ],
        whole=("reference",),
    )


def show_deployment(view: DeploymentView) -> None:
    """Write all that is known of a deployment but its record."""
    draft, authority = view.draft, view.authority
    location = draft.get("location") or {}
    pairs: list[tuple[str, object]] = [
        ("reference", view.reference),
        ("state", view.state),
        ("id", view.id),
        ("applicant", view.applicant),
        ("place", ", ".join(location[part] for part in ("name", "town") if part in location)),
        ("purposes", ", ".join(draft.get("purposes", ()))),
        ("use case", draft.get("use_case")),
        ("assembly expected", _yes(value=draft.get("assembly"))),
        ("feeds", ", ".join(feed["name"] for feed in draft.get("feeds", ()))),
        ("policy", _policy(view)),
        ("minimum threshold", draft.get("minimum_threshold")),
        ("starts", _said(view.starts)),
        ("ends", _said(view.ends)),
        ("ended", _said(view.ended)),
    ]
    if authority is not None:
        pairs += [
            ("authorised by", f"{authority.officer}, {authority.officer_rank.spoken}"),
            ("authorised at", _said(authority.at)),
            ("necessity", authority.necessity),
            ("proportionality", authority.proportionality),
        ]
        if authority.review is not None:
            pairs.append(("urgent, upheld by", authority.review.officer))
        elif authority.review_due is not None:
            pairs.append(("urgent, to be reviewed by", _said(authority.review_due)))
    if view.withdrawal is not None:
        pairs += [
            (f"{view.state} by", view.withdrawal.by),
            ("reason", view.withdrawal.reason),
        ]
    pairs += [(f"note, {note.kind}", f"{_said(note.at)}, {note.actor}") for note in view.notes]
    show_pairs(pairs)
    if view.policy_caution is not None:
        say(f"Weigh before: {view.policy_caution}")
    for block in view.missing:
        say(f"Still missing: {block}.")


def show_record(record: DeploymentRecord, log: LogHead) -> None:
    """Write the record of a deployment: counts, both false alert rates, costs, the log's head."""
    counts, watchlist, total = record.counts, record.watchlist, record.costs.total
    known = f"{record.costs.known:,} pounds known, {record.costs.unknown} of the lines unknown"
    show_pairs(
        [
            ("reference", record.reference),
            ("state", record.state),
            ("place", f"{record.location.name}, {record.location.town}"),
            ("from", _said(record.starts)),
            ("to", _said(record.ended or record.ends)),
            ("searched", _minutes(record.searched_minutes) if record.searches else _NOTHING),
            ("use case", record.use_case.text),
            (
                "watchlist",
                watchlist
                and f"{watchlist.references:,} photographs of {watchlist.subjects:,} people",
            ),
            ("minimum threshold", f"{record.minimum_threshold:g} {record.unit}"),
            (
                "faces seen",
                _faces(counts.faces_seen) if record.searches else _NOTHING,
            ),
            ("alerts", counts.alerts),
            ("  open", counts.open),
            ("  destroyed undecided", counts.destroyed_undecided),
            ("  true, confirmed", counts.true_confirmed),
            ("  true, unconfirmed", counts.true_unconfirmed),
            ("  false, confirmed", counts.false_confirmed),
            ("  false, unconfirmed", counts.false_unconfirmed),
            ("  unresolved", counts.unresolved),
            ("blue-list alerts, apart", record.blue_list_alerts),
            ("false alerts of faces seen", _rates(counts.false_of_faces, "faces")),
            ("false alerts of alerts", _rates(counts.false_of_alerts, "alerts")),
            ("engagements", counts.engagements),
            ("  of them stops", counts.stops),
            ("arrests", counts.outcomes.arrest),
            ("other disposals", counts.outcomes.other_disposal),
            ("no action", counts.outcomes.no_action),
            ("no outcome on record", counts.outcomes.without_outcome),
            ("costs", known if total is None else f"{total:,} pounds"),
            ("notices", len(record.notices)),
            ("talks with communities", len(record.community)),
            *log_rows(log),
        ]
    )


def _rates(rates: FalseAlertRates, of: str) -> str:
    return f"{said_rate(rates.best, of)}; at worst {said_rate(rates.severest, of)}"


def said_rate(rate: Rate, of: str) -> str:
    """Return a rate in words: how many of how many of what, and the interval."""
    if rate.rate is None:
        return f"{rate.count:,} of an unknown number" if rate.n is None else "none to count"
    low, high = (percent(end) for end in rate.interval)
    shown = f"{percent(rate.rate)}, 95 % interval {low} to {high}"
    return f"{rate.count:,} of {rate.n:,} {of} ({shown})"


def _said(moment: datetime | None) -> str | None:
    return None if moment is None else spoken(moment)


def said_number(value: float | None) -> str:
    """Return a number in words, `unknown` where nobody knows it."""
    return _UNKNOWN if value is None else f"{value:,.10g}"


def _minutes(value: float | None) -> str:
    return _UNKNOWN if value is None else f"{value:,.1f} minutes"


def _faces(count: int | None) -> str:
    return _UNKNOWN if count is None else f"{count:,} faces"


def _policy(view: DeploymentView) -> str | None:
    named = view.draft.get("policy")
    return named if view.policy_equity is None else f"{named} ({view.policy_equity})"


def _yes(*, value: bool | None) -> str | None:
    return None if value is None else ("yes" if value else "no")
