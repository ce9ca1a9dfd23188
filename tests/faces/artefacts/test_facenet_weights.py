"""The converted weights answer as the published graph does, on real faces."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from facenet_pytorch import InceptionResnetV1
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file

from workbench.errors import ArtefactError
from workbench.faces.artefacts import default_catalogue
from workbench.faces.artefacts.facenet_weights import convert_facenet_graph, facenet_state
from workbench.faces.artefacts.graphdef import read_constants

pytestmark = pytest.mark.slow

NAME = "facenet-casia-webface-20180408"
N_FACES = 12


def faces(folder: Path) -> NDArray[np.float32]:
    """Return real faces, `(n, 3, 160, 160)` float32 RGB as the graph takes them."""
    pictures = sorted(folder.glob("lfw/*/*.jpg"))
    chosen = pictures[:: len(pictures) // N_FACES][:N_FACES]
    crops = []
    for path in chosen:
        with Image.open(path) as image:
            crop = image.convert("RGB").crop((70, 60, 180, 190)).resize((160, 160))
        crops.append((np.asarray(crop, np.float32) - 127.5) / 128.0)
    return np.stack(crops).transpose(0, 3, 1, 2).astype(np.float32)


def test_the_module_gives_the_graphs_own_embeddings(
    real_artefact: Callable[[str], Path], shared_data: Path
) -> None:
    batch = faces(shared_data)
    module = InceptionResnetV1(classify=False).eval()
    module.load_state_dict(load_file(real_artefact(NAME)), strict=True)
    with torch.inference_mode():
        converted = module(torch.from_numpy(batch)).numpy()
    # OpenCV's new engine has no reader for such graphs.
    graph = cv2.dnn.readNetFromTensorflow(
        str(real_artefact("facenet-graph-20180408")), engine=cv2.dnn.ENGINE_CLASSIC
    )
    published = []
    for face in batch:
        graph.setInput(face[None])
        published.append(graph.forward()[0].copy())
    assert np.abs(np.linalg.norm(published, axis=1) - 1).max() < 1e-5
    assert np.abs(np.stack(published) - converted).max() < 1e-5
    # The faces are different people: an answer that ignores its input would show here.
    assert np.abs(converted - converted[0])[1:].max(axis=1).min() > 0.01


def test_the_conversion_is_the_catalogued_bytes_every_time(
    real_artefact: Callable[[str], Path], tmp_path: Path
) -> None:
    convert_facenet_graph(real_artefact("facenet-graph-20180408"), tmp_path / "a")
    with (tmp_path / "a").open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    assert found == default_catalogue().get(NAME).sha256


def test_every_name_of_the_module_is_filled_once(real_artefact: Callable[[str], Path]) -> None:
    state = facenet_state(read_constants(real_artefact("facenet-graph-20180408")))
    wanted = InceptionResnetV1(classify=False).state_dict()
    assert {name: tuple(value.shape) for name, value in wanted.items()} == {
        name: value.shape for name, value in state.items()
    }


def test_another_graph_is_refused(real_artefact: Callable[[str], Path]) -> None:
    with pytest.raises(ArtefactError, match="no constant"):
        facenet_state({})
    constants = read_constants(real_artefact("facenet-graph-20180408"))
    constants["another/weights"] = np.zeros((1, 1, 1, 1), np.float32)
    with pytest.raises(ArtefactError, match="133 convolutions"):
        facenet_state(constants)


@pytest.mark.parametrize("content", [b"not a graph", b"\x0a\xff\xff\xff\xff\x0f"])
def test_a_file_that_is_no_graph_is_one_clear_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "graph.pb"
    path.write_bytes(content)
    with pytest.raises(ArtefactError, match="not a TensorFlow graph"):
        read_constants(path)


def test_an_empty_graph_has_no_constants(tmp_path: Path) -> None:
    path = tmp_path / "graph.pb"
    path.write_bytes(b"")
    assert read_constants(path) == {}
