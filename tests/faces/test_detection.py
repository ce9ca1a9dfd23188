"""Both detectors on real photographs of every size and kind."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from workbench.arrays import ImageArray
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.boxes import centres, iou, sizes
from workbench.faces.detection import build_detector
from workbench.faces.mtcnn import MtcnnDetector
from workbench.faces.protocols import Detector
from workbench.faces.runtimes.onnx_module import OnnxModule
from workbench.faces.yunet import YuNetDetector
from workbench.images import load_image
from workbench.settings import DetectionSettings, RuntimeChoice, Settings

pytestmark = pytest.mark.slow

Enlarge = Callable[[ImageArray, float], ImageArray]


@pytest.mark.parametrize(
    ("name", "count"),
    [("compreface_017_0", 0), ("compreface_015_6", 6), ("compreface_016_8", 8)],
)
def test_group_photographs(detector: Detector, shared_data: Path, name: str, count: int) -> None:
    faces = detector.detect(load_image(shared_data / "groups" / f"{name}.jpg"))
    assert len(faces) == count
    assert (np.diff(faces.confidence) <= 0).all()
    for array in (faces.boxes, faces.landmarks, faces.confidence):
        assert array.dtype == np.float32
    # Right eye, left eye, mouth corners: as seen, from left to right, and eyes above mouth.
    points = faces.landmarks
    assert (points[:, 0, 0] < points[:, 1, 0]).all()
    assert (points[:, 3, 0] < points[:, 4, 0]).all()
    assert (points[:, :2, 1].max(axis=1) < points[:, 3:, 1].min(axis=1)).all()


def test_a_dense_group(yunet: YuNetDetector, mtcnn: MtcnnDetector, shared_data: Path) -> None:
    image = load_image(shared_data / "groups" / "human_solvay1927.jpg")
    fast, reference = yunet.detect(image), mtcnn.detect(image)
    assert len(fast) == 29
    assert (iou(fast.boxes, reference.boxes).max(axis=1) > 0.4).all()


@pytest.mark.parametrize(
    "shape", [(1, 1), (1, 2), (10, 10), (12, 13), (24, 24), (63, 64), (1, 5000), (900, 9)]
)
@pytest.mark.parametrize("filling", ["black", "white", "noise"])
def test_tiny_and_odd_pictures_have_no_face(
    detector: Detector, shape: tuple[int, int], filling: str
) -> None:
    image = np.full((*shape, 3), 255 if filling == "white" else 0, np.uint8)
    if filling == "noise":
        image = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
    faces = detector.detect(image)
    assert faces.boxes.shape == (0, 4)
    assert faces.landmarks.shape == (0, 5, 2)
    assert faces.confidence.dtype == np.float32


def test_grey_pixels_are_enough(detector: Detector, portrait: ImageArray) -> None:
    grey = np.repeat(portrait.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    assert len(detector.detect(grey)) == 1


def test_views_of_an_array_are_taken(detector: Detector, portrait: ImageArray) -> None:
    mirrored = detector.detect(portrait[:, ::-1])
    copied = detector.detect(np.ascontiguousarray(portrait[:, ::-1]))
    assert np.array_equal(mirrored.boxes, copied.boxes)


def test_mixed_sizes_in_a_batch_equal_one_by_one(
    detector: Detector, portrait: ImageArray, shared_data: Path
) -> None:
    group = load_image(shared_data / "groups" / "compreface_015_6.jpg")
    images = [portrait, np.zeros((1, 1, 3), np.uint8), group, portrait[:200, :180], portrait]
    batch = detector.detect_batch(images)
    assert [len(faces) for faces in batch][1:3] == [0, 6]
    for image, faces in zip(images, batch, strict=True):
        alone = detector.detect(image)
        assert np.array_equal(faces.boxes, alone.boxes)
        assert np.array_equal(faces.landmarks, alone.landmarks)
    assert detector.detect_batch([]) == []


@pytest.mark.parametrize("factor", [0.4, 2, 6, 12, 25])
@pytest.mark.parametrize("tight", [False, True])
def test_a_portrait_at_any_scale(
    detector: Detector, portrait: ImageArray, enlarge: Enlarge, factor: float, *, tight: bool
) -> None:
    if detector.name == "mtcnn":
        factor = min(factor, 10)  # it takes its time
    found = detector.detect(portrait)
    assert len(found) == 1
    image, shift = portrait, np.zeros(4, np.float32)
    if tight:
        x0, y0, x1, y1 = np.clip(found.boxes[0], 0, 250).round().astype(int)
        image, shift = portrait[y0:y1, x0:x1], np.array([x0, y0, x0, y0], np.float32)
    faces = detector.detect(enlarge(image, factor))
    assert len(faces) == 1
    assert iou(faces.boxes / factor + shift, found.boxes)[0, 0] > 0.55


def test_small_and_huge_faces_of_one_forty_megapixel_picture(
    yunet: YuNetDetector, portrait: ImageArray, enlarge: Enlarge
) -> None:
    """Small faces lie across the seams of the views, a huge one beside them."""
    image = np.full((5400, 7400, 3), 90, np.uint8)
    small = enlarge(portrait, 0.7)
    side = len(small)
    places = [(x, y) for x in range(100, 3400, 550) for y in range(60, 5200, 700)]
    for x, y in places:
        image[y : y + side, x : x + side] = small
    huge = enlarge(portrait, 14)
    image[1000 : 1000 + len(huge), 3700 : 3700 + len(huge)] = huge
    faces = yunet.detect(image)
    widths = sizes(faces.boxes)[:, 0]
    assert (widths > 800).sum() == 1
    middles = centres(faces.boxes[widths < 100])
    assert len(middles) == len(places)
    expected = np.array(places, np.float32) + side / 2
    apart = np.linalg.norm(middles[:, None] - expected[None], axis=2).min(axis=0)
    assert apart.max() < 30


def test_mtcnn_finds_the_same_on_onnx_runtime(
    mtcnn: MtcnnDetector, settings: Settings, shared_data: Path
) -> None:
    asked = settings.detection
    other = MtcnnDetector(
        min_confidence=0.7,
        smallest_face_px=asked.smallest_face_px,
        nms=asked.nms,
        threads=1,
        runtime="onnxruntime",
    )
    blank = np.zeros((200, 300, 3), np.uint8)
    assert len(other.detect(blank)) == 0
    for name in ("groups/compreface_016_8.jpg", "groups/compreface_015_6.jpg"):
        image = load_image(shared_data / name)
        expected, found = mtcnn.detect(image), other.detect(image)
        assert len(found) == len(expected) > 0
        assert np.abs(found.boxes - expected.boxes).max() < 1
        assert np.abs(found.landmarks - expected.landmarks).max() < 1
        assert np.abs(found.confidence - expected.confidence).max() < 1e-3


@pytest.mark.parametrize(
    ("runtime", "threads", "on_onnx"),
    [
        ("auto", 1, True),
        ("auto", 2, False),
        ("auto", None, False),
        ("torch", 1, False),
        ("onnxruntime", 4, True),
    ],
)
def test_mtcnn_runs_on_what_is_faster_for_its_threads(
    store: ArtefactStore, runtime: RuntimeChoice, threads: int | None, on_onnx: bool
) -> None:
    asked = Settings(detector="mtcnn", runtime=runtime, threads=threads)
    built = build_detector(asked, store)
    assert isinstance(built, MtcnnDetector)
    assert isinstance(built._net.pnet, OnnxModule) is on_onnx


def test_smallest_face_sets_the_cost(store: ArtefactStore, shared_data: Path) -> None:
    image = load_image(shared_data / "groups" / "human_group-1.jpg")
    path = store.path("yunet-2023mar")
    fine = YuNetDetector(path, smallest_face_px=24).detect(image)
    coarse = YuNetDetector(path, smallest_face_px=200).detect(image)
    assert len(fine) >= 15
    assert len(coarse) < len(fine)


def test_min_confidence_is_kept(
    settings: Settings, store: ArtefactStore, portrait: ImageArray
) -> None:
    for name in ("yunet", "mtcnn"):
        strict = settings.model_copy(
            update={
                "detector": name,
                "detection": DetectionSettings(min_confidence=1.0),
            }
        )
        detector = build_detector(strict, store)
        assert detector.name == name
        assert isinstance(detector, Detector)
        assert (detector.detect(portrait).confidence >= 1.0).all()


def test_several_threads_agree(detector: Detector, portrait: ImageArray, shared_data: Path) -> None:
    images = [portrait, load_image(shared_data / "groups" / "compreface_015_6.jpg")]
    expected = [detector.detect(image).boxes for image in images]
    wrong: list[int] = []

    def work(first: int) -> None:
        for index in [first, 1 - first] * 3:
            boxes = detector.detect(images[index]).boxes
            if not np.array_equal(boxes, expected[index]):
                wrong.append(index)

    threads = [threading.Thread(target=work, args=(n % 2,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_many_sizes_do_not_fill_the_memory(yunet: YuNetDetector) -> None:
    def resident() -> float:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * 4096 / 2**20

    if not Path("/proc/self/statm").exists():
        pytest.skip("no /proc here to read the memory from")
    rng = np.random.default_rng(0)
    sides = rng.integers(40, 700, (120, 2))
    image = np.zeros((700, 700, 3), np.uint8)
    for height, width in sides[:40]:
        yunet.detect(image[:height, :width])
    before = resident()
    for height, width in sides[40:]:
        yunet.detect(image[:height, :width])
    assert resident() - before < 60
