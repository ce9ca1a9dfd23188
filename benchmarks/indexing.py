"""How fast footage is indexed, how it scales over processes, and whether everybody is found.

Run: python benchmarks/indexing.py [speed|long|cluster|labelled ...] [--minutes 30]
     [--processes 2 1] [--rounds 3]

`speed`: `family_dinner.mp4` and `street_crowd_1080p.mp4` of the shared data, in one process whose
models are loaded, one thread: how many times faster than the footage runs.

Where other work runs beside, processor time tells more: seconds of footage for each second that a
core worked.

`long`: a file of `--minutes` made of the two, at 1280x720 with a key frame every 2 s, indexed by
1 and by 2 processes, their start included. It repeats 24 s of pictures, so that a segment costs
what it costs, but nobody new comes. Documents of both are compared byte by byte.

`cluster`: the same file over a Ray of this machine beside processes without one, by each number of
workers; what Ray takes to begin and to end is told apart. Documents of all are compared. Not among
what is run unless it is named.

`labelled`: the five speaker clips joined into one file. Three speakers have photographs in LFW, and
are searched for by all of them, one at a time; the other two are searched for by a picture of
their own clip, which is easy. People of LFW who are not in the footage are searched for as well:
whom of it they score like at the threshold is an error.

Files are written to a temporary folder, and go with it.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from harness import LFW, SHARED, label_errors, machine, markdown_table, photographs, write_result

from workbench.arrays import ImageArray
from workbench.faces.analysis import FaceAnalyser, primary_face
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.templates import Templates
from workbench.feeds import VideoFile
from workbench.images import load_image
from workbench.matching import load_calibration
from workbench.retrospective import (
    FootagePart,
    index_footage,
    plan_footage,
    search_collection,
    timeline,
    timeline_matcher,
)
from workbench.retrospective.cluster import open_cluster
from workbench.retrospective.index_crew import IndexProgress
from workbench.retrospective.index_segment import build_index_analyser, index_segment
from workbench.retrospective.index_worker import SegmentCounts
from workbench.settings import Settings

VIDEOS = SHARED / "videos"
CLIPS = ("family_dinner.mp4", "street_crowd_1080p.mp4")
SIZE = (1280, 720)
SPEAKERS = {
    "speaker_tony_blair.avi": "Tony_Blair",
    "speaker_angelina_jolie.avi": "Angelina_Jolie",
    "speaker_gloria_estefan.avi": None,
    "speaker_bill_clinton.avi": "Bill_Clinton",
    "speaker_noam_chomsky.avi": None,
}
OTHERS = 1_000
EDGE_S = 0.1


def written(path: Path, images: Iterator[ImageArray], size: tuple[int, int], gop: int) -> None:
    """Write pictures as H.264, 25 a second."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.gop_size = gop
        stream.options = {"crf": "18", "preset": "veryfast"}
        for index, image in enumerate(images):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def fitted(image: ImageArray, size: tuple[int, int]) -> ImageArray:
    """Scale a picture into a size, its shape kept, on black."""
    height, width = image.shape[:2]
    scale = min(size[0] / width, size[1] / height)
    small = cv2.resize(image, (round(width * scale), round(height * scale)))
    shown = np.zeros((size[1], size[0], 3), np.uint8)
    shown[: small.shape[0], : small.shape[1]] = small
    return shown


def repeated(once: Path, path: Path, seconds: float) -> None:
    """Write a file over and over into one, without decoding it."""
    with av.open(str(path), "w") as container:
        with av.open(str(once)) as source:
            stream = container.add_stream_from_template(source.streams.video[0])
        shift = 0
        while shift < seconds * 25:
            with av.open(str(once)) as source:
                pictures = 0
                for packet in source.demux(video=0):
                    if packet.pts is None or packet.dts is None:
                        continue
                    unit = float(packet.time_base) * 25
                    for name in ("pts", "dts"):
                        at = round(getattr(packet, name) * unit) + shift
                        setattr(packet, name, at)
                    packet.duration = 1
                    packet.time_base = Fraction(1, 25)
                    packet.stream = stream
                    container.mux(packet)
                    pictures += 1
                shift += pictures


def speed(settings: Settings, rounds: int) -> list[dict[str, Any]]:
    """Index the two clips in this process."""
    analyser = build_index_analyser(settings, ArtefactStore.from_settings(settings))
    cv2.setNumThreads(1)
    rows = []
    for name in CLIPS:
        plan = plan_footage(VIDEOS / name)
        taken, worked, made = [], [], None
        for _ in range(rounds):
            start, processor = time.perf_counter(), time.process_time()
            made = [index_segment(plan, one, analyser, settings) for one in plan.segments]
            taken.append(time.perf_counter() - start)
            worked.append(time.process_time() - processor)
        assert made is not None
        facts = plan.facts
        ratios = [facts.duration_s / one for one in taken]
        rows.append(
            {
                "clip": name,
                "size": f"{facts.width}x{facts.height}",
                "seconds": round(facts.duration_s, 2),
                "frames searched": f"{sum(m.facts.searched for m in made)} of {facts.pictures}",
                "appearances": sum(map(len, made)),
                "times real time": round(statistics.median(ratios), 2),
                "spread": f"{min(ratios):.2f} to {max(ratios):.2f}",
                "by processor time": round(facts.duration_s / statistics.median(worked), 2),
            }
        )
    return rows


