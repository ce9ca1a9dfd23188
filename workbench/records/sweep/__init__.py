"""What files outside the vault may hold: faces in pictures, notebooks, pages, arrays, copies."""

from __future__ import annotations

from workbench.records.sweep.files import look_at
from workbench.records.sweep.kinds import Stray, StrayKind

__all__ = ["Stray", "StrayKind", "look_at"]
