"""YuNet as the workbench runs it beside OpenCV's own detector, on frames of real clips.

Run: python benchmarks/yunet.py [--videos ../shared/data/videos] [--frames 48]

Both read the same published file and look at the same frame one after the other, one thread each,
first one, then the other first. The ratio is taken frame by frame, since machines drift; time is of
the processor. Faces must be the same. The second, coarse look at a large picture, which only the
workbench takes, is no part of it.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from harness import LFW, machine, markdown_table, write_result

from workbench.arrays import FloatArray, ImageArray
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.runtimes.yunet_network import YuNetNetwork
from workbench.faces.yunet_cells import faces_of
from workbench.settings import Settings

CASES = (
    ("street_crowd_1080p.mp4", (1280, 720)),
    ("street_crowd_1080p.mp4", (853, 480)),
    ("family_dinner.mp4", (853, 480)),
    ("street_crowd_1080p.mp4", (640, 360)),
    ("three_men_occluding.avi", (427, 320)),
)
LEAST, NMS, MOST = 0.3, 0.3, 5000
UNCOUNTED = 4
"""Frames at the start, at which memory is first asked for."""


def frames(path: Path, size: tuple[int, int], count: int) -> Iterator[ImageArray]:
    """Frames spread over a clip, scaled to a size, RGB."""
    video = cv2.VideoCapture(str(path))
    step = max(1, int(video.get(cv2.CAP_PROP_FRAME_COUNT)) // count)
    place, given = 0, 0
    while given < count and (read := video.read())[0]:
        if place % step == 0:
            small = cv2.resize(read[1], size, interpolation=cv2.INTER_AREA)
            yield np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2RGB), np.uint8)
            given += 1
        place += 1
    video.release()


def compared(model: Path, path: Path, size: tuple[int, int], count: int) -> dict[str, Any]:
    """Row of one clip at one size."""
    network = YuNetNetwork(model.read_bytes(), what=str(model), threads=1)
    theirs = cv2.FaceDetectorYN.create(str(model), "", size, LEAST, NMS, MOST)

    def by_us(image: ImageArray) -> FloatArray:
        found = faces_of(network.run(image), min_confidence=LEAST, nms=NMS)
        points = found.landmarks.reshape(-1, 10)
        return np.concatenate([found.boxes, points, found.confidence[:, None]], axis=1)

    def by_them(image: ImageArray) -> FloatArray:
        rows = theirs.detect(cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1]
        table = np.zeros((0, 15), np.float32) if rows is None else np.array(rows, np.float32)
        table[:, 2:4] += table[:, :2]
        return table

    looks = (by_them, by_us)
    seconds: list[list[float]] = [[], []]
    faces, other, apart = 0, 0, 0.0
    for number, image in enumerate(frames(path, size, count)):
        found: list[FloatArray] = [np.zeros(0, np.float32)] * 2
        for which in (0, 1) if number % 2 else (1, 0):
            start = time.process_time()
            found[which] = looks[which](image)
            seconds[which].append(time.process_time() - start)
        faces += len(found[0])
        if len(found[0]) != len(found[1]):
            other += 1
        elif len(found[0]):
            # Each to its nearest: two that are equally sure may change places.
            distances = np.abs(found[0][:, None] - found[1][None]).max(axis=2)
            apart = max(apart, float(distances.min(axis=1).max()))
    first, second = (of[UNCOUNTED:] for of in seconds)
    ratios = sorted(a / b for a, b in zip(first, second, strict=True))
    tenth = len(ratios) // 10
    return {
        "clip": f"`{path.name}`",
        "looked at": f"{size[0]}x{size[1]}",
        "OpenCV, ms": round(statistics.median(first) * 1e3, 1),
        "ONNX Runtime, ms": round(statistics.median(second) * 1e3, 1),
        "ratio (nine in ten)": f"{statistics.median(ratios):.2f} "
        f"({ratios[tenth // 2]:.2f} to {ratios[-1 - tenth // 2]:.2f})",
        "faces": faces,
        "frames with other faces": other,
        "apart, px": f"{apart:.5f}",
    }


def main() -> None:
    """Measure, print the table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--videos", type=Path, default=LFW.parent / "videos")
    parser.add_argument("--frames", type=int, default=48, help="of each clip")
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    model = ArtefactStore.from_settings(Settings()).path("yunet-2023mar")
    rows = [compared(model, options.videos / name, size, options.frames) for name, size in CASES]
    print(f"{machine()}, one thread\n\n{markdown_table(rows)}")
    if not options.no_write:
        print(f"written: {write_result('yunet', {'frames': options.frames, 'rows': rows}).name}")


if __name__ == "__main__":
    main()
