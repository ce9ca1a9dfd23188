"""What one would write without this project: loops that find, encode and compare on every frame.

Each loop enrols the list's photographs its own way, takes frames one by one and says whom it
finds where. None of them tracks, redacts, or forgets.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import torch
from facenet_pytorch import MTCNN, InceptionResnetV1
from safetensors.torch import load_file

from workbench.arrays import FloatArray, ImageArray
from workbench.faces.artefacts import ArtefactStore
from workbench.images import load_image
from workbench.matching import load_calibration

__all__ = ["Hit", "Loop", "facenet_loop", "opencv_loop", "package_loop"]

Hit = tuple[str, float, list[float]]
"""Whom a face was taken for, the score, and its box."""
Loop = Callable[[ImageArray], tuple[list[Hit], FloatArray]]
"""Takes a frame, gives the faces that scored at or above the loop's threshold, and the boxes of all
faces that it found, `(n, 4)`."""
Entries = Sequence[tuple[str, Path]]
SMALLEST_FACE_PX = 24
LIKENESS = 0.6
"""Distance up to which `face_recognition` calls two faces one person."""


def facenet_loop(entries: Entries, store: ArtefactStore) -> Loop:
    """facenet-pytorch: MTCNN and InceptionResnetV1, eager, on every frame."""
    encoder = InceptionResnetV1(classify=False).eval()
    encoder.load_state_dict(load_file(store.path("facenet-casia-webface-20180408")))
    detector = MTCNN(keep_all=True, min_face_size=SMALLEST_FACE_PX, post_process=True)
    threshold = load_calibration().matchers["facenet"].default_threshold

    def encoded(image: ImageArray) -> tuple[FloatArray, FloatArray]:
        boxes, _ = detector.detect(image)
        if boxes is None:
            return np.zeros((0, 512), np.float32), np.zeros((0, 4), np.float32)
        crops = detector.extract(image, boxes, None)
        with torch.inference_mode():
            return encoder(crops).numpy(), np.asarray(boxes, np.float32)

    return _comparing(entries, encoded, threshold)


def opencv_loop(entries: Entries, store: ArtefactStore, size: tuple[int, int]) -> Loop:
    """OpenCV's own pair: FaceDetectorYN and FaceRecognizerSF, on every frame at full size."""
    detector = cv2.FaceDetectorYN.create(str(store.path("yunet-2023mar")), "", size, 0.6, 0.3)
    recogniser = cv2.FaceRecognizerSF.create(str(store.path("sface-2021dec")), "")
    threshold = load_calibration().matchers["sface"].default_threshold

    def encoded(image: ImageArray) -> tuple[FloatArray, FloatArray]:
        bgr = np.ascontiguousarray(image[..., ::-1])
        detector.setInputSize((bgr.shape[1], bgr.shape[0]))
        # No face is None, which OpenCV's type stubs do not say.
        rows = cast("FloatArray | None", detector.detect(bgr)[1])
        if rows is None:
            return np.zeros((0, 128), np.float32), np.zeros((0, 4), np.float32)
        features = [recogniser.feature(recogniser.alignCrop(bgr, row))[0] for row in rows]
        corners = np.concatenate([rows[:, :2], rows[:, :2] + rows[:, 2:4]], axis=1)
        return np.stack(features).astype(np.float32), corners.astype(np.float32)

    return _comparing(entries, encoded, threshold)


def package_loop(entries: Entries) -> Loop | str:
    """The `face_recognition` package (dlib) on every frame; a line where it cannot be had."""
    try:
        package: Any = importlib.import_module("face_recognition")
    except (ImportError, SystemExit) as error:
        return f"face_recognition: not here ({str(error) or 'its models are missing'})"

    def encoded(image: ImageArray) -> tuple[FloatArray, FloatArray]:
        places = package.face_locations(image)
        vectors = package.face_encodings(image, places)
        corners = [[left, top, right, bottom] for top, right, bottom, left in places]
        return (
            np.array(vectors, np.float32).reshape(-1, 128),
            np.array(corners, np.float32).reshape(-1, 4),
        )

    names, known = _enrolled(entries, encoded)

    def loop(image: ImageArray) -> tuple[list[Hit], FloatArray]:
        vectors, boxes = encoded(image)
        hits = []
        for vector, box in zip(vectors, boxes.tolist(), strict=True):
            apart = np.linalg.norm(known - vector, axis=1)
            best = int(apart.argmin())
            if apart[best] <= LIKENESS:
                hits.append((names[best], float(-apart[best]), box))
        return hits, boxes

    return loop


Encode = Callable[[ImageArray], tuple[FloatArray, FloatArray]]


def _enrolled(entries: Entries, encoded: Encode) -> tuple[list[str], FloatArray]:
    names, rows = [], []
    for name, path in entries:
        vectors, boxes = encoded(load_image(path))
        if len(vectors):
            names.append(name)
            rows.append(vectors[int(np.argmax((boxes[:, 2:] - boxes[:, :2]).prod(axis=1)))])
    return names, np.stack(rows)


def _comparing(entries: Entries, encoded: Encode, threshold: float) -> Loop:
    names, rows = _enrolled(entries, encoded)
    known = _unit(rows)

    def loop(image: ImageArray) -> tuple[list[Hit], FloatArray]:
        vectors, boxes = encoded(image)
        if not len(vectors):
            return [], boxes
        scores = _unit(vectors) @ known.T
        best = scores.argmax(axis=1)
        hits = [
            (names[column], float(row[column]), box)
            for row, column, box in zip(scores, best.tolist(), boxes.tolist(), strict=True)
            if row[column] >= threshold
        ]
        return hits, boxes

    return loop


def _unit(rows: FloatArray) -> FloatArray:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(norms, 1e-12), np.float32)
