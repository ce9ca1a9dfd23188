"""Rows that are written once: each is there as the one entry that tells of it says, or a fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from workbench.records.audit.faults import Fault, FaultKind

__all__ = ["Wording", "faults_of_kept"]

_What = TypeVar("_What")


class Wording(NamedTuple):
    """How the faults of one kind of row are told.

    Attributes:
        kind: what a row is, for people.
        changed: what one is not, with `{seq}` for the entry.
        missing: what of one that is missing, likewise.
        remedy: what to do.
    """

    kind: str
    changed: str
    missing: str
    remedy: str


def faults_of_kept(
    logged: Mapping[str, tuple[int, _What]], kept: Iterable[tuple[str, _What]], say: Wording
) -> Iterator[Fault]:
    """Give a fault for each row that is not what was logged, was put in, or is missing.

    Args:
        logged: by name, the entry that tells of a row, and what it says.
        kept: the rows by name, in the same terms.
        say: the words.
    """
    left = dict(logged)
    for name, what in kept:
        shown = ascii(name)[1:-1]
        known = left.pop(name, None)
        if known is None:
            text = f"{say.kind} {shown} is in no entry: it was put in. {say.remedy}"
            yield Fault(0, FaultKind.ROW, text)
            continue
        seq, wanted = known
        if what != wanted:
            text = f"{say.kind} {shown} is not {say.changed.format(seq=seq)}. {say.remedy}"
            yield Fault(seq, FaultKind.ROW, text)
    for name, (seq, _) in left.items():
        text = f"{say.kind} {name} is missing, {say.missing.format(seq=seq)}. {say.remedy}"
        yield Fault(seq, FaultKind.ROW, text)
