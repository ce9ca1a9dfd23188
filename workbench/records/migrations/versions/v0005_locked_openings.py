"""Openings of locked test sets, which are only ever added to."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

from workbench.records.guards import opening_guards

__all__ = ["upgrade"]

revision: Final = "0005"
down_revision: Final = "0004"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Make their table and what guards it; nothing that is there is touched."""
    op.create_table(
        "locked_openings",
        sa.Column("policy", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("data_set", sa.String(length=200), nullable=False),
        sa.Column("justification", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("opened", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("policy", name="pk_locked_openings"),
        sa.UniqueConstraint("digest", "place", name="uq_locked_openings_digest"),
    )
    for statement in opening_guards(op.get_bind().dialect.name):
        op.execute(statement)
