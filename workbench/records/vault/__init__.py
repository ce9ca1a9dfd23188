"""The vault: AES-256-GCM under data keys that are kept, wrapped, apart from what they seal."""

from __future__ import annotations

__all__: list[str] = []
