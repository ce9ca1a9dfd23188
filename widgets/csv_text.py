"""Tables as CSV for pages: what the library makes, under the name that the pages know."""

from __future__ import annotations

from workbench.csv_text import csv_of

__all__ = ["csv_of"]
