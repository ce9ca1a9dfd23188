"""A notebook without the pictures in it: outputs, widget states, attachments, pasted bytes.

Works on the plain values of a notebook file, whatever wrote it. What is not known to be free of
pictures goes: only kinds of output that can be looked through stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from workbench.hygiene.charts import chart_fault, values_fault
from workbench.hygiene.pictures import markup_fault, text_fault, without_encoded_bytes

__all__ = ["NOTE", "strip_notebook"]

NOTE: Final = "An output that held or could hold a picture was not saved. Run the cell to see it."
"""What is saved in the place of an output; it is shown when the notebook is opened again."""

_PASTED: Final = re.compile(
    r"(data:\s*+(?:image|video|application)/[a-z0-9.+\-]++[a-z0-9=;.\-]*+,)"
    r"[a-z0-9+/=%_\-]{64,}+(?:\r?\n[a-z0-9+/=%_\-]{20,}+)*+",
    re.IGNORECASE,
)
_PLOTLY: Final = "application/vnd.plotly.v1+json"
_MARKUP: Final = frozenset({"text/html", "text/markdown", "text/latex"})
_VALUES: Final = frozenset({"application/json", "application/geo+json"})
_VEGA: Final = ("application/vnd.vega.", "application/vnd.vegalite.")
_WIDGETS: Final = "application/vnd.jupyter.widget-"
_READABLE: Final = 4
"""The version of the notebook format whose outputs are looked through; of others, all go."""
_OF_NOTEBOOK: Final = frozenset({"cells", "metadata", "worksheets"})
_OF_CELL: Final = frozenset({"metadata", "source", "input", "outputs"})
_UNREADABLE: Final = "an output that cannot be read"


def strip_notebook(notebook: dict[str, Any], *, everything: bool = False) -> list[str]:
    """Take out of a notebook, in place, what holds or could hold a picture.

    An output is replaced by a note. Text, tables and charts without pictures stay.

    Args:
        notebook: what the file holds, by `json.load`.
        everything: take all outputs out, without a note.

    Returns:
        What was taken out, a phrase each: where and what, nothing of it.
    """
    taken = [
        *_strip_metadata(notebook, "the notebook"),
        *_strip_others(notebook, _OF_NOTEBOOK, "the notebook"),
    ]
    legible = notebook.get("nbformat") == _READABLE and not everything
    taken += _strip_cells(notebook, legible=legible)
    given = notebook.get("worksheets", [])  # up to version 3 of the format
    sheets = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    if sheets != given:
        notebook["worksheets"] = sheets
        taken.append("the notebook: sheets that cannot be read")
    for sheet in sheets:
        taken += _strip_others(sheet, frozenset({"cells"}), "a sheet")
        taken += _strip_cells(sheet, legible=legible)
    return taken


def _strip_cells(holder: dict[str, Any], *, legible: bool) -> Iterator[str]:
    """Go through the cells of a notebook, or of a sheet of one."""
    given = holder.get("cells", [])
    listed = given if isinstance(given, list) else []
    cells = [cell for cell in listed if isinstance(cell, dict)]
    if cells != given:
        holder["cells"] = cells
        yield "the notebook: cells that cannot be read"
    for number, cell in enumerate(cells, 1):
        where = f"cell {number}"
        yield from _strip_cell(cell, where)
        yield from (_strip_outputs if legible else _drop_outputs)(cell, where)


def _strip_cell(cell: dict[str, Any], where: str) -> Iterator[str]:
    """Take out what a cell holds besides its outputs."""
    yield from _strip_metadata(cell, where)
    if cell.pop("attachments", None):
        yield f"{where}: attached files"
    yield from _strip_others(cell, _OF_CELL, where)
    for key in ("source", "input"):  # `input` up to version 3 of the format
        text = _joined(cell.get(key, ""))
        if text is None:
            cell[key] = ""
            yield f"{where}: a source that cannot be read"
            continue
        if (left := _PASTED.sub(r"\1not-saved", text)) != text:
            cell[key] = text = left
            yield f"{where}: a picture pasted as a data: address"
        if (left := without_encoded_bytes(text)) != text:
            cell[key] = left
            yield f"{where}: long encoded bytes pasted into it"


def _strip_metadata(holder: dict[str, Any], where: str) -> Iterator[str]:
    metadata = holder.get("metadata", {})
    if not isinstance(metadata, dict):
        holder["metadata"] = {}
        yield f"{where}: metadata that cannot be read"
        return
    if metadata.pop("widgets", None):
        yield f"{where}: states of widgets"
    yield from _strip_others(metadata, frozenset(), f"{where}, metadata")


def _strip_others(values: dict[str, Any], known: frozenset[str], where: str) -> Iterator[str]:
    """Take out of a mapping what holds a picture under a name that is not `known`."""
    for key in [key for key in values if key not in known]:
        fault = values_fault({key: values[key]})
        if fault is not None:
            del values[key]
            yield f"{where}: {fault}"


def _strip_outputs(cell: dict[str, Any], where: str) -> Iterator[str]:
    """Replace each output with a picture by a note."""
    outputs = cell.get("outputs", [])
    if not isinstance(outputs, list):
        cell["outputs"] = []
        yield f"{where}: {_UNREADABLE}"
        return
    for place, output in enumerate(outputs):
        fault = _output_fault(output) if isinstance(output, dict) else _UNREADABLE
        if fault is not None:
            outputs[place] = _note()
            yield f"{where}, output {place + 1}: {fault}"


def _drop_outputs(cell: dict[str, Any], where: str) -> Iterator[str]:
    if cell.get("outputs"):
        yield f"{where}: its outputs"
    for key, nothing in (("outputs", []), ("execution_count", None), ("prompt_number", None)):
        if key in cell:
            cell[key] = nothing


def _output_fault(output: dict[str, Any]) -> str | None:
    """Return why an output must go; of a chart, the copies that cannot stay are taken out."""
    kind = output.get("output_type")
    if kind in ("display_data", "execute_result"):
        others = {key: value for key, value in output.items() if key != "data"}
        return values_fault(others) or _bundle_fault(output.get("data"))
    if kind == "stream":
        others = {key: value for key, value in output.items() if key != "text"}
        return values_fault(others) or _text_fault(output.get("text"))
    if kind == "error":
        return next((fault for text in output.values() if (fault := _text_fault(text))), None)
    return f"an output of a kind that is not known ({_shown(kind)})"


def _bundle_fault(data: object) -> str | None:
    """Return what of the representations of one output is a picture, and no chart is left."""
    if not isinstance(data, dict):
        return _UNREADABLE
    faults = {mime: fault for mime, value in data.items() if (fault := _fault(mime, value))}
    if _PLOTLY not in data or _PLOTLY in faults:
        return next(iter(faults.values()), None)
    for mime in faults:
        del data[mime]
    return None


def _fault(mime: str, value: object) -> str | None:
    """Return what of one representation of an output is, or could be, a picture."""
    name = mime.partition(";")[0].strip().lower()
    if name == _PLOTLY:
        return chart_fault(value)
    if name in _VALUES or name.startswith(_VEGA):
        return values_fault(value)
    if name == "text/plain":
        return _text_fault(value)
    if name in _MARKUP and (text := _joined(value)) is not None:
        return markup_fault(text)
    return "a widget" if name.startswith(_WIDGETS) else _shown(name)


def _text_fault(value: object) -> str | None:
    text = _joined(value)
    return _UNREADABLE if text is None else text_fault(text)


def _joined(value: object) -> str | None:
    """Return a text that may be kept as a list of lines."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return None


def _note() -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": {"text/plain": NOTE}}


def _shown(name: object) -> str:
    """Return a name out of a file as one that a message can hold."""
    return ascii(str(name)[:60])[1:-1]
