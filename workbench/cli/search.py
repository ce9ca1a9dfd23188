"""`workbench search`: a feed against the watchlist of an authorised deployment; alerts come out."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.console import example, load_settings, progress_bar, say, say_json
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption, EncoderOption, Force, said, score
from workbench.cli.outputs import output_folder, require_apart
from workbench.errors import UsageError, WorkbenchError

if TYPE_CHECKING:
    from workbench.bench import Workbench
    from workbench.bench.alert_views import AlertView
    from workbench.bench.live_session import LiveSession
    from workbench.live import RedactedFrame, RedactedVideoWriter
    from workbench.records.sessions import SessionRow

__all__ = ["EXAMPLE", "search"]

EXAMPLE = example(
    "workbench search crowd.mp4 --deployment 2026-11/HIGH-ST-1 --feed gate",
    "workbench search env:CAMERA --deployment 2026-11/HIGH-ST-1",
)

_JUST_RUN = "result of the live search that was just run"


def search(
    feed: Annotated[
        str,
        typer.Argument(
            metavar="FEED",
            help="Video file, image, folder of images, or a camera (rtsp://, rtsps://, http://, "
            "https://, tcp://, udp://, webcam:0); env:NAME takes the address from an environment "
            "variable, @FILE from a file that only you can read.",
        ),
    ],
    *,
    deployment: Annotated[
        str,
        typer.Option(
            "--deployment", "-d", metavar="REFERENCE", help="Deployment whose authority covers it."
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
            help="Score from which an alert is raised, not below what was authorised; that of the "
            "threshold policy when left out.",
            parser=score,
            metavar="SCORE",
        ),
    ] = None,
    zone: Annotated[
        Path | None,
        typer.Option(
            "--zone",
            readable=False,
            help="JSON file with a polygon in shares of the frame, within that of the feed; faces "
            "outside it are made unrecognisable and never compared.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            readable=False,
            help="Folder for alerts.html, summary.json and redacted.mp4: a disclosure, which needs "
            "--recipient and --justification. Nothing is written when left out.",
        ),
    ] = None,
    recipient: Annotated[
        str | None, typer.Option("--recipient", metavar="WHO", help="Who gets what --output has.")
    ] = None,
    justification: Annotated[
        str | None,
        typer.Option("--justification", "-j", parser=said, metavar="TEXT", help="Why they get it."),
    ] = None,
    encoder: EncoderOption = None,
    force: Force = False,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Search a feed for the people of a deployment's watchlist, while its authority covers now.

    Each alert is sealed and logged at once. The search ends with the feed, with the authority, or
    when somebody stops it. The software raises candidates; people decide, with workbench alert.
    """
    from workbench.bench.search_output import REDACTED_VIDEO  # noqa: PLC0415 - keeps `--help` quick
    from workbench.hygiene import address_from  # noqa: PLC0415
    from workbench.live import Zone  # noqa: PLC0415

    leaving = _leaving(output, recipient, justification)
    address = address_from(feed, os.environ)
    settings = load_settings(encoder=encoder, bench=bench)
    if leaving is not None:
        require_apart(leaving.folder, Path(address) if "://" not in address else None, zone)
    polygon = None if zone is None else Zone.read(zone)
    with ExitStack() as stack:
        workbench = stack.enter_context(opened(bench, settings))
        given = None
        if leaving is not None:
            work = output_folder(leaving.folder, command="search", force=force)
            given = replace(leaving, folder=stack.enter_context(work))
        progress = stack.enter_context(progress_bar("Searching", "frames"))
        frames = _Frames()
        session = workbench.live.start(
            deployment,
            address,
            feed_name=name,
            threshold=threshold,
            zone=polygon,
            on_frame=None if given is None else frames.take,
            progress=progress,
        )
        stack.enter_context(session)
        with ExitStack() as leaves:
            if given is not None:
                video = workbench.live.video(
                    session,
                    given.folder / REDACTED_VIDEO,
                    recipient=given.recipient,
                    justification=given.justification,
                )
                frames.video = leaves.enter_context(video)
            _run(session)
        if given is not None:
            workbench.live.write_result(
                session.id,
                given.folder,
                recipient=given.recipient,
                justification=given.justification,
            )
        result = _result(workbench, session)
    if as_json:
        say_json(_summary(*result, output))
    else:
        _show(*result, output)


