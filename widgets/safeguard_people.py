"""Sections of the page of safeguards: the audit log, refusals, and what two people said."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from widgets.managers_parts import (
    Part,
    cell,
    column,
    facts,
    headline,
    headlines,
    rate_words,
    section,
    table,
    words,
)
from widgets.safeguard_words import (
    LATE,
    Rules,
    moment_words,
    of_words,
    refusal_words,
    role_words,
    span_words,
    things_words,
    when,
)
from workbench.outcomes.safeguard_facts import CheckFacts, LogFacts, SafeguardFacts

__all__ = ["log", "log_headline", "refusals", "two_people"]

_SHORT: Final = 16
_OLD: Final = timedelta(hours=25)
"""The workbench verifies the log within 24 hours of the last time; one more for the snapshot."""


def log_headline(known: SafeguardFacts) -> Part:
    """Return what is known of the log in one figure: never that it is sound unless it was seen."""
    found, since = known.log.verified, known.log.since
    if found is None:
        return headline(
            "Audit log", "not verified",
            "No verification is on record.", *_why(known.log), mark="warn",
        )  # fmt: skip
    if found.faults:
        faults = things_words(found.faults, "faults")
        return headline("Audit log", faults, f"Found {moment_words(found.at)}.", mark=LATE)
    age = int((known.at - found.at).total_seconds())
    old = known.at - found.at > _OLD
    return headline(
        "Audit log",
        "no fault found",
        f"Verified {moment_words(found.at)}, {span_words(age)} before.",
        f"{things_words(found.entries or 0, 'entries')} looked at; {since or 0:,} came since and "
        "are not verified.",
        mark="warn" if old else "good",
    )


def log(known: SafeguardFacts) -> Part:
    """Return what the log is, when it was verified last and with what result."""
    of = known.log
    found = of.verified
    result = "not verified: no verification is on record"
    if found is not None:
        result = "no fault found" if not found.faults else things_words(found.faults, "faults")
    since = "unknown: nothing was verified" if of.since is None else f"{of.since:,}"
    pairs = [
        ("Entries", f"{of.entries:,}"),
        ("Newest entry", moment_words(of.head_at)),
        ("Its SHA-256", of.head_hash),
        ("Verified last", _checked(found)),
        ("Result", result),
        ("Entries since, not verified", since),
        ("A witness agreed up to entry", _number(None if found is None else found.agreed_to)),
        ("Witnesses looked at", _number(None if found is None else found.witnesses)),
        ("Newest verification that found a fault", _checked(of.failed, "none on record")),
        ("Newest checkpoint", _checked(of.checkpoint, "none on record")),
    ]
    reasons = [words("not-verified", reason, mark="none") for reason in _why(of)]
    return section(
        "log",
        "Audit log",
        facts("log", pairs),
        *reasons,
        note="A verification holds the whole log against its head and its witnesses, and what "
        "authorises and decides against the log. " + Rules.named(Rules.LOG),
    )


def refusals(known: SafeguardFacts) -> Part:
    """Return what the bench refused, by role and what was asked for."""
    rows: list[list[object]] = [
        [
            role_words(one.role),
            cell(one.permission, one.meaning),
            cell(one.kind, refusal_words(one.kind)),
            one.count,
            when(one.newest),
        ]
        for one in known.refusals
    ]
    return section(
        "refusals",
        "What the bench refused",
        table(
            "refusals",
            "Refusals by role",
            [
                column("role", "Role", choose=True),
                column("permission", "Asked to"),
                column("kind", "Why not", choose=True),
                column("count", "Times", "number"),
                column("newest", "Last", "time"),
            ],
            rows,
            empty="Nothing was refused yet: no such entry is in the log.",
        ),
        note=f"{things_words(sum(one.count for one in known.refusals), 'refusals')} in all. A "
        "refusal is the rule at work, and no sign of a wrong by itself. No account is shown. "
        + Rules.named(Rules.REFUSAL),
    )


def two_people(known: SafeguardFacts) -> Part:
    """Return how alerts were decided, and how lists were checked before a search."""
    of = known.verdicts
    agreed, differed = sum(one.agreed for one in of), sum(one.differed for one in of)
    both, third = agreed + differed, sum(one.third for one in of)
    unfinished, by_one = sum(one.unfinished for one in of), sum(one.by_one for one in of)
    entries = sum(one.entries for one in known.list_checks)
    checked = sum(one.checked for one in known.list_checks)
    reviewed = sum(one.reviewed for one in known.list_checks)
    lines = rate_words(differed, both, "alerts with two verdicts")
    decided = both + by_one + unfinished
    return section(
        "two-people",
        "Decided and checked by two people",
        headlines(
            "two",
            headline("Decided by two, blind",
                     of_words(both, decided, "alerts", absent="none decided yet"),
                     f"{by_one:,} by one, where the application set that; {unfinished:,} with one "
                     "verdict of two, open or destroyed so.",
                     mark="warn" if unfinished else None),
            headline("The two differed",
                     of_words(differed, both, "alerts", absent="none decided yet"),
                     *(lines if both else ()),
                     meaning="Both verdicts were given before either could be seen. How sure one "
                     "person's verdict is shows in how often the other's differs."),
            headline("A third decided",
                     of_words(third, differed, "alerts", absent="not needed yet"),
                     "Of those on which two differed."),
            headline("Images compared by a second person", of_words(checked, entries, "entries"),
                     mark="warn" if checked < entries else None),
            headline("Entries reviewed for their deployment",
                     of_words(reviewed, entries, "entries"),
                     mark="warn" if reviewed < entries else None),
        ),
        table(
            "verdicts",
            "Verdicts by deployment",
            [
                column("reference", "Deployment"),
                column("agreed", "Two agreed", "number"),
                column("differed", "Two differed", "number"),
                column("third", "A third decided", "number"),
                column("by_one", "One decided", "number"),
                column("unfinished", "One of two", "number"),
                column("changed_later", "Changed later", "number",
                       meaning="Reviewed, confirmed or corrected afterwards."),
            ],
            [
                [one.reference, one.agreed, one.differed, one.third, one.by_one, one.unfinished,
                 one.changed_later]
                for one in of
            ],
            empty="No alert was decided yet.",
            note="Counted from the log, so alerts that are destroyed are among them; those of "
            "seeded staff too.",
        ),
        table(
            "checks",
            "Lists before their search",
            [
                column("reference", "Deployment"),
                column("entries", "Entries", "number"),
                column("checked", "Compared by a second person", "number"),
                column("reviewed", "Reviewed for it", "number"),
            ],
            [
                [one.reference, one.entries, _of(one.checked, one.entries),
                 _of(one.reviewed, one.entries)]
                for one in known.list_checks
            ],
            empty="No deployment that was authorised had entries yet.",
            note="A search does not begin while one of them is missing; of a list that was never "
            "searched with, some may be.",
        ),
        note=Rules.named(Rules.TWO, Rules.BLIND, Rules.CHECK, Rules.REVIEW),
    )  # fmt: skip


def _of(count: int, n: int) -> Part:
    return cell(count, f"{count:,} of {n:,}", mark="good" if count == n else "warn")


def _why(of: LogFacts) -> tuple[str, ...]:
    if of.not_verified is None:
        return ()
    return (f"Not verified for this page: {of.not_verified}.",)


def _checked(one: CheckFacts | None, absent: str = "never") -> str:
    if one is None:
        return absent
    return f"{moment_words(one.at)}, by {role_words(one.role)} (entry {one.seq:,})"


def _number(value: int | None) -> str:
    return "unknown" if value is None else f"{value:,}"
