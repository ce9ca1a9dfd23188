"""What managers' pages have in common: they show a snapshot as it is, and say how old it is.

A page opens no bench and reads no other file. It sends the browser all that it shows in one
message, and reads the snapshot again when that was renewed.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Final

import dataframely as dy

from widgets.managers_parts import Part
from widgets.panels import Panel, Surface, joined
from widgets.plotly_script import plotly_script
from workbench.errors import WorkbenchError
from workbench.hygiene import without_credentials
from workbench.outcomes.records import OutcomeRecords
from workbench.outcomes.snapshot import Snapshot, read_snapshot

__all__ = ["FOLDER", "PAGES", "STALE_AFTER", "ManagersPage", "ManagersSurface"]

FOLDER: Final = "WORKBENCH_SNAPSHOT"
"""The variable of the environment that names the folder of the snapshot."""

PAGES: Final = (
    ("50_outcomes.ipynb", "Overview"),
    ("51_deployment.ipynb", "One deployment"),
    ("52_safeguards.ipynb", "Safeguards"),
    ("53_equity.ipynb", "Equity"),
)
"""The pages, by the names of their notebooks, which lie in one folder."""

STALE_AFTER: Final = 3
"""A snapshot is old when so many renewals should have come since."""

NO_SNAPSHOT: Final = (
    "No snapshot was named. Start the pages with `workbench dashboard`, which takes one of the "
    'bench and renews it, or give the folder of one in the first cell: snapshot = "FOLDER".'
)
_POLL_S: Final = 10.0
_LONGEST_WAIT_S: Final = 120.0
_MOST_CHOICES: Final = 30
_LONGEST_CHOICE: Final = 400
_Records = dy.DataFrame[OutcomeRecords]


class ManagersSurface(Surface):
    """The model of every managers' page: what is shown comes from Python alone."""

    _esm = joined(
        "parts.js", "lab_parts.js", "managers_table.js", "managers_chart.js", "managers_parts.js",
        "managers.js",
    )  # fmt: skip
    _css = joined("panel.css", "managers.css")


