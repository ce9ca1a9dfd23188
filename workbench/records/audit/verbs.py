"""What can be done to records: the operations of s.62 and those of the workbench itself."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

__all__ = ["JUSTIFIED", "LAWFUL_PROCESSING", "Result", "Verb"]


class Verb(StrEnum):
    """What was done; the first six are those of s.62(1)."""

    COLLECT = "collect"
    ALTER = "alter"
    CONSULT = "consult"
    DISCLOSE = "disclose"
    COMBINE = "combine"
    ERASE = "erase"
    ENROL = "enrol"
    REVIEW = "review"
    APPLY = "apply"
    AUTHORISE = "authorise"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    START = "start"
    STOP = "stop"
    ALERT = "alert"
    ADJUDICATE = "adjudicate"
    ENGAGE = "engage"
    HOLD = "hold"
    RELEASE = "release"
    THRESHOLD_CHANGE = "threshold-change"
    EXPORT = "export"
    LOGIN = "login"
    ADMINISTER = "administer"
    ROTATE = "rotate"
    CHECKPOINT = "checkpoint"
    VERIFY = "verify"
    CLOCK = "clock"
    REFUSAL = "refusal"


LAWFUL_PROCESSING: Final = frozenset(
    {Verb.COLLECT, Verb.ALTER, Verb.CONSULT, Verb.DISCLOSE, Verb.COMBINE, Verb.ERASE}
)
"""The operations that s.62(1) wants logged."""

JUSTIFIED: Final = frozenset({Verb.CONSULT, Verb.DISCLOSE, Verb.COMBINE})
"""Verbs that need a justification."""


class Result(StrEnum):
    """How it ended."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
