"""Whether the rows that authorise and decide are what the entries made them.

An entry that writes such a row bears its digest (`workbench.records.row_digests`). All entries are
gone through once, the newest digest of each row is kept, and then the rows are gone through once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from workbench.records.audit.certificates_kept import CertificatesOfEntries
from workbench.records.audit.entries import Entry
from workbench.records.audit.exports_kept import ExportsOfEntries
from workbench.records.audit.faults import MOST_FAULTS, Fault, FaultKind, Verification
from workbench.records.audit.openings_kept import OpeningsOfEntries
from workbench.records.audit.verbs import Result, Verb
from workbench.records.row_digests import (
    ACCOUNT,
    ALERT,
    BEFORE,
    COLLECTION,
    COLLECTION_PART,
    EXAMINATION,
    FOOTAGE,
    GOVERNED,
    ROW,
    SAID,
    SEARCH,
    VERDICT,
    Governed,
    each_row,
    values_digest,
)
from workbench.records.team.connections import sees_all_rows

__all__ = ["RowsOfEntries", "with_rows"]

_Name = tuple[str, int]
"""Id or account, and place among rows of that name; 0 where there is but one."""

_SAID_OF: Final = {ALERT.kind: VERDICT, SEARCH.kind: EXAMINATION}
"""By kind of row, what is said about it at places of its own."""
_BY_PLACE: Final = frozenset({COLLECTION_PART.kind, *(one.kind for one in _SAID_OF.values())})

_DO: Final = "Rely on it for nothing; compare it with a backup, and ask who can write the database"


class _Noted(NamedTuple):
    """What an entry says of a row: its digest, or where it moved to if it bears none."""

    seq: int
    digest: str | None
    state: str | None = None


class RowsOfEntries:
    """What the entries say of each row; takes them in their order, then is held against the rows.

    It keeps one digest for each row that is there, and forgets those of what was erased.
    """

    def __init__(self) -> None:
        """Begin with no entry."""
        self._noted: dict[str, dict[_Name, _Noted]] = {kind: {} for kind in GOVERNED}
        self._certificates = CertificatesOfEntries()
        self._exports = ExportsOfEntries()
        self._openings = OpeningsOfEntries()
        self._faults: list[Fault] = []
        self._older = 0

    def take(self, seq: int, entry: Entry) -> None:
        """Note what the next entry says."""
        self._exports.take(seq, entry)
        self._openings.take(seq, entry)
        if entry.result is not Result.DONE:
            return
        if entry.verb is Verb.ERASE and entry.details.get("step") == "ended":
            self._erase(entry.objects)
            self._certificates.take(seq, entry)
            return
        account = entry.details.get("account")
        named = [(ACCOUNT.kind, account)] if isinstance(account, str) else _named(entry)
        for place, (kind, name) in enumerate(named):
            first = place == 0 and entry.objects[:1] in {(), (name,)}
            self._note(seq, entry, kind, name, told=first)
        self._said(seq, entry)
        self._part(seq, entry)

    def held_against(self, connection: Connection) -> tuple[list[Fault], list[str]]:
        """Return what is wrong with the rows, and what is worth knowing and no fault.

        Args:
            connection: one that sees all rows in the state that the entries are of.
        """
        for governed in GOVERNED.values():
            self._faults.extend(self._compare(connection, governed))
        self._faults.extend(self._certificates.held_against(connection))
        self._faults.extend(self._exports.held_against(connection))
        self._faults.extend(self._openings.held_against(connection))
        notes = []
        if self._older:
            notes.append(
                f"{self._older:,} rows were last written before entries bore their digests, and "
                "were not held against the log but for their states"
            )
        return self._faults, notes

    def _note(self, seq: int, entry: Entry, kind: str, name: str, *, told: bool) -> None:
        noted, key = self._noted[kind], (name, 0)
        known = noted.get(key)
        digest = entry.details.get(ROW) if told else None
        if not isinstance(digest, str):
            to = entry.details.get("to") if told else None
            if known is None or (known.digest is None and isinstance(to, str)):
                noted[key] = _Noted(seq, None, to if isinstance(to, str) else None)
            return
        before = entry.details.get(BEFORE)
        if known is not None and known.digest not in {None, before}:
            self._faults.append(
                Fault(
                    seq,
                    FaultKind.ROW,
                    f"{kind} {name} was not what entry {known.seq} made it when entry {seq} was "
                    f"written: its row had been changed without an entry. {_DO}",
                )
            )
        noted[key] = _Noted(seq, digest)

    def _said(self, seq: int, entry: Entry) -> None:
        place, digest = entry.details.get("place"), entry.details.get(SAID)
        if isinstance(place, int) and entry.objects and entry.verb is Verb.ADJUDICATE:
            told = digest if isinstance(digest, str) else None
            name = entry.objects[0]
            said = _SAID_OF.get(_kind(name), VERDICT)
            self._noted[said.kind][name, place] = _Noted(seq, told)

    def _part(self, seq: int, entry: Entry) -> None:
        place, name = entry.details.get("part"), next(iter(entry.objects), "")
        if isinstance(place, int) and _kind(name) == COLLECTION.kind:
            digest = entry.details.get(SAID)
            told = digest if isinstance(digest, str) else None
            self._noted[COLLECTION_PART.kind][name, place] = _Noted(seq, told)

    def _erase(self, names: tuple[str, ...]) -> None:
        """Forget footage, and alerts and searches with what was said of them: no other row goes."""
        for name in names:
            self._noted[FOOTAGE.kind].pop((name, 0), None)
            for kind, of_it in _SAID_OF.items():
                if self._noted[kind].pop((name, 0), None) is not None:
                    said, place = self._noted[of_it.kind], 1
                    while said.pop((name, place), None) is not None:
                        place += 1

    def _compare(self, connection: Connection, governed: Governed) -> Iterator[Fault]:
        noted = self._noted[governed.kind]
        for values in each_row(connection, governed):
            place = 0 if governed.place is None else values[governed.place]
            key = (values[governed.name], place)
            known = noted.pop(key, None)
            what = _what(governed, key)
            if known is None:
                yield _fault(0, f"{what} is in no entry: its row was put in. {_DO}")
            elif known.digest is None:
                self._older += 1
                if known.state not in {None, values.get("state")}:
                    yield _fault(known.seq, _changed(what, known.seq))
            elif known.digest != values_digest(governed, values):
                yield _fault(known.seq, _changed(what, known.seq))
        for key, known in noted.items():
            if known.digest is not None:
                yield _fault(
                    known.seq,
                    f"the row of {_what(governed, key)} is missing, though entry {known.seq} tells "
                    "of it and no later one says that it was erased. Restore it from a backup",
                )


def with_rows(found: Verification, said: RowsOfEntries, connection: Connection) -> Verification:
    """Return the outcome of a check of the log with what is wrong with the rows.

    Args:
        found: the outcome, once all entries were gone through.
        said: what they say of the rows.
        connection: that they were read by. One through which a team's database hides rows tells
            nothing of them; a note says so.
    """
    if not sees_all_rows(connection):
        note = (
            "rows were not held against the log, since this connection does not see all of them; "
            "have the owner of the database run workbench audit verify --offline"
        )
        return replace(found, notes=(*found.notes, note))
    faults, notes = said.held_against(connection)
    told = faults[: max(0, MOST_FAULTS - len(found.faults))]
    return replace(
        found,
        faults=(*found.faults, *told),
        unlisted=found.unlisted + len(faults) - len(told),
        notes=(*found.notes, *notes),
    )


def _named(entry: Entry) -> list[tuple[str, str]]:
    """Return the governed rows that an entry names by their ids, with their kinds."""
    found = ((_kind(name), name) for name in entry.objects)
    return [(kind, name) for kind, name in found if kind in GOVERNED and kind not in _BY_PLACE]


def _kind(name: str) -> str:
    return name.partition("-")[0]


def _what(governed: Governed, key: tuple[Any, Any]) -> str:
    name = ascii(key[0])[1:-1] if isinstance(key[0], str) else ascii(key[0])
    for kind, said in _SAID_OF.items():
        if governed is said:
            return f"what was said at place {key[1]} about {kind} {name}"
    if governed is COLLECTION_PART:
        return f"part {key[1]} of collection {name}"
    return f"{governed.kind} {name}"


def _changed(what: str, seq: int) -> str:
    return f"{what} is not what entry {seq} made it: its row was changed without an entry. {_DO}"


def _fault(seq: int, text: str) -> Fault:
    return Fault(seq, FaultKind.ROW, text)
