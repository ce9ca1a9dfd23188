"""The runtimes of the encoders: those of one class give the same templates; int8 is held to bounds."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from workbench.arrays import ImageArray
from workbench.errors import ArtefactError, UsageError
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.encoders import build_encoders, numbers_of
from workbench.faces.facenet import FaceNetEncoder
from workbench.faces.protocols import Encoder
from workbench.faces.runtimes.acceptance import FACES, require_close
from workbench.faces.runtimes.choosing import FILE, fastest, fp32_runtimes, machine_key
from workbench.faces.runtimes.int8_numbers import (
    Int8Numbers,
    find_int8,
    numbers_digest,
    read_int8,
)
from workbench.faces.runtimes.network import Runtime
from workbench.faces.runtimes.openvino_network import OpenVinoNetwork
from workbench.faces.runtimes.quantising import Range
from workbench.faces.sface import SFaceEncoder
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.faces.types import Faces
from workbench.settings import Settings

pytestmark = pytest.mark.slow

MainFace = Callable[[ImageArray], Faces]
LoadFace = Callable[[str, int], ImageArray]
PEOPLE = ["Aaron_Peirsol", "Tony_Blair", "Angelina_Jolie", "Bill_Clinton", "Serena_Williams"]
FACENET = "facenet-casia-webface-20180408"


@pytest.fixture(scope="module", autouse=True)
def _needs_openvino() -> None:
    pytest.importorskip("openvino", reason="needs OpenVINO: the extra openvino")


@pytest.fixture(scope="module")
def faces(lfw_face: LoadFace, main_face: MainFace) -> list[tuple[ImageArray, Faces]]:
    """Return five photographs of five people, and the face in each."""
    images = [lfw_face(name, 1) for name in PEOPLE]
    return [(image, main_face(image)) for image in images]


def crops_of(encoder: Encoder, faces: list[tuple[ImageArray, Faces]]) -> ImageArray:
    return np.concatenate([encoder.alignment.crops(image, found) for image, found in faces])


def on(runtime: Runtime, settings: Settings, store: ArtefactStore) -> dict[str, Encoder]:
    return build_encoders("fused", settings.model_copy(update={"runtime": runtime.value}), store)


@pytest.fixture(scope="module")
def fp32(settings: Settings, store: ArtefactStore) -> dict[str, Encoder]:
    return on(Runtime.ONNXRUNTIME, settings, store)


@pytest.fixture(scope="module")
def int8(settings: Settings, store: ArtefactStore) -> dict[str, Encoder]:
    return on(Runtime.OPENVINO_INT8, settings, store)


@pytest.fixture(scope="module")
def numbers(int8: dict[str, Encoder]) -> Int8Numbers:
    found = find_int8("facenet", int8["facenet"].identity.sha256)
    assert found is not None
    return found


@pytest.mark.parametrize("runtime", [Runtime.TORCH, Runtime.OPENVINO])
def test_runtimes_in_fp32_give_the_same_templates(
    runtime: Runtime,
    fp32: dict[str, Encoder],
    settings: Settings,
    store: ArtefactStore,
    faces: list[tuple[ImageArray, Faces]],
) -> None:
    others = on(runtime, settings, store)
    assert numbers_of(others) == numbers_of(fp32) == "fp32"
    for name, one in fp32.items():
        assert others[name].runtime is runtime
        crops = crops_of(one, faces)
        expected, found = one.encode(crops), others[name].encode(crops)
        assert found.encoder == expected.encoder, "what was enrolled on one is found on another"
        assert np.abs(found.vectors - expected.vectors).max() < 1e-5


def test_int8_is_within_its_bounds(
    fp32: dict[str, Encoder], int8: dict[str, Encoder], faces: list[tuple[ImageArray, Faces]]
) -> None:
    assert numbers_of(int8) == "int8"
    for name, one in fp32.items():
        assert int8[name].runtime is Runtime.OPENVINO_INT8
        crops = crops_of(one, faces)
        expected, found = one.encode(crops), int8[name].encode(crops)
        assert found.encoder == expected.encoder, "it is compared with references in fp32"
        cosines = (expected.vectors * found.vectors).sum(axis=1)
        assert cosines.min() >= 0.99
        assert cosines.min() < 1 - 1e-6, "that would be fp32"


@pytest.mark.parametrize("count", [1, 2, 3, 7, 16, 31, 40])
def test_padding_changes_nothing(
    int8: dict[str, Encoder], faces: list[tuple[ImageArray, Faces]], count: int
) -> None:
    for encoder in int8.values():
        crops = crops_of(encoder, faces)
        many = np.resize(crops, (count, *crops.shape[1:]))
        batch = encoder.encode(many).vectors
        alone = np.concatenate([encoder.encode(crop[None]).vectors for crop in crops[:count]])
        assert batch.shape == (count, encoder.identity.dimension)
        for row, vector in enumerate(batch):
            # A value at the edge of a step may fall to either side of it.
            assert vector @ alone[row % len(crops)] > 0.9999


def test_no_face_or_template_stays_with_openvino(
    int8: dict[str, Encoder], faces: list[tuple[ImageArray, Faces]]
) -> None:
    for encoder in int8.values():
        assert isinstance(encoder, FaceNetEncoder | SFaceEncoder)
        network = encoder._network
        assert isinstance(network, OpenVinoNetwork)
        assert np.abs(encoder.encode(crops_of(encoder, faces)).vectors).max() > 0
        assert not network._free.empty()
        for request in network._free.queue:
            assert not request.get_input_tensor(0).data.any()
            assert not request.get_output_tensor(0).data.any()


def widened(numbers: Int8Numbers, by: float) -> Int8Numbers:
    ranges = {name: Range(low * by, high * by) for name, (low, high) in numbers.ranges.items()}
    return numbers.model_copy(update={"ranges": ranges, "acceptance": None})


@pytest.mark.parametrize("by", [0.15, 60.0], ids=["too narrow", "too wide"])
def test_badly_measured_ranges_are_not_accepted(
    by: float,
    numbers: Int8Numbers,
    fp32: dict[str, Encoder],
    store: ArtefactStore,
    faces: list[tuple[ImageArray, Faces]],
) -> None:
    crops = crops_of(fp32["facenet"], faces)
    enough = np.arange(FACES) % len(crops)
    expected = fp32["facenet"].encode(crops)[enough]

    def made(on: Int8Numbers) -> Templates:
        encoder = FaceNetEncoder(
            store.path(FACENET),
            artefact=FACENET,
            sha256=on.weights_sha256,
            threads=1,
            runtime=Runtime.OPENVINO_INT8,
            int8=on,
        )
        return encoder.encode(crops)[enough]

    least, mean = require_close(expected, made(numbers), what="facenet")
    assert 0.99 <= least <= mean <= 1
    with pytest.raises(ArtefactError, match="int8 is not accepted: the least cosine to fp32 is"):
        require_close(expected, made(widened(numbers, by)), what="facenet")


def test_few_faces_tell_nothing() -> None:
    identity = EncoderIdentity("facenet", "a", "b", "c", 2)
    same = Templates(np.tile(np.array([[1, 0]], np.float32), (FACES - 1, 1)), identity)
    with pytest.raises(ArtefactError, match="999 faces are too few to tell, it takes 1,000"):
        require_close(same, same, what="facenet")
    with pytest.raises(ArtefactError, match="0 faces are too few"):
        require_close(Templates.empty(identity), Templates.empty(identity), what="facenet")


def test_int8_without_its_numbers_is_refused(store: ArtefactStore) -> None:
    with pytest.raises(UsageError, match="no int8 form of these weights was accepted"):
        SFaceEncoder(
            store.path("sface-2021dec"),
            artefact="a",
            sha256="b",
            runtime=Runtime.OPENVINO_INT8,
        )


@pytest.mark.parametrize("change", ["unknown", "empty", "no number"])
def test_ranges_of_another_network_are_refused(
    change: str, numbers: Int8Numbers, store: ArtefactStore
) -> None:
    first = next(iter(numbers.ranges))
    changed = {
        "unknown": {"elsewhere": Range(0, 1)},
        "empty": {first: Range(0, 0)},
        "no number": {first: Range(0, float("inf"))},
    }[change]
    other = numbers.model_copy(update={"ranges": {**numbers.ranges, **changed}})
    message = "ranges of another network" if change == "unknown" else "is none"
    with pytest.raises(ArtefactError, match=message):
        FaceNetEncoder(
            store.path(FACENET),
            artefact=FACENET,
            sha256="a" * 64,
            runtime=Runtime.OPENVINO_INT8,
            int8=other,
        )


@pytest.mark.parametrize(
    "scales", [{"conv_2_dw_relu": [1.0]}, {"elsewhere": [1.0]}, {"conv_2_dw_relu": [0.0] * 32}]
)
def test_scales_of_another_network_are_refused(
    scales: dict[str, list[float]], numbers: Int8Numbers, store: ArtefactStore
) -> None:
    other = numbers.model_copy(update={"scales": scales})
    with pytest.raises(ArtefactError, match="scales of another network"):
        SFaceEncoder(
            store.path("sface-2021dec"),
            artefact="a",
            sha256="b",
            runtime=Runtime.OPENVINO_INT8,
            int8=other,
        )


def test_what_was_accepted_is_tied_to_its_numbers(numbers: Int8Numbers, tmp_path: Path) -> None:
    file = tmp_path / "int8-facenet.json"
    file.write_text(numbers.model_dump_json(), "utf-8")
    assert read_int8(file) == numbers
    assert numbers.acceptance is not None
    assert numbers.acceptance.numbers_sha256 == numbers_digest(numbers)
    kept = json.loads(file.read_text("utf-8"))

    def refused(**changes: object) -> str:
        file.write_text(json.dumps({**kept, **changes}), "utf-8")
        with pytest.raises(ArtefactError) as caught:
            read_int8(file)
        return str(caught.value)

    first = next(iter(kept["ranges"]))
    low, high = kept["ranges"][first]
    other_ranges = {**kept["ranges"], first: [low, high * 1.01]}
    assert "other numbers than these" in refused(ranges=other_ranges)
    assert "other numbers than these" in refused(weights_sha256="0" * 64)
    assert "nothing has accepted" in refused(acceptance=None)
    worse: list[tuple[dict[str, object], str]] = [
        ({"least_cosine": 0.98}, "the least cosine to fp32 is 0.9800, below 0.99"),
        ({"mean_cosine": 0.99}, "the mean cosine to fp32 is 0.99000, below 0.998"),
        ({"faces": 10}, "10 faces are too few"),
        ({"searches": {**kept["acceptance"]["searches"], "int8": 0.1}}, "outside the interval"),
    ]
    for change, reason in worse:
        assert reason in refused(acceptance={**kept["acceptance"], **change})
    assert "less than or equal to 63" in refused(weight_steps=127)
    file.write_bytes(b"\xff")
    with pytest.raises(ArtefactError, match=r"int8-facenet\.json: no numbers"):
        read_int8(file)


def test_other_weights_have_no_int8_form() -> None:
    assert find_int8("facenet", "0" * 64) is None
    assert find_int8("arcface", "0" * 64) is None


def test_auto_stays_within_its_class(
    settings: Settings, store: ArtefactStore, tmp_path: Path
) -> None:
    auto = settings.model_copy(update={"runtime": "auto", "cache": tmp_path})
    key = machine_key(store.catalogue.get("sface-2021dec").sha256 or "", threads=settings.threads)
    # Even where something remembered says otherwise.
    (tmp_path / FILE).write_text(json.dumps({key: "openvino-int8"}), "utf-8")
    other = ArtefactStore.from_settings(settings)
    in_fp32 = build_encoders("sface", auto, other)
    assert in_fp32["sface"].runtime in fp32_runtimes("cpu")
    assert json.loads((tmp_path / FILE).read_text("utf-8"))[key] == in_fp32["sface"].runtime
    in_int8 = build_encoders("fused", auto, other, numbers="int8")
    assert numbers_of(in_int8) == "int8"
    assert in_int8["facenet"].runtime is Runtime.OPENVINO_INT8


def test_int8_is_the_processors_alone(settings: Settings, store: ArtefactStore) -> None:
    assert fp32_runtimes("cuda") == fp32_runtimes("mps") == [Runtime.TORCH]
    on_cuda = settings.model_copy(update={"device": "cuda"})
    with pytest.raises(UsageError, match="int8 runs on the processor, and device is cuda"):
        build_encoders("fused", on_cuda, store, numbers="int8")


@pytest.mark.parametrize("runtime", ["openvino", "openvino-int8", "auto"])
def test_without_openvino_whatever_needs_it_says_so(
    runtime: str, settings: Settings, store: ArtefactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    assert fp32_runtimes("cpu") == [Runtime.TORCH, Runtime.ONNXRUNTIME]
    asked = settings.model_copy(update={"runtime": runtime})
    needed = "runtime openvino" if runtime == "openvino" else "int8"
    with pytest.raises(UsageError, match=f"^{needed} needs OpenVINO, which is not installed"):
        build_encoders("fused", asked, store, numbers="int8" if runtime == "auto" else "fp32")


def test_the_fastest_is_measured_once_and_remembered(store: ArtefactStore, tmp_path: Path) -> None:
    loaded: list[Runtime] = []
    among = fp32_runtimes("cpu")

    def make(runtime: Runtime) -> SFaceEncoder:
        loaded.append(runtime)
        path = store.path("sface-2021dec")
        return SFaceEncoder(path, artefact="a", sha256="b", threads=1, runtime=runtime)

    def chosen(key: str) -> Runtime:
        return fastest(make, among, key=key, folder=tmp_path / "cache").runtime

    assert among == [Runtime.TORCH, Runtime.ONNXRUNTIME, Runtime.OPENVINO]
    best = chosen("here")
    assert loaded == among, "all were measured"
    assert chosen("here") is best
    assert loaded[3:] == [best], "the others are not even loaded"
    other = next(runtime for runtime in among if runtime is not best)
    path = tmp_path / "cache" / FILE
    path.write_text(json.dumps({"here": other.value}), "utf-8")
    assert chosen("here") is other, "what is remembered is what is taken"
    path.write_text("no JSON", "utf-8")
    chosen("there")
    assert set(json.loads(path.read_text("utf-8"))) == {"there"}
    path.write_text(json.dumps({"there": "tensorrt"}), "utf-8")
    assert chosen("there") in among, "one that is not known any more"


def test_a_choice_that_cannot_be_kept_is_measured_again(
    store: ArtefactStore, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be", "utf-8")
    path = store.path("sface-2021dec")
    made = fastest(
        lambda runtime: SFaceEncoder(path, artefact="a", sha256="b", threads=1, runtime=runtime),
        fp32_runtimes("cpu"),
        key="here",
        folder=tmp_path / "cache",
    )
    assert made.runtime in fp32_runtimes("cpu")


def test_a_measurement_is_of_one_network_on_one_machine() -> None:
    first = machine_key("a" * 64, threads=2)
    assert first == machine_key("a" * 64, threads=2)
    assert first != machine_key("a" * 64, threads=1)
    assert first != machine_key("b" * 64, threads=2)
