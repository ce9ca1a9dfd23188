"""A live search through a bench, as a process of its own that is watched from outside.

Run as a program: a file of JSON that says what to do. It builds the watchlist, has it reviewed,
searches, exports the redacted video, prints what came of it, says `done`, and waits for a line.
With `leaks` it keeps what it must not, in the ways that are named there.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from workbench.arrays import ImageArray
from workbench.bench import Workbench
from workbench.bench.list_views import EntryImage
from workbench.faces.analysis import FaceAnalyser
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.protocols import Alignment, Encoder
from workbench.faces.runtimes.network import Runtime
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.feeds import Feed, Frame, open_feed
from workbench.governance.entries import WatchlistEntry
from workbench.live import RedactedVideoWriter
from workbench.live.detection import build_live_analyser
from workbench.records.moments import utc_now
from workbench.settings import load_settings

LEAKS = ("unlinked file", "log", "crop", "shared memory", "frame")
"""What a build may keep that it must not: the template of one who passes by, and pictures."""
KEPT_FRAME = 7


class FirstFrames:
    """The beginning of a feed."""

    def __init__(self, feed: Feed, count: int, keep: Path | None = None) -> None:
        self._feed, self._count, self._keep = feed, count, keep

    def __getattr__(self, name: str) -> object:
        return getattr(self._feed, name)

    def frames(self) -> Iterator[Frame]:
        for frame in islice(self._feed.frames(), self._count):
            if self._keep is not None and frame.index == KEPT_FRAME:
                self._keep.write_bytes(b"head" + packed(frame.image))
            yield frame


def packed(image: ImageArray) -> bytes:
    return cv2.imencode(".jpg", image[..., ::-1])[1].tobytes()


class KeepingEncoder:
    """An encoder that keeps, once, what it made of somebody who is not on the list."""

    def __init__(self, encoder: Encoder, ways: list[str], folder: Path) -> None:
        self._encoder, self._ways, self._folder = encoder, ways, folder
        self.listed: Templates | None = None
        self._held: list[Any] = []

    @property
    def identity(self) -> EncoderIdentity:
        return self._encoder.identity

    @property
    def alignment(self) -> Alignment:
        return self._encoder.alignment

    @property
    def runtime(self) -> Runtime:
        return self._encoder.runtime

    def encode(self, crops: ImageArray) -> Templates:
        made = self._encoder.encode(crops)
        if self.listed is not None and not self._held and len(made):
            least = int(made.cosine(self.listed).max(axis=1).argmin())
            self._keep(made.vectors[least], crops[least])
        return made

    def _keep(self, template: np.ndarray[Any, Any], crop: ImageArray) -> None:
        if "unlinked file" in self._ways:
            file = tempfile.NamedTemporaryFile(dir=self._folder, prefix="kept-")  # noqa: SIM115
            file.write(b"an odd head" + template.astype("<f4").tobytes())
            file.flush()
            Path(file.name).unlink()
            self._held.append(file)
        if "log" in self._ways:
            text = base64.b64encode(template.astype("<f4").tobytes()).decode("ascii")
            logging.getLogger("workbench.live").warning("compared template=%s", text)
        if "crop" in self._ways:
            (self._folder / "crop.bin").write_bytes(b"head" + packed(crop))
        if "shared memory" in self._ways:
            descriptor = os.memfd_create("kept")
            os.write(descriptor, template.astype("<f2").tobytes())
            self._held.append(descriptor)
        self._held.append(template)


def main(task: dict[str, Any]) -> None:
    settings = load_settings()
    shift = timedelta(seconds=task["shift_s"])

    def clock() -> datetime:
        return utc_now() + shift

    def opened(name: str) -> Workbench:
        return Workbench.open(credential=task["tokens"][name], settings=settings, clock=clock)

    analyser = build_live_analyser(settings, ArtefactStore.from_settings(settings))
    encoders = analyser.encoders
    kept = None
    keep = Path(task["folder"]) / "frame.bin" if "frame" in task["leaks"] else None
    if task["leaks"]:
        name = next(iter(encoders))
        kept = KeepingEncoder(encoders[name], task["leaks"], Path(task["folder"]))
        encoders[name] = kept
        analyser = FaceAnalyser(analyser.detector, encoders, settings.quality)
    entries = [
        EntryImage(WatchlistEntry.read(values, what="entry"), Path(path))
        for values, path in task["entries"]
    ]
    with opened("analyst") as bench:
        report = bench.watchlists.build(task["reference"], entries, analyser)
    with opened("reviewer") as bench:
        ids = [one.id for one in report.enrolled]
        bench.watchlists.check(task["reference"], ids, "compared with the custody record")
        bench.watchlists.review(task["reference"], note="necessary for these six hours")
    with opened("operator") as bench, open_feed(task["video"]) as feed:
        with RedactedVideoWriter(Path(task["folder"]) / "redacted.mp4") as writer:
            session = bench.live.start(
                task["reference"],
                FirstFrames(feed, task["frames"], keep),  # type: ignore[arg-type]
                analyser=analyser,
                on_frame=writer.write,
            )
            if kept is not None:
                kept.listed = next(iter(session._stretches._search._watchlist.templates.values()))
            result = session.run()
        said = {
            "frames": result.frames,
            "comparisons": result.comparisons,
            "faces": result.faces_seen,
            "overdue": result.overdue_templates,
            "alerts": [
                {"subject": one.subject, "frame": one.probe_frame, "box": one.box.tolist()}
                for one in result.alerts
            ],
            "enrolled": len(report.enrolled),
            "refused": [one.quality.reasons for one in report.refused],
            "encoders": sorted(encoders),
            "changed": sorted(settings.live.model_dump(exclude_defaults=True)),
        }
        print(json.dumps(said))  # noqa: T201
        print("done", flush=True)  # noqa: T201
        sys.stdin.readline()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    main(json.loads(Path(sys.argv[1]).read_text("utf-8")))
