"""Evaluation sets in a team's store: each role as its own connection, and what a kernel tries."""

# The statements are those of the tests.
# ruff: noqa: S608

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bench_steps import REFERENCE
from evaluation_values import NAME, WHY_READ, folder_of, hidden_pieces, set_values
from team_bench import copy_of
from test_database_rules import Attempt, attempted, check

from workbench.bench import Workbench
from workbench.bench.evaluation_images import EvaluationImage
from workbench.errors import (
    HeldError,
    KeyDestroyedError,
    NotAuthorisedError,
    NotPermittedError,
)
from workbench.governance.certificates import Result
from workbench.governance.holds import HoldGround
from workbench.governance.roles import Role

pytestmark = pytest.mark.slow

Team = Any
Open = Callable[[str], Workbench]

OF_A_PERSON = ("vault_objects", "vault_chunks", "data_keys", "holds", "erasures", "certificates")
"""Tables of which a data scientist sees the rows of evaluation sets alone."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of images for each of two people."""
    return folder_of(tmp_path / "photographs")


def sealed_in(team: Team, folder: Path) -> str:
    """Seal a set as the data scientist, and return its id."""
    with team.open("data-scientist") as scientist:
        made = scientist.evaluation_sets.seal(folder, set_values(team.clock()))
    return made.record.id


@pytest.fixture
def sealed(team: Team, folder: Path) -> str:
    """Return the id of a set of the team's store."""
    return sealed_in(team, folder)


def read(workbench: Workbench) -> list[EvaluationImage]:
    return list(workbench.evaluation_sets.read(NAME, justification=WHY_READ))


def place_hold(officer: Workbench, days: int = 90) -> str:
    return officer.holds.place(
        NAME,
        ground=HoldGround.REGULATOR,
        reason="The Commissioner asks.",
        review_by=officer.now() + timedelta(days=days),
    ).id


def seen(team: Team, account: str, tables: tuple[str, ...] = OF_A_PERSON) -> dict[str, object]:
    """Return how many rows of each table an account sees."""
    return {
        table: team.run(f"SELECT count(*) FROM {table}", account)[0][0]
        for table in tables
        if team.run(f"SELECT has_any_column_privilege('{table}', 'SELECT')", account)[0][0]
    }


class TestRoles:
    def test_a_data_scientist_seals_reads_and_ends(
        self, team: Team, folder: Path, sealed: str, kms: Any
    ) -> None:
        kms.refused.clear()
        with team.open("data-scientist-2") as scientist:
            images = read(scientist)
            assert {(one.subject, one.data) for one in images} == {
                (path.parent.name, path.read_bytes()) for path in folder.rglob("*.png")
            }
            assert [one.record.id for one in scientist.evaluation_sets.list()] == [sealed]
            certificate = scientist.evaluation_sets.end(NAME)
            assert certificate.result is Result.COMPLETE
            assert certificate.counts["sealed-objects"] == 3
            (view,) = scientist.evaluation_sets.list()
            assert view.destroyed == team.clock()
            with pytest.raises(NotAuthorisedError, match="were destroyed"):
                read(scientist)
        assert kms.refused == []
        assert team.run("SELECT count(*) FROM vault_chunks") == [(0,)]
        with team.open("data-protection-officer") as officer:
            assert officer.retention.certificates(NAME) == [certificate]
            assert officer.audit.verify().ok

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.DATA_SCIENTIST}))
    def test_nobody_else_does(self, team: Team, sealed: str, folder: Path, role: Role) -> None:
        with team.open(role.value) as other:
            for refused in (
                lambda: other.evaluation_sets.seal(folder, set_values(team.clock(), name="B")),
                lambda: other.evaluation_sets.read(NAME, justification=WHY_READ),
                lambda: other.evaluation_sets.end(NAME),
            ):
                with pytest.raises(NotPermittedError, match=r"\(evaluation-set\.[a-z]+\)"):
                    refused()
            if role is Role.DATA_PROTECTION_OFFICER:
                assert len(other.evaluation_sets.list()) == 1
            else:
                with pytest.raises(NotPermittedError, match=r"\(evaluation-set\.consult\)"):
                    other.evaluation_sets.list()

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.DATA_SCIENTIST}))
    def test_no_other_connection_comes_to_what_is_sealed(
        self, team: Team, sealed: str, role: Role
    ) -> None:
        counts = seen(team, role.value, ("vault_objects", "vault_chunks"))
        if role is Role.DATA_PROTECTION_OFFICER:  # who destroys, and reads no byte
            assert counts == {"vault_objects": 3, "vault_chunks": 3}
            why = attempted(team, role.value, "SELECT bytes FROM vault_chunks")
            assert why == "permission denied for table vault_chunks"
        else:
            assert set(counts.values()) <= {0}

    def test_a_data_scientist_comes_to_no_row_of_an_operation(
        self, live: Team, folder: Path
    ) -> None:
        with live.open("data-protection-officer") as officer:
            officer.holds.place(
                REFERENCE,
                ground=HoldGround.JUDICIAL,
                reason="The trial begins in January.",
                review_by=live.clock() + timedelta(days=60),
            )
        live.run(
            "INSERT INTO erasures VALUES ('erasure-1', 'alert', 'd', '{}', 'operator', "
            "'2026-11-25', '2026-11-25')"
        )
        live.run("INSERT INTO certificates VALUES ('c', 'alert', 'd', '{}', 'x', '2026-11-25')")
        live.run(
            "INSERT INTO exports VALUES ('e', 'd', 'operator', '2026-11-25', 'w', 'r', NULL, '[]')"
        )
        tables = (*OF_A_PERSON, "exports")
        assert all(live.run(f"SELECT count(*) FROM {table}") != [(0,)] for table in tables)
        assert seen(live, "data-scientist", tables) == dict.fromkeys(tables, 0)
        sealed_in(live, folder)
        with live.open("authorising-officer") as officer:
            place_hold(officer)
        assert seen(live, "data-scientist", tables) == dict.fromkeys(tables, 0) | {
            "vault_objects": 3, "vault_chunks": 3, "data_keys": 1, "holds": 1,
        }  # fmt: skip


