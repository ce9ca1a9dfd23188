"""`workbench alert`: look at alerts and decide on them. No picture is printed anywhere here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from workbench.cli.console import example, say, say_json, stdout
from workbench.cli.documents import moment, prose
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption, Justification, Reason

if TYPE_CHECKING:
    from workbench.bench.alert_views import AlertView

__all__ = ["app", "show_alerts"]

app = typer.Typer(
    name="alert",
    help="Alerts: software raised them, people decide. Whether officers engage is apart from that.",
    epilog=example(
        "workbench alert list --deployment 2026-11/HIGH-ST-1 --justification 'on duty at the gate'"
    ),
    no_args_is_help=True,
    rich_markup_mode="rich",
)


class Decision(StrEnum):
    """What a person may say about an alert."""

    TRUE_CONFIRMED = "true-confirmed"
    TRUE_UNCONFIRMED = "true-unconfirmed"
    FALSE_CONFIRMED = "false-confirmed"
    FALSE_UNCONFIRMED = "false-unconfirmed"
    UNRESOLVED = "unresolved"


class State(StrEnum):
    """What people may have decided."""

    OPEN = "open"
    TRUE_CONFIRMED = "true-confirmed"
    TRUE_UNCONFIRMED = "true-unconfirmed"
    FALSE_CONFIRMED = "false-confirmed"
    FALSE_UNCONFIRMED = "false-unconfirmed"
    UNRESOLVED = "unresolved"


class Choice(StrEnum):
    """Whether officers engage."""

    ENGAGE = "engage"
    DO_NOT_ENGAGE = "do-not-engage"


class Came(StrEnum):
    """What came of it."""

    ARREST = "arrest"
    OTHER_DISPOSAL = "other-disposal"
    NO_ACTION = "no-action"


_Alert: TypeAlias = Annotated[
    str, typer.Argument(metavar="ALERT", help="Id of the alert, or the beginning or end of it.")
]
_Decision: TypeAlias = Annotated[
    Decision, typer.Option("--decision", help="What you say, having looked at the pictures.")
]


@app.command(
    "list",
    epilog=example(
        "workbench alert list --deployment 2026-11/HIGH-ST-1 --state open "
        "--justification 'on duty at the gate'"
    ),
)
def list_(
    *,
    deployment: Annotated[
        str, typer.Option("--deployment", "-d", metavar="REFERENCE", help="Deployment.")
    ],
    justification: Justification,
    state: Annotated[
        State | None, typer.Option("--state", help="Only those in this state.")
    ] = None,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """List the alerts of a deployment, with what each score means."""
    from workbench.governance.alerts import AlertState  # noqa: PLC0415 - keeps `--help` quick

    with opened(bench) as workbench:
        only = None if state is None else AlertState(state.value)
        alerts = workbench.alerts.list(deployment, only, justification=justification)
    if as_json:
        say_json({"deployment": deployment, "alerts": [alert.plain() for alert in alerts]})
    elif alerts:
        show_alerts(alerts)
    else:
        say("There are no such alerts.")


@app.command(epilog=example("workbench alert show ALERT --justification 'deciding on it'"))
def show(
    alert: _Alert,
    *,
    justification: Justification,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Show an alert with its candidates and what was said, as far as you may see that yet.

    The pictures are for the screens; none is printed here.
    """
    with opened(bench) as workbench:
        view = workbench.alerts.get(alert, justification=justification)
    _tell(view, as_json=as_json)


