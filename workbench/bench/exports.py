"""`bench.exports`: what leaves the bench, recorded as a disclosure before it is given.

What has left is out of reach of any destruction here; each deletion certificate names it (DPA 2018
s.62(1) and (3): disclosures are logged, with the recipient).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from workbench.bench.context import Context
from workbench.bench.places import BenchPlaces
from workbench.errors import OutputError, RefusedError
from workbench.governance.permissions import Permission
from workbench.governance.record import Record
from workbench.governance.text import Identifier, Line, Name, Reason
from workbench.records.audit.verbs import Result, Verb
from workbench.records.exports import Export, add_export, list_exports, remove_export
from workbench.records.identifiers import new_id
from workbench.records.purposes import find_purpose, references_of

__all__ = ["Exports", "require_outside", "take_back"]

_PRIVATE: Final = 0o600
_LONGEST_REASON: Final = 400


class _Disclosure(Record):
    """What somebody says of an export."""

    what: Line
    recipient: Name
    justification: Reason
    objects: tuple[Identifier, ...] = ()


class Exports:
    """What left the bench: pages, videos, reports, exports of the audit log."""

    def __init__(
        self, context: Context, *, permission: Permission = Permission.EXPORT_MAKE
    ) -> None:
        """Take what is worked with, and what the role must permit to give anything out.

        Parts whose own permission covers what they give name that; `bench.exports` keeps to the
        usual one, so that no caller chooses what is asked of them.
        """
        self._context = context
        self._permission = permission

    def disclose(
        self,
        reference: str | None,
        *,
        what: str,
        recipient: str,
        justification: str,
        objects: Sequence[str] = (),
        sha256: str | None = None,
    ) -> Export:
        """Record that something leaves the bench; call it before that is given to anybody.

        Args:
            reference: of the deployment or case that it is about; `None` for what concerns none.
            what: a page, a video, a report, and of what.
            recipient: who gets it.
            justification: why.
            objects: ids of the records that are in it.
            sha256: of what is given, where that is known beforehand.

        Raises:
            NotPermittedError: when the role may not.
            RecordError: when a text is missing or cannot be used.
            UnknownRecordError: when there is no such deployment or case.
        """
        with self._context.acting(self._permission, objects=list(objects)) as acting:
            said = _Disclosure.read(
                {
                    "what": what,
                    "recipient": recipient,
                    "justification": justification,
                    "objects": tuple(objects),
                },
                what="the disclosure",
            )
            if reference is not None:
                purpose = find_purpose(acting.connection, reference).id
                acting = acting.serving(purpose)  # noqa: PLW2901 - the same transaction
            export = Export(
                id=new_id("export", acting.now),
                purpose=acting.purpose,
                actor=acting.name,
                at=acting.now,
                what=said.what,
                recipient=said.recipient,
                sha256=sha256,
                objects=said.objects,
            )
            add_export(acting.connection, export)
            acting.log(
                Verb.DISCLOSE,
                [export.id, *said.objects],
                justification=said.justification,
                recipient=said.recipient,
                details={"what": said.what, "sha256": sha256},
            )
        return export

    def write_file(
        self,
        reference: str | None,
        path: Path,
        content: bytes,
        *,
        what: str,
        recipient: str,
        justification: str,
        objects: Sequence[str] = (),
        force: bool = False,
    ) -> Export:
        """Record a disclosure, then write it to a file that its owner alone can read.

        The file is there whole or not at all. Where it cannot be written nothing has left, and
        the record is taken back.

        Args:
            reference: of the deployment or case that it is about; `None` for what concerns none.
            path: of the file, outside the bench and its keys.
            content: of the file.
            what: a page, a video, a report, and of what.
            recipient: who gets it.
            justification: why.
            objects: ids of the records that are in it.
            force: replace a file that is there.

        Raises:
            NotPermittedError: when the role may not.
            RefusedError: when a file is there, or it would lie inside the bench.
            OutputError: when it cannot be written.
        """
        target = Path(os.path.abspath(path.expanduser()))  # noqa: PTH100 - keeps a link a link
        self._require_free(target, force=force)
        export = self.disclose(
            reference,
            what=what,
            recipient=recipient,
            justification=justification,
            objects=objects,
            sha256=hashlib.sha256(content).hexdigest(),
        )
        try:
            # A link may have been put there since.
            require_outside(self._context.places, target)
            _write(target, content)
        except RefusedError as error:
            take_back(self._context, export, str(error))
            raise
        except OSError as error:
            reason = error.strerror or type(error).__name__
            take_back(self._context, export, reason)
            msg = f"{target}: cannot be written ({reason}). Nothing left the bench. Name another."
            raise OutputError(msg) from None
        return export

    def list(self, reference: str | None = None) -> list[Export]:
        """Return what left the bench, or what left of a deployment or case, by when it left.

        Raises:
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is no such deployment or case.
        """
        with self._context.acting(Permission.EXPORT_LIST) as acting:
            purpose = None
            if reference is not None:
                purpose = find_purpose(acting.connection, reference).id
                acting = acting.serving(purpose)  # noqa: PLW2901 - the same transaction
            names = references_of(acting.connection)
            found = [
                replace(one, reference=names.get(one.purpose, one.purpose))
                for one in list_exports(acting.connection, purpose)
            ]
            acting.log(Verb.CONSULT, justification="listing what left the bench, no person")
        return found

    def _require_free(self, target: Path, *, force: bool) -> None:
        require_outside(self._context.places, target)
        if target.is_dir():
            msg = f"{target} is a folder. Name a file."
            raise RefusedError(msg)
        if os.path.lexists(target) and not force:
            msg = f"{target} exists and was left as it is. Name another file, or say --force."
            raise RefusedError(msg)


def require_outside(places: BenchPlaces, target: Path) -> None:
    """Refuse a place inside the bench or its keys, by its path or where links lead from it.

    Raises:
        RefusedError: when the place lies in one of them.
    """
    leads = Path(os.path.realpath(target))
    within = {target, *target.parents, leads, *leads.parents}
    for kept in (places.folder, places.keys):
        if kept is not None and {kept, Path(os.path.realpath(kept))} & within:
            msg = f"{target} lies inside {kept}. What leaves the bench goes elsewhere."
            raise RefusedError(msg)


def take_back(context: Context, export: Export, reason: str) -> None:
    """Record that something did not leave the bench after all; whoever wrote it removed it.

    Not part of `bench.exports`: what was given to somebody stays recorded, and only what writes a
    file itself knows that nothing was.
    """
    with context.system(purpose=export.purpose) as acting:
        remove_export(acting.connection, export.id)
        acting.log(
            Verb.EXPORT,
            [export.id],
            recipient=export.recipient,
            result=Result.FAILED,
            details={"by": export.actor, "reason": reason[:_LONGEST_REASON]},
        )


def _write(target: Path, content: bytes) -> None:
    """Write a private file beside its place, then rename it there."""
    part = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise
