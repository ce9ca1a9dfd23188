"""Scores of the alerts of closed deployments as a table for an evaluation, naming nobody."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from workbench.bench.context import Context
from workbench.bench.deployment_access import settle_all
from workbench.governance.alerts import AlertState
from workbench.governance.permissions import Permission
from workbench.records.alert_scores import AlertScoreRow, list_alert_scores
from workbench.records.audit.verbs import Verb

if TYPE_CHECKING:
    import polars as pl

__all__ = ["pseudonymous_scores"]

_KEY_BYTES: Final = 32
_DIGITS: Final = 20
"""Of a pseudonym, in hexadecimal: 80 bits, so that no two of a bench are alike."""


def pseudonymous_scores(context: Context, justification: str) -> pl.DataFrame:
    """Return the table of `Outcomes.alert_scores`; the reading is one entry of the log."""
    # In a team's store those do that who come to the deployments themselves.
    if context.store.through is None and context.may(Permission.POLICY_ISSUE):
        settle_all(context)
    with context.acting(Permission.POLICY_ISSUE) as acting:
        found = list_alert_scores(acting.connection)
        acting.log(
            Verb.CONSULT,
            justification=justification,
            details={
                "shown": "scores of alerts, under passing names",
                "deployments": len({row.deployment for row in found}),
                "alerts": sum(row.alert is not None for row in found),
            },
        )
    return _frame(found)


def _frame(rows: Sequence[AlertScoreRow]) -> pl.DataFrame:
    import polars as pl  # noqa: PLC0415 - opens quickly

    from workbench.evaluation.adjudicated import (  # noqa: PLC0415 - opens quickly
        AlertScores,
        check_alert_scores,
    )

    named = _names()
    frame = pl.DataFrame(
        [
            {
                "deployment": named(row.deployment),
                "alert": None if row.alert is None else named(row.alert),
                "score": row.score,
                "threshold": row.threshold,
                "label": None if row.state is None else _label(row.state),
                "policy": row.policy,
                "known_from": row.known_from,
                "faces_seen": row.faces_seen,
                "counting_method": row.counting_method,
                "list_size": row.list_size,
                "alerts_gone": row.alerts_gone,
            }
            for row in rows
        ],
        schema=pl.Schema(AlertScores.create_empty().schema),
    )
    # By their new names, so that the order tells nothing of what came before what.
    return check_alert_scores(frame.sort("deployment", "alert"))


def _names() -> Callable[[str], str]:
    """Return what names ids, with a key that nobody has once it is done."""
    key = secrets.token_bytes(_KEY_BYTES)

    def named(identifier: str) -> str:
        return hmac.digest(key, identifier.encode("utf-8"), "sha256").hex()[:_DIGITS]

    return named


def _label(state: AlertState) -> str:
    if state.is_decided:
        return "true" if state.is_true else "false"
    return "unresolved"
