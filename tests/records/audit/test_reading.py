"""What is found in the log by who, what, when, for what and about what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta, timezone
from typing import Any

import pytest

from workbench.errors import AuditError
from workbench.records.audit.reading import entries, rows
from workbench.records.audit.verbs import Verb

Make = Callable[..., Any]


@pytest.fixture
def filled(bench: Any, make_draft: Make) -> Any:
    """Return a bench with a few entries, one a second from 09:30:01."""
    bench.append(make_draft(actor="zoë"))
    bench.append(make_draft(Verb.ALERT, purpose="d-1", objects=("alert-1",)))
    bench.append(
        make_draft(
            Verb.CONSULT,
            actor='o"neill',
            purpose="d-1",
            justification='asked for "actor":"zoë" and alert-2',
            objects=("alert-1", "alert-2"),
        )
    )
    bench.append(make_draft(Verb.ALERT, purpose="d-11", objects=("alert-11",), actor="ZOË"))
    told = {"actor": "zoë", "purpose": "d-1", "verb": "alert", "object": "alert-1"}
    bench.append(make_draft(Verb.LOGIN, actor="50%_off", details=told))
    return bench


def test_an_empty_log_has_no_entries(bench: Any) -> None:
    with bench.reading() as connection:
        assert list(entries(connection)) == []
        assert list(rows(connection)) == []


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [1, 2, 3, 4, 5]),
        ({"actor": "zoë"}, [1]),
        ({"actor": "ZOË"}, [4]),
        ({"actor": 'o"neill'}, [3]),
        ({"actor": "50%_off"}, [5]),
        ({"actor": "50"}, []),
        ({"actor": "a.person"}, [2]),
        ({"verb": Verb.ALERT}, [2, 4]),
        ({"verb": Verb.ERASE}, []),
        ({"purpose": "d-1"}, [2, 3]),
        ({"purpose": "administration"}, [1, 5]),
        ({"object_id": "alert-1"}, [2, 3]),
        ({"object_id": "alert-2"}, [3]),
        ({"object_id": "zoë"}, []),
        ({"after": 0}, [1, 2, 3, 4, 5]),
        ({"after": 2, "verb": Verb.ALERT}, [4]),
        ({"after": 9}, []),
        ({"purpose": "d-1", "verb": Verb.CONSULT, "object_id": "alert-1"}, [3]),
    ],
)
def test_entries_are_found_by_what_they_say(
    filled: Any, asked: dict[str, Any], expected: list[int]
) -> None:
    with filled.reading() as connection:
        assert [logged.seq for logged in entries(connection, **asked)] == expected


@pytest.mark.parametrize(("behind_s", "expected"), [(0, [5]), (1, [4, 5]), (9, [1, 2, 3, 4, 5])])
def test_entries_are_found_by_time(filled: Any, behind_s: int, expected: list[int]) -> None:
    since = (filled.now - timedelta(seconds=behind_s)).astimezone(timezone(timedelta(hours=-7)))
    with filled.reading() as connection:
        assert [logged.seq for logged in entries(connection, since=since)] == expected


def test_an_entry_comes_with_its_place_and_hash(filled: Any) -> None:
    with filled.reading() as connection:
        found = list(entries(connection))
    assert [(one.seq, one.hash) for one in found] == [(r.seq, r.hash) for r in filled.rows()]
    assert found[2].entry.justification == 'asked for "actor":"zoë" and alert-2'


@pytest.mark.parametrize("body", ["'x'", "x'ff'", "CAST(x'ff' AS TEXT)"])
def test_an_entry_that_cannot_be_read_is_named(filled: Any, body: str) -> None:
    filled.sql(f"UPDATE audit SET body = {body} WHERE seq = 2")  # noqa: S608 - of the table above
    with (
        filled.reading() as connection,
        pytest.raises(AuditError, match="entry 2 of the audit log"),
    ):
        list(entries(connection))


def test_rows_are_taken_behind_a_place(filled: Any) -> None:
    with filled.reading() as connection:
        assert [row.seq for row in rows(connection, after=3)] == [4, 5]
