"""A real Jupyter server with the shipped configuration: no picture reaches a disk or a cache."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from widgets.serving import NoStore, guard_contents, guard_requests, guard_responses
from workbench.identity.proxy import SECRET_HEADER, USER_HEADER

pytestmark = pytest.mark.slow

SHIPPED = Path(__file__).parents[2] / "share" / "etc" / "jupyter"
FACE = base64.b64encode(bytes(range(256)) * 8).decode()
WORDS = {"output_type": "stream", "name": "stdout", "text": ["4 alerts\n"]}
OPTIONS = (
    "--no-browser",
    "--allow-root",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.port={port}",
    "--ServerApp.root_dir={root}",
    "--IdentityProvider.token=only-for-this-test",
)
OTHER_MANAGERS = (
    "jupyter_server.services.contents.filemanager.FileContentsManager",
    "jupyter_server.services.contents.filemanager.AsyncFileContentsManager",
    "jupyter_server.services.contents.largefilemanager.LargeFileManager",
)


@pytest.fixture(scope="module")
def server(start_server: Callable[..., Any]) -> Any:
    """Start one for all tests of this file; its own contents manager is AsyncLargeFileManager."""
    return start_server("jupyterlab", *OPTIONS, ready="/api/status")


def notebook() -> dict[str, Any]:
    picture = {"output_type": "display_data", "metadata": {}, "data": {"image/png": FACE}}
    widget = {"application/vnd.jupyter.widget-view+json": {"model_id": "m"}, "text/plain": "W()"}
    state = {"application/vnd.jupyter.widget-state+json": {"state": {"m": {"pictures": [FACE]}}}}
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"widgets": state},
        "cells": [
            {
                "id": "one",
                "cell_type": "code",
                "metadata": {},
                "source": "show()",
                "execution_count": 1,
                "outputs": [
                    picture,
                    {"output_type": "display_data", "metadata": {}, "data": widget},
                    WORDS,
                ],
            },
            {
                "id": "two",
                "cell_type": "markdown",
                "metadata": {},
                "source": "![](attachment:a.png)",
                "attachments": {"a.png": {"image/png": FACE}},
            },
        ],
    }


def put(server: Any, path: str, **model: Any) -> None:
    answer = server.client.put(f"/api/contents/{path}", json=model)
    assert answer.status_code in {200, 201}, answer.text


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def assert_no_face(root: Path) -> None:
    for path in files(root):
        assert FACE[:60] not in path.read_text("utf-8", "replace"), path


def test_a_saved_notebook_and_its_checkpoint_hold_no_picture(server: Any) -> None:
    put(server, "a.ipynb", type="notebook", format="json", content=notebook())
    assert server.client.post("/api/contents/a.ipynb/checkpoints").status_code == 201
    put(server, "a.ipynb", type="notebook", format="json", content=notebook())
    on_disk = json.loads((server.root / "a.ipynb").read_text("utf-8"))
    assert on_disk["cells"][0]["outputs"][2] == WORDS
    assert on_disk["cells"][0]["source"] == ["show()"]
    checkpoints = list((server.root / ".ipynb_checkpoints").iterdir())
    assert [path.name for path in checkpoints] == ["a-checkpoint.ipynb"]
    assert_no_face(server.root)


def test_a_copy_and_a_restored_checkpoint_hold_none(server: Any) -> None:
    put(server, "b.ipynb", type="notebook", format="json", content=notebook())
    answer = server.client.post("/api/contents", json={"copy_from": "b.ipynb"})
    assert answer.status_code == 201
    assert server.client.post("/api/contents/b.ipynb/checkpoints/checkpoint").status_code == 204
    assert_no_face(server.root)


def test_a_notebook_uploaded_in_pieces_holds_none(server: Any) -> None:
    text = json.dumps(notebook())
    for chunk, piece in ((1, text[:900]), (2, text[900:1800]), (-1, text[1800:])):
        put(server, "c.ipynb", type="file", format="text", content=piece, chunk=chunk)
    assert json.loads((server.root / "c.ipynb").read_text("utf-8"))["nbformat"] == 4
    assert_no_face(server.root)


def test_a_notebook_uploaded_as_a_file_holds_none(server: Any) -> None:
    coded = base64.b64encode(json.dumps(notebook()).encode()).decode()
    put(server, "d.ipynb", type="file", format="base64", content=coded)
    assert_no_face(server.root)


def test_a_deleted_notebook_is_in_no_trash_folder(server: Any) -> None:
    put(server, "e.ipynb", type="notebook", format="json", content=notebook())
    assert server.client.delete("/api/contents/e.ipynb").status_code == 204
    home = server.root.parent
    assert not [path for path in files(home) if path.name.startswith("e.ipynb")]
    assert not [path for path in home.rglob("*") if "trash" in path.name.lower()]


@pytest.mark.parametrize(
    "path",
    [
        "/api/contents",
        "/api/contents/a.ipynb",
        "/files/a.ipynb",
        "/nbconvert/html/a.ipynb",
        "/lab",
        "/lab/tree/a.ipynb",
        "/api/nothing/here",
        "/login",
    ],
)
def test_no_answer_may_be_kept(server: Any, path: str) -> None:
    put(server, "a.ipynb", type="notebook", format="json", content=notebook())
    answer = server.client.get(path)
    assert answer.headers.get_list("cache-control") == ["no-store"]


def test_a_picture_of_the_folder_may_not_be_kept(server: Any) -> None:
    (server.root / "face.png").write_bytes(base64.b64decode(FACE))
    for path in ("/files/face.png", "/api/contents/face.png"):
        answer = server.client.get(path)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"


def test_programs_of_jupyter_may_be_kept(server: Any) -> None:
    answer = server.client.get("/static/favicons/favicon.ico")
    assert answer.status_code == 200
    assert "no-store" not in answer.headers.get("cache-control", "")


def test_the_server_said_nothing_of_a_fault(server: Any) -> None:
    log = server.log.read_text("utf-8", "replace")
    assert "widgets.serving | extension was successfully loaded" in log
    assert "could not be looked through" not in log


@pytest.mark.parametrize("manager", OTHER_MANAGERS)
def test_other_contents_managers_save_no_picture_either(
    start_server: Callable[..., Any], manager: str
) -> None:
    server = start_server(
        "jupyter_server",
        *OPTIONS,
        f"--ServerApp.contents_manager_class={manager}",
        ready="/api/status",
        environ={"WORKBENCH_NOTEBOOK_OUTPUTS": "strip"},
    )
    put(server, "a.ipynb", type="notebook", format="json", content=notebook())
    on_disk = json.loads((server.root / "a.ipynb").read_text("utf-8"))
    assert on_disk["cells"][0]["outputs"] == []
    assert_no_face(server.root)


def test_a_hook_of_the_place_itself_runs_before_ours(start_server: Callable[..., Any]) -> None:
    server = start_server(
        "jupyter_server",
        *OPTIONS,
        "--FileContentsManager.pre_save_hook=widgets.saving.strip_pictures",
        ready="/api/status",
    )
    put(server, "a.ipynb", type="notebook", format="json", content=notebook())
    assert_no_face(server.root)


def asking() -> dict[str, Any]:
    """Return a notebook that prints what Voila handed its kernel of the request."""
    cell = {
        "id": "asks",
        "cell_type": "code",
        "metadata": {},
        "source": "import os; print('of the request:', "
        "{name: text for name, text in os.environ.items() if name.startswith('HTTP_X_')})",
        "execution_count": None,
        "outputs": [],
    }
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python", "language": "python"}}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": [cell]}


def test_no_kernel_reads_what_only_a_proxy_may_say(
    start_server: Callable[..., Any], tmp_path: Path
) -> None:
    handed = {"VoilaConfiguration": {"http_header_envs": ["X-Seen", USER_HEADER, SECRET_HEADER]}}
    (tmp_path / "voila.json").write_text(json.dumps(handed), "utf-8")
    server = start_server(
        "jupyter_server",
        *OPTIONS,
        "--ServerApp.jpserver_extensions=voila.server_extension=True",
        ready="/api/status",
        environ={"JUPYTER_CONFIG_PATH": os.pathsep.join([str(tmp_path), str(SHIPPED)])},
    )
    (server.root / "asks.ipynb").write_text(json.dumps(asking()), "utf-8")
    sent = {"X-Seen": "this one", USER_HEADER: "an-officer", SECRET_HEADER: "s" * 40}
    page = server.client.get("/voila/render/asks.ipynb", headers=sent, timeout=120).text
    assert re.search(r"of the request: \{[^{}]*HTTP_X_SEEN[^{}]*this one[^{}]*\}", page)
    assert "an-officer" not in page
    assert "s" * 40 not in page


@pytest.mark.parametrize("name", [USER_HEADER, SECRET_HEADER.lower(), "x_workbench_role"])
def test_a_header_of_the_proxy_is_taken_out_of_a_request(name: str) -> None:
    from tornado.httputil import HTTPHeaders

    app = SimpleNamespace(transforms=[NoStore])
    guard_requests(app)
    request = SimpleNamespace(path="/", headers=HTTPHeaders({"Accept": "*/*"}))
    request.headers.add(name, "one")
    request.headers.add(name, "two")
    made = app.transforms[0](request)
    assert dict(request.headers) == {"Accept": "*/*"}
    assert made.transform_first_chunk(200, {"A": "b"}, b"x", True) == (200, {"A": "b"}, b"x")


class Manager:
    """A contents manager, as far as the extension knows one."""

    delete_to_trash = True

    def __init__(self, **config: Any) -> None:
        self.config = config
        self.hooks: list[Any] = []

    register_pre_save_hook = register_post_save_hook = lambda self, hook: self.hooks.append(hook)


@pytest.mark.parametrize(
    ("config", "trash"), [({}, False), ({"Manager": {"delete_to_trash": 1}}, True)]
)
def test_who_configured_a_trash_folder_keeps_it(config: dict[str, Any], trash: bool) -> None:
    manager = Manager(**config)
    guard_contents(manager)
    assert manager.delete_to_trash == trash
    assert len(manager.hooks) == 2


@pytest.mark.parametrize(
    ("base", "path", "kept"),
    [
        ("/", "/static/a.js", True),
        ("/", "/user/x/static/a.js", False),
        ("/user/x/", "/user/x/static/a.js", True),
        ("/", "/files/static/a.png", False),
        ("/", "/voila/files/a.png", False),
        ("/", "/voila/static/a.js", True),
        ("/", "/", False),
    ],
)
def test_only_own_files_may_be_kept(base: str, path: str, kept: bool) -> None:
    app = SimpleNamespace(settings={"base_url": base}, transforms=[])
    guard_responses(app)
    (transform,) = app.transforms
    assert issubclass(transform, NoStore)
    made = transform(SimpleNamespace(path=path))
    _, headers, _ = made.transform_first_chunk(200, {"Cache-Control": "max-age=9"}, b"", True)
    assert headers["Cache-Control"] == ("max-age=9" if kept else "no-store")
    assert made.transform_chunk(b"x", True) == b"x"
