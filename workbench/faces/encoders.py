"""The encoders that the settings ask for."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from workbench.errors import UsageError
from workbench.faces.facenet import FaceNetEncoder
from workbench.faces.protocols import Encoder
from workbench.faces.runtimes.choosing import fastest, fp32_runtimes, machine_key
from workbench.faces.runtimes.int8_numbers import find_int8
from workbench.faces.runtimes.network import Numbers, Runtime
from workbench.faces.sface import SFaceEncoder

if TYPE_CHECKING:
    from workbench.faces.artefacts import ArtefactStore
    from workbench.settings import Settings

__all__ = ["SFACE_ARTEFACT", "build_encoders", "numbers_of"]

SFACE_ARTEFACT: Final = "sface-2021dec"


def build_encoders(
    which: Literal["facenet", "sface", "fused"],
    settings: Settings,
    store: ArtefactStore,
    *,
    numbers: Numbers = "fp32",
) -> dict[str, Encoder]:
    """Load the encoders of a matcher by name.

    In int8 the encoders run that have an accepted int8 form; the others run in fp32, and the
    policy that was measured in int8 was measured so.

    Args:
        which: `facenet`, `sface` or `fused`.
        settings: device, threads, runtime and which FaceNet weights.
        store: where the weights come from.
        numbers: what `auto` stays within: those that a threshold policy was measured in. A runtime
            that the settings name has its own.

    Raises:
        ArtefactError: when a model cannot be had or loaded.
        UsageError: when there is no such choice, or no such device or runtime here.
    """
    encoders: dict[str, Encoder] = {}
    if which not in {"facenet", "sface", "fused"}:
        msg = f"there is no encoder {which!r}. Use facenet, sface or fused."
        raise UsageError(msg)
    if settings.runtime != "auto":
        numbers = Runtime(settings.runtime).numbers
    if numbers == "int8" or settings.runtime == "openvino":
        _require_openvino(settings, "int8" if numbers == "int8" else "runtime openvino")
    if which != "sface":
        encoders["facenet"] = _built("facenet", settings, store, numbers)
    if which != "facenet":
        encoders["sface"] = _built("sface", settings, store, numbers)
    if numbers_of(encoders) != numbers:
        msg = (
            f"{', '.join(encoders)}: no int8 form of these weights was accepted. Set runtime to "
            "auto, with a policy that was measured in fp32."
        )
        raise UsageError(msg)
    return encoders


def numbers_of(encoders: Mapping[str, Encoder]) -> Numbers:
    """Return in which numbers encoders run: int8 where one of them does."""
    return "int8" if any(one.runtime.numbers == "int8" for one in encoders.values()) else "fp32"


def _require_openvino(settings: Settings, wanted: str) -> None:
    otherwise = "use a policy in fp32" if wanted == "int8" else "set runtime to auto"
    if settings.device != "cpu":
        msg = (
            f"{wanted} runs on the processor, and device is {settings.device}. Set device to cpu, "
            f"or {otherwise}."
        )
        raise UsageError(msg)
    if find_spec("openvino") is None:
        msg = (
            f"{wanted} needs OpenVINO, which is not installed. Install lfr-workbench[openvino], or "
            f"{otherwise}."
        )
        raise UsageError(msg)


def _built(
    encoder: Literal["facenet", "sface"], settings: Settings, store: ArtefactStore, numbers: Numbers
) -> Encoder:
    """Load an encoder on the runtime that the settings name, or on the fastest of its numbers."""
    kind = FaceNetEncoder if encoder == "facenet" else SFaceEncoder
    name = settings.facenet_weights if encoder == "facenet" else SFACE_ARTEFACT
    path = store.path(name)
    sha256 = _digest(path)
    int8 = find_int8(encoder, sha256) if numbers == "int8" else None

    def make(runtime: Runtime) -> Encoder:
        return kind(
            path,
            artefact=name,
            sha256=sha256,
            device=settings.device,
            threads=settings.threads,
            runtime=runtime,
            int8=int8,
        )

    if int8 is not None:
        return make(Runtime.OPENVINO_INT8)
    if settings.runtime != "auto" and Runtime(settings.runtime).numbers == "fp32":
        return make(Runtime(settings.runtime))
    return fastest(
        make,
        fp32_runtimes(settings.device),
        key=machine_key(sha256, threads=settings.threads),
        folder=settings.cache,
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
