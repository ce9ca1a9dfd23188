"""Evaluation sets, each sealed under a key of its own."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

__all__ = ["upgrade"]

revision: Final = "0002"
down_revision: Final = "0001"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Make their table; nothing that is there is touched."""
    op.create_table(
        "evaluation_sets",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("made", sa.String(length=32), nullable=False),
        sa.Column("ends", sa.String(length=32), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("destroyed", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_evaluation_sets"),
        sa.UniqueConstraint("name", name="uq_evaluation_sets_name"),
    )
    op.create_index("ix_evaluation_sets_ends", "evaluation_sets", ["ends"], unique=False)
