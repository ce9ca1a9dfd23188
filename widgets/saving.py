"""Notebooks are saved without pictures: hooks of the Jupyter server, called before and after.

What a cell shows stays on the screen; only the file does not get it, nor the checkpoint that the
server copies from the file. `widgets.serving` puts the hooks in place.
"""

from __future__ import annotations

import base64
import json
import os
import tempfile
from pathlib import Path
from typing import Any, Final

from workbench.hygiene import strip_notebook, without_encoded_bytes

__all__ = ["OUTPUTS_VARIABLE", "strip_everything", "strip_pictures", "strip_saved"]

OUTPUTS_VARIABLE: Final = "WORKBENCH_NOTEBOOK_OUTPUTS"
"""Environment variable: `pictures` takes out what may hold a picture, `strip` all outputs."""

_PICTURES: Final = "pictures"
_SUFFIX: Final = ".ipynb"


def strip_everything() -> bool:
    """Return whether all outputs are to be left out; also where the setting cannot be read."""
    return os.environ.get(OUTPUTS_VARIABLE, "").strip().lower() not in {"", _PICTURES}


def strip_pictures(
    model: dict[str, Any],
    path: str = "",
    contents_manager: Any = None,  # noqa: ANN401 - of whatever kind the server has
    **_others: object,
) -> None:
    """Take out of a notebook that is being saved what holds or could hold a picture.

    A `pre_save_hook` of any contents manager of jupyter_server. It never makes saving fail: where
    it cannot look through a notebook, all outputs go.

    Args:
        model: what is being saved, changed in place.
        path: where, from the root of the server.
        contents_manager: who saves it; its log is told how much was taken out, and nothing else.
    """
    log = getattr(contents_manager, "log", None)
    try:
        taken = _strip(model, path)
    except Exception as error:  # noqa: BLE001 - saving goes on, without any output
        _empty(model, path)
        if log is not None:
            log.warning(
                "A notebook could not be looked through for pictures (%s): it was saved without "
                "any output.",
                type(error).__name__,
            )
        return
    if taken and log is not None:
        log.info("Pictures and widgets were left out of a saved notebook: %d places.", taken)


def strip_saved(
    os_path: str,
    model: dict[str, Any] | None = None,
    contents_manager: Any = None,  # noqa: ANN401 - of whatever kind the server has
    **_others: object,
) -> None:
    """Look at a notebook file once more after it was written, and take out what is still there.

    A `post_save_hook`: a notebook that is uploaded in pieces passes no hook as a whole before.
    """
    del model
    path = Path(os_path)
    if path.suffix.lower() != _SUFFIX:
        return
    try:
        text = path.read_text("utf-8")
        if (cleaned := _cleaned(text)) != text:
            _replace(path.resolve(), cleaned)
    except Exception as error:  # noqa: BLE001 - the file is saved; the server must not answer 500
        if (log := getattr(contents_manager, "log", None)) is not None:
            log.warning(
                "A saved notebook could not be looked through for pictures (%s); "
                "workbench retention sweep looks for such files.",
                type(error).__name__,
            )


def _strip(model: dict[str, Any], path: str) -> int:
    content = model.get("content")
    if model.get("type") == "notebook" and isinstance(content, dict):
        return len(strip_notebook(content, everything=strip_everything()))
    if (text := _file_text(model, path)) is not None:
        return _put_file_text(model, text, _cleaned(text))
    return 0


def _empty(model: dict[str, Any], path: str) -> None:
    """Leave of a notebook what people wrote; what is no notebook at all the server refuses."""
    content = model.get("content")
    if model.get("type") == "notebook" and isinstance(content, dict):
        cells = content.get("cells")
        kept = [_source_only(cell) for cell in cells] if isinstance(cells, list) else []
        model["content"] = {"cells": kept, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    elif (text := _file_text(model, path)) is not None:
        _put_file_text(model, text, without_encoded_bytes(text))


def _file_text(model: dict[str, Any], path: str) -> str | None:
    """Return the text of a notebook that is being saved as if it were any file, in one piece."""
    content = model.get("content")
    named = path.lower().endswith(_SUFFIX) and model.get("type") == "file"
    if not named or not isinstance(content, str) or model.get("chunk") is not None:
        return None
    if model.get("format") != "base64":
        return content
    return base64.b64decode(content).decode("utf-8", "surrogateescape")


def _put_file_text(model: dict[str, Any], old: str, new: str) -> int:
    """Put a text in the place of a file's content, in the form that it came in; count changes."""
    if new == old:
        return 0
    coded = model.get("format") == "base64"
    model["content"] = (
        base64.b64encode(new.encode("utf-8", "surrogateescape")).decode() if coded else new
    )
    return 1


def _cleaned(text: str) -> str:
    """Return the text of a notebook without pictures; what is no notebook loses encoded bytes."""
    try:
        notebook = json.loads(text)
    except ValueError:
        return without_encoded_bytes(text)
    if not isinstance(notebook, dict):
        return without_encoded_bytes(text)
    if not strip_notebook(notebook, everything=strip_everything()):
        return text
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _source_only(cell: object) -> dict[str, Any]:
    """Return a cell with its source and nothing else; that of a cell that is none is empty."""
    given = cell if isinstance(cell, dict) else {}
    kind, source = given.get("cell_type"), given.get("source")
    kept: dict[str, Any] = {
        "cell_type": kind if kind in {"code", "markdown", "raw"} else "raw",
        "metadata": {},
        "source": source if isinstance(source, str | list) else "",
    }
    if kept["cell_type"] == "code":
        kept |= {"outputs": [], "execution_count": None}
    return kept


def _replace(path: Path, text: str) -> None:
    """Write a file anew beside itself and rename it into place, with its permissions."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".~", suffix=_SUFFIX)
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        beside.chmod(path.stat().st_mode & 0o7777)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
