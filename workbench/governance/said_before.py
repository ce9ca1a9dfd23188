"""That what was decided about a probe was decided in an earlier search, by whom and when."""

from __future__ import annotations

from workbench.governance.record import Record
from workbench.governance.text import Identifier, Line, Moment

__all__ = ["SaidBefore"]


class SaidBefore(Record):
    """The search in which somebody let a probe pass, placed its eyes or joined its pictures.

    Attributes:
        search: its id.
        by: account of who searched.
        at: when.
    """

    search: Identifier
    by: Line
    at: Moment

    @property
    def told(self) -> str:
        """Who said it when and where, in words."""
        return f"by {self.by}, {self.at:%Y-%m-%d %H:%M} UTC, in {self.search}"
