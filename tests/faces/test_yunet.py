"""YuNet on ONNX Runtime finds what OpenCV's own FaceDetectorYN finds, on real pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest

from workbench.arrays import FloatArray, ImageArray
from workbench.errors import ArtefactError
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.runtimes.yunet_graph import yunet_graph
from workbench.faces.runtimes.yunet_network import YuNetNetwork
from workbench.faces.types import Faces
from workbench.faces.yunet import YuNetDetector
from workbench.faces.yunet_cells import faces_of
from workbench.images import load_image

NMS = 0.3
APART = 1e-3
Look = Callable[[ImageArray, float], Faces]


@pytest.fixture(scope="module")
def model(store: ArtefactStore) -> Path:
    return store.path("yunet-2023mar")


@pytest.fixture(scope="module")
def look(model: Path) -> Look:
    network = YuNetNetwork(model.read_bytes(), what=str(model), threads=1)
    return lambda image, least: faces_of(network.run(image), min_confidence=least, nms=NMS)


@pytest.fixture(scope="module")
def opencv(model: Path) -> Look:
    """Return what OpenCV's detector does with the published file."""
    detector = cv2.FaceDetectorYN.create(str(model), "", (320, 320), 0.5, NMS, 5000)

    def find(image: ImageArray, least: float) -> Faces:
        detector.setInputSize((image.shape[1], image.shape[0]))
        detector.setScoreThreshold(least)
        rows = detector.detect(cv2.cvtColor(image, cv2.COLOR_RGB2BGR))[1]
        table = np.zeros((0, 15), np.float32) if rows is None else np.asarray(rows, np.float32)
        boxes = np.concatenate([table[:, :2], table[:, :2] + table[:, 2:4]], axis=1)
        return Faces(boxes, table[:, 4:14].reshape(-1, 5, 2), np.clip(table[:, 14], 0, 1))

    return find


def table(faces: Faces) -> FloatArray:
    points = faces.landmarks.reshape(len(faces), 10)
    return np.concatenate([faces.boxes, points, faces.confidence[:, None]], axis=1)


def agree(found: Faces, expected: Faces) -> None:
    """Hold one to the other face by face; two that are equally sure may change places."""
    assert len(found) == len(expected)
    assert (np.diff(found.confidence) <= 0).all()
    if len(found):
        apart = np.abs(table(found)[:, None] - table(expected)[None]).max(axis=2)
        assert sorted(apart.argmin(axis=1).tolist()) == list(range(len(found)))
        assert apart.min(axis=1).max() < APART


def shown(path: Path, size: tuple[int, int]) -> ImageArray:
    image = load_image(path)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


@pytest.mark.slow
@pytest.mark.parametrize(
    "size",
    [(1280, 720), (853, 480), (427, 320), (640, 640), (641, 479), (333, 217), (97, 65), (31, 33)],
    ids=str,
)
@pytest.mark.parametrize("name", ["compreface_016_8", "human_solvay1927"])
def test_it_agrees_with_opencv(
    look: Look, opencv: Look, shared_data: Path, name: str, size: tuple[int, int]
) -> None:
    image = shown(shared_data / "groups" / f"{name}.jpg", size)
    for least in (0.7, 0.3):
        expected = opencv(image, least)
        assert len(expected) > 4 or min(size) < 300  # or nothing would be compared
        agree(look(image, least), expected)


@pytest.mark.parametrize("size", [(1, 1), (1, 70), (32, 32), (33, 1), (640, 480)], ids=str)
def test_an_empty_picture(look: Look, opencv: Look, size: tuple[int, int]) -> None:
    image = np.zeros((size[1], size[0], 3), np.uint8)
    found = look(image, 0.3)
    agree(found, opencv(image, 0.3))
    assert found.boxes.shape == (0, 4)
    assert found.landmarks.shape == (0, 5, 2)
    assert table(found).dtype == np.float32


