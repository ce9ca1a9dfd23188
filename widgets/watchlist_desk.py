"""What the notebook of the watchlist opens: a bench by its login, or a demonstration."""

from __future__ import annotations

import atexit
import os
import shutil
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from widgets.watchlist_builder import WatchlistBuilder
from workbench.closing import ClosedAtTheEnd

if TYPE_CHECKING:
    from workbench.bench import Workbench
    from workbench.demonstration.sample import Sample

__all__ = ["WatchlistDesk", "list_desk"]

BENCH_VARIABLE: Final = "WORKBENCH_BENCH"
_DESKS: dict[tuple[object, ...], WatchlistDesk] = {}
"""The desks of this kernel: a cell that is run again begins anew, and lets go of what was there."""


class WatchlistDesk(ClosedAtTheEnd):
    """The page of a list in the making, and what goes with it.

    Attributes:
        page: the builder.
    """

    def __init__(self, page: WatchlistBuilder, going: ExitStack) -> None:
        """Take a page, and what ends with it."""
        self.page = page
        self._going = going

    def close(self) -> None:
        """Let go of every image, and end what was opened for the page."""
        self._going.close()


def list_desk(
    demonstration: bool | None = None,  # noqa: FBT001 - the first choice of the notebook
    *,
    deployment: str | None = None,
    folder: str | Path = "",
    encoder: str | None = None,
) -> WatchlistDesk:
    """Return the page of a bench, opened by its login, or that of a demonstration made for it.

    Args:
        demonstration: whether one is made; where WORKBENCH_BENCH names no bench, when left out.
        deployment: reference; the one of which a list can be built, or chosen on the page, when
            left out.
        folder: offered on the page as the one to take images from.
        encoder: of a demonstration.

    Raises:
        ArtefactError: when photographs or models of a demonstration cannot be had.
        CredentialError: when nobody is logged in to the bench.
    """
    if demonstration is None:
        demonstration = not os.environ.get(BENCH_VARIABLE)
    key = (demonstration, deployment)
    if key in _DESKS:
        _DESKS.pop(key).close()
    desk = _demonstrated(encoder) if demonstration else _opened(deployment, folder)
    _DESKS[key] = desk
    return desk


def _opened(deployment: str | None, folder: str | Path) -> WatchlistDesk:
    from workbench.bench import Workbench as Bench  # noqa: PLC0415 - loads the store

    with ExitStack() as making:
        bench: Workbench = making.enter_context(Bench.open())
        page = WatchlistBuilder(bench, deployment, folder=folder)
        making.callback(page.close)
        return WatchlistDesk(page, making.pop_all())


def _demonstrated(encoder: str | None) -> WatchlistDesk:
    """Make a demonstration with a deployment applied for, and its photographs in a folder."""
    from workbench import demonstration  # noqa: PLC0415 - loads torch
    from workbench.demonstration.cast import ANALYST  # noqa: PLC0415
    from workbench.demonstration.held_folders import held_folder  # noqa: PLC0415

    sample = demonstration.prepare(encoder=encoder)
    bench = demonstration.DemonstrationBench.temporary(sample.settings)
    with ExitStack() as making:
        making.callback(lambda: bench.end() if bench.exists else None)
        reference = demonstration.apply(bench, sample)
        place = making.enter_context(held_folder("workbench-samples-"))
        page = WatchlistBuilder(
            making.enter_context(bench.opened(ANALYST)),
            reference,
            analyser=sample.analyser,
            folder=_laid_out(sample, place),
            credits=[f"{one.what}: {one.author}. {one.licence}." for one in sample.credits],
        )
        making.callback(page.close)
        return WatchlistDesk(page, making.pop_all())


def _laid_out(sample: Sample, place: Path) -> Path:
    """Lay out a photograph of each listed person of the demonstration, named after them."""
    from workbench.demonstration import people  # noqa: PLC0415 - loads torch

    for person in people():
        if person.enrolled is not None:
            file = sample.files[person.enrolled.artefact.name]
            shutil.copyfile(file, place / f"{person.reference}.jpg")
    return place


def close_desks() -> None:
    """End the desks of this kernel, demonstrations with their benches."""
    for desk in list(_DESKS.values()):
        with suppress(Exception):
            desk.close()
    _DESKS.clear()


atexit.register(close_desks)
