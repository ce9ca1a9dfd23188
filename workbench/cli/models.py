"""`workbench models`: list, install, verify, export and import models and sample portraits."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.filesize import decimal
from rich.table import Table

from workbench.cli.console import example, load_settings, say, say_json, stderr, stdout
from workbench.errors import ArtefactUnavailableError, DigestMismatchError, UsageError

if TYPE_CHECKING:
    from workbench.faces.artefacts import Artefact, ArtefactStore, ProgressCallback, VerifyResult

__all__ = ["GROUPS", "app"]

GROUPS = ("default", "samples")
"""Words that stand for several names: what the default settings need, and the portraits."""

app = typer.Typer(
    name="models",
    help="Models and sample portraits: what there is, what is installed, and whether it is intact.",
    epilog=example("workbench models install default samples"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)

_Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NAMES", help="Names of the catalogue, or the groups default and samples."
    ),
]
_Json = Annotated[bool, typer.Option("--json", help="Write the result as JSON.")]
_Cache = Annotated[
    Path | None,
    typer.Option("--cache", readable=False, help="Folder of the files; the setting when left out."),
]
_Index = Annotated[
    str | None,
    typer.Option("--index-url", help="Package index to use in place of the one pip is set to."),
]
_Offline = Annotated[
    bool | None, typer.Option("--offline/--online", help="Use no network; the setting otherwise.")
]
_Digests = Annotated[
    list[str] | None,
    typer.Option(
        "--sha256",
        metavar="[NAME=]DIGEST",
        help="SHA-256 that you vouch for, where the catalogue has none. May be repeated.",
    ),
]


@app.command("list", epilog=example("workbench models list", "workbench models list --json"))
def list_(*, as_json: _Json = False, cache: _Cache = None) -> None:
    """Show the catalogue, and what of it is installed."""
    store = _store(cache=cache)
    results = {result.name: result for result in store.verify()}
    if as_json:
        rows = [_row(artefact, results[artefact.name]) for artefact in store.catalogue]
        say_json({"cache": str(store.cache), "artefacts": rows})
        return
    table = Table(box=None, pad_edge=False)
    # Whole, however narrow the place: a name is there to be given to another command.
    table.add_column("name", no_wrap=True, min_width=max(map(len, store.catalogue.names())))
    table.add_column("kind", no_wrap=True)
    table.add_column("version", overflow="fold")
    table.add_column("size", no_wrap=True)
    table.add_column("licence", overflow="fold", min_width=len("Apache-2.0"))
    table.add_column("state", no_wrap=True)
    for artefact in store.catalogue:
        table.add_row(
            artefact.name,
            artefact.kind,
            artefact.version,
            "unknown" if artefact.size is None else decimal(artefact.size),
            artefact.licence,
            results[artefact.name].state,
        )
    stdout().print(table)
    say(f"Cache: {store.cache}")


@app.command(
    epilog=example(
        "workbench models install",
        "workbench models install default samples",
        "workbench models install facenet-casia-webface --sha256 DIGEST",
    )
)
def install(
    names: _Names = None,
    *,
    file: Annotated[
        Path | None,
        typer.Option("--from", readable=False, help="Take the one named artefact from this file."),
    ] = None,
    sha256: _Digests = None,
    index_url: _Index = None,
    offline: _Offline = None,
    cache: _Cache = None,
) -> None:
    """Fetch artefacts into the cache; without names, what the default settings need."""
    with _transfer_bars() as progress:
        store = _store(progress, cache=cache, index_url=index_url, offline=offline)
        wanted = _expand(names or ["default"], store)
        stated = _stated(sha256 or [], wanted)
        if file is not None and len(wanted) != 1:
            msg = f"--from gives one file, but {len(wanted)} artefacts are named. Name one."
            raise UsageError(msg)
        for name in wanted:
            path = store.install(name, sha256=stated.get(name), file=file)
            say(f"{name}: {path}")


@app.command(
    epilog=example("workbench models verify", "workbench models verify yunet-2023mar --json")
)
def verify(names: _Names = None, *, as_json: _Json = False, cache: _Cache = None) -> None:
    """Check the digest of what is installed; fails when a byte is wrong or a named file absent."""
    store = _store(cache=cache)
    wanted = _expand(names, store) if names else store.catalogue.names()
    results = [result for name in wanted for result in store.verify(name)]
    if as_json:
        rows = [_row(store.catalogue.get(result.name), result) for result in results]
        say_json({"cache": str(store.cache), "artefacts": rows})
    else:
        table = Table("name", "state", title="Verified")
        # Folded, never cut: a digest is there to be compared.
        table.add_column("SHA-256", overflow="fold")
        for result in results:
            table.add_row(result.name, result.state, result.found or "")
        stdout().print(table)
    _require_sound(results, named=bool(names))


@app.command(epilog=example("workbench models export /media/stick/models default samples"))
def export(
    directory: Annotated[
        Path, typer.Argument(readable=False, help="Folder to write; made if need be.")
    ],
    names: _Names = None,
    *,
    cache: _Cache = None,
) -> None:
    """Copy artefacts to a folder that a machine without a network can import."""
    with _transfer_bars() as progress:
        store = _store(progress, cache=cache)
        for name in store.export(directory, _expand(names, store) if names else None):
            say(f"{name}: {directory / store.catalogue.get(name).filename}")


@app.command("import", epilog=example("workbench models import /media/stick/models"))
def import_(
    directory: Annotated[
        Path, typer.Argument(readable=False, help="Folder that workbench models export wrote.")
    ],
    *,
    sha256: _Digests = None,
    cache: _Cache = None,
) -> None:
    """Take every artefact of an exported folder; one wrong byte refuses the folder whole."""
    store = _store(cache=cache)
    for name in store.import_(directory, _stated(sha256 or [], [])):
        say(f"{name}: {store.cached_path(name)}")


def _store(progress: ProgressCallback | None = None, **chosen: object) -> ArtefactStore:
    from workbench.faces.artefacts import ArtefactStore  # noqa: PLC0415 - keeps `--help` quick

    return ArtefactStore.from_settings(load_settings(**chosen), progress=progress)


def _expand(names: list[str], store: ArtefactStore) -> list[str]:
    """Return the names with groups written out, each once, all known to the catalogue."""
    from workbench.faces.artefacts import DEFAULT_NAMES, SAMPLES  # noqa: PLC0415

    groups = {
        "default": DEFAULT_NAMES,
        "samples": tuple(portrait.artefact.name for portrait in SAMPLES),
    }
    expanded = [member for name in names for member in groups.get(name, (name,))]
    return [store.catalogue.get(name).name for name in dict.fromkeys(expanded)]


def _stated(options: list[str], wanted: list[str]) -> dict[str, str]:
    """Return the stated digests by name; a bare digest belongs to the one named artefact."""
    stated: dict[str, str] = {}
    for option in options:
        name, equals, digest = option.rpartition("=")
        if not equals and len(wanted) != 1:
            msg = f"--sha256 {option} does not say of which artefact. Write NAME=DIGEST."
            raise UsageError(msg)
        name = name or wanted[0]
        if wanted and name not in wanted:
            msg = f"--sha256 names {name}, which is not among {', '.join(wanted)}. Correct it."
            raise UsageError(msg)
        stated[name] = digest
    return stated


def _require_sound(results: list[VerifyResult], *, named: bool) -> None:
    """Raise for the first damaged file, and for an absent one that was asked for by name."""
    for result in results:
        if result.found is not None and result.found != result.expected:
            expected = result.expected or "none: state it with models install --sha256"
            subject = f"{result.name}, {result.path}"
            raise DigestMismatchError(subject, expected, result.found)
    for result in results:
        if named and result.found is None:
            msg = f"{result.name} is not installed. Run workbench models install {result.name}."
            raise ArtefactUnavailableError(msg)


def _row(artefact: Artefact, result: VerifyResult) -> dict[str, Any]:
    return {
        "name": artefact.name,
        "kind": artefact.kind,
        "version": artefact.version,
        "licence": artefact.licence,
        "sha256": result.expected,
        "size": artefact.size,
        "derived_from": artefact.derived_from,
        "description": artefact.description,
        "provenance": artefact.provenance,
        "state": result.state,
        "found": result.found,
        "path": str(result.path),
    }


@contextmanager
def _transfer_bars() -> Iterator[ProgressCallback]:
    """Show one bar for each file on stderr; nothing where that is not a terminal."""
    from rich.progress import (  # noqa: PLC0415 - keeps `--help` quick
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    console = stderr()
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    tasks: dict[str, Any] = {}
    with contextlib.ExitStack() as stack:
        bars = Progress(*columns, console=console, disable=not console.is_terminal)
        stack.enter_context(bars)

        def advance(what: str, done: int, total: int | None) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield advance
