"""What the database lets each role do with each table: all of it, tried, against what is written.

`rights.csv` is what a reader of the safeguards relies on. Where it and the database differ, the
test says which cells, and writes what was found beside its other files: look at each difference,
and put it in place of the former only if it is meant.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from workbench.governance.roles import Role
from workbench.records.schema import metadata
from workbench.records.team.checking import access, expected_access
from workbench.records.team.needs import VERSION
from workbench.records.team.views import VIEWS

Team = Any
Cells = dict[tuple[str, str], dict[str, str]]

COMMITTED = Path(__file__).parent / "rights.csv"
VERBS = ("select", "insert", "update", "delete", "truncate")
RELATIONS = [*sorted(metadata.tables), VERSION, *sorted(VIEWS)]
REFUSED = "refused"
NO_TABLE = (
    psycopg.errors.FeatureNotSupported,
    psycopg.errors.ObjectNotInPrerequisiteState,
    psycopg.errors.WrongObjectType,
)
"""What is said of a view that cannot be written at all."""


@contextmanager
def connection(team: Team, account: str) -> Iterator[psycopg.Connection[Any]]:
    """Connect as the database user of an account."""
    with psycopg.connect(
        host="127.0.0.1",
        port=team.server.port,
        dbname=team.database,
        user=team.user(account),
        autocommit=True,
    ) as made:
        yield made


def is_refused(made: psycopg.Connection[Any], statement: str) -> bool:
    """Try a statement for real; what is not refused changes nothing, or is rolled back."""
    try:
        with made.transaction(force_rollback=True):
            made.execute(statement.encode())
    except psycopg.errors.InsufficientPrivilege:
        return True
    except NO_TABLE:
        return True
    return False


def columns_of(made: psycopg.Connection[Any], relation: str) -> list[str]:
    """Return the columns of a table or view; the catalogue is open to everybody."""
    found = made.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 "
        "AND NOT attisdropped ORDER BY attnum",
        [relation],
    )
    return [row[0] for row in found]


def some(
    made: psycopg.Connection[Any], relation: str, verb: str, statement: Callable[[list[str]], str]
) -> str:
    """Return for which columns a statement is not refused."""
    columns = columns_of(made, relation)
    if not is_refused(made, statement(columns)):
        return "all"
    query = f"SELECT has_any_column_privilege('{relation}', '{verb}')"
    found = made.execute(query.encode()).fetchone()
    if found is None or not found[0]:
        return REFUSED
    return " ".join(one for one in columns if not is_refused(made, statement([one]))) or REFUSED


def selected(relation: str) -> Callable[[list[str]], str]:
    return lambda columns: f"SELECT {', '.join(map(quoted, columns))} FROM {relation}"  # noqa: S608


def updated(relation: str) -> Callable[[list[str]], str]:
    def statement(columns: list[str]) -> str:
        changes = ", ".join(f"{quoted(column)} = NULL" for column in columns)
        return f"EXPLAIN UPDATE {relation} SET {changes}"  # noqa: S608

    return statement


def quoted(column: str) -> str:
    return f'"{column}"'


def tried(team: Team) -> Cells:
    """Try every verb on every table and view as every role."""
    found: Cells = {}
    for role in Role:
        with connection(team, role.value) as made:
            for relation in RELATIONS:
                # EXPLAIN asks for the same rights, and does nothing.
                whole = {
                    "insert": f"EXPLAIN INSERT INTO {relation} DEFAULT VALUES",
                    "delete": f"EXPLAIN DELETE FROM {relation}",  # noqa: S608
                    "truncate": f"TRUNCATE {relation}",
                }
                found[relation, role.value] = {
                    "select": some(made, relation, "SELECT", selected(relation)),
                    "update": some(made, relation, "UPDATE", updated(relation)),
                } | {
                    verb: REFUSED if is_refused(made, statement) else "all"
                    for verb, statement in whole.items()
                }
    return found


def write(path: Path, cells: Cells) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("table", "role", *VERBS))
        for (relation, role), cell in cells.items():
            out.writerow((relation, role, *(cell[verb] for verb in VERBS)))


def read(path: Path) -> Cells:
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (row["table"], row["role"]): {verb: row[verb] for verb in VERBS}
            for row in csv.DictReader(file)
        }


@pytest.mark.slow
def test_each_role_can_do_exactly_what_is_written(made_team: Team, tmp_path: Path) -> None:
    found = tried(made_team)
    write(tmp_path / "rights.csv", found)
    wanted = read(COMMITTED) if COMMITTED.exists() else {}
    differences = [
        f"{role} on {relation}: {verb} is {cell[verb]}, "
        f"written is {wanted.get((relation, role), {}).get(verb)}"
        for (relation, role), cell in found.items()
        for verb in VERBS
        if wanted.get((relation, role), {}).get(verb) != cell[verb]
    ]
    assert not differences, "\n".join([f"found: {tmp_path / 'rights.csv'}", *differences])
    assert set(wanted) == set(found)


class TestWritten:
    """What anybody can see in the table that is committed."""

    @pytest.fixture
    def cells(self) -> Cells:
        return read(COMMITTED)

    @pytest.mark.parametrize("role", [role.value for role in Role])
    def test_nobody_writes_the_log_or_truncates_anything(self, cells: Cells, role: str) -> None:
        for table in ("audit", "audit_head"):
            cell = cells[table, role]
            assert {cell[verb] for verb in VERBS if verb != "select"} == {REFUSED}
        assert {cell["truncate"] for (_, of), cell in cells.items() if of == role} == {REFUSED}

    def test_one_role_reads_the_log(self, cells: Cells) -> None:
        readers = {
            role
            for (table, role), cell in cells.items()
            if (table, cell["select"]) == ("audit", "all")
        }
        assert readers == {"data-protection-officer"}

    def test_managers_read_views_and_what_opening_takes(self, cells: Cells) -> None:
        readable = {
            table
            for (table, role), cell in cells.items()
            if role == "manager" and cell["select"] != REFUSED
        }
        views = {view for view in VIEWS if view.startswith("outcome_")}
        assert readable == views | {"actors", "audit_head", "bench", VERSION}
        changes = {
            (table, verb)
            for (table, role), cell in cells.items()
            for verb in ("insert", "update", "delete")
            if role == "manager" and cell[verb] != REFUSED
        }
        # That something was published, and nothing else.
        assert changes == {("exports", "insert")}

    def test_data_scientists_read_policies_scores_of_nobody_and_what_sets_take(
        self, cells: Cells
    ) -> None:
        """Of the last those rows alone that are of a set: `test_evaluation_sets_team`."""
        readable = {
            table
            for (table, role), cell in cells.items()
            if role == "data-scientist" and cell["select"] != REFUSED
        }
        assert readable == (
            set(VIEWS)
            | {"actors", "audit_head", "bench", "locked_openings", "policies", VERSION}
            | {"evaluation_sets", "holds", "erasures", "certificates", "exports"}
            | {"data_keys", "vault_chunks", "vault_objects"}
        )

    @pytest.mark.parametrize("role", ["manager", "administrator"])
    @pytest.mark.parametrize(
        "table",
        ["alerts", "verdicts", "engagements", "watchlist_entries", "vault_chunks", "vault_objects"],
    )
    def test_who_is_to_see_nobody_reads_no_row_of_a_person(
        self, cells: Cells, table: str, role: str
    ) -> None:
        assert set(cells[table, role].values()) == {REFUSED}

    @pytest.mark.parametrize(
        "table",
        [
            *("alerts", "verdicts", "engagements", "watchlist_entries", "watchlists", "sessions"),
            *("deployments", "deployment_notes", "cases", "held_objects", "blue_members"),
        ],
    )
    def test_a_data_scientist_has_no_right_at_all_on_what_is_operational(
        self, cells: Cells, table: str
    ) -> None:
        assert set(cells[table, "data-scientist"].values()) == {REFUSED}

    def test_sealed_bytes_are_for_those_who_open_them(self, cells: Cells) -> None:
        readers = {
            role
            for (table, role), cell in cells.items()
            if table == "vault_chunks" and cell["select"] == "all"
        }
        assert readers == {
            "analyst", "operator", "engagement-officer", "authorising-officer", "reviewer",
            "investigator", "examiner", "data-scientist",
        }  # fmt: skip


@pytest.mark.slow
def test_the_catalogue_agrees_with_what_the_permissions_take(made_team: Team) -> None:
    with made_team.as_owner() as owner, owner._context.store.reading() as connection_:
        found = access(connection_)
    assert found == expected_access(found)
    assert {
        role: sum(not one.is_none for one in tables.values()) for role, tables in found.items()
    }[Role.MANAGER] == len([view for view in VIEWS if view.startswith("outcome_")]) + 5
