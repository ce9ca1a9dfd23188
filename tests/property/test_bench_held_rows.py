"""Any one column that counts, forged to anything: the verification finds it and names the row."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tampering import unguarded
from worked_bench import WorkedBench, alerting, deciding, make_worked_bench, start

from workbench.bench.audit_offline import verify_offline
from workbench.records.audit.faults import FaultKind
from workbench.records.row_digests import GOVERNED

pytestmark = pytest.mark.slow

REFERENCE = "2026-11/STREET-1"
COLUMNS = [(kind, column) for kind, one in GOVERNED.items() for column in one.columns]
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
FORGED = st.one_of(TEXTS, st.integers(-(2**62), 2**62), st.floats(allow_nan=False), st.none())


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> WorkedBench:
    """Make a bench with rows of every kind."""
    made = make_worked_bench(tmp_path_factory.mktemp("property"))
    made.ready()
    made = made.later(minutes=2)
    with made.open("operator") as operator, start(operator, REFERENCE) as session:
        deciding(operator, alerting(session))
    with made.open("analyst") as analyst:
        analyst.cases.open(
            {
                "number": "CASE/2026/118",
                "offence": "Robbery in High Street on 24 November 2026",
                "authority": "Theft Act 1968, s.8; PACE 1984.",
                "purpose": "To find where the suspect went.",
                "necessity": "Nobody saw where they went.",
                "expiry": made.later(days=30).clock().isoformat(),
            }
        )
    shutil.copy(Path(made.place) / "records.sqlite", Path(made.place).parent / "before.sqlite")
    return made


@pytest.mark.parametrize(("kind", "column"), COLUMNS)
@settings(deadline=None, max_examples=5)
@given(forged=FORGED)
def test_a_forged_column_is_found(
    kind: str, column: str, forged: object, bench: WorkedBench
) -> None:
    records = Path(bench.place) / "records.sqlite"
    table = GOVERNED[kind].table.name
    shutil.copy(Path(bench.place).parent / "before.sqlite", records)
    query = f"SELECT typeof({column}), {column} FROM {table} WHERE rowid = 1"  # noqa: S608
    change = f"UPDATE {table} SET {column} = ? WHERE rowid = 1"  # noqa: S608
    with closing(sqlite3.connect(records)) as database, unguarded(database):
        before = database.execute(query).fetchone()
        try:
            database.execute(change, [forged])
        except sqlite3.IntegrityError:
            return  # the table itself takes no such value there
        after = database.execute(query).fetchone()
        database.commit()
    found = verify_offline(bench.place, settings=bench.settings)
    kinds = {fault.kind for fault in found.faults}
    assert kinds == (set() if before == after else {FaultKind.ROW})
