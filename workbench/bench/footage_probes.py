"""An appearance of footage as a probe: its best looks, cut out of the file that shows them.

Several looks at one face make one probe, as several frames of a track do; those that are too poor
or too unlike the best are left out. The file has to be the
one that was added; each face is the one whose template the index keeps of that look.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from workbench.bench.context import Acting, Context
from workbench.bench.footage_access import (
    appearance_part,
    consulted_footage,
    unchanged_file,
)
from workbench.bench.search_views import ProbeRequest
from workbench.errors import FootageError, RefusedError
from workbench.governance.footage_times import counted
from workbench.governance.permissions import Permission
from workbench.governance.probe_pictures import PictureKind
from workbench.records.cases import CaseRow
from workbench.records.footage import footage_of

if TYPE_CHECKING:
    from workbench.faces.analysis import FaceAnalyser
    from workbench.records.footage import FootageRow

__all__ = ["probe_from", "require_of_case"]

_ENTERED_S: Final = 1.0
"""How far apart the places are at least that frames are decoded from, s."""
_LONGEST_NAME: Final = 120
"""Characters of a file's name in what is said of a probe."""


def probe_from(
    context: Context,
    appearance: str,
    analyser: Callable[[], FaceAnalyser],
    *,
    justification: str,
    override: str | None,
) -> ProbeRequest:
    """Return an appearance as a probe: `FootageIndex.probe_of`."""
    from workbench.images import encode_png  # noqa: PLC0415 - loads OpenCV
    from workbench.retrospective.footage_parts import AppearanceId  # noqa: PLC0415
    from workbench.retrospective.look_pictures import look_pictures, of_one_person  # noqa: PLC0415

    asked = AppearanceId.read(appearance)
    row = consulted_footage(
        context,
        Permission.RETRO_SEARCH_RUN,
        asked,
        justification=justification,
        details={"step": "probe", "appearance": str(asked)},
    )
    part = appearance_part(context, row, asked)
    plan = unchanged_file(row, length_s=_ENTERED_S)
    used = analyser()
    pictures = look_pictures(plan, part.appearances, asked.track, used)
    if not pictures:
        msg = (
            f"the face of {asked} is not found again in {row.footage.place}. Index the footage "
            "anew, or take another appearance."
        )
        raise FootageError(msg)
    looked = part.appearances.rows.row(asked.track, named=True)
    return ProbeRequest(
        pictures=of_one_person([encode_png(one) for one in pictures], used),
        origin=_origin(row, looked["looked_s"]),
        name=row.footage.name,
        taken=row.footage.true_time(looked["looked_s"]),
        frame=looked["looked_frame"],
        override=override,
        appearance=str(asked),
        kind=PictureKind.CAMERA,
    )


def require_of_case(acting: Acting, case: CaseRow, appearance: str | None) -> None:
    """Refuse a probe whose appearance, if it is one, was taken from the footage of another case.

    Raises:
        RefusedError: says so; nobody is followed from case to case.
    """
    from workbench.retrospective.footage_parts import AppearanceId  # noqa: PLC0415

    if appearance is None:
        return
    asked = AppearanceId.read(appearance)
    if asked.footage not in {one.id for one in footage_of(acting.connection, case.id)}:
        msg = (
            f"the probe was taken from footage that is not of case {case.number}. What one case "
            "holds is searched with in that case alone."
        )
        raise RefusedError(msg)


def _origin(row: FootageRow, looked_s: float) -> str:
    name = row.footage.name
    shown = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}..."
    return f"footage {shown}, {counted(looked_s)}"
