"""Sections of the page of safeguards: authorities, and what was due for destruction."""

from __future__ import annotations

from collections import Counter

from widgets.managers_parts import Part, cell, column, facts, section, table, words
from widgets.safeguard_words import (
    LATE,
    Rules,
    bad_above_none,
    class_words,
    in_time_or_late,
    limit_words,
    of_words,
    span_words,
    things_words,
    when,
)
from workbench.outcomes.kept_facts import AlertsKept, ListFacts, RetentionFacts, RuleFacts
from workbench.outcomes.safeguard_facts import AuthorityFacts, SafeguardFacts

__all__ = ["authorities", "retention"]

_REFERENCE = column("reference", "Deployment")
_NOT_SHOWN = "not shown: of no deployment that was authorised"
_LISTS = {
    "in time": "good",
    "was late": LATE,
    "due": "rest",
    "held": "none",
    "late": LATE,
}


def authorities(known: SafeguardFacts) -> Part:
    """Return what was authorised, refused and withdrawn, and whether searches kept to it."""
    all_of = known.authorities
    searched = [one for one in all_of if one.searches]
    within = sum(bool(one.began_within) for one in searched)
    over = [one for one in searched if one.ended_after_s or one.goes_on_after_end(known.at)]
    urgent = [one for one in all_of if one.urgent]
    missed = sum(
        one.reviewed is None and one.review_due is not None and one.review_due <= known.at
        for one in urgent
    )
    unused = sum(one.ended is not None and not one.searches for one in all_of)
    ranks = Counter(one.rank for one in all_of)
    never = known.never_authorised
    pairs = [
        ("Authorised", things_words(len(all_of), "deployments")),
        ("Refused", things_words(never.refused, "applications")),
        ("Withdrawn or cancelled after authority", f"{sum(bool(one.withdrawn) for one in all_of)}"),
        ("Cancelled before anybody decided", things_words(never.cancelled, "applications")),
        ("Expired before anybody decided", things_words(never.expired, "applications")),
        ("Waiting for a decision", things_words(never.waiting, "applications")),
        ("Given in urgency", of_words(len(urgent), len(all_of), "authorities")),
        ("Urgent, and never reviewed in time", of_words(missed, len(urgent), "urgent authorities")),
        ("By rank", "\n".join(f"{many} by {rank}" for rank, many in ranks.most_common()) or "none"),
        (
            "Searches begun within the authority",
            of_words(within, len(searched), "deployments searched"),
        ),
        ("Ended without a search", f"{unused:,}"),
        (
            "Ended by its end",
            of_words(len(searched) - len(over), len(searched), "deployments searched"),
        ),
    ]
    return section(
        "authorities",
        "Authorities",
        facts("counted", pairs),
        table(
            "authorities",
            "Authority of each deployment",
            [
                _REFERENCE,
                column("state", "State", choose=True),
                column("rank", "Given by", choose=True, meaning="The rank of the officer."),
                column("given", "Given", "time"),
                column("starts", "Covers from", "time"),
                column(
                    "ends", "Covers until", "time",
                    meaning="Its end; of an urgent one that nobody reviewed, when that was due.",
                ),
                column("urgent", "Urgent"),
                column("first_search", "First search", "time"),
                column("began_within", "Begun within"),
                column("ended_late_s", "Ended",
                    meaning="When the end of the last search was written. A search takes no frame "
                    "past its authority; where its process was gone, whoever opened the bench next "
                    "wrote its end."),
            ],
            [_authority(one) for one in reversed(all_of)],
            empty="Nothing was authorised yet.",
        ),
        note=f"{_said(known.ranks)} Applications that nobody authorised are counted and not shown. "
        + Rules.named(Rules.AUTHORITY, Rules.END, Rules.RANK),
    )  # fmt: skip


def _authority(one: AuthorityFacts) -> list[object]:
    within = one.began_within
    began = {
        None: cell(None, "not searched"),
        True: cell("yes", "yes", mark="good"),
        False: cell("no", "no", mark=LATE),
    }[within]
    ended = cell(None, "not searched" if within is None else "goes on", mark=None)
    if one.last_search_ended is not None and not one.going_on:
        after = one.ended_after_s
        ended = cell(0, "by its end", mark="good")
        if after:
            ended = cell(after, f"written {span_words(after)} after", mark="warn")
    state = "withdrawn" if one.withdrawn else one.state
    urgent = "no" if not one.urgent else "yes, reviewed" if one.reviewed else "yes, not reviewed"
    return [
        *(one.reference, state, one.rank),
        *(when(one.given), when(one.starts), when(one.ends)),
        urgent,
        when(one.first_search, "not searched"),
        *(began, ended),
    ]


