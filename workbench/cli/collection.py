"""`workbench collection`: reference collections that cases are searched against, by name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer
from rich.text import Text

from workbench.cli.console import example, printable, progress_bar, say, say_json, stdout
from workbench.cli.documents import moment, prose
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption, Workers
from workbench.cli.tables import show_pairs, show_table
from workbench.governance.reference_collections import CollectionGallery

if TYPE_CHECKING:
    from workbench.bench.collection_views import CollectionView, RemovalNote

__all__ = ["app"]

app = typer.Typer(
    name="collection",
    help="Reference collections that cases are searched against: import, list, show, drop one; "
    "remove people from one.",
    epilog=example("workbench collection list"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)


class SubjectsChoice(StrEnum):
    """What of a folder is one person."""

    FOLDER = "folder"
    FILE = "file"


_Name: TypeAlias = Annotated[str, typer.Argument(help="Name of the collection.")]


@app.command(
    "import",
    epilog=example(
        "workbench collection import photographs custody-2026 "
        '--use "searches for people seen committing robberies in the district" '
        '--origin "custody system of the force" --evidence "PACE 1984, s.64A" '
        "--ends 2027-03-01T00:00+00:00 --source custody --legal-basis police-function",
        "workbench collection import photographs custody-2026 --manifest people.csv "
        "--use @use.txt --origin 'custody system' --evidence 'policy 7' "
        "--ends 2027-03-01T00:00+00:00",
    ),
)
def import_(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", readable=False, help="Folder that the images lie in; they stay there."
        ),
    ],
    name: _Name,
    *,
    use: Annotated[
        str,
        typer.Option(
            "--use", help="Which searches it is for, and why they need it; @FILE takes it from one."
        ),
    ],
    origin: Annotated[
        str,
        typer.Option("--origin", help="Which system or authority the images come from."),
    ],
    evidence: Annotated[
        str,
        typer.Option(
            "--evidence", help="The policy, agreement or provision that allows holding them."
        ),
    ],
    ends: Annotated[
        datetime,
        typer.Option(
            "--ends",
            parser=moment,
            metavar="TIME",
            help="When it is destroyed, such as 2027-03-01T00:00+00:00; no more than the rules "
            "allow, 366 days unless a force set less.",
        ),
    ],
    manifest: Annotated[
        Path | None,
        typer.Option(
            "--manifest",
            metavar="FILE",
            readable=False,
            help="CSV or Parquet that says of whom each image is, with its source, its date and "
            "what allows its use. Default: what the folders say.",
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--source", help="Source of all images, such as custody; no manifest then."),
    ] = None,
    legal_basis: Annotated[
        str | None,
        typer.Option(
            "--legal-basis",
            help="What allows the use of all images, such as police-function; no manifest then.",
        ),
    ] = None,
    subjects: Annotated[
        SubjectsChoice,
        typer.Option(
            "--subjects", help="Without a manifest: whether each folder or each file is a person."
        ),
    ] = SubjectsChoice.FOLDER,
    gallery: Annotated[
        CollectionGallery,
        typer.Option(
            "--gallery",
            help="Where probes are compared with it: in memory, or on the Qdrant server of the "
            "settings, whose storage they must declare encrypted.",
        ),
    ] = CollectionGallery.MEMORY,
    workers: Workers = None,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Import a collection; an import that was cut off goes on when it is given again.

    Images that the rules or their quality refuse are left out, and listed by refusals.
    """
    values = {
        "name": name,
        "use": prose(use),
        "origin": origin,
        "evidence": evidence,
        "ends": ends,
        "gallery": gallery,
    }
    with opened(bench) as workbench, _going_on(name), progress_bar("Importing", "images") as told:
        made = workbench.collections.import_(
            folder,
            values,
            manifest=manifest,
            source=source,
            legal_basis=legal_basis,
            subject=subjects.value,
            workers=workers,
            progress=lambda done, of, refused: told(done, of, f"{refused:,} refused"),
        )
    if as_json:
        say_json(made.plain())
        return
    counts = made.counts
    say(
        f"{name} is ready: {counts.references:,} images of {counts.subjects:,} people, until "
        f"{_at(made.record.ends)}. {_left_out(name, counts.refused, counts.references)} The files "
        f"in {folder} are yours to destroy."
    )


