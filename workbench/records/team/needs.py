"""What each permission needs of the tables of a team's store: data, from which all grants follow.

Columns are named where some of a table is for fewer than the rest. Which rows of a table a role
sees is said in `rows`, who may change what of a row in `changes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from workbench.governance.permissions import PERMISSIONS, Permission
from workbench.governance.roles import Role
from workbench.records import schema

__all__ = ["ALSO", "EVERYBODY", "NEEDS", "VERSION", "WITHHELD", "Need", "granted", "needs_of"]

VERSION: Final = "alembic_version"
"""Alembic's own table, which says of which version the schema is."""


@dataclass(frozen=True)
class Need:
    """What is needed of one table.

    Attributes:
        table: its name.
        select: columns that are read.
        insert: whether rows are added.
        update: columns that are changed.
        delete: whether rows are deleted.
    """

    table: str
    select: frozenset[str] = frozenset()
    insert: bool = False
    update: frozenset[str] = frozenset()
    delete: bool = False

    def joined(self, other: Need) -> Need:
        """Return what both need of the same table."""
        return Need(
            self.table,
            self.select | other.select,
            self.insert or other.insert,
            self.update | other.update,
            self.delete or other.delete,
        )


@dataclass(frozen=True)
class _Table:
    """A table, called with the columns that are read of it and changed in it."""

    name: str

    def __call__(self, read: str = "", *, add: bool = False, change: str = "") -> Need:
        columns = frozenset(column.name for column in schema.metadata.tables[self.name].columns)
        return Need(
            self.name,
            columns if read == _ALL else frozenset(read.split()),
            insert=add,
            update=columns - {"id"} if change == _ALL else frozenset(change.split()),
        )


_P = Permission
_ALL: Final = "*"
_actors = _Table("actors")
_alerts = _Table("alerts")
_audit = _Table("audit")
_bench = _Table("bench")
_blue_members = _Table("blue_members")
_blue_passes = _Table("blue_passes")
_cases = _Table("cases")
_certificates = _Table("certificates")
_collection_parts = _Table("collection_parts")
_collections = _Table("collections")
_data_keys = _Table("data_keys")
_deployment_notes = _Table("deployment_notes")
_deployments = _Table("deployments")
_engagements = _Table("engagements")
_entries = _Table("watchlist_entries")
_erasures = _Table("erasures")
_evaluation_sets = _Table("evaluation_sets")
_examinations = _Table("examinations")
_exports = _Table("exports")
_footage = _Table("footage")
_footage_segments = _Table("footage_segments")
_head = _Table("audit_head")
_held_objects = _Table("held_objects")
_holds = _Table("holds")
_openings = _Table("locked_openings")
_policies = _Table("policies")
_rule_changes = _Table("rule_changes")
_searches = _Table("searches")
_session_status = _Table("session_status")
_sessions = _Table("sessions")
_vault_chunks = _Table("vault_chunks")
_vault_objects = _Table("vault_objects")
_verdicts = _Table("verdicts")
_watchlists = _Table("watchlists")


def _deleted(table: str, read: str) -> Need:
    return Need(table, frozenset(read.split()), delete=True)


EVERYBODY: Final = (
    Need(VERSION, frozenset({"version_num"})),
    _bench(_ALL),
    _actors(_ALL),  # of these the row of their own; see `rows`
    _head(_ALL),
)
"""What opening a bench takes, whatever the role; nothing of it is about a person but oneself."""

