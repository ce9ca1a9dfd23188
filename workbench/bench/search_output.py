"""What of a live search leaves the bench, each recorded as a disclosure before it is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from workbench.bench.context import Context
from workbench.bench.deployment_access import on_deployment
from workbench.bench.exports import Exports, take_back
from workbench.bench.findings import finding_of
from workbench.governance.permissions import Permission
from workbench.records.audit.verbs import Verb
from workbench.records.deployments import find_deployment_by_id
from workbench.records.sessions import find_session

if TYPE_CHECKING:
    from workbench.bench.live_session import LiveSession
    from workbench.live.writer import RedactedVideoWriter
    from workbench.reports.finding import Finding
    from workbench.reports.page import AlertsPage

__all__ = [
    "ALERTS_PAGE",
    "REDACTED_VIDEO",
    "SUMMARY",
    "disclosed_video",
    "finding_in",
    "write_result",
]

ALERTS_PAGE: Final = "alerts.html"
SUMMARY: Final = "summary.json"
REDACTED_VIDEO: Final = "redacted.mp4"


def finding_in(context: Context, session_id: str, *, justification: str) -> Finding:
    """Return what a live search found, its alerts with their pictures, as they stand now.

    Args:
        context: of the bench.
        session_id: of the search.
        justification: why its alerts are looked at.

    Raises:
        NotPermittedError: when the role may not look at alerts.
        UnknownRecordError: when there is no such search.
    """
    if context.may(Permission.ALERT_CONSULT):
        with context.store.reading() as connection:
            found = find_session(connection, session_id)
            reference = find_deployment_by_id(connection, found.deployment).reference
    else:
        reference = session_id  # refused below, before anybody is told whether there is one
    with on_deployment(context, Permission.ALERT_CONSULT, reference) as (acting, row):
        session = find_session(acting.connection, session_id)
        finding = finding_of(context, acting, row, session)
        acting.log(
            Verb.CONSULT,
            [session.id, *(alert.id for alert in finding.alerts)],
            justification=justification,
            details={"reference": row.reference, "shown": "faces"},
        )
    return finding


def write_result(
    context: Context,
    session_id: str,
    folder: Path,
    *,
    recipient: str,
    justification: str,
    change: Callable[[AlertsPage], AlertsPage] | None = None,
    force: bool = False,
) -> Finding:
    """Write page and summary of a live search into a folder, each recorded as a disclosure before.

    `alerts.html` shows the faces of its alerts beside their references; `summary.json` has counts,
    scores and references of people, and no face.

    Args:
        context: of the bench.
        session_id: of the search.
        folder: exists, outside the bench.
        recipient: who gets it.
        justification: why.
        change: what is done to the page before, such as to mark it.
        force: replace files that are there.

    Returns:
        What was found.

    Raises:
        NotPermittedError: when the role may not.
        OutputError: when a file cannot be written; it has not left the bench then.
        RefusedError: when a file is there.
    """
    from workbench.reports.building import build_page  # noqa: PLC0415 - opens quickly
    from workbench.reports.rendering import render_alerts  # noqa: PLC0415
    from workbench.reports.summary import summarise  # noqa: PLC0415

    finding = finding_in(context, session_id, justification=justification)
    page = build_page(finding, title=f"Alerts in {finding.feed}", category=context.category)
    summary = json.dumps(summarise(finding), indent=2, ensure_ascii=False, allow_nan=False)
    for name, text in (
        (ALERTS_PAGE, render_alerts(page if change is None else change(page))),
        (SUMMARY, summary + "\n"),
    ):
        Exports(context).write_file(
            finding.provenance["Deployment"],
            folder / name,
            text.encode("utf-8"),
            what=f"{name} of the live search of feed {finding.feed}",
            recipient=recipient,
            justification=justification,
            objects=[session_id, *(alert.id for alert in finding.alerts)],
            force=force,
        )
    return finding


@contextmanager
def disclosed_video(
    context: Context, session: LiveSession, path: Path, *, recipient: str, justification: str
) -> Iterator[RedactedVideoWriter]:
    """Give what writes the redacted video of a search, once it is recorded as a disclosure.

    In it every face is unrecognisable but those of open alerts. Leaving the context by an exception
    removes what there is of it, and takes the record back: nothing has left then.

    Args:
        context: of the bench.
        session: the search.
        path: where the finished video shall be.
        recipient: who gets it.
        justification: why.

    Raises:
        NotPermittedError: when the role may not.
        OutputError: when the video cannot be finished.
        RecordError: when recipient or justification cannot be used.
    """
    from workbench.live.writer import RedactedVideoWriter  # noqa: PLC0415 - opens quickly

    export = Exports(context).disclose(
        session.deployment,
        what=f"{path.name} of the live search of feed {session.feed_name}",
        recipient=recipient,
        justification=justification,
        objects=[session.id],
    )
    try:
        with RedactedVideoWriter(path, fps=session.fps) as writer:
            yield writer
    except BaseException as error:
        take_back(context, export, type(error).__name__)
        raise
