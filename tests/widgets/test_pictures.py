"""The row of pictures."""

from __future__ import annotations

import numpy as np
import pytest

from widgets import PictureRow


def test_empty() -> None:
    assert PictureRow([], [])._repr_html_() == "<p>No picture to show.</p>"


def test_each_picture_has_its_caption_escaped() -> None:
    black = np.zeros((20, 40, 3), np.uint8)
    html = PictureRow([black, black], ["one <b>", 'two "'], height_px=50)._repr_html_()
    assert html.count("data:image/jpeg;base64,") == 2
    assert 'alt="one &lt;b&gt;"' in html
    assert "two &quot;" in html
    assert "http" not in html


def test_a_picture_without_caption_is_refused() -> None:
    with pytest.raises(ValueError, match="2 pictures need as many captions, not 1"):
        PictureRow([np.zeros((2, 2, 3), np.uint8)] * 2, ["one"])
