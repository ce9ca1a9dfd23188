"""The examiner's desk: what is saved and refused, and that nothing of the first reaches the second."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from review_values import (
    CANDIDATES,
    REASON,
    SEARCH,
    STEPS,
    Said,
    Saves,
    at,
    examination,
    until,
)

from widgets.examination_panel import ExaminationPanel
from widgets.examination_words import LETTERS
from widgets.step_words import Step, StepDone
from workbench.errors import UsageError
from workbench.governance.checklists import Component, Seen
from workbench.governance.conclusions import LEAD_ONLY, Conclusion
from workbench.governance.reviews import Review, ReviewState, Surrender

FIRST = "first.examiner"
SECOND = "second.examiner"
SECRETS = (FIRST, "A reason that only the first examiner gave.", "a note of the first", "10:00:00")
MARKS = {"nose": {"seen": "similar", "note": " bent "}, "eyes": {"seen": "different", "note": ""}}
SAVED = {
    "candidate": "candidate-3", "conclusion": "support-same", "marks": MARKS, "reason": REASON,
}  # fmt: skip


def begun(conclusion: Conclusion = Conclusion.STRONG_SUPPORT_SAME) -> Review:
    """Return a review whose first examiner has concluded."""
    first = examination(FIRST, "candidate-5", conclusion, reason=SECRETS[1], note=SECRETS[2])
    return Review(SEARCH).with_examination(first)


class Desk:
    """A panel on a review, a listener, and what saves."""

    def __init__(self, actor: str, review: Review | None = None, **more: Any) -> None:
        self.saves = Saves(actor, review)
        self.panel = ExaminationPanel(
            self.saves.review, actor, self.saves, candidates=CANDIDATES, steps=STEPS, **more
        )
        self.said = Said(self.panel)
        self.said.tell("hello", tries=1)

    @property
    def review(self) -> dict[str, Any]:
        return self.said.of("review")[-1]


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk(SECOND, begun())
    yield desk
    desk.panel.close()


def steps_of(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["step"]: one for one in told["steps"]}


def test_the_page_has_every_part_every_conclusion_and_the_sentence_on_leads(desk: Desk) -> None:
    page = desk.said.of("page")[-1]
    assert [one["part"] for one in page["parts"]] == [part.value for part in Component]
    assert [one["conclusion"] for one in page["conclusions"]] == [one.value for one in Conclusion]
    assert page["seen"] == [one.value for one in Seen]
    assert page["lead_only"] == LEAD_ONLY
    assert len(set(LETTERS.values())) == len(Conclusion)
    assert "identified" not in json.dumps(page)


def test_nothing_of_the_first_examination_reaches_the_second_examiner(desk: Desk) -> None:
    for secret in SECRETS:
        assert secret not in desk.said.words
    told = desk.review
    assert told["examinations"] == []
    assert (told["state"], told["outcome"], told["may"]) == ("open", None, True)
    fresh = Desk(SECOND, Review(SEARCH))
    assert told == fresh.review, "not even that there is one"
    fresh.panel.close()


def test_the_second_reads_the_first_once_their_own_is_saved(desk: Desk) -> None:
    desk.said.tell("examine", **SAVED)
    assert desk.said.last("saved")["to"] == "v-1"
    told = desk.review
    assert [one["by"] for one in told["examinations"]] == [FIRST, "you"]
    assert told["state"] == "disputed"
    assert SECRETS[1] in desk.said.words
    assert not told["may"]


def test_what_is_saved_is_what_was_marked_and_written(desk: Desk) -> None:
    desk.said.tell("examine", **SAVED)
    desk.said.last("saved")
    saved = desk.saves.review.examinations[-1]
    assert (saved.candidate, saved.conclusion) == ("candidate-3", Conclusion.SUPPORT_SAME)
    assert saved.reason == REASON
    assert saved.checklist is not None
    assert saved.checklist.marks[Component.NOSE].note == "bent"
    assert saved.checklist.marks[Component.EYES].note is None
    assert saved.checklist.count(Seen.SIMILAR) == saved.checklist.count(Seen.DIFFERENT) == 1


@pytest.mark.parametrize("conclusion", [Conclusion.NO_CANDIDATE, Conclusion.UNSUITABLE])
def test_no_candidate_and_unsuitable_need_no_candidate_and_no_checklist(
    conclusion: Conclusion, desk: Desk
) -> None:
    told = {"candidate": "candidate-1", "conclusion": conclusion.value, "marks": MARKS}
    desk.said.tell("examine", **told, reason=REASON)
    desk.said.last("saved")
    saved = desk.saves.review.examinations[-1]
    assert (saved.candidate, saved.checklist) == (None, None)
    assert saved.conclusion is conclusion


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"conclusion": None}, "no conclusion is chosen. Choose one, and say why."),
        ({"conclusion": "identified"}, "no conclusion is chosen"),
        ({"candidate": None}, "none is chosen. Choose the candidate"),
        ({"candidate": "candidate-77"}, "none is chosen. Choose the candidate"),
        ({"marks": {}}, "nothing was compared otherwise"),
        ({"marks": {"nose": {"seen": "not-visible"}}}, "nothing was compared otherwise"),
        ({"marks": {"nose": {"seen": "alike"}}}, "the checklist cannot be used"),
        ({"marks": {"aura": {"seen": "similar"}}}, "the checklist cannot be used"),
        ({"reason": ""}, "the examination cannot be used: reason"),
        ({"reason": None}, "the examination cannot be used: reason"),
    ],
)
def test_what_breaks_a_rule_is_refused_in_its_words_and_nothing_is_saved(
    change: dict[str, Any], words: str, desk: Desk
) -> None:
    desk.said.tell("examine", **(SAVED | change))
    told = desk.said.last("refused")
    assert words in told["words"]
    assert told["to"] == "v-1"
    assert len(desk.saves.review.examinations) == 1


def test_a_second_examination_by_one_person_is_refused_by_the_review() -> None:
    desk = Desk(FIRST, begun())
    assert not desk.review["may"]
    desk.said.tell("examine", **SAVED)
    assert "it cannot be changed" in desk.said.last("refused")["words"]
    desk.panel.close()


def test_states_outcome_and_steps_of_a_concluded_search() -> None:
    both = begun(Conclusion.SUPPORT_SAME).with_examination(
        examination(SECOND, "candidate-5", hour=11)
    )
    desk = Desk("report.reader", both)
    told = desk.review
    assert told["state"] == ReviewState.CONCLUDED
    assert told["outcome"] == {
        "conclusion": "support-same",
        "words": Conclusion.SUPPORT_SAME.words,
        "candidate": CANDIDATES["candidate-5"],
    }
    steps = steps_of(told)
    assert [one["by"] for one in steps["conclude"]["people"]] == [FIRST, SECOND]
    assert steps["compare"]["how"] == "parts noted", "that they looked is recorded nowhere"
    assert [one["did"] for one in steps["compare"]["people"]] == ["noted 2 parts"] * 2
    assert steps["case"]["note"] == "case 26/4471"
    assert steps["report"]["current"]
    assert told["why_not"].startswith(f"search {SEARCH} is concluded")
    desk.panel.close()


def test_a_step_of_several_parts_names_each_person_and_what_they_did() -> None:
    officer = StepDone("s.officer", at(11), did="authorised it")
    case = StepDone("i.officer", at(9), "case 26/4471", did="opened it", others=(officer,))
    desk = Desk(FIRST)
    desk.panel.show(desk.panel.review, {Step.CASE: case})
    people = steps_of(desk.review)["case"]["people"]
    assert [(one["by"], one["did"], one["at"]) for one in people] == [
        ("i.officer", "opened it", "2026-11-26 09:00:00 UTC"),
        ("s.officer", "authorised it", "2026-11-26 11:00:00 UTC"),
    ]
    desk.panel.close()


def test_a_third_examiner_is_told_that_two_differ_and_not_what_they_said() -> None:
    two = begun().with_examination(
        examination(SECOND, None, Conclusion.NO_CANDIDATE, hour=11, reason="Ears differ in form.")
    )
    desk = Desk("third.examiner", two)
    assert desk.review["state"] == "disputed"
    assert "A third concludes, who is shown neither." in desk.review["stands"]
    for secret in (*SECRETS, SECOND, "Ears differ", "11:00:00"):
        assert secret not in desk.said.words
    surrender = Surrender(by="lead", reason="Nobody else is trained for it.", at=at(15))
    desk.panel.show(two.surrendered(surrender))
    assert desk.review["outcome"]["conclusion"] == "inconclusive"
    assert "examiners do not agree on a candidate" in desk.review["outcome"]["words"]
    assert "support neither" not in json.dumps(desk.review), "no examiner said so"
    assert desk.review["surrender"]["reason"] == "Nobody else is trained for it."
    desk.panel.close()


def test_a_step_says_who_did_it_and_when_and_blind_steps_say_nobody(desk: Desk) -> None:
    steps = steps_of(desk.review)
    assert steps["probe"]["people"] == [
        {"by": "i.officer", "at": "2026-11-26 09:40:00 UTC", "did": ""}
    ]
    assert [one["done"] for one in steps.values()] == [True, True, True, False, False, False]
    assert [name for name, one in steps.items() if one["current"]] == ["compare"]


def test_of_whoever_noted_no_part_of_a_face_no_comparison_is_told() -> None:
    nobody = [
        examination(by, None, Conclusion.NO_CANDIDATE, reason="Ears of all differ.")
        for by in (FIRST, SECOND)
    ]
    desk = Desk(FIRST, Review(SEARCH, (nobody[0],)))
    steps = steps_of(desk.review)
    assert (steps["compare"]["how"], steps["compare"]["people"]) == ("no parts noted", [])
    assert steps["conclude"]["current"], "they concluded all the same"
    desk.panel.show(Review(SEARCH, tuple(nobody)))
    assert not steps_of(desk.review)["compare"]["done"]
    assert steps_of(desk.review)["report"]["current"]
    desk.panel.close()


def test_whoever_opens_a_panel_cannot_tell_it_who_compared() -> None:
    told = {**STEPS, Step.COMPARE: StepDone(FIRST, at(10))}
    with pytest.raises(UsageError, match="is told from the review"):
        ExaminationPanel(begun(), SECOND, None, candidates=CANDIDATES, steps=told)


def test_a_report_is_no_step_done_before_the_search_is_concluded() -> None:
    told = {**STEPS, Step.REPORT: StepDone(FIRST, at(16))}
    panel = ExaminationPanel(begun(), SECOND, None, candidates=CANDIDATES, steps=told)
    said = Said(panel)
    said.tell("hello", tries=1)
    assert FIRST not in said.words
    panel.close()


def test_without_what_saves_the_panel_only_shows(desk: Desk) -> None:
    panel = ExaminationPanel(begun(), SECOND, None, candidates=CANDIDATES)
    said = Said(panel)
    said.tell("hello", tries=1)
    assert not said.of("review")[-1]["may"]
    said.tell("examine", **SAVED)
    assert "nothing is concluded on it" in said.last("refused")["words"]
    panel.close()


def test_a_draft_outlasts_the_page_and_goes_once_it_is_saved(desk: Desk) -> None:
    draft = {"candidate": "candidate-3", "conclusion": "support-same", "reason": "The nose",
             "marks": {"candidate-3": {"nose": {"seen": "similar", "note": "bent"}}}}  # fmt: skip
    desk.said.tell("draft", **draft)
    desk.said.tell("hello", "v-2", tries=1)
    assert desk.said.of("draft")[-1]["draft"] == draft
    desk.said.tell("examine", **SAVED)
    desk.said.last("saved")
    desk.said.tell("hello", "v-3", tries=1)
    assert desk.said.of("draft")[-1]["draft"]["marks"] == {}


def test_of_a_draft_only_what_is_one_is_kept(desk: Desk) -> None:
    marks = {
        "candidate-3": {"nose": {"seen": "alike", "note": "x"}, "eyes": ["similar"],
                        "aura": {"seen": "similar"}, "neck": {"seen": "similar", "note": 5}},
        "nobody": {"nose": {"seen": "similar"}}, "candidate-4": None,
    }  # fmt: skip
    desk.said.tell("draft", candidate=["x"], conclusion={}, reason=7, marks=marks)
    desk.said.tell("hello", "v-2", tries=1)
    kept = desk.said.of("draft")[-1]["draft"]
    assert kept["marks"] == {"candidate-3": {"neck": {"seen": "similar", "note": ""}}}
    assert (kept["candidate"], kept["conclusion"], kept["reason"]) == (None, None, "")


def test_looking_at_a_candidate_and_being_told_of_what_was_saved() -> None:
    saved: list[Review] = []
    desk = Desk(SECOND, on_saved=saved.append)
    desk.panel.look_at("candidate-2")
    assert desk.said.of("look")[-1]["candidate"] == "candidate-2"
    with pytest.raises(UsageError, match="no candidate of this search"):
        desk.panel.look_at("candidate-50")
    with pytest.raises(UsageError, match="not of search-13"):
        desk.panel.show(Review("search-13"))
    desk.said.tell("examine", **SAVED)
    until(lambda: bool(saved))
    assert saved[0].has_examined(SECOND)
    desk.panel.close()
