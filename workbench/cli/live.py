"""`workbench live`: run a live search, and see, pause or stop those that others run."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer

from workbench.cli.console import example, load_settings, say, say_json
from workbench.cli.interrupts import stop_asked
from workbench.cli.live_telling import status_line, telling
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption, EncoderOption, Justification, said, score
from workbench.cli.tables import show_pairs
from workbench.errors import UsageError, WorkbenchError
from workbench.governance.session_signs import SessionState

if TYPE_CHECKING:
    from workbench.bench import Workbench
    from workbench.bench.live_session import LiveSession
    from workbench.bench.live_watching import SessionWatcher
    from workbench.cli.interrupts import StopAsked
    from workbench.cli.live_telling import Telling

__all__ = ["app"]

_TICK_S: Final = 0.25
"""Seconds after which Ctrl-C is heard at the latest."""
_SIGN_S: Final = 1.0
_RUNS: Final = "running the live search whose alerts these are"

app = typer.Typer(
    name="live",
    help="Live searches: run one here, and see, pause or stop those that run anywhere.",
    epilog=example("workbench live start 2026-11/HIGH-ST-1 --feed gate --source env:CAMERA"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)

_Session: TypeAlias = Annotated[
    str,
    typer.Argument(metavar="SESSION", help="Id of the live search, or the beginning or end of it."),
]


@app.command(
    "start",
    epilog=example(
        "workbench live start 2026-11/HIGH-ST-1 --feed gate --source env:CAMERA",
        "workbench live start 2026-11/HIGH-ST-1 --source crowd.mp4 --json",
    ),
)
def start(
    deployment: Annotated[
        str,
        typer.Argument(metavar="REFERENCE", help="Deployment whose authority covers the search."),
    ],
    *,
    source: Annotated[
        str,
        typer.Option(
            "--source",
            "-s",
            metavar="SOURCE",
            help="Where the frames come from: a path or an address; env:NAME takes it from an "
            "environment variable, @FILE from a file that only you can read. An address with a "
            "login in it is refused: others see the words of a command.",
        ),
    ],
    name: Annotated[
        str | None,
        typer.Option(
            "--feed",
            "-f",
            metavar="NAME",
            help="Which of the deployment's feeds it is; may be left out where it has one.",
        ),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            "--threshold",
            "-t",
            parser=score,
            metavar="SCORE",
            help="Score from which an alert is raised, not below what was authorised.",
        ),
    ] = None,
    zone: Annotated[
        Path | None,
        typer.Option(
            "--zone",
            readable=False,
            help="JSON file with a polygon in shares of the frame, within that of the feed.",
        ),
    ] = None,
    encoder: EncoderOption = None,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Search a feed in this terminal until it, its authority or somebody ends the search.

    Ctrl-C ends it in good order. Alerts are printed as they are stored, without a face; people
    decide on them with workbench alert.
    """
    from workbench.hygiene import address_from  # noqa: PLC0415 - keeps `--help` quick
    from workbench.live import Zone  # noqa: PLC0415

    address = address_from(source, os.environ)
    settings = load_settings(encoder=encoder, bench=bench)
    polygon = None if zone is None else Zone.read(zone)
    with opened(bench, settings) as workbench:
        session = workbench.live.start(
            deployment, address, feed_name=name, threshold=threshold, zone=polygon
        )
        say(session.policy_words)
        with session, telling(as_json=as_json) as tell:
            _run(workbench, session, tell)


