"""An alert as bytes for the vault: its pictures, its candidates, and what it was compared with.

JSON, version 1; pictures as base64, the probe lossless (PNG), the reference as it lies in the
watchlist (JPEG). No template is in it: the pictures are what people decide on, and a search for
the same face elsewhere is not to be possible from an alert.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal, Self

import numpy as np
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
)

from workbench.arrays import ImageArray
from workbench.errors import ImageError, VaultError, WatchlistError
from workbench.images import encode_jpeg, encode_png, load_image
from workbench.live.alerts import Alert
from workbench.live.probe_quality import ProbeQuality
from workbench.matching.watchlist import Watchlist
from workbench.records.picture_fields import PictureBytes

__all__ = ["AlertDocument", "Reference", "decode_alert", "encode_alert"]

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Reference:
    """The reference that an alert is shown beside.

    Attributes:
        entry: id of its entry on the watchlist.
        category: of that entry.
        jpeg: the picture.
        source: name of its image file.
        verdict: of its quality, with `reasons`.
        reasons: sentences.
    """

    entry: str
    category: str
    jpeg: bytes = field(repr=False)
    source: str
    verdict: str
    reasons: tuple[str, ...]

    @classmethod
    def of(cls, alert: Alert, watchlist: Watchlist) -> Self:
        """Return the reference that compared best, the subject's first where that is not known.

        Raises:
            WatchlistError: when the subject is not on the list.
        """
        row = alert.reference
        if row is None or watchlist.references[row].subject != alert.subject:
            row = next(iter(watchlist.rows(alert.subject)), None)
        if row is None:
            msg = f"{alert.id} names somebody who is not on the list {watchlist.name}. Report that."
            raise WatchlistError(msg)
        found = watchlist.references[row]
        return cls(
            entry=found.entry,
            category=found.category,
            jpeg=encode_jpeg(watchlist.thumbnails[row]),
            source=found.source,
            verdict=str(found.verdict),
            reasons=tuple(found.reasons),
        )


class AlertDocument(BaseModel):
    """What the vault holds of an alert.

    Attributes:
        subject: reference of the person on the list whom the face was assigned to.
        candidates: the best subjects and their scores, best first.
        comparisons: how many looks at the face the score rests on.
        references: how many references the list held: what a score means depends on it.
        matcher: whose score it is, in `unit`.
        time_s: time in the feed at which it was raised; the other times likewise.
        box: the face in that frame, pixels, `x0, y0, x1, y1`.
        hidden: share of the probe that is covered because of a bystander.
        contests: id of an earlier alert for the same person; one of the two is wrong.
        probe: PNG of the face in the feed, tight, bystanders covered; `probe_verdict` and
            `probe_reasons` are of its quality.
        reference: JPEG of the reference; `entry`, `category`, `source`, `verdict` and `reasons`
            are its own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    version: Literal[1] = 1
    subject: str
    candidates: tuple[tuple[str, float], ...]
    comparisons: int
    references: int
    matcher: str
    unit: str
    score: float
    threshold: float
    track: int
    time_s: float
    frame: int
    probe_frame: int
    probe_time_s: float
    first_seen_s: float
    latency_s: float
    box: Annotated[tuple[float, ...], Field(min_length=4, max_length=4)]
    hidden: float
    contests: str | None
    probe: PictureBytes = Field(repr=False)
    probe_verdict: str
    probe_reasons: tuple[str, ...]
    entry: str
    category: str
    reference: PictureBytes = Field(repr=False)
    source: str
    verdict: str
    reasons: tuple[str, ...]

    def probe_image(self) -> ImageArray:
        """Return the probe, shape `(h, w, 3)` uint8 RGB."""
        return _image(self.probe, "the probe of the alert")

    def reference_image(self) -> ImageArray:
        """Return the reference, shape `(h, w, 3)` uint8 RGB."""
        return _image(self.reference, "the reference of the alert")


def encode_alert(
    alert: Alert,
    reference: Reference,
    *,
    quality: ProbeQuality,
    references: int,
    matcher: str,
    unit: str,
) -> bytes:
    """Return an alert as bytes.

    Args:
        alert: as the search raised it.
        reference: of the person it names.
        quality: of the probe.
        references: how many the watchlist holds.
        matcher: name of the matcher.
        unit: unit of its scores.
    """
    scores = alert.candidates.scores.tolist()
    document = AlertDocument(
        subject=alert.subject,
        candidates=tuple(zip(alert.candidates.subjects, map(float, scores), strict=True)),
        comparisons=alert.comparisons,
        references=references,
        matcher=matcher,
        unit=unit,
        score=float(alert.score),
        threshold=float(alert.threshold),
        track=alert.track,
        time_s=float(alert.time_s),
        frame=alert.frame,
        probe_frame=alert.probe_frame,
        probe_time_s=float(alert.probe_time_s),
        first_seen_s=float(alert.first_seen_s),
        latency_s=float(alert.latency_s),
        box=tuple(float(side) for side in np.asarray(alert.box).tolist()),
        hidden=float(alert.hidden),
        contests=alert.contests,
        probe=encode_png(alert.probe),
        probe_verdict=quality.verdict,
        probe_reasons=quality.reasons,
        entry=reference.entry,
        category=reference.category,
        reference=reference.jpeg,
        source=reference.source,
        verdict=reference.verdict,
        reasons=reference.reasons,
    )
    return document.model_dump_json().encode("utf-8")


def decode_alert(document: bytes, alert_id: str) -> AlertDocument:
    """Return what `encode_alert` wrote.

    Raises:
        VaultError: when it is none, or of another version; names the alert.
    """
    try:
        version = json.loads(document).get("version")
        if version != VERSION:
            msg = f"alert {alert_id} has version {version!r}; this workbench reads {VERSION}."
            raise VaultError(msg)
        return AlertDocument.model_validate_json(document)
    except (ValidationError, ValueError, AttributeError):
        msg = f"alert {alert_id} cannot be read: what the vault holds for it is no alert."
        raise VaultError(msg) from None


def _image(content: bytes, called: str) -> ImageArray:
    try:
        return load_image(content, name=called)
    except ImageError as error:
        msg = f"{called} cannot be shown: {error}"
        raise VaultError(msg) from None
