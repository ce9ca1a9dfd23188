"""Weights in int8 blocks are unfolded as ONNX defines it."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.faces.runtimes.unfolding import dequantise


@pytest.mark.parametrize(
    ("shape", "axis", "block"), [((4,), 0, 2), ((3, 5), 1, 2), ((5, 3), 0, 5), ((2, 3, 4), 1, 1)]
)
def test_blocks_are_unfolded_as_onnx_defines(shape: tuple[int, ...], axis: int, block: int) -> None:
    random = np.random.default_rng(7)
    blocks = list(shape)
    blocks[axis] = -(-shape[axis] // block)
    quantised = random.integers(-128, 128, shape, np.int8)
    zero = random.integers(-128, 128, blocks, np.int8)
    scale = random.random(blocks, np.float32)
    found = dequantise(quantised, scale, zero, axis, block)
    for index in np.ndindex(*shape):
        at = list(index)
        at[axis] //= block
        expected = np.float32(int(quantised[index]) - int(zero[tuple(at)])) * scale[tuple(at)]
        assert found[index] == expected
