"""Which crop should FaceNet get? A table of the alternatives on LFW tuning people.

Run: python benchmarks/alignment.py [--root ../shared/data/lfw] [--draws 20]

Each crop is cut from the same photographs (tuning people of benchmarks/lfw_split.py, up to six
photographs each), encoded by the same FaceNet, and scored by open-set identification: one
reference for each person with several photographs plus 280 one-photograph people as fillers, the
other one-photograph people as non-mated probes, averaged over repeated draws of the references
and fillers. The locked test people are not read.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from harness import LFW, label_errors, machine, markdown_table, photographs, write_result

from workbench.arrays import FloatArray, ImageArray
from workbench.evaluation.splits import split_people
from workbench.faces.alignment import FaceNetAlignment
from workbench.faces.analysis import primary_face
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.detection import build_detector
from workbench.faces.encoders import build_encoders
from workbench.faces.protocols import Encoder
from workbench.faces.types import Faces
from workbench.images import load_image
from workbench.settings import Settings

SIZE = 160
PHOTOGRAPHS = 6
FILLERS = 280
TARGETS = (0.1, 0.03, 0.01)
FIVE_POINTS = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655],
     [70.7299, 92.2041]], np.float32,
)  # fmt: skip
"""Landmarks of the 112 px crop that SFace takes; here the unit of length of a face."""

Cut = Callable[[ImageArray, Faces, Faces], ImageArray]


def box_crop(image: ImageArray, box: FloatArray, border: str) -> ImageArray:
    """Resize a box to the crop: `clip` stretches at the border, `replicate` and `zero` pad."""
    if border == "clip":
        x0, y0 = max(0, int(box[0])), max(0, int(box[1]))
        x1, y1 = min(image.shape[1], int(box[2])), min(image.shape[0], int(box[3]))
        part = image[y0:y1, x0:x1]
        how = cv2.INTER_AREA if min(part.shape[:2]) > SIZE else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(part, (SIZE, SIZE), interpolation=how), np.uint8)
    sx, sy = SIZE / (box[2] - box[0]), SIZE / (box[3] - box[1])
    matrix = np.array([[sx, 0, -box[0] * sx], [0, sy, -box[1] * sy]], np.float32)
    mode = cv2.BORDER_REPLICATE if border == "replicate" else cv2.BORDER_CONSTANT
    return np.asarray(cv2.warpAffine(image, matrix, (SIZE, SIZE), borderMode=mode), np.uint8)


def grown(box: FloatArray, factor: float, *, square: str | None = None) -> FloatArray:
    """Scale a box about its centre, keeping its shape or making it square."""
    centre, side = (box[:2] + box[2:]) / 2, (box[2:] - box[:2]) * factor
    if square == "max":
        side = np.full(2, side.max())
    elif square == "mean":
        side = np.full(2, np.sqrt(side.prod()))
    return np.concatenate([centre - side / 2, centre + side / 2]).astype(np.float32)


def similarity(source: FloatArray, target: FloatArray) -> FloatArray:
    """Least-squares rotation, scale and shift of points onto points, shape `(2, 3)`."""
    s, t = source - source.mean(0), target - target.mean(0)
    a, b = (s * t).sum(), (s[:, 0] * t[:, 1] - s[:, 1] * t[:, 0]).sum()
    linear = np.array([[a, -b], [b, a]]) / (s**2).sum()
    return np.c_[linear, target.mean(0) - linear @ source.mean(0)].astype(np.float32)


def square_five_point(image: ImageArray, faces: Faces, scale: float) -> ImageArray:
    """Cut a square crop with the landmarks of SFace's crop, scaled about the centre."""
    target = (FIVE_POINTS - 56) * (SIZE / 112) * scale + SIZE / 2
    matrix = similarity(faces.landmarks[0], target.astype(np.float32))
    crop = cv2.warpAffine(image, matrix, (SIZE, SIZE), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(crop, np.uint8)


def alternatives() -> dict[str, Cut]:
    """Name each crop; it gets the image, YuNet's face and MTCNN's face."""
    chosen = FaceNetAlignment()
    return {
        "MTCNN box, margin 14": lambda i, _, m: box_crop(i, grown(m.boxes[0], 160 / 146), "clip"),
        "MTCNN box, margin 32": lambda i, _, m: box_crop(i, grown(m.boxes[0], 160 / 128), "clip"),
        "MTCNN box, margin 44": lambda i, _, m: box_crop(i, grown(m.boxes[0], 160 / 116), "clip"),
        "YuNet box, margin 14": lambda i, y, _: box_crop(i, grown(y.boxes[0], 160 / 146), "clip"),
        "YuNet box, margin 32": lambda i, y, _: box_crop(i, grown(y.boxes[0], 160 / 128), "clip"),
        "YuNet square box, margin 14, zero padding": lambda i, y, _: box_crop(
            i, grown(y.boxes[0], 160 / 146, square="max"), "zero"
        ),
        "YuNet square box of equal area, margin 14": lambda i, y, _: box_crop(
            i, grown(y.boxes[0], 160 / 146, square="mean"), "replicate"
        ),
        "square five-point crop, wide": lambda i, y, _: square_five_point(i, y, 0.75),
        "square five-point crop, tight": lambda i, y, _: square_five_point(i, y, 0.85),
        f"**{chosen.version} (chosen)**": lambda i, y, _: chosen.crops(i, y)[0],
        "the same from MTCNN's landmarks": lambda i, _, m: chosen.crops(i, m)[0],
    }


def identification(
    templates: FloatArray, people: list[str], draws: int
) -> tuple[FloatArray, FloatArray]:
    """Return mean and spread over draws of rank-1 and TPIR at each target FPIR."""
    names = np.array(people)
    unique, counts = np.unique(names, return_counts=True)
    single = unique[counts == 1]
    generator = np.random.default_rng(0)
    rows = []
    for _ in range(draws):
        references = {p: generator.choice(np.flatnonzero(names == p)) for p in unique[counts > 1]}
        mixed = generator.permutation(single)
        fillers = [int(np.flatnonzero(names == p)[0]) for p in mixed[:FILLERS]]
        strangers = [int(np.flatnonzero(names == p)[0]) for p in mixed[FILLERS:]]
        gallery = np.array([*references.values(), *fillers])
        known = np.isin(names, list(references))
        probes = np.flatnonzero(known & ~np.isin(np.arange(len(names)), gallery))
        scores = templates[probes] @ templates[gallery].T
        right = names[gallery][scores.argmax(1)] == names[probes]
        alarms = np.sort((templates[strangers] @ templates[gallery].T).max(1))[::-1]
        row = [right.mean()]
        row.extend(
            (right & (scores.max(1) > alarms[int(target * len(alarms))])).mean()
            for target in TARGETS
        )
        rows.append(row)
    return np.mean(rows, 0).astype(np.float32), np.std(rows, 0).astype(np.float32)


def faces_of(
    root: Path, encoder_settings: Settings, store: ArtefactStore
) -> tuple[list[str], list[ImageArray], list[Faces], list[Faces]]:
    """Detect the tuning people's faces with both detectors; drop images that either fails on."""
    wrong = label_errors()
    found = photographs(root)
    parts = split_people({name: len(paths) for name, paths in found.items()})
    yunet = build_detector(encoder_settings, store)
    mtcnn = build_detector(encoder_settings.model_copy(update={"detector": "mtcnn"}), store)
    people, images, first, second = [], [], [], []
    for person in (name for name, part in parts.items() if part == "tuning"):
        for path in found[person][:PHOTOGRAPHS]:
            if path in wrong:
                continue
            image = load_image(root / path)
            a, b = yunet.detect(image), mtcnn.detect(image)
            i, j = primary_face(a, image.shape), primary_face(b, image.shape)
            if i is None or j is None:
                continue
            people.append(person)
            images.append(image)
            first.append(a[[i]])
            second.append(b[[j]])
    return people, images, first, second


def main() -> None:
    """Measure every alternative and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--draws", type=int, default=20)
    options = parser.parse_args()
    settings = Settings()
    store = ArtefactStore.from_settings(settings)
    encoder: Encoder = build_encoders("facenet", settings, store)["facenet"]
    people, images, yunet, mtcnn = faces_of(options.root, settings, store)
    rows = []
    for name, cut in alternatives().items():
        crops = np.stack([cut(*item) for item in zip(images, yunet, mtcnn, strict=True)])
        mean, spread = identification(encoder.encode(crops).vectors, people, options.draws)
        rows.append({"crop": name} | {
            key: f"{m:.3f} ± {s:.3f}"
            for key, m, s in zip(
                ["rank 1", *(f"TPIR at FPIR {t}" for t in TARGETS)], mean, spread, strict=True
            )
        })  # fmt: skip
    print(f"{len(people)} photographs of {len(set(people))} tuning people; {machine()}\n")
    print(markdown_table(rows))
    write_result("alignment", {"photographs": len(people), "draws": options.draws, "rows": rows})


if __name__ == "__main__":
    main()
