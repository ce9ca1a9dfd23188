"""Entries: what must be said, what may not be, and the one text that each has."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import ValidationError

from workbench.errors import AuditError, RecordError
from workbench.records.audit.entries import MOST_OBJECTS, Draft, Entry, canonical, read_entry
from workbench.records.audit.verbs import JUSTIFIED, LAWFUL_PROCESSING, Result, Verb

WHEN = datetime(2026, 11, 25, 9, 30, 0, 120, tzinfo=UTC)
LEAST = {"verb": "login", "actor": "a.person", "role": "analyst", "purpose": "administration"}
FULL = {
    "verb": "disclose",
    "actor": "Zoë O'Neill",
    "role": "data-protection-officer",
    "purpose": "2026-11/HIGH-ST-1",
    "justification": 'Asked for by "the court",\nsee <note> 7 \\ annex',
    "objects": ("alert-1", "alert-2"),
    "recipient": "Crown Court, 山田",
    "result": "done",
    "details": {"pages": 3, "score": 0.5, "whole": True, "note": None, "form": "pdf"},
}
FULL_BODY = (
    '{"actor":"Zoë O\'Neill","details":{"form":"pdf","note":null,"pages":3,"score":0.5,'
    '"whole":true},"form":1,"justification":"Asked for by \\"the court\\",\\nsee <note> 7 \\\\ annex"'
    ',"objects":["alert-1","alert-2"],"purpose":"2026-11/HIGH-ST-1","recipient":"Crown Court, 山田",'
    '"result":"done","role":"data-protection-officer","utc":"2026-11-25T09:30:00.000120+00:00",'
    '"verb":"disclose"}'
)
LEAST_BODY = (
    '{"actor":"a.person","details":{},"form":1,"justification":null,"objects":[],'
    '"purpose":"administration","recipient":null,"result":"done","role":"analyst",'
    '"utc":"2026-11-25T09:30:00.000120+00:00","verb":"login"}'
)


def read(**changed: Any) -> Draft:
    return Draft.read(LEAST | changed, what="the entry")


def refusal(**changed: Any) -> str:
    with pytest.raises(RecordError) as refused:
        read(**changed)
    return str(refused.value)


def test_the_verbs_are_those_of_section_62_and_the_workbench() -> None:
    assert {"collect", "alter", "consult", "disclose", "combine", "erase"} == LAWFUL_PROCESSING
    assert len(Verb) == 28
    assert Verb.THRESHOLD_CHANGE == "threshold-change"
    assert JUSTIFIED < LAWFUL_PROCESSING


@pytest.mark.parametrize(("values", "body"), [(LEAST, LEAST_BODY), (FULL, FULL_BODY)])
def test_the_text_of_an_entry_is_known_to_the_letter(values: dict[str, Any], body: str) -> None:
    entry = Entry.at(Draft.read(values, what="x"), WHEN)
    assert canonical(entry) == body
    assert read_entry(body) == entry
    assert json.loads(body)["actor"] == values["actor"]


def test_an_entry_is_in_utc_whatever_the_zone() -> None:
    east = WHEN.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert canonical(Entry.at(Draft.read(FULL, what="x"), east)) == FULL_BODY


def test_a_draft_of_typed_values_is_the_same_as_one_that_was_read(
    make_draft: Callable[..., Draft],
) -> None:
    assert make_draft() == read()
    assert make_draft(Verb.ALERT, details={"n": 1}).details == {"n": 1}
    assert read(result="failed").result is Result.FAILED
    assert Draft(verb=Verb.LOGIN, actor="a", role="b", purpose="c").details == {}


@pytest.mark.parametrize(
    ("verb", "rule"),
    [
        ("consult", "s.62(2)"),
        ("disclose", "s.62(3)"),
        ("combine", "a rule of the workbench, beyond Data Protection Act 2018, s.62"),
    ],
)
def test_a_justification_is_required(verb: str, rule: str) -> None:
    said = refusal(verb=verb, recipient="someone")
    assert f"justification: is required to {verb} (" in said
    assert rule in said
    assert "; say why it was done" in said
    assert "justification" in refusal(verb=verb, recipient="someone", justification="  ")
    assert read(verb=verb, recipient="someone", justification="a reason").justification


@pytest.mark.parametrize("verb", sorted(set(Verb) - JUSTIFIED - {Verb.EXPORT}))
def test_other_verbs_need_none(verb: Verb) -> None:
    assert read(verb=verb).justification is None


@pytest.mark.parametrize("verb", ["disclose", "export"])
def test_a_recipient_is_required(verb: str) -> None:
    said = refusal(verb=verb, justification="a reason")
    assert f"recipient: is required to {verb}" in said
    assert "; name who receives it" in said
    assert "s.62(3)" in said
    assert read(verb=verb, justification="a reason", recipient="a court").recipient == "a court"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"verb": "look"}, "verb: "),
        ({"actor": ""}, "actor: "),
        ({"actor": "a\x1b[31m"}, "actor: character 2 cannot be shown (U+001B)"),
        ({"actor": "x" * 201}, "actor: "),
        ({"role": "an analyst"}, "role: "),
        ({"purpose": ""}, "purpose: "),
        ({"purpose": "a b"}, "purpose: "),
        ({"justification": "x" * 10_001}, "justification: "),
        ({"justification": "a\u202eb"}, "RIGHT-TO-LEFT OVERRIDE"),
        ({"justification": "a\ud800b"}, "justification: "),
        ({"objects": ("a b",)}, "objects.0: "),
        ({"objects": ("x",) * (MOST_OBJECTS + 1)}, "objects: "),
        ({"result": "maybe"}, "result: "),
        ({"face": "x"}, "face: "),
        ({"details": None}, "values by name"),
        ({"details": {f"n{n}": n for n in range(33)}}, "33 values; an entry holds at most 32"),
        ({"details": {"A": 1}}, "has a name that is not"),
        ({"details": {"": 1}}, "has a name that is not"),
        ({"details": {7: 1}}, "has a name that is not"),
        ({"details": {"n": "x" * 501}}, "n has 501 characters; at most 500 are logged"),
        ({"details": {"n": "a\x00b"}}, "n: character 2 cannot be shown"),
        ({"details": {"n": b"ab"}}, "n is neither text"),
        ({"details": {"n": bytearray(b"ab")}}, "n is neither text"),
        ({"details": {"n": [0.1, 0.2]}}, "n is neither text"),
        ({"details": {"n": {"a": 1}}}, "n is neither text"),
        ({"details": {"n": float("nan")}}, "n is neither text"),
        ({"details": {"n": float("inf")}}, "n is neither text"),
        ({"details": {"n": 2**63}}, "n is neither text"),
        ({"details": {"n": 10**5000}}, "n is neither text"),
    ],
)
def test_what_cannot_be_logged_is_named(changed: dict[str, Any], said: str) -> None:
    assert said in refusal(**changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"details": {"crop": "data:image/jpeg;base64,/9j/4AAQ"}},
        {"details": {"template": "0f" * 65}},
        {"details": {f"part{n}": "aZ3kQ9xY7bV1cW5dU8eT2fS6gR4hP0iO" * 2 for n in range(3)}},
        {"details": {"template": "0.125 -0.5 " * 20}},
        {"justification": "because data:image/png;base64,iVBORw0KGgo"},
        {"justification": str([0.125] * 512)},
        {"recipient": "ab" * 65},
        {"actor": "0123456789abcdef" * 9},
        {"objects": ("0.25",) * 128},
        {"objects": ("alert-1", "aZ3kQ9xY7bV1cW5dU8eT2fS6gR4hP0iO" * 3)},
    ],
)
def test_no_face_and_no_template_gets_in(changed: dict[str, Any]) -> None:
    said = refusal(**changed)
    assert "template" in said
    if "objects" not in changed:
        assert "no face and no template is ever logged" in said
    assert "0.125" not in said
    assert "aZ3k" not in said
    assert "iVBOR" not in said


def test_what_was_logged_before_is_read_whatever_the_checks_say_now() -> None:
    body = LEAST_BODY.replace('"justification":null', '"justification":"' + "0f" * 65 + '"')
    assert read_entry(body).justification == "0f" * 65


def test_a_draft_cannot_be_changed() -> None:
    details = {"n": 1}
    draft = read(details=details)
    details["n"] = 2
    assert draft.details == {"n": 1}
    with pytest.raises(TypeError):
        draft.details["n"] = 2  # type: ignore[index]
    with pytest.raises(ValidationError):
        draft.actor = "another"  # type: ignore[misc]


def test_a_draft_that_went_round_the_checks_is_checked_when_it_is_logged() -> None:
    around = read().model_copy(update={"justification": "0f" * 300})
    with pytest.raises(RecordError, match="hexadecimal"):
        Entry.at(around, WHEN)


def test_details_are_plain_values() -> None:
    told = read(
        details={"verb": Verb.ALERT, "empty": " ", "n": True, "least": -(2**63) + 1}
    ).details
    assert told == {"verb": "alert", "empty": "", "n": True, "least": -(2**63) + 1}
    assert type(told["verb"]) is str


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        "7",
        "{}",
        "[" * 100_000,
        '{"a":' * 100_000,
        "1" * 10_000,
        LEAST_BODY + " ",
        LEAST_BODY[:-1],
        LEAST_BODY.replace('"form":1', '"form":2'),
        LEAST_BODY.replace('"form":1', '"form":true'),
        LEAST_BODY.replace('"form":1,', ""),
        LEAST_BODY.replace(":null", ": null"),
        LEAST_BODY.replace('"login"', '"consult"'),
        LEAST_BODY.replace('"login"', '"loGin"'),
        LEAST_BODY.replace("+00:00", "Z"),
        LEAST_BODY.replace("+00:00", "+01:00"),
        LEAST_BODY.replace("+00:00", ""),
        LEAST_BODY.replace("2026-11-25T09:30:00.000120+00:00", "0001-01-01T00:00:00.000000+14:00"),
        LEAST_BODY.replace('"details":{}', '"details":{"b":1,"a":2}'),
        LEAST_BODY.replace('"details":{}', '"details":{"a":NaN}'),
        LEAST_BODY.replace('"details":{}', '"details":{"a":1,"a":1}'),
        LEAST_BODY.replace('"details":{}', '"details":{},"details":{}'),
        LEAST_BODY.replace("a.person", "\\u0061.person"),
        LEAST_BODY.replace("a.person", "a.person "),
        LEAST_BODY.replace('"objects":[]', '"objects":"x"'),
        LEAST_BODY.replace('"role"', '"rule"'),
    ],
)
def test_a_text_that_is_not_exactly_an_entry_is_none(body: str) -> None:
    with pytest.raises(AuditError, match="not one of form 1"):
        read_entry(body)
