"""An opening of a locked test, edited in the database: found, since policies rest on it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from command_bench import CommandBench, make_command_bench
from command_runs import Run
from policy_values import DIGEST, opened_for
from tampering import unguarded

pytestmark = pytest.mark.slow

OFFICER = "data-protection-officer"
EDITS = {
    "deleted": ("DELETE FROM locked_openings", "is missing, which entry "),
    "in another name": ("UPDATE locked_openings SET opened_by = 'nobody'", "is not what entry "),
    "at another time": (
        "UPDATE locked_openings SET opened = '2026-01-01T00:00:00.000000+00:00'",
        "is not what entry ",
    ),
    "for other reasons": ("UPDATE locked_openings SET justification = 'x'", "is not what entry "),
    "as a later one": ("UPDATE locked_openings SET place = 7", "is not what entry "),
    "for another threshold": (
        "UPDATE locked_openings SET chosen = replace(chosen, '2.', '3.')",
        "is not what entry ",
    ),
    "for no threshold": ("UPDATE locked_openings SET chosen = NULL", "is not what entry "),
    "put in": (
        (
            "INSERT INTO locked_openings SELECT 'street/2', digest, data_set, justification, "
            "opened_by, opened, 2, chosen FROM locked_openings"
        ),
        f"opening street/2 {DIGEST} is in no entry: it was put in",
    ),
}


@pytest.fixture
def bench(tmp_path: Path) -> CommandBench:
    return make_command_bench(tmp_path)


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_opening_is_found(bench: CommandBench, run: Run, edit: str) -> None:
    with bench.open("data-scientist") as scientist:
        opened_for(scientist, "street/1")
    verified = run(OFFICER, "audit", "verify")
    assert verified.code == 0, verified.err
    statement, said = EDITS[edit]
    with closing(sqlite3.connect(bench.folder / "records.sqlite")) as database:
        with unguarded(database):  # whoever owns the file can take its guards away
            database.execute(statement)
        database.commit()
    verified = run(OFFICER, "audit", "verify")
    assert verified.code == 1
    assert said in verified.out + verified.err
