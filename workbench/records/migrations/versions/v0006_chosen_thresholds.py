"""The threshold that an opening of a locked test fixes."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

__all__ = ["upgrade"]

revision: Final = "0006"
down_revision: Final = "0005"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Add a column; openings that are there fixed none, and stay as they are."""
    op.add_column("locked_openings", sa.Column("chosen", sa.Text(), nullable=True))
