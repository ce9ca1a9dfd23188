"""A staged crowd of real photographs for live searches of a test bench, and feeds that misbehave."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

from list_values import checked_and_reviewed, entry_of
from planted import BLUE

from workbench.bench import Workbench
from workbench.bench.list_views import EntryImage
from workbench.closing import ClosedAtTheEnd
from workbench.errors import FeedError
from workbench.faces.analysis import FaceAnalyser, primary_face
from workbench.feeds import CrowdSettings, Frame, Portrait, StagedPerson, open_feed, stage_crowd
from workbench.images import load_image

__all__ = ["LISTED", "FramesFeed", "enrol_listed", "stage_frames", "two_feeds"]

MOST = 80
"""Frames of the crowd that are searched; all of those listed come within them."""
LISTED = ("Ray_Romano", "Rob_Marshall", "John_Kerry")


def two_feeds() -> list[dict[str, object]]:
    """The feeds of a deployment: `gate`, of which the left half is searched, and `square`."""
    half = [[0.0, 0.0], [0.5, 0.0], [0.5, 1.0], [0.0, 1.0]]
    return [
        {"name": "square", "place": "lamp post 14, looking south"},
        {"name": "gate", "place": "lamp post 12, looking north", "zone": half},
    ]


def stage_frames(analyser: FaceAnalyser, lfw: Path, folder: Path) -> list[Frame]:
    """Stage three who are listed and two who are not, from photographs that are not enrolled."""
    strangers = [one.name for one in sorted(lfw.iterdir()) if one.name not in LISTED][:2]
    people = []
    for name in (*LISTED, *strangers):
        image = load_image(min((lfw / name).glob("*.jpg")))
        faces = analyser.detect(image)
        main = primary_face(faces, image.shape)
        assert main is not None
        portrait = Portrait(image, faces.boxes[main], faces.landmarks[main])
        people.append(StagedPerson(name, name in LISTED, (portrait,)))
    video = folder / "crowd.mp4"
    stage = CrowdSettings(
        width=640,
        height=360,
        seed=3,
        at_once=3,
        largest_face_px=140,
        smallest_face_px=70,
        fps=12.5,
    )
    stage_crowd(people, video, stage)
    with open_feed(video) as feed:
        return list(feed.frames())[:MOST]


def enrol_listed(
    open_as: Callable[[str], Workbench],
    reference: str,
    lfw: Path,
    analyser: FaceAnalyser,
    *,
    staff: Collection[str] = (),
) -> None:
    """Build the list of the three, and have it checked and reviewed; `staff` are there by consent."""
    entries = [
        EntryImage(entry_of(name, image=image.name, **(BLUE if name in staff else {})), image)
        for name in LISTED
        for image in sorted((lfw / name).glob("*.jpg"))[1:5]
    ]
    with open_as("analyst") as analyst:
        for name in staff:
            analyst.blue_list.add_member(
                {"member": name, "consent": f"consent-{name}", "consented": "2026-11-01"}
            )
        analyst.watchlists.build(reference, entries, analyser)
    checked_and_reviewed(open_as, reference)


class FramesFeed(ClosedAtTheEnd):
    """Frames from memory; at some of them something happens first.

    Attributes:
        given: how many were given.
        closed: set once it was closed.
        hangs: set while it gives nothing any more.
    """

    name, live, fps = "frames from rtsp://op:secret@10.0.0.7/ch1", False, 12.5
    damage: str | None = None

    def __init__(
        self,
        frames: Sequence[Frame],
        at: Mapping[int, Callable[[], object]] | None = None,
        *,
        hangs_at: int | None = None,
        fails_at: int | None = None,
    ) -> None:
        """Take frames, and what happens before which of them."""
        self._frames, self._at = list(frames), dict(at or {})
        self._hangs_at, self._fails_at = hangs_at, fails_at
        self.given = 0
        self.closed, self.hangs, self.goes_on = (threading.Event() for _ in range(3))

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height."""
        height, width = self._frames[0].image.shape[:2]
        return width, height

    @property
    def frame_count(self) -> int | None:
        """Return how many there are."""
        return len(self._frames)

    def frames(self) -> Iterator[Frame]:
        """Give them."""
        for number, frame in enumerate(self._frames):
            if number in self._at:
                self._at[number]()
            if number == self._hangs_at:
                self.hangs.set()
                self.goes_on.wait(30)
            if number == self._fails_at:
                message = "rtsp://op:secret@10.0.0.7/ch1: the camera is gone."
                raise FeedError(message)
            self.given += 1
            yield frame

    def close(self) -> None:
        """Close it; a camera that hangs goes on hanging."""
        self.closed.set()
