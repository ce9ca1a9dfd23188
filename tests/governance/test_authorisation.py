"""Authority: who may give it, what it may cover, and when it covers nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from deployment_values import (
    APPLICANT,
    ENDS,
    OFFICER,
    STARTS,
    application,
    assembly_application,
    authority,
    urgent_authority,
)

from workbench.errors import NotAuthorisedError, NotPermittedError, RecordError, WorkbenchError
from workbench.governance.authorisation import (
    Authority,
    AuthorityReview,
    Rank,
    RankRule,
    Withdrawal,
    check_authority,
    confirm_urgent,
    covers_until,
    due_move,
    require_covers,
)
from workbench.governance.deployments import Application, DeploymentState

RULE = RankRule()
HOUR = timedelta(hours=1)
DUE = STARTS + 2 * HOUR


def check(
    given: Authority,
    *,
    to: Application | None = None,
    applicant: str = APPLICANT,
    now: datetime = STARTS,
    rule: RankRule = RULE,
) -> None:
    """Check an authority as it is given."""
    check_authority(to or application(), applicant, given, rule, now)


def test_authorities_that_are_in_order() -> None:
    check(authority())
    check(authority(officer_rank="commissioner"))
    check(authority(starts=(STARTS + HOUR).isoformat(), ends=(ENDS - HOUR).isoformat()))
    check(urgent_authority())
    check(authority(officer_rank="commander"), to=assembly_application())
    check(authority(officer_rank="inspector"), rule=RankRule(least=Rank.INSPECTOR))


def test_an_authority_survives_its_plain_values() -> None:
    for given in (authority(), urgent_authority(), confirmed()):
        assert Authority.read(given.plain(), what="authority") == given


@pytest.mark.parametrize(
    "applicant", [OFFICER, "S.REID", " s.reid ", "\N{FULLWIDTH LATIN SMALL LETTER S}.reid"]
)
def test_nobody_authorises_an_application_of_their_own(applicant: str) -> None:
    with pytest.raises(NotPermittedError) as refused:
        check(authority(officer_rank="commissioner"), applicant=applicant)
    assert str(refused.value) == (
        "s.reid applied for deployment 2026-11/CROYDON-1 and may not authorise it. Ask another "
        "officer; nobody decides on an application of their own."
    )


@pytest.mark.parametrize(
    ("given", "to", "words"),
    [
        (
            authority(officer_rank="chief-inspector"),
            application(),
            "a chief inspector may not authorise deployment 2026-11/CROYDON-1: the lowest rank that may is superintendent. Ask an officer of that rank or above.",
        ),
        (
            urgent_authority(officer_rank="sergeant"),
            application(),
            "a sergeant may not authorise deployment 2026-11/CROYDON-1: the lowest rank that may is inspector. Ask an officer of that rank or above.",
        ),
        (
            authority(officer_rank="chief-superintendent"),
            assembly_application(),
            "a chief superintendent may not authorise deployment 2026-11/CROYDON-1: since an assembly is expected there, the lowest rank that may is assistant chief constable. Ask an officer of that rank or above.",
        ),
        (
            urgent_authority(),
            assembly_application(),
            "an inspector may not authorise deployment 2026-11/CROYDON-1: since an assembly is expected there, the lowest rank that may is assistant chief constable. Ask an officer of that rank or above.",
        ),
    ],
)
def test_too_low_a_rank_is_refused_and_both_are_named(
    given: Authority, to: Application, words: str
) -> None:
    with pytest.raises(NotPermittedError) as refused:
        check(given, to=to)
    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (STARTS - timedelta(seconds=1), ENDS),
        (STARTS, ENDS + timedelta(seconds=1)),
        (STARTS - HOUR, ENDS + HOUR),
        (ENDS, ENDS + HOUR),
    ],
)
def test_an_authority_stays_inside_what_was_applied_for(starts: datetime, ends: datetime) -> None:
    given = authority(starts=starts.isoformat(), ends=ends.isoformat())
    with pytest.raises(RecordError) as refused:
        check(given)
    said = str(refused.value)
    assert "was applied for from 2026-11-25 10:00 UTC to 2026-11-25 16:00 UTC" in said
    assert "Keep it inside, or have the application changed." in said


@pytest.mark.parametrize("late", [timedelta(0), HOUR, timedelta(days=400)])
def test_an_authority_that_is_over_is_not_given(late: timedelta) -> None:
    with pytest.raises(
        NotAuthorisedError, match=r"would have ended at 2026-11-25 16:00 UTC already\. Apply for a"
    ):
        check(authority(), now=ENDS + late)


def test_an_authority_is_not_dated_ahead() -> None:
    with pytest.raises(RecordError, match="says that it was given at 2026-11-24 10:00 UTC, but it"):
        check(authority(), now=STARTS - timedelta(days=1, seconds=1))


def test_the_review_of_an_urgent_authority_is_soon() -> None:
    late = (STARTS + timedelta(hours=24, seconds=1)).isoformat()
    with pytest.raises(
        RecordError, match="is reviewed within 24 h, so review_due may be 2026-11-26 10:00 UTC"
    ):
        check(urgent_authority(review_due=late))
    check(urgent_authority(review_due=(STARTS + timedelta(hours=24)).isoformat()))
    with pytest.raises(RecordError, match="is reviewed within 1 h"):
        check(urgent_authority(), rule=RankRule(urgent_review=HOUR))


def test_an_authority_is_not_given_with_its_review() -> None:
    with pytest.raises(RecordError, match="is reviewed after it was given; leave review out"):
        check(confirmed())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ends": STARTS.isoformat()}, "it ends at 2026-11-25 10:00 UTC, which is not after its"),
        (
            {"at": (STARTS + HOUR).isoformat()},
            "it was given at 2026-11-25 11:00 UTC and cannot reach back to 2026-11-25 10:00 UTC",
        ),
        ({"urgent": True}, "an urgent authority needs urgent_reason and review_due"),
        ({"urgent": True, "urgent_reason": "x"}, "an urgent authority needs urgent_reason and"),
        (
            {"urgent": True, "urgent_reason": "x", "review_due": "2026-11-24T10:00:00Z"},
            "review_due must be later than 2026-11-24 10:00 UTC, when it was given",
        ),
        ({"urgent_reason": "x"}, "belong to an urgent authority only"),
        ({"review_due": ENDS.isoformat()}, "belong to an urgent authority only"),
        ({"urgent": "yes"}, "urgent: input should be a valid boolean"),
        ({"necessity": " "}, "necessity: is empty"),
        ({"proportionality": ""}, "proportionality: is empty"),
        ({"officer": ""}, "officer: is empty"),
        ({"officer_rank": "boss"}, "officer_rank: input should be 'constable'"),
        ({"starts": "2026-11-25T10:00:00"}, "starts: must be a date and time with its zone"),
    ],
)
def test_an_authority_that_contradicts_itself_is_refused(
    changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(RecordError, match=f"authority cannot be used: .*{words}"):
        authority(**changes)


def review(**changes: Any) -> AuthorityReview:
    """A superintendent's review an hour after an urgent authority."""
    values = {
        "officer": "m.okoro",
        "officer_rank": "superintendent",
        "at": (STARTS + HOUR).isoformat(),
        "reasons": "The threat is still there.",
    }
    return AuthorityReview.read(values | changes, what="review")


