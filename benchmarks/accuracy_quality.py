"""Does refusing poor photographs help? Misses against what is refused, by the quality proxy.

Run: python benchmarks/accuracy_quality.py [--root ../shared/data/lfw] [--templates FILE]
     [--quality FILE] [--no-write]

Locked test people, the fused matcher, everyone listed but the one who is searched for, thresholds
at FPIR 0.01 of all searches. Mated probes are refused, worst first, by one measure at a time or by
the verdict of the shipped limits. Nobody is left out of the list.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from accuracy_design import everyone, found
from harness import LFW, label_errors, machine, markdown_table, photographs, write_result
from lfw_templates import lfw_templates
from rich.progress import track

from workbench.evaluation.identification import tpir_at_fpir
from workbench.evaluation.splits import split_people
from workbench.faces.analysis import FaceAnalyser, build_analyser, primary_face
from workbench.faces.artefacts import ArtefactStore
from workbench.images import load_image
from workbench.matching.calibration import load_calibration
from workbench.matching.measure import reference_matcher
from workbench.settings import Settings

MATED = 3
SHARES = (0.0, 0.05, 0.1, 0.2)
TARGET = 0.01
WORSE_WHERE = {
    "eye_distance_px": "low", "sharpness": "low", "contrast": "low",
    "yaw_deg": "high", "pitch_deg": "high", "roll_deg": "high",
}  # fmt: skip
"""The side on which a measure is poor. Exposure is poor on either, so it has no order."""


def measured(paths: list[str], root: Path, analyser: FaceAnalyser) -> pl.DataFrame:
    """The quality measures and the verdict of the main face of each image."""
    rows = []
    for path in track(paths, "measuring"):
        image = load_image(root / path)
        faces = analyser.detect(image)
        main = primary_face(faces, image.shape)
        if main is None:
            continue
        quality, judgements = analyser.measure(image, faces[[main]])
        rows.append({"path": path, "verdict": str(judgements[0].verdict)} | quality.values(0))
    return pl.DataFrame(rows)


def kept_quality(
    paths: list[str], root: Path, settings: Settings, file: Path | None
) -> pl.DataFrame:
    """The measures of images with a face, in that order; read from `file` where it has them all."""
    if file is not None and file.exists():
        kept = pl.read_parquet(file)
    else:
        analyser = build_analyser(settings, ArtefactStore.from_settings(settings), "fused")
        kept = measured(paths, root, analyser)
        if file is not None:
            kept.write_parquet(file)
    found = pl.DataFrame({"path": paths}).join(kept, on="path", how="inner", maintain_order="left")
    if len(found) < len(paths):
        msg = f"{file} holds {len(found)} of {len(paths)} images. Delete it, and run again."
        raise SystemExit(msg)
    return found


def kept_of(poor: np.ndarray[Any, Any], share: float) -> np.ndarray[Any, Any]:
    """Which searches are kept when the poorest `share` is refused."""
    order = np.argsort(-poor, kind="stable")
    kept = np.ones(len(poor), np.bool_)
    kept[order[: round(share * len(poor))]] = False
    return kept


def main() -> None:
    """Measure, print the table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--templates", type=Path, help="file that keeps the templates")
    parser.add_argument("--quality", type=Path, help="Parquet file that keeps the measures")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    photos, wrong = photographs(options.root), label_errors()
    parts = split_people({name: len(paths) for name, paths in photos.items()})
    who = everyone(photos, [n for n, part in parts.items() if part == "test"], wrong, MATED)
    settings = Settings(threads=options.threads)
    paths = [*who.references["path"], *who.mated["path"], *who.others["path"]]
    images = lfw_templates(paths, options.root, settings, options.templates)
    built, references = reference_matcher(who.references, images, "fused", load_calibration())
    searches = found(who, references, images, built).searches
    row = tpir_at_fpir(searches, (TARGET,), replicates=0).row(0, named=True)
    quality = kept_quality(who.mated["path"].to_list(), options.root, settings, options.quality)
    mated = searches.filter("mated").join(quality, left_on="probe", right_on="path", how="inner")
    miss = ~(
        (mated["mate_rank"].to_numpy() == 1) & (mated["mate_score"].to_numpy() >= row["threshold"])
    )
    rows: list[dict[str, Any]] = []
    for name, side in WORSE_WHERE.items():
        values = mated[name].to_numpy()
        poor = -values if side == "low" else np.abs(values)
        rows.append(
            {"refused by": name}
            | {f"{share:.0%} refused": float(miss[kept_of(poor, share)].mean()) for share in SHARES}
        )
    chance = kept_of(np.random.default_rng(0).random(len(miss)), SHARES[-1])
    rows.append(
        {"refused by": "nothing but chance"}
        | {f"{share:.0%} refused": float(miss.mean()) for share in SHARES[:-1]}
        | {f"{SHARES[-1]:.0%} refused": float(miss[chance].mean())}
    )
    worst = miss.astype(np.float64)
    rows.append(
        {"refused by": "the misses themselves (no measure can do better)"}
        | {f"{share:.0%} refused": float(miss[kept_of(worst, share)].mean()) for share in SHARES}
    )
    verdicts = [
        {
            "verdict": verdict,
            "probes": int((mated["verdict"] == verdict).sum()),
            "missed": int(miss[(mated["verdict"] == verdict).to_numpy()].sum()),
        }
        for verdict in ("accept", "warn", "reject")
    ]
    print(f"LFW, locked test people, fused, FPIR {TARGET}; {machine()}")
    people = mated["identity"].n_unique()
    print(f"{len(miss):,} mated probes of {people:,} people, {int(miss.sum())} missed\n")
    shown = [
        {n: f"{value:.4f}" if isinstance(value, float) else value for n, value in one.items()}
        for one in rows
    ]
    print(f"{markdown_table(shown)}\n\n{markdown_table(verdicts)}")
    if not options.no_write:
        result = {"split": "test", "target": TARGET, "mated": len(miss), "missed": int(miss.sum())}
        result |= {"refused": rows, "verdicts": verdicts}
        print(write_result("accuracy_quality", result).name)


if __name__ == "__main__":
    main()
