"""A clip around somebody in footage: everybody but them is made unrecognisable before it is shown.

It is decoded from the file where that lies, which has to be the one that was added, and lives in
memory alone: nothing of it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Final

from workbench.bench.context import Context
from workbench.bench.footage_access import (
    appearance_part,
    consulted_footage,
    unchanged_file,
)
from workbench.errors import UsageError, WorkbenchError
from workbench.governance.cases import require_case_covers
from workbench.governance.footage import FootageState
from workbench.governance.permissions import Permission
from workbench.records.audit.verbs import Result, Verb
from workbench.records.cases import find_case_by_id

if TYPE_CHECKING:
    from workbench.feeds.frames import Frame
    from workbench.live.redaction import RedactedFrame, Redactor
    from workbench.records.footage import FootageRow
    from workbench.retrospective.clip_tracks import ClipFaces, FaceFinder, KnownPlace, WatchedClip
    from workbench.retrospective.footage_parts import AppearanceId, FootagePart
    from workbench.retrospective.segments import FootagePlan
    from workbench.settings import Settings

__all__ = ["LONGEST_S", "USUAL_S", "FootageClip", "clip_around"]

USUAL_S: Final = 6.0
"""How long a clip is unless told otherwise, s."""
LONGEST_S: Final = 60.0
"""No clip is longer, s."""
_ENTERED_S: Final = 1.0
"""How far apart the places are at least that a clip is decoded from, s."""
_WARMED_S: Final = 1.0
"""How long before a clip its faces are watched at least, s: whoever is not found in its first
pictures was found in these, and is hidden where they should be by then."""
_LOOKBACK: Final = 5
"""Pictures behind a clip that are watched as well: whoever is first found in these is hidden in its
last ones."""


@dataclass(frozen=True, slots=True, eq=False)
class FootageClip:
    """The frames around somebody in footage, each redacted before it leaves.

    Iterate over it for seconds of the file and JPEG bytes, once: each look at footage is logged,
    and a second one is asked for as the first was.

    Attributes:
        appearance: whose face may be seen.
        from_s: first second of the file.
        to_s: last second.
    """

    appearance: str
    from_s: float
    to_s: float
    _plan: FootagePlan = field(repr=False)
    _known: tuple[KnownPlace, ...] = field(repr=False)
    _finder: FaceFinder = field(repr=False)
    _settings: Settings = field(repr=False)
    _require_case: Callable[[], None] = field(repr=False)
    _look: Lock = field(default_factory=Lock, init=False, repr=False)

    def __iter__(self) -> Iterator[tuple[float, bytes]]:
        """Give the frames.

        Raises:
            FootageError: when the file was changed meanwhile, or cannot be read.
            NotAuthorisedError: when the case does not cover now any more.
            UnknownRecordError: when the case is gone.
            UsageError: when it was looked at already.
        """
        from workbench.images import encode_jpeg  # noqa: PLC0415 - loads OpenCV

        for frame in self.redacted():
            yield frame.time_s, encode_jpeg(frame.image)

    def redacted(self) -> Iterator[RedactedFrame]:
        """Give the frames as pixels, with what was covered and what was left in the clear.

        Raises:
            FootageError: as above.
        """
        from workbench.live.redaction import Redactor  # noqa: PLC0415 - loads OpenCV

        if not self._look.acquire(blocking=False):
            msg = f"this clip of {self.appearance} was looked at already. Ask for it once more."
            raise UsageError(msg)
        self._require_case()
        begin_s = self._begin_s()
        watched = self._watched(begin_s)
        redactor = Redactor(lookback_frames=_LOOKBACK)
        # From the same moment as it was watched from: entered elsewhere, pictures of a damaged
        # file may be counted otherwise, and not be the same.
        for frame in self._frames(begin_s, self._end_s()):
            faces = watched.faces(frame)
            if faces is None:
                continue  # nobody knows who would have to be hidden in it
            if faces.begins_scene:
                yield from self._asked(redactor.flush())
            if frame.time_s >= self._warmed_from_s():
                pushed = self._pushed(redactor, frame, faces, watched.shown(frame))
                yield from self._asked(pushed)
        yield from self._asked(redactor.flush())

    def _begin_s(self) -> float:
        """Return where watching begins: where the index knows the person, or before the clip."""
        return max(0.0, min(self._warmed_from_s(), self._nearest_s()))

    def _warmed_from_s(self) -> float:
        """Return from when on somebody who is not found any more is believed to be in the clip."""
        from workbench.retrospective.index_segment import followed_for_s  # noqa: PLC0415

        followed_s = followed_for_s(self._settings, self._plan.facts.step_s)
        return self.from_s - max(_WARMED_S, followed_s)

    def _end_s(self) -> float:
        """Return until when somebody who is found then is hidden in the clip's last pictures."""
        return self.to_s + _LOOKBACK * self._plan.facts.step_s

    def _nearest_s(self) -> float:
        middle = (self.from_s + self.to_s) / 2
        return min((one.time_s for one in self._known), key=lambda time: abs(time - middle))

    def _watched(self, begin_s: float) -> WatchedClip:
        """Follow every face, from before the clip until it ends and the person was met."""
        from workbench.retrospective.clip_tracks import watch  # noqa: PLC0415 - loads OpenCV

        return watch(
            self._frames(begin_s, max(self._end_s(), self._nearest_s())),
            self._known,
            self._finder,
            self._settings,
            step_s=self._plan.facts.step_s,
        )

    def _frames(self, from_s: float, to_s: float) -> Iterator[Frame]:
        from workbench.retrospective.clip_tracks import stretch_of  # noqa: PLC0415

        return stretch_of(self._plan, from_s, to_s)

    def _asked(self, released: list[RedactedFrame]) -> list[RedactedFrame]:
        return [one for one in released if self.from_s <= one.time_s <= self.to_s]

    def _pushed(
        self, redactor: Redactor, frame: Frame, faces: ClipFaces, shown: int | None
    ) -> list[RedactedFrame]:
        from workbench.live.redaction import Sightings  # noqa: PLC0415

        sightings = Sightings(
            faces.boxes, faces.tracks, faces.held, faces.held_tracks, faces.held_s
        )
        return redactor.push(frame, sightings, {} if shown is None else {shown: self.appearance})


