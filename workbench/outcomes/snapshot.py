"""What managers' pages read: one folder of counts, written whole by whoever may open the bench.

The pages' own kernels open no bench: they see this folder and nothing else. In it are
`snapshot.json` and the file of records that it names by its SHA-256. No field of it is for a face,
a template, a name or an id of a person: each is a count, a time, a word of the workbench's own, or
what a force calls a place, a deployment, a policy, a feed, a scheme of groups or a group. Those
names are the force's own words and are shown as they are: no person belongs in them, and no program
can see whether one is. Reasons, titles of documents and what cost lines are for stay behind.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

import dataframely as dy
from pydantic import AwareDatetime, Field, ValidationError

from workbench.errors import InputError
from workbench.outcomes.authors import without_people
from workbench.outcomes.deployment_facts import DeploymentFacts
from workbench.outcomes.equity_facts import EquityFacts
from workbench.outcomes.files import bytes_of_records, records_bytes, records_of_bytes
from workbench.outcomes.parts import Part
from workbench.outcomes.records import OutcomeRecords
from workbench.outcomes.safeguard_facts import SafeguardFacts

__all__ = ["FORM", "Head", "Snapshot", "read_snapshot", "write_snapshot", "written_at"]

FORM: Final = "managers-snapshot/1"
_NAME: Final = "snapshot.json"
_OF_THE_READING: Final = ("written_at", "read_at", "at", "head_at")
"""Moments of what was done, the reading itself among it: nothing comes due with them."""


class Head(Part):
    """The newest entry of the audit log when it was read."""

    seq: int
    hash: str


class Snapshot(Part):
    """What was known when it was read.

    Attributes:
        form: of the file.
        written_at: when it was written, or written again since nothing had been added, in UTC.
        read_at: when the figures began to be read; `None` where they were as they were written.
        bench: what to call the bench; `None` where published records alone are shown.
        category: `demonstration` marks all of it as one; `None` for an operation.
        head: of the bench's audit log.
        applications_not_shown: deployments that were applied for and never authorised.
        equity: what is known of who errors fall on.
        deployments: what pages of single deployments tell, those that run among them.
        safeguards: what was due and what was done; `None` where it is withheld.
        withheld: by part of a page, why it is not there: the words of a refusal, of a role that
            may not read it, of a store that keeps no such count.
        renewed_every_s: seconds after which the next one is due; pages call it old after three.
    """

    form: Literal["managers-snapshot/1"] = FORM
    written_at: AwareDatetime
    read_at: AwareDatetime | None = None
    bench: str | None = None
    category: str | None = None
    head: Head | None = None
    applications_not_shown: int = 0
    equity: EquityFacts | None = None
    deployments: tuple[DeploymentFacts, ...] = ()
    safeguards: SafeguardFacts | None = None
    withheld: dict[str, str] = Field(default_factory=dict)
    renewed_every_s: int = Field(default=60, ge=1)

    @property
    def as_of(self) -> datetime:
        """When what it tells was so: what was due by then and is not done is late."""
        return self.read_at or self.written_at

    def next_moment(self) -> datetime | None:
        """Return the earliest moment named in it that was to come when it was read.

        With that a figure may change although nobody writes anything: something is due, ends or
        begins. `None` where nothing is to come.
        """
        return min((one for one in _moments(self) if one > self.as_of), default=None)


def _moments(value: object) -> Iterator[datetime]:
    if isinstance(value, datetime):
        yield value
    elif isinstance(value, Part):
        for name in type(value).model_fields:
            if name not in _OF_THE_READING:
                yield from _moments(getattr(value, name))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _moments(one)
    elif isinstance(value, dict):
        yield from _moments(tuple(value.values()))


class _Kept(Part):
    """The file: the snapshot, and the records that belong to it."""

    snapshot: Snapshot
    records: str
    sha256: str


def write_snapshot(folder: Path, snapshot: Snapshot, records: dy.DataFrame[OutcomeRecords]) -> None:
    """Write it so that a reader has the one before or this one, whole.

    Args:
        folder: made if it is not there, for its owner alone.
        snapshot: what is known.
        records: of the bench and published ones, every version of each; in the file are roles in
            place of those who put one right, and no reason of theirs.

    Raises:
        InputError: when it cannot be written; the one before stays.
    """
    content = records_bytes(without_people(records))
    digest = hashlib.sha256(content).hexdigest()
    kept = _Kept(snapshot=snapshot, records=f"records-{digest[:16]}.parquet", sha256=digest)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(folder / kept.records, content)
        _write(folder / _NAME, kept.model_dump_json(indent=1).encode("utf-8"))
        earlier = sorted(folder.glob("records-*.parquet"), key=lambda one: one.stat().st_mtime)
        # A reader may still be about to open the one before.
        for one in earlier[:-2]:
            if one.name != kept.records:
                one.unlink(missing_ok=True)
    except OSError as error:
        msg = (
            f"the snapshot for managers cannot be written to {folder} "
            f"({error.strerror or error}). The one before is still shown, with its time; make room "
            "or name another folder."
        )
        raise InputError(msg) from None


def read_snapshot(folder: Path) -> tuple[Snapshot, dy.DataFrame[OutcomeRecords]]:
    """Return what was written last, and its records.

    Raises:
        InputError: when there is none, or it is not whole.
    """
    path = folder / _NAME
    kept = _kept(path)
    place = folder / Path(kept.records).name
    content = bytes_of_records(place)
    if hashlib.sha256(content).hexdigest() != kept.sha256:
        msg = f"{place} is not the file that {path} was written with. Write it again."
        raise InputError(msg)
    return kept.snapshot, records_of_bytes(content, place)


def written_at(folder: Path) -> datetime | None:
    """Return when it was written last; `None` where none can be read."""
    with suppress(InputError):
        return _kept(folder / _NAME).snapshot.written_at
    return None


def _kept(path: Path) -> _Kept:
    try:
        content: Any = json.loads(path.read_bytes())
        return _Kept.model_validate(content)
    except OSError as error:
        msg = (
            f"{path} cannot be read ({error.strerror or error}). Start the pages with `workbench "
            "dashboard`, which writes it."
        )
    except (ValueError, ValidationError) as error:
        line = " ".join(str(error).split())[:200]
        msg = f"{path} is no snapshot for managers ({line}). Start `workbench dashboard` again."
    raise InputError(msg)


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.chmod(0o600)
    part.replace(path)
