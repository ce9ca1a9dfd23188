"""A workbench with one migration more than this one, for tests of records of an older version."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from workbench.records.migrations import head, running

__all__ = ["a_later_version"]

NEXT = '''"""A next schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{down}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a column."""
    op.add_column("exports", sa.Column("colour", sa.Text(), nullable=True))
    {more}
'''


def a_later_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str = "pass") -> None:
    """Let the workbench be one with another migration."""
    down = head()
    copied = tmp_path / "migrations"
    shutil.copytree(running._HERE, copied, ignore=shutil.ignore_patterns("__pycache__"))
    (copied / "versions" / "vnext.py").write_text(NEXT.format(down=down, more=more), "utf-8")
    monkeypatch.setattr(running, "_HERE", copied)
