"""Sections of the page of safeguards: legal holds, and deletion certificates."""

from __future__ import annotations

from widgets.managers_parts import Part, cell, column, facts, section, table, words
from widgets.safeguard_words import (
    LATE,
    Rules,
    bad_above_none,
    class_words,
    in_time_or_late,
    of_words,
    things_words,
    when,
)
from workbench.outcomes.safeguard_facts import SafeguardFacts

__all__ = ["certificates", "holds"]


def holds(known: SafeguardFacts) -> Part:
    """Return how many legal holds there are by ground, and what they keep; no reason is shown."""
    rows = []
    for one in known.holds:
        review = when(one.next_review, "none to review")
        ground, overdue = one.ground.replace("-", " "), bad_above_none(one.review_overdue)
        rows.append([ground, one.meaning, one.active, overdue, review, one.released])
    kept = [(class_words(one.retention), f"{one.held:,}") for one in known.retention]
    return section(
        "holds",
        "Legal holds",
        table(
            "grounds",
            "By ground",
            [
                column("ground", "Ground"),
                column("meaning", "That is"),
                column("active", "Active", "number"),
                column("overdue", "Review overdue", "number"),
                column("review", "Next review", "time"),
                column("released", "Released", "number"),
            ],
            rows,
            search=False,
        ),
        facts("held", kept, title="What holds keep now, by class"),
        note="What a hold keeps, why and on whose word is not shown here. "
        + Rules.named(Rules.HOLD),
    )  # fmt: skip


def certificates(known: SafeguardFacts) -> Part:
    """Return every deletion certificate in numbers."""
    issued = known.certificates
    partial = sum(one.result == "partial" for one in issued)
    late = sum(one.late_by_s > 0 for one in issued)
    pairs = [
        ("Issued", things_words(len(issued), "certificates")),
        ("Complete", of_words(len(issued) - partial, len(issued), "certificates")),
        ("Partial", of_words(partial, len(issued), "certificates")),
        ("Late", of_words(late, len(issued), "certificates")),
        (
            "Digest in the audit log",
            of_words(sum(one.logged for one in issued), len(issued), "certificates"),
        ),
    ]
    rows: list[list[object]] = [
        [
            one.reference or "not shown",
            class_words(one.retention, one=True),
            when(one.due, "had no date"),
            when(one.finished),
            in_time_or_late(one.late_by_s),
            cell(one.result, one.result, mark="good" if one.result == "complete" else LATE),
            *(one.destroyed, one.held, one.remaining, one.leftovers, one.disclosed),
            cell("yes", "yes", mark="good") if one.logged else cell("no", "no", mark=LATE),
        ]
        for one in reversed(issued)
    ]
    return section(
        "certificates",
        "Deletion certificates",
        facts("counted", pairs),
        table(
            "certificates",
            "Each certificate, the newest first",
            [
                column("reference", "Deployment"),
                column("class", "Class", choose=True),
                column("due", "Due", "time"),
                column("finished", "Gone and checked", "time"),
                column("late_s", "In time or late"),
                column("result", "Result", choose=True),
                column("destroyed", "Destroyed", "number"),
                column("held", "Held", "number", meaning="Kept by a legal hold."),
                column("remaining", "Not destroyed", "number"),
                column("leftovers", "Left over", "number", meaning="Found elsewhere by a search."),
                column("disclosed", "Left before", "number", meaning="Exports of the same "
                       "deployment or case, which no erasure here reaches."),
                column("logged", "In the log"),
            ],
            rows,
            empty="Nothing was destroyed yet.",
        ),
        words("reach", "A certificate says what this bench destroyed. What had left it before, and "
              "what lies in backups elsewhere, it does not reach."),
        note="Deployments are named; cases, sets, collections and what nobody authorised are not. "
        + Rules.named(Rules.CERTIFICATE),
    )  # fmt: skip
