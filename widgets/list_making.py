"""A list while it is made: its deployment, its images as they stand, and its build by the bench."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from widgets.list_build import build_list
from widgets.list_draft import DraftImage, ListDraft
from widgets.list_images import look_at, preview
from widgets.list_words import meter_words, row_words
from workbench.errors import UsageError, WorkbenchError
from workbench.hygiene import without_credentials
from workbench.images import ImageLimits, image_files

if TYPE_CHECKING:
    from workbench.bench import Workbench
    from workbench.bench.list_preparing import Buildable, ListPreparation
    from workbench.faces.analysis import FaceAnalyser

__all__ = ["ListMaking"]

Progress = Callable[[int, int, Path], None]


class ListMaking:
    """What the page of a list in the making works with; from any thread.

    Attributes:
        open: deployments of which a list may be built.
        prepared: what the list may be; `None` until a deployment is chosen.
        fault: why nothing can be prepared, in the words of the bench; `None` where it can.
        faces: how many the deployment is expected to see, if somebody said.
        report: what came of the last build, and its `number`; `None` while there was none.
    """

    def __init__(self, bench: Workbench, analyser: FaceAnalyser | None) -> None:
        """Begin with no deployment and no image."""
        self._bench, self._analyser = bench, analyser
        self._draft = ListDraft()
        self._held = threading.RLock()
        self._rows: dict[str, dict[str, Any]] = {}
        self.open: list[Buildable] = []
        self.prepared: ListPreparation | None = None
        self.fault: str | None = None
        self.faces: int | None = None
        self.report: dict[str, Any] | None = None
        self._builds = 0

    @property
    def reference(self) -> str | None:
        """Of the deployment that is chosen."""
        return None if self.prepared is None else self.prepared.deployment.reference

    @property
    def has_models(self) -> bool:
        """Whether images can be judged without loading anything first."""
        return self._analyser is not None

    @property
    def rows(self) -> list[dict[str, Any]]:
        """How each image stands, in their order; no picture is in it."""
        with self._held:
            return sorted(self._rows.values(), key=lambda one: int(one["order"]))

    @property
    def images(self) -> list[DraftImage]:
        """The images, in their order."""
        with self._held:
            return list(self._draft.images.values())

    def begin(self, deployment: str | None) -> None:
        """See of which deployments a list may be built, and prepare that of one of them.

        Args:
            deployment: reference; the only one there is, when left out.
        """
        try:
            self.open = self._bench.watchlists.buildable()
            if deployment is None and len(self.open) == 1:
                deployment = self.open[0].reference
            if deployment is not None:
                self.prepared = self._bench.watchlists.prepare(deployment)
            self.fault = None
        except WorkbenchError as error:
            self.prepared = None
            self.fault = without_credentials(str(error))

    def choose(self, reference: str) -> None:
        """Prepare the list of a deployment; images that are here already stay."""
        self.prepared = self._bench.watchlists.prepare(reference)
        self.fault = self.report = None
        for image in self.images:
            image.outcome = image.why = ""

    def take(self, name: str, data: bytes, replaces: str | None = None) -> DraftImage:
        """Take an image file that was handed over; it is not looked at yet."""
        self.require_prepared()
        with self._held:
            if replaces is None:
                return self._draft.add(name, data, "dropped")
            return self._draft.replace(replaces, name, data, "dropped")

    def take_folder(self, folder: str | Path) -> list[DraftImage]:
        """Take the image files of a folder, and of folders in it; they are not looked at yet."""
        self.require_prepared()
        if not str(folder).strip():
            msg = "no folder is named. Type the path of one on the machine of the kernel."
            raise UsageError(msg)
        place = Path(folder).expanduser()
        paths = image_files(place, recursive=True)
        if not paths:
            msg = f"{place}: there is no image file in the folder. Name another."
            raise UsageError(msg)
        with self._held:
            return [
                self._draft.add(
                    path.name,
                    path,
                    str(path.relative_to(place)),
                    **({} if path.parent == place else {"subject": path.parent.name}),
                )
                for path in paths
            ]

    def look_at(self, image: DraftImage) -> list[DraftImage]:
        """Look at an image; returns those of which something else is to be said now."""
        file = image.file
        if self._draft.images.get(image.id) is not image:
            return []
        looked = look_at(file, image.name, self.need_analyser(), self._limits())
        with self._held:
            if image.file is not file:
                return []  # replaced while it was looked at
            image.looked = looked
            return self._draft.near([image])

    def preview(self, image_id: str) -> tuple[DraftImage, bytes | None] | None:
        """Return an image with a picture of it of at most 720 pixels; `None` where it is gone."""
        with self._held:
            image = self._draft.images.get(image_id)
        if image is None or image.looked is None:
            return None
        return image, preview(image.file, image.name, self._limits())

    def fill(self, ids: Iterable[str], values: Mapping[str, Any]) -> list[DraftImage]:
        """Fill in fields; returns those images of which something else is to be said now."""
        return self._changing(ids, lambda wanted: self._draft.fill(wanted, values))

    def name_subjects(self, ids: Iterable[str]) -> list[DraftImage]:
        """Take the references of people from the names of files; returns as `fill` does."""
        return self._changing(ids, self._draft.name_subjects)

    def remove(self, ids: Iterable[str]) -> list[str]:
        """Let go of images; returns which."""
        with self._held:
            gone = self._draft.remove(list(ids))
            for one in gone:
                self._rows.pop(one, None)
            return gone

    def clear(self) -> None:
        """Let go of everything."""
        self.remove([one.id for one in self.images])

    def build(self, replacing: str | None, progress: Progress) -> None:
        """Have the bench build the list; what came of it is in `report`."""
        reference = self.require_prepared().deployment.reference
        try:
            self.prepared = self._bench.watchlists.prepare(reference)
            built = build_list(
                self._bench,
                self.prepared,
                self._draft,
                self.need_analyser(),
                replacing=replacing,
                faces=self.faces,
                progress=progress,
            )
            self._builds += 1
            self.report = {"number": self._builds, **built}
        finally:
            self.prepared = self._bench.watchlists.prepare(reference)

    def describe(self, images: Iterable[DraftImage]) -> list[dict[str, Any]]:
        """Return how images stand; nothing while no deployment is chosen."""
        prepared = self.prepared
        if prepared is None:
            return []
        with self._held:
            images = [one for one in images if one.id in self._draft.images]
            copies = self._draft.copies()
            torn = self._draft.torn({one.subject for one in images})
            rows = [
                row_words(
                    one,
                    prepared,
                    copy=copies.get(one.id),
                    torn=one.subject in torn,
                    sample=not prepared.is_demonstration or one.sha256 in _samples(),
                )
                for one in images
            ]
            self._rows.update({one["id"]: one for one in rows})
        return rows

    def meter(self) -> dict[str, Any] | None:
        """Return the size of the list against its limits; `None` while no deployment is chosen."""
        if self.prepared is None:
            return None
        with self._held:
            states = Counter(str(one["state"]) for one in self._rows.values())
        return meter_words(self.prepared, states, self.faces)

    def need_analyser(self) -> FaceAnalyser:
        """Return the models, loaded by the settings where none were handed over."""
        if self._analyser is None:
            from workbench.faces.analysis import build_analyser  # noqa: PLC0415 - loads torch
            from workbench.faces.artefacts import ArtefactStore  # noqa: PLC0415
            from workbench.settings import load_settings  # noqa: PLC0415

            settings = load_settings()
            self._analyser = build_analyser(settings, ArtefactStore.from_settings(settings))
        return self._analyser

    def require_prepared(self) -> ListPreparation:
        """Return what the list may be.

        Raises:
            UsageError: when no deployment is chosen.
        """
        if self.prepared is None:
            msg = self.fault or "no deployment is chosen yet. Choose the one that the list is for."
            raise UsageError(msg)
        return self.prepared

    def _limits(self) -> ImageLimits:
        images = self.require_prepared().images
        return ImageLimits(images.max_pixels, images.max_bytes)

    def _changing(
        self, ids: Iterable[str], change: Callable[[Sequence[str]], list[DraftImage]]
    ) -> list[DraftImage]:
        with self._held:
            wanted = list(ids)
            chosen = [one for one in self._draft.images.values() if one.id in set(wanted)]
            before = self._draft.near(chosen)
            after = self._draft.near(change(wanted))
        return list({one.id: one for one in (*before, *after)}.values())


@cache
def _samples() -> frozenset[str]:
    from workbench.faces.artefacts.samples import SAMPLES  # noqa: PLC0415 - for demonstrations

    return frozenset(one.artefact.sha256 for one in SAMPLES if one.artefact.sha256)
