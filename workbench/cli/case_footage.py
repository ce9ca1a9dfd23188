"""`workbench case add-footage`, `index` and `timeline`: the video that a case lawfully holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.markup import escape

from workbench.cli.console import (
    example,
    load_settings,
    printable,
    progress_bar,
    say,
    say_json,
)
from workbench.cli.documents import moment, prose
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption, CaseNumber, Justification, Workers
from workbench.cli.tables import show_table
from workbench.errors import FootageError, RefusedError, UsageError
from workbench.governance.footage_times import begins_at, seen_from_to
from workbench.records.moments import as_text

if TYPE_CHECKING:
    from workbench.bench import Workbench
    from workbench.bench.footage_views import AppearanceView, FootageView
    from workbench.cli.console import Advance
    from workbench.retrospective.cluster import Cluster
    from workbench.retrospective.indexing import IndexProgress

__all__ = [
    "ADD_EXAMPLE",
    "FOOTAGE_COLUMNS",
    "INDEX_EXAMPLE",
    "TIMELINE_EXAMPLE",
    "add_footage",
    "footage_rows",
    "index",
    "timeline",
]

ADD_EXAMPLE = example(
    'workbench case add-footage CASE/2026/118 shop.mp4 --origin "camera 4 of the shop" '
    '--basis "handed over by the owner on request" --starts 2026-11-24T18:00+00:00 '
    "--clock-offset 30",
    'workbench case add-footage CASE/2026/118 seized --origin "recorder of the bus" '
    '--basis "seized under PACE 1984, s.19"',
)
INDEX_EXAMPLE = example(
    "workbench case index CASE/2026/118", "workbench case index CASE/2026/118 --cluster"
)
TIMELINE_EXAMPLE = example(
    'workbench case timeline CASE/2026/118 -j "who was in the shop before the robbery"'
)
VIDEO_SUFFIXES: Final = frozenset(
    (
        *(".264", ".265", ".3gp", ".asf", ".avi", ".dav", ".flv", ".gif", ".h264", ".h265"),
        *(".hevc", ".m2ts", ".m4v", ".mjpeg", ".mjpg", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg"),
        *(".mts", ".mxf", ".ogv", ".ts", ".vob", ".webm", ".wmv"),
    )
)
"""File name endings, in lower case, that are taken for video when a folder is added."""
FOOTAGE_COLUMNS: Final = ("footage", "file", "state", "length", "segments", "in view", "starts")


def add_footage(
    number: CaseNumber,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE_OR_FOLDER...",
            readable=False,
            help="Video files; of a folder each video in it and in folders within. They stay "
            "where they are, and clips are played from there.",
        ),
    ],
    *,
    origin: Annotated[str, typer.Option("--origin", help="Which camera or person they come from.")],
    basis: Annotated[
        str,
        typer.Option(
            "--basis", help="What allows the case to hold them, in words; @FILE takes it from one."
        ),
    ],
    starts: Annotated[
        datetime | None,
        typer.Option(
            "--starts",
            parser=moment,
            metavar="TIME",
            help="When the first frame of the one file was taken, by the clock of its camera. "
            "Default: nobody knows.",
        ),
    ] = None,
    clock_offset: Annotated[
        float,
        typer.Option(
            "--clock-offset",
            metavar="SECONDS",
            help="How far that clock was ahead of the true time, s; negative when behind.",
        ),
    ] = 0.0,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Add video to a case, a line for each file; those that it holds already are passed."""
    found = _videos(files)
    if starts is not None and len(found) > 1:
        msg = f"--starts is of one file, and {len(found)} were named. Add them one by one."
        raise UsageError(msg)
    values = {
        "origin": origin,
        "basis": prose(basis),
        "starts": starts,
        "clock_offset_s": clock_offset,
    }
    adding = _Adding(found)
    with opened(bench) as workbench:
        for file in found:
            adding.add(workbench, number, file, values)
    if as_json:
        say_json(adding.plain())
    elif adding.added:
        say(f"Index what was added: workbench case index {number}")
    adding.require_all()


