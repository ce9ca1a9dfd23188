"""Openings of locked test sets: once for each policy, and on record with who, when and why.

Whoever looks at a test set and then chooses has tuned on it. So it is opened for one policy, whose
threshold was chosen before on other people, and no test is opened for the same policy again: a set
that lost one row has another digest, and is the set that was looked at. Another policy may open the
same set; `place` says how often that has been done, since each look costs it some worth. It counts
openings of the same rows and of the same data set.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field, PositiveInt

from workbench.governance.moments import spoken
from workbench.governance.record import Record
from workbench.governance.text import Identifier, Line, Moment, Prose

__all__ = ["Digest", "Opening"]

Digest: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256, 64 hexadecimal digits."""


class Opening(Record):
    """A locked test set that was opened.

    Attributes:
        policy_id: id of the policy that it was opened for.
        digest: of the protocol of the test set.
        data_set: name of its images.
        justification: why it was opened.
        opened_by: account that opened it.
        opened_at: when.
        place: which opening of this test set it is, for whatever policy; 1 for the first. Of the
            same rows, or of a data set of the same name.
    """

    policy_id: Identifier
    digest: Digest
    data_set: Line
    justification: Prose
    opened_by: Line
    opened_at: Moment
    place: PositiveInt

    @property
    def words(self) -> str:
        """Who opened it when, in words, and whether it was opened before for another policy."""
        said = f"opened by {self.opened_by} at {spoken(self.opened_at)}"
        if self.place == 1:
            return f"{said}, for the first time"
        before = self.place - 1
        times = "once" if before == 1 else f"{before} times"
        return (
            f"{said}; it, or another part of its data set, had been opened {times} before, for "
            "other policies"
        )
