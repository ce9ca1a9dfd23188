"""Deletion certificates: what was destroyed, how, how late, and what was not.

A certificate holds counts and ids, never a face, a template or a name. Its digest is written into
the audit chain, so that a certificate that was changed afterwards shows. It also lists what left
the bench before (exports were disclosures, DPA 2018 s.62) and what a search for leftovers found:
whether data are gone is not settled by what the store no longer holds.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, Self, TypeAlias

from pydantic import AfterValidator, Field, model_validator

from workbench.governance.record import Record
from workbench.governance.retention import RetentionClass
from workbench.governance.text import Identifier, Line, Moment, Prose

__all__ = ["DeletionCertificate", "Disclosed", "Leftover", "Result", "seconds_late"]


def _in_utc(moment: datetime) -> datetime:
    """Return the moment in UTC: one moment has one digest, whatever zone it was written in."""
    return moment.astimezone(UTC)


_Utc: TypeAlias = Annotated[Moment, AfterValidator(_in_utc)]
_Count: TypeAlias = Annotated[int, Field(ge=0)]


_SECOND: Final = timedelta(seconds=1)


class Result(StrEnum):
    """Whether everything that was to go is gone."""

    COMPLETE = "complete"
    PARTIAL = "partial"


class Disclosed(Record):
    """Something that left the bench before, out of reach of any destruction here.

    Attributes:
        id: of the export.
        what: a page, a video, a report, and of what.
        recipient: who has it.
        at: when it left.
    """

    id: Identifier
    what: Line
    recipient: Line
    at: _Utc


class Leftover(Record):
    """Something a search found that should be gone.

    Attributes:
        where: the file or place.
        what: what it seems to be.
    """

    where: Prose
    what: Line


class DeletionCertificate(Record):
    """What one destruction did.

    Attributes:
        id: names the certificate.
        bench: id of the bench.
        retention: class of what was destroyed.
        purpose: the deployment, case or evaluation set that it was kept for.
        counts: how many were destroyed, by kind: references, templates, crops, files.
        objects: ids of what was destroyed.
        keys: ids of the data keys that were destroyed, before anything else.
        held: ids of what legal holds kept.
        remaining: ids of what should have gone and could not be destroyed.
        due: when it was to be gone; `None` when it was destroyed before it had a date.
        started: when destruction began.
        finished: when it ended and had been checked.
        late_by_s: whole seconds that `finished` lies after `due`; 0 when it does not.
        method: how it was destroyed, and what that cannot reach.
        disclosed: what had left the bench before.
        leftovers: what the search afterwards found.
        result: complete only when nothing remains and nothing was left over.
        checker: who or what checked.
    """

    id: Identifier
    bench: Identifier
    retention: RetentionClass
    purpose: Identifier
    counts: dict[Identifier, _Count]
    objects: tuple[Identifier, ...]
    keys: tuple[Identifier, ...]
    held: tuple[Identifier, ...] = ()
    remaining: tuple[Identifier, ...] = ()
    due: _Utc | None
    started: _Utc
    finished: _Utc
    late_by_s: _Count
    method: Prose
    disclosed: tuple[Disclosed, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    result: Result
    checker: Line

    @model_validator(mode="after")
    def _is_true_to_itself(self) -> Self:
        if self.finished < self.started:
            msg = "destruction cannot have finished before it started"
            raise ValueError(msg)
        late = seconds_late(self.due, self.finished)
        if self.late_by_s != late:
            msg = f"late_by_s must be {late}, as due and finished have it, not {self.late_by_s}"
            raise ValueError(msg)
        whole = not (self.remaining or self.leftovers)
        if whole != (self.result is Result.COMPLETE):
            msg = f"the result is {'complete' if whole else 'partial'}, by what remains"
            raise ValueError(msg)
        gone, kept = set(self.objects), {*self.held, *self.remaining}
        if gone & kept:
            msg = f"{min(gone & kept)} cannot be both destroyed and kept"
            raise ValueError(msg)
        return self

    def canonical(self) -> bytes:
        """Return the JSON that the digest is of: keys sorted, no spaces, UTF-8."""
        return json.dumps(
            self.plain(), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        ).encode()

    def digest(self) -> str:
        """Return the SHA-256 of the canonical JSON, 64 hexadecimal digits."""
        return hashlib.sha256(self.canonical()).hexdigest()


def seconds_late(due: datetime | None, finished: datetime) -> int:
    """Return the whole seconds by which `finished` lies after `due`, rounded up; 0 in time."""
    if due is None or finished <= due:
        return 0
    late = finished - due
    return -(-late // _SECOND)
