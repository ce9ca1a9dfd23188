"""What two examiners make of a search, and what neither of them can do alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import IllegalMoveError, NotPermittedError, RecordError
from workbench.governance.checklists import (
    COMPONENTS_SOURCE,
    EXPLAINED_SOURCE,
    Checklist,
    Component,
    Seen,
    require_explained,
)
from workbench.governance.conclusions import (
    CONCLUSION_SOURCE,
    LEAD_ONLY,
    LEAD_ONLY_SOURCE,
    Conclusion,
)
from workbench.governance.repeated_searches import REPEAT_SOURCE
from workbench.governance.reviews import (
    BLIND_SOURCE,
    Examination,
    Review,
    ReviewState,
    Said,
    Surrender,
)

AT = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
C = Conclusion
COMPARED = {"marks": {"ears": {"seen": "similar"}, "nose": {"seen": "not-visible"}}}
NOBODY = Said(None, C.NO_CANDIDATE)
FIRST = Said("candidate-1", C.SUPPORT_SAME)
WEAKER = Said("candidate-1", C.LIMITED_SUPPORT_SAME)
OTHER = Said("candidate-2", C.SUPPORT_SAME)
PEOPLE = ("a.khan", "b.osei", "c.byrne")


def concludes(by: str, said: Said) -> Examination:
    about = said.conclusion.is_about_a_candidate
    return Examination.read(
        {
            "by": by,
            "candidate": said.candidate,
            "conclusion": said.conclusion,
            "checklist": COMPARED if about else None,
            "reason": "Ears and hairline compared.",
            "at": AT,
        },
        what="an examination",
    )


def reviewed(*said: Said) -> Review:
    return Review("S-1", tuple(map(concludes, PEOPLE, said)))


def leaves(by: str = "a.khan") -> Surrender:
    return Surrender(by=by, reason="Nobody else is trained for it.", at=AT)


@pytest.mark.parametrize(
    ("said", "state", "owed", "outcome"),
    [
        ([], ReviewState.OPEN, 2, None),
        ([FIRST], ReviewState.OPEN, 1, None),
        ([NOBODY], ReviewState.OPEN, 1, None),
        ([FIRST, FIRST], ReviewState.CONCLUDED, 0, FIRST),
        ([NOBODY, NOBODY], ReviewState.CONCLUDED, 0, NOBODY),
        ([FIRST, WEAKER], ReviewState.DISPUTED, 1, None),
        ([FIRST, OTHER], ReviewState.DISPUTED, 1, None),
        ([FIRST, NOBODY], ReviewState.DISPUTED, 1, None),
        ([FIRST, OTHER, OTHER], ReviewState.CONCLUDED, 0, OTHER),
        ([FIRST, NOBODY, FIRST], ReviewState.CONCLUDED, 0, FIRST),
        ([FIRST, OTHER, NOBODY], ReviewState.CONCLUDED, 0, Said(None, C.INCONCLUSIVE)),
        (
            [FIRST, WEAKER, Said("candidate-1", C.SUPPORT_DIFFERENT)],
            ReviewState.CONCLUDED,
            0,
            Said("candidate-1", C.INCONCLUSIVE),
        ),
    ],
)
def test_what_the_search_says_follows_from_what_they_said(
    said: list[Said], state: ReviewState, owed: int, outcome: Said | None
) -> None:
    review = reviewed(*said)
    assert (review.state, review.owed, review.outcome) == (state, owed, outcome)


def test_the_second_sees_nothing_of_the_first_and_the_third_nothing_of_either() -> None:
    review = reviewed(FIRST)
    assert review.visible_to("b.osei") == ()
    assert len(review.visible_to("A.Khan")) == 1
    review = review.with_examination(concludes("b.osei", OTHER))
    assert review.visible_to("c.byrne") == ()
    assert len(review.visible_to("a.khan")) == 2
    review = review.with_examination(concludes("c.byrne", OTHER))
    assert len(review.visible_to("d.lee")) == 3


def test_nobody_concludes_twice_and_nothing_comes_after_the_end() -> None:
    with pytest.raises(NotPermittedError, match=r"A\.KHAN has concluded on search S-1 already"):
        reviewed(FIRST).with_examination(concludes("A.KHAN", FIRST))
    with pytest.raises(IllegalMoveError, match="search S-1 is concluded"):
        reviewed(FIRST, FIRST).with_examination(concludes("c.byrne", FIRST))
    with pytest.raises(NotPermittedError, match="another person's"):
        Review("S-1", (concludes("a.khan", FIRST), concludes("a.khan", FIRST)))


def test_where_two_differ_it_may_be_left_as_inconclusive() -> None:
    review = reviewed(FIRST, WEAKER).surrendered(leaves())
    assert review.state is ReviewState.CONCLUDED
    assert review.outcome == Said("candidate-1", C.INCONCLUSIVE)
    with pytest.raises(IllegalMoveError, match="is concluded"):
        review.with_examination(concludes("c.byrne", FIRST))
    with pytest.raises(IllegalMoveError, match="is concluded, and stays so"):
        review.surrendered(leaves())
    for said in ([], [FIRST]):
        with pytest.raises(IllegalMoveError, match="only one on which two examiners differ"):
            reviewed(*said).surrendered(leaves())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"candidate": None}, "support-same is about a candidate: name it"),
        ({"conclusion": "no-candidate"}, "no-candidate is about no candidate"),
        ({"conclusion": "unsuitable"}, "unsuitable is about no candidate"),
        ({"conclusion": "identified"}, "conclusion: "),
        ({"checklist": None}, "the checklist is missing"),
        ({"checklist": {"marks": {}}}, "at least one part must be similar or different"),
        ({"checklist": {"marks": {"ears": {"seen": "not-visible"}}}}, "nothing was compared"),
        ({"checklist": {"marks": {"aura": {"seen": "similar"}}}}, "checklist"),
        ({"reason": "ok"}, "reason"),
    ],
)
def test_an_examination_that_is_not_whole_is_refused(changes: dict[str, object], said: str) -> None:
    values = concludes("a.khan", FIRST).plain() | changes
    with pytest.raises(RecordError) as refused:
        Examination.read(values, what="an examination")
    assert said in str(refused.value)


def test_support_for_one_person_explains_each_part_that_differs() -> None:
    marks = {
        "ears": {"seen": "different"},
        "nose": {"seen": "different", "note": "broken in 2024"},
        "eyes": {"seen": "similar"},
        "skin": {"seen": "not-visible"},
        "hairline": {"seen": "different"},
    }
    compared = Checklist.model_validate({"marks": marks})
    supporting = [C.STRONG_SUPPORT_SAME, C.SUPPORT_SAME, C.LIMITED_SUPPORT_SAME]
    for conclusion in C:
        if conclusion not in supporting:
            require_explained(conclusion, compared, what="it")
            continue
        with pytest.raises(RecordError) as refused:
            require_explained(conclusion, compared, what="it")
        assert str(refused.value) == (
            "it supports one person, and marks as different without a note: hairline, ears. Note "
            "for each how the difference is explained (light, angle, age, injury), or conclude "
            "otherwise."
        )
    for part in ("ears", "hairline"):
        marks[part]["note"] = "seen from another angle"
    require_explained(C.SUPPORT_SAME, Checklist.model_validate({"marks": marks}), what="it")
    require_explained(C.SUPPORT_SAME, None, what="it")


def test_what_was_concluded_before_scores_and_other_searches_were_recorded_is_read() -> None:
    values = concludes("a.khan", FIRST).plain()
    for name in ("scores_seen", "aware_of"):
        assert values.pop(name) is None
    values["checklist"] = {"marks": {"ears": {"seen": "different"}}}
    read = Examination.read(values, what="an examination")
    assert (read.scores_seen, read.aware_of) == (None, None)


@given(st.lists(st.sampled_from([FIRST, WEAKER, OTHER, NOBODY]), max_size=3))
def test_nothing_is_said_by_one_examiner_alone(said: list[Said]) -> None:
    review = Review("S-1")
    for by, one in zip(PEOPLE, said, strict=False):
        if review.owed:
            review = review.with_examination(concludes(by, one))
    outcome = review.outcome
    if outcome is not None and outcome.conclusion is not C.INCONCLUSIVE:
        assert [one.said for one in review.examinations].count(outcome) >= 2


def test_no_conclusion_claims_an_identity_and_each_source_says_what_it_is() -> None:
    for conclusion in Conclusion:
        assert "identif" not in conclusion.words.casefold()
        assert "identif" not in conclusion.value
    assert "no identification" in LEAD_ONLY
    assert "read in the source itself" in LEAD_ONLY_SOURCE.describe()
    for own in (
        CONCLUSION_SOURCE,
        COMPONENTS_SOURCE,
        EXPLAINED_SOURCE,
        BLIND_SOURCE,
        REPEAT_SOURCE,
    ):
        assert "the product's own choice" in own.describe()


def test_a_checklist_counts_what_was_said_and_what_was_left_out() -> None:
    checklist = Checklist.read(COMPARED, what="a checklist")
    assert (checklist.count(Seen.SIMILAR), checklist.count(Seen.NOT_VISIBLE)) == (1, 1)
    assert len(checklist.left_out) == len(Component) - 2
    assert Component.EARS not in checklist.left_out
    assert Component.OUTLINE.words == "outline of face and head"
    assert {C.SUPPORT_SAME.supports_same, C.INCONCLUSIVE.supports_same} == {True, False}