def clip_around(
    context: Context,
    appearance: str,
    finder: Callable[[], FaceFinder],
    *,
    justification: str,
    at_s: float | None,
    length_s: float,
) -> FootageClip:
    """Return the clip around an appearance: `FootageIndex.clip`."""
    from workbench.retrospective.footage_parts import AppearanceId  # noqa: PLC0415

    asked = AppearanceId.read(appearance)
    if not 0 < length_s <= LONGEST_S:
        msg = f"a clip is above 0 and at most {LONGEST_S:.0f} s long, not {length_s:g} s."
        raise UsageError(msg)
    permission = Permission.FOOTAGE_CONSULT
    looked = _looked(asked, at_s, length_s)
    row = consulted_footage(context, permission, asked, justification=justification, details=looked)
    try:
        part, plan = _opened(context, row, asked)
    except WorkbenchError as error:
        with context.acting(permission, purpose=row.case) as acting:
            acting.log(
                Verb.CONSULT,
                [row.id],
                justification=justification,
                result=Result.FAILED,
                details={**looked, "kind": type(error).__name__},
            )
        raise
    known = _known(part, asked)
    first_s, best_s, last_s = (one.time_s for one in known)
    middle_s = best_s if at_s is None else at_s
    if not first_s - length_s <= middle_s <= last_s + length_s:
        msg = (
            f"{asked} is in view from {first_s:.1f} to {last_s:.1f} s of {row.footage.name}, and "
            f"{middle_s:g} s is not near. Give a moment at which it is."
        )
        raise UsageError(msg)
    return FootageClip(
        str(asked),
        max(0.0, middle_s - length_s / 2),
        middle_s + length_s / 2,
        plan,
        known,
        finder(),
        context.settings,
        partial(_require_covered, context, row.case),
    )


def _require_covered(context: Context, case: str) -> None:
    """Refuse a look that begins after the case has ended, whenever it was asked for."""
    with context.store.reading() as connection:
        row = find_case_by_id(connection, case)
    require_case_covers(row.state, row.application, context.now())


def _opened(
    context: Context, row: FootageRow, asked: AppearanceId
) -> tuple[FootagePart, FootagePlan]:
    if row.state is not FootageState.INDEXED:
        msg = f"footage {row.id} is not indexed yet. Index it first."
        raise UsageError(msg)
    part = appearance_part(context, row, asked)
    return part, unchanged_file(row, length_s=_ENTERED_S)


def _known(part: FootagePart, asked: AppearanceId) -> tuple[KnownPlace, ...]:
    from workbench.retrospective.clip_tracks import known_places  # noqa: PLC0415

    return known_places(part.appearances, asked.track)


def _looked(asked: AppearanceId, at_s: float | None, length_s: float) -> dict[str, str | float]:
    moment = {} if at_s is None else {"at_s": at_s}
    return {"step": "clip", "appearance": str(asked), "length_s": length_s, **moment}
