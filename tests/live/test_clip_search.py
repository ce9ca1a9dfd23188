"""One search of a real clip says what searches at each threshold raise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from workbench.errors import UsageError
from workbench.faces.analysis import FaceAnalyser
from workbench.faces.artefacts import ArtefactStore
from workbench.feeds import Frame, open_feed
from workbench.live import LiveSearch
from workbench.live.clip_scores import ClipSearch, search_clip
from workbench.live.detection import build_live_analyser
from workbench.live.timed_feed import TimedFeed
from workbench.matching.enrolment import enrol_images
from workbench.matching.watchlist import Watchlist
from workbench.settings import Settings

pytestmark = pytest.mark.slow

LISTED = ("Tony_Blair", "Bill_Clinton", "Angelina_Jolie")
CLIPS = ("speaker_tony_blair.avi", "speaker_gloria_estefan.avi")


@pytest.fixture(scope="module")
def analyser(settings: Settings, store: ArtefactStore) -> FaceAnalyser:
    return build_live_analyser(settings, store, "sface")


@pytest.fixture(scope="module")
def watchlist(analyser: FaceAnalyser, lfw: Path) -> Watchlist:
    images = [
        (name, f"{name}_{number}", image)
        for name in LISTED
        for number, image in enumerate(sorted((lfw / name).glob("*.jpg"))[1:5])
    ]
    return enrol_images(images, analyser, name="three").watchlist


def clip(shared_data: Path, name: str) -> Path:
    path = shared_data / "videos" / name
    if not path.is_file():
        pytest.skip(f"needs {path}")
    return path


@pytest.mark.parametrize("name", CLIPS)
def test_a_threshold_raises_what_a_search_at_it_raises(
    name: str, shared_data: Path, analyser: FaceAnalyser, watchlist: Watchlist, settings: Settings
) -> None:
    matcher = watchlist.matcher("sface")
    with open_feed(clip(shared_data, name)) as feed:
        once: ClipSearch = search_clip(feed, analyser, matcher, watchlist, settings=settings.live)
    raised = 0
    for threshold in (0.2, 0.363, 0.45):
        search = LiveSearch(
            analyser, matcher, watchlist, threshold=threshold, settings=settings.live
        )
        with open_feed(clip(shared_data, name)) as feed:
            result = search.run(feed)
        assert (once.frames, once.faces_seen) == (result.frames, result.faces_seen)
        alerts = once.alerts_at(threshold)
        assert [one.subject for one in alerts] == [one.subject for one in result.alerts]
        # A comparison that is begun with one frame may be finished with the next.
        assert [one.time_s for one in alerts] == pytest.approx(
            [one.time_s for one in result.alerts], abs=0.1
        )
        assert [one.score for one in alerts] == pytest.approx(
            [one.score for one in result.alerts], abs=1e-4
        )
        raised += len(alerts)
    assert raised or "estefan" in name


def test_no_camera_can_be_measured_on(
    analyser: FaceAnalyser, watchlist: Watchlist, settings: Settings, shared_data: Path
) -> None:
    class Camera(TimedFeed):
        """A clip that says that its frames come as they happen."""

        live = True  # type: ignore[assignment]

    with (
        open_feed(clip(shared_data, CLIPS[0])) as feed,
        pytest.raises(UsageError, match="is a camera"),
    ):
        search_clip(
            Camera(feed), analyser, watchlist.matcher("sface"), watchlist, settings=settings.live
        )


def test_the_times_are_kept_and_the_pictures_are_not(shared_data: Path) -> None:
    with TimedFeed(open_feed(clip(shared_data, CLIPS[0]))) as feed:
        frames = [(one.index, one.time_s) for one in feed.frames()]
        assert list(feed.times.items()) == frames
        assert feed.size == (320, 240)
        assert not feed.live
        kept = {type(value) for value in vars(feed).values()}
    assert Frame not in kept
    assert np.ndarray not in kept
