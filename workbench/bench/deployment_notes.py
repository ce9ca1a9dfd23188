"""What is noted about a deployment: notices, talks, costs, counts from the field, the review."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from workbench.bench.context import Acting
from workbench.bench.deployment_record import freeze_record, record_of
from workbench.bench.deployment_view import DeploymentPart
from workbench.bench.notes import NoteKind
from workbench.errors import IllegalMoveError, NotPermittedError
from workbench.governance.costs import Costs
from workbench.governance.deployment_review import DeploymentReview
from workbench.governance.deployments import DeploymentState
from workbench.governance.false_alerts import FalseAlertsByGroup
from workbench.governance.notices import CommunityEngagement, NoticeRecord
from workbench.governance.people import same_person
from workbench.governance.permissions import Permission
from workbench.governance.record import Record
from workbench.governance.text import require_said
from workbench.records.audit.verbs import Verb
from workbench.records.deployment_counts import operators_of
from workbench.records.deployments import DeploymentNote, DeploymentRow, add_note
from workbench.records.identifiers import new_id

__all__ = ["DeploymentNoting"]

_OVER: Final = frozenset({DeploymentState.CLOSED, DeploymentState.PURGED})
_RAN: Final = _OVER | {DeploymentState.LIVE}


class DeploymentNoting(DeploymentPart):
    """Notes on deployments; each is added, none is changed."""

    def note_notice(self, reference: str, values: Mapping[str, Any]) -> DeploymentNote:
        """Note what was put up to tell the public.

        Args:
            reference: of the deployment.
            values: by field of `NoticeRecord`; `at` is now and `by` whoever notes it if left out.

        Raises:
            RecordError: when a field is unknown or wrong.
        """
        with self._on(Permission.DEPLOYMENT_RECORD, reference) as (acting, row):
            filled = {"at": acting.now, "by": acting.name, **values}
            what = f"the notice for deployment {reference}"
            notice = NoticeRecord.read(filled, what=what)
            require_said(notice, what=what, names=("what", "by"))
            return _noted(acting, row, NoteKind.NOTICE, notice)

    def note_engagement(self, reference: str, values: Mapping[str, Any]) -> DeploymentNote:
        """Note a talk with those whom the deployment concerns; fields of `CommunityEngagement`.

        Raises:
            RecordError: when a field is unknown or wrong.
        """
        with self._on(Permission.DEPLOYMENT_RECORD, reference) as (acting, row):
            what = f"the talk on deployment {reference}"
            talk = CommunityEngagement.read(values, what=what)
            require_said(talk, what=what, names=("with_whom", "said", "outcome"))
            return _noted(acting, row, NoteKind.COMMUNITY, talk)

    def note_costs(self, reference: str, values: Mapping[str, Any]) -> DeploymentNote:
        """Note the costs as they are known now; fields of `Costs`, in place of those before.

        Raises:
            RecordError: when a field is unknown or wrong.
        """
        with self._on(Permission.DEPLOYMENT_RECORD, reference) as (acting, row):
            what = f"the costs of deployment {reference}"
            costs = Costs.read(values, what=what)
            for line in costs.lines:
                require_said(line, what=what, names=("what",))
            return _noted(acting, row, NoteKind.COSTS, costs)

    def note_review(self, reference: str, values: Mapping[str, Any]) -> DeploymentNote:
        """Note the review after the deployment; fields of `DeploymentReview`.

        Raises:
            NotPermittedError: when whoever asks applied for it, authorised it or ran it.
            IllegalMoveError: before it is closed.
            RecordError: when a field is unknown or wrong.
        """
        with self._on(Permission.DEPLOYMENT_RECORD, reference) as (acting, row):
            if row.state not in _OVER:
                msg = (
                    f"deployment {reference} is {row.state}; it is reviewed once it was live and "
                    "is closed."
                )
                raise IllegalMoveError(msg)
            involved = {row.applicant, *operators_of(acting.connection, row.id)}
            if row.authority is not None:
                involved.add(row.authority.officer)
            if any(same_person(one, acting.name) for one in involved):
                msg = (
                    f"{acting.name} took part in deployment {reference} and may not review it. "
                    "Ask somebody who did not."
                )
                raise NotPermittedError(msg)
            what = f"the review of deployment {reference}"
            review = DeploymentReview.read(values, what=what)
            require_said(
                review, what=what, reasons=("assessment",), names=("alerts", "public", "lessons")
            )
            return _noted(acting, row, NoteKind.REVIEW, review)

    def field_counts(self, reference: str, values: Mapping[str, Any]) -> DeploymentNote:
        """Note who was alerted falsely, by group, as counted in the field; never inferred.

        Args:
            reference: of the deployment.
            values: `scheme` and `counts` of `FalseAlertsByGroup`; the rest is known.

        Raises:
            IllegalMoveError: before the deployment was live.
            RecordError: when a field is wrong, or more are counted than alerts were decided as
                false.
        """
        with self._on(Permission.FIELD_COUNTS_ENTER, reference) as (acting, row):
            if row.state not in _RAN:
                msg = (
                    f"deployment {reference} is {row.state}, so nobody was alerted on. Enter "
                    "counts once it was live."
                )
                raise IllegalMoveError(msg)
            known = {
                "deployment": reference,
                "false_alerts": record_of(acting.connection, row).counts.false,
                "by": acting.name,
                "at": acting.now,
            }
            what = f"the field counts of deployment {reference}"
            counts = FalseAlertsByGroup.read({**values, **known}, what=what)
            require_said(counts, what=what, names=("scheme",))
            return _noted(acting, row, NoteKind.FIELD_COUNTS, counts)


def _noted(acting: Acting, row: DeploymentRow, kind: NoteKind, record: Record) -> DeploymentNote:
    """Keep a note, log it, and bring a record that is kept already up to date."""
    note = DeploymentNote(
        new_id("note", acting.now), kind.value, record.plain(), acting.name, acting.now
    )
    add_note(acting.connection, row.id, note)
    acting.log(
        Verb.COLLECT, [row.id, note.id], details={"reference": row.reference, "note": kind.value}
    )
    if row.record is not None:
        freeze_record(acting, row)
    return note
