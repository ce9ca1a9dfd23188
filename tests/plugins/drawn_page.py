"""The operator's page on a bench of drawn faces, in a kernel of its own: quick, without a model.

A test makes the bench with `searched_bench`, and writes a notebook whose one cell calls `page`.
Everything but detector and encoder is the product's.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from drawn_faces import SIDE, drawn_analyser, portrait
from worked_bench import WorkedBench

from widgets import AlertQueue, Operator, operating, operator, panels
from workbench.closing import ClosedAtTheEnd
from workbench.feeds.frames import Frame
from workbench.settings import Settings

__all__ = ["DrawnCamera", "asking_page", "bench_of", "notebook_of", "page", "queue", "short_page"]


class DrawnCamera(ClosedAtTheEnd):
    """Shows somebody who is listed for two seconds, then strangers; paced like a camera."""

    name = "drawn camera"
    size = (SIDE, SIDE)
    fps: float | None = 25.0
    frame_count: int | None = None
    live = True
    damage: str | None = None

    def __init__(self, seconds: float = 600.0) -> None:
        """Begin with nothing given."""
        self._frames = int(seconds * 25)
        self._closed = False

    def frames(self) -> Iterator[Frame]:
        """Give them, 25 a second."""
        began = time.monotonic()
        for index in range(self._frames):
            if self._closed:
                return
            time.sleep(max(0.0, began + index / 25 - time.monotonic()))
            yield Frame(index, index / 25, portrait(0 if index < 50 else 1000 + index // 25))

    def close(self) -> None:
        """Give no more."""
        self._closed = True


def bench_of(folder: Path) -> WorkedBench:
    """Return the bench that `make_searched_bench` made in a folder, for another process."""
    keys = {"folder": folder / "keys", "shared": False}
    settings = Settings(keys=keys, witness=folder / "witness", encoder="sface", threads=1)  # type: ignore[arg-type]
    return WorkedBench(str(folder / "bench"), settings)


def page(
    folder: str, reference: str, account: str = "operator", seconds: float = 600.0
) -> Operator:
    """Return the operator's page on such a bench, with a camera to be started."""
    bench = bench_of(Path(folder)).open(account)
    made: Any = operator(
        bench,
        reference,
        feed=lambda: DrawnCamera(seconds),  # type: ignore[arg-type,return-value]
        feed_name="camera-1",
        analyser=drawn_analyser(),
    )
    assert isinstance(made, Operator)
    return made


def asking_page(folder: str, reference: str, account: str = "operator") -> Operator:
    """Return the page without a feed: whoever starts a search says where frames come from."""
    bench = bench_of(Path(folder)).open(account)
    return operator(bench, reference, feed_name="camera-1", analyser=drawn_analyser())


def short_page(folder: str, reference: str, account: str = "operator") -> Operator:
    """Return the page with a camera of 14 seconds; its kernel says where it is, and signs often.

    A tab that is closed may not get its farewell out; it is soon taken for gone here.
    """
    Path(folder, "kernel").write_text(str(os.getpid()))
    operating._KEEP_S = 1.0  # type: ignore[misc]
    panels.GONE_AFTER_S = 8.0  # type: ignore[misc]
    return page(folder, reference, account, seconds=14.0)


def queue(folder: str, reference: str, account: str) -> AlertQueue:
    """Return the alerts of such a bench as an account sees them."""
    return AlertQueue(bench_of(Path(folder)).open(account), reference)


def notebook_of(path: Path, *cells: str) -> Path:
    """Write a notebook of code cells."""
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_code_cell(source) for source in cells]
    book.metadata["kernelspec"] = {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    }
    nbformat.write(book, path)
    return path
