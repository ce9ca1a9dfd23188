"""Property tests that name no number try 50 examples each; `PROPERTY_EXAMPLES=1000` tries so many."""

from __future__ import annotations

import os

from hypothesis import settings

__all__ = ["EXAMPLES"]

EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "50"))

settings.register_profile("workbench", parent=settings(), max_examples=EXAMPLES)
settings.load_profile("workbench")
