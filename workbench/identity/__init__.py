"""Who is asking: signed short-lived credentials, and where they come from."""

from __future__ import annotations

__all__: list[str] = []
