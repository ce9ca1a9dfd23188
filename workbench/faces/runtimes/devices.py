"""The device that torch is asked to run on, checked before anything is put there."""

from __future__ import annotations

import torch

from workbench.errors import UsageError

__all__ = ["torch_device"]


def torch_device(device: str) -> torch.device:
    """Return a device of torch that is there.

    On CUDA torch is held to fp32, for the whole process: as it comes, its convolutions round to
    the 10 bits of TF32, which moves templates by more than the runtimes may differ.

    Args:
        device: `cpu`, `cuda`, `cuda:0` or `mps`.

    Raises:
        UsageError: when this machine, or the torch that is installed, does not have it.
    """
    kind, _, number = device.partition(":")
    if kind == "cuda":
        _require_gpu(device, int(number or 0))
        torch.backends.cudnn.allow_tf32 = False
        torch.backends.cuda.matmul.allow_tf32 = False
    elif kind == "mps" and not torch.backends.mps.is_available():
        msg = "device is mps, and torch finds no Apple GPU here. Set device to cpu."
        raise UsageError(msg)
    return torch.device(device)


def _require_gpu(device: str, number: int) -> None:
    count = torch.cuda.device_count()
    if count == 0:
        msg = (
            f"device is {device}, and torch finds no NVIDIA GPU here. Set device to cpu, or "
            "install NVIDIA's driver and a build of torch for CUDA."
        )
        raise UsageError(msg)
    if number >= count:
        there = ", ".join(f"cuda:{index}" for index in range(count))
        msg = f"device is {device}, and this machine has {there}. Set device to one of those."
        raise UsageError(msg)
