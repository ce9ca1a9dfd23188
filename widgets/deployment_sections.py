"""Sections of the page of one deployment that only its bench can tell, or that nobody publishes."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from widgets.deployment_decisions import decisions_section, times_section
from widgets.deployment_keeping import kept_section, list_section
from widgets.deployment_texts import (
    NOT_PUBLISHED,
    at_words,
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


def fact_sections(one: DeploymentFacts, at: datetime) -> list[Part]:
    """Return what its bench tells of a deployment.

    Args:
        one: what is told.
        at: when that was so: what was due before and is not gone is late.
    """
    return [
        _where(one),
        times_section(one),
        decisions_section(one),
        list_section(one, at),
        _cost(one),
        kept_section(one),
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


def _cost(one: DeploymentFacts) -> Part:
    known = [line.pounds for line in one.costs if line.pounds is not None]
    unknown = len(one.costs) - len(known)
    total = pounds_words(sum(known)) if one.costs and not unknown else UNKNOWN
    rows: list[list[object]] = [
        [f"line {number}", cell(line.pounds, pounds_words(line.pounds))]
        for number, line in enumerate(one.costs, 1)
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
            [column("line", "Line"), column("pounds", "Pounds", "number")],
            rows,
            note="What each line is for is in the deployment's own record, in the words of whoever "
            "noted it.",
            empty="No cost was written down: it is unknown, and not nothing.",
            search=False,
        ),
    )


def _document(one: Document) -> str:
    version = "version in words" if one.version is None else f"version {one.version}"
    return f"on record, {version}, {one.date}"


def _done(at: object) -> str:
    return "not reviewed" if at is None else "reviewed in time"
