"""How rows of what was due and done become the facts that managers' pages read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from workbench.bench.rules import Rules
from workbench.bench.safeguard_keeping import Keeping
from workbench.governance.holds import HoldGround
from workbench.governance.permissions import Permission
from workbench.governance.ranks import Rank
from workbench.governance.retention import RetentionClass
from workbench.governance.sources import Source
from workbench.outcomes.kept_facts import HoldFacts, ListFacts, RuleFacts
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
from workbench.records.audit.checkpoints import Checkpoint
from workbench.records.audit.times import TOLERANCE
from workbench.records.audit.verbs import Verb
from workbench.records.moments import from_text
from workbench.records.outcome_views import WATCHLISTS
from workbench.records.safeguard_views import (
    AUTHORITIES,
    CHECKS,
    ERASURES,
    HOLDS,
    KEPT,
    LIST_CHECKS,
    NEVER_AUTHORISED,
    REFUSALS,
    VERDICTS,
)

__all__ = ["Folding"]

_Row = Mapping[str, Any]
_UNKNOWN: Final = "unknown"
_KNOWN_PERMISSIONS: Final = {one.value: one for one in Permission}


class Folding:
    """Rows of one reading, and the facts that they come to at its moment."""

    def __init__(self, rows: Mapping[str, Sequence[_Row]], rules: Rules, now: datetime) -> None:
        """Take the rows by view, the rules in force and the moment of the reading."""
        self._rows = rows
        self._rules = rules
        self._now = now
        self._keeping = Keeping(rows[KEPT], rows[ERASURES], rules.retention, now)

    def facts(self, head: Checkpoint, not_verified: str | None) -> SafeguardFacts:
        """Return all of them.

        Args:
            head: of the audit log.
            not_verified: why this reading did not verify the log.
        """
        authorities = self._authorities()
        return SafeguardFacts(
            at=self._now,
            profile=self._rules.retention.name,
            ranks=_rule(self._rules.ranks.source),
            authorities=authorities,
            never_authorised=self._never_authorised(),
            lists=self._lists(),
            alerts=self._keeping.alerts(),
            retention=self._keeping.classes(),
            holds=self._holds(),
            certificates=self._keeping.certificates,
            log=self._log(head, not_verified),
            refusals=self._refusals(),
            verdicts=self._verdicts(),
            list_checks=tuple(
                ListCheckFacts(**row)
                for row in sorted(self._rows[LIST_CHECKS], key=lambda row: str(row["reference"]))
            ),
        )

    def _authorities(self) -> tuple[AuthorityFacts, ...]:
        found = [_authority(row) for row in self._rows[AUTHORITIES]]
        return tuple(sorted(found, key=lambda one: (one.starts, one.reference)))

    def _never_authorised(self) -> NeverAuthorised:
        return NeverAuthorised(
            **{row["ending"]: row["applications"] for row in self._rows[NEVER_AUTHORISED]}
        )

    def _lists(self) -> tuple[ListFacts, ...]:
        keep = self._rules.retention.limit(RetentionClass.WATCHLIST).keep or timedelta(0)
        ends = {row["reference"]: _list_end(row) for row in self._rows[AUTHORITIES]}
        held = {
            row["reference"]
            for row in self._rows[KEPT]
            if row["retention"] == RetentionClass.WATCHLIST and row["held"]
        }
        newest = {
            one.reference: one
            for one in self._keeping.certificates
            if one.retention == RetentionClass.WATCHLIST
        }
        found = []
        for row in self._rows[WATCHLISTS]:
            reference = row["reference"]
            issued, gone = newest.get(reference), _moment(row["destroyed"])
            counts_from = ends[reference] or from_text(row["built"])
            due = counts_from + keep
            late = max(0, int(((gone or self._now) - due).total_seconds()))
            if gone is not None and issued is not None:
                due, late = issued.due or due, issued.late_by_s
            found.append(
                ListFacts(
                    reference=reference,
                    built=from_text(row["built"]),
                    counts_from=counts_from,
                    due=due,
                    destroyed=gone,
                    late_by_s=late,
                    held=reference in held,
                    certificate=None if issued is None else issued.result,
                )
            )
        return tuple(sorted(found, key=lambda one: (one.due, one.reference)))

    def _holds(self) -> tuple[HoldFacts, ...]:
        by_ground: dict[str, list[_Row]] = defaultdict(list)
        for row in self._rows[HOLDS]:
            by_ground[row["ground"]].append(row)
        found = []
        for ground in HoldGround:
            active = [row for row in by_ground[ground] if row["released"] is None]
            reviews = [from_text(row["review"]) for row in active]
            found.append(
                HoldFacts(
                    ground=ground.value,
                    meaning=ground.meaning,
                    active=len(active),
                    review_overdue=sum(review <= self._now for review in reviews),
                    released=len(by_ground[ground]) - len(active),
                    next_review=min(reviews, default=None),
                )
            )
        return tuple(found)

    def _log(self, head: Checkpoint, not_verified: str | None) -> LogFacts:
        checks = sorted(self._rows[CHECKS], key=lambda row: int(row["seq"]))
        verified = [_check(row) for row in checks if row["verb"] == Verb.VERIFY]
        points = [_check(row) for row in checks if row["verb"] == Verb.CHECKPOINT]
        failed = [one for one in verified if one.faults]
        # One that is to come says nothing of now: a clock was ahead, or somebody wrote it so.
        verified = [one for one in verified if one.at <= self._now + TOLERANCE]
        return LogFacts(
            entries=head.seq,
            head_hash=head.hash,
            head_at=head.at,
            verified=verified[-1] if verified else None,
            failed=failed[-1] if failed else None,
            checkpoint=points[-1] if points else None,
            not_verified=not_verified,
        )

    def _refusals(self) -> tuple[RefusalFacts, ...]:
        found = []
        for row in self._rows[REFUSALS]:
            name = row["permission"] or _UNKNOWN
            known = _KNOWN_PERMISSIONS.get(name)
            found.append(
                RefusalFacts(
                    role=row["role"],
                    permission=name,
                    meaning=_UNKNOWN if known is None else known.meaning,
                    kind=row["kind"] or _UNKNOWN,
                    count=row["refusals"],
                    newest=from_text(row["newest"]),
                )
            )
        return tuple(sorted(found, key=lambda one: (-one.count, one.role, one.permission)))

    def _verdicts(self) -> tuple[VerdictFacts, ...]:
        """Return them by deployment; what is of none that was authorised has no alert."""
        counted: dict[str, Counter[str]] = defaultdict(Counter)
        for row in self._rows[VERDICTS]:
            if row["reference"] is not None:
                counted[row["reference"]].update(
                    {name: many for name, many in row.items() if name != "reference"}
                )
        return tuple(
            VerdictFacts(reference=reference, **counted[reference]) for reference in sorted(counted)
        )


def _authority(row: _Row) -> AuthorityFacts:
    starts, ends = from_text(row["starts"]), from_text(row["ends"])
    review_due, reviewed = _moment(row["review_due"]), _moment(row["reviewed"])
    if review_due is not None and reviewed is None:
        ends = min(ends, review_due)
    withdrawn = _moment(row["withdrawn"])
    if withdrawn is not None:
        ends = min(ends, withdrawn)
    as_they_are = ("reference", "state", "searches", "going_on")
    moments = ("ended", "first_search", "last_search_ended")
    return AuthorityFacts(
        **{name: row[name] for name in as_they_are},
        **{name: _moment(row[name]) for name in moments},
        rank=Rank(row["rank"]).spoken,
        given=from_text(row["given"]),
        withdrawn=withdrawn,
        starts=starts,
        ends=ends,
        urgent=bool(row["urgent"]),
        review_due=review_due,
        reviewed=reviewed,
        # An application that does not say so is one for two people.
        two_person=row["two_person"] is None or bool(row["two_person"]),
    )


def _list_end(row: _Row) -> datetime | None:
    """Return the end from which the limit of a deployment's list counts, as `retained` does."""
    ends = [from_text(row[name]) for name in ("ends", "ended") if row[name] is not None]
    return min(ends, default=None)


def _check(row: _Row) -> CheckFacts:
    plain = ("seq", "role", "entries", "faults", "agreed_to", "witnesses")
    return CheckFacts(at=from_text(row["utc"]), **{name: row[name] for name in plain})


def _rule(source: Source) -> RuleFacts:
    return RuleFacts(text=source.text, where=source.where, standing=source.standing.meaning)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else from_text(text)
