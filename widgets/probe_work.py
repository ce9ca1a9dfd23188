"""A probe while it is prepared: original, steps, faces, and what is still missing. No browser."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Final

from widgets.probe_faces import eyes_placed, still_chosen
from widgets.probe_views import EyeJudge, FoundFace, Judge, PreparedProbe
from widgets.uploads import LARGEST_BYTES
from workbench.arrays import ImageArray
from workbench.errors import BlockedError, UsageError
from workbench.faces.quality import Verdict
from workbench.governance.enhancements import MOST_STEPS, EnhancementLog, Operation
from workbench.governance.eyes_by_hand import EyesByHand
from workbench.governance.record import Record
from workbench.governance.text import require_reason
from workbench.images import ImageLimits, load_image
from workbench.retrospective.enhancing import enhance
from workbench.retrospective.hand_eyes import Eyes

__all__ = ["ProbeWork"]

_OVERRIDE: Final = "the override of the quality verdict"


class ProbeWork:
    """Holds one picture, and does to a copy of it what is asked for. From any thread.

    Attributes:
        original: as it was decoded; none before a picture was given. It is never changed.
        copy: that the steps lead to.
        log: of the steps.
        faces: of the copy, as the judge found them, but for the one whose eyes were placed by hand;
            one that was not found is the last.
        by_hand: that the eyes of the chosen face were placed by hand; none after any step.
        chosen: number of the face that is searched for.
        override: why a rejected face is searched with all the same.
        origin: where the picture comes from, once that is told.
        probe: what somebody decided to search with; none after any change.
    """

    def __init__(
        self,
        judge: Judge,
        *,
        origin: type[Record] | None = None,
        eye_judge: EyeJudge | None = None,
    ) -> None:
        """Begin without a picture.

        Args:
            judge: finds faces and judges them.
            origin: kind of record that says where a probe comes from; none is asked for without.
            eye_judge: judges faces whose eyes were placed by hand; none may be placed without.
        """
        self._judge, self.origin_kind, self._eye_judge = judge, origin, eye_judge
        self._lock = threading.RLock()
        self._forget()

    def _forget(self) -> None:
        self.file, self.name = b"", ""
        self.original: ImageArray | None = None
        self.copy: ImageArray | None = None
        self.log: EnhancementLog | None = None
        self.faces: tuple[FoundFace, ...] = ()
        self.found: tuple[FoundFace, ...] = ()
        self.by_hand: EyesByHand | None = None
        self.chosen: int | None = None
        self.override: str | None = None
        self.origin: Record | None = None
        self.refused_origin = False
        self.probe: PreparedProbe | None = None

    def clear(self) -> None:
        """Forget the picture and what was done with it."""
        with self._lock:
            self._forget()

    def load(self, file: bytes, name: str) -> None:
        """Take a picture; of the one before nothing is kept, unless this one cannot be used.

        Args:
            file: of the picture.
            name: of the file, for messages.

        Raises:
            ImageError: when it is no image, is damaged, or has too many bytes or pixels.
        """
        original = load_image(file, limits=ImageLimits(max_bytes=LARGEST_BYTES), name=name)
        original.flags.writeable = False
        copy, log = enhance(original, (), file=hashlib.sha256(file).hexdigest())
        faces = tuple(self._judge(copy))
        with self._lock:
            self._forget()
            self.file, self.name, self.original = file, name, original
            self._put(copy, log, faces)

    @property
    def operations(self) -> list[Operation]:
        """What is done to the original, in order."""
        return [] if self.log is None else [step.operation for step in self.log.steps]

    def add(self, operation: Operation) -> None:
        """Do one step more.

        Raises:
            UsageError: when it cannot be done to this picture.
        """
        self._redo([*self.operations, operation])

    def change(self, number: int, operation: Operation) -> None:
        """Do a step otherwise, and those after it again.

        Raises:
            UsageError: when there is no such step, or one of them cannot be done then.
        """
        steps = self.operations
        self._require_step(number)
        self._redo([*steps[:number], operation, *steps[number + 1 :]])

    def remove(self, number: int) -> None:
        """Leave a step out, and do those after it again.

        Raises:
            UsageError: when there is no such step, or one after it cannot be done then.
        """
        self._require_step(number)
        steps = self.operations
        self._redo([*steps[:number], *steps[number + 1 :]])

    def before(self, number: int) -> ImageArray:
        """Return the picture as it is before a step.

        Raises:
            UsageError: when there is no such step.
        """
        self._require_step(number)
        return self._enhanced(self.operations[:number])[0]

    def tried(self, operation: Operation, number: int | None = None) -> ImageArray:
        """Return what a step would give, after the others or in the place of one; nothing changes.

        Raises:
            UsageError: when it cannot be done, or there is no such step.
        """
        if number is not None:
            self._require_step(number)
        return self._enhanced([*self.operations[:number], operation])[0]

    def choose(self, number: int) -> None:
        """Say which face is searched for.

        Raises:
            UsageError: when there is no such face.
        """
        with self._lock:
            if self.by_hand is not None and number != self.chosen:
                self._take_back()
            if not 0 <= number < len(self.faces):
                msg = f"there is no face {number + 1}; the picture shows {len(self.faces)}."
                raise UsageError(msg)
            if number != self.chosen:
                self.chosen, self.override, self.probe = number, None, None

    @property
    def may_place(self) -> bool:
        """Whether eyes can be placed by hand here."""
        return self._eye_judge is not None and self.copy is not None

    def place(self, eyes: Eyes, number: int | None) -> None:
        """Say where the eyes of a face are; it is the one that is searched for then.

        What was said of its quality is of the detector's points, and has to be said again.

        Args:
            eyes: right and left of the person, px of the copy.
            number: of the face that is put right; `None` where it was not found.

        Raises:
            RecordError: when they tell nothing.
            UsageError: when they lie outside, there is no such face, or none may be placed here.
        """
        if self._eye_judge is None:
            msg = "eyes cannot be placed by hand here."
            raise UsageError(msg)
        with self._lock:
            self._require_picture()
            assert self.copy is not None  # noqa: S101 - there is a picture
            assert self.log is not None  # noqa: S101
            if number is not None and not 0 <= number < len(self.found):
                msg = f"there is no face {number + 1}; {len(self.found)} were found."
                raise UsageError(msg)
            before = None if number is None else self.found[number]
            face = self._eye_judge(self.copy, eyes, before)
            by_hand = eyes_placed(eyes, before, self.log.searched)
            faces = list(self.found)
            at = len(faces) if number is None else number
            faces[at : at + 1] = [face]
            self.faces, self.chosen, self.by_hand = tuple(faces), at, by_hand
            self.override = self.probe = None

    def take_back(self) -> None:
        """Take the eyes as the detector found them again; a face that it did not find goes.

        Raises:
            UsageError: when none were placed by hand.
        """
        with self._lock:
            if self.by_hand is None:
                msg = "no eyes were placed by hand."
                raise UsageError(msg)
            self._take_back()

    def _take_back(self) -> None:
        self.faces, self.by_hand = self.found, None
        if self.chosen is not None and self.chosen >= len(self.faces):
            self.chosen = 0 if len(self.faces) == 1 else None
        self.override = self.probe = None

    @property
    def face(self) -> FoundFace | None:
        """The face that is searched for."""
        return None if self.chosen is None else self.faces[self.chosen]

    @property
    def is_rejected(self) -> bool:
        """Whether the chosen face is not good enough, whatever was said to that."""
        return self.face is not None and self.face.verdict is Verdict.REJECT

    def set_aside(self, reason: str) -> None:
        """Search with a face whose quality is rejected, and say why.

        Raises:
            UsageError: when it is not rejected.
            RecordError: when the reason says nothing.
        """
        with self._lock:
            if not self.is_rejected:
                msg = (
                    "the quality of the chosen face is not rejected: there is nothing to override."
                )
                raise UsageError(msg)
            require_reason(reason, what=_OVERRIDE)
            self.override, self.probe = reason.strip(), None

    def describe(self, values: Mapping[str, Any]) -> None:
        """Say where the picture comes from.

        Raises:
            RecordError: names what is missing or wrong; nothing is said of it then.
            UsageError: when it is not asked for, or there is no picture.
        """
        if self.origin_kind is None:
            msg = "where the picture comes from is not asked for here."
            raise UsageError(msg)
        with self._lock:
            self._require_picture()
            self.origin = self.probe = None
            self.refused_origin = True
            self.origin = self.origin_kind.read(values, what="where the probe comes from")
            self.refused_origin = False

    @property
    def missing(self) -> list[str]:
        """What must be there before it may be searched with, in words."""
        if self.copy is None:
            return ["a picture"]
        found = []
        if not self.faces:
            found.append("a face that is found in the picture")
        elif self.face is None:
            found.append(f"which of the {len(self.faces)} faces is searched for")
        if self.is_rejected and self.override is None:
            found.append("a reason why a rejected quality is overridden")
        if self.origin_kind is not None and self.origin is None:
            found.append(
                "what was refused of where the picture comes from, put right"
                if self.refused_origin
                else "where the picture comes from"
            )
        return found

    def use(self) -> PreparedProbe:
        """Decide to search with it as it is now.

        Raises:
            BlockedError: lists what is missing.
        """
        with self._lock:
            if missing := self.missing:
                msg = f"it cannot be searched with yet: missing {'; '.join(missing)}."
                raise BlockedError(msg)
            assert self.copy is not None  # noqa: S101 - or a picture would be missing
            assert self.log is not None  # noqa: S101
            assert self.original is not None  # noqa: S101
            assert self.face is not None  # noqa: S101
            assert self.chosen is not None  # noqa: S101
            self.probe = PreparedProbe(
                picture=self.copy,
                log=self.log,
                face=self.face,
                face_number=self.chosen,
                override=self.override if self.is_rejected else None,
                origin=self.origin,
                original=self.original,
                file=self.file,
                name=self.name,
                by_hand=self.by_hand,
            )
            return self.probe

    def _redo(self, operations: Sequence[Operation]) -> None:
        if len(operations) > MOST_STEPS:
            msg = f"a picture takes {MOST_STEPS} steps at most. Remove one that is not needed."
            raise UsageError(msg)
        with self._lock:
            copy, log = self._enhanced(operations)
            self._put(copy, log, tuple(self._judge(copy)))

    def _enhanced(self, operations: Sequence[Operation]) -> tuple[ImageArray, EnhancementLog]:
        """Return the enhanced copy; what the copy at hand begins with is not done again."""
        original, log = self._require_picture()
        done = self.operations
        if self.copy is not None and done and list(operations[: len(done)]) == done:
            try:
                copy, more = enhance(self.copy, operations[len(done) :], file=log.file)
            except UsageError:
                pass  # it names the number of a step, which is another one from the beginning
            else:
                steps = (*log.steps, *more.steps)
                return copy, EnhancementLog(file=log.file, original=log.original, steps=steps)
        return enhance(original, operations, file=log.file)

    def _put(self, copy: ImageArray, log: EnhancementLog, faces: tuple[FoundFace, ...]) -> None:
        before, face = self.copy, self.face
        same = self.log is not None and log.searched == self.log.searched
        same_size = before is not None and before.shape == copy.shape
        copy.flags.writeable = False
        self.copy, self.log, self.faces, self.probe = copy, log, faces, None
        # Placed in other pixels, or else the same again: what is said of them is said anew.
        self.found, self.by_hand = faces, None
        self.chosen = still_chosen(faces, face if same_size else None)
        if not same or self.face != face:
            self.override = None  # it was said of another picture

    def _require_picture(self) -> tuple[ImageArray, EnhancementLog]:
        if self.original is None or self.log is None:
            msg = "there is no picture yet. Upload one."
            raise UsageError(msg)
        return self.original, self.log

    def _require_step(self, number: int) -> None:
        if not 0 <= number < len(self.operations):
            msg = f"there is no step {number + 1}; {len(self.operations)} were done."
            raise UsageError(msg)
