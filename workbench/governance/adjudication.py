"""How people decide an alert: blind verdicts, the two-person rule, and what may follow.

The rule is that of the EU's AI Act (Regulation 2024/1689, art. 14(5)), taken as a benchmark:
no action or decision on an identification "unless ... separately verified and confirmed by at
least two natural persons". A force may set it aside; one verdict then decides.

An `Adjudication` is a value: what was said so far, folded in order. With the two-person rule

- the alert stays open until two different people gave a verdict, and is what they said if they
  said the same, to the word (`true-confirmed` and `true-unconfirmed` differ); until then nobody
  is shown a verdict who has not given one;
- if the two differ, the alert is unresolved until a third person, who is shown neither, decides;
  what the third says is final;
- a verdict that was saved is never taken back. What was decided changes only by a `Revision`,
  made by somebody who gave none of the verdicts.

Where one verdict decides, only confirming one's own unconfirmed verdict is open to its giver.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import AfterValidator

from workbench.errors import IllegalMoveError, NotPermittedError
from workbench.governance.alerts import ALERT_MOVES, AlertMove, AlertState, move_to
from workbench.governance.people import same_person
from workbench.governance.record import Record
from workbench.governance.sources import Source, Standing
from workbench.governance.text import Line, Moment, Prose

__all__ = [
    "TWO_PERSON_SOURCE",
    "Adjudication",
    "Revision",
    "Verdict",
]

TWO_PERSON_SOURCE: Final = Source(
    text="No action on an identification unless two natural persons separately verified it",
    where="EU AI Act (Regulation 2024/1689), art. 14(5); not UK law, taken as a benchmark",
    standing=Standing.VERIFIED,
)

_PAIR: Final = 2


def _not_open(state: AlertState) -> AlertState:
    if state is AlertState.OPEN:
        msg = "cannot be open: nothing goes back to open"
        raise ValueError(msg)
    return state


def _decided(state: AlertState) -> AlertState:
    if not state.is_decided:
        msg = f"cannot be {state}: a revision decides the alert as true or as false"
        raise ValueError(msg)
    return state


_Said: TypeAlias = Annotated[AlertState, AfterValidator(_not_open)]
_Decision: TypeAlias = Annotated[AlertState, AfterValidator(_decided)]


class Verdict(Record):
    """What one person said about an alert.

    Attributes:
        by: who.
        verdict: any state but `open`.
        reason: why, in words.
        at: when it was saved.
    """

    by: Line
    verdict: _Said
    reason: Prose
    at: Moment


class Revision(Record):
    """A later change of what was decided, by a reviewer.

    Attributes:
        move: `review` of an unresolved alert, `confirm` of an unconfirmed one, or `correct`.
        by: who.
        to: what the alert is to be; true or false, confirmed or not.
        reason: why, in words.
        at: when.
    """

    move: Literal[AlertMove.REVIEW, AlertMove.CONFIRM, AlertMove.CORRECT]
    by: Line
    to: _Decision
    reason: Prose
    at: Moment


@dataclass(frozen=True)
class Adjudication:
    """What people have said about one alert. Grow it by `with_verdict` and `with_revision`.

    One that breaks a rule cannot be made, however it is made.

    Attributes:
        alert: id of the alert.
        two_person: whether the two-person rule is in force for it.
        verdicts: those saved, in order.
        revisions: those made after the verdicts, in order.

    Raises:
        IllegalMoveError: when a verdict comes after they were complete, or a revision is not
            possible in the state that it finds.
        NotPermittedError: when a person speaks twice, or revises what they said.
    """

    alert: str
    two_person: bool
    verdicts: tuple[Verdict, ...] = ()
    revisions: tuple[Revision, ...] = ()

    def __post_init__(self) -> None:
        """Tell the history again, each step under the rules."""
        for place, verdict in enumerate(self.verdicts):
            self._require_verdict(self.verdicts[:place], verdict.by)
        state = self._state_after_verdicts
        for revision in self.revisions:
            self._require_revision(state, revision)
            state = revision.to

    @property
    def state(self) -> AlertState:
        """The state that the alert is in."""
        return self.revisions[-1].to if self.revisions else self._state_after_verdicts

    @property
    def owed(self) -> int:
        """How many more verdicts the alert needs; 0 once they have settled it."""
        return self._owed_after(self.verdicts)

    @property
    def is_settled(self) -> bool:
        """Whether the verdicts have settled the alert, be it as unresolved."""
        return self.owed == 0

    @property
    def two_said_true(self) -> bool:
        """Whether two different people said that it is the person, confirmed or not."""
        said = [verdict.by for verdict in self.verdicts if verdict.verdict.is_true]
        said += [revision.by for revision in self.revisions if revision.to.is_true]
        return any(not same_person(one, other) for one, other in combinations(said, _PAIR))

    def has_said(self, actor: str) -> bool:
        """Return whether `actor` gave one of the verdicts."""
        return _has_said(self.verdicts, actor)

    def visible_to(self, actor: str) -> tuple[Verdict, ...]:
        """Return the verdicts that `actor` may see: all once theirs is saved or all are.

        Until then whoever might still be asked for a verdict is shown none.
        """
        return self.verdicts if self.is_settled or self.has_said(actor) else ()

    def require_verdict_by(self, actor: str) -> None:
        """Raise unless `actor` may give a verdict now; the message tells nothing of the others.

        Raises:
            IllegalMoveError: when the verdicts have settled the alert.
            NotPermittedError: when `actor` gave one already.
        """
        self._require_verdict(self.verdicts, actor)

    def with_verdict(self, verdict: Verdict) -> Self:
        """Return the adjudication with one more verdict; raises as `require_verdict_by`."""
        self.require_verdict_by(verdict.by)
        return replace(self, verdicts=(*self.verdicts, verdict))

    def with_revision(self, revision: Revision) -> Self:
        """Return the adjudication after a later change of what was decided.

        Who revises gave none of the verdicts; only where one verdict decides may the same person
        confirm their own.

        Raises:
            IllegalMoveError: when the alert is not in a state for it, or still owed a verdict.
            NotPermittedError: when whoever revises gave one of the verdicts.
        """
        return replace(self, revisions=(*self.revisions, revision))

    @property
    def _state_after_verdicts(self) -> AlertState:
        said = [verdict.verdict for verdict in self.verdicts]
        if len(said) < (_PAIR if self.two_person else 1):
            return AlertState.OPEN
        return AlertState.UNRESOLVED if self._owed_after(self.verdicts) else said[-1]

    def _owed_after(self, verdicts: tuple[Verdict, ...]) -> int:
        if not self.two_person:
            return 0 if verdicts else 1
        if len(verdicts) == _PAIR and verdicts[0].verdict is not verdicts[1].verdict:
            return 1
        return max(0, _PAIR - len(verdicts))

    def _require_verdict(self, earlier: tuple[Verdict, ...], by: str) -> None:
        if not self._owed_after(earlier):
            msg = (
                f"alert {self.alert} is {self.state}: its verdicts are complete. A reviewer can "
                "revise it, with a reason."
            )
            raise IllegalMoveError(msg)
        if _has_said(earlier, by):
            msg = (
                f"{by} has given a verdict on alert {self.alert} already, and it cannot be "
                "changed; the next must come from another person."
            )
            raise NotPermittedError(msg)

    def _require_revision(self, state: AlertState, revision: Revision) -> None:
        if not self.is_settled:
            needed = "1 more verdict is" if self.owed == 1 else f"{self.owed} more verdicts are"
            msg = (
                f"alert {self.alert} is not settled: {needed} needed before anything can be "
                "revised."
            )
            raise IllegalMoveError(msg)
        ALERT_MOVES.after(state, move_to(revision.move, revision.to), name=self.alert)
        own_confirmation = revision.move is AlertMove.CONFIRM and not self.two_person
        if self.has_said(revision.by) and not own_confirmation:
            msg = (
                f"{revision.by} gave a verdict on alert {self.alert}, so another person must "
                f"{revision.move} it."
            )
            raise NotPermittedError(msg)


def _has_said(verdicts: tuple[Verdict, ...], actor: str) -> bool:
    return any(same_person(verdict.by, actor) for verdict in verdicts)
