"""Sections of the page of one deployment on its list, and on what was kept and destroyed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from widgets.deployment_texts import ONCE_ENDED, at_words, later_words, share_words
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
from workbench.outcomes.deployment_facts import Category, DeploymentFacts, ListFacts

__all__ = ["kept_section", "list_section"]

_DIGITS: Final = 12
_FEW: Final = "suppressed (fewer than 5)"


def list_section(one: DeploymentFacts, at: datetime) -> Part:
    """Return the size of the list, by category, and whether it went in time.

    Args:
        one: what is told.
        at: when that was so: a list that was due before and is there is late.
    """
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
            kind.name or _together(kind, alone=len(held.categories) == 1),
            cell(kind.people, _FEW if kind.people is None else f"{kind.people:,}"),
            cell(kind.images, _FEW if kind.images is None else f"{kind.images:,}"),
        ]
        for kind in held.categories
    ]
    return section(
        "list",
        "The watchlist",
        *_late(held, at),
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


def _together(kind: Category, *, alone: bool) -> str:
    """Return what to call categories that are told together."""
    other = "" if alone else "other "
    if kind.categories == 1:
        return f"one {other}category"
    return f"{kind.categories:,} {other}categories together"


def _late(held: ListFacts, at: datetime) -> list[Part]:
    """Return that the list went late, or is late now; nothing where it did not."""
    if held.due is None:
        return []
    over = (held.destroyed or at) - held.due
    if over.total_seconds() <= 0:
        return []
    by = later_words(over.total_seconds())
    if held.destroyed is None:
        said = f"Late: the list is still there, {by} after it was due to be destroyed."
    else:
        said = f"Late: the list was destroyed {by} after it was due."
    return [words("late", said, mark="bad")]


def kept_section(one: DeploymentFacts) -> Part:
    """Return what is kept and until when, and the certificates of what was destroyed."""
    kept, alerts = one.kept, one.alerts
    went = pictures = moved = held = rule = ONCE_ENDED
    if kept is not None and alerts is not None:
        went = share_words(alerts.gone, alerts.alerts, "alerts")
        pictures, moved, held = "none is kept", f"{kept.moved:,}", f"{kept.held:,}"
        days = kept.alert_days
        rule = UNKNOWN if days is None else f"{days:g} days from being raised"
    if kept is not None and kept.alerts:
        pictures = (
            f"{kept.alerts:,} are kept; the first is due by {at_words(kept.first_due)}, the last "
            f"by {at_words(kept.last_due)}"
        )
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
                ("Of them moved to a case, to end with it", moved),
                ("Of them kept by a legal hold", held),
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
