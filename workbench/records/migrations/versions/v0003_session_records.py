"""Live searches: their pauses, how they are doing, and what they came to."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

__all__ = ["upgrade"]

revision: Final = "0003"
down_revision: Final = "0002"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Add two columns and a table; nothing that is there is touched."""
    op.add_column("sessions", sa.Column("pauses", sa.Text(), nullable=True))
    op.add_column("sessions", sa.Column("record", sa.Text(), nullable=True))
    op.create_table(
        "session_status",
        sa.Column("session", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session"], ["sessions.id"], name="fk_session_status_session_sessions"
        ),
        sa.PrimaryKeyConstraint("session", name="pk_session_status"),
    )
