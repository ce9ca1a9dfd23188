"""Drafts: what is filled in is kept, and what still blocks applying is said in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from deployment_values import ENDS, STARTS, application, application_values

from workbench.errors import RecordError
from workbench.governance.deployments import Application
from workbench.governance.drafts import Draft, missing
from workbench.governance.limits import DeploymentLimits

REQUIRED = [name for name, field in Application.model_fields.items() if field.is_required()]


def draft(**values: Any) -> Draft:
    """A draft of these fields."""
    return Draft.read(values, what="draft")


def test_an_empty_draft_lacks_every_required_field() -> None:
    said = missing(Draft())
    assert [block.split(" is missing: ")[0] for block in said] == REQUIRED
    assert (
        "presence_grounds is missing: the grounds to expect people of the watchlist at that place"
        in said
    )
    assert Draft().plain() == {}
    assert Draft() == draft()


def test_a_complete_draft_lacks_nothing() -> None:
    full = draft(**application_values())
    assert missing(full) == []
    assert full.complete(what="draft") == application()


@pytest.mark.parametrize("name", REQUIRED)
def test_each_field_that_is_not_filled_in_is_named(name: str) -> None:
    rest = draft(**{field: value for field, value in application_values().items() if field != name})
    described = Application.model_fields[name].description
    assert missing(rest) == [f"{name} is missing: {described}"]
    with pytest.raises(
        RecordError, match=f"draft D-1 cannot be applied for yet: {name} is missing"
    ):
        rest.complete(what="draft D-1")


@pytest.mark.parametrize("name", application_values())
def test_each_field_can_be_kept_alone(name: str) -> None:
    alone = draft(**{name: application_values()[name]})
    assert list(alone.filled) == [name]
    assert alone.filled[name] == getattr(application(), name)
    assert Draft.read(alone.plain(), what="draft") == alone


def test_a_field_that_is_null_is_not_filled_in() -> None:
    assert draft(force=None, two_person=None).plain() == {}


def test_unknown_costs_stay_unknown() -> None:
    kept = draft(costs={"lines": [{"what": "officers", "amount": None}]})
    assert Draft.read(kept.plain(), what="draft").filled["costs"].unknown == 1


def test_what_is_kept_can_be_changed_and_emptied() -> None:
    first = draft(force="Met", reference="D-1")
    second = first.updated({"force": None, "policy": "policy-1"}, what="draft")
    assert second.plain() == {"reference": "D-1", "policy": "policy-1"}
    assert first.plain() == {"force": "Met", "reference": "D-1"}
    with pytest.raises(RecordError, match="draft cannot be used: force"):
        second.updated({"force": "\x1b"}, what="draft")
    assert second.plain() == {"reference": "D-1", "policy": "policy-1"}


def test_the_plain_values_of_a_draft_are_its_own() -> None:
    kept = draft(**application_values())
    kept.plain()["location"]["street"] = "Islington"
    kept.plain().clear()
    assert kept.complete(what="draft") == application()


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("start", "Perhaps starts is meant."),
        ("usecase", "Perhaps use_case is meant."),
        ("watchlist", "Perhaps watchlist_limit is meant."),
        ("xyzzy", "The fields are reference, force, purposes, "),
    ],
)
def test_a_field_that_is_unknown_is_refused(name: str, remedy: str) -> None:
    with pytest.raises(RecordError) as refused:
        draft(**{name: "a"})
    assert str(refused.value).startswith(
        f"draft cannot be used: an application has no field '{name}'. {remedy}"
    )


def test_the_name_of_an_unknown_field_is_shown_inert_and_short() -> None:
    with pytest.raises(RecordError) as refused:
        Draft.read({"\x1b[31m" + "x" * 10_000: 1}, what="draft")
    assert "\x1b" not in str(refused.value)
    assert len(str(refused.value)) < 600


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"reference": ""}, "reference: "),
        ({"purposes": ["other"]}, "purposes.0: "),
        ({"purposes": []}, "purposes: "),
        ({"location": {"name": "Islington"}}, "location.name: names nothing narrower"),
        (
            {"feeds": [{"name": "rtsp://a:b@c", "place": "x"}]},
            "feeds.0.name: looks like an address",
        ),
        ({"starts": "tomorrow"}, "starts: "),
        ({"minimum_threshold": "high"}, "minimum_threshold: "),
        ({"assembly": "yes"}, "assembly: "),
    ],
)
def test_each_field_is_valid_by_itself(values: dict[str, Any], words: str) -> None:
    with pytest.raises(RecordError, match=f"draft cannot be used: {words}"):
        draft(**values)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            {"starts": ENDS.isoformat(), "ends": STARTS.isoformat()},
            "it ends at 2026-11-25 10:00 UTC",
        ),
        ({"assembly": True}, "assembly_necessity is missing: an assembly is expected there"),
        ({"assembly": False, "assembly_necessity": "x"}, "assembly_necessity is written, but"),
        (
            {"starts": STARTS.isoformat(), "ends": (STARTS + timedelta(days=1)).isoformat()},
            "lasts 24 h",
        ),
    ],
)
def test_contradictions_are_kept_in_a_draft_and_block_it(
    values: dict[str, Any], words: str
) -> None:
    kept = draft(**values)
    assert kept.plain().keys() == values.keys()
    assert [block for block in missing(kept) if words in block]
    with pytest.raises(RecordError, match=words):
        kept.complete(what="draft")


def test_the_limits_of_the_force_count() -> None:
    kept = draft(**application_values())
    strict = DeploymentLimits(largest_area_m2=100, longest=timedelta(hours=1))
    said = missing(kept, strict)
    assert len(said) == 2
    with pytest.raises(RecordError, match=r"square metres, and 100 are allowed.*lasts 6 h"):
        kept.complete(what="draft", limits=strict)


def test_a_draft_shows_nothing_of_what_is_in_it() -> None:
    assert repr(draft(force="Met")) == "Draft()"
