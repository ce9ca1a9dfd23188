"""A look in passing at whether a log is the one that its witnesses saw the end of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, select

from workbench.errors import AuditError
from workbench.records.audit.comparing import compare
from workbench.records.audit.faults import FaultKind
from workbench.records.audit.places import HashesByPlace
from workbench.records.audit.reading import read_head
from workbench.records.audit.witness import Witnessed, WitnessFile
from workbench.records.schema import audit

__all__ = ["glance", "newest_of"]

_PUT_BACK: Final = frozenset({FaultKind.ROLLBACK, FaultKind.REWRITTEN})


def newest_of(witness: WitnessFile) -> tuple[Witnessed, ...]:
    """Return the newest checkpoints of a witness; none where it cannot be read."""
    try:
        return tuple(witness.newest())
    except AuditError:
        return ()


def glance(
    connection: Connection,
    seen: Iterable[tuple[str, tuple[Witnessed, ...]]],
    *,
    bench_id: str,
    keys: tuple[str, ...],
    unsigned: bool,
    entries: bool = True,
) -> tuple[str, ...]:
    """Return where the newest checkpoints of witnesses say that a log was put back.

    Args:
        connection: that sees the log as it is after the witnesses were looked at.
        seen: witnesses by name, with their newest checkpoints.
        bench_id: name of the bench.
        keys: public keys by which it signs.
        unsigned: whether a checkpoint without a signature counts; see `compare`.
        entries: whether the connection may read the entries; without them, only a log that ends
            too early shows.
    """
    found = []
    telling = _PUT_BACK if entries else {FaultKind.ROLLBACK}
    for name, witnessed in seen:
        own = [one for one in witnessed if one.checkpoint and one.checkpoint.bench == bench_id]
        if not own:
            continue
        places = sorted({one.checkpoint.seq for one in own if one.checkpoint})
        head = read_head(connection)
        with HashesByPlace() as hashes:
            rows = select(audit.c.seq, audit.c.hash).where(audit.c.seq.in_(places))
            for row in connection.execute(rows.order_by(audit.c.seq)) if entries else ():
                hashes.add(row.seq, str(row.hash))
            compared = compare(
                own,
                name=name,
                bench_id=bench_id,
                keys=keys,
                hashes=hashes,
                end=head.seq if head is not None and isinstance(head.seq, int) else 0,
                unsigned=unsigned,
            )
        found += [fault.text for fault in compared.faults if fault.kind in telling]
    return tuple(found)
