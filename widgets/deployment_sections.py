"""Sections of the page of one deployment that only its bench can tell, or that nobody publishes."""

from __future__ import annotations

from typing import Final

from widgets.deployment_decisions import decisions_section, times_section
from widgets.deployment_texts import (
    NOT_PUBLISHED,
    at_words,
    later_words,
    pounds_words,
    share_words,
)
from widgets.managers_parts import (
    UNKNOWN,
    Part,
    cell,
    column,
    count_words,
    facts,
    section,
    table,
    words,
)
from workbench.outcomes.deployment_facts import DeploymentFacts, Document

__all__ = ["fact_sections", "unpublished_section"]

_NOT_TOLD: Final = (
    "Start and end",
    "Coordinates and area",
    "On whose authority",
    "Assessments it rests on (DPIA, EIA, policy)",
    "Faces and alerts over time",
    "How each alert was decided, and how long that took",
    "Interruptions of the cameras",
    "Who is on the list, by category",
    "When the list was destroyed, and proof of it",
    "Cost",
    "What was kept, and until when",
)
_DIGITS: Final = 12
_FEW: Final = "suppressed (fewer than 5)"


def fact_sections(one: DeploymentFacts) -> list[Part]:
    """Return what its bench tells of a deployment."""
    return [
        _where(one),
        times_section(one),
        decisions_section(one),
        _list(one),
        _cost(one),
        _kept(one),
    ]


def unpublished_section() -> Part:
    """Return what a force does not publish of a deployment: said, not left out."""
    return section(
        "unpublished",
        "What its force does not publish",
        facts("unpublished", [(name, NOT_PUBLISHED) for name in _NOT_TOLD]),
        note="The published table has sixteen columns. A bench keeps what is below for its own.",
    )


def _where(one: DeploymentFacts) -> Part:
    said, given = one.circumstances, one.authority
    review = (
        "none was due"
        if given.review_due is None
        else f"due by {at_words(given.review_due)}, {_done(given.reviewed_at)}"
    )
    return section(
        "where",
        "Where, why and on whose authority",
        facts(
            "place",
            [
                ("Place", f"{said.place}, {said.town}"),
                ("Street", said.street),
                ("Coordinates", f"{said.latitude:.5f}, {said.longitude:.5f} (WGS 84)"),
                ("Use case", f"{said.use_case} (policy paragraph {said.use_case_paragraph})"),
                ("Purposes", "; ".join(said.purposes)),
                ("Assembly or protest expected", "yes" if said.assembly else "no"),
                ("State", one.state),
                ("Ended", at_words(said.ended, "it has not")),
            ],
            title="Place and purpose",
        ),
        facts(
            "authority",
            [
                ("Rank of the authorising officer", given.rank),
                ("Given", at_words(given.given_at)),
                ("In urgency", "yes" if given.urgent else "no"),
                ("Review of an urgent authority", review),
                ("Covers from", at_words(said.starts)),
                ("Covers to", at_words(said.ends)),
                ("Withdrawn", at_words(given.withdrawn_at, "no")),
                ("Two people verify each alert", "yes" if said.two_person else "no"),
                ("Data protection impact assessment", _document(said.dpia)),
                ("Equality impact assessment", _document(said.eia)),
                ("Appropriate policy document", _document(said.appropriate_policy)),
                ("Threshold policy", said.policy),
                (
                    "Minimum threshold",
                    f"{said.minimum_threshold:g} ({said.unit or 'unit unknown'})",
                ),
            ],
            title="Authority",
        ),
        _notice(one),
        note="No officer is named on these pages.",
    )


def _notice(one: DeploymentFacts) -> Part:
    told = one.notice
    given = "none is on record"
    if told.given:
        given = f"{told.given:,} on record, first {at_words(told.first_at)}"
        if told.given > 1:
            given += f", last {at_words(told.last_at)}"
    return facts(
        "notice",
        [
            ("Announced in advance", at_words(told.announced_at, "no: it was urgent")),
            ("Signs planned", count_words(told.signs)),
            ("Leaflets planned", "yes" if told.leaflets else "no"),
            ("Notices put up", given),
        ],
        title="How the public was told",
    )


