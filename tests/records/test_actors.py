"""Accounts as the records keep them: one name one account, and changes of what is given alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, create_engine

from workbench.errors import RefusedError, UnknownRecordError
from workbench.governance.ranks import Rank
from workbench.governance.roles import Role
from workbench.records.actors import Actor, add_actor, change_actor, find_actor, list_actors
from workbench.records.schema import metadata

AT = "2026-11-25T09:00:00.000000+00:00"
ANN = Actor("Ann.Example", "Ann Example", Role.ANALYST)


@pytest.fixture
def connection() -> Iterator[Connection]:
    """Empty tables in memory."""
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_there_is_nobody_at_first(connection: Connection) -> None:
    assert list_actors(connection) == []
    with pytest.raises(
        UnknownRecordError, match=r"there is no account ann\. Have an administrator list them"
    ):
        find_actor(connection, "ann")


def test_an_account_is_kept_as_it_was_given(connection: Connection) -> None:
    reid = Actor(
        "s.reid",
        "Sam Reid",
        Role.AUTHORISING_OFFICER,
        Rank.SUPERINTENDENT,
        active=False,
        database_user="reid",
    )
    for actor in (reid, ANN):
        add_actor(connection, actor, AT)
    assert list_actors(connection) == [ANN, reid]
    assert find_actor(connection, "S.REID") == reid


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("ann", "ANN"),
        ("strasse", "STRASSE"),
        ("stra\xdfe", "STRASSE"),
        ("\uff21nn", "ann"),
        ("\u1e9e", "ss"),
        ("e\u0301va", "\xc9VA"),
    ],
)
def test_two_spellings_of_one_name_are_one_account(
    connection: Connection, first: str, second: str
) -> None:
    add_actor(connection, replace(ANN, name=first), AT)
    with pytest.raises(RefusedError, match=r"there is an account .* already; case tells no two"):
        add_actor(connection, replace(ANN, name=second), AT)
    assert find_actor(connection, second).name == first


def test_only_what_is_given_changes(connection: Connection) -> None:
    add_actor(connection, ANN, AT)
    assert change_actor(connection, "ANN.EXAMPLE") == ANN
    assert change_actor(connection, ANN.name, active=False) == replace(ANN, active=False)
    changed = change_actor(connection, ANN.name, role=Role.REVIEWER, rank=Rank.INSPECTOR)
    assert changed == replace(ANN, active=False, role=Role.REVIEWER, rank=Rank.INSPECTOR)
    assert find_actor(connection, ANN.name) == changed


def test_an_unknown_name_is_named_with_nothing_that_a_terminal_obeys(
    connection: Connection,
) -> None:
    with pytest.raises(UnknownRecordError) as refused:
        change_actor(connection, "ann\x1b[2J" + "n" * 200, active=False)
    assert "\x1b" not in str(refused.value)
    assert len(str(refused.value)) < 200
