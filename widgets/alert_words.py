"""An alert in the words and numbers of the operator's page; pictures go beside them, as bytes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from workbench.bench.alert_views import AlertView
from workbench.governance.permissions import PERMISSIONS, Permission
from workbench.governance.roles import Role
from workbench.reports import STATES

__all__ = ["LETTERS", "detail_words", "page_words", "row_words"]

LETTERS: Final = {
    "true-confirmed": "t",
    "true-unconfirmed": "r",
    "false-confirmed": "f",
    "false-unconfirmed": "d",
    "unresolved": "u",
}
"""The key of each decision: true on t and r, false on f and d, confirmed on the outer one."""


def page_words(role: Role, *, two_person: bool, unit: str) -> dict[str, Any]:
    """Return what does not change while a queue is shown: states, keys, and what one may do."""
    held = PERMISSIONS[role]
    return {
        "states": {
            word: {
                "says": one.explanation,
                "shape": one.shape,
                "colour": one.colour,
                "dark": one.dark_colour,
                "key": LETTERS.get(word),
            }
            for word, one in STATES.items()
        },
        "may_decide": Permission.ALERT_ADJUDICATE in held,
        "may_engage": Permission.ALERT_ENGAGE in held,
        "two_person": two_person,
        "unit": unit,
    }


def row_words(view: AlertView, now: datetime, me: str) -> dict[str, Any]:
    """Return an alert as the list shows it.

    Args:
        view: as whoever looks may see it: no verdict of others before one's own.
        now: the moment, from which the age is reckoned.
        me: account of whoever looks.
    """
    taken = view.time_to_decision
    return {
        "id": view.id,
        "at": f"{view.raised:%H:%M:%S} UTC",
        "age_s": max(0.0, (now - view.raised).total_seconds()),
        "taken_s": None if taken is None else taken.total_seconds(),
        "feed": view.feed,
        "category": view.category.explanation,
        "category_word": view.category.value.replace("-", " "),
        "blue_list": view.blue_list,
        "subject": view.subject,
        "score": view.score,
        "threshold": view.threshold,
        "meaning": view.meaning,
        "references": view.references,
        "state": view.state.value,
        "owed": view.owed,
        "said_by_me": view.said_by_me,
        "two_person": view.two_person,
        "verdicts": [
            {
                "by": "you" if one.by == me else one.by,
                "verdict": one.verdict.value,
                "reason": one.reason,
                "at": f"{one.at:%H:%M:%S} UTC",
            }
            for one in view.verdicts
        ],
        "engaging": [
            {
                "by": "you" if one.by == me else one.by,
                "decision": one.decision.value,
                "reason": one.reason,
                "at": f"{one.at:%H:%M:%S} UTC",
            }
            for one in view.decisions
        ],
    }


def detail_words(view: AlertView) -> dict[str, Any]:
    """Return what is shown of an alert once it is opened, beside its two pictures.

    Args:
        view: with its document, and the entry of the list.
    """
    document = view.document
    assert document is not None  # noqa: S101 - it was opened
    return {
        "quality": [
            {"of": "Face in the feed", "verdict": document.probe_verdict,
             "reasons": list(document.probe_reasons)},
            {"of": "Reference", "verdict": document.verdict, "reasons": list(document.reasons)},
        ],
        "others": [
            {"subject": one.subject, "score": one.score, "meaning": one.meaning}
            for one in view.candidates
            if one.subject != view.subject
        ],
        "grounds": [] if view.listed is None else view.listed.grounds,
        "image": _image_of(view),
        "year": _year_of(view),
        "notes": _notes(view),
    }  # fmt: skip


def _year_of(view: AlertView) -> str:
    taken = None if view.listed is None else view.listed.image_date
    return "year unknown" if taken is None else f"image of {taken.year}"


def _image_of(view: AlertView) -> str:
    document = view.document
    assert document is not None  # noqa: S101 - it was opened
    taken = None if view.listed is None else view.listed.image_date
    said = f"image of {taken.year}" if taken is not None else "image of an unknown year"
    return f"{said}, {document.source}" + (f". {view.age_warning}" if view.age_warning else "")


def _notes(view: AlertView) -> list[str]:
    document = view.document
    assert document is not None  # noqa: S101 - it was opened
    looks = "1 look" if document.comparisons == 1 else f"{document.comparisons} looks"
    notes = [f"The score rests on {looks} at the face."]
    if document.hidden > 0:
        notes.append(
            f"{document.hidden:.0%} of the picture is pixelated, because of somebody beside it."
        )
    if view.contests is not None:
        notes.append(
            f"Alert {view.contests} names the same person for another face: one of the two is "
            "wrong."
        )
    if view.blue_list:
        notes.append("This is a member of staff who consents to walking past.")
    return notes
