"""What is late now: everything that should have been done by the moment of the snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from widgets.managers_parts import Part, column, table, words
from widgets.safeguard_words import (
    LATE,
    class_words,
    in_time_or_late,
    moment_words,
    things_words,
    when,
)
from workbench.outcomes.kept_facts import CertificateFacts
from workbench.outcomes.safeguard_facts import SafeguardFacts

__all__ = ["Late", "late_now", "late_parts"]

_NOT_DUE: Final = "no date"


class Late(NamedTuple):
    """One thing that is late, or wrong.

    Attributes:
        what: it is.
        where: the deployment, class or ground.
        due: when it was to be done; `None` for what has no date and must not be.
        todo: what to do about it.
    """

    what: str
    where: str
    due: datetime | None
    todo: str


def late_now(facts: SafeguardFacts) -> list[Late]:
    """Return what is late at the moment of the facts, the longest overdue first."""
    found = [*_kept(facts), *_holds(facts), *_searches(facts), *_certificates(facts), *_log(facts)]
    return sorted(found, key=lambda one: (one.due is not None, one.due or facts.at, one.where))


def late_parts(facts: SafeguardFacts) -> tuple[Part, ...]:
    """Return the top of the page: how much is late now, and each of it."""
    late = late_now(facts)
    at = moment_words(facts.at)
    if not late:
        said = (
            f"Nothing is late. At {at} nothing was kept past its limit, no review of a legal hold "
            "was overdue, no search ran past its authority, and the log held the digest of each "
            "deletion certificate."
        )
        if facts.log.verified is None:
            open_ = "No verification of the audit log is on record: whether it is whole is unknown."
            return (words("late-words", said, open_, mark="warn"),)
        return (words("late-words", said, mark="good"),)
    rows: list[list[object]] = []
    for one in late:
        seconds = 0 if one.due is None else int((facts.at - one.due).total_seconds())
        is_wrong = {"value": None, "words": "wrong", "mark": LATE, "link": None}
        by = is_wrong if one.due is None else in_time_or_late(max(1, seconds))
        rows.append([one.what, one.where, by, when(one.due, _NOT_DUE), one.todo])
    return (
        words(
            "late-words",
            f"{things_words(len(late), 'things')} late or wrong at {at}.",
            mark=LATE,
        ),
        table(
            "late",
            "Late now",
            [
                column("what", "What"),
                column("where", "Of"),
                column("late_s", "Late by"),
                column("due", "Was due", "time"),
                column("todo", "What to do"),
            ],
            rows,
            search=False,
        ),
    )


def _kept(facts: SafeguardFacts) -> Iterator[Late]:
    destroy = "Open the bench, or run workbench retention run: it is destroyed then."
    lists = [one for one in facts.lists if one.state == "late"]
    for one in lists:
        yield Late("Watchlist not destroyed", one.reference, one.due, destroy)
    for kept in facts.retention:
        others = kept.overdue - (len(lists) if kept.retention == "watchlist" else 0)
        if others <= 0:
            continue
        name = class_words(kept.retention, one=True)
        where = things_words(others, f"{name}s")
        if kept.retention == "alert":
            of = [one.reference for one in facts.alerts if one.overdue and one.reference]
            where = f"{where}: {', '.join(of)}"
        what = f"{name.capitalize()}{'s' if others > 1 else ''} not destroyed"
        yield Late(what, where, kept.overdue_since, destroy)


def _holds(facts: SafeguardFacts) -> Iterator[Late]:
    todo = (
        "Have an authorising officer or a data-protection officer review it: it holds until "
        "another person releases it."
    )
    for one in facts.holds:
        if one.review_overdue:
            where = f"ground {one.ground}: {things_words(one.review_overdue, 'holds')}"
            yield Late("Review of a legal hold", where, one.next_review, todo)


def _searches(facts: SafeguardFacts) -> Iterator[Late]:
    for one in facts.authorities:
        if one.goes_on_after_end(facts.at):
            todo = "Have an operator open the bench and look at it: it has no end on record."
            yield Late("Search past its authority", one.reference, one.ends, todo)
        if one.review_due and not one.reviewed and one.state in {"authorised", "live"}:
            if one.review_due > facts.at:
                continue
            todo = "It has lapsed without a review. Have it applied for anew."
            yield Late("Review of an urgent authority", one.reference, one.review_due, todo)


def _certificates(facts: SafeguardFacts) -> Iterator[Late]:
    newest: dict[tuple[str | None, str], CertificateFacts] = {}
    for one in facts.certificates:
        newest[one.reference, one.retention] = one
    for one in newest.values():
        name = class_words(one.retention, one=True)
        where = one.reference or name
        if one.remaining:
            what = f"Erasure of a {name} left {things_words(one.remaining, 'objects')}"
            todo = "Look at the store of sealed objects: it is tried again at each opening."
            yield Late(what, where, one.due, todo)
        if one.leftovers:
            what = f"A search found {things_words(one.leftovers, 'leftovers')} of a {name}"
            yield Late(what, where, None, "Look at what the certificate names, and remove it.")
    for one in facts.certificates:
        if not one.logged:
            where = one.reference or class_words(one.retention, one=True)
            todo = "Run workbench audit verify, and keep what the bench holds as it is."
            yield Late("Deletion certificate that the log does not know", where, None, todo)


def _log(facts: SafeguardFacts) -> Iterator[Late]:
    verified = facts.log.verified
    if verified is not None and verified.faults:
        what = f"{things_words(verified.faults, 'faults')} of the audit log"
        todo = "Keep what the bench holds as it is, and have workbench audit verify say which."
        yield Late(what, f"verification of {moment_words(verified.at)}", None, todo)