def confirmed() -> Authority:
    """An urgent authority that was reviewed in time."""
    return confirm_urgent(application(), APPLICANT, urgent_authority(), review(), RULE)


def test_an_urgent_authority_lapses_unless_it_is_reviewed() -> None:
    assert covers_until(authority()) == ENDS
    assert covers_until(urgent_authority()) == DUE
    assert covers_until(confirmed()) == ENDS
    assert covers_until(urgent_authority(review_due=(ENDS + HOUR).isoformat())) == ENDS


@pytest.mark.parametrize(
    ("given", "done", "to", "kind", "words"),
    [
        (authority(), review(), application(), RecordError, "was not urgent, so there is nothing"),
        (
            urgent_authority(),
            review(officer="A.Khan"),
            application(),
            NotPermittedError,
            "A.Khan applied for deployment 2026-11/CROYDON-1 and may not review the urgent",
        ),
        (
            urgent_authority(),
            review(officer="S.REID"),
            application(),
            NotPermittedError,
            "S.REID gave the urgent authority of .* and may not review it. Ask another officer.",
        ),
        (
            urgent_authority(),
            review(officer_rank="chief-inspector"),
            application(),
            NotPermittedError,
            "a chief inspector may not review the urgent .* lowest rank that may is superintendent",
        ),
        (
            urgent_authority(officer_rank="commander"),
            review(),
            assembly_application(),
            NotPermittedError,
            "a superintendent may not review .* lowest rank that may is assistant chief constable",
        ),
        (
            urgent_authority(),
            review(at=(STARTS - HOUR).isoformat()),
            application(),
            RecordError,
            "the review is dated 2026-11-25 09:00 UTC, before the authority was given",
        ),
        (
            urgent_authority(),
            review(at=DUE.isoformat()),
            application(),
            NotAuthorisedError,
            "the review was due by 2026-11-25 12:00 UTC, and the authority has lapsed without it",
        ),
    ],
)
def test_a_review_that_may_not_be_is_refused(
    given: Authority,
    done: AuthorityReview,
    to: Application,
    kind: type[WorkbenchError],
    words: str,
) -> None:
    with pytest.raises(kind, match=words):
        confirm_urgent(to, APPLICANT, given, done, RULE)


