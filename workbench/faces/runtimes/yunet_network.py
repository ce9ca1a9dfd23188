"""YuNet on ONNX Runtime: a picture in, what the network says of each cell of it out."""

from __future__ import annotations

from typing import Final, NamedTuple

import cv2
import numpy as np

from workbench.arrays import FloatArray, ImageArray
from workbench.errors import ArtefactError
from workbench.faces.runtimes.onnx_network import open_session
from workbench.faces.runtimes.yunet_graph import yunet_graph

__all__ = ["STRIDES", "Cells", "YuNetNetwork"]

STRIDES: Final = (8, 16, 32)
"""Sides of its cells, px: each stride lays its own grid over the input."""
_MULTIPLE: Final = 32
_HEADS: Final = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}
_INPUT: Final = "input"
_PLANES: Final = (2, 1, 0)
"""Of its input, blue first, that red, green and blue go to."""


class Cells(NamedTuple):
    """What the network says of the `n` cells of one grid, row by row, in sides of a cell.

    Attributes:
        stride: side of a cell, px.
        columns: cells of a row.
        face: how surely a cell shows a face, about 0..1, shape `(n,)` float32.
        thing: how surely a box belongs to it, likewise.
        boxes: centre from the cell's corner, logarithm of width and height, shape `(n, 4)`.
        landmarks: five points from the cell's corner, shape `(n, 5, 2)`.
    """

    stride: int
    columns: int
    face: FloatArray
    thing: FloatArray
    boxes: FloatArray
    landmarks: FloatArray


class YuNetNetwork:
    """Runs the network; safe to call from several threads."""

    def __init__(self, model: bytes, *, what: str, threads: int | None = None) -> None:
        """Load the model.

        Args:
            model: the ONNX file as published.
            what: its name for messages: the path of the file it comes from.
            threads: of this session; `None` leaves it to ONNX Runtime.

        Raises:
            ArtefactError: when it is not YuNet, or ONNX Runtime cannot load it.
        """
        graph = yunet_graph(model, what=what)
        self._session = open_session(graph, what=what, threads=threads)
        widths = {one.name: one.shape[-1] for one in self._session.get_outputs()}
        asked = {f"{head}_{stride}": n for stride in STRIDES for head, n in _HEADS.items()}
        if widths != asked or self._session.get_inputs()[0].name != _INPUT:
            msg = f"{what}: not YuNet, its inputs and outputs are others. Install it again."
            raise ArtefactError(msg)
        self._outputs = list(asked)

    def run(self, image: ImageArray) -> list[Cells]:
        """Return the cells of one RGB image, shape `(height, width, 3)` uint8, by `STRIDES`.

        The image is padded with black, right and below, to a multiple of 32 px.
        """
        height, width = image.shape[:2]
        columns = width + -width % _MULTIPLE
        pixels = np.zeros((1, 3, height + -height % _MULTIPLE, columns), np.float32)
        # Planes one by one: twice as fast as OpenCV's blob of a padded picture.
        for plane, values in zip(_PLANES, cv2.split(image), strict=True):
            pixels[0, plane, :height, :width] = values
        made = self._session.run(self._outputs, {_INPUT: pixels})
        cells = []
        for place, stride in enumerate(STRIDES):
            face, thing, boxes, landmarks = made[4 * place : 4 * place + 4]
            cells.append(
                Cells(
                    stride,
                    columns // stride,
                    face.reshape(-1),
                    thing.reshape(-1),
                    boxes.reshape(-1, 4),
                    landmarks.reshape(-1, 5, 2),
                )
            )
        return cells
