"""The store: schema, vault, audit log and retention runs, for SQLite and for PostgreSQL."""

from __future__ import annotations

__all__: list[str] = []
