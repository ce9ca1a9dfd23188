"""A row of pictures with captions, inside the notebook and nowhere else."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.arrays import ImageArray
from workbench.images import encode_jpeg

__all__ = ["PictureRow"]


@dataclass(frozen=True, slots=True, eq=False)
class PictureRow:
    """Pictures side by side, each over its caption; they travel inside the cell's output.

    Attributes:
        pictures: RGB images of any sizes, each of shape `(height, width, 3)`.
        captions: one for each; it is also what a reader hears who does not see the picture.
        height_px: at which all are shown.

    Raises:
        ValueError: when there is not one caption for each picture.
    """

    pictures: Sequence[ImageArray]
    captions: Sequence[str]
    height_px: int = 160

    def __post_init__(self) -> None:
        """Check that every picture has a caption."""
        if len(self.pictures) != len(self.captions):
            msg = f"{len(self.pictures)} pictures need as many captions, not {len(self.captions)}"
            raise ValueError(msg)

    def _repr_html_(self) -> str:
        """Return the row for Jupyter."""
        if not self.pictures:
            return "<p>No picture to show.</p>"
        cells = (
            self._cell(picture, caption)
            for picture, caption in zip(self.pictures, self.captions, strict=True)
        )
        return f'<div style="display:flex;flex-wrap:wrap;gap:16px">{"".join(cells)}</div>'

    def _cell(self, picture: ImageArray, caption: str) -> str:
        data = base64.b64encode(encode_jpeg(picture)).decode("ascii")
        words = html.escape(caption)
        width = round(picture.shape[1] * self.height_px / picture.shape[0])
        return (
            f'<figure style="margin:0;max-width:{max(width, 120)}px">'
            f'<img src="data:image/jpeg;base64,{data}" alt="{words}" '
            f'style="height:{self.height_px}px;width:auto">'
            f'<figcaption style="font-size:13px;line-height:1.4">{words}</figcaption></figure>'
        )
