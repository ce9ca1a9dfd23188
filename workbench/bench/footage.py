"""`bench.footage`: video that a case lawfully holds, indexed once under the case's own key.

The file stays where it is. What is kept is who is seen in it when: tracks, best looks, templates
and small pictures, sealed segment by segment, so that indexing goes on where it was cut off. All of
it goes with the case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.bench.case_access import on_case
from workbench.bench.context import Context
from workbench.bench.footage_access import (
    footage_parts,
    footage_view,
    found_footage,
    indexed_footage,
)
from workbench.bench.footage_adding import add_file
from workbench.bench.footage_clips import USUAL_S, FootageClip, clip_around
from workbench.bench.footage_indexing import index_file
from workbench.bench.footage_probes import probe_from
from workbench.bench.footage_views import AppearanceView, FootageView
from workbench.governance.cases import require_case_covers
from workbench.governance.permissions import Permission
from workbench.records.audit.verbs import Verb
from workbench.records.footage import find_footage, footage_of

if TYPE_CHECKING:
    from workbench.bench.search_probes import ProbeModels
    from workbench.bench.search_views import ProbeRequest
    from workbench.faces.analysis import FaceAnalyser
    from workbench.retrospective.index_peers import Hiring
    from workbench.retrospective.indexing import IndexProgress

__all__ = ["FootageIndex"]


class FootageIndex:
    """Footage of the cases of a bench, by id."""

    def __init__(self, context: Context, models: ProbeModels) -> None:
        """Take what is worked with, and the models that clips and probes are made with."""
        self._context, self._models = context, models

    def add(self, case: str, file: Path, values: Mapping[str, Any]) -> FootageView:
        """Add a video file to a case; nothing of it is indexed yet.

        Args:
            case: number of the case, which covers now.
            file: the video; it stays where it is.
            values: by field of `governance.footage.FootagePlan`: origin, basis, starts and
                clock_offset_s.

        Raises:
            FootageError: when the file is no video, or cannot be read.
            NotAuthorisedError: when the case does not cover now.
            NotPermittedError: when the role may not.
            RecordError: when what is said of it cannot be used.
            RefusedError: when the case holds a file with the same content already.
            UnknownRecordError: when there is no such case.
        """
        return add_file(self._context, case, file, values)

    def index(
        self,
        footage: str,
        *,
        workers: int | None = None,
        hiring: Hiring | None = None,
        progress: Callable[[IndexProgress], None] = lambda _done: None,
    ) -> FootageView:
        """Index footage, or go on where that was cut off, for as long as the case allows it.

        Args:
            footage: id of it.
            workers: processes; one for each core if left out.
            hiring: where they come from, such as an open cluster; this machine if left out.
            progress: told how far it is.

        Raises:
            FootageError: when the file was changed or moved, or cannot be read.
            NotAuthorisedError: when its row is not what the audit log says, or the case does not
                cover now, or ends meanwhile: what was indexed by then is kept for as long as the
                case's data are.
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is no such footage.
        """
        done = index_file(self._context, footage, workers=workers, hiring=hiring, progress=progress)
        return self.get(footage) if done is None else done

    def get(self, footage: str) -> FootageView:
        """Return footage; nobody in it.

        Raises:
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is none of that id.
        """
        row, case = found_footage(self._context, Permission.FOOTAGE_CONSULT, footage)
        with on_case(self._context, Permission.FOOTAGE_CONSULT, case) as (acting, of):
            acting.log(
                Verb.CONSULT, [row.id], justification="reading what footage is, nobody in it"
            )
            return footage_view(acting, of, find_footage(acting.connection, row.id))

    def list(self, case: str) -> list[FootageView]:
        """Return the footage of a case, by when it was added; nobody in it.

        Raises:
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is no such case.
        """
        with on_case(self._context, Permission.FOOTAGE_CONSULT, case) as (acting, row):
            acting.log(
                Verb.CONSULT, [row.id], justification="listing footage of a case, nobody in it"
            )
            return [footage_view(acting, row, one) for one in footage_of(acting.connection, row.id)]

    def timeline(
        self, case: str, *, justification: str, footage: Sequence[str] = ()
    ) -> tuple[AppearanceView, ...]:
        """Return who is in view of the footage of a case and when, with a small picture of each.

        Args:
            case: number of the case, which covers now.
            justification: why somebody looks.
            footage: ids; all that is indexed if left out.

        Raises:
            NotAuthorisedError: when the case does not cover now.
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is no such case, or it has no such footage.
        """
        from workbench.retrospective.joining import timeline  # noqa: PLC0415 - opens quickly

        with on_case(self._context, Permission.FOOTAGE_CONSULT, case) as (acting, row):
            require_case_covers(row.state, row.application, acting.now)
            known = indexed_footage(acting, row, footage)
            acting.log(Verb.CONSULT, [one.id for one in known], justification=justification)
        parts = footage_parts(self._context, known)
        of = {one.id: one for one in known}
        at = {str(name): (part, row_) for part in parts for row_, name in enumerate(part.ids)}
        found = []
        for entry in timeline(parts):
            part, place = at[str(entry.best)]
            found.append(
                AppearanceView(
                    id=str(entry.best),
                    parts=tuple(str(one) for one in entry.parts),
                    footage=entry.footage,
                    first_s=entry.first_s,
                    last_s=entry.last_s,
                    at=of[entry.footage].footage.true_time(entry.first_s),
                    found=entry.found,
                    picture=part.appearances.thumbnails.encoded(place),
                )
            )
        return tuple(found)

    def clip(
        self,
        appearance: str,
        *,
        justification: str,
        at_s: float | None = None,
        length_s: float = USUAL_S,
    ) -> FootageClip:
        """Return the clip around an appearance, everybody but its person unrecognisable.

        It is decoded from the file of the footage, which has to be the one that was added. Only
        where the person is found in a frame is their face left as it is; nothing is written.

        Args:
            appearance: its id, as the timeline names it.
            justification: why somebody looks.
            at_s: middle of the clip, s from the start of the file; the best look if left out.
            length_s: of the clip, at most 60 s.

        Raises:
            FootageError: when the file is missing, was changed, or cannot be read.
            NotAuthorisedError: when the case does not cover now, or the row of the footage is not
                what the audit log says.
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is no such appearance.
            UsageError: when it is not near that moment, or the clip would be too long.
        """
        return clip_around(
            self._context,
            appearance,
            self._models.finder,
            justification=justification,
            at_s=at_s,
            length_s=length_s,
        )

    def probe_of(
        self,
        appearance: str,
        *,
        justification: str,
        override: str | None = None,
        analyser: FaceAnalyser | None = None,
    ) -> ProbeRequest:
        """Return an appearance as a probe: its best looks, cut out of the file that shows them.

        A search with it says where it came from, and is made for the same case alone.

        Args:
            appearance: its id, as the timeline names it.
            justification: why it is searched with.
            override: why it is searched with although its quality is rejected.
            analyser: loaded models; those of the settings if left out.

        Raises:
            EncoderMismatchError: when the footage was indexed with other encoders.
            FootageError: when the file is missing, was changed, or cannot be read, or no look is
                found in it again.
            NotAuthorisedError: when the case does not cover now, or the row of the footage is not
                what the audit log says.
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is no such appearance.
        """
        return probe_from(
            self._context,
            appearance,
            self._models.analyser if analyser is None else lambda: analyser,
            justification=justification,
            override=override,
        )
