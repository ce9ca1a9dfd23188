"""Real clips beside staged ones: who is alerted, how many faces are counted, how fast.

Run: python benchmarks/real_clips.py [--shared ../shared/data] [--list 1000]

The list is Tony Blair, Bill Clinton and Angelina Jolie of LFW, one photograph each, among
one-photograph LFW test people. The three appear in one clip each; nobody in the other clips is on
the list, so every alert there is false. The clips carry no labels of single faces.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from harness import SHARED, label_errors, machine, markdown_table, photographs, write_result

from workbench.evaluation.splits import split_people
from workbench.faces.analysis import build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.feeds import open_feed
from workbench.images import load_image
from workbench.live import LiveSearch
from workbench.live.detection import set_for_redaction
from workbench.matching import load_calibration
from workbench.matching.enrolment import enrol_images
from workbench.settings import Settings

SPEAKERS = ("Tony_Blair", "Bill_Clinton", "Angelina_Jolie")


def main() -> None:
    """Search every clip and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--list", type=int, default=1000)
    options = parser.parse_args()
    settings = Settings()
    store = ArtefactStore.from_settings(settings)
    analyser = build_analyser(settings, store, "fused")
    searching = set_for_redaction(analyser, settings, store)
    calibration = load_calibration()
    root = options.shared / "lfw"
    found, wrong = photographs(root), label_errors()
    parts = split_people({name: len(paths) for name, paths in found.items()})
    singles = [
        paths[0]
        for name, paths in found.items()
        if len(paths) == 1 and parts[name] == "test" and paths[0] not in wrong
    ]
    order = np.random.default_rng(1).permutation(len(singles))
    fillers = [singles[i] for i in order[: options.list - len(SPEAKERS)].tolist()]
    entries = [*(found[name][0] for name in SPEAKERS), *fillers]
    watchlist = enrol_images(
        [(path.split("/")[0], path, load_image(root / path)) for path in entries], analyser
    ).watchlist
    rows = []
    for video in sorted((options.shared / "videos").iterdir()):
        matcher = watchlist.matcher("fused", calibration)
        threshold = matcher.default_threshold
        assert threshold is not None
        with open_feed(video) as feed:
            size = "x".join(map(str, feed.size))
            result = LiveSearch(searching, matcher, watchlist, threshold=threshold).run(feed)
        expected = [name for name in SPEAKERS if name.lower() in video.name.lower()]
        named = [alert.subject for alert in result.alerts]
        rows.append(
            {
                "clip": video.name,
                "size": size,
                "frames": result.frames,
                "faces seen": result.faces_seen,
                "tracks": result.tracks,
                "on the list": ", ".join(expected) or "nobody",
                "alerts": ", ".join(f"{a.subject} {a.score:.2f}" for a in result.alerts) or "none",
                "false alerts": sum(name not in expected for name in named),
                "frames/s": round(result.frames_per_second, 1),
            }
        )
        print(rows[-1], flush=True)
    print(f"\nlist of {len(watchlist)}, threshold {threshold}; {machine()}\n")
    print(markdown_table(rows))
    write_result("real_clips", {"list": len(watchlist), "threshold": threshold, "clips": rows})


if __name__ == "__main__":
    main()
