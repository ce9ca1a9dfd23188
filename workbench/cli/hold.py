"""`workbench hold`: legal holds, placed by one person and released by another."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from workbench.cli.console import example, say, say_json
from workbench.cli.documents import moment
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption, Reason
from workbench.cli.tables import show_table

if TYPE_CHECKING:
    from workbench.governance.holds import Hold

__all__ = ["app"]

app = typer.Typer(
    name="hold",
    help="Legal holds: keep alerts, or all of a deployment, case or evaluation set, past their "
    "limit.",
    epilog=example("workbench hold list"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)


class GroundChoice(StrEnum):
    """Why something may be kept past its limit."""

    JUDICIAL = "judicial"
    INQUEST = "inquest"
    COMPLAINT = "complaint"
    REGULATOR = "regulator"
    DATA_SUBJECT_REQUEST = "data-subject-request"


_Id: TypeAlias = Annotated[
    str, typer.Argument(metavar="ID", help="Id of the hold, or the beginning or end of it.")
]
_ReviewBy: TypeAlias = Annotated[
    datetime,
    typer.Option(
        "--review-by",
        parser=moment,
        metavar="TIME",
        help="When it is looked at again, within 183 days, such as 2026-12-24T17:00+00:00.",
    ),
]


@app.command(
    epilog=example(
        "workbench hold place --alert alert-0678f3c2a1b0-9f2c4d7a --ground complaint "
        '--reason "complaint 12/26" --review-by 2026-12-24T17:00+00:00',
        "workbench hold place 2026-11/HIGH-ST-1 --ground judicial --reason @order.txt "
        "--review-by 2026-12-24T17:00+00:00",
    )
)
def place(
    reference: Annotated[
        str | None,
        typer.Argument(
            metavar="REFERENCE",
            help="Deployment, case or evaluation set of which everything is kept; leave it out to "
            "name alerts.",
        ),
    ] = None,
    *,
    ground: Annotated[GroundChoice, typer.Option("--ground", help="Why, of the closed list.")],
    reason: Reason,
    review_by: _ReviewBy,
    alert: Annotated[
        list[str] | None,
        typer.Option("--alert", metavar="ID", help="Alert to keep, by its id. May be repeated."),
    ] = None,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Keep something past its limit; another person must release it."""
    from workbench.governance.holds import HoldGround  # noqa: PLC0415 - keeps `--help` quick

    with opened(bench) as workbench:
        hold = workbench.holds.place(
            reference,
            ground=HoldGround(ground),
            reason=reason,
            review_by=review_by,
            alerts=alert or (),
        )
    _told(hold, f"It is looked at again by {hold.next_review:%Y-%m-%d %H:%M} UTC.", as_json)


@app.command(
    epilog=example(
        'workbench hold review hold-0678f3c2a1b0-9f2c4d7a --reason "the appeal is pending" '
        "--review-by 2027-03-01T09:00+00:00"
    )
)
def review(
    hold: _Id,
    *,
    reason: Reason,
    review_by: _ReviewBy,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Say that a hold was looked at and is still needed, and when it is looked at next."""
    with opened(bench) as workbench:
        found = workbench.holds.review(hold, reason=reason, review_by=review_by)
    _told(found, f"It is looked at again by {found.next_review:%Y-%m-%d %H:%M} UTC.", as_json)


@app.command(
    epilog=example('workbench hold release hold-0678f3c2a1b0-9f2c4d7a --reason "the case ended"')
)
def release(
    hold: _Id, *, reason: Reason, bench: BenchOption = None, as_json: AsJson = False
) -> None:
    """Release a hold that somebody else placed; what it kept goes at its limit."""
    with opened(bench) as workbench:
        found = workbench.holds.release(hold, reason=reason)
    _told(found, "What it kept and is past its limit goes at the next opening.", as_json)


@app.command("list", epilog=example("workbench hold list", "workbench hold list --released"))
def list_(
    *,
    released: Annotated[
        bool, typer.Option("--released", help="Also those that were released.")
    ] = False,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """List the holds in force, overdue reviews marked."""
    with opened(bench) as workbench:
        found = workbench.holds.list(released=released)
        now = workbench.now()
    if as_json:
        say_json({"holds": [_plain(hold, now) for hold in found]})
    elif not found:
        say("There is no legal hold.")
    else:
        show_table(
            ("id", "ground", "keeps", "placed by", "placed", "review by", "state"),
            [
                (
                    hold.id,
                    hold.ground.value,
                    "\n".join(hold.objects) or f"all of {hold.purpose}",
                    hold.authoriser,
                    f"{hold.placed:%Y-%m-%d}",
                    f"{hold.next_review:%Y-%m-%d}",
                    _state(hold, now),
                )
                for hold in found
            ],
            whole=("id", "keeps"),
        )


def _told(hold: Hold, note: str, as_json: bool) -> None:  # noqa: FBT001 - what was asked for
    if as_json:
        say_json(hold.plain())
    else:
        kept = f"{len(hold.objects)} alerts" if hold.objects else f"all of {hold.purpose}"
        say(f"{hold.id}: {hold.ground}, {kept}. {note}")


def _plain(hold: Hold, now: datetime) -> dict[str, Any]:
    return hold.plain() | {"state": _state(hold, now)}


def _state(hold: Hold, now: datetime) -> str:
    if not hold.is_active(now):
        return "released"
    return "review overdue" if hold.is_overdue(now) else "in force"
