"""Several small pictures of one face joined into a probe: which way finds most people.

Run: python benchmarks/joined_frames.py [--root ../shared/data/lfw] [--scratch FOLDER]

Tuning people of LFW with four or more photographs: the first is the reference, up to five others
are made small (eyes 5 to 25 px apart), blurred and compressed, each differently, as looks of a
camera differ. They are searched for together among the first photographs of 4,000 people, by the
fused matcher. `frmdb.py` has real stills, of thirteen people; this has more people, and nothing was
chosen on them there.

The rate at which somebody who is not enrolled scores as high is held equal: the threshold is the
score that one in ten of the same searches gives to somebody else (TPIR at FPIR 0.1).
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from frmdb_probes import WAYS, Analysers, Found, Way, face_of, kept
from harness import LFW, machine, markdown_table, photographs, write_result
from lfw_templates import lfw_templates

from workbench.arrays import FloatArray, ImageArray
from workbench.evaluation.splits import split_people
from workbench.faces.templates import Templates
from workbench.images import load_image
from workbench.matching import load_calibration
from workbench.matching.fusion import fused_score
from workbench.retrospective import joined_probe
from workbench.settings import Settings

REFERENCES: Final = 4_000
LEAST: Final = 4
FRAMES: Final = 5
EYES_PX: Final = (5.0, 25.0)
LFW_EYES: Final = 42.0 / 250.0
"""Distance between the eyes of a photograph of LFW, in widths of it."""
RANKS: Final = (1, 10, 50)
HOWS: Final = ("the first", "worth most", "mean", "mean by worth", "best score", "mean of scores")
_WAY: Final = Way("faces down to 12 px", smallest_px=12.0)


def made_small(image: ImageArray, rng: np.random.Generator) -> ImageArray:
    """Return a picture as a distant, poor camera would have taken it."""
    eyes = np.exp(rng.uniform(*np.log(EYES_PX)))
    side = max(24, round(eyes / LFW_EYES))
    small = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), rng.uniform(0.2, 1.2))
    quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(40, 85))]
    _, data = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), quality)
    return np.asarray(
        cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB), np.uint8
    )


def scores_of(how: str, own: Sequence[Found], references: Mapping[str, Templates]) -> FloatArray:
    """Return the score of each reference, shape `(n,)`, for pictures that are joined in a way."""
    calibration = load_calibration()

    def scored(probe: Mapping[str, Templates]) -> FloatArray:
        cosines = {name: probe[name].vectors @ one.vectors.T for name, one in references.items()}
        return fused_score(cosines, calibration)

    weights = np.array([one.weight for one in own], np.float32)
    if how in ("the first", "worth most"):
        at = 0 if how == "the first" else int(weights.argmax())
        return scored(own[at].templates)[0]
    stacked = {
        name: Templates(np.concatenate([one.templates[name].vectors for one in own]), of.encoder)
        for name, of in references.items()
    }
    if how == "best score":
        return np.asarray(scored(stacked).max(axis=0), np.float32)
    if how == "mean of scores":
        return np.asarray(scored(stacked).mean(axis=0), np.float32)
    return scored(joined_probe(stacked, weights if how == "mean by worth" else None))[0]


def interval(found: FloatArray) -> str:
    """Return a share with its 95 % interval, people drawn."""
    drawn = np.random.default_rng(7).integers(0, len(found), (10_000, len(found)))
    low, high = np.quantile(found[drawn].mean(axis=1), [0.025, 0.975])
    return f"{found.mean():.3f} ({low:.3f} to {high:.3f})"


def row_of(
    how: str,
    people: Mapping[str, Sequence[Found]],
    at: Mapping[str, int],
    references: Mapping[str, Templates],
) -> dict[str, Any]:
    """Return the row of one way."""
    ranks, mates, others = [], [], []
    for person, own in people.items():
        if not own:
            ranks.append(REFERENCES)
            mates.append(-np.inf)
            continue
        scores = scores_of(how, own, references)
        mate, rest = scores[at[person]], np.delete(scores, at[person])
        ranks.append(1 + int(np.count_nonzero(rest >= mate)))
        mates.append(mate if ranks[-1] == 1 else -np.inf)
        others.append(rest.max())
    threshold = np.quantile(others, 0.9)
    rank, mated = np.array(ranks), np.array(mates, np.float32)
    found = {f"rank {most}": interval((rank <= most).astype(np.float32)) for most in RANKS}
    rate = interval((mated >= threshold).astype(np.float32))
    return {"joined": how} | found | {"TPIR at FPIR 0.1": rate}


def main() -> None:
    """Measure every way and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--scratch", type=Path, help="folder, outside the checkout, for templates")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    scratch: Path | None = options.scratch
    if scratch is not None:
        scratch.mkdir(parents=True, exist_ok=True)
    settings = Settings(threads=options.threads)
    analysers = Analysers(settings)
    print(machine())
    images = photographs(options.root)
    parts = split_people({name: len(paths) for name, paths in images.items()})
    enrolled = list(images)[:REFERENCES]
    who = [name for name in enrolled if parts[name] == "tuning" and len(images[name]) >= LEAST]
    file = None if scratch is None else scratch / "lfw.safetensors"
    first = [images[name][0] for name in enrolled]
    plain = analysers.of(WAYS[0])
    references = lfw_templates(first, options.root, settings, file, analyser=plain).take(first)
    keys = [path for name in who for path in images[name][1 : 1 + FRAMES]]
    seeds = {path: np.random.default_rng([20261127, at]) for at, path in enumerate(keys)}
    found = kept(
        None if scratch is None else scratch / "joined-frames.safetensors",
        {**analysers.tied_to(_WAY), "eyes": EYES_PX},
        keys,
        lambda path: face_of(
            made_small(load_image(options.root / path), seeds[path]), analysers.of(_WAY)
        ),
        analysers.of(_WAY),
    )
    people = {
        name: [one for path in images[name][1 : 1 + FRAMES] if (one := found[path]) is not None]
        for name in who
    }
    at = {name: row for row, name in enumerate(enrolled)}
    rows = [row_of(how, people, at, references) for how in HOWS]
    lost = sum(one is None for one in found.values())
    print(f"{len(who)} people, {len(keys)} pictures, {lost} without a face")
    print(markdown_table(rows))
    if not options.no_write:
        facts = {"people": len(who), "pictures": len(keys), "no face": lost, "rows": rows}
        written = write_result("joined_frames", facts)
        print(f"\nwritten: {written.name}")


if __name__ == "__main__":
    main()
