"""Finds pictures in a notebook as it was executed: in outputs, in states of widgets, in metadata."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any

from picture_heads import BEGINS

from workbench.hygiene.charts import values_fault

__all__ = ["STATES", "pictures_in"]

STATES = "application/vnd.jupyter.widget-state+json"
CODE = ("_esm", "_css")
_ENCODED = re.compile(r"[A-Za-z0-9+/_\-]{16,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-f]{2}){8,}", re.IGNORECASE)
_ESCAPED = re.compile(r"\\x(?:ff\\xd8\\xff|89PNG)", re.IGNORECASE)
_ADDRESS = re.compile(r"data:\s*(?:image|video|application)/", re.IGNORECASE)


def pictures_in(book: Mapping[str, Any], code: frozenset[str] = frozenset()) -> list[str]:
    """Return what of an executed notebook is, or could be, a picture: where and what.

    Args:
        book: as nbclient leaves it, with the states of its widgets.
        code: programs and style sheets of the product's panels. As `_esm` and `_css` of a widget
            exactly these may stand there; any other text is looked through like all the rest.
    """
    found = []
    for number, cell in enumerate(book["cells"], 1):
        for output in cell.get("outputs", []):
            found += [f"cell {number}: {fault}" for fault in _faults(output)]
            found += [
                f"cell {number}: {mime}" for mime in output.get("data", {}) if "image/" in mime
            ]
    metadata = dict(book["metadata"])
    widgets = metadata.pop("widgets", {})
    found += [f"metadata: {fault}" for fault in _faults(metadata)]
    found += [f"metadata: a state as {kind}" for kind in widgets if kind != STATES]
    for name, model in widgets.get(STATES, {}).get("state", {}).items():
        where = f"widget {model['model_name']} {name[:8]}"
        found += [f"{where}: {len(model['buffers'])} buffers"] if model.get("buffers") else []
        state = {
            key: value
            for key, value in model["state"].items()
            if not (key in CODE and value in code)
        }
        found += [f"{where}: {fault}" for fault in _faults(state)]
    return found


def _faults(values: object) -> Iterator[str]:
    if (fault := values_fault(values)) is not None:
        yield fault
    for text in _texts(values):
        if _ADDRESS.search(text):
            yield "a data: address"
        if _ESCAPED.search(text) or any(map(BEGINS.match, _decoded(text))):
            yield "the first bytes of a picture"


def _texts(values: object) -> Iterator[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, Mapping):
        for key, value in values.items():
            yield str(key)
            yield from _texts(value)
    elif isinstance(values, list | tuple):
        for value in values:
            yield from _texts(value)


def _decoded(text: str) -> Iterator[bytes]:
    for run in _ENCODED.finditer(text):
        word = run[0].rstrip("=")
        word = word[: len(word) - len(word) % 4]
        with_plus = word.replace("-", "+").replace("_", "/")
        try:
            yield base64.b64decode(with_plus)
        except binascii.Error:
            continue
    for run in _HEX.finditer(text):
        yield bytes.fromhex(run[0])