# Whoever comes to a deployment records what time alone made due of it, with its counts.
_DEPLOYMENT: Final = (
    _deployments(
        _ALL,
        change="reference state applicant content authority withdrawal starts ends changed ended "
        "record",
    ),
    _deployment_notes(_ALL),
    _sessions(_ALL, change="record"),
    _session_status(_ALL),
    _watchlists(_ALL),
    _alerts("id deployment session state blue_list moved_to raised"),
    _engagements("id alert kind content at"),
    _policies(_ALL),
)
_NOTES: Final = (*_DEPLOYMENT, _deployment_notes(add=True))
_OPENED: Final = (_data_keys(_ALL), _vault_objects(_ALL), _vault_chunks(_ALL))
_SEALED: Final = (
    _data_keys(_ALL, add=True),
    _vault_objects(_ALL, add=True),
    _vault_chunks(_ALL, add=True),
)
_HELD: Final = (
    _holds(_ALL),
    _held_objects(_ALL),
    _erasures(_ALL),
    _alerts("id deployment moved_to"),
)
_DESTROYED: Final = (
    _erasures(_ALL, add=True, change="content finished"),
    _certificates(_ALL, add=True),
    _exports(_ALL),
    _data_keys(_ALL, change="destroying destroyed"),
    _vault_objects(_ALL),
    _deleted("vault_objects", "id"),
    _deleted("vault_chunks", "object_id place"),
)
# Every erasure asks for all of what may go; what does go is for `changes` and `rows` to say.
_ERASED: Final = (
    *_DEPLOYMENT,
    *_HELD,
    *_DESTROYED,
    _watchlists(_ALL, change="state object_id key_id destroyed"),
    _entries("id watchlist state removed", change="removed"),
    _alerts("id deployment key_id object_id moved_to raised"),
    _deleted("alerts", "id"),
    _deleted("verdicts", "id alert"),
    _deleted("engagements", "id alert"),
    _cases("id number"),
)
_CASE_ERASED: Final = (
    *_ERASED,
    _deleted("footage", "id of_case"),
    _deleted("footage_segments", "footage"),
    _deleted("searches", "id of_case"),
    _deleted("examinations", "id search"),
)
_LIST: Final = (*_DEPLOYMENT, _entries(_ALL), _blue_members(_ALL))
_ALERT: Final = (
    *_DEPLOYMENT,
    *_OPENED,
    _alerts(_ALL),
    _verdicts(_ALL),
    _engagements(_ALL),
    _entries(_ALL),  # of whom an alert is, with the grounds
)
_CASE: Final = (_cases(_ALL, change="state authority ended"), *_HELD)
_PURPOSES: Final = (
    _deployments("id reference"),
    _cases("id number"),
    _evaluation_sets("id name"),
    _collections("id name"),
)
_KEPT: Final = (
    *_HELD,
    _deployments(_ALL),
    _watchlists(_ALL),
    _alerts("raised"),
    _cases(_ALL),
    _evaluation_sets(_ALL),
    _collections(_ALL),
)
# Of holds, erasures, keys and the like those of evaluation sets alone; see `rows`.
_SET: Final = (_evaluation_sets(_ALL), _holds(_ALL))
_SET_ENDED: Final = (*_SET, *_DESTROYED, _evaluation_sets(change="destroyed"))
_COLLECTION: Final = (_collections(_ALL), _collection_parts(_ALL), _holds(_ALL), _erasures(_ALL))
_COLLECTION_ENDED: Final = (*_COLLECTION, *_DESTROYED, _collections(change="destroyed"))
_FOOTAGE: Final = (*_CASE, _footage(_ALL), _footage_segments(_ALL))
_SEARCH: Final = (
    *_FOOTAGE,
    *_OPENED,
    _searches(_ALL),
    _examinations(_ALL),
    _collections(_ALL),
    _policies(_ALL),
)

