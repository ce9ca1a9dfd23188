"""`bench.reviews`: what examiners conclude on a search, each blind to the others, none alone.

The rules are those of `governance.reviews`. Nobody but an examiner concludes; whoever searched does
not, since that is another role, whatever their role became.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workbench.bench.context import Acting, Context
from workbench.bench.repeated_searches import known_before
from workbench.bench.row_checks import require_standing_case, require_standing_search
from workbench.bench.search_access import on_search, review_state
from workbench.bench.search_looks import EXAMINATIONS, OTHERS, scores_seen
from workbench.bench.search_reports import write_report
from workbench.errors import (
    IllegalMoveError,
    NotAuthorisedError,
    NotPermittedError,
    RecordError,
)
from workbench.governance.cases import require_case_covers
from workbench.governance.checklists import require_explained
from workbench.governance.conclusions import LEAD_ONLY, Conclusion
from workbench.governance.people import same_person
from workbench.governance.permissions import Permission
from workbench.governance.review_words import outcome_words
from workbench.governance.reviews import Examination, Review, ReviewState, Said, Surrender
from workbench.governance.searches import candidate_id
from workbench.governance.text import require_reason
from workbench.records.audit.verbs import Verb
from workbench.records.exports import Export
from workbench.records.row_digests import SAID
from workbench.records.searches import (
    SearchRow,
    add_examination,
    examination_digest,
    review_of,
)

__all__ = ["ReviewView", "Reviews"]


@dataclass(frozen=True, slots=True)
class ReviewView:
    """The examination of a search as one person may see it.

    Attributes:
        search: id of the search.
        state: how far it is.
        examinations: those that whoever asks may see: all once theirs is saved or it is over.
        surrender: that it was left as inconclusive.
        outcome: what the search says; `None` while nobody can tell.
        has_examined: whether whoever asks has concluded.
        barred: why an examiner who asks may not conclude on it; empty for everybody else.
    """

    search: str
    state: ReviewState
    examinations: tuple[Examination, ...]
    surrender: Surrender | None
    outcome: Said | None
    has_examined: bool
    barred: str = ""

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return {
            "search": self.search,
            "state": self.state.value,
            "examinations": [one.plain() for one in self.examinations],
            "surrender": None if self.surrender is None else self.surrender.plain(),
            "outcome": None
            if self.outcome is None
            else {
                "candidate": self.outcome.candidate,
                "conclusion": self.outcome.conclusion.value,
                "words": outcome_words(self.outcome, self.examinations, self.surrender),
            },
            "has_examined": self.has_examined,
            "barred": self.barred or None,
            "means": LEAD_ONLY,
        }


class Reviews:
    """Examinations of the searches of a bench."""

    def __init__(self, context: Context) -> None:
        """Take what is worked with."""
        self._context = context

    def get(self, search: str, *, justification: str) -> ReviewView:
        """Return how far the examination of a search is, and what whoever asks may see of it.

        Raises:
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is no such search.
        """
        permission = Permission.RETRO_SEARCH_CONSULT
        with on_search(self._context, permission, search) as (acting, _, row):
            view = self._view(acting, row)
            if not view.has_examined and view.state is not ReviewState.CONCLUDED:
                view = replace(view, barred=self._barred(acting, row))
            others = sum(not same_person(one.by, acting.name) for one in view.examinations)
            acting.log(
                Verb.CONSULT,
                [row.id],
                justification=justification,
                details={"what": EXAMINATIONS, OTHERS: others},
            )
            return view

    def examine(
        self,
        search: str,
        conclusion: Conclusion | str,
        *,
        reason: str,
        candidate: str | None = None,
        checklist: Mapping[str, Any] | None = None,
    ) -> ReviewView:
        """Conclude on a search, once and for good.

        Args:
            search: id of it.
            conclusion: a grade, or that no candidate is put forward, or the probe is unsuitable.
            reason: why, in words.
            candidate: id of the candidate that it is about, for example `candidate-3`; left out
                where it is about none.
            checklist: by field of `governance.checklists.Checklist`; needed with a candidate.

        Raises:
            IllegalMoveError: when the search is concluded.
            NotAuthorisedError: when the case does not cover now, the search was triage, or its row
                is not what the audit log says.
            NotPermittedError: when the role may not, or whoever concludes has done so already,
                made the search, in another role, or was shown what another said of the same probe
                in the same target.
            RecordError: when it is incomplete, there is no such candidate, or it supports one
                person and a part is marked as different without a note.
            UnknownRecordError: when there is no such search.
            UsageError: when it compared two pieces of footage.
        """
        with on_search(self._context, Permission.REVIEW_EXAMINE, search) as (acting, case, row):
            require_case_covers(case.state, case.application, acting.now)
            require_standing_case(acting, case)
            require_standing_search(acting, row)
            _ = row.record.asked  # which refuses two pieces of footage: they have no one probe
            what = f"the examination of search {row.id}"
            require_reason(reason, what=what)
            said = {
                "by": acting.name,
                "candidate": candidate,
                "conclusion": conclusion,
                "checklist": checklist,
                "reason": reason,
                "at": acting.now,
            }
            examination = Examination.read(said, what=what)
            require_explained(examination.conclusion, examination.checklist, what=what)
            _require_another(row, acting.name)
            _require_full_scan(row)
            _require_candidate(row, candidate)
            review = review_of(acting.connection, row.id)
            self._require_open(acting, review)
            review.require_examination_by(acting.name)
            seen = {
                "scores_seen": scores_seen(acting, row.id),
                "aware_of": known_before(self._context, acting, row),
            }
            self._say(acting, row, Examination.read(said | seen, what=what))
            if self._context.store.through is None:
                return self._view(acting, row)
        return self.get(row.id, justification="reading what was concluded, after concluding")

    def surrender(self, search: str, *, reason: str) -> ReviewView:
        """Leave a search on which two examiners differ as inconclusive.

        Raises:
            IllegalMoveError: when nobody differs, or it is concluded.
            NotAuthorisedError: when the case does not cover now, or its row or that of the search
                is not what the audit log says.
            NotPermittedError: when the role may not.
            RecordError: when the reason cannot be used.
            UnknownRecordError: when there is no such search.
        """
        with on_search(self._context, Permission.REVIEW_SURRENDER, search) as (acting, case, row):
            require_case_covers(case.state, case.application, acting.now)
            require_standing_case(acting, case)
            require_standing_search(acting, row)
            what = f"leaving search {row.id} as inconclusive"
            require_reason(reason, what=what)
            given = Surrender.read(
                {"by": acting.name, "reason": reason, "at": acting.now}, what=what
            )
            review = review_of(acting.connection, row.id)
            self._require_open(acting, review)
            if review_state(self._context, acting.connection, review) is not ReviewState.DISPUTED:
                msg = (
                    f"search {row.id}: only one on which two examiners differ is left as "
                    "inconclusive. Conclude it instead."
                )
                raise IllegalMoveError(msg)
            self._say(acting, row, given)
            if self._context.store.through is None:
                return self._view(acting, row)
        return self.get(row.id, justification="reading what was concluded, after leaving it so")

    def export(
        self,
        search: str,
        path: Path,
        *,
        recipient: str,
        justification: str,
        force: bool = False,
    ) -> Export:
        """Write the report of a concluded search to a file: a disclosure, recorded before.

        Args:
            search: id of it.
            path: of the file, outside the bench; it ends in `.html` or `.pdf`.
            recipient: who gets it.
            justification: why.
            force: replace a file that is there.

        Raises:
            IllegalMoveError: when the search is not concluded.
            NotAuthorisedError: when it was triage alone: a conclusion rests on a full scan; or the
                row of the search, or of footage that it tells of, is not what the audit log says.
            NotPermittedError: when the role may not.
            OutputError: when the file cannot be written, or no PDF can be made here.
            RecordError: when recipient or justification cannot be used.
            UnknownRecordError: when there is no such search.
            UsageError: when the file ends in neither.
        """
        return write_report(
            self._context,
            search,
            path,
            recipient=recipient,
            justification=justification,
            force=force,
        )

    def _barred(self, acting: Acting, row: SearchRow) -> str:
        """Return why an examiner may not conclude on a search, before they compare anything."""
        if row.record.probe is None or not self._context.may(Permission.REVIEW_EXAMINE):
            return ""
        try:
            _require_another(row, acting.name)
            _ = known_before(self._context, acting, row)
        except NotPermittedError as error:
            return str(error)
        return ""

    def _require_open(self, acting: Acting, review: Review) -> None:
        if review_state(self._context, acting.connection, review) is ReviewState.CONCLUDED:
            msg = (
                f"search {review.search} is concluded. What changes it is another search, with "
                "what is new about it."
            )
            raise IllegalMoveError(msg)

    def _say(self, acting: Acting, row: SearchRow, said: Examination | Surrender) -> None:
        place = add_examination(acting.connection, row.id, said)
        acting.log(
            Verb.ADJUDICATE,
            [row.id],
            details={
                "kind": "examination" if isinstance(said, Examination) else "surrender",
                "place": place,
                SAID: examination_digest(row.id, place, said),
            },
        )

    def _view(self, acting: Acting, row: SearchRow) -> ReviewView:
        review = review_of(acting.connection, row.id)
        state = review_state(self._context, acting.connection, review)
        seen = (
            review.visible_to(acting.name)
            if self._context.store.through is None
            else review.examinations  # the database shows no others
        )
        over = state is ReviewState.CONCLUDED
        return ReviewView(
            search=row.id,
            state=state,
            examinations=seen,
            surrender=review.surrender if over else None,
            outcome=review.outcome if over else None,
            has_examined=review.has_examined(acting.name),
        )


def _require_another(row: SearchRow, actor: str) -> None:
    if same_person(row.actor, actor):
        msg = (
            f"{actor} made search {row.id} and may not conclude on it, whatever their role became. "
            "Ask another examiner."
        )
        raise NotPermittedError(msg)


def _require_full_scan(row: SearchRow) -> None:
    if not row.record.full_scan:
        msg = (
            f"search {row.id} was triage: not every reference was compared, and the person may be "
            "among those. A conclusion rests on a full scan: have the probe searched with again, "
            "without triage, and conclude on that search."
        )
        raise NotAuthorisedError(msg)


def _require_candidate(row: SearchRow, candidate: str | None) -> None:
    known = {candidate_id(rank) for rank in range(1, row.record.candidates + 1)}
    if candidate is not None and candidate not in known:
        msg = (
            f"search {row.id} has no {ascii(candidate)[1:-1][:100]}: its candidates are "
            f"candidate-1 to candidate-{row.record.candidates}."
        )
        raise RecordError(msg)
