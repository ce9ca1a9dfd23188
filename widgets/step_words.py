"""The steps from a case to its report: which are done, by whom and when, for whoever looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from workbench.errors import UsageError
from workbench.governance.checklists import Checklist
from workbench.governance.people import same_person
from workbench.governance.reviews import Examination

__all__ = ["OF_EXAMINERS", "Step", "StepDone", "step_rows", "when_words", "who_words"]


class Step(StrEnum):
    """A step from a case to its report."""

    CASE = "case"
    PROBE = "probe"
    SEARCH = "search"
    COMPARE = "compare"
    CONCLUDE = "conclude"
    REPORT = "report"


OF_EXAMINERS: Final = frozenset({Step.COMPARE, Step.CONCLUDE})
"""Steps that are told from the review alone, to whoever may see it."""


@dataclass(frozen=True, slots=True)
class StepDone:
    """That a step was done.

    Attributes:
        by: who did it.
        at: when; with its zone.
        note: what of, for instance the number of the case.
        did: what they did, as it follows their name, where a step has several parts.
        others: who did another part of it, in their order.
    """

    by: str
    at: datetime
    note: str = ""
    did: str = ""
    others: tuple[StepDone, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a time without a zone."""
        if self.at.tzinfo is None:
            msg = "the time of a step needs its zone: give a datetime that has one."
            raise UsageError(msg)


def step_rows(
    steps: Mapping[Step, StepDone],
    seen: Iterable[Examination],
    *,
    actor: str,
    over: bool,
) -> list[dict[str, Any]]:
    """Return every step as a browser shows it.

    Args:
        steps: those that were done, but not comparing and concluding.
        seen: examinations that `actor` may see.
        actor: whoever looks.
        over: whether the search is concluded; there is no report before.
    """
    seen = tuple(seen)
    done = {step: (one, *one.others) for step, one in steps.items()}
    examined = tuple(StepDone(one.by, one.at) for one in seen)
    # That somebody looked is recorded nowhere: what they noted of parts of the face is.
    noted = tuple(
        StepDone(one.by, one.at, did=_noted(one.checklist)) for one in seen if one.checklist
    )
    done |= {Step.COMPARE: noted, Step.CONCLUDE: examined}
    if not over:
        done.pop(Step.REPORT, None)
    finished = {step for step, people in done.items() if people}
    past = finished | ({Step.COMPARE} if examined else set())
    if not over:
        finished.discard(Step.CONCLUDE)
        past.discard(Step.CONCLUDE)
    current = next((step for step in Step if step not in past), None)
    return [
        {
            "step": step.value,
            "done": step in finished,
            "current": step is current,
            "how": _how(step, finished, past, current),
            "people": [
                {"by": who_words(one.by, actor), "at": when_words(one.at), "did": one.did}
                for one in done.get(step, ())
            ],
            "note": steps[step].note if step in steps and step in done else "",
        }
        for step in Step
    ]


def _noted(checklist: Checklist) -> str:
    parts = len(checklist.marks)
    return f"noted {parts} {'part' if parts == 1 else 'parts'}"


def _how(
    step: Step, finished: AbstractSet[Step], past: AbstractSet[Step], current: Step | None
) -> str:
    if step is Step.COMPARE and step in past:
        return "parts noted" if step in finished else "no parts noted"
    if step in finished:
        return "done"
    return "now" if step is current else "not yet"


def who_words(by: str, actor: str) -> str:
    """Return an account for whoever looks."""
    return "you" if same_person(by, actor) else by


def when_words(at: datetime) -> str:
    """Return a moment, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
