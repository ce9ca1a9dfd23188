"""A device that is not there is refused in words; one that is there gives the numbers of fp32."""

from __future__ import annotations

import re

import pytest
import torch

from workbench.errors import UsageError
from workbench.faces.mtcnn import MtcnnDetector
from workbench.faces.runtimes.devices import torch_device
from workbench.faces.runtimes.torch_network import TorchNetwork

NVIDIA = torch.cuda.device_count()
BEYOND = f"cuda:{NVIDIA}"
needs_nvidia = pytest.mark.skipif(not NVIDIA, reason="needs an NVIDIA GPU")


def test_the_processor_is_always_there() -> None:
    assert torch_device("cpu") == torch.device("cpu")


def test_a_gpu_beyond_those_here_is_refused_and_what_is_here_is_named() -> None:
    there = "this machine has cuda:0.*Set device to one" if NVIDIA else "no NVIDIA GPU.*to cpu"
    with pytest.raises(UsageError, match=f"device is {BEYOND}, and .*{there}"):
        torch_device(BEYOND)


@pytest.mark.skipif(torch.backends.mps.is_available(), reason="an Apple GPU is here")
def test_an_apple_gpu_that_is_not_here_is_refused() -> None:
    with pytest.raises(UsageError, match="device is mps, and torch finds no Apple GPU"):
        torch_device("mps")


def test_encoders_and_mtcnn_refuse_it_alike() -> None:
    with pytest.raises(UsageError, match=re.escape(BEYOND)):
        TorchNetwork(torch.nn.Identity(), device=BEYOND)
    with pytest.raises(UsageError, match=re.escape(BEYOND)):
        MtcnnDetector(device=BEYOND)


@needs_nvidia
def test_a_convolution_on_cuda_keeps_all_bits_of_fp32() -> None:
    device = torch_device("cuda")
    torch.manual_seed(0)
    layer, pixels = torch.nn.Conv2d(64, 64, 3), torch.randn(4, 64, 32, 32)
    with torch.inference_mode():
        here = layer.double()(pixels.double())
        there = layer.float().to(device)(pixels.to(device)).cpu().double()
    assert ((here - there).norm() / here.norm()).item() < 1e-5  # TF32 is off by 3e-4
