"""The audit log for others: whole, so that they can check it, or as the extract that s.62 means.

An export is a sequence of JSON lines, which anyone can check without the workbench:

1. The first line names the bench. `P(parts)` puts before each part, as UTF-8, its length in bytes
   as 8 bytes, the highest first. `SHA-256(P("workbench audit log 1", bench))`, in lower-case
   hexadecimal, must be its `genesis`.
2. Each line of the kind `entry`, in order: `seq` must be 1 more than before, from 1; `previous`
   must be the `hash` of the entry before, or `genesis`; and `SHA-256(P(previous, seq, body))` must
   be its `hash`, with `seq` in decimal digits and `body` the text as it stands in the line. `body`
   is itself JSON: who did what, when, to what and why.
3. The last line, of the kind `head`, must name the `bench` and the last entry's `seq` and `hash`.
   Its `signature` (Ed25519, hexadecimal) is over `P("workbench audit checkpoint 1", bench, seq,
   hash, at)`. Check it with a public key that you know from elsewhere.

That the log was not rolled back as a whole shows where the force's witness has the same hashes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Final

from pydantic import Field

from workbench.governance.record import Record
from workbench.records.audit.chain import genesis
from workbench.records.audit.checkpoints import Checkpoint
from workbench.records.audit.reading import Logged, Row
from workbench.records.audit.times import UtcMoment
from workbench.records.audit.verbs import LAWFUL_PROCESSING, Result, Verb
from workbench.records.moments import as_json, as_text

__all__ = ["Processing", "export", "s62_extract"]

_FORM: Final = "workbench audit export 1"


class Processing(Record):
    """One act of processing, as the Data Protection Act 2018, s.62, wants it logged.

    Attributes:
        seq: place of the entry in the log.
        utc: date and time.
        verb: collect, alter, consult, disclose, combine or erase.
        actor: who did it; of a disclosure, who disclosed.
        role: in which role.
        purpose: deployment or case.
        justification: why; there for each consultation, disclosure and combination.
        recipient: to whom it was disclosed.
        objects: ids of the records concerned.
        result: how it ended.
    """

    seq: Annotated[int, Field(ge=1)]
    utc: UtcMoment
    verb: Verb
    actor: str
    role: str
    purpose: str
    justification: str | None
    recipient: str | None
    objects: tuple[str, ...]
    result: Result


def export(rows: Iterable[Row], *, bench_id: str, head: Checkpoint | None) -> Iterator[str]:
    """Return a log as JSON lines, without their ends, in the form that this module tells of.

    It is given as it is, also where it is damaged; what is no text in a row is `null`.

    Args:
        rows: all rows by ascending places, of one state of the records.
        bench_id: name of the bench.
        head: the head in the same state.
    """
    previous: str | None = genesis(bench_id)
    yield as_json({"kind": "log", "form": _FORM, "bench": bench_id, "genesis": previous})
    for seq, body, digest in rows:
        line = {
            "kind": "entry",
            "seq": seq,
            "previous": previous,
            "body": body if isinstance(body, str) else None,
            "hash": digest if isinstance(digest, str) else None,
        }
        yield as_json(line)
        previous = line["hash"] if isinstance(line["hash"], str) else None
    if head is not None:
        yield as_json({"kind": "head", **head.plain(), "at": as_text(head.at)})


def s62_extract(entries: Iterable[Logged]) -> Iterator[Processing]:
    """Return what s.62 wants logged of a log, and nothing else of it.

    Args:
        entries: those of the log, as `entries` gives them.
    """
    for seq, _digest, entry in entries:
        if entry.verb in LAWFUL_PROCESSING:
            yield Processing(
                seq=seq,
                utc=entry.utc,
                verb=entry.verb,
                actor=entry.actor,
                role=entry.role,
                purpose=entry.purpose,
                justification=entry.justification,
                recipient=entry.recipient,
                objects=entry.objects,
                result=entry.result,
            )
