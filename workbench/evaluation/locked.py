"""The locked test set of a split protocol: it is taken with an opening, or not at all.

Whatever is learnt or chosen sees tuning people only. The test set is opened once for a policy, on
the bench, which keeps who did so and when; what is here takes the rows and checks that an opening
is of these very rows.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal, TypeAlias

import dataframely as dy
import polars as pl
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from workbench.errors import ProtocolError
from workbench.evaluation.protocols import (
    PROBE,
    REFERENCE,
    Part,
    Protocol,
    as_protocol,
    protocol_digest,
)

__all__ = ["LockedTest", "Opening", "Taken", "locked_test", "take_split"]

Taken: TypeAlias = Literal["tuning", "test", "whole"]

_Text: TypeAlias = Annotated[str, Field(min_length=1)]
_Digest: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

_TEST: Final[Part] = "test"


class Opening(BaseModel):
    """That a locked test set was opened.

    Attributes:
        policy: id of the policy that it was opened for.
        by: who opened it.
        at: when.
        digest: of the rows that were opened; see `LockedTest`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    policy: _Text
    by: _Text
    at: AwareDatetime
    digest: _Digest


class LockedTest(BaseModel):
    """What may be known of a locked test set without opening it, and whether it was opened.

    Attributes:
        digest: `protocol_digest` of its rows.
        people: in it.
        references: images.
        probes: images.
        opened: by whom, when and for which policy; `None` while it is locked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    digest: _Digest
    people: int
    references: int
    probes: int
    opened: Opening | None = None

    def spoken(self) -> str:
        """Return in one line whether it was opened, when, by whom and for which policy."""
        what = f"locked test set of {self.people:,} people (digest {self.digest[:12]}…)"
        if self.opened is None:
            return f"{what}: not opened"
        at, by = _moment(self.opened.at), self.opened.by
        return f"{what}: opened {at} by {by} for policy {self.opened.policy}"


def locked_test(protocol: pl.DataFrame, opening: Opening | None = None) -> LockedTest:
    """Return the facts of the locked test set of a protocol.

    Args:
        protocol: with the schema `Protocol`, and split.
        opening: with which it was opened, if it was.

    Raises:
        ProtocolError: when the frame does not fit, has no test rows, or the opening is of others.
    """
    rows = _rows(as_protocol(protocol), _TEST)
    found = LockedTest(
        digest=protocol_digest(rows),
        people=rows["identity"].n_unique(),
        references=len(rows.filter(pl.col("role") == REFERENCE)),
        probes=len(rows.filter(pl.col("role") == PROBE)),
        opened=opening,
    )
    if opening is not None and opening.digest != found.digest:
        msg = (
            f"the opening for policy {opening.policy} of {_moment(opening.at)} is of a test set "
            f"with the digest {opening.digest[:12]}…, and this one has {found.digest[:12]}…. Give "
            "the protocol that was opened; another is opened by itself."
        )
        raise ProtocolError(msg)
    return found


def take_split(
    protocol: pl.DataFrame, part: Taken, opening: Opening | None = None
) -> dy.DataFrame[Protocol]:
    """Return one part of a protocol: tuning to anybody, the locked test with its opening alone.

    Args:
        protocol: with the schema `Protocol`.
        part: `tuning` or `test` of one that is split, `whole` of one that is not.
        opening: of the test set.

    Returns:
        The rows of that part, in the same order, their column `split` kept.

    Raises:
        ProtocolError: when the test set was not opened, or the opening is of another; when the
            protocol has no such part, or that part no reference or no probe.
    """
    checked = as_protocol(protocol)
    is_split = bool(checked["split"].is_not_null().any())
    if part == "whole":
        if is_split:
            msg = (
                "the protocol is split, so the whole of it would open the locked test set. Take "
                "tuning, or test with its opening."
            )
            raise ProtocolError(msg)
        return checked
    rows = _rows(checked, part)
    if part == _TEST:
        facts = locked_test(checked, opening)
        if facts.opened is None:
            msg = (
                f"the {facts.spoken()}. It is opened once for a policy: workbench policy "
                "open-test. Tune on the tuning people until then."
            )
            raise ProtocolError(msg)
    for role in (REFERENCE, PROBE):
        if role not in rows["role"]:
            msg = (
                f"the {part} rows of the protocol name no {role} in the column role. "
                "Identification takes references and probes."
            )
            raise ProtocolError(msg)
    return rows


def _rows(protocol: dy.DataFrame[Protocol], part: Part) -> dy.DataFrame[Protocol]:
    rows = protocol.filter(pl.col("split") == part)
    if not len(rows):
        msg = f"no row of the protocol has {part} in the column split. Split it: split_protocol."
        raise ProtocolError(msg)
    return as_protocol(rows)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M %Z}"
