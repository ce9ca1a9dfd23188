"""`Workbench`: the one entry to everything that holds personal data."""

from __future__ import annotations

__all__: list[str] = []