def test_a_review_is_not_repeated() -> None:
    with pytest.raises(RecordError, match="was reviewed already, so there is nothing to review"):
        confirm_urgent(application(), APPLICANT, confirmed(), review(), RULE)


@pytest.mark.parametrize("at", [STARTS - timedelta(seconds=1), DUE])
def test_a_review_out_of_time_cannot_be_written_into_an_authority(at: datetime) -> None:
    done = review(at=at.isoformat()).plain()
    with pytest.raises(
        RecordError, match=r"the review is dated .* but must be later than 2026-11-2"
    ):
        urgent_authority(review=done)


LIVE = (DeploymentState.AUTHORISED, DeploymentState.LIVE)


@pytest.mark.parametrize("state", LIVE)
@pytest.mark.parametrize("now", [STARTS, STARTS + HOUR, ENDS - timedelta(microseconds=1)])
def test_an_authority_covers_its_window(state: DeploymentState, now: datetime) -> None:
    require_covers(state, authority(), now, "D-1")


@pytest.mark.parametrize(
    ("state", "given", "now", "words"),
    [
        (
            "applied",
            None,
            STARTS,
            "deployment D-1 is applied and has no authority. An authorising officer other than the applicant must authorise it first.",
        ),
        (
            "live",
            authority(),
            STARTS - timedelta(microseconds=1),
            "the authority of deployment D-1 begins at 2026-11-25 10:00 UTC; it is 2026-11-25 09:59:59 UTC. Wait until then.",
        ),
        (
            "live",
            authority(),
            ENDS,
            "the authority of deployment D-1 ended at 2026-11-25 16:00 UTC; it is 2026-11-25 16:00 UTC. Apply for another deployment.",
        ),
        (
            "live",
            urgent_authority(),
            DUE,
            "the authority of deployment D-1 lapsed at 2026-11-25 12:00 UTC, by when it had to be reviewed, being urgent; it is 2026-11-25 12:00 UTC. Apply for another deployment.",
        ),
    ],
)
def test_outside_its_window_nothing_is_covered(
    state: str, given: Authority | None, now: datetime, words: str
) -> None:
    with pytest.raises(NotAuthorisedError) as refused:
        require_covers(DeploymentState(state), given, now, "D-1")
    assert str(refused.value) == words


@pytest.mark.parametrize("state", [state for state in DeploymentState if state not in LIVE])
@pytest.mark.parametrize("given", [None, authority()])
def test_in_no_other_state_anything_is_covered(
    state: DeploymentState, given: Authority | None
) -> None:
    with pytest.raises(NotAuthorisedError, match=f"deployment D-1 is {state}"):
        require_covers(state, given, STARTS, "D-1")


def test_what_was_withdrawn_covers_nothing() -> None:
    withdrawn = Withdrawal.read(
        {"by": "s.reid", "at": "2026-11-25T11:00:00Z", "reason": "The threat has passed."},
        what="withdrawal",
    )
    with pytest.raises(NotAuthorisedError) as refused:
        require_covers(DeploymentState.LIVE, authority(), DUE, "D-1", withdrawal=withdrawn)
    assert str(refused.value) == (
        "the authority of deployment D-1 was withdrawn at 2026-11-25 11:00 UTC by s.reid. Apply "
        "anew if it is still needed."
    )


@pytest.mark.parametrize("field", ["by", "at", "reason"])
def test_a_withdrawal_says_who_when_and_why(field: str) -> None:
    values = {"by": "s.reid", "at": "2026-11-25T11:00:00Z", "reason": "Over."}
    del values[field]
    with pytest.raises(RecordError, match=f"withdrawal cannot be used: {field}: field required"):
        Withdrawal.read(values, what="withdrawal")


@pytest.mark.parametrize(
    ("state", "given", "now", "move"),
    [
        ("draft", None, ENDS + HOUR, None),
        ("applied", None, ENDS - HOUR, None),
        ("applied", None, ENDS, "expire"),
        ("authorised", authority(), ENDS - HOUR, None),
        ("authorised", authority(), ENDS, "expire"),
        ("authorised", urgent_authority(), DUE, "expire"),
        ("live", authority(), ENDS - timedelta(microseconds=1), None),
        ("live", authority(), ENDS, "close"),
        ("live", urgent_authority(), DUE, "close"),
        ("closed", authority(), ENDS + HOUR, None),
        ("purged", authority(), ENDS + HOUR, None),
    ],
)
def test_what_time_alone_makes_due(
    state: str, given: Authority | None, now: datetime, move: str | None
) -> None:
    assert due_move(DeploymentState(state), application(), given, now) == move
