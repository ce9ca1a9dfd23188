"""A deployment as people see it, and what all parts about deployments have in common."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from workbench.bench.context import Acting, Context
from workbench.bench.deployment_access import on_deployment
from workbench.bench.rules import rules_in_force
from workbench.governance.authorisation import Authority, Withdrawal
from workbench.governance.deployments import Application, DeploymentState
from workbench.governance.drafts import Draft, missing
from workbench.governance.permissions import Permission
from workbench.records.deployments import DeploymentNote, DeploymentRow, list_notes

__all__ = ["DeploymentPart", "DeploymentView"]

_APPLIED: Final = frozenset(
    {
        DeploymentState.APPLIED,
        DeploymentState.AUTHORISED,
        DeploymentState.LIVE,
        DeploymentState.CLOSED,
        DeploymentState.REFUSED,
        DeploymentState.EXPIRED,
    }
)
"""States that only what was applied for reaches."""


@dataclass(frozen=True, slots=True)
class DeploymentView:
    """A deployment as people see it.

    Attributes:
        id: names it in the records and in the log.
        reference: names it for people.
        state: where it is.
        applicant: who drafted it, or applied for it once somebody did.
        draft: the fields of the application that are filled in, as plain values.
        missing: what still blocks applying for it; empty from the application on.
        application: what was applied for; `None` while it is a draft.
        authority: what was given, if it was.
        withdrawal: who refused it or ended it before its time, when and why.
        created: when it was drafted.
        starts: of its authority, or of its application while there is none.
        ends: likewise.
        ended: when it came to an end.
        notes: what was noted about it, in order.
        policy_equity: what stands beside its policy, such as `equity not measured`; `None` where
            nobody looked, or it names none that there is.
        policy_caution: what is to be weighed about its policy, from the field; likewise.
    """

    id: str
    reference: str
    state: DeploymentState
    applicant: str
    draft: Mapping[str, Any]
    missing: tuple[str, ...]
    application: Application | None
    authority: Authority | None
    withdrawal: Withdrawal | None
    created: datetime
    starts: datetime | None
    ends: datetime | None
    ended: datetime | None
    notes: tuple[DeploymentNote, ...] = ()
    policy_equity: str | None = None
    policy_caution: str | None = None

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return {
            "id": self.id,
            "reference": self.reference,
            "state": self.state.value,
            "applicant": self.applicant,
            "draft": dict(self.draft),
            "missing": list(self.missing),
            "authority": self.authority and self.authority.plain(),
            "withdrawal": self.withdrawal and self.withdrawal.plain(),
            "created": self.created.isoformat(),
            "starts": self.starts and self.starts.isoformat(),
            "ends": self.ends and self.ends.isoformat(),
            "ended": self.ended and self.ended.isoformat(),
            "policy_equity": self.policy_equity,
            "policy_caution": self.policy_caution,
            "notes": [
                {"kind": note.kind, "by": note.actor, "at": note.at.isoformat(), **note.content}
                for note in self.notes
            ],
        }


class DeploymentPart:
    """What every part about deployments works with."""

    def __init__(self, context: Context) -> None:
        """Take what is worked with."""
        self._context = context

    def _on(
        self, permission: Permission, reference: str
    ) -> AbstractContextManager[tuple[Acting, DeploymentRow]]:
        return on_deployment(self._context, permission, reference)

    def _view(self, acting: Acting, row: DeploymentRow) -> DeploymentView:
        is_draft = row.state is DeploymentState.DRAFT
        what = f"deployment {row.reference}"
        limits = rules_in_force(acting.connection).deployments
        blocks = missing(Draft.read(row.draft, what=what), limits) if is_draft else []
        applied = row.authority is not None or row.state in _APPLIED
        return DeploymentView(
            id=row.id,
            reference=row.reference,
            state=row.state,
            applicant=row.applicant,
            draft=row.draft,
            missing=tuple(blocks),
            application=row.application if applied else None,
            authority=row.authority,
            withdrawal=row.withdrawal,
            created=row.created,
            starts=row.starts,
            ends=row.ends,
            ended=row.ended,
            notes=tuple(list_notes(acting.connection, row.id)),
        )