@app.command("list", epilog=example("workbench collection list --json"))
def list_(*, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """List the collections of a bench, also those that are destroyed; nobody in them."""
    with opened(bench) as workbench:
        found = workbench.collections.list()
    if as_json:
        say_json({"collections": [one.plain() for one in found]})
    elif not found:
        say("There is no collection.")
    else:
        show_table(
            ("name", "owner", "state", "people", "images", "refused", "imported", "ends"),
            [
                (
                    one.record.name,
                    one.record.owner,
                    _state(one),
                    one.counts.subjects if one.finished else None,
                    one.counts.references,
                    one.counts.refused,
                    f"{one.record.made:%Y-%m-%d}",
                    _at(one.record.ends),
                )
                for one in found
            ],
            whole=("name",),
        )


@app.command(epilog=example("workbench collection show custody-2026"))
def show(name: _Name, *, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """Show what a collection is, how large, and what made its templates; nobody in it."""
    with opened(bench) as workbench:
        found = workbench.collections.get(name)
    if as_json:
        say_json(found.plain())
        return
    record, counts = found.record, found.counts
    show_pairs(
        (
            ("name", record.name),
            ("state", _state(found)),
            ("owner", record.owner),
            ("use", record.use),
            ("origin", record.origin),
            ("evidence", record.evidence),
            ("begun", _at(record.made)),
            ("imported", found.finished and _at(found.finished)),
            ("ends", _at(record.ends)),
            ("destroyed", found.destroyed and _at(found.destroyed)),
            ("removed", "\n".join(_removed(one) for one in found.removals) or None),
            ("people", f"{counts.subjects:,}" if found.finished else None),
            ("images", f"{counts.references:,}"),
            ("refused", f"{counts.refused:,}"),
            ("by source", _by(counts.sources)),
            ("by basis", _by(counts.bases)),
            ("encoders", "\n".join(counts.encoders) or None),
            ("gallery", record.gallery.value),
            ("parts", f"{found.parts_kept} of {record.parts}, {record.part:,} images each"),
            ("manifest", record.manifest),
        )
    )


@app.command(epilog=example("workbench collection refusals custody-2026"))
def refusals(name: _Name, *, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """List which images of a collection were not taken, and why.

    Paths may name people: what is written here is for whoever imports alone.
    """
    with opened(bench) as workbench:
        found = workbench.collections.refusals(name)
        if as_json:
            say_json({"refusals": [one._asdict() for one in found]})
            return
        count = 0
        for count, one in enumerate(found, 1):  # noqa: B007 - said below
            stdout().print(Text(printable(f"row {one.row}: {one.path}: {one.why}")))
    say(f"{_refused(count)}.")


@app.command(
    epilog=example(
        'workbench collection remove custody-2026 CR/2025/0417 --reason "acquitted on 3 November"',
        "workbench collection remove custody-2026 CR/2025/0417 CR/2025/0522 --reason @why.txt",
    )
)
def remove(
    name: _Name,
    subjects: Annotated[
        list[str],
        typer.Argument(
            metavar="SUBJECT...", help="References of the people, as the import named them."
        ),
    ],
    *,
    reason: Annotated[
        str,
        typer.Option(
            "--reason",
            help="Why, without naming them: it is kept for good; @FILE takes it from one.",
        ),
    ],
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Remove people from a collection, which goes on without them; prints the certificate.

    What was sealed together with them is sealed anew, and the keys of before are destroyed.
    """
    with opened(bench) as workbench:
        removal = workbench.collections.remove(name, subjects, reason=prose(reason))
    if as_json:
        say_json(removal.plain())
        return
    done = (
        f"Removed from {name}, people: {removal.people:,}, images of them: {removal.references:,}"
    )
    if removal.certificate is None:
        say(f"{done}. None was imported yet, and none will be.")
        return
    say(
        f"{done} (certificate {removal.certificate.id}). Lists of earlier searches keep whom they "
        "found until their cases end; the images that were imported are yours to destroy."
    )


@app.command(epilog=example("workbench collection drop custody-2026"))
def drop(name: _Name, *, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """Destroy a collection before its end, its key first; prints the certificate."""
    with opened(bench) as workbench:
        certificate = workbench.collections.drop(name)
    if as_json:
        say_json(certificate.plain())
    else:
        counts = ", ".join(f"{count} {kind}" for kind, count in certificate.counts.items() if count)
        say(f"{name} is dropped. Destroyed: {counts} (certificate {certificate.id}).")


@contextmanager
def _going_on(name: str) -> Iterator[None]:
    """Say how an import that is cut off goes on."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        say(
            f"{name}: the parts that were finished are kept, sealed. The same command goes on from "
            "there; workbench collection list says how far it is, and collection drop ends it."
        )
        raise


def _state(view: CollectionView) -> str:
    if view.state != "importing":
        return view.state
    return f"importing, {view.parts_kept} of {view.record.parts} parts"


def _left_out(name: str, refused: int, taken: int) -> str:
    """Say loudly what share was refused: no search finds whoever is on these alone."""
    said = _refused(refused)
    if not refused:
        return f"{said}."
    share = 100 * refused / (refused + taken)
    return (
        f"{said}, {share:.1f} %, and no search finds whoever is on such images alone: workbench "
        f"collection refusals {name}."
    )


def _refused(count: int) -> str:
    return "1 image was refused" if count == 1 else f"{count:,} images were refused"


def _removed(note: RemovalNote) -> str:
    pending = "" if note.certificate else "; being finished"
    counts = f"people: {note.people:,}, images: {note.references:,}"
    return f"{_at(note.at)}, {counts}, by {note.by}{pending}"


def _by(counts: dict[str, int]) -> str | None:
    return ", ".join(f"{count:,} {kind}" for kind, count in counts.items()) or None


def _at(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