@app.command(
    epilog=example(
        "workbench alert adjudicate ALERT --decision true-confirmed --reason 'scar on the left'"
    )
)
def adjudicate(
    alert: _Alert,
    *,
    decision: _Decision,
    reason: Reason,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Save your verdict on an alert. It cannot be taken back, and another person gives the next."""
    with opened(bench) as workbench:
        view = workbench.alerts.adjudicate(alert, decision.value, reason)
    _tell(view, as_json=as_json)


@app.command(
    epilog=example("workbench alert engage ALERT --decision do-not-engage --reason 'has left'")
)
def engage(
    alert: _Alert,
    *,
    decision: Annotated[Choice, typer.Option("--decision", help="Whether officers engage.")],
    reason: Reason,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Decide whether officers engage the person; nobody has to."""
    with opened(bench) as workbench:
        view = workbench.alerts.engage(alert, decision.value, reason)
    _tell(view, as_json=as_json)


@app.command(
    epilog=example(
        "workbench alert outcome ALERT --outcome no-action --started 2026-11-25T10:06:00+00:00 "
        "--minutes 4"
    )
)
def outcome(
    alert: _Alert,
    *,
    came: Annotated[Came, typer.Option("--outcome", help="What came of it.")],
    started: Annotated[
        datetime,
        typer.Option(
            "--started",
            parser=moment,
            metavar="TIME",
            help="When officers spoke to them, with its time zone.",
        ),
    ],
    minutes: Annotated[float, typer.Option("--minutes", help="How long it took.")],
    stopped: Annotated[
        bool,
        typer.Option("--stopped/--not-stopped", help="Whether they were not free to walk on."),
    ] = False,
    note: Annotated[
        str | None, typer.Option("--note", help="What there is to say; @FILE takes a file.")
    ] = None,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Record that officers engaged somebody because of an alert, and what came of it."""
    values = {
        "outcome": came.value,
        "started": started,
        "minutes": minutes,
        "stopped": stopped,
        "note": None if note is None else prose(note),
    }
    with opened(bench) as workbench:
        view = workbench.alerts.outcome(alert, values)
    _tell(view, as_json=as_json)


@app.command(
    epilog=example(
        "workbench alert correct ALERT --decision false-confirmed --reason 'the photo was old'"
    )
)
def correct(
    alert: _Alert,
    *,
    decision: _Decision,
    reason: Reason,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Change what was decided, with the reason, as another person than who said so."""
    with opened(bench) as workbench:
        view = workbench.alerts.correct(alert, decision.value, reason)
    _tell(view, as_json=as_json)


@app.command(
    epilog=example(
        "workbench alert move ALERT --case CASE/2026/118 --justification 'evidence of the robbery'"
    )
)
def move(
    alert: _Alert,
    *,
    case: Annotated[str, typer.Option("--case", metavar="NUMBER", help="An authorised case.")],
    justification: Justification,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Move an alert that a legal hold keeps to a case; it then ends with the case."""
    with opened(bench) as workbench:
        alert = workbench.whole_id("alert", alert)
        certificate = workbench.alerts.move_to_case(alert, case, justification=justification)
    if as_json:
        say_json({"alert": alert, "case": case, "certificate": certificate.plain()})
    else:
        say(f"{alert} is of case {case} now. The key that sealed it before is destroyed.")
        say(f"Deletion certificate {certificate.id}, SHA-256 {certificate.digest()}.")


def show_alerts(alerts: Sequence[AlertView]) -> None:
    """Write alerts as a table, with what a score means under it."""
    from workbench.cli.tables import show_table  # noqa: PLC0415 - keeps `--help` quick
    from workbench.reports import clock  # noqa: PLC0415
    from workbench.reports.wording import TABLE_NOTE, in_table, meaning_lines  # noqa: PLC0415

    show_table(
        ("Alert", "Time in feed", "Candidate", "Category", "Score", "Meaning", "State"),
        (
            (
                one.id,
                clock(one.time_s),
                one.subject,
                one.category.value,
                f"{one.score:.2f}",
                in_table(meaning_lines(_Said(one.meaning))[0]),
                _state(one),
            )
            for one in alerts
        ),
        whole=("Alert",),
    )
    say(TABLE_NOTE)
    say("The software raises candidates; people decide.")


class _Said:
    """What a score means, as the records have it."""

    def __init__(self, text: str) -> None:
        self.text = text


def _state(view: AlertView) -> str:
    owed = "" if view.owed == 0 else f", {view.owed} verdict{'s' if view.owed > 1 else ''} owed"
    return f"{view.state.value}{owed}"


def _tell(view: AlertView, *, as_json: bool) -> None:
    if as_json:
        say_json(view.plain())
        return
    from rich.text import Text  # noqa: PLC0415 - keeps `--help` quick

    from workbench.cli.tables import show_pairs, show_table  # noqa: PLC0415

    show_pairs(_facts(view))
    if view.candidates:
        show_table(
            ("Candidate", "Score", "Meaning"),
            ((one.subject, f"{one.score:.2f}", one.meaning) for one in view.candidates),
        )
    for line in _said(view):
        stdout().print(Text(line))
    if view.owed and not view.said_by_me:
        say("What others said is shown once your own verdict is saved, or all are.")


def _facts(view: AlertView) -> list[tuple[str, object]]:
    from workbench.governance.moments import duration, spoken  # noqa: PLC0415 - `--help` is quick
    from workbench.reports import clock  # noqa: PLC0415

    taken = view.time_to_decision
    return [
        ("Alert", view.id),
        ("Deployment", view.deployment),
        ("Feed", f"{view.feed}, {clock(view.time_s)}"),
        ("Raised", spoken(view.raised)),
        ("Candidate", view.subject),
        ("Category", view.category.value),
        ("Grounds", None if view.listed is None else "; ".join(view.listed.grounds)),
        ("Blue list", "consenting staff" if view.blue_list else None),
        ("Score", f"{view.score:.2f} {view.unit}, threshold {view.threshold:g}"),
        ("Meaning", view.meaning),
        ("Contests", view.contests),
        ("State", _state(view)),
        ("Decided after", None if taken is None else duration(taken)),
        ("Case", view.moved_to),
    ]


def _said(view: AlertView) -> list[str]:
    lines = [f"{one.by}: {one.verdict}. {one.reason}" for one in view.verdicts]
    lines += [f"{one.by}: {one.move} as {one.to}. {one.reason}" for one in view.revisions]
    lines += [f"{one.by}: {one.decision}. {one.reason}" for one in view.decisions]
    lines += [
        f"Engaged at {one.started.isoformat()} for {one.minutes:g} min, "
        f"{'stopped' if one.stopped else 'not stopped'}: {one.outcome}."
        for one in view.engagements
    ]
    return lines
