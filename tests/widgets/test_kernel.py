"""A real kernel with the shipped configuration: what it forgets, what its errors show."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

SHIPPED = Path(__file__).parents[2] / "share" / "etc" / "ipython" / "ipython_config.json"
UNDONE = {
    "InteractiveShellApp": {"extra_extensions": []},
    "InteractiveShell": {"cache_size": 1000, "xmode": "Context"},
    "HistoryManager": {"hist_file": ""},
}
"""A kernel as IPython ships it."""

PICTURE = """
import gc, weakref
class Picture:
    def __init__(self): self.bytes = bytearray(4000)
    def _repr_png_(self): return b"\\x89PNG" + bytes(self.bytes)
def alive(): gc.collect(); return sum(isinstance(one, Picture) for one in gc.get_objects())
"""
FAIL = """
def reach(address):
    template, picture = "t" * 3 + "emplate", Picture()
    raise OSError("no answer from " + address)
reach("rtsp://bob:" + "hunter2" + "@10.0.0.7/ch1")
"""


def run(home: Path, *sources: str, config: bool = True) -> list[str]:
    """Run cells in a new kernel and return the text of what each showed."""
    profile = home / "ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    if config:
        shutil.copy(SHIPPED, profile / "ipython_config.json")
    else:  # it is also installed beside this very Python, and a profile comes after that
        (profile / "ipython_config.json").write_text(json.dumps(UNDONE), encoding="utf-8")
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(home)}},
    )
    client.execute(env=os.environ | {"HOME": str(home), "IPYTHONDIR": str(home / "ipython")})
    return ["\n".join(map(_text, _whole(cell.outputs))) for cell in notebook.cells]


def _whole(outputs: list[Any]) -> list[Any]:
    """Put together what a stream sent in pieces."""
    whole: list[Any] = []
    for output in outputs:
        stream = output.output_type == "stream"
        if stream and whole and whole[-1].get("name") == output.name:
            whole[-1].text += output.text
        else:
            whole.append(output)
    return whole


def _text(output: Any) -> str:
    if output.output_type == "error":
        return "\n".join([output.ename, output.evalue, *output.traceback])
    if output.output_type == "stream":
        return str(output.text)
    return " ".join([*output.data, output.data.get("text/plain", "")])


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Run one kernel for all tests of this file and return what each cell showed, by name."""
    home = tmp_path_factory.mktemp("home")
    cells = {
        "nothing": "",
        "define": PICTURE,
        "show": "Picture()",
        "display": "display(Picture())",
        "alive": "alive()",
        "caches": "print(len(Out), repr(_), [n for n in globals() if n in ('_3', '_4', '_5')])",
        "copies": "ip = get_ipython(); print(dict(ip.history_manager.outputs).keys() - {7})",
        "fail": FAIL,
        "after": "alive()",
        "last": "import sys; print([n for n in dir(sys) if n.startswith('last_')])",
        "debug": "%debug",
        "verbose": "%xmode Verbose",
        "fail again": FAIL,
        "minimal": "%xmode Minimal",
        "fail shortly": FAIL,
        "named": "kept = Picture()",
        "named alive": "alive()",
        "history": "print(ip.history_manager.hist_file, ip.history_manager.db_log_output)",
        "core": "import resource; print(resource.getrlimit(resource.RLIMIT_CORE))",
        "widget": "import ipywidgets; ipywidgets.Image(value=b'a')",
        "forget": "%forget_pictures",
        "widgets": "print(len(ipywidgets.widgets.widget._instances))",
    }
    texts = run(home, *cells.values())
    files = [path.name for path in home.rglob("*") if path.is_file()]
    return dict(zip(cells, texts, strict=True)) | {"files": " ".join(files)}


@pytest.mark.slow
def test_the_kernel_shows_what_it_is_asked_for(shown: dict[str, str]) -> None:
    assert shown["nothing"] == shown["define"] == ""
    assert "image/png" in shown["show"]
    assert "image/png" in shown["display"]


def test_what_was_shown_is_not_kept(shown: dict[str, str]) -> None:
    assert shown["alive"] == "text/plain 0"
    assert shown["caches"] == "0 '' []\n"
    assert shown["copies"] == "set()\n"


def test_what_has_a_name_is_kept(shown: dict[str, str]) -> None:
    assert shown["named alive"] == "text/plain 1"


@pytest.mark.parametrize("name", ["fail", "fail again", "fail shortly"])
def test_an_error_shows_where_and_no_values(shown: dict[str, str], name: str) -> None:
    assert "no answer from rtsp://10.0.0.7/ch1" in shown[name]
    assert "bob:hunter2@" not in shown[name]
    assert "ttttemplate" not in shown[name].replace(" ", "")
    assert "'tttemplate'" not in shown[name]
    if name != "fail shortly":
        assert "reach" in shown[name]


def test_an_error_is_not_kept(shown: dict[str, str]) -> None:
    assert shown["after"] == "text/plain 0"
    assert shown["last"] == "[]\n"
    assert "ipdb" not in shown["debug"]
    assert "traceback" in shown["debug"].lower()


def test_values_in_errors_stay_off(shown: dict[str, str]) -> None:
    assert "they stay off here" in shown["verbose"]
    assert "Exception reporting mode: Minimal" in shown["minimal"]


def test_nothing_is_written_to_a_history_file(shown: dict[str, str]) -> None:
    assert shown["history"] == ":memory: False\n"
    assert "history" not in shown["files"]


def test_core_dumps_are_off(shown: dict[str, str]) -> None:
    assert shown["core"] == "(0, 0)\n"


def test_forgetting_closes_widgets(shown: dict[str, str]) -> None:
    assert "all widgets closed" in shown["forget"]
    assert shown["widgets"] == "0\n"


@pytest.mark.slow
def test_loading_it_by_hand_forgets_what_was_there(tmp_path: Path) -> None:
    logged = "get_ipython().history_manager.db_log_output = True"
    counted = (
        "h = get_ipython().history_manager; h.writeout_cache(); "
        "print(list(h.db.execute('SELECT output FROM output_history')))"
    )
    shown = run(
        tmp_path,
        PICTURE,
        logged,
        "Picture()",
        "Picture()",
        "print(len(Out), alive())",
        "%load_ext widgets.hygiene",
        "print(len(Out), alive(), '_3' in globals(), repr(_))",
        counted,
        config=False,
    )
    assert shown[4] == "2 2\n"
    assert shown[5] == ""
    assert shown[6] == "0 0 False ''\n"
    assert shown[7] == "[]\n"


def test_the_notebook_format_is_the_current_one() -> None:
    assert nbformat.current_nbformat == 4, "strip_notebook looks through version 4"
