"""Which rows of each table a role comes to: policies of row level security, as data.

A role sees what the account of the connection is for at that moment: an account that was disabled
or given another role loses its rows at once, whatever its database user may still do.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from workbench.governance.permissions import Permission
from workbench.governance.retention import RetentionClass
from workbench.governance.roles import Role
from workbench.records.team.needs import VERSION, Need, needs_of
from workbench.records.team.sql_files import array, holding, literal, name

_P = Permission

__all__ = ["CONDITIONS", "class_roles", "erasers", "policies", "tables_with_policies"]

_OWN: Final = ("actors", "SELECT")
"""Whoever is disabled sees at least that."""
_COMMANDS: Final = ("SELECT", "INSERT", "UPDATE", "DELETE")
_ACCOUNT: Final = "(SELECT lfr_account())"
_ROLE: Final = "(SELECT lfr_role())"

_ERASES: Final[Mapping[RetentionClass, tuple[Permission, ...]]] = MappingProxyType(
    {
        RetentionClass.WATCHLIST: (_P.WATCHLIST_BUILD, _P.WATCHLIST_PURGE, _P.RETENTION_RUN),
        RetentionClass.ALERT: (_P.ALERT_MOVE, _P.RETENTION_RUN),
        RetentionClass.CASE: (_P.CASE_REFUSE, _P.CASE_CLOSE, _P.RETENTION_RUN),
        RetentionClass.EVALUATION_SET: (_P.EVALUATION_SET_END, _P.RETENTION_RUN),
        RetentionClass.COLLECTION: (*(_P.COLLECTION_DROP, _P.COLLECTION_REMOVE, _P.RETENTION_RUN),),
    }
)
"""Who begins to destroy what; of an alert that is moved only what it was sealed as before."""

_OPENS: Final[Mapping[RetentionClass, tuple[Permission, ...]]] = MappingProxyType(
    {
        RetentionClass.WATCHLIST: (_P.WATCHLIST_CONSULT, _P.LIVE_START),
        RetentionClass.ALERT: (_P.ALERT_CONSULT,),
        RetentionClass.CASE: (_P.CASE_CONSULT,),
        RetentionClass.EVALUATION_SET: (_P.EVALUATION_SET_READ,),
        RetentionClass.COLLECTION: (
            *(_P.COLLECTION_IMPORT, _P.COLLECTION_REMOVE, _P.RETRO_SEARCH_RUN),
        ),
    }
)

_MAKES: Final[Mapping[RetentionClass, tuple[Permission, ...]]] = MappingProxyType(
    {
        RetentionClass.WATCHLIST: (_P.WATCHLIST_BUILD, _P.LIVE_START),
        RetentionClass.ALERT: (_P.LIVE_START,),
        RetentionClass.CASE: (_P.CASE_OPEN,),
        RetentionClass.EVALUATION_SET: (_P.EVALUATION_SET_SEAL,),
        RetentionClass.COLLECTION: (_P.COLLECTION_IMPORT, _P.COLLECTION_REMOVE),
    }
)

_OPERATIONAL: Final = f"{_ROLE} <> {literal(Role.DATA_SCIENTIST)}"
"""Of what is kept for deployments and cases a data scientist sees no row."""
_OF_SET_CLASS: Final = f"{_OPERATIONAL} OR retention = {literal(RetentionClass.EVALUATION_SET)}"

CONDITIONS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "actors": {
            "SELECT": f"database_user = session_user OR {_ROLE} = ANY ({{users}})",
            "UPDATE": "database_user IS DISTINCT FROM session_user",
        },
        "alerts": {
            "INSERT": "state = 'open' AND decided IS NULL AND moved_to IS NULL "
            "AND lfr_runs(session)",
            "DELETE": "lfr_goes(id)",
        },
        "blue_members": {"INSERT": f"added_by = {_ACCOUNT}"},
        "blue_passes": {"INSERT": f"actor = {_ACCOUNT}"},
        "cases": {
            "INSERT": f"requester = {_ACCOUNT} AND state = 'open-provisional' "
            "AND authority IS NULL AND ended IS NULL"
        },
        "certificates": {
            "SELECT": _OF_SET_CLASS,
            "INSERT": "EXISTS (SELECT FROM erasures WHERE starts_with("
            "certificates.id, replace(erasures.id, 'erasure-', 'certificate-')))",
        },
        "data_keys": {
            "SELECT": _OF_SET_CLASS,
            "INSERT": "destroying IS NULL AND destroyed IS NULL AND {made}",
            "UPDATE": "{erased}",
        },
        "collection_parts": {"INSERT": f"lfr_imports(collection, {_ACCOUNT})"},
        "collections": {
            "INSERT": f"owner = {_ACCOUNT} AND state = 'importing' AND counts IS NULL "
            "AND finished IS NULL AND destroyed IS NULL"
        },
        "deployment_notes": {"INSERT": f"actor = {_ACCOUNT}"},
        "deployments": {
            "INSERT": f"applicant = {_ACCOUNT} AND state = 'draft' AND authority IS NULL "
            "AND withdrawal IS NULL AND ended IS NULL AND record IS NULL"
        },
        "engagements": {
            "SELECT": f"actor = {_ACCOUNT} OR NOT {_ROLE} = ANY ({{verifiers}}) "
            "OR lfr_sees_verdicts(alert) OR kind <> 'decision'",
            "INSERT": f"actor = {_ACCOUNT}",
            "DELETE": "lfr_goes(alert)",
        },
        "erasures": {
            "SELECT": _OF_SET_CLASS,
            "INSERT": f"actor IN ({_ACCOUNT}, 'workbench') AND finished IS NULL AND {{erased}}",
            "UPDATE": f"(actor = {_ACCOUNT} OR {_ROLE} = ANY ({{retention}}))",
        },
        "evaluation_sets": {"INSERT": f"owner = {_ACCOUNT} AND destroyed IS NULL"},
        "examinations": {
            "SELECT": f"actor = {_ACCOUNT} OR lfr_sees_examinations(search)",
            "DELETE": "lfr_goes(search)",
        },
        "exports": {
            "SELECT": f"{_OPERATIONAL} OR lfr_is_of_set(purpose)",
            "INSERT": f"actor = {_ACCOUNT}",
            "DELETE": f"actor = {_ACCOUNT}",
        },
        "footage": {
            "INSERT": f"added_by = {_ACCOUNT} AND state = 'added' AND lfr_case_goes_on(of_case)",
            "DELETE": "lfr_goes(id)",
        },
        "footage_segments": {"INSERT": "lfr_indexes(footage)", "DELETE": "lfr_goes(footage)"},
        "holds": {
            "SELECT": f"{_OPERATIONAL} OR lfr_holds_set(id)",
            "INSERT": f"placed_by = {_ACCOUNT} AND released IS NULL",
        },
        "locked_openings": {"INSERT": f"opened_by = {_ACCOUNT}"},
        "policies": {"INSERT": f"issued_by = {_ACCOUNT} AND approver IS NULL"},
        "rule_changes": {"INSERT": f"proposed_by = {_ACCOUNT} AND decision IS NULL"},
        "searches": {
            "INSERT": f"actor = {_ACCOUNT} AND lfr_case_goes_on(of_case)",
            "DELETE": "lfr_goes(id)",
        },
        # Of the search that the account runs itself; anybody who comes to it reads how it is.
        "session_status": {"INSERT": "lfr_runs(session)", "UPDATE": "lfr_runs(session)"},
        "sessions": {"INSERT": f"operator = {_ACCOUNT} AND ended IS NULL"},
        "vault_chunks": {
            "SELECT": "lfr_opens_object(object_id)",
            "INSERT": "lfr_is_unkept(object_id)",
            "DELETE": "lfr_is_waste(object_id)",
        },
        "vault_objects": {
            "SELECT": "lfr_opens(key_id)",
            "INSERT": "lfr_opens(key_id)",
            "DELETE": "lfr_is_waste(id)",
        },
        "verdicts": {
            "SELECT": f"actor = {_ACCOUNT} OR NOT {_ROLE} = ANY ({{verifiers}}) "
            "OR lfr_sees_verdicts(alert)",
            "DELETE": "lfr_goes(alert)",
        },
        "watchlist_entries": {
            "SELECT": f"{_ROLE} <> {literal(Role.ENGAGEMENT_OFFICER)} OR category = 'blue-list' "
            "OR lfr_was_alerted(id)",
            "INSERT": f"added_by = {_ACCOUNT} AND identity_check IS NULL AND review IS NULL",
        },
        "watchlists": {"INSERT": f"builder = {_ACCOUNT}"},
    }
)
"""By table and command, what a row must be like besides the role being one for it."""


def erasers(retention: RetentionClass) -> tuple[Role, ...]:
    """Return the roles whose connections may destroy what is of a retention class."""
    return holding(*_ERASES.get(retention, ()))


def class_roles() -> dict[RetentionClass, tuple[Role, ...]]:
    """Return the roles that come to what is sealed, to open it or to destroy it."""
    return {one: holding(*_OPENS[one], *_ERASES[one]) for one in _OPENS}


def policies(groups: Mapping[Role, str]) -> list[str]:
    """Return the statements that keep each role to its rows; all former ones are dropped.

    Args:
        groups: name of the group role of each role.
    """
    statements = []
    for table, commands in sorted(_commands().items()):
        on = name(table)
        statements.append(f"ALTER TABLE {on} ENABLE ROW LEVEL SECURITY")
        statements += [
            f"DROP POLICY IF EXISTS {_policy(one)} ON {name(table)}" for one in _COMMANDS
        ]
        for command, roles in commands.items():
            condition = CONDITIONS.get(table, {}).get(command, "true").format(**_parts())
            is_role = f"{_ROLE} = ANY ({array(roles)})"
            rows = condition if (table, command) == _OWN else f"{is_role} AND ({condition})"
            kind = "WITH CHECK" if command == "INSERT" else "USING"
            to = ", ".join(name(groups[role]) for role in roles)
            statements.append(
                f"CREATE POLICY {_policy(command)} ON {on} FOR {command} TO {to} {kind} ({rows})"
            )
    return statements


def _policy(command: str) -> str:
    return name(f"lfr_{command.lower()}")


def tables_with_policies() -> list[str]:
    """Return the tables of which each role sees its rows alone."""
    return sorted(_commands())


def _commands() -> dict[str, dict[str, list[Role]]]:
    """Return, by table and command, the roles that are granted it."""
    found: dict[str, dict[str, list[Role]]] = {}
    for role in Role:
        for table, need in needs_of(role).items():
            if table != VERSION:
                for command in _granted_commands(need):
                    found.setdefault(table, {}).setdefault(command, []).append(role)
    return found


def _granted_commands(need: Need) -> list[str]:
    given = {
        "SELECT": bool(need.select),
        "INSERT": need.insert,
        "UPDATE": bool(need.update),
        "DELETE": need.delete,
    }
    return [command for command, is_given in given.items() if is_given]


def _parts() -> dict[str, str]:
    return {
        "users": array(holding(_P.USERS_LIST, _P.USERS_MANAGE)),
        "verifiers": array(holding(_P.ALERT_CONSULT)),
        "retention": array(holding(_P.RETENTION_RUN)),
        "made": _by_class(_MAKES),
        "erased": _by_class(_ERASES),
    }


def _by_class(permissions: Mapping[RetentionClass, tuple[Permission, ...]]) -> str:
    """Return the condition that the role is one for the retention class of a row."""
    cases = " ".join(
        f"WHEN {literal(one)} THEN {_ROLE} = ANY ({array(holding(*held))})"
        for one, held in permissions.items()
    )
    return f"CASE retention {cases} ELSE false END"
