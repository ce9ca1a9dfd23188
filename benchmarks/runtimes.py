"""Faces a second of both encoders on each runtime, side by side, and how near to fp32 they stay.

Run: python benchmarks/runtimes.py [--root ../shared/data/lfw] [--threads 2] [--rounds 7]

In one process, each runtime in turn in every round, on crops of locked test people: facenet-pytorch
as one first writes it (torch, eager, channels first), torch with folded batch norms and channels
last, ONNX Runtime and OpenVINO in fp32, OpenVINO in int8. The ratio is taken round by round against
the first, since machines drift. MTCNN is compared on groups of faces, YuNet's two are by
benchmarks/yunet.py. How well people are found in int8 is measured by benchmarks/int8.py.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from facenet_pytorch import InceptionResnetV1
from harness import LFW, label_errors, machine, markdown_table, photographs, write_result
from safetensors.torch import load_file

from workbench.arrays import FloatArray, ImageArray
from workbench.evaluation.splits import split_people
from workbench.faces.analysis import FaceAnalyser, build_analyser, primary_face
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.encoders import build_encoders
from workbench.faces.mtcnn import MtcnnDetector
from workbench.faces.protocols import Encoder
from workbench.faces.runtimes.network import Runtime
from workbench.images import load_image
from workbench.settings import Settings

BATCHES = (1, 8, 32)
FACES = 1000
PEER = "facenet-pytorch, torch eager"
Run = Callable[[ImageArray], FloatArray]


def eager(weights: Path) -> Run:
    """FaceNet as one first writes it with facenet-pytorch."""
    net = InceptionResnetV1(pretrained=None, classify=False).eval()
    net.load_state_dict(load_file(weights))

    def run(crops: ImageArray) -> FloatArray:
        with torch.no_grad():
            pixels = torch.from_numpy(crops).permute(0, 3, 1, 2).float()
            return np.asarray(net((pixels - 127.5) / 128).numpy(), np.float32)

    return run


def runs(settings: Settings, store: ArtefactStore) -> dict[str, dict[str, Run]]:
    """What is compared, by encoder and name; the first of each is what the others are held to."""
    found: dict[str, dict[str, Run]] = {
        "facenet": {PEER: eager(store.path(settings.facenet_weights))},
        "sface": {},
    }
    for runtime in (Runtime.TORCH, Runtime.ONNXRUNTIME, Runtime.OPENVINO, Runtime.OPENVINO_INT8):
        on = settings.model_copy(update={"runtime": runtime.value})
        for name, encoder in build_encoders("fused", on, store).items():
            label = f"{encoder.runtime.value}, {encoder.runtime.numbers}"
            found[name][label.replace("torch,", "torch channels last,")] = _encode(encoder)
    return found


def _encode(encoder: Encoder) -> Run:
    return lambda crops: encoder.encode(crops).vectors


def crops_of(root: Path, analyser: FaceAnalyser) -> dict[str, ImageArray]:
    """Crops of `FACES` locked test people, one photograph each."""
    wrong = label_errors()
    people = photographs(root)
    parts = split_people({name: len(paths) for name, paths in people.items()})
    cut: dict[str, list[ImageArray]] = {name: [] for name in analyser.encoders}
    for name, paths in people.items():
        kept = [path for path in paths if path not in wrong]
        if parts[name] != "test" or not kept or len(cut["sface"]) == FACES:
            continue
        image = load_image(root / kept[0])
        faces = analyser.detect(image)
        main = primary_face(faces, image.shape)
        if main is not None:
            for encoder, made in analyser.crops(image, faces[[main]]).items():
                cut[encoder].append(made[0])
    return {name: np.stack(made) for name, made in cut.items()}


def timed(of: Mapping[str, Run], crops: ImageArray, rounds: int) -> dict[str, list[float]]:
    """Seconds of each in every round, each in turn; one call before the first goes uncounted."""
    seconds: dict[str, list[float]] = {name: [] for name in of}
    for run in of.values():
        run(crops)
    for _ in range(rounds):
        for name, run in of.items():
            start = time.perf_counter()
            run(crops)
            seconds[name].append(time.perf_counter() - start)
    return seconds


def speeds(
    of: Mapping[str, Run], crops: ImageArray, encoder: str, rounds: int
) -> list[dict[str, Any]]:
    """Rows of faces a second, and of how many times faster than the first, over the rounds."""
    rows = []
    for batch in BATCHES:
        seconds = timed(of, crops[:batch], rounds)
        first = next(iter(seconds.values()))
        for name, taken in seconds.items():
            ratios = sorted(one / other for one, other in zip(first, taken, strict=True))
            rows.append(
                {
                    "encoder": encoder,
                    "batch": batch,
                    "runtime": name,
                    "faces/s": round(batch / statistics.median(taken), 1),
                    "ratio": round(statistics.median(ratios), 2),
                    "range": f"{ratios[0]:.2f} to {ratios[-1]:.2f}",
                }
            )
    return rows


def likeness(of: Mapping[str, Run], crops: ImageArray, encoder: str) -> list[dict[str, Any]]:
    """Rows of the cosine to the first, over all crops."""
    made: dict[str, FloatArray] = {}
    for name, run in of.items():
        parts = [run(crops[start : start + 32]) for start in range(0, len(crops), 32)]
        made[name] = np.concatenate(parts)
    first = next(iter(made.values()))
    rows = []
    for name, vectors in list(made.items())[1:]:
        cosines = np.einsum("nd,nd->n", first.astype(np.float64), vectors)
        rows.append(
            {
                "encoder": encoder,
                "runtime": name,
                "faces": len(crops),
                "least cosine": f"{cosines.min():.6f}",
                "mean cosine": f"{cosines.mean():.6f}",
            }
        )
    return rows


def detectors(root: Path, settings: Settings, rounds: int) -> list[dict[str, Any]]:
    """Rows of MTCNN's time on both runtimes, and how far its boxes lie apart, px."""
    rows = []
    for path in sorted((root.parent / "groups").glob("compreface_01[56]_*.jpg")):
        image = load_image(path)
        made = {
            name: MtcnnDetector(threads=settings.threads, runtime=name)
            for name in ("torch", "onnxruntime")
        }
        found = {name: one.detect(image) for name, one in made.items()}
        seconds: dict[str, list[float]] = {name: [] for name in made}
        for _ in range(rounds):
            for name, one in made.items():
                start = time.perf_counter()
                one.detect(image)
                seconds[name].append(time.perf_counter() - start)
        ratios = sorted(a / b for a, b in zip(*seconds.values(), strict=True))
        apart = np.abs(found["torch"].boxes - found["onnxruntime"].boxes).max()
        rows.append(
            {
                "picture": f"{image.shape[1]}x{image.shape[0]}",
                "faces": len(found["torch"]),
                "torch, ms": round(statistics.median(seconds["torch"]) * 1e3),
                "ONNX Runtime, ms": round(statistics.median(seconds["onnxruntime"]) * 1e3),
                "ratio": f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})",
                "boxes apart, px": f"{apart:.5f}",
            }
        )
    return rows


def main() -> None:
    """Measure, print the tables, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--threads", type=int, default=2, help="of each runtime")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    settings = Settings(threads=options.threads)
    store = ArtefactStore.from_settings(settings)
    crops = crops_of(options.root, build_analyser(settings, store, "fused"))
    compared = runs(settings, store)
    speed = [
        row
        for name, of in compared.items()
        for row in speeds(of, crops[name], name, options.rounds)
    ]
    near = [row for name, of in compared.items() for row in likeness(of, crops[name], name)]
    found = detectors(options.root, settings, options.rounds)
    print(f"{machine()}, {options.threads} threads a runtime, {options.rounds} rounds\n")
    for rows in (speed, near, found):
        print(f"{markdown_table(rows)}\n")
    if not options.no_write:
        result = {"threads": options.threads, "rounds": options.rounds, "speed": speed}
        path = write_result("runtimes", result | {"likeness": near, "mtcnn": found})
        print(f"written: {path.name}")


if __name__ == "__main__":
    main()