def long_file(minutes: float, folder: Path) -> Path:
    """Write the file of `long`."""
    once, path = folder / "once.mp4", folder / "long.mp4"
    written(
        once,
        (
            fitted(frame.image, SIZE)
            for name in CLIPS
            for frame in VideoFile(VIDEOS / name).frames()
        ),
        SIZE,
        gop=50,
    )
    repeated(once, path, 60 * minutes)
    return path


def cluster(
    settings: Settings, minutes: float, processes: list[int], folder: Path
) -> list[dict[str, Any]]:
    """Index a long file over Ray and without, by each number of workers."""
    plan = plan_footage(long_file(minutes, folder))
    rows: list[dict[str, Any]] = []
    digests: list[dict[int, str]] = []
    for workers, over_ray in itertools.product(processes, (False, True)):
        kept: dict[int, str] = {}

        def keep(
            number: int, document: bytes, _: SegmentCounts, kept: dict[int, str] = kept
        ) -> None:
            kept[number] = hashlib.sha256(document).hexdigest()

        start = time.perf_counter()
        with ExitStack() as stack:
            hiring = (
                stack.enter_context(open_cluster(settings, workers=workers)) if over_ray else None
            )
            begun = time.perf_counter()
            index_footage(plan, settings, keep=keep, workers=workers, hiring=hiring)
            done = time.perf_counter()
        ended = time.perf_counter()
        digests.append(kept)
        rows.append(
            {
                "over": "Ray" if over_ray else "processes",
                "workers": workers,
                "minutes": round(plan.facts.duration_s / 60, 2),
                "segments": len(plan.segments),
                "begun in s": round(begun - start, 1),
                "indexed in s": round(done - begun, 1),
                "ended in s": round(ended - done, 1),
                "times real time": round(plan.facts.duration_s / (done - begun), 2),
            }
        )
        print(markdown_table(rows[-1:]), flush=True)
    assert all(one == digests[0] for one in digests), "documents do not depend on Ray"
    return rows


def long(
    settings: Settings, minutes: float, processes: list[int], folder: Path
) -> list[dict[str, Any]]:
    """Index a long file by each number of processes."""
    path = long_file(minutes, folder)
    start = time.perf_counter()
    plan = plan_footage(path)
    planned_s = time.perf_counter() - start
    rows: list[dict[str, Any]] = []
    digests: list[dict[int, str]] = []
    for workers in processes:
        kept: dict[int, str] = {}
        begun, before = time.perf_counter(), _worked_s()
        first: list[float] = []

        def progress(now: IndexProgress, first: list[float] = first, begun: float = begun) -> None:
            if now.pictures and not first:
                first.append(time.perf_counter() - begun)

        def keep(
            number: int, document: bytes, _: SegmentCounts, kept: dict[int, str] = kept
        ) -> None:
            kept[number] = hashlib.sha256(document).hexdigest()

        counts = index_footage(plan, settings, keep=keep, progress=progress, workers=workers)
        taken = time.perf_counter() - begun
        digests.append(kept)
        rows.append(
            {
                "processes": workers,
                "minutes": round(plan.facts.duration_s / 60, 2),
                "segments": len(plan.segments),
                "appearances": counts.appearances,
                "planned in s": round(planned_s, 2),
                "first pictures after s": round(first[0], 1),
                "indexed in s": round(taken, 1),
                "times real time": round(plan.facts.duration_s / taken, 2),
                "by processor time": round(plan.facts.duration_s / (_worked_s() - before), 2),
                "MB of file": round(plan.facts.size_bytes / 1e6),
            }
        )
        print(markdown_table(rows[-1:]), flush=True)
    assert all(one == digests[0] for one in digests), (
        "documents do not depend on the number of processes"
    )
    return rows


