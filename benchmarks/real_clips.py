"""Real clips beside staged ones: who is alerted, how many faces are counted, how fast.

Run: python benchmarks/real_clips.py [--shared ../shared/data] [--list 200]

Searched through a bench, governance on, under the default policy. The list is Tony Blair, Bill
Clinton and Angelina Jolie of LFW, up to four photographs each (Blair's first one shows two people
and is refused), among one-photograph LFW test people. The three appear in one clip each; nobody in
the other clips is on the list, so every alert there is false. The clips carry no labels of single
faces.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from harness import SHARED, label_errors, machine, markdown_table, photographs, write_result
from live_stage import Benches
from sealed_list import REFERENCE, sealable

from workbench.bench import Workbench
from workbench.evaluation.splits import split_people
from workbench.faces.analysis import FaceAnalyser, build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.feeds import open_feed
from workbench.images import load_image
from workbench.live.detection import set_for_redaction
from workbench.matching import load_calibration
from workbench.matching.enrolment import enrol_images
from workbench.settings import Settings

SPEAKERS = ("Tony_Blair", "Bill_Clinton", "Angelina_Jolie")
PHOTOGRAPHS = 4
"""Of each of them."""
SPARE = 1.3
"""So many times as many photographs are tried, since some cannot be enrolled."""


def main() -> None:
    """Search every clip and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--list", type=int, default=200, help="people")
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    settings = Settings()
    store = ArtefactStore.from_settings(settings)
    analyser = build_analyser(settings, store, "fused")
    searching = set_for_redaction(analyser, settings, store)
    root = options.shared / "lfw"
    found, wrong = photographs(root), label_errors()
    parts = split_people({name: len(paths) for name, paths in found.items()})
    singles = [
        paths[0]
        for name, paths in found.items()
        if len(paths) == 1 and parts[name] == "test" and paths[0] not in wrong
    ]
    order = np.random.default_rng(1).permutation(len(singles))
    fillers = [singles[i] for i in order[: round(SPARE * options.list)].tolist()]
    tried = [path for name in SPEAKERS for path in found[name][:PHOTOGRAPHS]] + fillers
    named_images = [(path.split("/")[0], path, load_image(root / path)) for path in tried]
    usable = set(enrol_images(named_images, analyser).watchlist.subjects)
    absent = [name for name in SPEAKERS if name not in usable]
    assert not absent, f"not enrolled: {absent}"
    people = [name for name in dict.fromkeys(one[0] for one in named_images) if name in usable]
    listed = set(people[: options.list])
    assert len(listed) == options.list, f"only {len(listed)} could be enrolled"
    named_images = [one for one in named_images if one[0] in listed]
    watchlist = sealable(enrol_images(named_images, analyser).watchlist)
    rows = []
    with Benches() as benches:
        bench = benches.open(watchlist)
        for video in sorted((options.shared / "videos").iterdir()):
            rows.append(searched(video, bench, searching))
            print(rows[-1], flush=True)
    threshold = load_calibration().matchers["fused"].default_threshold
    print(f"\nlist of {len(watchlist.subjects)} people, threshold {threshold}; {machine()}\n")
    print(markdown_table(rows))
    if not options.no_write:
        people = len(watchlist.subjects)
        write_result("real_clips", {"list": people, "threshold": threshold, "clips": rows})


def searched(video: Path, bench: Workbench, analyser: FaceAnalyser) -> dict[str, Any]:
    """Search a clip; a row of the table."""
    with open_feed(video) as feed:
        size = "x".join(map(str, feed.size))
    with bench.live.start(
        REFERENCE, video, feed_name="gate", analyser=analyser, on_frame=lambda _frame: None
    ) as session:
        result = session.run()
    expected = [name for name in SPEAKERS if name.lower() in video.name.lower()]
    named = [alert.subject for alert in result.alerts]
    return {
        "clip": video.name,
        "size": size,
        "frames": result.frames,
        "faces seen": result.faces_seen,
        "tracks": result.tracks,
        "on the list": ", ".join(expected) or "nobody",
        "alerts": ", ".join(f"{a.subject} {a.score:.2f}" for a in result.alerts) or "none",
        "missed": sum(name not in named for name in expected),
        "false alerts": sum(name not in expected for name in named),
        "frames/s": round(result.frames_per_second, 1),
    }


if __name__ == "__main__":
    main()
