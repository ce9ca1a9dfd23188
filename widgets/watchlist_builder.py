"""The page on which an analyst prepares the watchlist of a deployment, and has it built.

Images come in pieces from a browser, or from a folder of the kernel's machine. They are judged as
the build will judge them, live in the memory of the kernel, and nothing of them is written before
`bench.watchlists` builds. Pictures go to the browsers as message buffers and are no state.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from widgets.list_draft import DraftImage
from widgets.list_making import ListMaking
from widgets.list_words import LABELS, choices, deployment_word, present_words
from widgets.panels import Panel, Surface, Worker, joined
from widgets.receiving import Receiver
from widgets.uploads import LARGEST_BYTES, PIECE_BYTES, UploadedFile
from workbench.errors import UsageError

if TYPE_CHECKING:
    from workbench.bench import Workbench
    from workbench.faces.analysis import FaceAnalyser

__all__ = ["WatchlistBuilder"]

_AT_ONCE: Final = 50
"""Rows with their small pictures in one message."""
_MOST_AT_ONCE: Final = 8
"""Pages that may be sending a file each."""
_SMALLER: Final = "Name its folder instead, or make the picture smaller."


class _BuilderSurface(Surface):
    _esm = joined("parts.js", "steady.js", "upload.js", "entry_form.js", "builder.js")
    _css = joined("panel.css", "builder.css")


class WatchlistBuilder(Panel):
    """Images, what is filled in for each, size and false alerts of the list, and its build.

    It decides nothing: who may build, what an entry needs and which images will do is asked of the
    bench, in whose words it is said.
    """

    surface = _BuilderSurface

    def __init__(
        self,
        bench: Workbench,
        deployment: str | None = None,
        *,
        analyser: FaceAnalyser | None = None,
        folder: str | Path = "",
        credits: Sequence[str] = (),  # noqa: A002 - what they are called everywhere
    ) -> None:
        """Begin with no image; the deployment is chosen on the page where it is not named.

        Args:
            bench: opened by whoever prepares the list.
            deployment: reference; the one of which a list can be built, when left out.
            analyser: loaded models; those of the settings when left out.
            folder: offered on the page as the one to take images from.
            credits: of photographs that it may show, a sentence each.
        """
        self._bench = bench
        self._making = ListMaking(bench, analyser)
        self._about = {"folder": str(folder), "credits": list(credits)}
        self._receiver = Receiver(
            self.say,
            lambda error, about: self._refused("upload", error, **about),
            self._uploaded,
            most_at_once=_MOST_AT_ONCE,
            smaller=_SMALLER,
        )
        self._busy: dict[str, Any] | None = None
        self._begun = self._over = False
        super().__init__()
        self._eyes = Worker("images of a watchlist", lambda error: self._refused("image", error))
        self._worker.do(lambda: self._begin(deployment))

    @property
    def images(self) -> list[dict[str, Any]]:
        """What is known of each image, in their order: state, reasons, faults, what is filled in.

        No picture is in it.
        """
        return self._making.rows

    @property
    def report(self) -> dict[str, Any] | None:
        """What came of the last build; `None` while there was none."""
        return self._making.report

    def choose(self, reference: str) -> None:
        """Prepare the list of a deployment; images that are here already stay.

        Raises:
            WorkbenchError: when its list cannot be built, or not by whoever opened the bench.
        """
        self._making.choose(reference)
        self._say_page()
        self._tell(self._making.images)
        self._say_report()

    def expect(self, faces: int | None) -> None:
        """Say how many faces the deployment is expected to see; `None` where nobody knows.

        Raises:
            UsageError: when so many cannot be.
        """
        if faces is not None and _count(faces) is None:
            msg = f"{faces} faces cannot be expected. Give a whole number from 0 to 1,000,000,000."
            raise UsageError(msg)
        self._making.faces = faces
        self._say_meter()

    def take(self, name: str, data: bytes, replaces: str | None = None) -> None:
        """Take an image file that was handed over; it is looked at beside the kernel's own thread.

        Args:
            name: of the file.
            data: what is in it.
            replaces: image in whose place it comes, with all that was filled in for that.

        Raises:
            UsageError: when the kernel holds too much, or what it is to replace is gone.
        """
        self._look([self._making.take(name, data, replaces)])

    def take_folder(self, folder: str | Path) -> int:
        """Take the image files of a folder of the kernel's machine, and of folders in it.

        The name of a folder within it is taken for the reference of the person it holds.

        Returns:
            How many there were.

        Raises:
            ImageError: when it is missing or cannot be listed.
            UsageError: when it holds no image.
        """
        images = self._making.take_folder(folder)
        self._look(images)
        return len(images)

    def fill(self, ids: Iterable[str], values: Mapping[str, Any]) -> None:
        """Fill in fields of images, by field of `WatchlistEntry`.

        Raises:
            UsageError: when a field is none, or a value is not what belongs there.
        """
        self._tell(self._making.fill(ids, values))

    def name_subjects(self, ids: Iterable[str]) -> None:
        """Take the references of people from the names of their files."""
        self._tell(self._making.name_subjects(ids))

    def remove(self, ids: Iterable[str]) -> None:
        """Let go of images, and of what was filled in for them."""
        self.say({"kind": "gone", "ids": self._making.remove(ids)})
        self._tell(self._making.images)

    def build(self, replacing: str | None = None) -> dict[str, Any]:
        """Have the bench build the list from all images, and return what came of it.

        Args:
            replacing: digest of the list that there is, as somebody who wants it gone was told;
                see `bench.watchlists.prepare`.

        Raises:
            RecordError: when an entry is not filled in whole.
            UsageError: when images are not looked at yet, or another list is there than was said.
            WorkbenchError: whatever `bench.watchlists.build` raises.
        """
        self._say_busy("building", 0, len(self._making.images))
        try:
            self._making.build(replacing, lambda n, of, _path: self._say_busy("building", n, of))
        finally:
            self._say_busy(None)
            self._tell(self._making.images)
            self._say_page()
        self._say_report()
        assert self.report is not None  # noqa: S101 - it was just made
        return self.report

    def wait(self) -> None:
        """Wait until all that was handed over is looked at, and all that was asked for is done."""
        for worker in (self._worker, self._eyes, self._worker):
            done = threading.Event()
            worker.do(done.set)
            done.wait()

    def close(self) -> None:
        """Leave the browsers, and let go of every image."""
        self._over = True
        self._eyes.close()
        self._receiver.close()
        self._making.clear()
        super().close()

    def _begin(self, deployment: str | None) -> None:
        self._making.begin(deployment)
        self._begun = True
        self._say_page()
        self._tell(self._making.images)

    def _look(self, images: Sequence[DraftImage]) -> None:
        """Have images looked at, one after the other."""
        self._tell(images)
        for image in images:
            self._eyes.do(lambda image=image: self._look_at(image))  # type: ignore[misc]

    def _look_at(self, image: DraftImage) -> None:
        if self._over:
            return
        loads = not self._making.has_models
        if loads:
            self._say_busy("loading the models")
        try:
            near = self._making.look_at(image)
        finally:
            if loads:
                self._say_busy(None)
        self._tell(near, pictures=[image])

    def _take(self, kind: str, content: Mapping[str, Any], buffers: Sequence[memoryview]) -> None:
        if kind == "piece":
            self._receiver.receive(content, buffers)
        else:
            self._hear(kind, content)

    def _hear(self, kind: str, content: Mapping[str, Any]) -> None:
        ids = _texts(content.get("ids"))
        quick: dict[str, Callable[[], object]] = {
            "fill": lambda: self.fill(ids, _values(content.get("values"))),
            "named": lambda: self.name_subjects(ids),
            "remove": lambda: self.remove(ids),
            "faces": lambda: self.expect(_count(content.get("faces"))),
        }
        slow: dict[str, Callable[[], object]] = {
            "choose": lambda: self.choose(str(content.get("deployment"))),
            "refresh": lambda: self._begin(self._making.reference),
            "folder": lambda: self.take_folder(str(content.get("folder") or "")),
            "build": lambda: self.build(_text(content.get("replacing"))),
        }
        if kind == "upload":
            self._announced(content)
        elif kind == "stop":
            self._receiver.stop(str(content["view"]))
        elif kind == "look":
            self._worker.do(lambda: self._show(str(content.get("id")), str(content["view"])))
        elif kind in quick:
            # A page that goes on meanwhile is told which of its words are answered.
            about = {"to": content["view"], "number": _count(content.get("number"))}
            self._try(kind, quick[kind], **about)
        elif kind in slow:
            self._worker.do(lambda: self._try(kind, slow[kind]))

    def _try(self, what: str, job: Callable[[], object], **about: object) -> None:
        try:
            job()
        except Exception as error:  # noqa: BLE001 - said in the panel, whatever it was
            self._refused(what, error, **about)
        else:
            self.say({"kind": "done", "what": what, **about})

    def _left(self, view: str) -> None:
        self._receiver.stop(view)

    def _announced(self, content: Mapping[str, Any]) -> None:
        """Wait for a file, where its image may be put on a list."""
        try:
            self._making.require_prepared()
        except Exception as error:  # noqa: BLE001 - said in the panel, whatever it was
            self._refused("upload", error, upload=content.get("upload"), to=content["view"])
        else:
            self._receiver.begin(content)

    def _uploaded(self, file: UploadedFile, about: dict[str, Any]) -> None:
        try:
            self.take(file.name, file.data, file.replaces)
        except Exception as error:  # noqa: BLE001 - said in the panel, whatever it was
            self._refused("upload", error, **about)
        else:
            self.say({"kind": "uploaded", **about, "sha256": file.sha256})

    def _greet(self) -> None:
        self._say_page()
        images = self._making.images
        self.say({"kind": "rows", "rows": [], "anew": True, "pictures": []})
        for at in range(0, len(images), _AT_ONCE):
            self._tell(images[at : at + _AT_ONCE], pictures=images[at : at + _AT_ONCE])
        self._say_meter()
        self._say_report()
        self.say({"kind": "busy", "busy": self._busy})

    def _say_page(self) -> None:
        making, actor = self._making, self._bench.actor
        prepared = making.prepared
        self.say(
            {
                "kind": "page",
                "begun": self._begun,
                "fault": making.fault,
                "actor": actor.name,
                "role": actor.role.phrase,
                "demonstration": self._bench.is_demonstration,
                "open": [
                    {"reference": one.reference, "words": deployment_word(one)}
                    for one in making.open
                ],
                "chosen": making.reference,
                "present": None if prepared is None else present_words(prepared),
                "choices": {} if prepared is None else choices(prepared),
                "labels": dict(LABELS),
                "most": LARGEST_BYTES,
                "piece": PIECE_BYTES,
                "smaller": _SMALLER,
                **self._about,
            }
        )

    def _tell(self, images: Iterable[DraftImage], *, pictures: Sequence[DraftImage] = ()) -> None:
        """Tell how images stand, and the size of the list; pictures of those that are named."""
        if self._over:
            return
        rows = self._making.describe(images)
        small = {one.id: one.looked.small for one in pictures if one.looked and one.looked.small}
        self.say({"kind": "rows", "rows": rows, "pictures": list(small)}, list(small.values()))
        self._say_meter()

    def _say_meter(self) -> None:
        meter = self._making.meter()
        if meter is not None:
            self.say({"kind": "meter", **meter})

    def _say_report(self) -> None:
        self.say({"kind": "report", "report": self.report})

    def _say_busy(self, what: str | None, done: int = 0, total: int = 0) -> None:
        self._busy = None if what is None else {"what": what, "done": done, "total": total}
        self.say({"kind": "busy", "busy": self._busy})

    def _show(self, image_id: str, view: str) -> None:
        """Send a view the whole picture of an image, and where its face is in it."""
        found = self._making.preview(image_id)
        if found is None or found[0].looked is None:
            return
        looked, picture = found[0].looked, found[1]
        words = {
            "size": looked.size,
            "box": looked.box,
            "points": looked.points,
            "measures": [
                {"label": label, "value": value, "unit": unit}
                for label, value, unit in looked.measures
            ],
        }
        shown = {"kind": "shown", "to": view, "id": image_id, **words}
        self.say(shown, [] if picture is None else [picture])


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _values(value: object) -> dict[str, Any]:
    return {str(key): one for key, one in value.items()} if isinstance(value, dict) else {}


def _count(value: object) -> int | None:
    """Return a number as a browser sent it; what is none is not known."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**9:
        return value
    return None