@dataclass(frozen=True)
class _Leaving:
    """What takes faces out of the bench: where to, for whom, and why."""

    folder: Path
    recipient: str
    justification: str


def _leaving(
    output: Path | None, recipient: str | None, justification: str | None
) -> _Leaving | None:
    """Return what leaves the bench: all three are said, or none."""
    if output is None and recipient is None and justification is None:
        return None
    if output is None or recipient is None or justification is None:
        msg = (
            "--output takes faces out of the bench, which is a disclosure: say --output, "
            "--recipient and --justification, or none of them."
        )
        raise UsageError(msg)
    return _Leaving(output, recipient, justification)


class _Frames:
    """Hands frames on to the video, once it was recorded who gets that."""

    video: RedactedVideoWriter | None = None

    def take(self, frame: RedactedFrame) -> None:
        """Write a frame."""
        if self.video is not None:
            self.video.write(frame)


def _run(session: LiveSession) -> None:
    """Run a search to its end; a first Ctrl-C stops it before its next frame."""
    try:
        with _interrupts(session.stop):
            session.run()
    except WorkbenchError:
        say(
            f"Alerts that were raised before are stored: workbench alert list --deployment "
            f"{session.deployment}"
        )
        raise


@contextmanager
def _interrupts(stop: Callable[[str], None]) -> Iterator[None]:
    """Have Ctrl-C stop in good order, once; in a thread of its own nothing is changed."""

    def once(_number: int, _frame: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        stop("interrupted at the keyboard")

    try:
        before = signal.signal(signal.SIGINT, once)
    except ValueError:
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _result(workbench: Workbench, session: LiveSession) -> tuple[SessionRow, list[AlertView]]:
    """Return the search as it was recorded, and its alerts."""
    rows = workbench.live.sessions(session.deployment)
    row = next(one for one in rows if one.id == session.id)
    alerts = workbench.alerts.list(session.deployment, justification=_JUST_RUN)
    return row, [alert for alert in alerts if alert.session == session.id]


def _summary(row: SessionRow, alerts: list[AlertView], output: Path | None) -> dict[str, Any]:
    counts = {} if row.counts is None else row.counts.plain()
    return {
        "session": row.id,
        "feed": row.feed,
        "policy": row.policy,
        "threshold": row.threshold,
        "unit": row.setup.unit,
        "encoder": row.setup.matcher.value,
        "listed_people": row.setup.subjects,
        "references": row.setup.references,
        "started": row.started.isoformat(),
        "ended": None if row.ended is None else row.ended.isoformat(),
        "stopped_by": None if row.stopped_by is None else row.stopped_by.value,
        **counts,
        "alert_list": [alert.plain() for alert in alerts],
        "output": None if output is None else str(output),
    }


def _show(row: SessionRow, alerts: list[AlertView], output: Path | None) -> None:
    from workbench.cli.alert import show_alerts  # noqa: PLC0415 - keeps `--help` quick
    from workbench.governance.moments import spoken  # noqa: PLC0415

    if alerts:
        show_alerts(alerts)
    else:
        say("No face in this feed reached the threshold, so there is nothing to decide.")
    if row.counts is not None:
        faces = "unknown" if row.counts.faces_seen is None else f"{row.counts.faces_seen:,}"
        say(f"{len(alerts)} alerts of {faces} faces seen, threshold {row.threshold:g}.")
        if row.counts.damage is not None:
            say(f"note: Part of the feed could not be read: {row.counts.damage}.")
        for start, end in row.counts.gaps_s:
            say(f"note: The feed has no frames from {start:.1f} s to {end:.1f} s.")
    if row.ended is not None and row.stopped_by is not None:
        say(f"The search ended at {spoken(row.ended)} because {row.stopped_by.phrase}.")
    if output is not None:
        say(f"{output}: alerts.html, summary.json, redacted.mp4")
    if alerts:
        say("People decide: workbench alert adjudicate ALERT --decision ... --reason ...")
