"""`workbench retention`: what is destroyed when, doing it, and the certificates of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from workbench.cli.certificates import counted, show_certificate
from workbench.cli.console import example, load_settings, say, say_json
from workbench.cli.opening import opened, tell_of_faults
from workbench.cli.options import AsJson, BenchOption, named
from workbench.cli.tables import show_table
from workbench.errors import UnknownRecordError, UsageError

if TYPE_CHECKING:
    from workbench.bench import Workbench
    from workbench.bench.retention import IssuedCertificate, ListedCertificates
    from workbench.governance.certificates import DeletionCertificate

__all__ = ["app"]

UNFINISHED = 1
"""Exit code where something could not be destroyed."""

app = typer.Typer(
    name="retention",
    help="What is destroyed when, and proof of it; what is due goes by itself at each opening.",
    epilog=example("workbench retention plan"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)

_Folder: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--project",
        metavar="FOLDER",
        readable=False,
        help="Folder of a project, searched for notebooks, pages and pictures that may hold a "
        "face; what is found is reported and left.",
    ),
]


@app.command(epilog=example("workbench retention plan", "workbench retention plan --json"))
def plan(*, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """Show everything that is kept, when it is to be gone, and what legal holds keep."""
    with opened(bench) as workbench:
        found = workbench.retention.plan()
    if as_json:
        say_json(found.plain())
        return
    if not found.rows:
        say("Nothing is kept that has a limit.")
    else:
        show_table(
            ("state", "due", "class", "of", "id", "holds"),
            [
                (
                    row.state,
                    None if row.due is None else f"{row.due:%Y-%m-%d %H:%M} UTC",
                    row.retention,
                    row.reference,
                    row.id,
                    "\n".join(row.holds) or None,
                )
                for row in found.rows
            ],
            whole=("of", "id", "holds"),
        )
    for hold in found.to_review:
        say(f"Hold {hold.id} was to be looked at again by {hold.next_review:%Y-%m-%d}.")


@app.command(
    epilog=example(
        "workbench retention run",
        "workbench retention run --project ~/lfr-notebooks",
        "workbench retention run --unattended --bench ~/lfr",
    )
)
def run(
    *,
    project: _Folder = None,
    unattended: Annotated[
        bool,
        typer.Option(
            "--unattended",
            help="For a timer: nobody is logged in, and only what each opening does is done.",
        ),
    ] = False,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Destroy what is due now, and finish what was cut off; 1 if something could not be.

    Opening the bench has done so already, which this says.
    """
    if unattended:
        _run_unattended(project, bench, as_json=as_json)
        return
    with opened(bench) as workbench:
        at_opening = workbench.at_opening
        done = workbench.retention.run(project)
    certificates = (*at_opening.certificates, *done.certificates)
    if as_json:
        say_json(
            {
                "certificates": [one.plain() for one in certificates],
                "ended": at_opening.ended + done.ended,
                "purged": at_opening.purged + done.purged,
                "failures": list(done.failures),
            }
        )
    else:
        _tell(certificates)
        for failure in done.failures:
            say(f"Not destroyed yet: {failure}", style="bold")
    if done.failures:
        raise typer.Exit(UNFINISHED)


