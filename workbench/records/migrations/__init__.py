"""Migrations of the schema, run by Alembic from within the package."""

from __future__ import annotations

from workbench.records.migrations.running import at_head, current, head, migrate

__all__ = ["at_head", "current", "head", "migrate"]
