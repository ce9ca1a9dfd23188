"""The page of a list in the making on a bench of drawn faces' making, with the product's own models.

A test writes a notebook whose one cell calls `builder`, and drops files as a person does.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from drawn_faces import drawn_analyser
from drawn_page import bench_of
from PIL import Image

from widgets import WatchlistBuilder
from workbench.faces.analysis import build_analyser
from workbench.faces.artefacts import ArtefactStore

__all__ = ["BIG", "builder", "drop", "images_to_drop"]

BIG = "NOM-3-scan.bmp"
_DROP = """([place, input]) => {
    const files = new DataTransfer();
    for (const file of document.querySelector(input).files) files.items.add(file);
    const how = { dataTransfer: files, bubbles: true, cancelable: true };
    const target = document.querySelector(place);
    for (const kind of ['dragenter', 'dragover', 'drop']) target.dispatchEvent(new DragEvent(kind, how));
}"""


def builder(
    folder: str, reference: str | None, account: str, *, drawn: bool = False
) -> WatchlistBuilder:
    """Return the page on a bench of `make_worked_bench`, for an account of it.

    `drawn` spares the models: a face is found in the middle of whatever is dropped.
    """
    bench = bench_of(Path(folder))
    store = ArtefactStore.from_settings(bench.settings)
    analyser = drawn_analyser() if drawn else build_analyser(bench.settings, store)
    return WatchlistBuilder(bench.open(account), reference, analyser=analyser)


def images_to_drop(store: ArtefactStore, folder: Path) -> list[Path]:
    """Write five files: two portraits, one over 10 MiB, one that is cut short, one of no face."""
    folder.mkdir()
    portraits = {"NOM-1.jpg": "person_b_1", "NOM-2.jpg": "person_a_2"}
    for name, sample in portraits.items():
        (folder / name).write_bytes(store.path(f"sample/{sample}").read_bytes())
    with Image.open(store.path("sample/impostor_2")) as picture:
        picture.convert("RGB").resize((1743, 2100)).save(folder / BIG)
    cut = store.path("sample/person_a_2").read_bytes()
    (folder / "NOM-4-cut.jpg").write_bytes(cut[: len(cut) // 3])
    Image.linear_gradient("L").resize((600, 400)).convert("RGB").save(folder / "NOM-5-wall.png")
    files = sorted(folder.iterdir())
    assert (folder / BIG).stat().st_size > 10 * 2**20
    return files


def drop(page: Any, files: Sequence[Path]) -> None:
    """Drop files on the page, as a hand does that has dragged them there."""
    page.evaluate(
        """() => {
            const input = document.createElement('input');
            Object.assign(input, { type: 'file', multiple: true, hidden: true, id: 'carried' });
            document.body.append(input);
        }"""
    )
    page.locator("#carried").set_input_files([str(one) for one in files])
    page.evaluate(_DROP, [".lfr-drop", "#carried"])
    page.evaluate("document.querySelector('#carried').remove()")