class ManagersPage(Panel):
    """A page for managers; those of its kind say what is in it by `sections`.

    The page keeps what somebody chose on it (`choices`) in its address, after the `#`, and asks for
    its sections with that. Each view gets its own.
    """

    surface = ManagersSurface
    title: ClassVar[str] = ""
    """What the page shows; its heading."""
    notebook: ClassVar[str] = ""
    """Its own name among `PAGES`."""

    def __init__(self, snapshot: Path | str | None = None, *, poll_s: float = _POLL_S) -> None:
        """Begin to read.

        Args:
            snapshot: the folder of a snapshot; that of `WORKBENCH_SNAPSHOT` when left out.
            poll_s: after how many seconds it is looked whether it was renewed.
        """
        named = snapshot if snapshot is not None else os.environ.get(FOLDER)
        self._folder = None if named is None else Path(named)
        self._held = threading.RLock()
        self._ready, self._over = threading.Event(), threading.Event()
        self._known: tuple[Snapshot, _Records] | None = None
        self._fault: str | None = None
        self._seen: tuple[int, int] | None = None
        self._asked: dict[str, dict[str, str]] = {}
        super().__init__()
        self._worker.do(self._look)
        if self._folder is not None:
            threading.Thread(
                target=self._watch, args=(poll_s,), name="snapshot", daemon=True
            ).start()

    def sections(
        self, snapshot: Snapshot, records: _Records, choices: Mapping[str, str]
    ) -> Sequence[Part]:
        """Return what the page shows, as `managers_parts.section` makes it.

        Args:
            snapshot: what is known.
            records: every version of every outcome record.
            choices: what somebody chose, by name; from the address, so it may be anything.

        Raises:
            WorkbenchError: when that cannot be; the page says its words.
        """
        raise NotImplementedError

    def filters(
        self,
        snapshot: Snapshot,  # noqa: ARG002 - of pages that have some
        records: _Records,  # noqa: ARG002
        choices: Mapping[str, str],  # noqa: ARG002
    ) -> Sequence[Part]:
        """Return the filters of the whole page: `{name, title, value, options}` each.

        `options` are pairs of a value and its words; the first is that of no filter and has the
        value `""`.
        """
        return ()

    def empty(self, snapshot: Snapshot, records: _Records) -> str | None:  # noqa: ARG002
        """Return what to do where there is nothing to show; `None` where there is."""
        return None

    def wait(self) -> None:
        """Wait until the snapshot was read, or it is clear that it cannot be."""
        self._ready.wait(_LONGEST_WAIT_S)

    def document(self, choices: Mapping[str, str] | None = None) -> Part:
        """Return all that a view is told: its state, and what it shows.

        `state` is `loading`, `empty`, `error` or `ready`. A snapshot that cannot be read any more
        stays shown as it was, with `fault` saying so.
        """
        with self._held:
            known, fault, read = self._known, self._fault, self._ready.is_set()
        page = {"title": self.title, "links": self._links()}
        if known is None:
            if self._folder is None:
                return page | {"state": "empty", "words": NO_SNAPSHOT}
            if fault is not None:
                return page | {"state": "error", "words": fault}
            return page | {"state": "loading" if not read else "error", "words": ""}
        snapshot, records = known
        page |= _head(snapshot) | {"fault": fault}
        try:
            if todo := self.empty(snapshot, records):
                return page | {"state": "empty", "words": todo}
            chosen = dict(choices or {})
            filters = list(self.filters(snapshot, records, chosen))
            sections = list(self.sections(snapshot, records, chosen))
        except BaseException as error:  # noqa: BLE001 - said in the page, also a panic of polars
            return page | {"state": "error", "words": _fault_words(error)}
        return page | {"state": "ready", "filters": filters, "sections": sections}

    def close(self) -> None:
        """Leave the browsers, and look for no new snapshot."""
        self._over.set()
        super().close()

    def _links(self) -> list[Part]:
        return [
            {"address": name, "words": said, "here": name == self.notebook} for name, said in PAGES
        ]

    def _watch(self, poll_s: float) -> None:
        while not self._over.wait(poll_s):
            if _state_of(self._folder) != self._seen:
                self._worker.do(self._look)

    def _look(self) -> None:
        """Read the snapshot where it is another than before, and tell every view."""
        if self._folder is None:
            self._ready.set()
            return
        seen = _state_of(self._folder)
        try:
            known = read_snapshot(self._folder)
        except BaseException as error:  # noqa: BLE001 - said in the page, also a panic of polars
            with self._held:
                # Another look after a while: it may have been written just then.
                self._fault, self._seen = _fault_words(error), None
        else:
            with self._held:
                self._known, self._fault, self._seen = known, None, seen
        self._ready.set()
        self._tell_all()

    def _tell_all(self) -> None:
        with self._held:
            asked = dict(self._asked)
        for view, choices in asked.items():
            self._tell(view, choices)

    def _tell(self, view: str, choices: Mapping[str, str]) -> None:
        self.say({"kind": "page", "to": view, **self.document(choices)})

    def _hear(self, kind: str, content: Mapping[str, Any]) -> None:
        view = str(content["view"])
        if kind == "plotly":
            self.say({"kind": "plotly", "to": view}, [plotly_script()])
        elif kind == "ask":
            choices = _choices(content.get("choices"))
            with self._held:
                self._asked[view] = choices
            self._worker.do(lambda: self._tell(view, choices))

    def _greet(self) -> None:
        self._worker.do(self._tell_all)

    def _left(self, view: str) -> None:
        with self._held:
            self._asked.pop(view, None)


def _head(snapshot: Snapshot) -> Part:
    """Return of when it is and of what; the age is the kernel's own reckoning.

    `as_of` is when the figures were read. What is old is a snapshot that nobody renewed: figures
    that were looked at again since, and to which nothing had been added, are not.
    """
    at, renewed = snapshot.as_of.astimezone(UTC), snapshot.written_at.astimezone(UTC)
    return {
        "bench": snapshot.bench,
        "demonstration": snapshot.category == "demonstration",
        "as_of": f"{at.day} {at:%B %Y, %H:%M:%S} UTC",
        "age_s": max(0.0, (datetime.now(UTC) - renewed).total_seconds()),
        "stale_s": STALE_AFTER * snapshot.renewed_every_s,
    }


def _choices(given: object) -> dict[str, str]:
    """Return what a page says was chosen: text by text, and no more than a page has."""
    if not isinstance(given, dict):
        return {}
    plain = {
        key: value
        for key, value in given.items()
        if isinstance(key, str)
        and isinstance(value, str)
        and value
        and max(len(key), len(value)) <= _LONGEST_CHOICE
    }
    return dict(list(plain.items())[:_MOST_CHOICES])


def _state_of(folder: Path | None) -> tuple[int, int] | None:
    """Return what changes when a snapshot is renewed; `None` where there is none."""
    try:
        kept = (folder or Path()).joinpath("snapshot.json").stat()
    except OSError:
        return None
    return kept.st_mtime_ns, kept.st_ino


def _fault_words(error: BaseException) -> str:
    if isinstance(error, WorkbenchError):
        return without_credentials(str(error))
    return f"{type(error).__name__}: this was not foreseen. Open the page again."