class TestEnd:
    def test_at_its_end_a_data_protection_officers_process_destroys_it(
        self, team: Team, sealed: str
    ) -> None:
        team.clock.turn(days=31)
        with team.open("data-scientist") as scientist:
            assert scientist.at_opening.certificates == ()
            with pytest.raises(NotAuthorisedError, match=r"ended at .*, so none of its images"):
                read(scientist)
        with team.open("data-protection-officer") as officer:
            (certificate,) = officer.at_opening.certificates
            (view,) = officer.evaluation_sets.list()
            assert officer.audit.verify().ok
        assert (certificate.purpose, certificate.result) == (sealed, Result.COMPLETE)
        assert view.destroyed == team.clock()
        for table in ("vault_objects", "vault_chunks"):
            assert team.run(f"SELECT count(*) FROM {table}") == [(0,)]

    def test_a_copy_from_before_yields_nothing_with_the_keys_of_now(
        self, team: Team, sealed: str, folder: Path, kms: Any, tmp_path: Path
    ) -> None:
        before = copy_of(team, tmp_path / "copy")
        keys = copy.deepcopy(kms.secrets)
        with team.open("data-scientist") as scientist:
            scientist.evaluation_sets.end(NAME)
        team.close()
        with before.open("data-scientist") as scientist:
            images = scientist.evaluation_sets.read(NAME, justification=WHY_READ)
            with pytest.raises(KeyDestroyedError, match="is not in the key service"):
                next(images)
        kms.secrets = keys
        with before.open("data-scientist") as scientist:
            assert len(read(scientist)) == 3, "the keys of then open the same copy"

    def test_a_hold_keeps_it(self, team: Team, sealed: str) -> None:
        with team.open("authorising-officer") as officer:
            hold = place_hold(officer)
        with (
            team.open("data-scientist") as scientist,
            pytest.raises(HeldError, match="is kept by legal hold"),
        ):
            scientist.evaluation_sets.end(NAME)
        team.clock.turn(days=40)
        with team.open("data-protection-officer") as officer:
            assert officer.at_opening.certificates == ()
            assert [row.state for row in officer.retention.plan().rows] == ["held"]
        with team.open("data-scientist") as scientist:
            assert len(read(scientist)) == 3
        with team.open("data-protection-officer") as officer:
            officer.holds.release(hold, reason="It was answered.")
        with team.open("data-protection-officer") as officer:
            (certificate,) = officer.at_opening.certificates
        assert certificate.result is Result.COMPLETE

    def test_nothing_of_an_image_is_in_the_database_in_clear(
        self, team: Team, sealed: str, folder: Path
    ) -> None:
        def stored() -> bytes:
            tables = team.run(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = "
                "(SELECT relnamespace FROM pg_class WHERE oid = to_regclass('audit'))"
            )
            rows = [
                str(row[0]) for (t,) in tables for row in team.run(f"SELECT t::text FROM {t} t")
            ]
            return "\n".join(rows).encode()

        pieces = hidden_pieces(folder)
        assert len(pieces) > 50
        found = stored()
        assert not [one for one in pieces if one in found or one.hex().encode() in found]
        image = next(folder.rglob("*.png")).read_bytes().hex()
        team.run(f"INSERT INTO vault_chunks VALUES ('MARKER-person', 0, '\\x{image}')")
        found = stored()
        assert len([one for one in pieces if one in found or one.hex().encode() in found]) > 10


