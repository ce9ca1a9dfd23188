"""A held alert becomes a case's: sealed anew under the case's key, its own key destroyed.

It then ends with the case. Only an alert that a legal hold keeps, and that people decided is true,
is moved, and only to a case that is authorised (see `governance.cases.require_movable`).
"""

from __future__ import annotations

from workbench.bench.alert_access import ALERT_KIND, AnAlert, on_alert
from workbench.bench.case_access import settle_case
from workbench.bench.context import Context
from workbench.bench.erasing import begin, complete
from workbench.bench.row_checks import require_standing_case
from workbench.bench.whole_ids import case_number
from workbench.errors import IllegalMoveError
from workbench.governance.cases import require_movable
from workbench.governance.certificates import DeletionCertificate
from workbench.governance.holds import is_held
from workbench.governance.permissions import Permission
from workbench.governance.retention import RetentionClass
from workbench.governance.text import require_reason
from workbench.records.alerts import move_alert
from workbench.records.audit.verbs import Verb
from workbench.records.cases import add_item, case_key, find_case
from workbench.records.erasable import Erasable
from workbench.records.holds import effective_holds
from workbench.records.identifiers import new_id
from workbench.records.row_digests import ALERT, changed_row, row_digest

__all__ = ["move_to_case"]


def move_to_case(
    context: Context, alert: AnAlert, number: str, *, justification: str
) -> DeletionCertificate:
    """Move an alert to a case, and return the certificate of what it was sealed with before.

    Args:
        context: of the bench.
        alert: that a legal hold keeps.
        number: of the case.
        justification: why.

    Raises:
        IllegalMoveError: when it is a case's already.
        NotAuthorisedError: when the case is not authorised or does not cover now.
        NotPermittedError: when the role may not.
        RefusedError: when the alert is not held, or not decided as true.
        UnknownRecordError: when there is no such alert or case.
    """
    require_reason(justification, what="the move to a case", field="justification")
    named = case_number(context, Permission.ALERT_MOVE, number)
    with on_alert(context, Permission.ALERT_MOVE, alert) as one:
        acting, row = one.acting, one.row
        if one.case is not None:
            msg = f"alert {row.id} was moved to case {one.case.number} already, and stays there."
            raise IllegalMoveError(msg)
        case = settle_case(acting, find_case(acting.connection, named))
        require_standing_case(acting, case)
        held = is_held(row.id, row.deployment, effective_holds(acting.connection), acting.now)
        require_movable(
            row.state, held=held, state=case.state, application=case.application, now=acting.now
        )
        object_id = new_id("object", acting.now)
        add_item(
            context.vault,
            acting.connection,
            case.id,
            object_id=object_id,
            kind=ALERT_KIND,
            plaintext=context.vault.get(acting.connection, row.object_id),
            now=acting.now,
        )
        before = row_digest(acting.connection, ALERT, row.id)
        move_alert(
            acting.connection,
            row.id,
            case=case.id,
            object_id=object_id,
            key_id=case_key(acting.connection, case.id),
        )
        details = {"reference": one.deployment.reference, "case": case.number}
        told = changed_row(acting.connection, ALERT, row.id, before)
        for purpose, verb, row_told in (
            (row.deployment, Verb.ALTER, told),
            (case.id, Verb.COLLECT, {}),
        ):
            acting.serving(purpose).log(
                verb,
                [row.id, case.id],
                justification=justification,
                details={**details, **row_told},
            )
        erasure = begin(
            acting,
            Erasable(
                retention=RetentionClass.ALERT,
                purpose=row.deployment,
                reference=one.deployment.reference,
                objects=(),
                keys=(row.key_id,),
                sealed=(row.object_id,),
                counts={"keys": 1, "sealed-objects": 1},
            ),
        )
    return complete(context, erasure)
