"""Footage -> segments of about a minute: the unit that is indexed, kept and resumed.

Segments begin at key frames, so that each can be read without what is before it; a file that
cannot be entered elsewhere is one segment. They depend on the file alone: planned again, whenever
and wherever, they are the same.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from workbench.errors import FeedError, FootageError, UsageError
from workbench.feeds.survey import KeyFrame, Survey, Times
from workbench.feeds.video import VideoFile
from workbench.governance.footage_facts import facts_stated
from workbench.retrospective.file_marks import NOT_SEEN, FileMark, mark_of

__all__ = ["LENGTH_S", "FootageFacts", "FootagePlan", "Segment", "plan_footage"]

LENGTH_S: Final = 60.0
"""Of a segment, s; it begins at the first key frame after that."""
_Count = Annotated[int, Field(ge=0)]
_Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class FootageFacts(BaseModel):
    """What a file of footage is, by its own account; what was decoded is told by its segments.

    Attributes:
        sha256: of the file.
        size_bytes: of the file.
        container: its format, as FFmpeg calls it.
        codec: of its pictures.
        width: of a picture as shown, px.
        height: likewise.
        rotation: degrees clockwise by which stored pictures are turned to be shown.
        mirrored: whether they are mirrored as well.
        fps: pictures a second that it announces, `None` where it does not.
        pictures: that are in it.
        duration_s: from the first picture to the end of the last.
        step_s: usual time between two pictures, s.
        times: what the times of its pictures are like.
        damage: what is missing of it, in a sentence.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    sha256: _Digest
    size_bytes: _Count
    container: str
    codec: str
    width: Annotated[int, Field(ge=1)]
    height: Annotated[int, Field(ge=1)]
    rotation: Annotated[int, Field(ge=0, le=270)]
    mirrored: bool
    fps: float | None
    pictures: _Count
    duration_s: Annotated[float, Field(ge=0.0)]
    step_s: Annotated[float, Field(gt=0.0)]
    times: Times
    damage: str | None

    def stated(self) -> tuple[str, ...]:
        """Return what whoever searches it has to know, in sentences; none where all is well."""
        return facts_stated(self.model_dump(mode="json"))


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a file.

    Attributes:
        number: from 0.
        start_s: when it begins, seconds from the start of the footage.
        end_s: when the next one begins, or the footage ends.
        start: key frame that it begins at; `None` for the start of the file.
        stop: key frame of the next; `None` for the end.
        pictures: that are in it, whether they can be decoded or not.
    """

    number: int
    start_s: float
    end_s: float
    start: KeyFrame | None
    stop: KeyFrame | None
    pictures: int


@dataclass(frozen=True, slots=True)
class FootagePlan:
    """How a file is indexed.

    Attributes:
        path: of the file.
        facts: what it is.
        segments: in order, at least one.
        mark: of the file while it was looked through.
    """

    path: Path
    facts: FootageFacts
    segments: tuple[Segment, ...]
    mark: FileMark

    def require_unchanged(self) -> None:
        """Raise `FootageError` unless the file is the one that was looked through."""
        try:
            now = mark_of(self.path)
        except OSError as error:
            msg = f"{self.path}: can no longer be read ({error.strerror}). Put it back."
            raise FootageError(msg) from None
        if now != self.mark:
            msg = (
                f"{self.path}: was changed while it was indexed, or moved, or given other rights "
                f"or dates. Begin again if it still is the file with SHA-256 {self.facts.sha256}; "
                "otherwise put that back, or add it as other footage."
            )
            raise FootageError(msg)


def plan_footage(path: Path | str, *, length_s: float = LENGTH_S) -> FootagePlan:
    """Look through a file and cut it into segments; one picture of it is decoded.

    Args:
        path: of a video file.
        length_s: of a segment at least, but for the last.

    Raises:
        FootageError: when it cannot be opened, has no video stream or no picture, is a list of
            other files, or is changed meanwhile; nothing of it is indexed then.
        UsageError: when `length_s` is not above 0.
    """
    if not length_s > 0:
        msg = f"a segment must be longer than 0 s, not {length_s}."
        raise UsageError(msg)
    place = Path(path)
    try:
        mark = mark_of(place) if place.exists() else NOT_SEEN
        with VideoFile(place) as video:
            survey = video.survey()
        with place.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        after = mark_of(place)
    except FeedError as error:
        raise FootageError(str(error)) from error
    except OSError as error:
        msg = f"{place}: cannot be read ({error.strerror}). Check its permissions."
        raise FootageError(msg) from None
    if after != mark:
        msg = (
            f"{place}: was changed while it was looked through, so nothing is known of it. Try "
            "again once it is written."
        )
        raise FootageError(msg)
    facts = FootageFacts(
        sha256=digest,
        size_bytes=mark.size_bytes,
        container=survey.container,
        codec=survey.codec,
        width=survey.size[0],
        height=survey.size[1],
        rotation=survey.rotation,
        mirrored=survey.mirrored,
        fps=survey.fps,
        pictures=survey.pictures,
        duration_s=max(0.0, survey.duration_s),
        step_s=survey.step_s,
        times=survey.times,
        damage=survey.damage,
    )
    return FootagePlan(place, facts, _segments(survey, length_s), mark)


def _segments(survey: Survey, length_s: float) -> tuple[Segment, ...]:
    starts: list[KeyFrame | None] = [None]
    begun_s = 0.0
    for key in survey.key_frames:
        if key.time_s - begun_s >= length_s:
            starts.append(key)
            begun_s = key.time_s
    end_s = max(survey.duration_s, begun_s)
    return tuple(
        Segment(
            number=number,
            start_s=0.0 if start is None else start.time_s,
            end_s=end_s if stop is None else stop.time_s,
            start=start,
            stop=stop,
            pictures=(survey.pictures if stop is None else stop.before)
            - (0 if start is None else start.before),
        )
        for number, (start, stop) in enumerate(zip(starts, [*starts[1:], None], strict=True))
    )
