"""Both encoders with their real weights."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from facenet_pytorch import InceptionResnetV1, fixed_image_standardization
from safetensors.torch import load_file, save_file

from workbench.arrays import ImageArray
from workbench.errors import ArtefactError, EncoderMismatchError, UsageError
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.encoders import build_encoders
from workbench.faces.facenet import FaceNetEncoder
from workbench.faces.protocols import Encoder
from workbench.faces.runtimes.choosing import FILE, fastest, machine_key
from workbench.faces.runtimes.network import Runtime
from workbench.faces.sface import SFaceEncoder
from workbench.faces.types import Faces
from workbench.settings import Settings

pytestmark = pytest.mark.slow

AnyEncoder = FaceNetEncoder | SFaceEncoder
MainFace = Callable[[ImageArray], Faces]
LoadFace = Callable[[str, int], ImageArray]
WEIGHTS = "facenet-casia-webface-20180408"
DEVICES = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]


@pytest.fixture(scope="module")
def some_faces(lfw_face: LoadFace, main_face: MainFace) -> list[tuple[ImageArray, Faces]]:
    """Return five photographs of five people, and the face in each."""
    names = ["Aaron_Peirsol", "Tony_Blair", "Angelina_Jolie", "Bill_Clinton", "Serena_Williams"]
    images = [lfw_face(name, 1) for name in names]
    return [(image, main_face(image)) for image in images]


def crops_of(encoder: Encoder, faces: list[tuple[ImageArray, Faces]]) -> ImageArray:
    """Return one crop for each face."""
    return np.concatenate([encoder.alignment.crops(image, found) for image, found in faces])


def test_no_crop_gives_no_template(encoder: AnyEncoder) -> None:
    side = encoder.alignment.size
    templates = encoder.encode(np.zeros((0, side, side, 3), np.uint8))
    assert templates.vectors.shape == (0, encoder.identity.dimension)
    assert templates.vectors.dtype == np.float32
    assert templates.encoder == encoder.identity


def test_identity(encoders: dict[str, Encoder], store: ArtefactStore) -> None:
    facenet, sface = encoders["facenet"].identity, encoders["sface"].identity
    assert (facenet.name, facenet.artefact, facenet.dimension) == ("facenet", WEIGHTS, 512)
    assert (sface.name, sface.artefact, sface.dimension) == ("sface", "sface-2021dec", 128)
    assert facenet.alignment == encoders["facenet"].alignment.version
    for identity in (facenet, sface):
        assert identity.sha256 == store.catalogue.get(identity.artefact).sha256


@pytest.mark.parametrize("count", [1, 5, 33])
def test_a_batch_equals_one_by_one(
    encoder: AnyEncoder, some_faces: list[tuple[ImageArray, Faces]], count: int
) -> None:
    crops = np.resize(crops_of(encoder, some_faces), (count, *([encoder.alignment.size] * 2), 3))
    batch = encoder.encode(crops).vectors
    assert batch.shape == (count, encoder.identity.dimension)
    assert np.allclose(np.linalg.norm(batch, axis=1), 1, atol=1e-5)
    distinct = min(count, 5)
    alone = np.concatenate([encoder.encode(crop[None]).vectors for crop in crops[:distinct]])
    assert np.abs(batch[:distinct] - alone).max() < 1e-5
    assert np.abs(batch[-1] - batch[(count - 1) % 5]).max() < 1e-5


@pytest.mark.parametrize("shape", [(2, 90, 90, 3), (160, 160, 3), (1, 160, 160, 1)])
def test_other_shapes_are_refused(encoder: AnyEncoder, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="crops must have shape"):
        encoder.encode(np.zeros(shape, np.uint8))


@pytest.mark.parametrize("value", [0, 255])
def test_a_blank_crop_still_has_unit_norm(encoder: AnyEncoder, value: int) -> None:
    side = encoder.alignment.size
    assert len(encoder.encode(np.full((1, side, side, 3), value, np.uint8))) == 1


def test_templates_of_two_encoders_do_not_compare(
    encoders: dict[str, Encoder], some_faces: list[tuple[ImageArray, Faces]]
) -> None:
    facenet, sface = (encoders[n].encode(crops_of(encoders[n], some_faces)) for n in encoders)
    with pytest.raises(EncoderMismatchError):
        facenet.cosine(sface)


def test_same_person_is_nearer_than_another(
    encoder: AnyEncoder, lfw_face: LoadFace, main_face: MainFace
) -> None:
    people = ["Tony_Blair", "Angelina_Jolie", "Bill_Clinton", "Serena_Williams", "Colin_Powell"]
    first, second = (
        encoder.encode(
            crops_of(encoder, [(i, main_face(i)) for i in (lfw_face(p, n) for p in people)])
        )
        for n in (1, 2)
    )
    cosines = first.cosine(second)
    others = cosines[~np.eye(len(people), dtype=bool)]
    assert np.diag(cosines).min() > others.max()


def test_facenet_is_facenet_pytorch(
    store: ArtefactStore, encoders: dict[str, Encoder], some_faces: list[tuple[ImageArray, Faces]]
) -> None:
    net = InceptionResnetV1(pretrained=None, classify=False).eval()
    net.load_state_dict(load_file(store.path(WEIGHTS)))
    crops = crops_of(encoders["facenet"], some_faces)
    with torch.inference_mode():
        pixels = torch.from_numpy(crops).permute(0, 3, 1, 2).float()
        expected = net(fixed_image_standardization(pixels)).numpy()
    assert np.abs(encoders["facenet"].encode(crops).vectors - expected).max() < 1e-5


def test_upstream_weights_lose_their_classifier(
    store: ArtefactStore,
    encoders: dict[str, Encoder],
    some_faces: list[tuple[ImageArray, Faces]],
    tmp_path: Path,
) -> None:
    state = load_file(store.path(WEIGHTS))
    state |= {"logits.weight": torch.zeros(8631, 512), "logits.bias": torch.zeros(8631)}
    path = tmp_path / "20180402-114759-vggface2.pt"
    torch.save(state, path)
    encoder = FaceNetEncoder(path, artefact="facenet-vggface2", sha256="c" * 64)
    assert encoder.identity != encoders["facenet"].identity
    crops = crops_of(encoder, some_faces[:1])
    expected = encoders["facenet"].encode(crops).vectors
    assert np.abs(encoder.encode(crops).vectors - expected).max() < 1e-6


def test_a_pickle_that_runs_code_is_not_opened(tmp_path: Path) -> None:
    ran = tmp_path / "ran"

    class Harm:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (ran,)

    path = tmp_path / "weights.pt"
    torch.save({"last_linear.weight": Harm()}, path)
    with pytest.raises(ArtefactError, match=r"weights\.pt: not weights of InceptionResnetV1"):
        FaceNetEncoder(path, artefact="a", sha256="b")
    assert not ran.exists()


@pytest.mark.parametrize("name", ["w.safetensors", "w.pt"])
@pytest.mark.parametrize("content", [b"", b"no weights at all"])
def test_damaged_weights_are_one_clear_error(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ArtefactError, match="not weights of InceptionResnetV1") as caught:
        FaceNetEncoder(path, artefact="a", sha256="b")
    assert "\n" not in str(caught.value)


def test_incomplete_weights_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    save_file({"last_linear.weight": torch.zeros(512, 1792)}, path)
    with pytest.raises(ArtefactError, match="not weights of InceptionResnetV1"):
        FaceNetEncoder(path, artefact="a", sha256="b")


@pytest.mark.parametrize(
    ("runtime", "another", "damaged"),
    [
        (Runtime.ONNXRUNTIME, "not the network that was asked for", "ONNX Runtime cannot load it"),
        (Runtime.TORCH, "not SFace as catalogued", "not SFace as catalogued"),
    ],
)
def test_another_network_is_not_sface(
    tmp_path: Path, store: ArtefactStore, runtime: Runtime, another: str, damaged: str
) -> None:
    yunet = store.path("yunet-2023mar")
    with pytest.raises(ArtefactError, match=another) as caught:
        SFaceEncoder(yunet, artefact="a", sha256="b", threads=1, runtime=runtime)
    assert "\n" not in str(caught.value)
    path = tmp_path / "s.onnx"
    path.write_bytes(b"nothing")
    with pytest.raises(ArtefactError, match=damaged):
        SFaceEncoder(path, artefact="a", sha256="b", runtime=runtime)


def test_runtimes_give_the_same_templates(
    store: ArtefactStore, settings: Settings, some_faces: list[tuple[ImageArray, Faces]]
) -> None:
    made = [
        build_encoders("fused", settings.model_copy(update={"runtime": runtime.value}), store)
        for runtime in Runtime
    ]
    for name in ("facenet", "sface"):
        first, *others = (on[name] for on in made)
        crops = crops_of(first, some_faces)
        expected = first.encode(crops)
        for other in others:
            found = other.encode(crops)
            assert found.encoder == expected.encoder, "what was enrolled on one is found on another"
            assert np.abs(found.vectors - expected.vectors).max() < 1e-5


def test_the_fastest_is_measured_once_and_remembered(
    store: ArtefactStore, settings: Settings, tmp_path: Path
) -> None:
    loaded: list[Runtime] = []

    def make(runtime: Runtime) -> SFaceEncoder:
        loaded.append(runtime)
        path = store.path("sface-2021dec")
        return SFaceEncoder(path, artefact="a", sha256="b", threads=1, runtime=runtime)

    def chosen(key: str, device: str = "cpu") -> Runtime:
        return fastest(make, key=key, folder=tmp_path / "cache", device=device).runtime

    best = chosen("here")
    assert loaded == list(Runtime), "both were measured"
    assert chosen("here") is best
    assert loaded[2:] == [best], "the other is not even loaded"
    other = next(runtime for runtime in Runtime if runtime is not best)
    path = tmp_path / "cache" / FILE
    path.write_text(json.dumps({"here": other.value}), "utf-8")
    assert chosen("here") is other, "what is remembered is what is taken"
    path.write_text("no JSON", "utf-8")
    chosen("there")
    assert set(json.loads(path.read_text("utf-8"))) == {"there"}
    path.write_text(json.dumps({"there": "tensorrt"}), "utf-8")
    assert chosen("there") in set(Runtime), "one that is not known any more"


def test_a_choice_that_cannot_be_kept_is_measured_again(
    store: ArtefactStore, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be", "utf-8")
    path = store.path("sface-2021dec")
    made = fastest(
        lambda runtime: SFaceEncoder(path, artefact="a", sha256="b", threads=1, runtime=runtime),
        key="here",
        folder=tmp_path / "cache",
        device="cpu",
    )
    assert made.runtime in set(Runtime)


def test_a_measurement_is_of_one_network_on_one_machine() -> None:
    first = machine_key("a" * 64, threads=2)
    assert first == machine_key("a" * 64, threads=2)
    assert first != machine_key("a" * 64, threads=1)
    assert first != machine_key("b" * 64, threads=2)


@pytest.mark.parametrize(("which", "names"), [("facenet", ["facenet"]), ("sface", ["sface"])])
def test_only_what_is_asked_for_is_loaded(
    which: str, names: list[str], settings: Settings, store: ArtefactStore
) -> None:
    assert list(build_encoders(which, settings, store)) == names


def test_unknown_encoder_is_a_usage_error(settings: Settings, store: ArtefactStore) -> None:
    with pytest.raises(UsageError, match="no encoder 'arcface'"):
        build_encoders("arcface", settings, store)


def test_cuda_is_used_where_it_is_and_the_processor_otherwise(store: ArtefactStore) -> None:
    encoder = SFaceEncoder(
        store.path("sface-2021dec"), artefact="a", sha256="b", device="cuda:0", threads=1
    )
    assert len(encoder.encode(np.zeros((1, 112, 112, 3), np.uint8))) == 1


@pytest.mark.parametrize("device", DEVICES)
def test_facenet_agrees_on_every_device(
    store: ArtefactStore,
    encoders: dict[str, Encoder],
    some_faces: list[tuple[ImageArray, Faces]],
    device: str,
) -> None:
    path = store.path(WEIGHTS)
    there = FaceNetEncoder(path, artefact="a", sha256="b", device=device)
    crops = crops_of(there, some_faces)
    one, other = there.encode(crops).vectors, encoders["facenet"].encode(crops).vectors
    assert (one * other).sum(axis=1).min() > 0.9999
