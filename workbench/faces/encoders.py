"""The encoders that the settings ask for."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from workbench.errors import UsageError
from workbench.faces.facenet import FaceNetEncoder
from workbench.faces.protocols import Encoder
from workbench.faces.runtimes.choosing import fastest, machine_key
from workbench.faces.runtimes.network import Runtime
from workbench.faces.sface import SFaceEncoder

if TYPE_CHECKING:
    from workbench.faces.artefacts import ArtefactStore
    from workbench.settings import Settings

__all__ = ["SFACE_ARTEFACT", "build_encoders"]

SFACE_ARTEFACT: Final = "sface-2021dec"


def build_encoders(
    which: Literal["facenet", "sface", "fused"], settings: Settings, store: ArtefactStore
) -> dict[str, Encoder]:
    """Load encoders, by name: one, or both for `fused`.

    Args:
        which: `facenet`, `sface` or `fused`.
        settings: device, threads, runtime and which FaceNet weights.
        store: where the weights come from.

    Raises:
        UsageError: when `which` is none of the three.
        ArtefactError: when weights cannot be had or loaded.
    """
    encoders: dict[str, Encoder] = {}
    if which not in {"facenet", "sface", "fused"}:
        msg = f"there is no encoder {which!r}. Use facenet, sface or fused."
        raise UsageError(msg)
    if which != "sface":
        encoders["facenet"] = _built(FaceNetEncoder, settings.facenet_weights, settings, store)
    if which != "facenet":
        encoders["sface"] = _built(SFaceEncoder, SFACE_ARTEFACT, settings, store)
    return encoders


def _built(
    kind: type[FaceNetEncoder | SFaceEncoder],
    name: str,
    settings: Settings,
    store: ArtefactStore,
) -> Encoder:
    """Load an encoder on the runtime that the settings name, or on the fastest here."""
    path = store.path(name)
    sha256 = _digest(path)

    def make(runtime: Runtime) -> Encoder:
        return kind(
            path,
            artefact=name,
            sha256=sha256,
            device=settings.device,
            threads=settings.threads,
            runtime=runtime,
        )

    if settings.runtime != "auto":
        return make(Runtime(settings.runtime))
    key = machine_key(sha256, threads=settings.threads)
    return fastest(make, key=key, folder=settings.cache, device=settings.device)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