def test_many_faces_and_many_doubtful_ones(look: Look, opencv: Look, shared_data: Path) -> None:
    one = shown(shared_data / "groups" / "human_solvay1927.jpg", (700, 490))
    image = np.tile(one, (2, 3, 1))[:971, :2093]
    faces = look(image, 0.6)
    assert len(faces) > 100
    agree(faces, opencv(image, 0.6))
    doubtful = look(image, 0.1)
    assert len(doubtful) > len(faces) + 10
    agree(doubtful, opencv(image, 0.1))


def test_a_face_at_the_padded_border(look: Look, opencv: Look, shared_data: Path) -> None:
    image = load_image(shared_data / "lfw" / "Aaron_Peirsol" / "Aaron_Peirsol_0001.jpg")
    for width, height in ((161, 250), (129, 250), (250, 161), (250, 145), (150, 150)):
        cut = image[:height, :width]
        agree(look(cut, 0.2), opencv(np.ascontiguousarray(cut), 0.2))


def test_frames_of_a_street(look: Look, opencv: Look, shared_data: Path) -> None:
    video = cv2.VideoCapture(str(shared_data / "videos" / "street_crowd_1080p.mp4"))
    seen = 0
    for _ in range(6):
        _, bgr = video.read()
        small = cv2.resize(bgr, (853, 480), interpolation=cv2.INTER_AREA)
        image = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2RGB), np.uint8)
        found = look(image, 0.5)
        agree(found, opencv(image, 0.5))
        seen += len(found)
    video.release()
    assert seen > 12


def test_the_detector_gives_these_faces(model: Path, opencv: Look, shared_data: Path) -> None:
    """Where one view holds the whole picture, it is what the network finds there."""
    image = shown(shared_data / "groups" / "compreface_016_8.jpg", (640, 427))
    detector = YuNetDetector(model, min_confidence=0.7, smallest_face_px=16, nms=NMS, threads=1)
    agree(detector.detect(image), opencv(image, 0.7))


def test_what_is_faint_changes_nothing_of_what_is_sure(model: Path, shared_data: Path) -> None:
    detector = YuNetDetector(model, min_confidence=0.6, nms=NMS, threads=1)
    groups, lfw = shared_data / "groups", shared_data / "lfw"
    crowd = load_image(groups / "human_solvay1927.jpg")
    images = [crowd, np.tile(shown(groups / "human_solvay1927.jpg", (700, 490)), (2, 3, 1))]
    images.append(load_image(groups / "compreface_016_8.jpg"))
    names = ("Nebojsa_Pavkovic_0002", "Marcelo_Ebrard_0002", "Aaron_Peirsol_0001")
    images += [load_image(lfw / name[:-5] / f"{name}.jpg") for name in names]
    doubtful = 0
    for image in images:
        alone = detector.detect(image)
        sure, faint = detector.detect_with_faint(image)
        assert np.array_equal(table(sure), table(alone))
        assert ((faint.confidence >= 0.3) & (faint.confidence < 0.6)).all()
        doubtful += len(faint)
    assert doubtful > 5


def test_its_weights_are_unfolded_and_its_input_is_open(model: Path) -> None:
    graph = onnx.load_model_from_string(yunet_graph(model.read_bytes(), what="YuNet")).graph
    assert "DequantizeLinear" not in {node.op_type for node in graph.node}
    sides = graph.input[0].type.tensor_type.shape.dim
    assert [side.dim_param for side in sides[2:]] == ["height", "width"]


def test_loading_is_quiet(model: Path, capfd: pytest.CaptureFixture[str]) -> None:
    YuNetDetector(model, threads=1)
    captured = capfd.readouterr()
    assert captured.err == captured.out == ""


@pytest.mark.parametrize("content", [b"not a model", b""])
def test_another_file_is_not_a_model(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(ArtefactError, match=r"model\.onnx: not YuNet as catalogued .* again\.$"):
        YuNetDetector(path)


def test_another_network_is_not_yunet(store: ArtefactStore) -> None:
    with pytest.raises(ArtefactError, match=r"not YuNet.* Install it again\.$"):
        YuNetDetector(store.path("sface-2021dec"))
