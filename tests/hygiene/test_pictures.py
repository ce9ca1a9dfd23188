"""What in a text could be a face, and what could not."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from workbench.hygiene import markup_fault, text_fault, without_encoded_bytes

RANDOM = np.random.default_rng(7)
TEMPLATE = RANDOM.normal(size=128).astype(np.float32)
TEMPLATE /= np.linalg.norm(TEMPLATE)
PIXELS = RANDOM.integers(0, 255, (160, 160, 3), dtype=np.uint8)
ENCODED = base64.b64encode(PIXELS.tobytes()[:600]).decode()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"x data:image/png;base64,{ENCODED}", "a data: address"),
        ("DATA:Image/SVG+xml;utf8,<svg>", "a data: address"),
        (ENCODED, "long encoded bytes"),
        (base64.encodebytes(PIXELS.tobytes()[:600]).decode(), "long encoded bytes"),
        (repr(base64.encodebytes(PIXELS.tobytes()[:600])), "long encoded bytes"),
        (base64.urlsafe_b64encode(PIXELS.tobytes()[:600]).decode(), "long encoded bytes"),
        (PIXELS.tobytes()[:300].hex(), "long encoded bytes"),
        (repr(PIXELS.tobytes()[:300]), "bytes of a file"),
        (repr(b"\xff\xd8\xff\xe0"), "bytes of a file"),
        (repr(b"\x89PNG\r\n"), "bytes of a file"),
        ("\x1b]1337;File=inline=1:", "a picture drawn in a terminal"),
        ("\x1b[48;2;1;2;3m " * 100, "a picture drawn in a terminal"),
        (repr(TEMPLATE), "a large array"),
        (str(TEMPLATE), "a large array"),
        (repr(TEMPLATE.tolist()), "numbers like those of a template"),
        (repr(list(TEMPLATE)), "a large array"),
        (" ".join(map(str, np.abs(TEMPLATE))), "numbers like those of a template"),
        ("\n".join(f"{one:.6f}" for one in TEMPLATE), "numbers like those of a template"),
        (repr(PIXELS), "a large array"),
        (str(PIXELS), "a large array"),
        (repr(PIXELS[..., 0]), "a large array"),
        (repr(np.zeros((5000, 512), np.float32)), "a large array"),
        ("tensor([[0.1, 0.2, ..., 0.3]])", "a large array"),
    ],
    ids=lambda text: str(text)[:20],
)
def test_what_could_be_a_face(text: str, fault: str) -> None:
    assert text_fault(text) == fault
    assert markup_fault(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Searched 120 frames, 4 alerts.",
        "array([0.1, 0.2, 0.3], dtype=float32)",
        "shape (160, 160, 3) uint8",
        "-" * 500,
        "\u2550" * 500,
        "0" * 400,
        "a6" * 32,
        "\n".join(f"{i:>4} {i / 7:.3f} {i / 11:.3f} {i / 13:.3f} {i / 17:.3f}" for i in range(60)),
        "\u250c\u2500\u2510\n\u2502 0.12 \u2506 0.34 \u2502\n" * 50,
        "/a/fairly/long/path/of/a/file/that/lies/deep.mp4 " * 20,
        "<Figure size 640x480 with 1 Axes>",
        "Traceback (most recent call last): ... <module> image/png",
    ],
)
def test_what_could_not(text: str) -> None:
    assert text_fault(text) is None


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="faces/one.jpg">',
        "<IMG SRC=x>",
        "<svg><image href='x'/></svg>",
        "<svg:image/>",
        "<svg><foreignObject/></svg>",
        "<canvas></canvas>",
        "<video src=x></video>",
        "<iframe srcdoc=x></iframe>",
        "<object data=x></object>",
        '<input type="image" src=x>',
        '<div style="background: url(x.png)">',
        "![a face](face.png)",
        "<script>c.toDataURL()</script>",
        "<script>new Uint8Array(9)</script>",
        "<script>e = document.createElement('i')</script>",
        '<script>p({"type": "image"})</script>',
        '<script>p({"images": [{"source": 1}]})</script>',
    ],
)
def test_what_could_show_one(markup: str) -> None:
    assert markup_fault(markup) is not None


@pytest.mark.parametrize(
    "markup",
    [
        "<table><tr><td>0.5</td></tr></table>",
        "<p>No picture to show.</p>",
        '<svg viewBox="0 0 1 1"><path d="M0 0L1 1" fill="url(#gradient)"/></svg>',
        "<style>td { color: red }</style>",
        "[the policy](policy.html) and *words*",
        "$x^2$",
    ],
)
def test_what_could_show_none(markup: str) -> None:
    assert markup_fault(markup) is None


def test_rows_of_numbers_may_be_results() -> None:
    row = str([1.5 * i for i in range(200)])
    assert text_fault(row) == "a large array"
    assert text_fault(row, rows=False) is None
    assert text_fault(repr(TEMPLATE.tolist()), rows=False) is not None


def test_cutting_encoded_bytes_leaves_the_rest() -> None:
    wrapped = base64.encodebytes(PIXELS.tobytes()[:600]).decode()
    text = without_encoded_bytes(f'{{"a": "{ENCODED}", "b": "words"}}\n{wrapped}end ' + "-" * 300)
    assert text.startswith('{"a": "not-saved"')
    assert '"b": "words"' in text
    assert text.endswith("-" * 300)
    assert text_fault(text) is None
