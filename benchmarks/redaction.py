"""Is anyone recognisable in a redacted video? Counted on staged crowds, with a second detector.

Run: python benchmarks/redaction.py [--faces 10000] [--encoder fused] [--minutes 30]

Crowds of LFW test people are staged until there are enough faces in the ground truth. A live
search that raises no alert (threshold infinite) writes each as a redacted video; the video is
decoded, and MTCNN, which had no part in the redaction, looks for faces in it. What it finds on a
staged face is encoded and compared with a watchlist of all who walk there, at the matcher's own
threshold. A face is recognisable when the right person comes first at or above that threshold.

Three attackers are counted:

- `second detector`: MTCNN on the redacted video, against ordinary references;
- `parrot, detected`: the same, against references covered by the same mosaic;
- `parrot, told where`: crops cut where the ground truth says the faces are, against covered
  references. An infinitely patient attacker gets chance here, one in the number of people; the
  table gives what chance would be, because similar mosaics score high against one another.

Faces that the redaction left in clear because the detector missed them are counted apart: those
of which less than half the box was covered. Times and machine are in the JSON.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
from harness import LFW, label_errors, machine, markdown_table, photographs, write_result
from scipy.stats import beta

from workbench.arrays import FloatArray, ImageArray, IntArray
from workbench.evaluation.splits import split_people
from workbench.faces.analysis import FaceAnalyser, primary_face
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.mtcnn import MtcnnDetector
from workbench.faces.types import Faces
from workbench.feeds import CrowdSettings, Frame, Portrait, StagedPerson, open_feed, stage_crowd
from workbench.images import load_image
from workbench.live import LiveSearch, Mosaic, MosaicKind, RedactedFrame, RedactedVideoWriter
from workbench.live.detection import build_live_analyser
from workbench.live.overlap import attributed
from workbench.matching.calibration import load_calibration
from workbench.matching.enrolment import enrol_images
from workbench.matching.matcher import Matcher
from workbench.matching.watchlist import Watchlist
from workbench.settings import Settings

COVERED = 0.5
"""Share of a face box from which it counts as covered."""
HARDLY_VISIBLE = 0.7
"""Share hidden by others from which a missed face is no fault of the redaction."""
CANONICAL = np.array(
    [[0.31, 0.40], [0.69, 0.40], [0.50, 0.60], [0.35, 0.78], [0.65, 0.78]], np.float32
)
"""Where eyes, nose tip and corners of the mouth lie in a face box, for crops without a detector."""


@dataclass
class Person:
    """Someone who is staged from some photographs and enrolled from another."""

    name: str
    reference: Path
    portraits: list[Path]


Crowd = list[tuple[Person, StagedPerson]]
"""Who walks by, and what they are staged from."""


@dataclass(frozen=True)
class Setup:
    """What redacts, and what attacks the result."""

    analyser: FaceAnalyser
    second: MtcnnDetector
    settings: Settings
    every: int


@dataclass
class Tally:
    """What was counted."""

    rows: list[pl.DataFrame] = field(default_factory=list)
    frames: int = 0
    search_s: float = 0.0

    def add(self, rows: pl.DataFrame, frames: int, search_s: float) -> None:
        """Add one crowd."""
        self.rows.append(rows)
        self.frames += frames
        self.search_s += search_s

    @property
    def table(self) -> pl.DataFrame:
        """One row a staged face of a frame."""
        return pl.concat(self.rows)

    def __len__(self) -> int:
        """Return how many staged faces were looked at."""
        return sum(len(rows) for rows in self.rows)


def upper_bound(count: int, total: int, level: float = 0.95) -> float:
    """Return the exact one-sided upper bound of a proportion (Clopper and Pearson, 1934)."""
    return 1.0 if count >= total else float(beta.ppf(level, count + 1, total - count))


def locked_people(root: Path) -> list[Person]:
    """Return the locked test people with two photographs or more, label errors left out."""
    wrong = label_errors()
    found = photographs(root)
    parts = split_people({name: len(paths) for name, paths in found.items()})
    people = []
    for name, paths in found.items():
        kept = [root / path for path in paths if path not in wrong]
        if parts[name] == "test" and len(kept) > 1:
            people.append(Person(name, kept[0], kept[1:4]))
    return people


def portrait(path: Path, analyser: FaceAnalyser) -> Portrait | None:
    """Return a photograph with the place of its main face."""
    image = load_image(path)
    faces = analyser.detect(image)
    main = primary_face(faces, image.shape)
    if main is None:
        return None
    return Portrait(image, faces.boxes[main], faces.landmarks[main])


def crowds(
    people: Sequence[Person], analyser: FaceAnalyser, size: int, seed: int
) -> Iterator[Crowd]:
    """Yield crowds without end, each of people drawn anew, with the place of every face."""
    generator = np.random.default_rng(seed)
    while True:
        chosen = generator.permutation(len(people))[:size]
        crowd = []
        for index in chosen.tolist():
            found = [portrait(path, analyser) for path in people[index].portraits]
            portraits = tuple(one for one in found if one is not None)
            if portraits:
                crowd.append((people[index], StagedPerson(people[index].name, True, portraits)))
        yield crowd


def covered_shares(truth: pl.DataFrame, covered: dict[int, np.ndarray]) -> list[float]:
    """Return for each staged face the share of its box that lies in a covered region."""
    shares = []
    for row in truth.iter_rows(named=True):
        x0, y0, x1, y1 = (round(row[side]) for side in ("x0", "y0", "x1", "y1"))
        hidden = np.zeros((max(1, y1 - y0), max(1, x1 - x0)), np.bool_)
        for a, b, c, d in covered.get(row["frame"], np.zeros((0, 4), int)).tolist():
            hidden[max(0, b - y0) : max(0, d - y0), max(0, a - x0) : max(0, c - x0)] = True
        shares.append(float(hidden.mean()))
    return shares


def covered_watchlist(watchlist: Watchlist, people: Sequence[Person], analyser: FaceAnalyser,
                      mosaic: Mosaic) -> Watchlist:  # fmt: skip
    """Return the same references, each face covered by the mosaic before it was encoded."""
    paths = {person.name: person.reference for person in people}
    parts: dict[str, list[FloatArray]] = {name: [] for name in analyser.identities}
    for reference in watchlist.references:
        image = load_image(paths[reference.subject]).copy()
        faces = analyser.detect(image)
        main = primary_face(faces, image.shape)
        box = faces.boxes[[main]]
        mosaic.cover(image, box)
        for name, templates in analyser.encode(image, told(box)).items():
            parts[name].append(templates.vectors)
    templates = {
        name: type(watchlist.templates[name])(np.concatenate(rows), analyser.identities[name])
        for name, rows in parts.items()
    }
    return Watchlist("covered", watchlist.created, watchlist.detector, watchlist.references,
                     templates, watchlist.thumbnails)  # fmt: skip


def told(boxes: FloatArray) -> Faces:
    """Return faces for boxes that someone knows, landmarks where they lie in most faces."""
    corners = boxes.astype(np.float32)
    size = corners[:, None, 2:] - corners[:, None, :2]
    landmarks = corners[:, None, :2] + CANONICAL[None] * size
    return Faces(corners, landmarks.astype(np.float32), np.ones(len(corners), np.float32))


def identify(image: ImageArray, faces: Faces, analyser: FaceAnalyser,
             matcher: Matcher) -> list[tuple[str | None, float]]:  # fmt: skip
    """Return the best candidate of each face and its score."""
    if not len(faces):
        return []
    found = matcher.search(analyser.encode(image, faces), 1)
    return [(c.subjects[0], float(c.scores[0])) if len(c) else (None, -np.inf) for c in found]


def look(
    shown: Frame, truth: pl.DataFrame, setup: Setup, matchers: dict[str, Matcher]
) -> pl.DataFrame:
    """Return the staged faces of a frame with what each attacker makes of them."""
    frame, index, analyser = shown.image, shown.index, setup.analyser
    faces = setup.second.detect(frame)
    boxes = pl.DataFrame(
        {"frame": [index] * len(faces), "row": list(range(len(faces)))}
        | {side: faces.boxes[:, k].tolist() for k, side in enumerate(("x0", "y0", "x1", "y1"))},
        schema={"frame": pl.Int64, "row": pl.Int64, "x0": pl.Float64, "y0": pl.Float64,
                "x1": pl.Float64, "y1": pl.Float64},
    )  # fmt: skip
    here = truth.filter(pl.col("frame") == index)
    # A lower overlap than for alerts: half a face found is still a face found.
    hits = attributed(boxes, here, min_overlap=0.15).drop_nulls("true_person")
    columns: dict[str, list[object]] = {"true_person": hits["true_person"].to_list()}
    picked = faces[hits["row"].to_numpy()] if len(hits) else Faces.empty()
    for name in ("plain", "covered"):
        best = identify(frame, picked, analyser, matchers[name])
        columns[f"{name}_subject"] = [subject for subject, _ in best]
        columns[f"{name}_score"] = [score for _, score in best]
    schema = {"true_person": pl.String, "plain_subject": pl.String, "plain_score": pl.Float64,
              "covered_subject": pl.String, "covered_score": pl.Float64}  # fmt: skip
    found = (
        pl.DataFrame(columns, schema=schema)
        .unique("true_person", keep="first", maintain_order=True)
        .with_columns(found=pl.lit(value=True))
    )
    joined = here.join(found, left_on="person", right_on="true_person", how="left")
    corners = here.select("x0", "y0", "x1", "y1").to_numpy().astype(np.float32)
    best = identify(frame, told(corners), analyser, matchers["covered"]) if len(here) else []
    # The join keeps the order of the left side, so rows and answers belong together.
    return joined.with_columns(
        pl.col("found").fill_null(value=False),
        pl.Series("told_subject", [subject for subject, _ in best], dtype=pl.String),
        pl.Series("told_score", [score for _, score in best], dtype=pl.Float64),
    )


class Looked:
    """Notes in which frames faces were looked for; the others were left to the tracker."""

    def __init__(self) -> None:
        """Begin with none."""
        self.frames: set[int] = set()

    def on_frame(self, frame: int, _tracks: IntArray, _boxes: FloatArray) -> None:
        """Note a frame."""
        self.frames.add(frame)

    def on_scores(self, track: int, scores: object) -> None:
        """Take nothing."""

    def on_join(self, number: int, into: int) -> None:
        """Take nothing."""


def measure_crowd(
    crowd: Crowd, setup: Setup, folder: Path, seed: int
) -> tuple[pl.DataFrame, int, float]:
    """Stage, redact, decode and attack one crowd."""
    analyser, settings = setup.analyser, setup.settings
    people = [person for person, _ in crowd]
    entries = [(person.name, person.reference.name, person.reference) for person in people]
    watchlist = enrol_images(entries, analyser).watchlist
    calibration = None if settings.encoder != "fused" else load_calibration()
    mosaic = Mosaic()
    matchers = {
        "plain": watchlist.matcher(settings.encoder, calibration),
        "covered": covered_watchlist(watchlist, people, analyser, mosaic).matcher(
            settings.encoder, calibration
        ),
    }
    video, redacted = folder / "crowd.mp4", folder / "redacted.mp4"
    stage = CrowdSettings(width=1280, height=720, seed=seed, at_once=10)
    truth = stage_crowd([staged for _, staged in crowd], video, stage)
    truth = truth.filter(pl.col("person").is_in(list(watchlist.subjects)))
    covered: dict[int, np.ndarray] = {}
    looked = Looked()
    with open_feed(video) as feed, RedactedVideoWriter(redacted, fps=feed.fps) as writer:

        def take(frame: RedactedFrame) -> None:
            writer.write(frame)
            covered[frame.index] = frame.covered

        search = LiveSearch(
            analyser, matchers["plain"], watchlist, threshold=np.inf, settings=settings.live
        )
        result = search.run(feed, take, observer=looked)
    with open_feed(redacted) as feed:
        rows = [
            look(frame, truth, setup, matchers)
            for frame in feed.frames()
            if frame.index % setup.every == 0
        ]
    table = pl.concat(rows)
    shares = covered_shares(table, covered)
    return (
        table.with_columns(
            covered_share=pl.Series(shares, dtype=pl.Float64),
            people=len(watchlist.subjects),
            looked=pl.col("frame").is_in(sorted(looked.frames)),
        ),
        len(rows),
        result.elapsed_s,
    )


def report(tally: Tally, threshold: float) -> list[dict[str, object]]:
    """Return the table: one row an attacker."""
    table = tally.table
    total = len(table)
    chance = float((1.0 / table["people"]).mean())
    rows = []
    attackers = {
        "second detector": "plain",
        "parrot, detected": "covered",
        "parrot, told where": "told",
    }
    for label, name in attackers.items():
        first = table.filter(pl.col(f"{name}_subject") == pl.col("person"))
        over = table.filter(pl.col(f"{name}_score") >= threshold)
        right = first.filter(pl.col(f"{name}_score") >= threshold)
        rows.append(
            {
                "attacker": label,
                "faces": total,
                "found": total if name == "told" else int(table["found"].sum()),
                "right person first": len(first),
                "at threshold": len(over),
                "recognisable": len(right),
                "of which chance": round(len(over) * chance, 1),
                "upper bound 95 %": f"{upper_bound(len(right), total):.5f}",
            }
        )
    return rows


def clear_faces(table: pl.DataFrame, threshold: float) -> dict[str, int]:
    """Count what was left in clear, and who could be recognised there."""
    clear = table.filter(pl.col("covered_share") < COVERED)
    right = (pl.col("plain_subject") == pl.col("person")) & (pl.col("plain_score") >= threshold)
    return {
        "faces": len(table),
        "left in clear": len(clear),
        "of these hidden by others": len(clear.filter(pl.col("occluded") >= HARDLY_VISIBLE)),
        "of these under 20 px wide": len(clear.filter(pl.col("x1") - pl.col("x0") < 20)),
        "found by the second detector": int(clear["found"].sum()),
        "recognisable": len(clear.filter(right)),
    }


def mosaics(
    people: Sequence[Person], analyser: FaceAnalyser, matcher_name: str
) -> list[dict[str, object]]:
    """Compare mosaics by the parrot attack: covered probes against references covered alike.

    The attacker knows where each face is. Rank-1 of mosaics that carry nothing is chance.
    """
    chosen = [person for person in people if person.portraits][:120]
    rows = []
    alternatives = {
        "no mosaic": None,
        **{f"block means, {n} blocks": Mosaic(MosaicKind.MEANS, n) for n in (16, 12, 9, 7, 5)},
        **{f"mean colour and noise, {n} blocks": Mosaic(MosaicKind.NOISE, n) for n in (9, 7, 5)},
    }
    for label, mosaic in alternatives.items():
        vectors: dict[str, list[FloatArray]] = {"reference": [], "probe": []}
        for person in chosen:
            for part, path in (("reference", person.reference), ("probe", person.portraits[0])):
                image = load_image(path).copy()
                faces = analyser.detect(image)
                main = primary_face(faces, image.shape)
                if main is None:
                    break
                box = faces.boxes[[main]]
                if mosaic is not None:
                    mosaic.cover(image, box)
                templates = analyser.encode(image, faces[[main]])
                vectors[part].append(templates[matcher_name].vectors[0])
        count = min(len(vectors["reference"]), len(vectors["probe"]))
        cosine = np.stack(vectors["probe"][:count]) @ np.stack(vectors["reference"][:count]).T
        first = cosine.argmax(axis=1) == np.arange(count)
        mated = np.diag(cosine)
        others = cosine[~np.eye(count, dtype=bool)]
        area = float((mated[:, None] > others[None, :]).mean())
        rows.append(
            {
                "mosaic": label,
                "people": count,
                "right person first": f"{first.mean():.3f}",
                "chance": f"{1 / count:.3f}",
                "area under ROC": f"{area:.3f}",
            }
        )
    return rows


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--faces", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, help="stop after the crowd that passes this")
    parser.add_argument("--encoder", choices=("facenet", "sface", "fused"), default="fused")
    parser.add_argument("--threshold", type=float, help="in place of the matcher's own")
    parser.add_argument("--people", type=int, default=30, help="in one staged crowd")
    # Odd, for of two neighbours one is often looked at and the other left to the tracker.
    parser.add_argument("--every", type=int, default=3, help="look at every n-th frame")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-mosaics", action="store_true", help="skip the table of mosaics")
    options = parser.parse_args()
    settings = Settings(encoder=options.encoder, threads=options.threads)
    store = ArtefactStore.from_settings(settings)
    analyser = build_live_analyser(settings, store)
    second = MtcnnDetector(min_confidence=0.7, smallest_face_px=20.0, threads=options.threads)
    setup = Setup(analyser, second, settings, options.every)
    people = locked_people(options.root)
    threshold = options.threshold
    if threshold is None:
        threshold = load_calibration().matchers[options.encoder].default_threshold
    tally, started = Tally(), time.perf_counter()
    for number, crowd in enumerate(crowds(people, analyser, options.people, options.seed)):
        with tempfile.TemporaryDirectory() as folder:
            tally.add(*measure_crowd(crowd, setup, Path(folder), options.seed + number))
        spent = time.perf_counter() - started
        print(f"{len(tally):,} faces in {tally.frames:,} frames, {spent:.0f} s", flush=True)
        if len(tally) >= options.faces or (options.minutes and spent > options.minutes * 60):
            break
    rows = report(tally, threshold)
    clear = {
        "all frames": clear_faces(tally.table, threshold),
        "those left to the tracker": clear_faces(tally.table.filter(~pl.col("looked")), threshold),
    }
    print(f"\n{len(people)} LFW test people, {options.encoder} at {threshold:g}; {machine()}\n")
    print(markdown_table(rows), "\n")
    print(markdown_table([{"frames": name} | row for name, row in clear.items()]), "\n")
    result = {"encoder": options.encoder, "threshold": threshold, "split": "LFW test people",
              "faces": len(tally), "frames": tally.frames, "attackers": rows, "clear": clear,
              "search_s": tally.search_s, "looked at every": options.every}  # fmt: skip
    if not options.no_mosaics:
        name = "sface" if options.encoder == "fused" else options.encoder
        result["mosaics"] = mosaics(people, analyser, name)
        print(markdown_table(result["mosaics"]))
    write_result("redaction", result)


if __name__ == "__main__":
    main()
