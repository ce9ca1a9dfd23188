"""What each role may do: one table, as data.

Kept apart, each by a test: who asks for an authority and who gives it; who issues a threshold
policy and who approves it; who builds a list, who allows it and who decides on its alerts; who
searches for a case and who concludes on what was found; who keeps accounts and who sees anything of
a person. Two rules that no table of roles can hold are
kept where the record is: the authorising officer is not the applicant, the second verifier not
the first.

The separation of roles follows the College of Policing's authorised practice (the authorising
officer approves, APP Live facial recognition, Watchlist) and EU Artificial Intelligence Act,
Article 14(5) (persons "with the necessary competence, training and authority"); which role holds
which permission is the product's own choice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from workbench.errors import NotPermittedError
from workbench.governance.roles import Role

__all__ = ["PERMISSIONS", "Permission", "RoleRow", "holders", "require", "table"]


class Permission(StrEnum):
    """One thing that only some roles may do."""

    DEPLOYMENT_DRAFT = "deployment.draft"
    DEPLOYMENT_APPLY = "deployment.apply"
    DEPLOYMENT_CONSULT = "deployment.consult"
    DEPLOYMENT_AUTHORISE = "deployment.authorise"
    DEPLOYMENT_REFUSE = "deployment.refuse"
    DEPLOYMENT_CANCEL = "deployment.cancel"
    DEPLOYMENT_START = "deployment.start"
    DEPLOYMENT_CLOSE = "deployment.close"
    DEPLOYMENT_RECORD = "deployment.record"
    WATCHLIST_BUILD = "watchlist.build"
    WATCHLIST_CHECK = "watchlist.check"
    WATCHLIST_REVIEW = "watchlist.review"
    WATCHLIST_CONSULT = "watchlist.consult"
    WATCHLIST_PURGE = "watchlist.purge"
    LIVE_START = "live.start"
    LIVE_WATCH = "live.watch"
    ALERT_CONSULT = "alert.consult"
    ALERT_ADJUDICATE = "alert.adjudicate"
    ALERT_ENGAGE = "alert.engage"
    ALERT_OUTCOME = "alert.outcome"
    ALERT_CORRECT = "alert.correct"
    ALERT_MOVE = "alert.move"
    BLUE_LIST_MANAGE = "blue-list.manage"
    BLUE_LIST_RECORD = "blue-list.record"
    FIELD_COUNTS_ENTER = "field-counts.enter"
    CASE_OPEN = "case.open"
    CASE_AUTHORISE = "case.authorise"
    CASE_REFUSE = "case.refuse"
    CASE_CONSULT = "case.consult"
    CASE_CLOSE = "case.close"
    COLLECTION_IMPORT = "collection.import"
    COLLECTION_CONSULT = "collection.consult"
    COLLECTION_REMOVE = "collection.remove"
    COLLECTION_DROP = "collection.drop"
    FOOTAGE_ADD = "footage.add"
    FOOTAGE_CONSULT = "footage.consult"
    RETRO_SEARCH_RUN = "retro-search.run"
    RETRO_SEARCH_CONSULT = "retro-search.consult"
    REVIEW_EXAMINE = "review.examine"
    REVIEW_SURRENDER = "review.surrender"
    HOLD_PLACE = "hold.place"
    HOLD_RELEASE = "hold.release"
    HOLD_CONSULT = "hold.consult"
    RETENTION_PLAN = "retention.plan"
    RETENTION_RUN = "retention.run"
    CERTIFICATE_CONSULT = "certificate.consult"
    ENQUIRY_ASK = "enquiry.ask"
    AUDIT_SHOW = "audit.show"
    AUDIT_VERIFY = "audit.verify"
    AUDIT_EXPORT = "audit.export"
    AUDIT_CHECKPOINT = "audit.checkpoint"
    EXPORT_MAKE = "export.make"
    EXPORT_LIST = "export.list"
    POLICY_ISSUE = "policy.issue"
    POLICY_APPROVE = "policy.approve"
    POLICY_CONSULT = "policy.consult"
    POLICY_MONITOR = "policy.monitor"
    EVALUATION_SET_SEAL = "evaluation-set.seal"
    EVALUATION_SET_CONSULT = "evaluation-set.consult"
    EVALUATION_SET_READ = "evaluation-set.read"
    EVALUATION_SET_END = "evaluation-set.end"
    OUTCOMES_READ = "outcomes.read"
    PUBLICATION_MAKE = "publication.make"
    RULES_CONSULT = "rules.consult"
    RULES_PROPOSE = "rules.propose"
    RULES_CONFIRM = "rules.confirm"
    USERS_MANAGE = "users.manage"
    USERS_LIST = "users.list"
    KEYS_ROTATE = "keys.rotate"
    CLOCK_ACCEPT = "clock.accept"
    BENCH_UPGRADE = "bench.upgrade"
    BENCH_DESCRIBE = "bench.describe"

    @property
    def meaning(self) -> str:
        """What is permitted, as it follows `may`: `give a deployment its authority`."""
        return _TABLE[self][0]


_ANALYST: Final = frozenset({Role.ANALYST})
_OPERATOR: Final = frozenset({Role.OPERATOR})
_STREET: Final = frozenset({Role.ENGAGEMENT_OFFICER})
_AUTHORITY: Final = frozenset({Role.AUTHORISING_OFFICER})
_REVIEWER: Final = frozenset({Role.REVIEWER})
_INVESTIGATOR: Final = frozenset({Role.INVESTIGATOR})
_EXAMINER: Final = frozenset({Role.EXAMINER})
_PROTECTION: Final = frozenset({Role.DATA_PROTECTION_OFFICER})
_SCIENTIST: Final = frozenset({Role.DATA_SCIENTIST})
_MANAGER: Final = frozenset({Role.MANAGER})
_ADMINISTRATOR: Final = frozenset({Role.ADMINISTRATOR})
_RUNS: Final = _ANALYST | _OPERATOR
_DECIDES: Final = _OPERATOR | _STREET | _REVIEWER
_CONCERNED: Final = _RUNS | _STREET | _AUTHORITY | _REVIEWER | _PROTECTION
_SEARCHES: Final = _ANALYST | _INVESTIGATOR
_RETROSPECTIVE: Final = _SEARCHES | _EXAMINER
_EVERYBODY: Final = frozenset(Role)

_P: Final = Permission
_TABLE: Final[Mapping[Permission, tuple[str, frozenset[Role]]]] = {
    _P.DEPLOYMENT_DRAFT: ("draft a deployment", _ANALYST),
    _P.DEPLOYMENT_APPLY: ("apply for the authority of a deployment", _ANALYST),
    _P.DEPLOYMENT_CONSULT: ("read a deployment's record", _CONCERNED),
    _P.DEPLOYMENT_AUTHORISE: ("give a deployment its authority", _AUTHORITY),
    _P.DEPLOYMENT_REFUSE: ("refuse a deployment its authority", _AUTHORITY),
    _P.DEPLOYMENT_CANCEL: ("cancel a deployment", _ANALYST | _AUTHORITY),
    _P.DEPLOYMENT_START: ("start a deployment", _RUNS),
    _P.DEPLOYMENT_CLOSE: ("close a deployment", _RUNS),
    _P.DEPLOYMENT_RECORD: (
        "record a deployment's notices, costs and engagement with communities",
        _RUNS | _REVIEWER,
    ),
    _P.WATCHLIST_BUILD: ("build a watchlist", _ANALYST),
    _P.WATCHLIST_CHECK: ("confirm that an image shows its person", _RUNS | _REVIEWER),
    _P.WATCHLIST_REVIEW: ("review an entry for a deployment", _AUTHORITY | _REVIEWER),
    _P.WATCHLIST_CONSULT: ("look at a watchlist", _RUNS | _AUTHORITY | _REVIEWER),
    _P.WATCHLIST_PURGE: ("destroy a watchlist", _RUNS | _PROTECTION),
    _P.LIVE_START: ("start a live search", _RUNS),
    _P.LIVE_WATCH: ("watch a live search", _RUNS | _STREET),
    _P.ALERT_CONSULT: ("look at an alert", _RUNS | _STREET | _REVIEWER),
    _P.ALERT_ADJUDICATE: ("decide on an alert", _DECIDES),
    _P.ALERT_ENGAGE: ("record whether officers engage", _OPERATOR | _STREET),
    _P.ALERT_OUTCOME: ("record what came of an alert", _DECIDES),
    _P.ALERT_CORRECT: ("correct the decision on an alert after the deployment", _REVIEWER),
    _P.ALERT_MOVE: ("move a held alert to a case", _ANALYST | _REVIEWER),
    _P.BLUE_LIST_MANAGE: ("say who of the staff is seeded", _ANALYST),
    _P.BLUE_LIST_RECORD: ("record a pass of seeded staff", _OPERATOR | _STREET),
    _P.FIELD_COUNTS_ENTER: ("enter counts of who was alerted falsely", _DECIDES),
    _P.CASE_OPEN: ("open a case", _SEARCHES),
    _P.CASE_AUTHORISE: ("give a case its authority", _AUTHORITY),
    _P.CASE_REFUSE: ("refuse a case its authority", _AUTHORITY),
    _P.CASE_CONSULT: ("read a case", _RETROSPECTIVE | _AUTHORITY | _REVIEWER),
    _P.CASE_CLOSE: ("close a case", _SEARCHES | _AUTHORITY),
    _P.COLLECTION_IMPORT: ("import a reference collection", _ANALYST),
    _P.COLLECTION_CONSULT: (
        "list reference collections, without an image",
        _RETROSPECTIVE | _AUTHORITY | _PROTECTION,
    ),
    _P.COLLECTION_REMOVE: ("remove people from a reference collection", _ANALYST),
    _P.COLLECTION_DROP: ("destroy a reference collection", _ANALYST | _PROTECTION),
    _P.FOOTAGE_ADD: ("add footage to a case and index it", _SEARCHES),
    _P.FOOTAGE_CONSULT: ("look at the footage of a case", _RETROSPECTIVE),
    _P.RETRO_SEARCH_RUN: ("search for a case", _SEARCHES),
    _P.RETRO_SEARCH_CONSULT: ("look at what a search for a case found", _RETROSPECTIVE | _REVIEWER),
    _P.REVIEW_EXAMINE: ("conclude on what a search for a case found", _EXAMINER),
    _P.REVIEW_SURRENDER: (
        "leave a search on which two examiners differ as inconclusive",
        _EXAMINER | _REVIEWER,
    ),
    _P.HOLD_PLACE: ("place a legal hold", _AUTHORITY | _PROTECTION),
    _P.HOLD_RELEASE: ("review or release a legal hold", _AUTHORITY | _PROTECTION),
    _P.HOLD_CONSULT: ("read legal holds", _SEARCHES | _AUTHORITY | _REVIEWER | _PROTECTION),
    _P.RETENTION_PLAN: ("see what is to be destroyed when", _PROTECTION | _ADMINISTRATOR),
    _P.RETENTION_RUN: ("destroy what is due", _PROTECTION | _ADMINISTRATOR),
    _P.CERTIFICATE_CONSULT: (
        "read deletion certificates",
        _CONCERNED | _RETROSPECTIVE | _ADMINISTRATOR,
    ),
    _P.ENQUIRY_ASK: ("look up whether a reference was on a list", _PROTECTION),
    _P.AUDIT_SHOW: ("read the audit log", _PROTECTION),
    _P.AUDIT_VERIFY: ("verify the audit log", _PROTECTION | _ADMINISTRATOR),
    _P.AUDIT_EXPORT: ("export the audit log", _PROTECTION),
    _P.AUDIT_CHECKPOINT: ("make a checkpoint of the audit log", _PROTECTION | _ADMINISTRATOR),
    _P.EXPORT_MAKE: (
        "make a page, a video or a report that leaves the bench",
        _RUNS | _REVIEWER | _RETROSPECTIVE,
    ),
    _P.EXPORT_LIST: (
        "see what left the bench, and to whom",
        _RUNS | _REVIEWER | _RETROSPECTIVE | _PROTECTION,
    ),
    _P.POLICY_ISSUE: ("issue a threshold policy", _SCIENTIST),
    _P.POLICY_APPROVE: ("approve a threshold policy", _AUTHORITY),
    _P.POLICY_CONSULT: ("read threshold policies", _CONCERNED | _RETROSPECTIVE | _SCIENTIST),
    _P.POLICY_MONITOR: (
        "see how a threshold policy does in the field, in counts",
        _RUNS | _AUTHORITY | _REVIEWER | _PROTECTION | _SCIENTIST,
    ),
    _P.EVALUATION_SET_SEAL: ("seal an evaluation set", _SCIENTIST),
    _P.EVALUATION_SET_CONSULT: ("list evaluation sets, without an image", _SCIENTIST | _PROTECTION),
    _P.EVALUATION_SET_READ: ("read the images of an evaluation set", _SCIENTIST),
    _P.EVALUATION_SET_END: ("end an evaluation set before its time", _SCIENTIST),
    _P.OUTCOMES_READ: (
        "read outcomes as aggregates",
        _AUTHORITY | _REVIEWER | _PROTECTION | _SCIENTIST | _MANAGER,
    ),
    # With it whoever may read outcomes publishes them, and who may read a deployment its notice.
    _P.PUBLICATION_MAKE: (
        "publish figures, or the notice of a deployment, in which nobody is",
        _ANALYST | _AUTHORITY | _REVIEWER | _MANAGER,
    ),
    _P.RULES_CONSULT: (
        "read the rules of the force",
        _CONCERNED | _RETROSPECTIVE | _ADMINISTRATOR,
    ),
    _P.RULES_PROPOSE: ("propose a change of the rules of the force", _ADMINISTRATOR),
    _P.RULES_CONFIRM: ("confirm or decline a change of the rules", _PROTECTION),
    _P.USERS_MANAGE: ("add, change or remove accounts", _ADMINISTRATOR),
    _P.USERS_LIST: ("list accounts", _PROTECTION | _ADMINISTRATOR),
    _P.KEYS_ROTATE: ("rotate the master key", _ADMINISTRATOR),
    _P.CLOCK_ACCEPT: ("accept a clock that was set back", _PROTECTION | _ADMINISTRATOR),
    _P.BENCH_UPGRADE: ("bring the records to the schema of a newer version", _ADMINISTRATOR),
    _P.BENCH_DESCRIBE: ("ask which bench this is and what it cannot promise", _EVERYBODY),
}

PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {
        role: frozenset(permission for permission, (_, roles) in _TABLE.items() if role in roles)
        for role in Role
    }
)
"""By role, what it may do."""


class RoleRow(NamedTuple):
    """One role for people to read: what it is for, and all that it may do."""

    role: Role
    meaning: str
    permissions: tuple[Permission, ...]


def holders(permission: Permission) -> tuple[Role, ...]:
    """Return the roles that hold a permission, in the order of the roles."""
    return tuple(role for role in Role if permission in PERMISSIONS[role])


def require(
    role: Role,
    permission: Permission,
    actor: str,
    withheld: Mapping[Role, Collection[Permission]] = MappingProxyType({}),
) -> None:
    """Let a role pass that holds a permission.

    Args:
        role: of the account that asks, as it was looked up.
        permission: what it is about to do.
        actor: name of the account, for the message.
        withheld: what the rules of the force take away from roles.

    Raises:
        NotPermittedError: says what the account is, and which roles may.
    """
    able = [one for one in holders(permission) if permission not in withheld.get(one, ())]
    if role in able:
        return
    *others, last = (other.phrase for other in able)
    may = f"{', '.join(others)} or {last}" if others else last
    by = ", by the rules of the force" if permission in withheld.get(role, ()) else ""
    msg = (
        f"{actor} is {role.phrase} and may not {permission.meaning} ({permission}){by}. "
        f"Ask {may} to do it."
    )
    raise NotPermittedError(msg)


def table() -> tuple[RoleRow, ...]:
    """Return the whole table, a row for each role, permissions in their own order."""
    return tuple(
        RoleRow(role, role.meaning, tuple(p for p in Permission if p in PERMISSIONS[role]))
        for role in Role
    )
