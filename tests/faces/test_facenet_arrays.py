"""FaceNet's weights without torch: the same numbers, and nothing that torch would refuse."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from facenet_pytorch import InceptionResnetV1
from safetensors.numpy import load_file, save_file

from workbench.errors import ArtefactError
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.runtimes.facenet_arrays import SHAPES, facenet_arrays, shapes_digest
from workbench.faces.runtimes.facenet_module import facenet_state
from workbench.settings import Settings

WITHOUT_TORCH = """
import sys
from pathlib import Path
from workbench.faces.analysis import build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.settings import Settings

settings = Settings.model_validate_json(sys.argv[1])
build_analyser(settings, ArtefactStore.from_settings(settings), "fused")
print("torch" in sys.modules)
"""


def test_names_and_shapes_are_those_of_the_network() -> None:
    with torch.device("meta"):
        state = InceptionResnetV1(pretrained=None, classify=False).state_dict()
    assert shapes_digest({name: tuple(one.shape) for name, one in state.items()}) == SHAPES


@pytest.fixture(scope="module")
def weights(store: ArtefactStore, settings: Settings) -> Path:
    return store.path(settings.facenet_weights)


@pytest.mark.slow
def test_the_numbers_are_those_that_torch_reads(weights: Path) -> None:
    arrays, state = facenet_arrays(weights), facenet_state(weights)
    assert arrays.keys() == state.keys()
    assert all(np.array_equal(arrays[name], state[name].float().numpy()) for name in state)


@pytest.mark.slow
def test_a_file_of_other_names_or_shapes_is_left_to_torch_to_refuse(
    weights: Path, tmp_path: Path
) -> None:
    known = load_file(weights)
    other = tmp_path / "other.safetensors"
    less = {name: one for name, one in known.items() if name != "last_bn.bias"}
    wider = known | {"last_bn.bias": np.zeros(513, np.float32)}
    for changed in (less, wider, known | {"more": np.zeros(1, np.float32)}):
        save_file(changed, other)
        with pytest.raises(ArtefactError, match=r"not weights of InceptionResnetV1 \(missing, un"):
            facenet_arrays(other)
    other.write_bytes(b"nothing")
    with pytest.raises(ArtefactError, match="not weights of InceptionResnetV1"):
        facenet_arrays(other)
    save_file(known | {"logits.bias": np.zeros(3, np.float32)}, other)
    assert facenet_arrays(other).keys() == known.keys()


@pytest.mark.slow
def test_detector_and_encoders_do_without_torch_on_onnx_runtime(
    store: ArtefactStore, settings: Settings
) -> None:
    fixed = settings.model_copy(update={"runtime": "onnxruntime"})
    command = [sys.executable, "-c", WITHOUT_TORCH, fixed.model_dump_json()]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
