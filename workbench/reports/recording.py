"""Run a search and keep what a report needs: the redacted video, and the finding."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from importlib import metadata
from pathlib import Path

import numpy as np

from workbench.arrays import ImageArray
from workbench.errors import UsageError
from workbench.faces.analysis import FaceAnalyser, primary_face
from workbench.feeds import Feed
from workbench.live import (
    COUNTING_METHOD,
    LiveSearch,
    RedactedFrame,
    RedactedVideoWriter,
    Zone,
)
from workbench.matching.calibration import Calibration
from workbench.matching.matcher import Matcher
from workbench.matching.watchlist import Watchlist
from workbench.reports.building import Finding
from workbench.reports.page import QualityView
from workbench.settings import Settings

__all__ = ["REDACTED_VIDEO", "record_search", "versions", "watchlist_digest"]

REDACTED_VIDEO = "redacted.mp4"
_LIBRARIES = ("lfr-workbench", "torch", "facenet-pytorch", "opencv-python", "onnxruntime", "av")

Progress = Callable[[int, int | None], None]


def record_search(
    feed: Feed,
    watchlist: Watchlist,
    analyser: FaceAnalyser,
    folder: Path,
    *,
    settings: Settings,
    calibration: Calibration,
    threshold: float | None = None,
    zone: Zone | None = None,
    progress: Progress | None = None,
    on_frame: Callable[[RedactedFrame], None] | None = None,
) -> Finding:
    """Search a feed, write the redacted video into `folder`, and return the finding.

    Args:
        feed: read to its end.
        watchlist: whom to search for.
        analyser: must hold the encoders that the watchlist was enrolled with.
        folder: exists; gets `redacted.mp4`, unless the feed has no frame.
        settings: which matcher, and how the search works.
        calibration: what scores mean, and the threshold where none is given.
        threshold: from which an alert is raised, in the unit of the matcher.
        zone: the part of the frame that is searched; all of it when `None`.
        progress: is told how many frames are done, and of how many if that is known.
        on_frame: takes each redacted frame as well.

    Raises:
        UsageError: when there is neither a threshold nor a default for this matcher, or no
            score lies where the threshold does.
        EncoderMismatchError: when the watchlist was enrolled with other encoders.
        FeedError: when the feed cannot be read.
        OutputError: when the video cannot be written.
    """
    matcher = watchlist.matcher(settings.encoder, calibration)
    search = LiveSearch(
        analyser,
        matcher,
        watchlist,
        threshold=_threshold(matcher) if threshold is None else _meant(threshold, matcher),
        zone=zone,
        settings=settings.live,
    )
    with RedactedVideoWriter(folder / REDACTED_VIDEO, fps=feed.fps) as writer:

        def take(frame: RedactedFrame) -> None:
            writer.write(frame)
            if on_frame is not None:
                on_frame(frame)

        result = search.run(feed, on_frame=take, progress=progress)
    return Finding(
        result=result,
        watchlist=watchlist,
        created=datetime.now(UTC),
        meaning=matcher.meaning,
        quality=partial(_quality, analyser=analyser),
        detector=analyser.detector.name,
        provenance=_provenance(watchlist, matcher, calibration, zone),
    )


def versions() -> dict[str, str]:
    """Return the versions of what a result depends on, by distribution name."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "unknown"
    return found


def watchlist_digest(watchlist: Watchlist) -> str:
    """Return the SHA-256 over subjects, image digests and templates, in the order enrolled."""
    digest = hashlib.sha256()
    for reference in watchlist.references:
        digest.update(f"{reference.subject}\0{reference.sha256}\0".encode())
    for name, templates in sorted(watchlist.templates.items()):
        digest.update(f"{name}\0{templates.encoder.describe()}\0".encode())
        digest.update(np.ascontiguousarray(templates.vectors).tobytes())
    return digest.hexdigest()


def _threshold(matcher: Matcher) -> float:
    if matcher.default_threshold is None:
        msg = (
            f"no threshold was measured for matcher {matcher.name} with these encoders. "
            "Name one with --threshold, in its unit: " + matcher.unit + "."
        )
        raise UsageError(msg)
    return matcher.default_threshold


def _meant(threshold: float, matcher: Matcher) -> float:
    """Return the threshold, unless it is one of another unit: it would alert on none or on all."""
    low, high = matcher.score_range
    if not low <= threshold <= high:
        msg = (
            f"--threshold {threshold:g}: scores of {matcher.name} ({matcher.unit}) lie between "
            f"{low:.2f} and {high:.2f}, so it would alert on "
            f"{'nobody' if threshold > high else 'everybody'}. Give one in between."
        )
        raise UsageError(msg)
    return threshold


def _quality(probe: ImageArray, *, analyser: FaceAnalyser) -> QualityView:
    """Return the verdict on the crop as it is shown; it is tight, so the detector may find none."""
    faces = analyser.detect(probe)
    best = primary_face(faces, probe.shape)
    if best is None:
        return QualityView("unknown", ("It could not be measured on so tight a crop.",))
    one = faces[[best]]
    judgement = analyser.measure(probe, one)[1][0]
    return QualityView(str(judgement.verdict), tuple(judgement.reasons))


def _provenance(
    watchlist: Watchlist, matcher: Matcher, calibration: Calibration, zone: Zone | None
) -> dict[str, str]:
    created = watchlist.created.isoformat(timespec="seconds")
    encoders = "; ".join(identity.describe() for identity in matcher.identities.values())
    libraries = ", ".join(f"{name} {version}" for name, version in versions().items())
    source = calibration.provenance
    return {
        "Watchlist": f"{watchlist.name}, enrolled {created}",
        "Watchlist SHA-256": watchlist_digest(watchlist),
        "Matcher": f"{matcher.name}, scores in {matcher.unit}",
        "Encoders": encoders,
        "Calibration": f"{calibration.id}: {source.data_set}, {source.split}, "
        f"{source.people:,} people, {source.nonmated_comparisons:,} non-mated comparisons",
        "Faces counted as": COUNTING_METHOD,
        "Zone": "the whole frame" if zone is None else _corners(zone),
        "Software": libraries,
    }


def _corners(zone: Zone) -> str:
    corners = " ".join(f"({x:.3f}, {y:.3f})" for x, y in zone.points)
    return f"polygon in shares of the frame: {corners}"
