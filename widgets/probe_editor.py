"""Preparing a probe: a picture, what is done to a copy of it, its quality, and the face in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeGuard

from widgets.panels import Panel, Surface, joined
from widgets.probe_views import EyeJudge, FoundFace, Judge, PreparedProbe
from widgets.probe_words import operation_of, state_words, tool_words
from widgets.probe_work import ProbeWork
from widgets.receiving import Receiver
from widgets.record_fields import filled_in, form_of
from widgets.shown_pictures import shown
from widgets.uploads import LARGEST_BYTES, PIECE_BYTES, UploadedFile
from workbench.arrays import ImageArray
from workbench.errors import UsageError
from workbench.governance.enhancements import EnhancementLog, Operation
from workbench.governance.record import Record

__all__ = ["ProbeEditor"]

_Pictures = dict[str, tuple[bytes, dict[str, Any]]]
_SMALLER: Final = "Save the picture smaller, or the part of it with the face."
_WORDS: Final[Mapping[str, str]] = {
    "load": "reading the picture and looking for faces",
    "step": "changing the copy and looking for faces",
    "look": "making a picture to look at",
    "eyes": "measuring the face by the eyes that were placed",
}


class _ProbeSurface(Surface):
    _esm = joined("parts.js", "eyes.js", "stage.js", "upload.js", "tools.js", "probe.js")
    _css = joined("panel.css", "probe.css")


class ProbeEditor(Panel):
    """Prepares a probe: the original beside its enhanced copy, steps, verdict, faces.

    What is done to the copy is done here by `workbench.retrospective.enhance`; the original is
    never changed. Pictures travel as message buffers. Nothing is searched with until somebody says
    so by a button, and any change afterwards takes that back.
    """

    surface = _ProbeSurface

    def __init__(
        self,
        judge: Judge,
        *,
        origin: type[Record] | None = None,
        eye_judge: EyeJudge | None = None,
        on_ready: Callable[[PreparedProbe], None] | None = None,
    ) -> None:
        """Begin without a picture.

        Args:
            judge: finds the faces of a picture and judges them; `judge_by` makes one.
            origin: kind of record that says where a probe comes from, such as source, time and
                number of the frame; its fields are asked for. None are without.
            eye_judge: judges a face whose eyes were placed by hand; `judge_eyes_by` makes one. None
                can be placed without.
            on_ready: is told of a probe that somebody decided to search with, beside the kernel's
                own thread.
        """
        self._work = ProbeWork(judge, origin=origin, eye_judge=eye_judge)
        self._on_ready = on_ready
        self._form = [] if origin is None else form_of(origin)
        self._told: dict[str, str] = {}
        self._receiver = Receiver(
            self.say,
            lambda error, about: self._refused("upload", error, **about),
            self._uploaded,
            smaller=_SMALLER,
        )
        self._pictures: _Pictures = {}
        self._tries: dict[str, Mapping[str, Any]] = {}
        self._busy = ""
        super().__init__()

    @property
    def probe(self) -> PreparedProbe | None:
        """What somebody decided to search with; none before that, and after any change."""
        return self._work.probe

    @property
    def enhancement_log(self) -> EnhancementLog | None:
        """What was done to the copy so far; none without a picture."""
        return self._work.log

    @property
    def faces(self) -> tuple[FoundFace, ...]:
        """The faces of the copy."""
        return self._work.faces

    @property
    def upload_received(self) -> int | None:
        """Bytes that are here of a file on its way; none where nothing is."""
        return self._receiver.received

    def load(self, file: bytes, name: str) -> None:
        """Take a picture as if it had been uploaded.

        Raises:
            ImageError: when it cannot be used; what was there before stays.
        """
        self._work.load(file, name)
        self._told = {}
        self._show("original", "copy")

    def add(self, operation: Operation) -> None:
        """Do one step more to the copy.

        Raises:
            UsageError: when it cannot be done to this picture.
        """
        self._work.add(operation)
        self._show("copy")

    def clear(self) -> None:
        """Forget the picture, what was done to it and what was said of it."""
        self._work.clear()
        self._pictures, self._told = {}, {}
        self._tell()

    def close(self) -> None:
        """Leave the browsers; a file on its way is dropped."""
        self._receiver.close()
        super().close()

    def _greet(self) -> None:
        self.say(
            {
                "kind": "page",
                "tools": tool_words(),
                "form": self._form,
                "piece": PIECE_BYTES,
                "most": LARGEST_BYTES,
                "smaller": _SMALLER,
            }
        )
        self._tell()
        for of in tuple(self._pictures):
            self._say_picture(of)

    def _take(self, kind: str, content: Mapping[str, Any], buffers: Sequence[memoryview]) -> None:
        if kind == "piece":
            self._receiver.receive(content, buffers)
        else:
            self._hear(kind, content)

    def _hear(self, kind: str, content: Mapping[str, Any]) -> None:
        if kind == "upload":
            self._receiver.begin(content)
        elif kind == "stop":
            self._receiver.stop(str(content["view"]))
            self.say({"kind": "stopped", "to": content["view"]})
        elif kind == "try":
            self._tries[str(content["view"])] = content
            self._worker.do(lambda: self._try(str(content["view"])))
        else:
            jobs: dict[str, tuple[str, Callable[[], None]]] = {
                "add": ("step", lambda: self.add(operation_of(content.get("step")))),
                "change": ("step", lambda: self._change(content)),
                "remove": ("step", lambda: self._remove(content)),
                "before": ("look", lambda: self._look_before(content)),
                "choose": ("", lambda: self._work.choose(_number(content, "face"))),
                "eyes": ("eyes", lambda: self._place(content)),
                "found": ("", self._work.take_back),
                "override": ("", lambda: self._work.set_aside(_text(content, "reason"))),
                "origin": ("", lambda: self._describe(content)),
                "use": ("", self._use),
                "clear": ("", self.clear),
            }
            if kind in jobs:
                busy, job = jobs[kind]
                about = {"to": content["view"]}
                if "asked" in content:  # which is told back, so that a late answer is known
                    about["asked"] = content["asked"]
                self._worker.do(lambda: self._do(kind, busy, job, **about))

    def _left(self, view: str) -> None:
        self._tries.pop(view, None)
        self._receiver.stop(view)

    def _uploaded(self, file: UploadedFile, about: dict[str, Any]) -> None:
        def job() -> None:
            self.load(file.data, file.name)
            self.say({"kind": "uploaded", **about, "sha256": file.sha256})

        self._worker.do(lambda: self._do("upload", "load", job, **about))

    def _do(self, what: str, busy: str, job: Callable[[], None], **about: object) -> None:
        """Do what a view asked for, and tell every one how things stand then."""
        if busy:
            self._busy = _WORDS[busy]
            self._tell()
        try:
            job()
        except Exception as error:  # noqa: BLE001 - said in the panel, whatever it was
            self._refused(what, error, **about)
        else:
            self.say({"kind": "done", "what": what, **about})
        finally:
            self._busy = ""
            self._tell()

    def _change(self, content: Mapping[str, Any]) -> None:
        self._work.change(_number(content, "number"), operation_of(content.get("step")))
        self._show("copy")

    def _remove(self, content: Mapping[str, Any]) -> None:
        self._work.remove(_number(content, "number"))
        self._show("copy")

    def _place(self, content: Mapping[str, Any]) -> None:
        eyes, face = content.get("eyes"), content.get("face")
        if not _is_eyes(eyes):
            msg = "where the eyes are was not said as two points. Place them again."
            raise UsageError(msg)
        log = self.enhancement_log
        if log is None or content.get("pixels") != log.searched:
            msg = "the copy has changed since the eyes were placed. Place them again."
            raise UsageError(msg)
        right, left = ((float(x), float(y)) for x, y in eyes)
        self._work.place((right, left), None if face is None else _number(content, "face"))

    def _look_before(self, content: Mapping[str, Any]) -> None:
        number = _number(content, "number")
        self._say_look(self._work.before(number), str(content["view"]), "before", number)

    def _try(self, view: str) -> None:
        """Show what a step would give; of several that were asked for meanwhile only the last."""
        content = self._tries.pop(view, None)
        if content is None:
            return
        number = content.get("number")
        at = number if isinstance(number, int) else None

        def job() -> None:
            image = self._work.tried(operation_of(content.get("step")), at)
            self._say_look(image, view, "tried", content.get("asked"))

        self._do("try", "look", job, to=view)

    def _say_look(self, image: ImageArray, view: str, of: str, asked: object) -> None:
        data, about = shown(image)
        self.say({"kind": "look", "to": view, "of": of, "asked": asked, **about}, [data])

    def _describe(self, content: Mapping[str, Any]) -> None:
        values = content.get("values")
        given = values if isinstance(values, Mapping) else {}
        self._told = {str(name): str(value) for name, value in given.items()}
        kind = self._work.origin_kind
        self._work.describe({} if kind is None else filled_in(kind, self._told))

    def _use(self) -> None:
        probe = self._work.use()
        if self._on_ready is not None:
            self._on_ready(probe)

    def _show(self, *which: str) -> None:
        """Encode pictures anew and send them, with how things stand."""
        images = {"original": self._work.original, "copy": self._work.copy}
        for of in which:
            image = images[of]
            if image is not None:
                self._pictures[of] = shown(image)
        self._tell()
        for of in which:
            self._say_picture(of)

    def _say_picture(self, of: str) -> None:
        data, about = self._pictures[of]
        self.say({"kind": "picture", "of": of, **about}, [data])

    def _tell(self) -> None:
        words = state_words(self._work)
        self.say({"kind": "state", "busy": self._busy, "values": self._told, **words})


def _is_eyes(value: object) -> TypeGuard[list[list[float]]]:
    return (
        isinstance(value, list)
        and len(value) == 2  # noqa: PLR2004 - people have two
        and all(isinstance(one, list) and len(one) == 2 for one in value)  # noqa: PLR2004 - x, y
        and all(
            isinstance(x, int | float) and not isinstance(x, bool) for one in value for x in one
        )
    )


def _number(content: Mapping[str, Any], name: str) -> int:
    value = content.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def _text(content: Mapping[str, Any], name: str) -> str:
    value = content.get(name)
    return value if isinstance(value, str) else ""
