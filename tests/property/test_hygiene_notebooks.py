"""No notebook, however odd, is saved with a picture, and none makes stripping fail."""

from __future__ import annotations

import base64
import copy
import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from widgets.saving import strip_pictures
from workbench.hygiene import strip_notebook

FACE = base64.b64encode(bytes(range(256)) * 3).decode()
"""What must not be left: bytes of a picture, as every output carries them."""

WORDS = st.sampled_from(
    [
        "a",
        "text/plain",
        "text/html",
        "image/png",
        "application/json",
        "stream",
        "error",
        "data",
        "display_data",
        "execute_result",
        "metadata",
        "outputs",
        "source",
        "cells",
        "worksheets",
        "attachments",
        "cell_type",
        "application/vnd.plotly.v1+json",
        "output_type",
        "text",
        "widgets",
        "nbformat",
        "bdata",
        "z",
        "layout",
        "images",
    ]
)
FACES = st.sampled_from(
    [FACE, f"data:image/png;base64,{FACE}", f"<img src='data:image/png;base64,{FACE}'>"]
)
LEAVES = st.none() | st.booleans() | st.integers(3, 5) | WORDS | FACES
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | FACES, inner, max_size=4),
    max_leaves=12,
)
OUTPUTS = st.fixed_dictionaries(
    {
        "output_type": st.sampled_from(["stream", "error", "display_data", "execute_result"]),
        "metadata": VALUES,
    },
    optional={
        "data": st.dictionaries(WORDS, VALUES, max_size=3) | VALUES,
        "text": VALUES,
        "traceback": VALUES,
    },
)
CELLS = st.fixed_dictionaries(
    {
        "cell_type": st.sampled_from(["code", "markdown", "raw"]),
        "metadata": VALUES,
        "source": st.sampled_from(["", "x = 1", f"![](data:image/png;base64,{FACE})", FACE]),
    },
    optional={"outputs": st.lists(OUTPUTS | VALUES, max_size=3) | VALUES, "attachments": VALUES},
)
NOTEBOOKS = st.fixed_dictionaries(
    {"nbformat": st.sampled_from([4, 4, 3]), "metadata": VALUES},
    optional={"cells": st.lists(CELLS | VALUES, max_size=3) | VALUES, "a": VALUES},
)


BESIDE_THE_TEXT: dict[str, Any] = {
    "nbformat": 4,
    "cells": [
        {
            "cell_type": "code",
            "source": "",
            "outputs": [{"output_type": "stream", "text": [], "data": {"a": {FACE: None}}}],
        }
    ],
}


@settings(deadline=None)
@example(copy.deepcopy(BESIDE_THE_TEXT))
@given(NOTEBOOKS)
def test_no_picture_is_left(notebook: dict[str, Any]) -> None:
    strip_notebook(notebook)
    assert FACE not in json.dumps(notebook)
    again = copy.deepcopy(notebook)
    assert strip_notebook(again) == []
    assert again == notebook


@settings(deadline=None)
@given(NOTEBOOKS | VALUES, st.sampled_from(["notebook", "file", "directory", None]))
def test_saving_never_fails(content: Any, kind: str | None) -> None:
    model = {"type": kind, "content": content, "format": "json"}
    strip_pictures(model=model, path="a.ipynb", contents_manager=None)
    if kind == "notebook" and isinstance(content, dict):
        assert FACE not in json.dumps(model)


@settings(deadline=None)
@given(NOTEBOOKS | VALUES, st.sampled_from(["text", "base64"]), st.text(max_size=3))
def test_a_notebook_that_is_saved_as_text_has_none_either(
    content: Any, form: str, tail: str
) -> None:
    text = json.dumps(content) + tail
    coded = base64.b64encode(text.encode("utf-8", "surrogatepass")).decode()
    model = {"type": "file", "format": form, "content": coded if form == "base64" else text}
    strip_pictures(model=model, path="a.IPYNB", contents_manager=None)
    saved = model["content"]
    assert FACE not in (base64.b64decode(saved).decode("latin-1") if form == "base64" else saved)
