"""Safeguards as a managers' page reads them: all kept, and some late, without a bench."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from workbench.governance.holds import HoldGround
from workbench.governance.permissions import Permission
from workbench.governance.retention import RetentionClass
from workbench.governance.retention_profiles import MET
from workbench.outcomes.kept_facts import (
    AlertsKept,
    CertificateFacts,
    HoldFacts,
    ListFacts,
    RetentionFacts,
    RuleFacts,
)
from workbench.outcomes.safeguard_facts import (
    AuthorityFacts,
    CheckFacts,
    ListCheckFacts,
    LogFacts,
    NeverAuthorised,
    RefusalFacts,
    SafeguardFacts,
    VerdictFacts,
)

__all__ = ["AT", "kept_safeguards", "late_safeguards", "many_safeguards"]

AT = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
RULE = RuleFacts(text="superintendent, in urgency inspector", where="a policy", standing="a choice")


def authority(reference: str, starts: datetime, **changes: Any) -> AuthorityFacts:
    """Return the authority of a deployment of six hours, that was searched from its start."""
    values = {
        "reference": reference,
        "state": "purged",
        "rank": "superintendent",
        "given": starts - 3 * HOUR,
        "starts": starts,
        "ends": starts + 6 * HOUR,
        "ended": starts + 6 * HOUR,
        "urgent": False,
        "review_due": None,
        "reviewed": None,
        "withdrawn": None,
        "two_person": True,
        "searches": 2,
        "going_on": 0,
        "first_search": starts,
        "last_search_ended": starts + 6 * HOUR,
    }
    return AuthorityFacts(**(values | changes))


def listed(reference: str, ended: datetime, **changes: Any) -> ListFacts:
    """Return a list that went an hour before it was due."""
    values = {
        "reference": reference,
        "built": ended - 8 * HOUR,
        "counts_from": ended,
        "due": ended + DAY,
        "destroyed": ended + 23 * HOUR,
        "late_by_s": 0,
        "held": False,
        "certificate": "complete",
    }
    return ListFacts(**(values | changes))


def certificate(reference: str | None, finished: datetime, **changes: Any) -> CertificateFacts:
    """Return a certificate that is complete and in time."""
    values = {
        "reference": reference,
        "retention": "watchlist",
        "due": finished + HOUR,
        "finished": finished,
        "late_by_s": 0,
        "result": "complete",
        "destroyed": 1,
        "held": 0,
        "remaining": 0,
        "leftovers": 0,
        "disclosed": 0,
        "logged": True,
    }
    return CertificateFacts(**(values | changes))


def of_class(retention: RetentionClass, **changes: Any) -> RetentionFacts:
    """Return what is kept of a class: nothing, but for what is given."""
    limit = MET.limit(retention)
    source = limit.source
    values = {
        "retention": retention.value,
        "keep_s": None if limit.keep is None else int(limit.keep.total_seconds()),
        "starts_from": limit.starts_from,
        "rule": RuleFacts(text=source.text, where=source.where, standing=source.standing.meaning),
    }
    return RetentionFacts(**(values | changes))


def ground(name: HoldGround, **changes: Any) -> HoldFacts:
    """Return legal holds on a ground."""
    return HoldFacts(**({"ground": name.value, "meaning": name.meaning} | changes))


def refusal(role: str, permission: Permission, kind: str, count: int) -> RefusalFacts:
    """Return refusals of one kind."""
    return RefusalFacts(
        role=role,
        permission=permission.value,
        meaning=permission.meaning,
        kind=kind,
        count=count,
        newest=AT - DAY,
    )


def kept_safeguards(**changes: Any) -> SafeguardFacts:
    """Return the facts of three deployments of which everything was kept."""
    names = [f"2026-11/HIGH-ST-{place}" for place in (1, 2, 3)]
    days = [AT.replace(hour=10) - many * DAY for many in (9, 5, 1)]
    verified = CheckFacts(
        at=AT - HOUR, seq=4100, role="system", entries=4099, faults=0, agreed_to=4099, witnesses=1
    )
    values: dict[str, Any] = {
        "at": AT,
        "profile": "met",
        "ranks": RULE,
        "authorities": tuple(authority(*one) for one in zip(names, days, strict=True)),
        "never_authorised": NeverAuthorised(refused=2, cancelled=1, waiting=1),
        "lists": (
            *(listed(name, day + 6 * HOUR) for name, day in zip(names[:2], days, strict=False)),
            listed(names[2], days[2] + 6 * HOUR, destroyed=None, certificate=None),
        ),
        "alerts": tuple(
            AlertsKept(reference=name, kept=12, next_due=day + 31 * DAY)
            for name, day in zip(names, days, strict=True)
        ),
        "retention": (
            of_class(RetentionClass.WATCHLIST, kept=1, next_due=AT + 7 * HOUR, erasures=2),
            of_class(RetentionClass.ALERT, kept=36, next_due=days[0] + 31 * DAY),
            of_class(RetentionClass.CASE),
            of_class(RetentionClass.EVALUATION_SET),
            of_class(RetentionClass.COLLECTION, kept=1, next_due=AT + 90 * DAY),
        ),
        "holds": tuple(ground(one) for one in HoldGround),
        "certificates": tuple(
            certificate(name, day + 29 * HOUR) for name, day in zip(names[:2], days, strict=False)
        ),
        "log": LogFacts(entries=4123, head_hash="5f" * 32, head_at=AT, verified=verified),
        "refusals": (
            refusal("engagement-officer", Permission.WATCHLIST_CONSULT, "NotPermittedError", 5),
            refusal("operator", Permission.LIVE_START, "NotAuthorisedError", 2),
        ),
        "verdicts": (
            VerdictFacts(
                reference=names[0],
                by_one=0,
                agreed=10,
                differed=2,
                third=2,
                unfinished=0,
                changed_later=1,
            ),
        ),
        "list_checks": tuple(
            ListCheckFacts(reference=name, entries=1240, checked=1240, reviewed=1240)
            for name in names
        ),
    }
    return SafeguardFacts(**(values | changes))


def late_safeguards(**changes: Any) -> SafeguardFacts:
    """Return facts in which one thing of each kind is late or wrong."""
    kept = kept_safeguards()
    ended = AT - 3 * DAY
    late = "2026-11/LOW-ST-1"
    values: dict[str, Any] = {
        "authorities": (
            *kept.authorities,
            authority(
                late,
                *(ended - 6 * HOUR,),
                state="live",
                going_on=1,
                urgent=True,
                rank="inspector",
                review_due=ended - HOUR,
                ends=ended - HOUR,
                first_search=ended - 7 * HOUR,
            ),
        ),
        "lists": (
            *kept.lists,
            listed(
                late,
                ended,
                destroyed=None,
                late_by_s=int((2 * DAY).total_seconds()),
                certificate=None,
            ),
            listed(
                "2026-11/HIGH-ST-0",
                ended - 9 * DAY,
                destroyed=ended - 8 * DAY + 17 * HOUR,
                late_by_s=17 * 3600,
            ),
        ),
        "alerts": (
            *kept.alerts,
            AlertsKept(
                reference=late, kept=3, overdue=3, destroyed=40, destroyed_late=4, longest_late_s=75
            ),
        ),
        "retention": (
            of_class(
                RetentionClass.WATCHLIST,
                kept=2,
                overdue=1,
                erasures=3,
                late=1,
                partial=1,
                overdue_since=ended + DAY,
                next_due=AT + 7 * HOUR,
                longest_late_s=17 * 3600,
            ),
            of_class(RetentionClass.ALERT, kept=39, overdue=3, overdue_since=AT - HOUR),
            *kept.retention[2:],
        ),
        "holds": (
            ground(
                HoldGround.JUDICIAL,
                active=2,
                review_overdue=1,
                released=3,
                next_review=AT - 2 * DAY,
            ),
            *kept.holds[1:],
        ),
        "certificates": (
            *kept.certificates,
            certificate(
                "2026-11/HIGH-ST-0",
                ended,
                result="partial",
                late_by_s=17 * 3600,
                due=ended - 17 * HOUR,
                remaining=2,
                leftovers=1,
            ),
            certificate(None, ended, retention="case", logged=False),
        ),
        "log": kept.log.model_copy(
            update={
                "verified": kept.log.verified and kept.log.verified.model_copy(update={"faults": 3})
            }
        ),
        "list_checks": (
            *kept.list_checks,
            ListCheckFacts(reference=late, entries=20, checked=19, reviewed=20),
        ),
    }
    return kept_safeguards(**(values | changes))


def many_safeguards(deployments: int) -> SafeguardFacts:
    """Return facts of so many deployments, each with its list and its certificate."""
    days = [AT - (deployments - place) * DAY for place in range(deployments)]
    names = [f"2026/{place:05}" for place in range(deployments)]
    pairs = list(zip(names, days, strict=True))
    return kept_safeguards(
        authorities=tuple(authority(*one) for one in pairs),
        lists=tuple(listed(name, day) for name, day in pairs),
        certificates=tuple(certificate(name, day + DAY) for name, day in pairs),
    )
