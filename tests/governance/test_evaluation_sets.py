"""Evaluation sets as records: what must be said of one, and how far ahead it may end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from evaluation_values import set_values

from workbench.errors import RecordError
from workbench.governance.evaluation_sets import (
    LONGEST_KEPT,
    EvaluationSet,
    EvaluationSetPlan,
    ImageBasis,
    require_end,
)

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def planned(**changes: Any) -> EvaluationSetPlan:
    return EvaluationSetPlan.read(set_values(NOW, **changes), what="the evaluation set")


def made(**changes: Any) -> EvaluationSet:
    values = {"id": "evaluation-set-1", "owner": "s.cience", "made": NOW} | {
        "subjects": 2,
        "images": 3,
    }
    return EvaluationSet.read(set_values(NOW, **values | changes), what="the evaluation set")


@pytest.mark.parametrize("field", ["name", "use", "origin", "basis", "evidence", "ends"])
def test_all_of_it_must_be_said(field: str) -> None:
    values = set_values(NOW)
    del values[field]
    with pytest.raises(RecordError, match=rf"the evaluation set cannot be used: {field}: "):
        EvaluationSetPlan.read(values, what="the evaluation set")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"basis": "other"}, "basis: nothing is left open here"),
        ({"basis": "unknown"}, "basis: nothing is left open here"),
        ({"basis": "legitimate interests"}, "'licence', 'written-consent' or 'law'"),
        ({"origin": "UK passport photographs"}, "images of passports and driving licences are"),
        ({"origin": "scans (driving_licence), 2024"}, "images of passports and driving licences"),
        ({"origin": "from DVLA"}, "images of passports and driving licences are never used"),
        ({"name": "two words"}, "name: must be 1 to 100 of the letters"),
        ({"ends": "2026-12-01"}, "ends: "),
        ({"ends": 1_800_000_000}, "ends: must be a date and time with its zone"),
        ({"use": " "}, "use: is empty; fill it in"),
        ({"subjects": 1}, "subjects: extra inputs are not permitted"),
        ({"owner": "somebody"}, "owner: extra inputs are not permitted"),
    ],
)
def test_what_cannot_be_said(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(RecordError) as refused:
        planned(**changes)
    assert said in str(refused.value)


@pytest.mark.parametrize("origin", ["Passporting Ltd, under contract", "licence plates: none"])
def test_words_that_only_look_alike_pass(origin: str) -> None:
    assert planned(origin=origin).origin == origin


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"subjects": 0}, "subjects: "),
        ({"images": 0}, "images: "),
        ({"images": 1}, "each person it shows has an image of their own"),
        ({"ends": NOW.isoformat()}, "ends must lie after made"),
    ],
)
def test_a_set_holds_together(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(RecordError, match=said):
        made(**changes)


def test_it_is_read_as_it_is_kept() -> None:
    assert EvaluationSet.read(made().plain(), what="it") == made()


def test_every_basis_is_explained_and_the_list_is_closed() -> None:
    assert [basis.value for basis in ImageBasis] == ["licence", "written-consent", "law"]
    assert all(basis.explanation for basis in ImageBasis)


@pytest.mark.parametrize("ahead", [timedelta(microseconds=1), LONGEST_KEPT])
def test_ends_that_are_allowed(ahead: timedelta) -> None:
    require_end(planned(ends=(NOW + ahead).isoformat()), NOW)


@pytest.mark.parametrize(
    "ahead", [timedelta(0), timedelta(days=-1), LONGEST_KEPT + timedelta(microseconds=1)]
)
def test_an_end_that_is_past_or_too_far_ahead_is_refused(ahead: timedelta) -> None:
    with pytest.raises(RecordError, match=r"at most 366 days ahead, by 2027-11-26 09:00 UTC\.$"):
        require_end(planned(ends=(NOW + ahead).isoformat()), NOW)


def test_a_force_may_set_less() -> None:
    plan = planned(ends=(NOW + timedelta(days=31)).isoformat())
    require_end(plan, NOW)
    with pytest.raises(RecordError, match="at most 30 days ahead"):
        require_end(plan, NOW, longest=timedelta(days=30))
