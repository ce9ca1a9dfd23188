"""A real Voila with the shipped configuration: nothing may be kept, no file of the folder is given."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

PAGE = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}


@pytest.fixture(scope="module")
def server(start_server: Callable[..., Any]) -> Any:
    """Start one on a folder with a notebook and a picture."""
    server = start_server(
        "voila", "{root}", "--no-browser", "--port={port}", "--Voila.ip=127.0.0.1", ready="/"
    )
    (server.root / "page.ipynb").write_text(json.dumps(PAGE), "utf-8")
    (server.root / "face.png").write_bytes(b"\x89PNG")
    return server


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["/", "/voila/tree", "/voila/api/contents", "/voila/render/none.ipynb"]
)
def test_no_answer_may_be_kept(server: Any, path: str) -> None:
    assert "no-store" in server.client.get(path).headers["cache-control"]


@pytest.mark.parametrize("name", ["face.png", "page.ipynb"])
def test_no_file_of_the_folder_is_given(server: Any, name: str) -> None:
    assert server.client.get(f"/voila/files/{name}").status_code == 403