NEEDS: Final[Mapping[Permission, tuple[Need, ...]]] = MappingProxyType(
    {
        _P.DEPLOYMENT_DRAFT: (*_DEPLOYMENT, _deployments(add=True)),
        _P.DEPLOYMENT_APPLY: (*_DEPLOYMENT, _entries("watchlist state review", change="review")),
        _P.DEPLOYMENT_CONSULT: _DEPLOYMENT,
        _P.DEPLOYMENT_AUTHORISE: _DEPLOYMENT,
        _P.DEPLOYMENT_REFUSE: _DEPLOYMENT,
        _P.DEPLOYMENT_CANCEL: _DEPLOYMENT,
        _P.DEPLOYMENT_START: _DEPLOYMENT,
        _P.DEPLOYMENT_CLOSE: _DEPLOYMENT,
        _P.DEPLOYMENT_RECORD: _NOTES,
        _P.WATCHLIST_BUILD: (
            *_LIST,
            *_SEALED,
            *_ERASED,
            _watchlists(add=True, change=_ALL),
            _entries(add=True, change="quality state removed"),
        ),
        _P.WATCHLIST_CHECK: (*_LIST, _entries(change="identity_check")),
        _P.WATCHLIST_REVIEW: (*_LIST, _entries(change="review")),
        _P.WATCHLIST_CONSULT: (*_LIST, *_OPENED),
        _P.WATCHLIST_PURGE: _ERASED,
        _P.LIVE_START: (
            *_LIST,
            *_SEALED,
            _sessions(add=True, change="ended stopped_by counts pauses"),
            _session_status(add=True, change="at content"),
            _alerts(_ALL, add=True),
        ),
        _P.LIVE_WATCH: (*_DEPLOYMENT, _sessions(change="ended stopped_by counts")),
        _P.ALERT_CONSULT: _ALERT,
        _P.ALERT_ADJUDICATE: (*_ALERT, _verdicts(add=True), _alerts(change="state decided")),
        _P.ALERT_ENGAGE: (*_ALERT, _engagements(add=True)),
        _P.ALERT_OUTCOME: (*_ALERT, _engagements(add=True)),
        _P.ALERT_CORRECT: (*_ALERT, _verdicts(add=True), _alerts(change="state decided")),
        _P.ALERT_MOVE: (
            *_ALERT,
            *_SEALED,
            *_CASE,
            *_ERASED,
            _alerts(change="moved_to object_id key_id"),
        ),
        _P.BLUE_LIST_MANAGE: (
            _blue_members(_ALL, add=True, change="content"),
            _entries(_ALL),
            _watchlists(_ALL),
            _deployments(_ALL),
        ),
        _P.BLUE_LIST_RECORD: (
            *_DEPLOYMENT,
            _blue_members(_ALL),
            _blue_passes(_ALL, add=True, change="content"),
            _alerts(_ALL),
            _entries(_ALL),
        ),
        _P.FIELD_COUNTS_ENTER: _NOTES,
        _P.CASE_OPEN: (_cases(_ALL, add=True), _data_keys(_ALL, add=True)),
        _P.CASE_AUTHORISE: _CASE,
        _P.CASE_REFUSE: (*_CASE, *_CASE_ERASED),
        _P.CASE_CONSULT: (*_CASE, *_OPENED, _footage(_ALL), _searches(_ALL)),
        _P.CASE_CLOSE: (*_CASE, *_CASE_ERASED),
        _P.COLLECTION_IMPORT: (
            *_COLLECTION,
            *_SEALED,
            _collections(add=True, change="state counts finished"),
            _collection_parts(add=True),
        ),
        _P.COLLECTION_CONSULT: _COLLECTION,
        _P.COLLECTION_REMOVE: (
            *_COLLECTION,
            *_SEALED,
            *_DESTROYED,
            _collections(change="counts"),
            _collection_parts(change="shard refusals counts"),
        ),
        _P.COLLECTION_DROP: _COLLECTION_ENDED,
        _P.FOOTAGE_ADD: (
            *_FOOTAGE,
            *_SEALED,
            _footage(add=True, change="state counts indexed"),
            _footage_segments(add=True),
        ),
        _P.FOOTAGE_CONSULT: (*_FOOTAGE, *_OPENED),
        _P.RETRO_SEARCH_RUN: (
            *_SEARCH,
            *_SEALED,
            _searches(add=True),
            _collection_parts(_ALL),
        ),
        _P.RETRO_SEARCH_CONSULT: _SEARCH,
        _P.REVIEW_EXAMINE: (*_SEARCH, _examinations(add=True)),
        _P.REVIEW_SURRENDER: (*_SEARCH, _examinations(add=True)),
        _P.HOLD_PLACE: (*_KEPT, _holds(add=True), _held_objects(add=True)),
        _P.HOLD_RELEASE: (*_HELD, _holds(change="content review released")),
        _P.HOLD_CONSULT: _HELD,
        _P.RETENTION_PLAN: (*_KEPT, *_PURPOSES),
        _P.RETENTION_RUN: (
            *_CASE_ERASED,
            *_KEPT,
            *_CASE,
            *_SET_ENDED,
            *_COLLECTION_ENDED,
            _blue_passes(_ALL),
        ),
        _P.CERTIFICATE_CONSULT: (_certificates(_ALL), *_PURPOSES),
        _P.ENQUIRY_ASK: (_entries(_ALL), _watchlists(_ALL), _deployments(_ALL)),
        _P.AUDIT_SHOW: (_audit(_ALL), *_PURPOSES, _deployments(_ALL), _cases(_ALL)),
        _P.AUDIT_VERIFY: (_audit(_ALL),),
        _P.AUDIT_EXPORT: (_audit(_ALL), *_PURPOSES, _exports(_ALL, add=True)),
        _P.AUDIT_CHECKPOINT: (),
        _P.EXPORT_MAKE: (*_PURPOSES, _exports(_ALL, add=True), _deleted("exports", "id")),
        _P.EXPORT_LIST: (*_PURPOSES, _exports(_ALL)),
        _P.POLICY_ISSUE: (_policies(_ALL, add=True), _openings(_ALL, add=True)),
        _P.POLICY_APPROVE: (_policies(_ALL, change="content approver approved"),),
        _P.POLICY_CONSULT: (_policies(_ALL), _openings(_ALL)),
        # Counts come from what each of its roles reads anyway: deployments, or views of outcomes.
        _P.POLICY_MONITOR: (_policies(_ALL),),
        _P.EVALUATION_SET_SEAL: (_evaluation_sets(_ALL, add=True), *_SEALED),
        _P.EVALUATION_SET_CONSULT: (_evaluation_sets(_ALL),),
        _P.EVALUATION_SET_READ: (*_SET, *_OPENED),
        _P.EVALUATION_SET_END: _SET_ENDED,
        _P.OUTCOMES_READ: (),  # the views of `views`, and no table
        # What is published is a disclosure, and so a row; what it is of is read as one may anyway.
        _P.PUBLICATION_MAKE: (_exports(add=True),),
        _P.RULES_CONSULT: (_rule_changes(_ALL),),
        _P.RULES_PROPOSE: (_rule_changes(_ALL, add=True, change="decided_by decided decision"),),
        _P.RULES_CONFIRM: (
            _rule_changes(_ALL, change="decided_by decided decision"),
            _bench(change="settings"),
        ),
        _P.USERS_MANAGE: (_actors(_ALL, add=True, change="role rank active database_user"),),
        _P.USERS_LIST: (_actors(_ALL),),
        _P.KEYS_ROTATE: (),
        _P.CLOCK_ACCEPT: (),
        _P.BENCH_UPGRADE: (),
        _P.BENCH_DESCRIBE: (),
    }
)
"""By permission, what using it takes."""

