"""How every part of a bench comes to an alert: under its purpose, with what was said about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from workbench.bench.alert_limits import require_within_limit
from workbench.bench.alert_views import AlertView, Said, alert_view
from workbench.bench.context import ADMINISTRATION, Acting, Context
from workbench.bench.whole_ids import whole_id
from workbench.governance.cases import require_case_covers
from workbench.governance.permissions import Permission
from workbench.records.adjudications import (
    adjudications_of,
    engagement_decisions,
    engagements_of,
)
from workbench.records.alerts import AlertRow, find_alert
from workbench.records.cases import CaseRow, find_case_by_id
from workbench.records.deployments import DeploymentRow, find_deployment_by_id
from workbench.records.id_parts import IdKind
from workbench.records.policies import find_policy
from workbench.records.sessions import list_sessions

if TYPE_CHECKING:
    from workbench.live.alert_document import AlertDocument

__all__ = [
    "ALERT_KIND",
    "AnAlert",
    "HasId",
    "OneAlert",
    "alert_id",
    "document_of",
    "on_alert",
    "said_about",
    "views_of",
]


ALERT_KIND: Final = "alert"
"""What a sealed alert is called in the vault."""


class HasId(Protocol):
    """A stored alert or a view of one."""

    @property
    def id(self) -> str:
        """Return its id."""
        ...


AnAlert: TypeAlias = str | HasId
"""An alert, its id, or the beginning or end of that."""


def alert_id(alert: AnAlert) -> str:
    """Return the id of an alert."""
    return alert if isinstance(alert, str) else alert.id


@dataclass(frozen=True, slots=True)
class OneAlert:
    """An alert in a transaction that serves its purpose.

    Attributes:
        acting: the transaction.
        row: the alert.
        deployment: that it was raised in.
        case: that it was moved to, if it was.
        said: what people said about it so far.
    """

    acting: Acting
    row: AlertRow
    deployment: DeploymentRow
    case: CaseRow | None
    said: Said


@contextmanager
def on_alert(context: Context, permission: Permission, alert: AnAlert) -> Iterator[OneAlert]:
    """Give a transaction that serves an alert's deployment, or the case that it was moved to.

    Raises:
        NotPermittedError: when the role may not; said before whether there is such an alert.
        NotAuthorisedError: when its case does not cover now, or its retention limit has passed.
        UnknownRecordError: when there is none of that id, any more or ever, or several of which a
            part was given.
    """
    name = whole_id(context, permission, IdKind.ALERT, alert_id(alert))
    purpose, objects = ADMINISTRATION, []
    if context.may(permission):
        with context.store.reading() as connection:
            row = find_alert(connection, name)
        purpose, objects = row.moved_to or row.deployment, [row.id]
    with context.acting(permission, purpose=purpose, objects=objects) as acting:
        row = find_alert(acting.connection, name)
        require_within_limit(acting, row)
        deployment = find_deployment_by_id(acting.connection, row.deployment)
        case = None
        if row.moved_to is not None:
            context.require(Permission.CASE_CONSULT)
            case = find_case_by_id(acting.connection, row.moved_to)
            require_case_covers(case.state, case.application, acting.now)
        said = said_about(acting, deployment, [row])[row.id]
        yield OneAlert(acting.serving(purpose), row, deployment, case, said)


def said_about(acting: Acting, deployment: DeploymentRow, rows: list[AlertRow]) -> dict[str, Said]:
    """Return what people said about alerts of a deployment, by id."""
    names = [row.id for row in rows]
    two = deployment.application.two_person
    adjudications = adjudications_of(acting.connection, names, two_person=two)
    decisions = engagement_decisions(acting.connection, names)
    done = engagements_of(acting.connection, names)
    return {
        name: Said(adjudications[name], decisions.get(name, ()), done.get(name, ()))
        for name in names
    }


def views_of(
    acting: Acting,
    deployment: DeploymentRow,
    rows: list[AlertRow],
    *,
    documents: dict[str, AlertDocument] | None = None,
) -> list[AlertView]:
    """Return alerts of a deployment as whoever acts may see them.

    Args:
        acting: the transaction.
        deployment: that they were raised in.
        rows: the alerts.
        documents: of the vault, by id, of those that were opened.
    """
    sessions = {row.id: row for row in list_sessions(acting.connection, deployment.id)}
    policies = {
        name: find_policy(acting.connection, name)
        for name in {session.policy for session in sessions.values()}
    }
    said = said_about(acting, deployment, rows)
    cases = {
        row.moved_to: find_case_by_id(acting.connection, row.moved_to).number
        for row in rows
        if row.moved_to is not None
    }
    return [
        alert_view(
            row,
            actor=acting.name,
            deployment=deployment.reference,
            session=sessions[row.session],
            policy=policies[sessions[row.session].policy],
            said=said[row.id],
            case=None if row.moved_to is None else cases[row.moved_to],
            document=(documents or {}).get(row.id),
        )
        for row in rows
    ]


def document_of(context: Context, acting: Acting, row: AlertRow) -> AlertDocument:
    """Return what the vault holds of an alert: its pictures and candidates.

    Raises:
        KeyDestroyedError: when it is being destroyed.
        VaultError: when it is damaged.
    """
    from workbench.live.alert_document import decode_alert  # noqa: PLC0415 - opens quickly

    return decode_alert(context.vault.get(acting.connection, row.object_id), row.id)
