"""The end of a live search in the records: kept once, and tried again where it could not be."""

from __future__ import annotations

from dataclasses import replace

from workbench.bench.context import Context
from workbench.bench.session_records import close_row
from workbench.governance.session_counts import SessionCounts
from workbench.governance.stopping import StopReason
from workbench.records.audit.entries import Draft
from workbench.records.audit.verbs import Verb
from workbench.records.sessions import SessionRow

__all__ = ["SessionEnd"]


class SessionEnd:
    """Records how one search ended.

    Attributes:
        why: what whoever stopped it said.
        dropped: how many alerts were not kept, because nothing covered them any more.
        is_recorded: whether it is in the records.
    """

    def __init__(self, context: Context, row: SessionRow) -> None:
        """Take the bench, and the search as it was recorded at its start."""
        self._context, self._row = context, row
        self._said: tuple[StopReason, SessionCounts] | None = None
        self.is_recorded = False
        self.why: str | None = None
        self.dropped = 0

    def say(self, why: str | None) -> None:
        """Take why somebody stops it; who was first said why.

        Raises:
            RecordError: when the log cannot hold it.
        """
        if why is None or self.why is not None:
            return
        actor = self._context.actor
        # As `again` logs it: what the log refuses then would keep the end off the records.
        Draft.of(
            Verb.STOP,
            actor=actor.name,
            role=actor.role.value,
            purpose=self._row.deployment,
            justification=why,
        )
        self.why = why

    def record(self, reason: StopReason, counts: SessionCounts) -> None:
        """Keep the end, and log it; one that others recorded stays as it is.

        Raises:
            ClockError: when the clock is behind the records.
            StoreError: when it cannot be written.
        """
        self._said = (reason, counts)
        self.again()

    def again(self) -> None:
        """Keep an end that could not be kept when it came; raises as `record`."""
        if self._said is None or self.is_recorded:
            return
        reason, counts = self._said
        with self._context.system(purpose=self._row.deployment) as acting:
            by = acting
            if reason is StopReason.STOPPED:
                actor = self._context.actor
                by = replace(acting, name=actor.name, role=actor.role.value)
            if not close_row(
                by, self._row, reason=reason, counts=counts, why=self.why, dropped=self.dropped
            ):
                acting.log(
                    Verb.CONSULT, [self._row.id], justification="another process had closed it"
                )
        self.is_recorded = True