WITHHELD: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {
        Role.ADMINISTRATOR: frozenset(
            {_P.RETENTION_PLAN, _P.RETENTION_RUN, _P.AUDIT_VERIFY, _P.BENCH_UPGRADE}
        ),
    }
)
"""What a role may do on a bench in a folder, but not through its own connection to a team's store.

Each takes reading rows that the role is not to see: whoever destroys counts what goes, whoever
verifies the log reads it. A data-protection officer does them, or the owner of the database.
"""


ALSO: Final[Mapping[Role, tuple[Need, ...]]] = MappingProxyType(
    {
        # Who takes somebody off a list seals what is left anew.
        Role.OPERATOR: (_watchlists(change=_ALL), _entries(change="state removed")),
        # Who reads a rate of recognition and may look at alerts links passes with alerts.
        Role.REVIEWER: (_blue_passes(_ALL, change="content"),),
    }
)
"""What a role takes beyond its permissions one by one."""


def granted(role: Role) -> frozenset[Permission]:
    """Return the permissions that the connections of a role are given the means for."""
    return PERMISSIONS[role] - WITHHELD.get(role, frozenset())


def needs_of(role: Role) -> dict[str, Need]:
    """Return what a role takes, by table; what opening a bench takes is in it."""
    found: dict[str, Need] = {}
    every = [
        *EVERYBODY,
        *(need for one in granted(role) for need in NEEDS[one]),
        *ALSO.get(role, ()),
    ]
    for need in every:
        found[need.table] = found.get(need.table, Need(need.table)).joined(need)
    return found
