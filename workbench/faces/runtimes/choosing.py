"""Which runtime is the fastest for a network on this machine, measured once and remembered."""

from __future__ import annotations

import json
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from workbench.arrays import ImageArray
from workbench.faces.protocols import Encoder
from workbench.faces.runtimes.cores import cores
from workbench.faces.runtimes.network import Runtime

__all__ = ["FILE", "fastest", "fp32_runtimes", "machine_key"]

FILE: Final = "runtimes.json"
"""In the cache of the model files; what is in it is measured anew where it is taken away."""
_CROPS: Final = 4
"""As many faces as a street brings at a time."""
_ROUNDS: Final = 5

_Made = TypeVar("_Made", bound=Encoder)


def fp32_runtimes(device: str) -> list[Runtime]:
    """Return the runtimes that give the numbers of fp32 on a device.

    A graphics processor is torch's: ONNX Runtime as it is installed here has none.
    """
    if device != "cpu":
        return [Runtime.TORCH]
    found = [Runtime.TORCH, Runtime.ONNXRUNTIME]
    if find_spec("openvino") is not None:
        found.append(Runtime.OPENVINO)
    return found


def fastest(
    make: Callable[[Runtime], _Made], among: Sequence[Runtime], *, key: str, folder: Path
) -> _Made:
    """Return the encoder on the runtime that is the fastest for it here.

    Args:
        make: loads the encoder on a runtime.
        among: the runtimes to choose from. They give the same numbers to 1e-5, so a measurement
            that noise decided changes no result.
        key: names network and machine; see `machine_key`.
        folder: in which the choice is remembered.

    Raises:
        ArtefactError: when the encoder cannot be loaded.
    """
    if len(among) == 1:
        return make(among[0])
    path = folder / FILE
    known = _read(path).get(key)
    if known is not None and known in among:
        return make(Runtime(known))
    made = {runtime: make(runtime) for runtime in among}
    seconds = {runtime: _seconds(encoder) for runtime, encoder in made.items()}
    best = min(seconds, key=lambda runtime: seconds[runtime])
    _remember(path, key, best)
    return made[best]


def machine_key(sha256: str, *, threads: int | None) -> str:
    """Return what a measurement is good for: a network on a processor with so many threads.

    Args:
        sha256: digest of the weights.
        threads: of the runtime.
    """
    versions = " ".join(f"{name}={_version(name)}" for name in ("torch", "onnxruntime", "openvino"))
    return f"{sha256[:16]} {_processor()} cores={cores()} threads={threads} {versions}"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def _processor() -> str:
    """Return the name of the processor."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _seconds(encoder: Encoder) -> float:
    side = encoder.alignment.size
    crops: ImageArray = np.zeros((_CROPS, side, side, 3), np.uint8)
    encoder.encode(crops)  # what is set up at the first call is no part of it
    taken = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        encoder.encode(crops)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def _read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _remember(path: Path, key: str, runtime: Runtime) -> None:
    """Keep the choice, whole or not at all; where that cannot be, it is measured again."""
    text = json.dumps({**_read(path), key: runtime.value}, indent=1, sort_keys=True)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f".{FILE}", delete=False
        ) as file:
            file.write(text)
        Path(file.name).replace(path)
