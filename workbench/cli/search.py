"""`workbench search`: a feed against a watchlist file; alerts, a redacted video, a summary."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.console import (
    example,
    image_limits,
    json_text,
    load_settings,
    progress_bar,
    say,
    say_json,
    stdout,
)
from workbench.cli.options import AsJson, EncoderOption, Force, OutputFolder, score
from workbench.cli.outputs import output_folder, require_apart

if TYPE_CHECKING:
    from workbench.reports import AlertsPage

__all__ = ["EXAMPLE", "search"]

EXAMPLE = example(
    "workbench search crowd.mp4 --watchlist people.safetensors --threshold 4 --output result"
)


def search(
    feed: Annotated[
        Path,
        typer.Argument(
            readable=False, metavar="FEED", help="Video file, image, or folder of images."
        ),
    ],
    *,
    watchlist: Annotated[
        Path,
        typer.Option("--watchlist", "-w", readable=False, help="File that workbench enrol wrote."),
    ],
    threshold: Annotated[
        float,
        typer.Option(
            "--threshold",
            "-t",
            help="Score from which an alert is raised, in the unit of the encoder: cosine for "
            "facenet and sface, log10 likelihood ratio for fused.",
            parser=score,
            metavar="SCORE",
        ),
    ],
    output: OutputFolder,
    zone: Annotated[
        Path | None,
        typer.Option(
            "--zone",
            readable=False,
            help="JSON file with a polygon in shares of the frame; faces outside it are made "
            "unrecognisable and never compared.",
        ),
    ] = None,
    encoder: EncoderOption = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Search a feed for the people of a watchlist.

    The output folder gets alerts.html (face and reference side by side), summary.json, and
    redacted.mp4, in which every face is unrecognisable but those of open alerts. The software
    raises candidates; a person decides.
    """
    from workbench.faces.artefacts import ArtefactStore  # noqa: PLC0415 - keeps `--help` quick
    from workbench.feeds import open_feed  # noqa: PLC0415
    from workbench.live import Zone  # noqa: PLC0415
    from workbench.matching.calibration import load_calibration  # noqa: PLC0415
    from workbench.matching.watchlist_file import (  # noqa: PLC0415
        read_watchlist,
        require_encoders,
    )
    from workbench.reports import render_alerts  # noqa: PLC0415
    from workbench.reports.building import build_page  # noqa: PLC0415

    settings = load_settings(encoder=encoder)
    require_apart(output, feed, watchlist, zone)
    polygon = None if zone is None else Zone.read(zone)
    people = read_watchlist(watchlist)
    with (
        open_feed(feed, limits=image_limits(settings)) as opened,
        output_folder(output, command="search", force=force) as folder,
    ):
        # Loading these takes seconds: what was given is checked before.
        from workbench.live.detection import build_live_analyser  # noqa: PLC0415
        from workbench.reports.recording import record_search  # noqa: PLC0415
        from workbench.reports.summary import summarise  # noqa: PLC0415

        analyser = build_live_analyser(settings, ArtefactStore.from_settings(settings))
        require_encoders(people, analyser.identities, watchlist)
        with progress_bar("Searching", "frames") as progress:
            finding = record_search(
                opened,
                people,
                analyser,
                folder,
                settings=settings,
                calibration=load_calibration(),
                threshold=threshold,
                zone=polygon,
                progress=progress,
            )
        page = build_page(finding, title=f"Alerts in {finding.result.feed}")
        summary = summarise(finding)
        (folder / "summary.json").write_text(json_text(summary), "utf-8")
        (folder / "alerts.html").write_text(render_alerts(page), "utf-8")
    if as_json:
        say_json(summary)
    else:
        _show(page)
    for notice in page.notices:
        say(f"note: {notice}")
    say(f"{output}: alerts.html, summary.json, redacted.mp4")


def _show(page: AlertsPage) -> None:
    from rich.table import Table  # noqa: PLC0415 - keeps `--help` quick
    from rich.text import Text  # noqa: PLC0415

    from workbench.reports import clock  # noqa: PLC0415
    from workbench.reports.wording import TABLE_NOTE, in_table  # noqa: PLC0415

    if not page.alerts:
        say("No face in this feed reached the threshold, so there is nothing to decide.")
        return
    table = Table(
        "Time in feed", "Candidate", "Score", "Meaning", "State", box=None, pad_edge=False
    )
    for alert in page.alerts:
        cells = (clock(alert.time_s), alert.person, f"{alert.score:.2f}", in_table(alert.meaning))
        table.add_row(*map(Text, cells), Text(alert.state))
    stdout().print(table)
    say(TABLE_NOTE)
    say("The software raises candidates; a person decides.")
