"""Learn the shipped calibration: the fusion, the default thresholds and what scores mean.

Run: python benchmarks/calibration.py [--root ../shared/data/lfw] [--write]

Reads LFW tuning people only (rule in workbench/evaluation/splits.py), at most six photographs of
each so that the much photographed do not decide, without the label errors. `--write` replaces
workbench/matching/data/calibration.json.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
import polars as pl
from harness import HERE, LFW, label_errors, machine, markdown_table, photographs, versions
from rich.progress import track

from workbench.arrays import FloatArray, ImageArray
from workbench.evaluation.splits import SPLIT_RULE, split_people
from workbench.faces.analysis import FaceAnalyser, build_analyser, primary_face
from workbench.faces.artefacts import ArtefactStore
from workbench.images import load_image
from workbench.matching.calibration import (
    COSINE,
    LOG10_LR,
    Calibration,
    EncoderRecord,
    LinearFusion,
    MatcherCalibration,
    Provenance,
)
from workbench.matching.fit import fit_fusion, fmr_table, score_at_fmr
from workbench.matching.fusion import fused_score
from workbench.settings import Settings

ENCODERS = ("facenet", "sface")
PHOTOGRAPHS = 6
FILLERS = 280
DRAWS = 20
PRIORS = (0.5, 0.2, 0.1, 0.05, 0.02)
TARGETS = (0.03, 0.01, 0.004)
DEFAULT_FMR = 1e-5
SHIPPED = HERE.parent / "workbench" / "matching" / "data" / "calibration.json"


def tuning_templates(root: Path, analyser: FaceAnalyser) -> tuple[list[str], dict[str, FloatArray]]:
    """Encode the tuning people's photographs; drop those in which no face is found."""
    wrong = label_errors()
    people = photographs(root)
    parts = split_people({name: len(paths) for name, paths in people.items()})
    paths = [
        path
        for name, of_person in people.items()
        if parts[name] == "tuning"
        for path in [path for path in of_person if path not in wrong][:PHOTOGRAPHS]
    ]
    names: list[str] = []
    cuts: dict[str, list[ImageArray]] = {encoder: [] for encoder in ENCODERS}
    for path in track(paths, "detecting"):
        image = load_image(root / path)
        faces = analyser.detect(image)
        chosen = primary_face(faces, image.shape)
        if chosen is None:
            continue
        names.append(path.split("/")[0])
        for encoder, crops in analyser.crops(image, faces[[chosen]]).items():
            cuts[encoder].append(crops[0])
    templates = analyser.encode_crops({encoder: np.stack(crops) for encoder, crops in cuts.items()})
    return names, {encoder: of_encoder.vectors for encoder, of_encoder in templates.items()}


def comparisons(names: list[str], templates: dict[str, FloatArray]) -> pl.DataFrame:
    """Every pair of photographs: a cosine for each encoder, and whether it is mated."""
    first, second = np.triu_indices(len(names), 1)
    people = np.array(names)
    return pl.DataFrame(
        {encoder: (v @ v.T)[first, second] for encoder, v in templates.items()}
        | {"mated": people[first] == people[second]}
    )


def mean_tpir(names: list[str], templates: dict[str, FloatArray], fusion: LinearFusion) -> float:
    """TPIR averaged over FPIR targets and over draws of references and fillers."""
    people = np.array(names)
    unique, counts = np.unique(people, return_counts=True)
    generator = np.random.default_rng(1)
    found = []
    for _ in range(DRAWS):
        references = [generator.choice(np.flatnonzero(people == p)) for p in unique[counts > 1]]
        single = generator.permutation(np.flatnonzero(np.isin(people, unique[counts == 1])))
        gallery = np.array([*references, *single[:FILLERS]])
        probes = np.setdiff1d(np.flatnonzero(np.isin(people, unique[counts > 1])), references)

        def score(rows: FloatArray, against: FloatArray = gallery) -> FloatArray:
            cosines = {e: v[rows] @ v[against].T for e, v in templates.items()}
            return fused_score(cosines, fusion)

        mated, alarms = score(probes), np.sort(score(single[FILLERS:]).max(1))[::-1]
        right = people[gallery][mated.argmax(1)] == people[probes]
        found.extend(
            (right & (mated.max(1) > alarms[int(target * len(alarms))])).mean()
            for target in TARGETS
        )
    return float(np.mean(found))


def main() -> None:
    """Learn, print what was learnt, and write it where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    settings = Settings()
    analyser = build_analyser(settings, ArtefactStore.from_settings(settings), "fused")
    names, templates = tuning_templates(options.root, analyser)
    scores = comparisons(names, templates)
    rows, best, chosen = [], -1.0, None
    for prior in PRIORS:
        fusion = fit_fusion(scores, ENCODERS, effective_prior=prior)
        quality = mean_tpir(names, templates, fusion)
        rows.append(
            {"effective prior": prior, "log10 LR at 0": f"{fusion.intercept:.3f}"}
            | {f"per cosine of {e}": f"{fusion.weights[e]:.3f}" for e in ENCODERS}
            | {"mean TPIR on tuning people": f"{quality:.4f}"}
        )
        if quality > best:
            best, chosen = quality, fusion
    assert chosen is not None
    print(f"{machine()}\n\n{markdown_table(rows)}\n")
    cosines = {encoder: scores[encoder].to_numpy() for encoder in ENCODERS}
    by_matcher = cosines | {"fused": fused_score(cosines, chosen)}
    nonmated = ~scores["mated"].to_numpy()
    matchers = {
        name: MatcherCalibration(
            unit=LOG10_LR if name == "fused" else COSINE,
            default_threshold=round(score_at_fmr(values[nonmated], DEFAULT_FMR), 4),
            threshold_reason="a false match rate of 1 in 100,000 comparisons of tuning people",
            fmr=fmr_table(values[nonmated]),
        )
        for name, values in by_matcher.items()
    }
    calibration = Calibration(
        id="lfw-tuning/1",
        created=datetime.now(UTC).replace(microsecond=0),
        provenance=Provenance(
            data_set="Labeled Faces in the Wild, deep-funneled, development people",
            split="tuning",
            rule=f"{SPLIT_RULE}; at most {PHOTOGRAPHS} photographs a person; label errors left out",
            people=len(set(names)),
            images=len(names),
            mated_comparisons=int((~nonmated).sum()),
            nonmated_comparisons=int(nonmated.sum()),
            libraries=versions(),
        ),
        encoders={n: EncoderRecord.of(i) for n, i in analyser.identities.items()},
        fusion=chosen,
        matchers=matchers,
    )
    for name, matcher in matchers.items():
        print(f"{name}: default threshold {matcher.default_threshold} {matcher.unit}")
    if options.write:
        SHIPPED.parent.mkdir(exist_ok=True)
        SHIPPED.write_text(calibration.to_json(), encoding="utf-8")
        print(f"written: {SHIPPED.relative_to(HERE.parent)}")
        print(
            f"for workbench/matching/shipped_files.py: {sha256(SHIPPED.read_bytes()).hexdigest()}"
        )


if __name__ == "__main__":
    main()
