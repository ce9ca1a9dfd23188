"""The report of a retrospective search: all that was done, by whom, and what was concluded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from workbench.errors import IllegalMoveError, RecordError
from workbench.governance.cases import CaseApplication, CaseDecision
from workbench.governance.conclusions import Conclusion
from workbench.governance.reviews import Review, ReviewState, Said
from workbench.reports.search_parts import (
    Another,
    AuditHead,
    Considered,
    Making,
    Probe,
    Searched,
    Settings,
)
from workbench.retrospective.candidate_lists import CandidateList

__all__ = ["SearchReport"]

_PAIR: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class SearchReport:
    """A whole report. One that would mislead cannot be made.

    Attributes:
        id: of the report.
        case: what was asked for.
        decision: on the case; `None` while nobody has decided.
        searched_at: when the search ran.
        searched_by: who ran it.
        reason: why it was made.
        probe: what was searched with.
        searched: what was searched.
        settings: how.
        found: the candidate list.
        considered: every candidate of the list, in its order.
        review: what examiners said; it names the search.
        audit: where the audit log stood.
        making: who made the report, and for whom.
        category: `demonstration` marks it as one; `None` for a case.
        others: the other searches of the case with a picture of this probe, in order.
        left_out: ids of searches whose probes were left out of a search for everyone.

    Raises:
        IllegalMoveError: when the search is not concluded: a report would show an examiner who
            may still be asked what another said.
        RecordError: when the candidates are not those of the list, the picture is not the one
            that the log ends with, or an examiner names a candidate that is not there.
    """

    id: str
    case: CaseApplication
    decision: CaseDecision | None
    searched_at: datetime
    searched_by: str
    reason: str
    probe: Probe
    searched: Searched
    settings: Settings
    found: CandidateList
    considered: Sequence[Considered]
    review: Review
    audit: AuditHead
    making: Making
    category: str | None = None
    others: Sequence[Another] = ()
    left_out: Sequence[str] = ()

    def __post_init__(self) -> None:
        """See that it holds together."""
        if self.review.state is not ReviewState.CONCLUDED:
            msg = (
                f"search {self.search} is not concluded: a report now would show an examiner who "
                "may still be asked what another said. Make it when the examination is over."
            )
            raise IllegalMoveError(msg)
        if tuple(one.candidate for one in self.considered) != self.found.candidates:
            msg = (
                f"search {self.search}: the candidates of the report are not those of its list. "
                "Give every candidate, in the order of the list."
            )
            raise RecordError(msg)
        known = {one.id for one in self.considered}
        missing = sorted(self.put_forward - known)
        if len(known) != len(self.considered) or missing:
            msg = (
                f"search {self.search}: an examiner names {', '.join(missing) or 'a candidate'}, "
                "which is no one candidate of the list. Give each candidate its own id."
            )
            raise RecordError(msg)

    @property
    def search(self) -> str:
        """Id of the search."""
        return self.review.search

    @property
    def outcome(self) -> Said:
        """What the search says."""
        said = self.review.outcome
        return Said(None, Conclusion.INCONCLUSIVE) if said is None else said

    @property
    def put_forward(self) -> frozenset[str]:
        """Ids of the candidates that some examiner put forward; the others are not involved."""
        named = {one.candidate for one in self.review.examinations}
        return frozenset(name for name in named if name is not None)

    @property
    def knew(self) -> str:
        """Who knew what another had said of the probe elsewhere, in a sentence; empty if nobody."""
        told = [
            f"{_listed(one.knew)} knew what another had said of the same probe on search {one.id}"
            for one in self.others
            if one.knew
        ]
        return f"When they concluded, {'; '.join(told)}." if told else ""

    @property
    def how_blind(self) -> str:
        """What examiners saw of each other's conclusions, in sentences."""
        if not self.knew:
            return (
                "Each concluded apart from the others, and none was shown what another had said "
                "until their own conclusion was saved."
            )
        return (
            "None was shown what another had said of this search until their own conclusion was "
            f"saved. Not all were blind. {self.knew}"
        )

    @property
    def how_concluded(self) -> str:
        """How examiners came to what the search says, in sentences."""
        said = [one.said for one in self.review.examinations]
        told = f"Not all were blind. {self.knew}" if self.knew else ""
        apart = "" if told else " apart from each other,"
        if len(said) == _PAIR and self.review.surrender is None:
            found = f"Two examiners concluded{apart} and said the same."
        elif len(said) == _PAIR:
            found = (
                f"Two examiners concluded{apart} and differed. No third was asked: the search is "
                "left as inconclusive."
            )
        elif max(Counter(said).values()) >= _PAIR:
            shown = "" if told else ", who was shown neither conclusion,"
            found = f"Two examiners differed. A third{shown} said what one of them had said."
        else:
            found = (
                f"Three examiners concluded{apart} and each said something else: the search is "
                "inconclusive."
            )
        return f"{found} {told}".rstrip()

    def candidate(self, name: str) -> Considered:
        """Return a candidate by its id, one that is there."""
        return next(one for one in self.considered if one.id == name)


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
