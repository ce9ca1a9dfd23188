"""The numbers of the encoders' int8 forms, from tuning people; `benchmarks/int8.py` uses them.

FaceNet: every convolution and matrix in int8. SFace: its 1x1 convolutions, which are nearly all of
its work, but for three that cost the most likeness; before that the channels of what they read are
evened out. How this was chosen is told in docs/measurements.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from rich.progress import track

from workbench.arrays import FloatArray, ImageArray
from workbench.faces.analysis import FaceAnalyser, primary_face
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.encoders import SFACE_ARTEFACT
from workbench.faces.runtimes.equalising import equalised
from workbench.faces.runtimes.facenet_graph import facenet_onnx
from workbench.faces.runtimes.facenet_module import facenet_state
from workbench.faces.runtimes.int8_numbers import Int8Numbers, MeasuredOn
from workbench.faces.runtimes.quantising import WEIGHT_STEPS, Range, observed
from workbench.images import load_image

__all__ = ["measured_numbers"]

FACES = 300
AT_ONCE = 10
DATA_SET = "Labeled Faces in the Wild, deep-funneled, development people"
SFACE_KEPT = ("conv_2_conv2d", "conv_9_conv2d", "conv_11_conv2d")
"""1x1 convolutions of SFace that stay in fp32."""
EVENED = 0.3
"""How much of the evening out falls to activations: the rest is left to the weights."""
Extremes = dict[str, tuple[FloatArray, FloatArray]]
"""Least and greatest value by activation, shape `(faces, channels)` each."""


def measured_numbers(
    paths: Sequence[str], root: Path, analyser: FaceAnalyser, store: ArtefactStore
) -> list[Int8Numbers]:
    """The numbers of both encoders, which nothing has accepted yet.

    Args:
        paths: photographs of tuning people, relative to the root; the first of each of `FACES`
            people is used.
        root: folder of LFW.
        analyser: in fp32.
        store: where the weights come from.
    """
    first = {path.split("/")[0]: path for path in reversed(paths)}
    names = sorted(first)
    chosen = np.random.default_rng(5).permutation(len(names))
    crops: dict[str, list[ImageArray]] = {"facenet": [], "sface": []}
    for at in track(chosen, "detecting"):
        image = load_image(root / first[names[at]])
        faces = analyser.detect(image)
        main = primary_face(faces, image.shape)
        if main is not None:
            for name, made in analyser.crops(image, faces[[main]]).items():
                crops[name].append(made[0])
        if len(crops["sface"]) == FACES:
            break
    identities = analyser.identities
    weights = store.path(identities["facenet"].artefact)
    facenet = facenet_onnx({n: v.float().numpy() for n, v in facenet_state(weights).items()})
    pixels = (_pixels(crops["facenet"]) - np.float32(127.5)) / np.float32(128)
    seen = extremes(facenet, observed(facenet), pixels)
    ranges = {
        name: Range(
            float(np.percentile(low.min(axis=1), 1)), float(np.percentile(high.max(axis=1), 99))
        )
        for name, (low, high) in seen.items()
    }
    rule = "the 1st percentile over the faces of their least value, the 99th of their greatest"
    sface_ranges, scales = _sface(store.path(SFACE_ARTEFACT).read_bytes(), _pixels(crops["sface"]))
    evened = "the mean over the faces of their least value, and of their greatest"
    return [
        _numbers("facenet", analyser, rule, ranges, {}),
        _numbers("sface", analyser, evened, sface_ranges, scales),
    ]


def extremes(model: bytes, names: Sequence[str], pixels: FloatArray) -> Extremes:
    """Run a model in fp32 and return what its activations reach, face by face."""
    loaded = onnx.load_model_from_string(model)
    given = loaded.graph.input[0].name
    wanted = [name for name in names if name != given]
    loaded.graph.output.extend(
        helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in wanted
    )
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(loaded.SerializeToString(), options)
    single = isinstance(session.get_inputs()[0].shape[0], int)
    found: dict[str, list[tuple[FloatArray, FloatArray]]] = {name: [] for name in names}
    step = 1 if single else AT_ONCE
    for start in track(range(0, len(pixels), step), "measuring"):
        part = pixels[start : start + step]
        values = dict(zip(wanted, session.run(wanted, {given: part}), strict=True))
        values[given] = part
        for name in names:
            flat = values[name].reshape(len(part), values[name].shape[1], -1)
            found[name].append((flat.min(axis=2), flat.max(axis=2)))
    return {
        name: (np.concatenate([low for low, _ in one]), np.concatenate([high for _, high in one]))
        for name, one in found.items()
    }


def _sface(model: bytes, pixels: FloatArray) -> tuple[dict[str, Range], dict[str, list[float]]]:
    """Ranges of what SFace's 1x1 convolutions read once it is evened out, and what evens it out."""
    graph = onnx.load_model_from_string(model).graph
    weights = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    read = {
        node.input[0]: weights[node.input[1]]
        for node in graph.node
        if node.op_type == "Conv"
        and node.name not in SFACE_KEPT
        and weights[node.input[1]].shape[2:] == (1, 1)
    }
    scales: dict[str, list[float]] = {}
    for name, (low, high) in extremes(model, list(read), pixels).items():
        reach = np.maximum(np.percentile(high, 99, axis=0), -np.percentile(low, 1, axis=0))
        heavy = np.abs(read[name]).reshape(len(read[name]), -1)
        heavy = (heavy / heavy.max(axis=1, keepdims=True)).max(axis=0)
        scale = np.maximum(reach, 1e-6) ** EVENED / np.maximum(heavy, 1e-6) ** (1 - EVENED)
        scale /= np.exp(np.log(scale).mean())
        scales[name] = [float(f"{one:.4g}") for one in scale]
    seen = extremes(equalised(model, scales, what="sface"), list(read), pixels)
    ranges = {
        name: Range(float(low.min(axis=1).mean()), float(high.max(axis=1).mean()))
        for name, (low, high) in seen.items()
    }
    return ranges, scales


def _numbers(
    name: Literal["facenet", "sface"],
    analyser: FaceAnalyser,
    rule: str,
    ranges: dict[str, Range],
    scales: dict[str, list[float]],
) -> Int8Numbers:
    identity = analyser.identities[name]
    return Int8Numbers(
        encoder=name,
        artefact=identity.artefact,
        weights_sha256=identity.sha256,
        weight_steps=WEIGHT_STEPS,
        measured_on=MeasuredOn(data_set=DATA_SET, split="tuning", faces=FACES, rule=rule),
        ranges={
            key: Range(float(f"{one.low:.6g}"), float(f"{one.high:.6g}"))
            for key, one in ranges.items()
        },
        scales=scales,
    )


def _pixels(crops: Sequence[ImageArray]) -> FloatArray:
    return np.ascontiguousarray(np.stack(crops).transpose(0, 3, 1, 2), np.float32)
