"""A deployment and its record, in words for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.cli.console import say
from workbench.cli.tables import show_pairs, show_table
from workbench.governance.moments import spoken

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from workbench.bench.deployment_view import DeploymentView
    from workbench.governance.deployment_counts import FalseAlertRates, Rate
    from workbench.governance.deployment_records import DeploymentRecord

__all__ = ["show_deployment", "show_deployments", "show_record"]


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
        ("policy", draft.get("policy")),
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
    for block in view.missing:
        say(f"Still missing: {block}.")


def show_record(record: DeploymentRecord) -> None:
    """Write the record of a deployment: counts, both false alert rates, costs."""
    counts, watchlist, total = record.counts, record.watchlist, record.costs.total
    known = f"{record.costs.known} known, {record.costs.unknown} of the lines unknown"
    show_pairs(
        [
            ("reference", record.reference),
            ("state", record.state),
            ("place", f"{record.location.name}, {record.location.town}"),
            ("from", _said(record.starts)),
            ("to", _said(record.ended or record.ends)),
            ("minutes searched", _number(record.searched_minutes)),
            ("use case", record.use_case.text),
            ("watchlist", watchlist and f"{watchlist.references:,} of {watchlist.subjects:,}"),
            ("minimum threshold", f"{record.minimum_threshold:g} {record.unit}"),
            ("faces seen", _number(counts.faces_seen)),
            ("alerts", counts.alerts),
            ("  open", counts.open),
            ("  true, confirmed", counts.true_confirmed),
            ("  true, unconfirmed", counts.true_unconfirmed),
            ("  false, confirmed", counts.false_confirmed),
            ("  false, unconfirmed", counts.false_unconfirmed),
            ("  unresolved", counts.unresolved),
            ("blue-list alerts, apart", record.blue_list_alerts),
            ("false alerts of faces seen", _rates(counts.false_of_faces)),
            ("false alerts of alerts", _rates(counts.false_of_alerts)),
            ("engagements", counts.engagements),
            ("  of them stops", counts.stops),
            ("arrests", counts.outcomes.arrest),
            ("other disposals", counts.outcomes.other_disposal),
            ("no action", counts.outcomes.no_action),
            ("no outcome on record", counts.outcomes.without_outcome),
            ("costs, pounds", known if total is None else total),
            ("notices", len(record.notices)),
            ("talks with communities", len(record.community)),
        ]
    )


def _rates(rates: FalseAlertRates) -> str:
    return f"{_rate(rates.best)}; at worst {_rate(rates.worst)}"


def _rate(rate: Rate) -> str:
    if rate.rate is None:
        return f"{rate.count:,} of an unknown number" if rate.n is None else "none to count"
    low, high = rate.interval
    return f"{rate.count:,} of {rate.n:,} ({rate.rate:.3%}, {low:.3%} to {high:.3%})"


def _said(moment: datetime | None) -> str | None:
    return None if moment is None else spoken(moment)


def _number(value: float | None) -> str:
    return "unknown" if value is None else f"{value:,.10g}"


def _yes(*, value: bool | None) -> str | None:
    return None if value is None else ("yes" if value else "no")
