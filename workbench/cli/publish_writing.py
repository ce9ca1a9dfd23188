"""Publications written: a folder of their own, whole or not at all, and a disclosure of a bench."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from workbench.cli.console import say, say_json
from workbench.cli.options import named, said
from workbench.cli.outputs import output_folder
from workbench.errors import UsageError

if TYPE_CHECKING:
    from workbench.bench import Workbench
    from workbench.governance.permissions import Permission

__all__ = [
    "Disclosed",
    "Into",
    "JustificationOption",
    "NoPdf",
    "RecipientOption",
    "write_publication",
]

Into: TypeAlias = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        readable=False,
        help="Folder in which a folder for the publication is made. Default: here.",
    ),
]
RecipientOption: TypeAlias = Annotated[
    str,
    typer.Option("--recipient", parser=named, metavar="WHO", help="Whom it is for."),
]
JustificationOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--justification",
        "-j",
        parser=said,
        metavar="TEXT",
        help="Why it is published, or @FILE; kept in the audit log. Needed for a bench.",
    ),
]
NoPdf: TypeAlias = Annotated[
    bool, typer.Option("--pdf/--no-pdf", help="Make a PDF of the page, too.")
]


@dataclass(frozen=True, eq=False)
class Disclosed:
    """What is recorded of a publication that is of a bench.

    Attributes:
        what: is published.
        recipient: whom it is for.
        justification: why.
        reference: of the deployment, where the role may read it.
        permission: that the role must hold; that of publications where left out.
    """

    what: str
    recipient: str
    justification: str | None
    reference: str | None = None
    permission: Permission | None = None


def write_publication(
    build: Callable[[], Mapping[str, bytes]],
    stem: str,
    into: Path,
    *,
    bench: Workbench | None,
    disclosed: Disclosed,
    force: bool,
    as_json: bool,
) -> None:
    """Write the files of a publication into a folder of their own.

    What leaves a bench is recorded before the folder stands where it shall, and taken back where
    it does not come to stand there.

    Args:
        build: makes the files; called once the place is known to be free.
        stem: name of the folder.
        into: where it is made.
        bench: that it is of; `None` for published records.
        disclosed: what is recorded of it.
        force: put aside what is there.
        as_json: tell what was written as JSON.

    Raises:
        UsageError: when it is of a bench and nobody says why.
        RefusedError: when an earlier publication is there, or it would lie inside the bench.
        OutputError: when it cannot be written.
    """
    from workbench.reports.publication_files import MANIFEST  # noqa: PLC0415 - quick `--help`

    target = into / stem
    export = None
    if bench is not None:
        bench.publications.require_outside(target)
        if disclosed.justification is None:
            msg = "what is published of a bench is logged with its reason. Say --justification."
            raise UsageError(msg)
    with ExitStack() as stack:
        work = stack.enter_context(output_folder(target, command="publish", force=force, keep=True))
        files = build()
        for name, content in files.items():
            (work / name).write_bytes(content)
        if bench is None:
            stack.close()
        else:
            chosen = {} if disclosed.permission is None else {"permission": disclosed.permission}
            with bench.publications.leaving(
                what=disclosed.what,
                recipient=disclosed.recipient,
                justification=disclosed.justification or "",
                sha256=hashlib.sha256(files[MANIFEST]).hexdigest(),
                reference=disclosed.reference,
                **chosen,
            ) as export:
                # A link may have been put there while it was made.
                bench.publications.require_outside(target)
                stack.close()
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    if as_json:
        told = {"folder": str(target), "files": digests}
        say_json(told | ({} if export is None else {"export": export.id}))
        return
    say(f"{target}: {len(files):,} files written, {MANIFEST} lists their digests.")
    if export is not None:
        say(f"Recorded as given to {export.recipient} ({export.id}).")