@app.command(
    "status",
    epilog=example("workbench live status", "workbench live status --deployment 2026-11/HIGH-ST-1"),
)
def status(
    session: Annotated[
        str | None,
        typer.Argument(
            metavar="[SESSION]",
            help="Id of the live search, or the beginning or end of it; all that run when left "
            "out.",
        ),
    ] = None,
    *,
    deployment: Annotated[
        str | None,
        typer.Option(
            "--deployment",
            "-d",
            metavar="REFERENCE",
            help="All searches of this deployment, those that have ended too.",
        ),
    ] = None,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Say how live searches are doing, whichever process runs them: counts, and no face."""
    with opened(bench) as workbench:
        if session is None:
            found = workbench.live.statuses(deployment)
        else:
            found = [workbench.live.status(workbench.whole_id("session", session))]
    if as_json:
        say_json({"sessions": [one.plain() for one in found]})
        return
    for one in found:
        show_pairs([("session", one.session), ("deployment", one.deployment)])
        say(status_line(one))
    if not found:
        say("No live search runs here.")


@app.command("stop", epilog=example("workbench live stop session-4a1f --why 'the street is empty'"))
def stop(
    session: _Session,
    *,
    why: Annotated[
        str | None,
        typer.Option("--why", parser=said, metavar="TEXT", help="Why, for the log; or @FILE."),
    ] = None,
    bench: BenchOption = None,
) -> None:
    """Ask a live search to end; whichever process runs it does so within a second."""
    with opened(bench) as workbench:
        whole = workbench.whole_id("session", session)
        asked = workbench.live.stop(whole, why)
    say(f"{whole} is asked to end." if asked else f"{whole} has ended, or was asked to before.")


@app.command(
    "pause", epilog=example("workbench live pause session-4a1f --why 'the cordon is being moved'")
)
def pause(
    session: _Session,
    *,
    why: Annotated[
        str,
        typer.Option(
            "--why",
            parser=said,
            metavar="TEXT",
            help="Why, kept in the record of the search and in the log; or @FILE.",
        ),
    ],
    bench: BenchOption = None,
) -> None:
    """Have a live search rest: no frame is searched until it is resumed, and the gap is kept."""
    with opened(bench) as workbench:
        whole = workbench.whole_id("session", session)
        workbench.live.pause(whole, why)
    say(f"{whole} rests within a second, until: workbench live resume {whole}")


@app.command("resume", epilog=example("workbench live resume session-4a1f"))
def resume(
    session: _Session,
    *,
    why: Annotated[
        str | None,
        typer.Option("--why", parser=said, metavar="TEXT", help="Why, for the log; or @FILE."),
    ] = None,
    bench: BenchOption = None,
) -> None:
    """Have a live search that rests go on, within a second."""
    with opened(bench) as workbench:
        whole = workbench.whole_id("session", session)
        workbench.live.resume(whole, why)
    say(f"{whole} goes on.")


@app.command(
    "watch",
    epilog=example("workbench live watch session-4a1f --justification 'on duty at the gate'"),
)
def watch(
    session: _Session,
    *,
    justification: Justification,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Follow a live search that any process runs: its status, and its alerts as they come.

    It ends with the search; Ctrl-C ends the watching and leaves the search as it is.
    """
    with opened(bench) as workbench, stop_asked() as asked:
        whole = workbench.whole_id("session", session)
        watcher = workbench.live.watch(whole, justification=justification)
        with telling(as_json=as_json) as tell:
            tell.started(whole, watcher.status())
            for now, alerts in watcher.follow():
                if asked.is_asked:
                    return
                tell.alerts(alerts)
                tell.status(now)
                if now.state is not SessionState.ENDED:
                    _wait(asked)
            tell.ended(workbench.live.status(whole))


@app.command("record", epilog=example("workbench live record session-4a1f > record.json"))
def record(
    session: Annotated[
        str | None,
        typer.Argument(
            metavar="[SESSION]", help="Id of the live search, or the beginning or end of it."
        ),
    ] = None,
    *,
    schema: Annotated[
        bool, typer.Option("--schema", help="Write the JSON schema of such records instead.")
    ] = False,
    bench: BenchOption = None,
) -> None:
    """Write the record of a live search as JSON: counts, codes and moments, and nobody."""
    from workbench.governance.session_records import (  # noqa: PLC0415 - keeps `--help` quick
        session_record_schema,
    )

    if schema:
        say_json(session_record_schema())
        return
    if session is None:
        msg = "name the live search whose record is wanted, or say --schema."
        raise UsageError(msg)
    with opened(bench) as workbench:
        found = workbench.live.record(workbench.whole_id("session", session))
    say_json(found.plain())


def _run(workbench: Workbench, session: LiveSession, tell: Telling) -> None:
    """Run a search in a thread, and say what it does until it has ended."""
    watcher = workbench.live.watch(session.id, justification=_RUNS)
    tell.started(session.id, session.status, threshold=session.threshold, unit=session.unit)
    with stop_asked() as asked:
        session.start_thread()
        try:
            _follow(session, watcher, tell, asked)
        except WorkbenchError:
            _tell_end(session, watcher, tell)
            raise
    _tell_end(session, watcher, tell)


def _follow(session: LiveSession, watcher: SessionWatcher, tell: Telling, asked: StopAsked) -> None:
    """Say what a search does until it has ended; raises what brought it to its end."""
    said_s = time.monotonic() - _SIGN_S
    while not session.is_done:
        if asked.is_asked:
            session.stop("interrupted at the keyboard")
        if time.monotonic() - said_s >= _SIGN_S:
            said_s = time.monotonic()
            tell.alerts(watcher.alerts())
            tell.status(session.status)
        session.wait(_TICK_S)
    session.wait()


def _tell_end(session: LiveSession, watcher: SessionWatcher, tell: Telling) -> None:
    tell.alerts(watcher.alerts())
    tell.ended(session.status)


def _wait(asked: StopAsked) -> None:
    """Wait for a second, or until Ctrl-C."""
    ends = time.monotonic() + _SIGN_S
    while not asked.is_asked and time.monotonic() < ends:
        time.sleep(_TICK_S)
