"""The encoders that the settings ask for."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from workbench.errors import UsageError
from workbench.faces.facenet import FaceNetEncoder
from workbench.faces.protocols import Encoder
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
        settings: device, threads and which FaceNet weights.
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
        name = settings.facenet_weights
        path = store.path(name)
        encoders["facenet"] = FaceNetEncoder(
            path,
            artefact=name,
            sha256=_digest(path),
            device=settings.device,
            threads=settings.threads,
        )
    if which != "facenet":
        path = store.path(SFACE_ARTEFACT)
        encoders["sface"] = SFaceEncoder(
            path,
            artefact=SFACE_ARTEFACT,
            sha256=_digest(path),
            device=settings.device,
            threads=settings.threads,
        )
    return encoders


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
