"""What was due and what was done, as aggregates: queries, written once for both stores.

As those of `outcome_views`, each is run as it stands on SQLite and over the connection of the
owner, and is the text of a view in a team's store. None gives an account, a person, the id of an
alert, an entry or a hold, or what somebody wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import (
    case,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql

from workbench.governance.deployments import DeploymentState
from workbench.records.audit.verbs import Verb
from workbench.records.deployments import PERHAPS_NEVER_APPLIED
from workbench.records.safeguard_kept import kept_things
from workbench.records.safeguard_log import checks, erasures, refusals, verdicts
from workbench.records.safeguard_parts import AUTHORISED, AnyQuery, JsonParts, says
from workbench.records.schema import (
    audit,
    deployments,
    holds,
    sessions,
    watchlist_entries,
    watchlists,
)
from workbench.records.watchlist_entries import EntryState

__all__ = [
    "AUTHORITIES",
    "CHECKS",
    "ERASURES",
    "HOLDS",
    "KEPT",
    "LIST_CHECKS",
    "NEVER_AUTHORISED",
    "REFUSALS",
    "SAFEGUARD_VIEWS",
    "VERDICTS",
    "safeguard_queries",
    "safeguard_texts",
]

AUTHORITIES: Final = "outcome_authorities"
CHECKS: Final = "outcome_checks"
ERASURES: Final = "outcome_erasures"
HOLDS: Final = "outcome_holds"
KEPT: Final = "outcome_retained"
LIST_CHECKS: Final = "outcome_list_checks"
NEVER_AUTHORISED: Final = "outcome_never_authorised"
REFUSALS: Final = "outcome_refusals"
VERDICTS: Final = "outcome_verdicts"
SAFEGUARD_VIEWS: Final = (
    *(AUTHORITIES, CHECKS, ERASURES, HOLDS, KEPT),
    *(LIST_CHECKS, NEVER_AUTHORISED, REFUSALS, VERDICTS),
)


def safeguard_queries(*, on_postgresql: bool) -> Mapping[str, AnyQuery]:
    """Return the queries by the name of their view.

    Args:
        on_postgresql: write them for PostgreSQL; else for SQLite.
    """
    of = JsonParts(on_postgresql=on_postgresql)
    return {
        AUTHORITIES: _authorities(of),
        CHECKS: checks(of),
        ERASURES: erasures(of),
        HOLDS: _holds(of),
        KEPT: kept_things(),
        LIST_CHECKS: _list_checks(of),
        NEVER_AUTHORISED: _never_authorised(of),
        REFUSALS: refusals(of),
        VERDICTS: verdicts(of),
    }


def safeguard_texts() -> dict[str, str]:
    """Return the queries as PostgreSQL reads them, every value in its place."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return {
        view: str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        for view, query in safeguard_queries(on_postgresql=True).items()
    }


def _authorities(of: JsonParts) -> AnyQuery:
    """One row a deployment that was authorised: by which rank and when, and when it was searched.

    Neither the officer nor a word of the reasons.
    """
    table = deployments.c
    ran = (
        select(
            sessions.c.deployment,
            func.count().label("searches"),
            func.count().filter(sessions.c.ended.is_(None)).label("going_on"),
            func.min(sessions.c.started).label("first_search"),
            func.max(sessions.c.ended).label("last_search_ended"),
        )
        .group_by(sessions.c.deployment)
        .subquery("ran")
    )
    return (
        select(
            table.reference,
            table.state,
            of.text(table.authority, "at").label("given"),
            of.text(table.authority, "officer_rank").label("rank"),
            of.is_true(table.authority, "urgent").label("urgent"),
            of.text(table.authority, "review_due").label("review_due"),
            of.text(table.authority, "review", "at").label("reviewed"),
            of.text(table.withdrawal, "at").label("withdrawn"),
            of.is_true(table.content, "two_person").label("two_person"),
            table.starts,
            table.ends,
            table.ended,
            func.coalesce(ran.c.searches, 0).label("searches"),
            func.coalesce(ran.c.going_on, 0).label("going_on"),
            ran.c.first_search,
            ran.c.last_search_ended,
        )
        .outerjoin(ran, ran.c.deployment == table.id)
        .where(AUTHORISED)
    )


def _never_authorised(of: JsonParts) -> AnyQuery:
    """How many applications came to what, of those that nobody authorised.

    The log says which were refused: a deployment of which nothing is left is `purged`, whatever it
    was before.
    """
    table = deployments.c
    refused = select(of.text(audit.c.body, "purpose")).where(says(Verb.REFUSE))
    over = (DeploymentState.EXPIRED.value, DeploymentState.PURGED.value)
    ending = case(
        (table.id.in_(refused), "refused"),
        (
            or_(table.state == DeploymentState.CANCELLED.value, table.withdrawal.is_not(None)),
            "cancelled",
        ),
        (table.state.in_(over), "expired"),
        else_="waiting",
    ).label("ending")
    applied = or_(
        table.record.is_not(None),
        table.state.not_in(sorted(state.value for state in PERHAPS_NEVER_APPLIED)),
    )
    return (
        select(ending, func.count().label("applications"))
        .where(~AUTHORISED, applied)
        .group_by(ending)
    )


def _holds(of: JsonParts) -> AnyQuery:
    """One row a legal hold: its ground and its dates, and neither what it keeps nor why."""
    table = holds.c
    return select(
        of.text(table.content, "ground").label("ground"),
        table.placed,
        table.review,
        of.text(table.released, "at").label("released"),
    )


def _list_checks(of: JsonParts) -> AnyQuery:
    """How many entries of the list of each deployment a second person checked, and were reviewed.

    An entry that was checked by whoever added it is none that a second person checked.
    """
    table = watchlist_entries.c
    checker = func.lower(of.text(table.identity_check, "by"))
    own = checker == func.lower(table.added_by)
    reviewed = of.text(table.review, "deployment") == deployments.c.reference
    return (
        select(
            deployments.c.reference,
            func.count().label("entries"),
            func.count()
            .filter(table.identity_check.is_not(None), ~func.coalesce(own, false()))
            .label("checked"),
            func.count().filter(reviewed).label("reviewed"),
        )
        .select_from(
            watchlist_entries.join(watchlists, watchlists.c.id == table.watchlist).join(
                deployments, deployments.c.id == watchlists.c.deployment
            )
        )
        .where(AUTHORISED, table.state == EntryState.ENROLLED.value)
        .group_by(deployments.c.reference)
    )
