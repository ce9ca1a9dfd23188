"""The notebook of the live search: thin, clean, and it opens the page of a demonstration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from committed_notebook import (
    require_no_output,
    require_nothing_kept,
    require_thin,
    run_on_demonstration,
)
from nbclient import NotebookClient
from notebook_pictures import pictures_in

from widgets.alert_queue import _QueueSurface
from widgets.live import _LiveSurface
from widgets.session_panel import _SessionSurface

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "analyst" / "20_live_search.ipynb"
SURFACES = (_LiveSurface, _QueueSurface, _SessionSurface)
CODE = frozenset(text for one in SURFACES for text in (str(one._esm), str(one._css)))


@pytest.fixture(scope="module")
def notebook() -> Any:
    """Return the notebook as it is committed."""
    return nbformat.read(NOTEBOOK, as_version=4)


def test_it_is_committed_without_output(notebook: Any) -> None:
    require_no_output(notebook)


def test_its_cells_are_thin_and_explained(notebook: Any) -> None:
    require_thin(notebook, ["parameters", "page", "second"])


def test_it_says_what_a_demonstration_proves_and_that_nobody_has_to_engage(notebook: Any) -> None:
    text = notebook.cells[0].source
    assert "It proves that the parts work and nothing else." in text
    assert "a decision of its own, which nobody owes" in text


def test_the_keys_that_it_names_are_those_of_the_page(notebook: Any) -> None:
    from widgets.alert_words import LETTERS

    words = next(cell.source for cell in notebook.cells if cell.id == "keys")
    named = {
        "true-confirmed": "true, confirmed",
        "true-unconfirmed": "true, not confirmed",
        "false-confirmed": "false, confirmed",
        "false-unconfirmed": "false, not confirmed",
        "unresolved": "cannot be decided",
    }
    for decision, letter in LETTERS.items():
        assert f"`{letter}` {named[decision]}" in words


@pytest.mark.slow
def test_it_searches_the_demonstration_and_its_outputs_hold_no_picture(
    notebook: Any, tmp_path: Path
) -> None:
    book, words = run_on_demonstration(
        notebook,
        "desk.page.start()\n"
        "result = desk.page.session.wait(240)\n"
        "print(result.stopped_by, len(result.alerts), len(desk.page.queue.alerts))\n"
        "desk.close()",
        place=NOTEBOOK.parent,
        temporary=tmp_path,
    )
    assert words.startswith("feed-ended 3 ")
    require_nothing_kept(book, CODE, tmp_path)


FRAME = """
import base64, io
import anywidget, ipywidgets, traitlets
from IPython.display import display
from PIL import Image

def frame(kind):
    file = io.BytesIO()
    Image.new("RGB", (64, 36), (90, 90, 90)).save(file, kind)
    return file.getvalue()

def coded(kind):
    return base64.b64encode(frame(kind)).decode()

class Panel(anywidget.AnyWidget):
    _esm = "export default { render() {} }"
    _css = traitlets.Unicode().tag(sync=True)
    kept = traitlets.Any().tag(sync=True)
"""
KEEPING = (
    "Panel(kept=frame(kind))",
    "Panel(kept=[{'of': 'camera-1', 'frame': frame(kind)}])",
    "Panel(kept=coded(kind))",
    "Panel(kept='url(data:image/x;base64,' + coded(kind) + ')')",
    "Panel(kept=frame(kind)[:24].hex())",
    "Panel(kept=repr(frame(kind)))",
    "Panel(_css='/* ' + coded(kind) + ' */')",
    "ipywidgets.Image(value=frame(kind))",
    "ipywidgets.HTML('<p>14:02:11 ' + coded(kind) + '</p>')",
    "print(coded(kind)[:60])",
    "display(Image.new('RGB', (64, 36)))",
)


@pytest.mark.slow
def test_a_frame_that_a_widget_or_an_output_kept_would_be_found() -> None:
    ways = [("JPEG", kept) for kept in KEEPING] + [("PNG", kept) for kept in KEEPING[:3]]
    *found, nothing = found_in(*ways, ("JPEG", "Panel(kept='High Street, 14:02:11')"))
    assert [way for way, faults in zip(ways, found, strict=True) if not faults] == []
    assert nothing == []


def found_in(*ways: tuple[str, str]) -> list[list[str]]:
    """Return what is found in notebooks that were executed and kept a frame in some way.

    One kernel executes them all; of what was there before, a notebook is given nothing.
    """
    found = []
    client = NotebookClient(nbformat.v4.new_notebook(), timeout=120, kernel_name="python3")
    with client.setup_kernel():
        for kind, kept in ways:
            source = f"{FRAME}\nkind = {kind!r}\nshown = {kept}\n"
            book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
            client.nb = book
            client.widget_state.clear()
            client.widget_buffers.clear()
            client.execute_cell(book.cells[0], 0)
            client.set_widgets_metadata()
            assert bool(client.widget_state) == ("Panel(" in kept or "ipywidgets." in kept)
            found.append(pictures_in(book, CODE | {"export default { render() {} }"}))
    return found
