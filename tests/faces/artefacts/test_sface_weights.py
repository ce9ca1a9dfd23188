"""The dequantised SFace answers as the published int8 file does, in every runtime."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from PIL import Image

from workbench.errors import ArtefactError
from workbench.faces.artefacts import default_catalogue
from workbench.faces.artefacts.sface_weights import convert_sface

pytestmark = pytest.mark.slow

NAME, ORIGIN = "sface-2021dec", "sface-2021dec-int8bq"
N_FACES = 12


def faces(folder: Path) -> NDArray[np.float32]:
    """Return real faces, `(n, 3, 112, 112)` float32 RGB in 0..255."""
    pictures = sorted(folder.glob("lfw/*/*.jpg"))
    crops = []
    for path in pictures[:: len(pictures) // N_FACES][:N_FACES]:
        with Image.open(path) as image:
            crop = image.convert("RGB").crop((70, 60, 180, 190)).resize((112, 112))
        crops.append(np.asarray(crop, np.float32))
    return np.stack(crops).transpose(0, 3, 1, 2).copy()


def session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def test_it_gives_the_published_files_own_output(
    real_artefact: Callable[[str], Path], shared_data: Path
) -> None:
    batch = faces(shared_data)
    original = session(real_artefact(ORIGIN))
    # The published file asks for inputs that no node reads; any value does.
    unread = {
        entry.name: np.zeros(entry.shape, np.float32)
        for entry in original.get_inputs()
        if entry.name != "data"
    }
    read = {name for node in onnx.load(real_artefact(ORIGIN)).graph.node for name in node.input}
    assert not read & set(unread)
    published = np.concatenate(
        [original.run(None, {"data": face[None], **unread})[0] for face in batch]
    )
    dequantised = session(real_artefact(NAME)).run(None, {"data": batch})[0]
    assert dequantised.shape == (N_FACES, 128)
    assert np.abs(published - dequantised).max() < 1e-4
    lengths = np.linalg.norm(published, axis=1) * np.linalg.norm(dequantised, axis=1)
    assert ((published * dequantised).sum(axis=1) / lengths).min() > 0.999_999
    assert np.abs(dequantised - dequantised[0])[1:].max(axis=1).min() > 0.1


def test_opencv_reads_it_and_agrees(
    real_artefact: Callable[[str], Path], shared_data: Path
) -> None:
    face = faces(shared_data)[:1]
    net = cv2.dnn.readNetFromONNX(str(real_artefact(NAME)))
    net.setInput(face)
    expected = session(real_artefact(NAME)).run(None, {"data": face})[0]
    assert np.abs(net.forward() - expected).max() < 1e-4


def test_nothing_quantised_is_left_and_the_image_is_the_only_input(
    real_artefact: Callable[[str], Path],
) -> None:
    graph = onnx.load(real_artefact(NAME)).graph
    assert [value.name for value in graph.input] == ["data"]
    assert not {node.op_type for node in graph.node} & {"DequantizeLinear", "Reshape", "Dropout"}
    used = {name for node in graph.node for name in node.input}
    assert {tensor.name for tensor in graph.initializer} <= used


def test_the_conversion_is_the_catalogued_bytes_every_time(
    real_artefact: Callable[[str], Path], tmp_path: Path
) -> None:
    convert_sface(real_artefact(ORIGIN), tmp_path / "a")
    found = hashlib.sha256((tmp_path / "a").read_bytes()).hexdigest()
    assert found == default_catalogue().get(NAME).sha256


@pytest.mark.parametrize("content", [b"no model", b""])
def test_a_file_that_is_not_sface_is_one_clear_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(ArtefactError):
        convert_sface(path, tmp_path / "out.onnx")
    assert not (tmp_path / "out.onnx").exists()
