"""Records of the first schema, with what lies in them: what an upgrade finds.

The later schemas add tables, and columns to one; what is left without them is what the first
migration makes, and the tests hold it against that.
"""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from workbench.records.deployment_views import DEPLOYMENT_VIEWS
from workbench.records.migrations import running
from workbench.records.team.roles import GROUPS

__all__ = ["ADDED", "FIRST", "back_to_first", "only_the_first", "team_back_to_first"]

FIRST = "0001"
ADDED = (
    *("collection_parts", "collections", "footage_segments", "footage", "examinations", "searches"),
    *("evaluation_sets", "session_status", "locked_openings"),
)
"""Tables that came later; those that others lead to come after them."""
_COLUMNS = ("pauses", "record")
"""Of `sessions`, since the third."""
_SCIENTISTS = "lfr_data_scientist"
_WIDENED = ("certificates", "data_keys", "erasures", "exports", "holds")
"""Tables that a data scientist came to with the later schema, without a condition before."""


def back_to_first(records: Path) -> None:
    """Take the records of a bench in a folder, which nobody has open, back to the first schema."""
    connection = sqlite3.connect(records)
    try:
        for table in ADDED:
            connection.execute(f"DROP TABLE {table}")
        for column in _COLUMNS:
            connection.execute(f"ALTER TABLE sessions DROP COLUMN {column}")
        connection.execute("UPDATE alembic_version SET version_num = ?", [FIRST])
        connection.commit()
    finally:
        connection.close()


def team_back_to_first(team: Any) -> None:
    """Take a team's store back to the first schema, with the rights and rules that came with it."""
    others = ", ".join(group for group in GROUPS.values() if group != _SCIENTISTS)
    for statement in (
        *(f"DROP TABLE {table} CASCADE" for table in ADDED),
        *(f"DROP VIEW {view}" for view in DEPLOYMENT_VIEWS),
        *(f"ALTER TABLE sessions DROP COLUMN {column}" for column in _COLUMNS),
        *(
            f"DROP FUNCTION {function} CASCADE"
            for function in (
                "lfr_set_made()",
                "lfr_set_changed()",
                "lfr_holds_set(text)",
                "lfr_is_of_set(text)",
                "lfr_case_goes_on(text)",
                "lfr_collection_changed()",
                "lfr_collection_made()",
                "lfr_examination_said()",
                "lfr_footage_changed()",
                "lfr_imports(text, text)",
                "lfr_indexes(text)",
                "lfr_is_of_collection(text, text, text)",
                "lfr_is_unkept(text)",
                "lfr_loses_people(text, text)",
                "lfr_part_changed()",
                "lfr_policy_issued()",
                "lfr_review_state(text)",
                "lfr_sees_examinations(text)",
                "lfr_test_opened()",
            )
        ),
        *(f"DROP POLICY IF EXISTS lfr_select ON {table}" for table in _WIDENED),
        *(
            f"CREATE POLICY lfr_select ON {table} FOR SELECT TO {others} USING (true)"
            for table in _WIDENED
        ),
        "DROP POLICY IF EXISTS lfr_insert ON vault_chunks",
        f"CREATE POLICY lfr_insert ON vault_chunks FOR INSERT TO {others} WITH CHECK (true)",
        *(
            f"REVOKE ALL ON {table} FROM {_SCIENTISTS}"
            for table in (*_WIDENED, "vault_objects", "vault_chunks")
        ),
        f"UPDATE alembic_version SET version_num = '{FIRST}'",  # noqa: S608 - a constant
    ):
        team.run(statement)


def only_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the workbench be one with the first migration alone."""
    copied = tmp_path / "first-migrations"
    later = shutil.ignore_patterns("__pycache__", "v000[2-9]*.py")
    shutil.copytree(running._HERE, copied, ignore=later)
    monkeypatch.setattr(running, "_HERE", copied)