def insertion(team: Team, owner: str = "data-scientist", **changes: Any) -> str:
    """Return the statement that adds a set whose key is `key-set`."""
    now = team.clock()
    values = {
        "id": "evaluation-set-2",
        "name": "SECOND",
        "ends": (now + timedelta(days=30)).isoformat(timespec="microseconds"),
        "made": now.isoformat(timespec="microseconds"),
        "key_id": "key-set",
        "destroyed": "NULL",
    } | changes
    said = changes.get("said", values["ends"])
    content = f'{{"name": "{values["name"]}", "ends": "{said}"}}'
    return (
        "INSERT INTO evaluation_sets (id, name, owner, content, made, ends, key_id, destroyed) "
        f"VALUES ('{values['id']}', '{values['name']}', '{owner}', '{content}', "
        f"'{values['made']}', '{values['ends']}', '{values['key_id']}', {values['destroyed']})"
    )


def key(retention: str = "evaluation-set", purpose: str = "evaluation-set-2") -> str:
    return (
        "INSERT INTO data_keys (id, retention, purpose, created) "
        f"VALUES ('key-set', '{retention}', '{purpose}', '2026-11-25')"
    )


def erasure(account: str, retention: str, purpose: str, objects: str, keys: str = "[]") -> str:
    content = f'{{"objects": {objects}, "keys": {keys}, "sealed": []}}'
    return (
        "INSERT INTO erasures (id, retention, purpose, content, actor, started) VALUES "
        f"('erasure-x', '{retention}', '{purpose}', '{content}', '{account}', '2026-11-25')"
    )