@app.command(epilog=example("workbench retention sweep --project ~/lfr-notebooks"))
def sweep(*, project: _Folder = None, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """Remove what no record knows, and report what may hold a face elsewhere; 1 if any is found."""
    with opened(bench) as workbench:
        found = workbench.retention.sweep(project)
    if as_json:
        say_json(found.plain())
    else:
        say(
            f"Removed: {len(found.objects)} objects and {len(found.keys)} keys that no record "
            f"knew, {found.partial} unfinished files."
        )
        for name in found.missing:
            say(f"Missing from the vault: {name}. Restore it from a backup, or let it expire.")
        if found.leftovers:
            show_table(("where", "what"), [(one.where, one.what) for one in found.leftovers])
    if found.missing or found.leftovers:
        raise typer.Exit(UNFINISHED)


@app.command(
    epilog=example(
        "workbench retention certificate",
        "workbench retention certificate certificate-0678f3c2a1b0-9f2c4d7a --html certificate.html",
    )
)
def certificate(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="ID",
            help="Id of a certificate; a reference lists those of a deployment or case. Default: "
            "list all.",
        ),
    ] = None,
    *,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write it as a page; a recorded disclosure."),
    ] = None,
    recipient: Annotated[
        str | None,
        typer.Option(
            "--recipient",
            parser=named,
            metavar="NAME",
            help="Who gets the page. Default: yourself.",
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file.")] = False,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Show deletion certificates, or write one as a page that prints."""
    with opened(bench) as workbench:
        found = _listed(workbench, name)
        if found is not None:
            if html is not None:
                msg = "--html writes one certificate. Name it by its id."
                raise UsageError(msg)
            _list(found, as_json=as_json)
            return
        assert name is not None  # noqa: S101 - without one all are listed
        issued = workbench.retention.certificate(name)
        if html is not None:
            export = workbench.retention.write_page(issued, html, recipient=recipient, force=force)
            say(f"{html}: {export.what}, for {export.recipient} ({export.id})")
    if as_json:
        from workbench.reports.certificates import (  # noqa: PLC0415 - keeps `--help` quick
            certificate_values,
        )

        say_json(certificate_values(issued.page()))
    elif html is None:
        show_certificate(issued)


def _run_unattended(project: Path | None, bench: str | None, *, as_json: bool) -> None:
    """Do what an opening does; counts alone are told, since nobody's role is known."""
    from workbench.bench.unattended import run_unattended  # noqa: PLC0415 - keeps `--help` quick

    if project is not None:
        msg = "--unattended searches no folder. Leave --project out, or log in."
        raise UsageError(msg)
    done = run_unattended(settings=load_settings(bench=bench), tell=tell_of_faults)
    gone = sum(len(one.objects) for one in done.certificates)
    if as_json:
        say_json(
            {
                "certificates": len(done.certificates),
                "destroyed": gone,
                "ended": done.ended,
                "purged": done.purged,
                "failures": len(done.failures),
            }
        )
    else:
        say(
            f"Destroyed: {gone} records, {len(done.certificates)} certificates issued. "
            f"Not destroyed yet: {len(done.failures)}."
        )
    if done.failures:
        raise typer.Exit(UNFINISHED)


def _listed(workbench: Workbench, name: str | None) -> ListedCertificates | None:
    """Return all certificates or those of a reference; `None` where a name is the id of one."""
    if name is not None and name.startswith("certificate-"):
        return None
    try:
        return workbench.retention.listed(name)
    except UnknownRecordError:
        if name is None:
            raise
    if workbench.whole_id("certificate", name) == name:
        msg = (
            f"there is no deployment and no case {ascii(name)[1:-1][:100]}, nor a certificate or "
            "an evaluation set of that name. List all with workbench retention certificate, "
            "without a name."
        )
        raise UnknownRecordError(msg)
    return None


def _list(found: ListedCertificates, *, as_json: bool) -> None:
    if as_json:
        every = [_plain(one) for one in found.issued]
        say_json({"certificates": every, "changed": list(found.changed)})
    elif not found.issued and not found.changed:
        say("No certificate was issued.")
    elif found.issued:
        show_table(
            ("id", "finished", "class", "of", "gone", "result"),
            [
                (
                    issued.certificate.id,
                    f"{issued.certificate.finished:%Y-%m-%d %H:%M} UTC",
                    issued.certificate.retention.value,
                    issued.reference,
                    len(issued.certificate.objects),
                    issued.certificate.result.value,
                )
                for issued in found.issued
            ],
            whole=("id", "of"),
        )
    for name in found.changed:
        say(
            f"{name} was changed after it was issued, and is not shown. workbench audit verify "
            "compares it with the log; restore the bench from a backup to read what was issued."
        )


def _plain(issued: IssuedCertificate) -> dict[str, Any]:
    one = issued.certificate
    return one.plain() | {"reference": issued.reference, "digest": one.digest()}


def _tell(certificates: tuple[DeletionCertificate, ...]) -> None:
    from workbench.reports.certificates import lateness  # noqa: PLC0415 - keeps `--help` quick

    if not certificates:
        say("Nothing was due.")
    for one in certificates:
        say(f"{one.id}: {counted(one.counts)}; {one.result.value}, {lateness(one)}.")
