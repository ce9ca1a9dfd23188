"""`workbench deployment`: from the draft to the record, by reference."""

from __future__ import annotations

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from workbench.cli.console import example, say, say_json
from workbench.cli.deployment_template import template as filled_in
from workbench.cli.documents import moment, read_document
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption, Reason, said
from workbench.errors import UsageError
from workbench.records.moments import utc_now

if TYPE_CHECKING:
    from workbench.bench.deployment_view import DeploymentView

__all__ = ["app"]

app = typer.Typer(
    name="deployment",
    help="Deployments: draft and apply for one, authorise it, end it, read its record.",
    epilog=example("workbench deployment template > high-street.toml"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)


class NoteChoice(StrEnum):
    """What is noted about a deployment."""

    NOTICE = "notice"
    COMMUNITY = "community"
    COSTS = "costs"
    FIELD_COUNTS = "field-counts"
    REVIEW = "review"


_Reference: TypeAlias = Annotated[str, typer.Argument(help="Reference of the deployment.")]
_File: TypeAlias = Annotated[
    Path, typer.Argument(metavar="FILE", help="Fields to fill in, as JSON or TOML.")
]


@app.command(epilog=example("workbench deployment template > high-street.toml"))
def template(*, as_json: AsJson = False) -> None:
    """Print an application to fill in, every field explained (TOML)."""
    if as_json:
        say_json({"template": filled_in(utc_now())})
    else:
        sys.stdout.write(filled_in(utc_now()))


@app.command(epilog=example("workbench deployment draft high-street.toml"))
def draft(file: _File, *, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """Begin an application from a file; it need not be complete."""
    values = read_document(file)
    with opened(bench) as workbench:
        view = workbench.deployments.draft(values)
    _told(view, as_json=as_json)


@app.command(epilog=example("workbench deployment amend 2026-11/HIGH-ST-1 high-street.toml"))
def amend(
    reference: _Reference, file: _File, *, bench: BenchOption = None, as_json: AsJson = False
) -> None:
    """Set the fields of a draft that a file holds; the others stay."""
    values = read_document(file)
    with opened(bench) as workbench:
        view = workbench.deployments.amend(reference, values)
    _told(view, as_json=as_json)


@app.command(epilog=example("workbench deployment apply 2026-11/HIGH-ST-1"))
def apply(reference: _Reference, *, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """Apply for the authority; another must give it."""
    with opened(bench) as workbench:
        view = workbench.deployments.apply(reference)
    _told(view, as_json=as_json)


@app.command(
    epilog=example(
        "workbench deployment authorise 2026-11/HIGH-ST-1 --necessity @necessity.txt "
        "--proportionality @proportionality.txt"
    )
)
def authorise(
    reference: _Reference,
    *,
    necessity: Annotated[
        str,
        typer.Option(
            "--necessity",
            parser=said,
            metavar="TEXT",
            help="Why it is necessary, in your own words, or @FILE.",
        ),
    ],
    proportionality: Annotated[
        str,
        typer.Option(
            "--proportionality",
            parser=said,
            metavar="TEXT",
            help="Why it is proportionate, in your own words, or @FILE.",
        ),
    ],
    starts: Annotated[
        datetime | None,
        typer.Option(
            "--starts",
            parser=moment,
            metavar="TIME",
            help="When the authority begins. Default: with the application.",
        ),
    ] = None,
    ends: Annotated[
        datetime | None,
        typer.Option(
            "--ends",
            parser=moment,
            metavar="TIME",
            help="When it ends. Default: with the application.",
        ),
    ] = None,
    urgent: Annotated[
        str | None,
        typer.Option(
            "--urgent",
            parser=said,
            metavar="REASON",
            help="Why it cannot wait for a higher rank; it lapses unless that reviews it in time.",
        ),
    ] = None,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Give a deployment its written authority, as an officer who did not apply for it."""
    with opened(bench) as workbench:
        view = workbench.deployments.authorise(
            reference,
            necessity=necessity,
            proportionality=proportionality,
            starts=starts,
            ends=ends,
            urgent_reason=urgent,
        )
    _told(view, as_json=as_json)


@app.command(
    epilog=example("workbench deployment review-urgent 2026-11/HIGH-ST-1 --reason @reasons.txt")
)
def review_urgent(
    reference: _Reference, *, reason: Reason, bench: BenchOption = None, as_json: AsJson = False
) -> None:
    """Uphold an urgent authority, as another officer; withdraw it if it should not stand."""
    with opened(bench) as workbench:
        view = workbench.deployments.review_urgent(reference, reason)
    _told(view, as_json=as_json)


@app.command(
    epilog=example("workbench deployment refuse 2026-11/HIGH-ST-1 --reason 'not proportionate'")
)
def refuse(
    reference: _Reference, *, reason: Reason, bench: BenchOption = None, as_json: AsJson = False
) -> None:
    """Refuse an application, with the reason."""
    with opened(bench) as workbench:
        view = workbench.deployments.refuse(reference, reason)
    _told(view, as_json=as_json)


@app.command(
    epilog=example("workbench deployment cancel 2026-11/HIGH-ST-1 --reason 'the suspects left'")
)
def cancel(
    reference: _Reference, *, reason: Reason, bench: BenchOption = None, as_json: AsJson = False
) -> None:
    """Cancel what has not been live yet."""
    with opened(bench) as workbench:
        view = workbench.deployments.cancel(reference, reason)
    _told(view, as_json=as_json)


@app.command(
    epilog=example("workbench deployment withdraw 2026-11/HIGH-ST-1 --reason 'a march comes'")
)
def withdraw(
    reference: _Reference,
    *,
    reason: Annotated[
        str | None,
        typer.Option(
            "--reason",
            parser=said,
            metavar="TEXT",
            help="Why the authority is withdrawn, or @FILE; not needed for an application.",
        ),
    ] = None,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Take back an application as an analyst, or an authority as an authorising officer.

    With --reason it is the authority that is withdrawn: a live search under it stops.
    """
    with opened(bench) as workbench:
        view = (
            workbench.deployments.withdraw_application(reference)
            if reason is None
            else workbench.deployments.withdraw_authority(reference, reason)
        )
    _told(view, as_json=as_json)


@app.command(epilog=example("workbench deployment close 2026-11/HIGH-ST-1"))
def close(reference: _Reference, *, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """End a deployment that was live; what still runs stops, and its list is due for deletion."""
    with opened(bench) as workbench:
        view = workbench.deployments.close(reference)
    _told(view, as_json=as_json)


@app.command(epilog=example("workbench deployment show 2026-11/HIGH-ST-1"))
def show(reference: _Reference, *, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """Show a deployment: its application, its authority, and what was noted about it."""
    from workbench.cli.deployment_show import show_deployment  # noqa: PLC0415

    with opened(bench) as workbench:
        view = workbench.deployments.get(reference)
    if as_json:
        say_json(view.plain())
    else:
        show_deployment(view)


@app.command("list", epilog=example("workbench deployment list --state authorised"))
def list_(
    *,
    state: Annotated[
        str | None,
        typer.Option(
            "--state", metavar="STATE", help="Only those in this state, for example authorised."
        ),
    ] = None,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """List the deployments of a bench."""
    from workbench.cli.deployment_show import show_deployments  # noqa: PLC0415
    from workbench.governance.deployments import DeploymentState  # noqa: PLC0415

    if state is not None and state not in set(DeploymentState):
        known = ", ".join(DeploymentState)
        msg = f"no deployment is ever {state!a}. The states are {known}."
        raise UsageError(msg)
    with opened(bench) as workbench:
        views = workbench.deployments.list(None if state is None else DeploymentState(state))
    if as_json:
        say_json({"deployments": [_facts(view) for view in views]})
    else:
        show_deployments(views)


@app.command(epilog=example("workbench deployment note 2026-11/HIGH-ST-1 notice signs.toml"))
def note(
    reference: _Reference,
    kind: Annotated[NoteChoice, typer.Argument(help="What the file is a note of.")],
    file: _File,
    *,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Note what was put up, a talk with a community, costs, counts from the field, the review."""
    values = read_document(file)
    with opened(bench) as workbench:
        deployments = workbench.deployments
        noting = {
            NoteChoice.NOTICE: deployments.note_notice,
            NoteChoice.COMMUNITY: deployments.note_engagement,
            NoteChoice.COSTS: deployments.note_costs,
            NoteChoice.FIELD_COUNTS: deployments.field_counts,
            NoteChoice.REVIEW: deployments.note_review,
        }[kind]
        found = noting(reference, values)
    if as_json:
        say_json({"id": found.id, "kind": found.kind, "by": found.actor, **found.content})
    else:
        say(f"{reference}: noted ({found.kind}).")


@app.command(epilog=example("workbench deployment record 2026-11/HIGH-ST-1 --json"))
def record(reference: _Reference, *, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """Show the record of a deployment: counts, rates with their intervals, costs, and nobody."""
    from workbench.cli.deployment_show import show_record  # noqa: PLC0415

    with opened(bench) as workbench:
        found = workbench.deployments.record(reference)
        log = workbench.audit.standing()
    if as_json:
        say_json(found.shown() | {"audit": log.plain()})
    else:
        show_record(found, log)


def _told(view: DeploymentView, *, as_json: bool) -> None:
    if as_json:
        say_json(_facts(view) | {"missing": list(view.missing)})
        return
    say(f"{view.reference}: {view.state}.")
    for block in view.missing:
        say(f"Still missing: {block}.")


def _facts(view: DeploymentView) -> dict[str, object]:
    return {
        "id": view.id,
        "reference": view.reference,
        "state": view.state.value,
        "applicant": view.applicant,
        "starts": view.starts and view.starts.isoformat(),
        "ends": view.ends and view.ends.isoformat(),
        "ended": view.ended and view.ended.isoformat(),
    }