class TestKernel:
    """What somebody tries who does with their connection as they like."""

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"owner": "data-scientist-2"}, "violates row-level security policy"),
            ({"ends": "2026-11-25T09:00:00.000000+00:00"}, "ends when it is said to"),
            ({"ends": "2027-11-26T09:00:00.000001+00:00"}, "ends when it is said to"),
            ({"ends": "9999-12-31T00:00:00.000000+00:00"}, "ends when it is said to"),
            ({"said": "2026-11-26T00:00:00.000000+00:00"}, "ends when it is said to"),
            ({"made": "2027-11-25T09:00:00.000000+00:00"}, "ends when it is said to"),
            ({"key_id": "key-other"}, "has a key of its own"),
            ({"id": "evaluation-set-3"}, "has a key of its own"),
            ({"destroyed": "'2026-11-25'"}, "violates row-level security policy"),
        ],
    )
    def test_a_set_is_made_as_it_should_be(
        self, team: Team, changes: dict[str, Any], said: str
    ) -> None:
        why = attempted(team, "data-scientist", key(), insertion(team, **changes))
        assert said in str(why)

    def test_as_it_should_be_it_is_made(self, team: Team) -> None:
        assert attempted(team, "data-scientist", key(), insertion(team)) is None

    def test_the_rules_of_the_force_may_want_it_shorter(self, team: Team) -> None:
        team.run(
            "UPDATE bench SET settings = "
            '(settings::jsonb || \'{"longest_evaluation_set": "P10D"}\')::text'
        )
        why = attempted(team, "data-scientist", key(), insertion(team))
        assert "not too far ahead" in str(why)
        ends = (team.clock() + timedelta(days=10)).isoformat(timespec="microseconds")
        assert attempted(team, "data-scientist", key(), insertion(team, ends=ends)) is None

    @pytest.mark.parametrize("retention", ["watchlist", "alert", "case"])
    def test_a_data_scientist_makes_no_key_of_another_class(
        self, team: Team, retention: str
    ) -> None:
        why = attempted(team, "data-scientist", key(retention, "deployment-1"))
        assert "violates row-level security policy" in str(why)

    def test_who_changes_what_of_a_set(self, team: Team, sealed: str) -> None:
        for account in ("data-scientist", "data-protection-officer", "analyst", "administrator"):
            for change in ("ends = '2030-01-01'", "name = 'x'", "content = '{}'", "key_id = 'x'"):
                check(team, Attempt(account, f"UPDATE evaluation_sets SET {change}"))
            check(team, Attempt(account, "DELETE FROM evaluation_sets"))
            why = attempted(team, account, "UPDATE evaluation_sets SET destroyed = '2026-11-25'")
            assert why is not None, account
        assert team.run("SELECT count(*) FROM evaluation_sets WHERE destroyed IS NULL") == [(1,)]

    @pytest.mark.parametrize(
        ("account", "retention", "objects"),
        [
            ("analyst", "evaluation-set", '["{set}"]'),
            ("operator", "evaluation-set", '["{set}"]'),
            ("authorising-officer", "evaluation-set", '["{set}"]'),
            ("data-scientist", "watchlist", '["{set}"]'),
            ("data-scientist", "alert", "[]"),
            ("data-scientist", "case", "[]"),
            ("data-scientist", "evaluation-set", '["evaluation-set-none"]'),
            ("data-scientist", "evaluation-set", '["{set}", "alert-1"]'),
        ],
    )
    def test_who_begins_to_destroy_what(
        self, team: Team, sealed: str, account: str, retention: str, objects: str
    ) -> None:
        statement = erasure(account, retention, sealed, objects.replace("{set}", sealed))
        assert attempted(team, account, statement) is not None

    @pytest.mark.parametrize("account", ["data-scientist", "data-protection-officer"])
    def test_those_who_may_begin_to(self, team: Team, sealed: str, account: str) -> None:
        statement = erasure(account, "evaluation-set", sealed, f'["{sealed}"]')
        assert attempted(team, account, statement) is None

    def test_what_a_hold_keeps_is_not_begun(self, team: Team, sealed: str) -> None:
        with team.open("authorising-officer") as officer:
            place_hold(officer)
        for account in ("data-scientist", "data-protection-officer"):
            statement = erasure(account, "evaluation-set", sealed, f'["{sealed}"]')
            why = attempted(team, account, statement)
            assert why == "a legal hold keeps some of it"

    def test_a_data_scientist_ends_no_key_but_that_of_a_set(self, live: Team, folder: Path) -> None:
        set_id = sealed_in(live, folder)
        ((other,),) = live.run("SELECT id FROM data_keys WHERE retention = 'alert'")
        statement = erasure(
            "data-scientist", "evaluation-set", set_id, f'["{set_id}"]', f'["{other}"]'
        )
        why = attempted(live, "data-scientist", statement)
        assert why == "a key of another class or purpose is not part of an erasure"
        mark = f"UPDATE data_keys SET destroying = '2026-11-25' WHERE id = '{other}'"
        assert attempted(live, "data-scientist", mark) is None, "a row that is not seen"
        assert live.run(f"SELECT destroying FROM data_keys WHERE id = '{other}'") == [(None,)]

    def test_bytes_are_added_to_no_object_that_one_does_not_open(
        self, live: Team, folder: Path
    ) -> None:
        ((alert,),) = live.run("SELECT id FROM vault_objects")
        set_id = sealed_in(live, folder)
        ((image,),) = live.run(f"SELECT min(id) FROM vault_objects WHERE purpose = '{set_id}'")
        for account, wanted in (("data-scientist", alert), ("operator", image)):
            add = f"INSERT INTO vault_chunks VALUES ('{wanted}', 99, '\\x00')"
            assert "row-level security" in str(attempted(live, account, add))