def index(
    number: CaseNumber,
    *,
    footage: Annotated[
        list[str] | None,
        typer.Option(
            "--footage",
            metavar="ID",
            help="Id of footage, or the beginning or end of it; may be given several times. "
            "Default: all that is not indexed yet.",
        ),
    ] = None,
    workers: Workers = None,
    cluster: Annotated[
        bool,
        typer.Option(
            "--cluster",
            help="Index over Ray: on the cluster that the setting cluster.address names, or on "
            "this machine. Needs the extra cluster. The result is the same.",
        ),
    ] = False,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Find out who is in view when, once, and keep it sealed; goes on where it was cut off."""
    done = []
    with opened(bench) as workbench, _going_on(number), ExitStack() as until_done:
        wanted = _to_index(workbench, number, footage)
        hiring = until_done.enter_context(_cluster(workers)) if cluster and wanted else None
        for one in wanted:
            name = printable(one.footage.name)
            with progress_bar(escape(name), "pictures") as bar:
                view = workbench.footage.index(
                    one.id, workers=workers, hiring=hiring, progress=_telling(bar)
                )
            done.append(view)
            if not as_json:
                say(f"{name} is indexed: {_counted(view)}.")
                _tell(view)
    if as_json:
        say_json({"footage": [one.plain() for one in done]})
    elif not done:
        say(f"All footage of {number} is indexed.")


def timeline(
    number: CaseNumber,
    *,
    justification: Justification,
    footage: Annotated[
        list[str] | None,
        typer.Option(
            "--footage",
            metavar="ID",
            help="Id of footage, or the beginning or end of it; may be given several times. "
            "Default: all that is indexed.",
        ),
    ] = None,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """List who is in view of the footage and when, by ids and times; no picture, no name."""
    with opened(bench) as workbench:
        chosen = [workbench.whole_id("footage", one) for one in footage or ()]
        found = workbench.footage.timeline(number, justification=justification, footage=chosen)
        known = {one.id: one for one in workbench.footage.list(number)}
    shown = [one for one in known.values() if one.id in chosen or not chosen]
    shown = [one for one in shown if one.state == "indexed"]
    if as_json:
        said = [{"id": one.id, "stated": list(one.footage.stated)} for one in shown]
        say_json({"appearances": [_plain(one) for one in found], "footage": said})
        return
    show_table(
        ("appearance", "file", "seen", "frames"),
        [
            (
                one.id,
                printable(known[one.footage].footage.name),
                seen_from_to(known[one.footage].footage, one.first_s, one.last_s),
                one.found,
            )
            for one in found
        ],
        whole=("appearance",),
    )
    say("One person may be several appearances: whoever left the view and came back is another.")
    for one in shown:
        _tell(one)


class _Adding:
    """Files that are added one by one: one that cannot be added keeps no other from it."""

    def __init__(self, files: Sequence[Path]) -> None:
        """Take all of them."""
        self._count = len(files)
        self._passed: list[str] = []
        self._failed: list[FootageError] = []
        self.added: list[FootageView] = []

    def add(
        self, workbench: Workbench, number: str, file: Path, values: Mapping[str, object]
    ) -> None:
        """Add one, and say what came of it."""
        try:
            view = workbench.footage.add(number, file, values)
        except FootageError as error:
            if self._count == 1:
                raise
            self._failed.append(error)
            say(printable(f"not added: {error}"))
        except RefusedError as error:
            # One of a narrower kind is of the case or the role, and so of every file.
            if type(error) is not RefusedError or self._count == 1:
                raise
            self._passed.append(str(file))
            say(printable(f"passed: {error}"))
        else:
            self.added.append(view)
            say(printable(f"{file} is added as {view.id}, {_length(view)}."))
            _tell(view)

    def plain(self) -> dict[str, Any]:
        """Return what came of all as values that JSON can hold."""
        return {
            "added": [one.plain() for one in self.added],
            "passed": self._passed,
            "failed": [str(one) for one in self._failed],
        }

    def require_all(self) -> None:
        """Raise `FootageError` where some could not be added."""
        if self._failed:
            msg = (
                f"{len(self._failed)} of {self._count} files were not added, for the reasons "
                "above. Correct or leave out those, and add the folder again."
            )
            raise FootageError(msg)


def footage_rows(found: Sequence[FootageView]) -> list[tuple[object, ...]]:
    """Return a row of `FOOTAGE_COLUMNS` for each piece of footage."""
    return [
        (
            one.id,
            printable(one.footage.name),
            one.state,
            _length(one),
            f"{one.segments_kept} of {one.footage.segments}",
            one.counts.get("appearances"),
            one.footage.starts and begins_at(one.footage.starts),
        )
        for one in found
    ]


def _videos(places: Sequence[Path]) -> list[Path]:
    """Return the files to add; of a folder those whose name ends like that of a video."""
    found: list[Path] = []
    for place in places:
        if not place.is_dir():
            found.append(place)
            continue
        inside = sorted(
            one
            for one in place.rglob("*")
            if one.is_file() and one.suffix.lower() in VIDEO_SUFFIXES
        )
        if not inside:
            msg = f"{place}: no file in it is named like a video. Name the files one by one."
            raise FootageError(msg)
        found += inside
    return list(dict.fromkeys(found))


def _telling(bar: Advance) -> Callable[[IndexProgress], None]:
    def tell(now: IndexProgress) -> None:
        bar(now.pictures, now.all_pictures, f"{now.segments} of {now.all_segments} segments")

    return tell


def _to_index(
    workbench: Workbench, number: str, wanted: Sequence[str] | None
) -> Sequence[FootageView]:
    known = workbench.footage.list(number)
    if not wanted:
        return [one for one in known if one.state != "indexed"]
    by_id = {one.id: one for one in known}
    ids = dict.fromkeys(workbench.whole_id("footage", one) for one in wanted)
    return [by_id.get(one) or workbench.footage.get(one) for one in ids]


def _cluster(workers: int | None) -> AbstractContextManager[Cluster]:
    """Open the cluster of the settings, or one of this machine."""
    from workbench.retrospective.cluster import open_cluster  # noqa: PLC0415 - `--help` stays quick

    say("Ray is begun, which may take half a minute.")
    return open_cluster(load_settings(), workers=workers)


@contextmanager
def _going_on(number: str) -> Iterator[None]:
    """Say how indexing that is cut off goes on."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        say(
            "The segments that were finished are kept, sealed. It goes on from there with: "
            f"workbench case index {number}"
        )
        raise


def _tell(view: FootageView) -> None:
    """Say what has to be known of the times of a file, and of what is missing of it."""
    for sentence in view.footage.stated:
        say(printable(f"note: {view.footage.name}: {sentence}"))


def _length(view: FootageView) -> str:
    seconds = view.footage.facts.get("duration_s")
    length = "" if seconds is None else f"{float(seconds):,.1f} s, "
    return f"{length}{view.footage.bytes / 1e6:,.1f} MB"


def _counted(view: FootageView) -> str:
    counts = view.counts
    damaged = counts.get("damaged", 0)
    said = f"{counts['frames']:,} frames, {_times(counts['appearances'])} somebody is in view"
    return f"{said}; part of {damaged} segments could not be decoded" if damaged else said


def _times(count: int) -> str:
    return "1 time" if count == 1 else f"{count:,} times"


def _plain(one: AppearanceView) -> dict[str, Any]:
    return {
        "id": one.id,
        "parts": list(one.parts),
        "footage": one.footage,
        "first_s": one.first_s,
        "last_s": one.last_s,
        "at": None if one.at is None else as_text(one.at),
        "found": one.found,
    }
