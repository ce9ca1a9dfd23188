"""Frames a second on a staged crowd: this live search beside the obvious loop, in one process.

Run: python benchmarks/speed.py [--root ../shared/data/lfw] [--rounds 3] [--frames 60]

The peer is what one writes first with facenet-pytorch: its MTCNN and its InceptionResnetV1 on
every frame, each face compared with the list. Ours runs as `workbench search` does, with both
encoders, tracking and redaction. Both search the same frames of one 1280x720 file; each round runs
one after the other, and the ratio is taken round by round, since machines drift.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from facenet_pytorch import MTCNN, InceptionResnetV1
from harness import LFW, machine, markdown_table, versions, write_result
from safetensors.torch import load_file
from staged_crowd import LISTED, PEOPLE, PORTRAITS, enrol, portraits, test_people

from workbench.arrays import ImageArray
from workbench.faces.analysis import build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.feeds import CrowdSettings, Frame, StagedPerson, VideoFile, open_feed, stage_crowd
from workbench.live import LiveSearch
from workbench.live.detection import set_for_redaction
from workbench.matching import load_calibration
from workbench.settings import Settings


class Excerpt(VideoFile):
    """Some frames from the middle of a video file, where the crowd is densest."""

    first, most = 0, 0

    def frames(self) -> Iterator[Frame]:
        """Give frames `first` to `first + most`."""
        yield from itertools.islice(super().frames(), self.first, self.first + self.most)


def obvious_loop(
    images: list[ImageArray], detector: MTCNN, encoder: InceptionResnetV1, list_: torch.Tensor
) -> int:
    """Detect, encode and compare every face of every frame; return how many faces there were."""
    faces = 0
    with torch.inference_mode():
        for image in images:
            crops = detector(image)
            if crops is None:
                continue
            faces += len(crops)
            (encoder(crops) @ list_.T).max(1)
    return faces


def main() -> None:
    """Stage, time both round by round, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--frames", type=int, default=60)
    options = parser.parse_args()
    settings = Settings()
    store = ArtefactStore.from_settings(settings)
    analyser = build_analyser(settings, store, "fused")
    searching = set_for_redaction(analyser, settings, store)
    people, _ = test_people(options.root)
    names = [str(n) for n in np.random.default_rng(1).permutation(sorted(people))[:PEOPLE]]
    walking = {name: portraits(people[name][1 : 1 + PORTRAITS], analyser) for name in names}
    staged = [StagedPerson(n, n in names[:LISTED], shown) for n, shown in walking.items()]
    watchlist = enrol(analyser, people, names[:LISTED], [])
    encoder = InceptionResnetV1(classify=False).eval()
    encoder.load_state_dict(load_file(store.path("facenet-casia-webface-20180408")))
    smallest = int(settings.detection.smallest_face_px)
    detector = MTCNN(keep_all=True, min_face_size=smallest, post_process=True)
    list_ = torch.from_numpy(watchlist.templates["facenet"].vectors)
    rows: list[dict[str, object]] = []
    with TemporaryDirectory() as folder:
        video = Path(folder) / "crowd.mp4"
        truth = stage_crowd(staged, video, CrowdSettings(width=1280, height=720, seed=1))
        busiest = truth.group_by("frame").len().sort("frame")["len"].rolling_mean(options.frames)
        last = int(busiest.fill_null(0.0).arg_max() or options.frames)
        Excerpt.first, Excerpt.most = max(0, last - options.frames + 1), options.frames
        with open_feed(video) as feed:
            images = [f.image for f in itertools.islice(feed.frames(), Excerpt.first, last + 1)]
        faces = truth.filter(truth["frame"].is_between(Excerpt.first, last)).height / len(images)
        for number in range(1, options.rounds + 1):
            matcher = watchlist.matcher("fused", load_calibration())
            threshold = matcher.default_threshold
            assert threshold is not None
            start = time.perf_counter()
            with Excerpt(video) as feed:
                LiveSearch(searching, matcher, watchlist, threshold=threshold).run(
                    feed, on_frame=lambda _frame: None
                )
            ours = len(images) / (time.perf_counter() - start)
            start = time.perf_counter()
            obvious_loop(images, detector, encoder, list_)
            peer = len(images) / (time.perf_counter() - start)
            rows.append(
                {
                    "round": number,
                    "this live search, frames/s": f"{ours:.1f}",
                    "the obvious loop, frames/s": f"{peer:.2f}",
                    "ratio": f"{ours / peer:.1f}",
                }
            )
            print(rows[-1], flush=True)
    print(f"\n{faces:.1f} faces a frame; {machine()}\n{versions()}\n\n{markdown_table(rows)}")
    write_result("speed", {"faces_a_frame": round(faces, 1), "rounds": rows})


if __name__ == "__main__":
    main()
