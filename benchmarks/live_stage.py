"""What a live search is measured on: clips, a list of people, and benches that hold it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import numpy as np
import polars as pl
from harness import SHARED
from live_runs import Clip
from sealed_list import later, make_list_bench, sealable
from staged_crowd import LISTED, PORTRAITS, enrol, portraits, test_people

from workbench.bench import Workbench
from workbench.faces.analysis import FaceAnalyser
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.detection import build_detector
from workbench.faces.templates import Templates
from workbench.feeds import CrowdSettings, Portrait, StagedPerson, open_feed, stage_crowd
from workbench.feeds.staging.encoding import H264Writer
from workbench.live.detection import build_live_analyser
from workbench.matching import Watchlist
from workbench.matching.thumbnails import THUMBNAIL_SIDE, Thumbnails
from workbench.settings import EncoderChoice, LiveSettings, Settings

__all__ = ["FEEDS", "Benches", "Stage", "is_there", "lengthened", "real_clip"]

SLOWLY, SLOW_M_S = 30, 0.6
FEEDS = ("gate", "arcade", "bridge", "corner")


class Stage:
    """Who walks by, who is listed, and clips of them.

    Attributes:
        settings: of the product, as they come.
        store: of model files.
        searching: the analyser of a live search with both encoders.
        watchlist: people who walk by, and fillers.
    """

    def __init__(self, root: Path, folder: Path, listed: int) -> None:
        """Enrol a list of about so many; half of those who walk by are on it."""
        self.settings = Settings()
        self.store = ArtefactStore.from_settings(self.settings)
        self.searching = build_live_analyser(self.settings, self.store, "fused")
        self._analyser = FaceAnalyser(
            build_detector(self.settings, self.store),
            self.searching.encoders,
            self.settings.quality,
        )
        self._folder = folder
        self._people, singles = test_people(root)
        names = [str(n) for n in np.random.default_rng(1).permutation(sorted(self._people))]
        # Whose first photograph is refused walks among the others.
        usable = enrol(self._analyser, self._people, names[: 2 * LISTED], []).subjects
        self._listed = usable[:LISTED]
        self._names = [*self._listed, *(name for name in names if name not in self._listed)]
        self._fillers = singles[: max(0, listed - LISTED)]
        enrolled = enrol(self._analyser, self._people, self._listed, self._fillers)
        self.watchlist = sealable(enrolled)

    @property
    def entries(self) -> list[tuple[str, Path]]:
        """The list's photographs, for whoever enrols them another way."""
        own = [(name, self._people[name][0]) for name in self._listed]
        own += [(path.parent.name, path) for path in self._fillers]
        enrolled = set(self.watchlist.subjects)
        return [(name, path) for name, path in own if name in enrolled]

    def crowd(self, at_once: int, frames: int) -> Clip:
        """Stage a crowd, and make its busiest frames a clip of their own."""
        count = max(3, min(3 * at_once, 40 + at_once, len(self._names)))
        half = min(count // 2, len(self._listed))
        names = [*self._names[:half], *self._names[LISTED : LISTED + count - half]]
        staged = [StagedPerson(n, n in self._listed, self._portraits(n)) for n in names]
        whole = self._folder / f"whole-{at_once}.mp4"
        # They enter one after the other: only of slow walkers are so many under way.
        pace = {} if at_once < SLOWLY else {"walking_speed_m_s": SLOW_M_S}
        settings = CrowdSettings(width=1280, height=720, seed=1, at_once=at_once, **pace)
        truth: pl.DataFrame = stage_crowd(staged, whole, settings)
        busy = truth.group_by("frame").len().sort("frame")["len"].rolling_mean(frames)
        first = max(0, int(busy.fill_null(0.0).arg_max() or 0) - frames + 1)
        within = truth.filter(pl.col("frame").is_between(first, first + frames - 1))
        start_s = first / settings.fps
        within = within.with_columns(pl.col("frame") - first, pl.col("time_s") - start_s)
        # A file of its own: a search of it decodes nothing else.
        path = self._folder / f"crowd-{at_once}.mp4"
        with open_feed(whole) as feed, H264Writer(path, settings) as writer:
            for frame in feed.frames():
                if first <= frame.index < first + frames:
                    writer.write(frame.image)
        whole.unlink()
        return Clip(
            f"staged 1280x720, {len(within) / frames:.1f} faces a frame", path, frames, within
        )

    @cache  # noqa: B019 - a stage lives as long as the process
    def _portraits(self, name: str) -> tuple[Portrait, ...]:
        return portraits(self._people[name][1 : 1 + PORTRAITS], self._analyser)


def is_there(name: str) -> bool:
    """Whether the shared data has that clip."""
    return (SHARED / "videos" / name).is_file()


def real_clip(name: str, frames: int) -> Clip:
    """A clip of the shared data, from its start."""
    path = SHARED / "videos" / name
    with open_feed(path) as feed:
        return Clip(name, path, min(frames, feed.frame_count or frames), None)


def lengthened(watchlist: Watchlist, size: int) -> Watchlist:
    """Return the list with synthetic fillers: random unit vectors."""
    more = size - len(watchlist)
    if more <= 0:
        return watchlist
    random, templates = np.random.default_rng(1), {}
    for name, own in watchlist.templates.items():
        made = random.normal(size=(more, own.vectors.shape[1])).astype(np.float32)
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        templates[name] = Templates(np.concatenate([own.vectors, made]), own.encoder)
    last = watchlist.references[-1]
    fillers = tuple(replace(last, subject=f"synthetic-{at:05d}") for at in range(more))
    own, grey = watchlist.thumbnails, np.full((1, THUMBNAIL_SIDE, THUMBNAIL_SIDE, 3), 128, np.uint8)
    one = Thumbnails.from_images(grey).pictures
    thumbnails = Thumbnails(
        np.concatenate([own.pictures, np.tile(one, more)]),
        np.concatenate([own.offsets, own.offsets[-1] + len(one) * np.arange(1, more + 1)]),
    )
    longer = replace(
        watchlist,
        references=watchlist.references + fillers,
        templates=templates,
        thumbnails=thumbnails,
    )
    return sealable(longer)


class Benches:
    """Benches in folders that go at the end, each with a deployment that is authorised.

    A search through one is all that a search of the product is: authority looked at, alerts
    sealed, everything logged.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._held = ExitStack()
        self._made: dict[tuple[int, str], Any] = {}

    def open(
        self,
        watchlist: Watchlist,
        matcher: EncoderChoice = "fused",
        live: LiveSettings | None = None,
    ) -> Workbench:
        """Open the bench of a list and a matcher as its operator, which makes it the first time."""
        key = (id(watchlist), matcher)
        if key not in self._made:
            place = self._held.enter_context(TemporaryDirectory(prefix="live-"))
            used = watchlist
            if matcher != "fused":
                used = replace(watchlist, templates={matcher: watchlist.templates[matcher]})
            self._made[key] = make_list_bench(Path(place), used, matcher, FEEDS)
        made = self._made[key]
        settings = made.settings.model_copy(update={} if live is None else {"live": live})
        opened = Workbench.open(
            made.folder, credential=made.credential, settings=settings, clock=later
        )
        return self._held.enter_context(opened)

    def __enter__(self) -> Self:
        """Return the benches."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close all, and remove their folders."""
        self._held.close()
