"""Applications: complete, free of contradictions, and refused with a reason where they are not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from deployment_values import ENDS, STARTS, application, application_values

from workbench.errors import IllegalMoveError, RecordError
from workbench.governance.deployments import (
    DEPLOYMENT_MOVES,
    Application,
    DeploymentState,
    contradictions,
)
from workbench.governance.purposes import Purpose

REQUIRED = [name for name, field in Application.model_fields.items() if field.is_required()]


def refusal(**changes: Any) -> str:
    """What is said of an application with these changes."""
    with pytest.raises(RecordError) as refused:
        application(**changes)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_nothing_is_no_application_and_all_that_is_missing_is_named() -> None:
    with pytest.raises(RecordError) as refused:
        Application.read({}, what="application")
    for name in REQUIRED:
        assert f"{name}: field required" in str(refused.value)


def test_an_application_survives_its_plain_values() -> None:
    assert Application.read(application().plain(), what="application") == application()


def test_its_defaults() -> None:
    made = application()
    assert made.two_person is True
    assert made.watchlist_limit is None
    assert made.assembly_necessity is None
    assert made.costs.total is None


def test_times_are_moments_whatever_their_zone() -> None:
    made = application(starts="2026-11-25T12:00:00+02:00")
    assert made.starts == STARTS


@pytest.mark.parametrize("name", REQUIRED)
def test_each_required_field_is_named_where_it_is_missing(name: str) -> None:
    values = {field: value for field, value in application_values().items() if field != name}
    with pytest.raises(RecordError, match=f"application cannot be used: {name}: field required"):
        Application.read(values, what="application")


def test_what_is_required_is_what_the_rules_ask_for() -> None:
    assert set(Application.model_fields) - set(REQUIRED) == {
        "assembly_necessity",
        "costs",
        "two_person",
        "watchlist_limit",
    }


@pytest.mark.parametrize("name", Application.model_fields)
def test_each_field_is_described(name: str) -> None:
    assert Application.model_fields[name].description


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reference": "no spaces"}, "reference: must be 1 to 100"),
        ({"purposes": []}, "purposes: .*at least 1 item"),
        ({"purposes": ["other"]}, "purposes.0: input should be 'offences', 'wanted-by-courts'"),
        ({"purposes": ["offences", "offences"]}, "purposes: name each purpose once"),
        ({"use_case": "other"}, "use_case: input should be 'crime-hotspot'"),
        ({"use_case": None}, "use_case: input should be 'crime-hotspot'"),
        ({"presence_grounds": "  "}, "presence_grounds: is empty"),
        ({"starts": "2026-11-25T10:00:00"}, "starts: must be a date and time with its zone"),
        ({"ends": STARTS.isoformat()}, "it ends at 2026-11-25 10:00 UTC, which is not after its"),
        ({"ends": "2026-11-25T10:30:00+01:00"}, "it ends at 2026-11-25 09:30 UTC, which is not"),
        ({"feeds": []}, "feeds: .*at least 1 item"),
        (
            {"feeds": [{"name": "Cam-1", "place": "a"}, {"name": "cam-1", "place": "b"}]},
            "feeds: two feeds are called cam-1; give each a name of its own",
        ),
        ({"assembly": "no"}, "assembly: input should be a valid boolean"),
        ({"assembly": True}, "assembly_necessity is missing: .*articles 10 and 11"),
        ({"assembly_necessity": "none"}, "assembly_necessity is written, but assembly is not set"),
        ({"dpia": "LFR DPIA 2.0"}, "dpia: input should be a valid dictionary"),
        ({"dpia": {"title": "x", "version": "1"}}, "dpia.date: field required"),
        ({"eia": {"title": "x", "version": "", "date": "2026-01-01"}}, "eia.version: is empty"),
        (
            {"appropriate_policy": {"title": "x", "version": "1", "date": "1700000000"}},
            "appropriate_policy.date: must be a day written as year-month-day",
        ),
        ({"necessity": ""}, "necessity: is empty"),
        ({"proportionality": None}, "proportionality: input should be a valid string"),
        ({"minimum_threshold": "0.64"}, "minimum_threshold: input should be a valid number"),
        ({"minimum_threshold": float("nan")}, "minimum_threshold: input should be a finite number"),
        ({"minimum_threshold": True}, "minimum_threshold: input should be a valid number"),
        ({"two_person": "no"}, "two_person: input should be a valid boolean"),
        ({"watchlist_limit": 0}, "watchlist_limit: input should be greater than or equal to 1"),
        ({"watchlist_limit": 2000.5}, "watchlist_limit: input should be a valid integer"),
        ({"applicant": "a.khan"}, "applicant: extra inputs are not permitted"),
    ],
)
def test_what_is_wrong_is_named_with_its_field(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(RecordError, match=f"application cannot be used: .*{words}"):
        application(**changes)


def test_a_borough_is_refused_in_an_application_too() -> None:
    location = application_values()["location"] | {"name": "Islington", "street": "Islington"}
    said = refusal(location=location)
    assert said.count("names nothing narrower than a London borough") == 2
    assert "location.name" in said
    assert "location.street" in said


def test_purposes_are_kept_in_the_order_of_their_codes() -> None:
    made = application(purposes=["restrictions", "offences"])
    assert made.purposes == (Purpose.OFFENCES, Purpose.RESTRICTIONS)


def test_an_assembly_with_its_own_necessity_is_accepted() -> None:
    made = application(assembly=True, assembly_necessity="A march passes.")
    assert made.assembly_necessity == "A march passes."


def test_a_notice_after_the_start_is_refused_unless_urgent() -> None:
    notice = application_values()["notice"] | {"published_at": STARTS.isoformat()}
    assert "the notice is published at 2026-11-25 10:00 UTC, which is not before" in refusal(
        notice=notice
    )
    application(notice=notice | {"urgency": "A threat to life was reported at 09:30."})


@pytest.mark.parametrize("name", ["dpia", "eia", "appropriate_policy"])
def test_an_assessment_comes_before_what_it_assesses(name: str) -> None:
    document = {"title": "LFR", "version": "3", "date": "2026-11-26"}
    said = refusal(**{name: document})
    assert f"{name} is dated 2026-11-26, after the start at 2026-11-25 10:00 UTC" in said
    application(**{name: document | {"date": "2026-11-25"}})


def test_all_contradictions_are_said_at_once() -> None:
    said = refusal(ends=STARTS.isoformat(), assembly=True)
    assert "it ends at" in said
    assert "assembly_necessity is missing" in said


def test_contradictions_are_looked_for_as_far_as_fields_are_there() -> None:
    assert contradictions({}) == []
    assert contradictions({"starts": STARTS}) == []
    assert contradictions({"starts": STARTS, "ends": ENDS}) == []
    assert len(contradictions({"starts": ENDS, "ends": STARTS})) == 1


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_moment_beyond_the_calendar_in_utc_is_refused(moment: str) -> None:
    assert "starts: is outside the years 1 to 9999" in refusal(starts=moment)


def test_a_moment_as_a_number_is_refused() -> None:
    assert "ends: must be a date and time with its zone" in refusal(ends=1_800_000_000)


def test_nothing_of_an_application_changes_after_it_was_made() -> None:
    made = application()
    with pytest.raises(ValueError, match="frozen"):
        made.ends = datetime.max.replace(tzinfo=UTC)  # type: ignore[misc]


EXPECTED = {
    "draft": {"apply": "applied", "cancel": "cancelled"},
    "applied": {
        "authorise": "authorised",
        "refuse": "refused",
        "withdraw": "draft",
        "cancel": "cancelled",
        "expire": "expired",
    },
    "authorised": {
        "start": "live",
        "withdraw-authority": "cancelled",
        "cancel": "cancelled",
        "expire": "expired",
    },
    "live": {"close": "closed", "withdraw-authority": "closed"},
    "closed": {"purge": "purged"},
    "refused": {"purge": "purged"},
    "cancelled": {"purge": "purged"},
    "expired": {"purge": "purged"},
    "purged": {},
}


@pytest.mark.parametrize("state", DeploymentState)
def test_every_move_leads_where_it_should_and_every_other_is_refused(
    state: DeploymentState,
) -> None:
    for move in DEPLOYMENT_MOVES.moves:
        if move in EXPECTED[state]:
            assert DEPLOYMENT_MOVES.allows(state, move)
            assert DEPLOYMENT_MOVES.after(state, move) == EXPECTED[state][move]
            continue
        assert not DEPLOYMENT_MOVES.allows(state, move)
        with pytest.raises(IllegalMoveError) as refused:
            DEPLOYMENT_MOVES.after(state, move, name="D-1")
        possible = ", ".join(sorted(EXPECTED[state])) or "nothing more"
        assert str(refused.value) == (
            f"deployment D-1 is {state}, so {move} is not possible. Possible now: {possible}."
        )


def test_a_pause_is_no_move() -> None:
    assert DEPLOYMENT_MOVES.moves == {move for out in EXPECTED.values() for move in out}
    with pytest.raises(IllegalMoveError, match="pause is not possible"):
        DEPLOYMENT_MOVES.after(DeploymentState.LIVE, "pause")
