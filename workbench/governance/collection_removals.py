"""Taking people out of a reference collection that goes on: who, and why."""

from __future__ import annotations

import re
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from workbench.governance.record import Record
from workbench.governance.text import Identifier, Prose

__all__ = ["MOST_REMOVED", "PeopleToRemove"]

MOST_REMOVED: Final = 1_000
"""People who are taken out of a collection at a time."""


class PeopleToRemove(Record):
    """Who is to be in a collection no more.

    Attributes:
        subjects: references of the people in the force's own records; kept nowhere in clear.
        reason: why; it goes into the audit log for good, so it names none of them.
    """

    subjects: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=MOST_REMOVED)]
    reason: Prose

    @model_validator(mode="after")
    def _names_nobody(self) -> Self:
        if len(set(self.subjects)) != len(self.subjects):
            msg = "subjects names somebody twice"
            raise ValueError(msg)
        for subject in self.subjects:
            if re.search(rf"(?<!\w){re.escape(subject)}(?!\w)", self.reason, re.IGNORECASE):
                msg = "reason names one of the people, and it is kept for good: say why alone"
                raise ValueError(msg)
        return self
