"""Recall and false alerts per threshold on staged crowds of 40 LFW people, 20 of them listed.

Run: python benchmarks/staged_crowd.py [--root ../shared/data/lfw] [--seeds 3] [--fillers 980]

Locked test people with three photographs or more: the first is the reference of those who are
listed, the others walk. Each crowd is a 1280x720 H.264 file, searched as any other feed. The list
is the 20 people alone, and for `fused` also the 20 among 980 others (one-photograph test people).
Pasted stills flatter detection and tracking: benchmarks/real_clips.py reports real clips.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
from harness import LFW, label_errors, machine, markdown_table, photographs, write_result

from workbench.evaluation.splits import split_people
from workbench.faces.analysis import FaceAnalyser, build_analyser, primary_face
from workbench.faces.artefacts import ArtefactStore
from workbench.feeds import CrowdSettings, Portrait, StagedPerson, open_feed, stage_crowd
from workbench.images import load_image
from workbench.live import LiveSearch, TrackRecorder, score_alerts, threshold_curve
from workbench.live.detection import set_for_redaction
from workbench.matching import Watchlist, load_calibration
from workbench.matching.enrolment import enrol_images
from workbench.settings import Settings

PEOPLE, LISTED = 40, 20
PORTRAITS = 3
STEPS = {
    "facenet": (0.45, 0.5, 0.55, 0.6, 0.655, 0.7),
    "sface": (0.3, 0.35, 0.4, 0.44, 0.4788, 0.55),
    "fused": (0.5, 1.0, 1.5, 2.0, 2.3102, 3.0, 4.0),
}


def test_people(root: Path) -> tuple[dict[str, list[Path]], list[Path]]:
    """Return test people with at least three photographs, and photographs of one-image people."""
    wrong = label_errors()
    found = photographs(root)
    parts = split_people({name: len(paths) for name, paths in found.items()})
    kept = {
        name: [root / path for path in paths if path not in wrong]
        for name, paths in found.items()
        if parts[name] == "test"
    }
    several = {name: paths for name, paths in kept.items() if len(paths) > 2}
    return several, [paths[0] for paths in kept.values() if len(paths) == 1]


def portraits(paths: Sequence[Path], analyser: FaceAnalyser) -> tuple[Portrait, ...]:
    """Return photographs with the place of their main face, those without one left out."""
    made = []
    for path in paths:
        image = load_image(path)
        faces = analyser.detect(image)
        main = primary_face(faces, image.shape)
        if main is not None:
            made.append(Portrait(image, faces.boxes[main], faces.landmarks[main]))
    return tuple(made)


def enrol(
    analyser: FaceAnalyser, people: dict[str, list[Path]], listed: Sequence[str],
    fillers: Sequence[Path],
) -> Watchlist:  # fmt: skip
    """Enrol the listed people's first photographs, and fillers."""
    entries = [(name, people[name][0]) for name in listed]
    entries += [(path.parent.name, path) for path in fillers]
    return enrol_images([(n, p.name, load_image(p)) for n, p in entries], analyser).watchlist


def main() -> None:
    """Stage, search, compare with the ground truth, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--fillers", type=int, default=980)
    options = parser.parse_args()
    settings = Settings()
    store = ArtefactStore.from_settings(settings)
    analyser = build_analyser(settings, store, "fused")
    searching = set_for_redaction(analyser, settings, store)
    calibration = load_calibration()
    people, singles = test_people(options.root)
    curves: dict[tuple[str, int], list[pl.DataFrame]] = {}
    runs: list[dict[str, object]] = []
    for seed in range(1, options.seeds + 1):
        generator = np.random.default_rng(seed)
        names = [str(name) for name in generator.permutation(sorted(people))[:PEOPLE]]
        # Whose first photograph is refused (several faces, say) walks among the others.
        usable = enrol(analyser, people, names, []).subjects
        listed = usable[:LISTED]
        staged = [
            StagedPerson(name, name in listed, portraits(people[name][1 : 1 + PORTRAITS], analyser))
            for name in names
        ]
        chosen = generator.permutation(len(singles))[: options.fillers]
        small = enrol(analyser, people, listed, [])
        large = enrol(analyser, people, listed, [singles[i] for i in chosen.tolist()])
        with TemporaryDirectory() as folder:
            video = Path(folder) / "crowd.mp4"
            truth = stage_crowd(staged, video, CrowdSettings(width=1280, height=720, seed=seed))
            for name, watchlist in (
                ("facenet", small), ("sface", small), ("fused", small), ("fused", large),
            ):  # fmt: skip
                matcher = watchlist.matcher(name, calibration)
                threshold = matcher.default_threshold
                assert threshold is not None
                used = {n: e for n, e in searching.encoders.items() if name in ("fused", n)}
                only = FaceAnalyser(searching.detector, used, settings.quality)
                search = LiveSearch(only, matcher, watchlist, threshold=threshold)
                recorder = TrackRecorder(truth)
                with open_feed(video) as feed:
                    result = search.run(feed, observer=recorder)
                scores = score_alerts(result.alerts, truth)
                tracks = recorder.tracks()
                steps = sorted({*STEPS[name], threshold})
                curves.setdefault((name, len(watchlist)), []).append(
                    threshold_curve(tracks, truth, steps)
                )
                row = {
                    "seed": seed, "matcher": name, "list": len(watchlist),
                    "threshold": threshold,
                    "listed found": f"{LISTED - len(scores.missed_people)} of {LISTED}",
                    "false alerts": scores.false_alerts,
                    "missed": ", ".join(scores.missed_people),
                    "faces seen": result.faces_seen, "tracks": result.tracks,
                    "frames": result.frames, "faces in truth": len(truth),
                    "frames/s": round(result.frames_per_second, 1),
                    "max template age s": round(result.max_template_age_s, 2),
                }  # fmt: skip
                runs.append(row)
                print(row, flush=True)
    print(f"\n{machine()}\n")
    print(markdown_table([{k: v for k, v in r.items() if k != "missed"} for r in runs]))
    tables = {}
    for (name, size), frames in curves.items():
        total = (
            pl.concat(frames)
            .group_by("threshold")
            .agg(pl.exclude("threshold", "recall").sum())
            .sort("threshold")
        )
        rows = [
            {
                "threshold": f"{r['threshold']:.2f}",
                "listed found": f"{r['found_people']} of {r['listed_people']}",
                "recall": f"{r['found_people'] / r['listed_people']:.2f}",
                "false alerts": r["false_alerts"],
                "of them on people not listed": r["alerts_on_unlisted"],
            }
            for r in total.iter_rows(named=True)
        ]
        tables[f"{name}, list of {size}"] = rows
        print(f"\n{name}, list of {size}, {len(frames)} crowds\n\n{markdown_table(rows)}")
    write_result("staged_crowd", {"runs": runs, "curves": tables})


if __name__ == "__main__":
    main()
