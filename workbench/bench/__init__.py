"""`Workbench`: the one entry to everything that holds personal data."""

from __future__ import annotations

from workbench.bench.rules import Rules
from workbench.bench.workbench import Workbench

__all__ = ["Rules", "Workbench"]
