"""The hooks that the Jupyter server calls when it saves: what they leave out, and never fail."""

from __future__ import annotations

import base64
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from widgets.saving import OUTPUTS_VARIABLE, strip_pictures, strip_saved
from workbench.hygiene import NOTE

PNG = base64.b64encode(bytes(range(256)) * 4).decode()
PICTURE = {"output_type": "display_data", "metadata": {}, "data": {"image/png": PNG}}
WORDS = {"output_type": "stream", "name": "stdout", "text": "4 alerts\n"}


class Manager:
    """Who saves, as far as a hook asks."""

    log = logging.getLogger("manager")


def notebook(*outputs: Any) -> dict[str, Any]:
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": "x", "execution_count": 1}
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [cell | {"outputs": list(outputs)}],
    }


def saved(content: Any, path: str = "a.ipynb", **model: Any) -> Any:
    """Return what of a content would be written."""
    whole = {"type": "notebook", "format": "json", "content": content} | model
    strip_pictures(model=whole, path=path, contents_manager=Manager())
    return whole["content"]


@pytest.fixture(autouse=True)
def _no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(OUTPUTS_VARIABLE, raising=False)


def test_an_empty_notebook_is_saved_as_it_is() -> None:
    assert saved(notebook()) == notebook()


def test_pictures_go_and_words_stay() -> None:
    outputs = saved(notebook(PICTURE, WORDS))["cells"][0]["outputs"]
    assert outputs[0]["data"] == {"text/plain": NOTE}
    assert outputs[1] == WORDS


@pytest.mark.parametrize(
    ("setting", "kept"),
    [("", True), ("pictures", True), (" Pictures ", True), ("strip", False), ("striip", False)],
)
def test_a_setting_takes_all_outputs_out(
    monkeypatch: pytest.MonkeyPatch, setting: str, kept: bool
) -> None:
    monkeypatch.setenv(OUTPUTS_VARIABLE, setting)
    assert saved(notebook(WORDS))["cells"][0]["outputs"] == ([WORDS] if kept else [])


class Odd(dict[str, Any]):
    """A notebook that cannot be looked through."""

    def pop(self, *_: object) -> Any:
        raise KeyError(PNG)


def test_a_fault_of_ours_saves_without_outputs_and_says_no_more(
    caplog: pytest.LogCaptureFixture,
) -> None:
    content = notebook(PICTURE, WORDS) | {"metadata": Odd(widgets={"a": PNG})}
    content["cells"].append(PNG)
    written = saved(content)
    assert [cell["source"] for cell in written["cells"]] == ["x", ""]
    assert written["cells"][0]["outputs"] == []
    assert PNG not in json.dumps(written)
    assert "could not be looked through for pictures (KeyError)" in caplog.text
    assert PNG not in caplog.text


def test_the_log_is_told_how_much(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        saved(notebook(PICTURE, PICTURE))
    assert "left out of a saved notebook: 2 places" in caplog.text


@pytest.mark.parametrize("form", ["text", "base64"])
def test_a_notebook_saved_as_any_file_is_one(form: str) -> None:
    text = json.dumps(notebook(PICTURE, WORDS))
    coded = base64.b64encode(text.encode()).decode()
    written = saved(coded if form == "base64" else text, type="file", format=form)
    result = json.loads(base64.b64decode(written) if form == "base64" else written)
    assert result["cells"][0]["outputs"][1] == WORDS
    assert PNG not in json.dumps(result)


def test_text_that_is_no_json_yet_keeps_what_was_written() -> None:
    text = '{"cells": [\n  "half a note'
    assert saved(text, type="file", format="text") == text
    assert saved(f"{text} {PNG}", type="file", format="text") == f"{text} not-saved=="


@pytest.mark.parametrize(
    ("content", "path", "model"),
    [
        (PNG, "a.png", {"type": "file", "format": "base64"}),
        ("print(1)", "a.py", {"type": "file", "format": "text"}),
        (None, "folder", {"type": "directory"}),
        (None, "a.ipynb", {}),
        ("a piece", "a.ipynb", {"type": "file", "format": "text", "chunk": 1}),
        ([1], "a.ipynb", {}),
    ],
)
def test_what_is_no_notebook_is_left_alone(content: Any, path: str, model: dict[str, Any]) -> None:
    assert saved(content, path, **model) == content


@pytest.mark.parametrize("model", [{}, {"type": "notebook"}])
def test_a_model_without_content_is_left_alone(model: dict[str, Any]) -> None:
    strip_pictures(model=model, path="a.ipynb", contents_manager=None, another="argument")
    assert "content" not in model


def test_a_written_file_is_looked_at_again(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(notebook(PICTURE, WORDS)), "utf-8")
    path.chmod(0o640)
    strip_saved(os_path=str(path), model={}, contents_manager=Manager())
    written = path.read_text("utf-8")
    assert PNG not in written
    assert json.loads(written)["cells"][0]["outputs"][1] == WORDS
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_a_clean_file_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(notebook(WORDS)), "utf-8")
    before = path.stat()
    strip_saved(os_path=str(path))
    assert path.stat().st_ino == before.st_ino


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"not json"])
def test_a_file_that_cannot_be_read_is_no_error(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "a.ipynb"
    if content is not None:
        path.write_bytes(content)
    strip_saved(os_path=str(path), contents_manager=Manager())
    assert not path.exists() or path.read_bytes() == content


def test_another_file_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(PNG)
    strip_saved(os_path=str(path))
    assert path.read_text() == PNG