def _list(one: DeploymentFacts) -> Part:
    held = one.watchlist
    if held is None:
        return section("list", "The watchlist", words("none", "No list was built."))
    if held.destroyed is None:
        gone = "not yet" + ("" if held.due is None else f"; due by {at_words(held.due)}")
    else:
        late = {True: "in time", False: "late", None: "no due time is known"}[held.in_time]
        gone = f"{at_words(held.destroyed)}: {late}"
        if held.due is not None:
            gone += f" (due by {at_words(held.due)})"
    allowed = "the force's own limit" if held.limit is None else count_words(held.limit)
    rows: list[list[object]] = [
        [
            kind.name or f"{kind.categories:,} other categories together",
            cell(kind.people, _FEW if kind.people is None else f"{kind.people:,}"),
            cell(kind.images, _FEW if kind.images is None else f"{kind.images:,}"),
        ]
        for kind in held.categories
    ]
    return section(
        "list",
        "The watchlist",
        facts(
            "size",
            [
                ("People on it", count_words(held.subjects)),
                ("Images on it", count_words(held.references)),
                ("Most that were allowed", allowed),
                ("Built", at_words(held.built)),
                ("Destroyed", gone),
            ],
        ),
        table(
            "categories",
            "People by category",
            [
                column("category", "Category"),
                column("people", "People", "number"),
                column("images", "Images", "number"),
            ],
            rows,
            note="Categories of fewer than five people are told together, in sums of five or more. "
            "Somebody in two categories counts in both.",
            empty="The list has nobody on it.",
            search=False,
        ),
    )


def _cost(one: DeploymentFacts) -> Part:
    known = [line.pounds for line in one.costs if line.pounds is not None]
    unknown = len(one.costs) - len(known)
    total = pounds_words(sum(known)) if one.costs and not unknown else UNKNOWN
    rows: list[list[object]] = [
        [line.what, cell(line.pounds, pounds_words(line.pounds))] for line in one.costs
    ]
    return section(
        "cost",
        "Cost",
        facts(
            "sums",
            [
                ("Total", total),
                ("Known so far", pounds_words(sum(known)) if known else UNKNOWN),
                ("Lines unknown", share_words(unknown, len(one.costs), "lines")),
            ],
        ),
        table(
            "lines",
            "Lines",
            [column("what", "What"), column("pounds", "Pounds", "number")],
            rows,
            note="A line is in the words of whoever applied or noted the cost.",
            empty="No cost was written down: it is unknown, and not nothing.",
            search=False,
        ),
    )


def _kept(one: DeploymentFacts) -> Part:
    kept = one.kept
    went = share_words(one.alerts.gone, one.alerts.alerts, "alerts")
    pictures = "none is kept"
    if kept.alerts:
        pictures = (
            f"{kept.alerts:,} are kept; the first is due by {at_words(kept.first_due)}, the last "
            f"by {at_words(kept.last_due)}"
        )
    rule = UNKNOWN if kept.alert_days is None else f"{kept.alert_days:g} days from being raised"
    rows: list[list[object]] = [
        [
            gone.what,
            gone.at,
            gone.due,
            cell(
                gone.late_s,
                f"{later_words(gone.late_s)} late" if gone.late_s else "in time",
                mark="bad" if gone.late_s else "good",
            ),
            cell(
                gone.complete,
                "complete" if gone.complete else "not complete",
                mark=None if gone.complete else "bad",
            ),
            ", ".join(f"{count:,} {kind}" for kind, count in gone.counts.items()) or "nothing",
            gone.held,
            gone.remaining + gone.leftovers,
            gone.disclosed,
            cell(gone.digest, f"{gone.digest[:_DIGITS]}…"),
        ]
        for gone in one.destroyed
    ]
    return section(
        "kept",
        "What was kept, and what was destroyed",
        facts(
            "kept",
            [
                ("Faces that raised no alert", "never stored"),
                ("Alerts with their pictures", pictures),
                ("How long an alert may be kept", rule),
                ("Of them moved to a case, to end with it", f"{kept.moved:,}"),
                ("Of them kept by a legal hold", f"{kept.held:,}"),
                ("Alerts destroyed in their time", went),
                ("This record and the audit log", "kept for good; no face is in them"),
            ],
        ),
        table(
            "certificates",
            "Deletion certificates",
            [
                column("what", "Of what"),
                column("at", "Destroyed", "time"),
                column("due", "Due", "time"),
                column("late", "In time", "number"),
                column("complete", "Result"),
                column("counts", "Destroyed, by kind"),
                column("held", "Kept by holds", "number"),
                column("left", "Left over", "number"),
                column(
                    "disclosed",
                    "Had left before",
                    "number",
                    meaning="Pages, reports or videos handed out before, out of reach.",
                ),
                column("digest", "SHA-256 of the certificate"),
            ],
            rows,
            empty="Nothing was destroyed yet, so there is no certificate.",
            search=False,
        ),
        *_digests(one),
    )


def _digests(one: DeploymentFacts) -> list[Part]:
    """Return the digests whole, by which a certificate is found in the audit log and on paper."""
    if not one.destroyed:
        return []
    whole = [
        (f"Certificate of the {gone.what}, {at_words(gone.at)}", gone.digest)
        for gone in one.destroyed
    ]
    return [facts("digests", whole, title="SHA-256 of each certificate, as in the audit log")]


def _document(one: Document) -> str:
    return f"{one.title}, version {one.version}, {one.date}"


def _done(at: object) -> str:
    return "not reviewed" if at is None else "reviewed in time"
