"""What the records hold of the steps of a search, for the bar of steps above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from widgets.candidate_grid import NOTHING_YET
from widgets.found_search import as_it_is
from widgets.step_words import Step, StepDone, when_words, who_words
from workbench.governance.reviews import ReviewState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.bench import Workbench
    from workbench.bench.cases import CaseView
    from workbench.bench.search_views import SearchView

__all__ = ["case_step", "none_words", "steps_of", "with_a_probe"]

_WHY: Final = "showing the steps from the case to the report"


def case_step(case: CaseView) -> StepDone:
    """Return who opened a case and who authorised it."""
    decision = case.decision
    others: tuple[StepDone, ...]
    if decision is None or not decision.granted:
        note, others = f"case {case.number}, not authorised", ()
    else:
        note = f"case {case.number}"
        did = f"authorised it, {decision.rank}"
        others = (StepDone(decision.by, decision.at, did=did),)
    return StepDone(case.requester, case.opened, note, did="opened it, to begin at", others=others)


def with_a_probe(bench: Workbench, case: str) -> list[SearchView]:
    """Return the searches of a case that were made with a probe, in their order.

    Raises:
        NotPermittedError: when the role may not look at them.
    """
    return [one for one in bench.searches.list(case) if one.record.pairs is None]


def none_words(searches: Sequence[SearchView], actor: str) -> tuple[str, str]:
    """Return why a page on which nothing was searched shows no candidates, and what to do.

    Args:
        searches: of the case, made with a probe, in their order.
        actor: whoever looks.
    """
    if not searches:
        return NOTHING_YET
    newest = searches[-1]
    made = "1 search" if len(searches) == 1 else f"{len(searches)} searches, the newest"
    words = (
        f"The case has {made} of {newest.record.target_name}, made by "
        f"{who_words(newest.actor, actor)} at {when_words(newest.at)}. How far each is stands in "
        "the list of searches, with its candidates."
    )
    return "Nothing was searched on this page since it was opened.", words


def steps_of(bench: Workbench, view: SearchView, state: ReviewState) -> dict[Step, StepDone]:
    """Return the steps of a search but those of examiners, which the review tells of.

    Args:
        bench: opened by whoever looks.
        view: the search.
        state: how far its examination is now; there is no report before it is concluded.

    Raises:
        NotPermittedError: when the role may not read the case, or what left the bench.
    """
    record = view.record
    enhanced = record.asked.log.is_enhanced
    probe = "enhanced copy" if enhanced else as_it_is(record.asked)
    searched = record.target_name if record.full_scan else f"{record.target_name}, triage"
    steps = {
        Step.CASE: case_step(bench.cases.get(view.case, justification=_WHY)),
        Step.PROBE: StepDone(view.actor, view.at, probe),
        Step.SEARCH: StepDone(view.actor, view.at, searched),
    }
    if state is not ReviewState.CONCLUDED:
        return steps
    # All that leaves of a search is its report.
    left = [one for one in bench.exports.list(view.case) if view.id in one.objects]
    if left:
        newest = left[-1]
        files = "1 file" if len(left) == 1 else f"{len(left)} files"
        note = f"{files} written, the newest for {newest.recipient}"
        steps[Step.REPORT] = StepDone(newest.actor, newest.at, note)
    return steps
