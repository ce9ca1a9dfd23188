"""One module a version of the schema, in order."""

from __future__ import annotations

__all__: list[str] = []