def _worked_s() -> float:
    """Return the processor time of processes that have ended, their start included."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def encoded(analyser: FaceAnalyser, image: ImageArray) -> dict[str, Templates] | None:
    """Encode the face that a photograph is of."""
    faces = analyser.detect(image)
    faces = faces[faces.confidence >= Settings().detection.min_confidence]
    main = primary_face(faces, image.shape)
    return None if main is None else analyser.encode(image, faces[[main]])


def labelled(settings: Settings, folder: Path) -> dict[str, Any]:
    """Search footage of five speakers for each of them, and for people who are not in it."""
    path = folder / "speakers.mkv"
    spans: dict[str, tuple[float, float]] = {}
    pictures: list[ImageArray] = []
    own: dict[str, ImageArray] = {}
    for name in SPEAKERS:
        images = [frame.image for frame in VideoFile(VIDEOS / name).frames()]
        spans[name] = (len(pictures) / 25, (len(pictures) + len(images)) / 25)
        own[name] = images[len(images) // 2]
        pictures += [fitted(image, (320, 240)) for image in images]
    written(path, iter(pictures), (320, 240), gop=50)
    analyser = build_index_analyser(settings, ArtefactStore.from_settings(settings))
    plan = plan_footage(path, length_s=10.0)
    made = [index_segment(plan, one, analyser, settings) for one in plan.segments]
    parts = [FootagePart("speakers", one) for one in made]
    entries = timeline(parts)
    matcher = timeline_matcher("fused", parts, analyser.identities, load_calibration())
    threshold = matcher.default_threshold
    assert threshold is not None
    times = {
        str(one): (row["first_s"], row["last_s"])
        for part in parts
        for one, row in zip(part.ids, part.appearances.rows.iter_rows(named=True), strict=True)
    }

    def found(probe: dict[str, Templates]) -> dict[str, float]:
        listed = search_collection(matcher, probe, length=max(1, len(times)))[0]
        return {one.subject: one.score for one in listed.candidates}

    images_of = photographs(LFW)
    mistaken = label_errors()
    rows = []
    for name, person in SPEAKERS.items():
        start_s, end_s = spans[name]
        inside = {
            one
            for one, (first_s, last_s) in times.items()
            if first_s < end_s - EDGE_S and last_s > start_s + EDGE_S
        }
        crossing = [
            one for one in inside
            if times[one][0] < start_s - EDGE_S or times[one][1] > end_s + EDGE_S
        ]  # fmt: skip
        if person is None:
            probes = [encoded(analyser, own[name])]
        else:
            probes = [
                encoded(analyser, load_image(LFW / image))
                for image in images_of[person]
                if image not in mistaken
            ]
        hits = errors = searched = all_of = 0
        for probe in probes:
            if probe is None:
                continue
            searched += 1
            scores = found(probe)
            above = {one for one, score in scores.items() if score >= threshold}
            hits += len(above & inside)
            all_of += inside <= above
            errors += len(above - inside)
        rows.append(
            {
                "speaker": name.removeprefix("speaker_").removesuffix(".avi"),
                "from": f"{start_s:.2f} s",
                "to": f"{end_s:.2f} s",
                "found from": f"{min(times[one][0] for one in inside):.2f} s",
                "found to": f"{max(times[one][1] for one in inside):.2f} s",
                "appearances": len(inside),
                "entries of the timeline": len(
                    [one for one in entries if {str(part) for part in one.parts} & inside]
                ),
                "over a cut": len(crossing),
                "probes": f"{searched} of {len(probes)}"
                + (" (photographs)" if person else " (of the clip)"),
                "of them found by a probe": f"{hits} of {searched * len(inside)}",
                "probes that found all": all_of,
                "of somebody else": errors,
            }
        )
    strangers = [
        person for person, own_images in images_of.items()
        if person not in SPEAKERS.values() and own_images[0] not in mistaken
    ][:: max(1, len(images_of) // OTHERS)][:OTHERS]  # fmt: skip
    highest: list[tuple[float, str]] = []
    for person in strangers:
        probe = encoded(analyser, load_image(LFW / images_of[person][0]))
        if probe is not None:
            highest.append((max(found(probe).values()), person))
    wrong = [one for one in highest if one[0] >= threshold]
    return {
        "threshold": round(threshold, 3),
        "looks": len(matcher),
        "speakers": rows,
        "strangers": len(highest),
        "strangers found": len(wrong),
        "highest of a stranger": round(max(highest)[0], 3),
    }


def main() -> None:
    """Measure what is asked for, print it, and write it down."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", default=["speed", "long", "labelled"])
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--processes", type=int, nargs="+", default=[2, 1])
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    settings = Settings()
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        for part in asked.parts:
            result: dict[str, Any]
            if part == "speed":
                result = {"rows": speed(settings, asked.rounds)}
            elif part == "long":
                result = {"rows": long(settings, asked.minutes, asked.processes, Path(folder))}
            elif part == "cluster":
                result = {"rows": cluster(settings, asked.minutes, asked.processes, Path(folder))}
            else:
                result = labelled(settings, Path(folder))
            for name, value in result.items():
                told = markdown_table(value) if isinstance(value, list) else value
                print(f"\n{part}, {name}:\n{told}", flush=True)
            write_result(f"indexing_{part}", result)


if __name__ == "__main__":
    main()
