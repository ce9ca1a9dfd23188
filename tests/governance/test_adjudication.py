"""How people decide an alert, and what follows from it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from workbench.errors import IllegalMoveError, NotPermittedError, RecordError
from workbench.governance.adjudication import (
    TWO_PERSON_SOURCE,
    Adjudication,
    Revision,
    Verdict,
)
from workbench.governance.alerts import AlertMove, AlertState
from workbench.governance.engaging import EngagementChoice, require_engagement_decidable

AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
S = AlertState


def says(by: str, verdict: AlertState) -> Verdict:
    return Verdict(by=by, verdict=verdict, reason="Ears and scar compared.", at=AT)


def revises(by: str, move: AlertMove, to: AlertState) -> Revision:
    return Revision(move=move, by=by, to=to, reason="Checked in custody.", at=AT)


def adjudicated(
    *said: tuple[str, AlertState], two: bool = True, revised: tuple[Revision, ...] = ()
) -> Adjudication:
    return Adjudication("A-7", two, tuple(says(*one) for one in said), revised)


@pytest.mark.parametrize(
    ("two", "said", "state", "owed"),
    [
        (True, [], S.OPEN, 2),
        (False, [], S.OPEN, 1),
        (False, [S.TRUE_CONFIRMED], S.TRUE_CONFIRMED, 0),
        (False, [S.UNRESOLVED], S.UNRESOLVED, 0),
        (True, [S.TRUE_CONFIRMED], S.OPEN, 1),
        (True, [S.UNRESOLVED], S.OPEN, 1),
        (True, [S.TRUE_CONFIRMED, S.TRUE_CONFIRMED], S.TRUE_CONFIRMED, 0),
        (True, [S.UNRESOLVED, S.UNRESOLVED], S.UNRESOLVED, 0),
        (True, [S.TRUE_CONFIRMED, S.FALSE_CONFIRMED], S.UNRESOLVED, 1),
        (True, [S.TRUE_CONFIRMED, S.TRUE_UNCONFIRMED], S.UNRESOLVED, 1),
        (True, [S.TRUE_CONFIRMED, S.UNRESOLVED], S.UNRESOLVED, 1),
        (True, [S.TRUE_CONFIRMED, S.FALSE_CONFIRMED, S.FALSE_CONFIRMED], S.FALSE_CONFIRMED, 0),
        (True, [S.TRUE_CONFIRMED, S.FALSE_CONFIRMED, S.TRUE_UNCONFIRMED], S.TRUE_UNCONFIRMED, 0),
        (True, [S.TRUE_CONFIRMED, S.FALSE_CONFIRMED, S.UNRESOLVED], S.UNRESOLVED, 0),
    ],
)
def test_the_state_follows_from_the_verdicts(
    two: bool, said: list[AlertState], state: AlertState, owed: int
) -> None:
    people = ["a.khan", "b.osei", "c.byrne"]
    found = adjudicated(*zip(people, said, strict=False), two=two)
    assert found.state is state
    assert found.owed == owed
    assert found.is_settled is (owed == 0)


@pytest.mark.parametrize("again", ["a.khan", "A.Khan", " a.khan"])
def test_one_person_is_not_two(again: str) -> None:
    first = adjudicated(("a.khan", S.TRUE_CONFIRMED))
    with pytest.raises(NotPermittedError) as refused:
        first.with_verdict(says(again, S.TRUE_CONFIRMED))
    assert str(refused.value) == (
        f"{again.strip()} has given a verdict on alert A-7 already, and it cannot be changed; the "
        "next must come from another person."
    )


def test_neither_of_two_who_differ_is_the_third() -> None:
    split = adjudicated(("a.khan", S.TRUE_CONFIRMED), ("b.osei", S.FALSE_CONFIRMED))
    for actor in ("a.khan", "b.osei"):
        with pytest.raises(NotPermittedError, match="must come from another person"):
            split.with_verdict(says(actor, S.TRUE_CONFIRMED))


@pytest.mark.parametrize(
    "complete",
    [
        adjudicated(("a.khan", S.TRUE_CONFIRMED), two=False),
        adjudicated(("a.khan", S.TRUE_CONFIRMED), ("b.osei", S.TRUE_CONFIRMED)),
        adjudicated(
            ("a.khan", S.FALSE_CONFIRMED), ("b.osei", S.UNRESOLVED), ("d.lee", S.TRUE_CONFIRMED)
        ),
    ],
)
def test_complete_verdicts_take_no_more(complete: Adjudication) -> None:
    with pytest.raises(IllegalMoveError) as refused:
        complete.with_verdict(says("c.byrne", S.FALSE_CONFIRMED))
    assert str(refused.value) == (
        "alert A-7 is true-confirmed: its verdicts are complete. A reviewer can revise it, with a "
        "reason."
    )


def test_no_way_of_making_one_gets_round_the_rules() -> None:
    yes, again = says("a.khan", S.TRUE_CONFIRMED), says("A.KHAN", S.TRUE_CONFIRMED)
    other, third = says("b.osei", S.TRUE_CONFIRMED), says("c.byrne", S.FALSE_CONFIRMED)
    with pytest.raises(NotPermittedError):
        Adjudication("A-7", True, (yes, again))
    for two, verdicts in ((True, (yes, other, third)), (False, (yes, other))):
        with pytest.raises(IllegalMoveError, match="its verdicts are complete"):
            Adjudication("A-7", two, verdicts)
    own = revises("b.osei", AlertMove.CORRECT, S.FALSE_CONFIRMED)
    with pytest.raises(NotPermittedError):
        Adjudication("A-7", True, (yes, other), (own,))
    with pytest.raises(IllegalMoveError, match="not settled"):
        Adjudication("A-7", True, (yes,), (own,))
    corrected = revises("c.byrne", AlertMove.CORRECT, S.FALSE_CONFIRMED)
    with pytest.raises(IllegalMoveError, match="so correct-as-false-confirmed is not possible"):
        Adjudication("A-7", True, (yes, other), (corrected, corrected))


def test_no_verdict_comes_after_a_revision() -> None:
    stuck = adjudicated(("a.khan", S.UNRESOLVED), two=False)
    reviewed = stuck.with_revision(revises("b.osei", AlertMove.REVIEW, S.TRUE_CONFIRMED))
    with pytest.raises(IllegalMoveError, match="alert A-7 is true-confirmed: its verdicts are"):
        reviewed.with_verdict(says("c.byrne", S.FALSE_CONFIRMED))


class TestBlindness:
    def test_the_first_verdict_is_hidden_from_the_second(self) -> None:
        first = adjudicated(("a.khan", S.TRUE_CONFIRMED))
        assert first.visible_to("b.osei") == ()
        assert first.visible_to("an.auditor") == ()
        assert first.visible_to("A.KHAN") == first.verdicts

    def test_both_are_hidden_from_the_third(self) -> None:
        split = adjudicated(("a.khan", S.TRUE_CONFIRMED), ("b.osei", S.FALSE_CONFIRMED))
        assert split.visible_to("c.byrne") == ()
        assert split.visible_to("a.khan") == split.visible_to("b.osei") == split.verdicts

    def test_what_is_settled_is_shown(self) -> None:
        agreed = adjudicated(("a.khan", S.TRUE_CONFIRMED), ("b.osei", S.TRUE_CONFIRMED))
        assert agreed.visible_to("c.byrne") == agreed.verdicts

    def test_the_state_and_the_refusals_do_not_tell(self) -> None:
        seen = set()
        for verdict in (S.TRUE_CONFIRMED, S.FALSE_CONFIRMED, S.UNRESOLVED):
            first = adjudicated(("a.khan", verdict))
            said = [str(first.state), str(first.owed)]
            with pytest.raises(NotPermittedError) as refused:
                first.with_verdict(says("a.khan", verdict))
            said.append(str(refused.value))
            with pytest.raises(IllegalMoveError) as illegal:
                first.with_revision(revises("b.osei", AlertMove.CORRECT, S.FALSE_CONFIRMED))
            said.append(str(illegal.value))
            for choice in EngagementChoice:
                try:
                    require_engagement_decidable(first, choice)
                except IllegalMoveError as error:
                    said.append(str(error))
            seen.add(tuple(said))
        assert len(seen) == 1


class TestRevisions:
    def test_nothing_is_revised_before_it_is_settled(self) -> None:
        revision = revises("c.byrne", AlertMove.REVIEW, S.TRUE_CONFIRMED)
        for open_one, words in (
            (adjudicated(), "2 more verdicts are needed"),
            (adjudicated(("a.khan", S.TRUE_CONFIRMED)), "1 more verdict is needed"),
            (
                adjudicated(("a.khan", S.TRUE_CONFIRMED), ("b.osei", S.FALSE_CONFIRMED)),
                "1 more verdict is needed",
            ),
        ):
            with pytest.raises(IllegalMoveError) as refused:
                open_one.with_revision(revision)
            assert f"alert A-7 is not settled: {words}" in str(refused.value)

    def test_an_unresolved_alert_is_reviewed(self) -> None:
        stuck = adjudicated(("a.khan", S.UNRESOLVED), ("b.osei", S.UNRESOLVED))
        found = stuck.with_revision(revises("c.byrne", AlertMove.REVIEW, S.FALSE_CONFIRMED))
        assert found.state is S.FALSE_CONFIRMED
        with pytest.raises(IllegalMoveError, match="so correct-as-false-confirmed is not"):
            stuck.with_revision(revises("c.byrne", AlertMove.CORRECT, S.FALSE_CONFIRMED))

    def test_what_was_not_confirmed_is_confirmed_and_what_was_wrong_corrected(self) -> None:
        agreed = adjudicated(("a.khan", S.TRUE_UNCONFIRMED), ("b.osei", S.TRUE_UNCONFIRMED))
        confirmed = agreed.with_revision(revises("c.byrne", AlertMove.CONFIRM, S.TRUE_CONFIRMED))
        assert confirmed.state is S.TRUE_CONFIRMED
        corrected = confirmed.with_revision(
            revises("c.byrne", AlertMove.CORRECT, S.FALSE_CONFIRMED)
        )
        assert corrected.state is S.FALSE_CONFIRMED
        assert corrected.verdicts == agreed.verdicts
        again = Adjudication("A-7", True, agreed.verdicts, corrected.revisions)
        assert again == corrected

    def test_the_same_state_is_no_correction(self) -> None:
        agreed = adjudicated(("a.khan", S.TRUE_CONFIRMED), ("b.osei", S.TRUE_CONFIRMED))
        with pytest.raises(IllegalMoveError, match="alert A-7 is true-confirmed, so correct-as"):
            agreed.with_revision(revises("c.byrne", AlertMove.CORRECT, S.TRUE_CONFIRMED))

    @pytest.mark.parametrize("two", [True, False])
    def test_who_gave_a_verdict_does_not_correct_it(self, two: bool) -> None:
        people = [("a.khan", S.TRUE_CONFIRMED), ("b.osei", S.TRUE_CONFIRMED)]
        found = adjudicated(*people[: 2 if two else 1], two=two)
        with pytest.raises(NotPermittedError) as refused:
            found.with_revision(revises("A.Khan", AlertMove.CORRECT, S.FALSE_CONFIRMED))
        assert str(refused.value) == (
            "A.Khan gave a verdict on alert A-7, so another person must correct it."
        )

    def test_only_where_one_decides_may_they_confirm_their_own(self) -> None:
        own = revises("a.khan", AlertMove.CONFIRM, S.TRUE_CONFIRMED)
        alone = adjudicated(("a.khan", S.TRUE_UNCONFIRMED), two=False)
        assert alone.with_revision(own).state is S.TRUE_CONFIRMED
        agreed = adjudicated(("a.khan", S.TRUE_UNCONFIRMED), ("b.osei", S.TRUE_UNCONFIRMED))
        with pytest.raises(NotPermittedError, match="another person must confirm it"):
            agreed.with_revision(own)

    @pytest.mark.parametrize("to", [S.OPEN, S.UNRESOLVED])
    def test_a_revision_decides(self, to: AlertState) -> None:
        values = {"move": "correct", "by": "c.byrne", "to": to, "reason": "Wrong.", "at": AT}
        with pytest.raises(RecordError, match=f"to: cannot be {to}: a revision decides"):
            Revision.read(values, what="the revision")

    def test_to_decide_is_no_revision(self) -> None:
        values = {"move": "decide", "by": "c", "to": "true-confirmed", "reason": "x", "at": AT}
        with pytest.raises(RecordError, match="move: "):
            Revision.read(values, what="the revision")


def test_open_is_no_verdict() -> None:
    values = {"by": "a.khan", "verdict": "open", "reason": "Later.", "at": AT}
    with pytest.raises(RecordError, match="verdict: cannot be open: nothing goes back to open"):
        Verdict.read(values, what="the verdict")


@pytest.mark.parametrize("reason", ["", "  ", None, "a\x07b", "x" * 10_001])
def test_a_verdict_has_a_reason(reason: object) -> None:
    with pytest.raises(RecordError, match="reason: "):
        Verdict.read(
            {"by": "a.khan", "verdict": "unresolved", "reason": reason, "at": AT}, what="it"
        )


@pytest.mark.parametrize("at", [datetime(2026, 1, 1), "2026-01-01T00:00:00"])  # noqa: DTZ001
def test_a_verdict_has_a_moment_with_its_zone(at: object) -> None:
    with pytest.raises(RecordError, match="at: "):
        Verdict.read(
            {"by": "a.khan", "verdict": "unresolved", "reason": "Blurred.", "at": at}, what="it"
        )


def test_the_rule_names_its_source() -> None:
    assert "art. 14(5)" in TWO_PERSON_SOURCE.describe()