def retention(known: SafeguardFacts) -> Part:
    """Return what was due for destruction and what was done, by class, list and deployment."""
    return section(
        "retention",
        "Due for destruction, and destroyed",
        table(
            "classes",
            "By class of data",
            [
                column("class", "Class"),
                column("limit", "Rule"),
                column("kept", "Kept now", "number"),
                column("held", "Of these held", "number", meaning="By a legal hold."),
                column("overdue", "Overdue", "number", meaning="Past its limit, and no hold."),
                column("next_due", "Next due", "time"),
                column("erasures", "Erasures done", "number", meaning="With a certificate each."),
                column("late", "Of these late", "number"),
                column("longest_late_s", "The latest"),
            ],
            [_class(one) for one in known.retention],
            note=f"Profile of the rules in force: {known.profile}. What raised no alert is never "
            "stored, so nothing of it is ever due. The audit log is kept as long as the bench.",
            search=False,
        ),
        table(
            "lists",
            "Watchlist of each deployment",
            [
                _REFERENCE,
                column("state", "State", choose=True),
                column("ended", "Counts from", "time", meaning="The end of the deployment or of "
                       "its authority, whichever came first."),
                column("due", "Due", "time"),
                column("destroyed", "Destroyed", "time"),
                column("late_s", "In time or late"),
                column("certificate", "Certificate"),
            ],
            [_list(one) for one in sorted(known.lists, key=_late_first)],
            empty="No deployment that was authorised had a list yet.",
        ),
        table(
            "alerts",
            "Alerts of each deployment",
            [
                _REFERENCE,
                column("kept", "Kept now", "number"),
                column("held", "Of these held", "number", meaning="By a legal hold."),
                column("overdue", "Overdue", "number"),
                column("next_due", "Next due", "time"),
                column("destroyed", "Destroyed", "number"),
                column("in_time", "Of these in time", "number"),
                column("late", "Of these late", "number", meaning="Alerts of one erasure count "
                       "as late together, when its first one was."),
                column("longest_late_s", "The latest"),
            ],
            [_alerts(one) for one in known.alerts],
            empty="No alert was raised yet.",
        ),
        words(
            "sources",
            *(
                f"{class_words(one.retention)}: {one.rule.text} ({_source(one.rule)})."
                for one in known.retention
            ),
            title="Where each limit comes from",
        ),
        note="Late counts from the limit, to the second. What is due goes when somebody opens the "
        "bench, or by a timer; what went late lay there because nobody came. "
        + Rules.named(Rules.RETENTION),
    )  # fmt: skip


def _class(one: RetentionFacts) -> list[object]:
    limit = "no limit" if one.keep_s is None else f"within {limit_words(one.keep_s)}"
    if one.keep_s == 0:
        limit = "at once"
    return [
        class_words(one.retention),
        f"{limit}, from {one.starts_from}",
        *(one.kept, one.held, bad_above_none(one.overdue)),
        when(one.next_due, "nothing due"),
        one.erasures,
        bad_above_none(one.late),
        _latest(one.longest_late_s, one.erasures),
    ]


def _list(one: ListFacts) -> list[object]:
    said = {
        "in time": "destroyed in time",
        "was late": "destroyed late",
        "due": "still due",
        "held": "kept by a legal hold",
        "late": "late: not destroyed",
    }[one.state]
    late: Part | str = cell(None, "still due")
    if one.destroyed is not None or one.state == "late":
        late = in_time_or_late(one.late_by_s)
    elif one.state == "held":
        late = cell(None, "held")
    return [
        one.reference,
        cell(one.state, said, mark=_LISTS[one.state]),
        *(when(one.counts_from), when(one.due), when(one.destroyed)),
        late,
        one.certificate or ("none" if one.destroyed is None else cell("none", "none", mark=LATE)),
    ]


def _alerts(one: AlertsKept) -> list[object]:
    return [
        one.reference or _NOT_SHOWN,
        *(one.kept, one.held),
        bad_above_none(one.overdue),
        when(one.next_due, "nothing due"),
        *(one.destroyed, one.destroyed - one.destroyed_late),
        bad_above_none(one.destroyed_late),
        _latest(one.longest_late_s, one.destroyed),
    ]  # fmt: skip


def _latest(seconds: int, gone: int) -> Part:
    return in_time_or_late(seconds, "in time") if gone else cell(None, "none yet")


def _late_first(one: ListFacts) -> tuple[int, float]:
    """Return the order of lists: what is late, what is there, and what went, the newest first."""
    places = {"late": 0, "held": 1, "due": 1}
    return places.get(one.state, len(places)), -one.due.timestamp()


def _source(rule: RuleFacts) -> str:
    return f"{rule.where}; {rule.standing}"


def _said(rule: RuleFacts) -> str:
    return f"Rule in force: {rule.text} ({_source(rule)})."
