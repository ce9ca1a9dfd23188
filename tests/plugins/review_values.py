"""What the panels of a review are given in tests: drawn faces, plain words, fixed times."""

from __future__ import annotations

import base64
import functools
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from drawn_faces import portrait
from ipywidgets import embed

from widgets.candidate_rows import CandidateRow, ListHead
from widgets.footage_lanes import AppearanceBar, FootageLane, SearchHit
from widgets.panels import Panel
from widgets.step_words import Step, StepDone
from workbench.errors import ImageError
from workbench.faces.quality import Verdict
from workbench.governance.checklists import Checklist
from workbench.governance.conclusions import Conclusion
from workbench.governance.reviews import Examination, Review
from workbench.images import encode_jpeg

__all__ = [
    "CANDIDATES", "HEAD", "MEANING", "ON", "REASON", "SEARCH", "STEPS", "VARIES", "Said", "Saves", "at",
    "bars", "checklist", "examination", "face", "frames", "holds_no_picture", "lanes", "rows",
    "until",
]  # fmt: skip

ON = date(2026, 11, 26)
SEARCH = "search-12"
REASON = "The bridge of the nose and both ears agree in form."
MEANING = (
    "1 in 900 faces of people who are not on the list score this high (95 % interval 1 in 1,300 "
    "to 1 in 640; extrapolated to 12,480 references from 1,203,000 comparisons)"
)
USUAL = (
    "8 in 10 faces of people who are not on the list score this high (95 % interval 8 in 10 to "
    "7 in 10; extrapolated to 12,480 references from 1,203,000 comparisons)"
)
CANDIDATES = {f"candidate-{rank}": f"rank {rank}, custody image" for rank in range(1, 6)}


def at(hour: int, minute: int = 0) -> datetime:
    """Return a time of one day."""
    return datetime(2026, 11, 26, hour, minute, tzinfo=UTC)


HEAD = ListHead(
    collection="custody-2026",
    references=12_480,
    length=50,
    full_scan=True,
    stated="Every reference was compared.",
    scored_by="fused, log10 likelihood ratio",
    at=at(14, 2),
)
STEPS = {
    Step.CASE: StepDone("i.officer", at(9), "case 26/4471"),
    Step.PROBE: StepDone("i.officer", at(9, 40)),
    Step.SEARCH: StepDone("i.officer", at(9, 58)),
}


def face(seed: int) -> bytes:
    """Draw a picture."""
    return encode_jpeg(portrait(seed), 80)


def rows(count: int = 50, *, broken: int | None = None) -> list[CandidateRow]:
    """Make candidates; every third is of quality warn, every fifth of none of known date."""

    def picture(rank: int) -> bytes:
        if rank == broken:
            msg = "candidate: the picture is gone. Look at the collection."
            raise ImageError(msg)
        return face(rank)

    return [
        CandidateRow(
            candidate=f"candidate-{rank}",
            rank=rank,
            thumbnail=functools.partial(picture, rank),
            score=3.0 - rank / 20,
            gap=None if rank == count else 0.05,
            meaning=MEANING,
            quality=Verdict.WARN if rank % 3 == 0 else Verdict.ACCEPT,
            reasons=("The face is small.",) if rank % 3 == 0 else (),
            image_date=None if rank % 5 == 0 else date(2019, 3, 1),
            category="custody image",
            source="custody system",
        )
        for rank in range(1, count + 1)
    ]


def checklist(note: str | None = None) -> Checklist:
    """Make a checklist of two parts."""
    marks = {"nose": {"seen": "similar", "note": note}, "eyes": {"seen": "different"}}
    return Checklist.read({"marks": marks}, what="the checklist")


def examination(
    by: str,
    candidate: str | None = "candidate-3",
    conclusion: Conclusion = Conclusion.SUPPORT_SAME,
    *,
    hour: int = 10,
    reason: str = REASON,
    note: str | None = None,
) -> Examination:
    """Make what one examiner saved."""
    given = None if candidate is None else checklist(note)
    return Examination(
        by=by,
        candidate=candidate,
        conclusion=conclusion,
        checklist=given,
        reason=reason,
        at=at(hour),
    )


class Saves:
    """Saves examinations of one search, under the rules of the review itself."""

    def __init__(self, actor: str, review: Review | None = None) -> None:
        """Begin with a review."""
        self.actor = actor
        self.review = review or Review(SEARCH)

    def __call__(
        self, candidate: str | None, conclusion: Conclusion, given: Checklist | None, reason: str
    ) -> Review:
        """Save one."""
        told = {
            "by": self.actor,
            "candidate": candidate,
            "conclusion": conclusion,
            "checklist": given,
            "reason": reason,
            "at": at(12),
        }
        made = Examination.read(told, what="the examination")
        self.review = self.review.with_examination(made)
        return self.review


VARIES = "Its frame rate varies: times are those of its pictures, not counted."


def lanes() -> list[FootageLane]:
    """Make three files: one with a right clock, one never checked, one of no time of day."""
    return [
        FootageLane(footage="f1", name="shop.mp4", length_s=1800, starts=at(14), offset_s=133,
                    offset_basis="read against a till receipt", gaps=((900, 960, "damaged"),)),
        FootageLane(footage="f2", name="bus.avi", length_s=900, starts=at(14, 12)),
        FootageLane(footage="f3", name="phone.mov", length_s=60, stated=(VARIES,)),
    ]  # fmt: skip


def bars(*, hits: Sequence[str] = ("f1/0/1", "f2/0/0")) -> list[AppearanceBar]:
    """Make ten appearances in the first file, two in the second, one in the third."""
    spans = [("f1", 120.0 * number) for number in range(10)]
    spans += [("f2", 60.0), ("f2", 600.0), ("f3", 5.0)]
    made, numbers = [], dict.fromkeys(("f1", "f2", "f3"), 0)
    for footage, first_s in spans:
        name = f"{footage}/0/{numbers[footage]}"
        numbers[footage] += 1
        hit = None
        if name in hits:
            rank = hits.index(name) + 1
            meaning = MEANING if rank == 1 else USUAL
            hit = SearchHit(rank=rank, score=3.5 - rank, meaning=meaning, rare=rank == 1)
        made.append(
            AppearanceBar(
                appearance=name, footage=footage, first_s=first_s, last_s=first_s + 30.0,
                best_s=first_s + 10.0, thumbnail=functools.partial(face, len(made)),
                quality=Verdict.ACCEPT, hit=hit,
            )
        )  # fmt: skip
    return made


def frames(count: int, *, fps: float = 25.0, start_s: float = 3.0) -> Iterator[tuple[float, bytes]]:
    """Give the frames of a clip, each of another shade."""
    for index in range(count):
        yield start_s + index / fps, encode_jpeg(portrait(index)[:90], 80)


class Said:
    """What a panel says to its views, and a way to answer as one of them would."""

    def __init__(self, panel: Panel) -> None:
        """Listen in place of a browser."""
        self.panel = panel
        self.all: list[tuple[dict[str, Any], list[bytes]]] = []
        panel._model.send = self._take

    def _take(self, content: Mapping[str, Any], buffers: Sequence[bytes] | None = None) -> None:
        self.all.append((dict(content), list(buffers or [])))

    def tell(self, kind: str, view: str = "v-1", **more: object) -> None:
        """Say something as a view."""
        self.panel._on_message(self.panel._model, {"kind": kind, "view": view, **more}, [])

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return what was said of a kind."""
        return [content for content, _ in self.all if content["kind"] == kind]

    def pictures(self, kind: str) -> list[bytes]:
        """Return the buffers that went with messages of a kind."""
        return [one for content, some in list(self.all) if content["kind"] == kind for one in some]

    def last(self, kind: str, count: int = 1) -> dict[str, Any]:
        """Wait until so many of a kind were said, and return the last."""
        until(lambda: len(self.of(kind)) >= count)
        return self.of(kind)[-1]

    @property
    def words(self) -> str:
        """Everything that was said, without pictures."""
        return json.dumps([content for content, _ in self.all])


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    ends = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < ends, "it did not come in time"
        time.sleep(0.005)


def holds_no_picture(panel: Panel, pictures: Sequence[bytes]) -> None:
    """Check that the state which a notebook saves has none of some pictures, nor any other."""
    assert pictures, "there is something to look for"
    state = embed.dependency_state([panel], drop_defaults=False)
    assert not any(one.get("buffers") for one in state.values())
    text = json.dumps(state)
    assert not any(base64.b64encode(one).decode()[:400] in text for one in pictures)
    own = set(panel._model.keys) - set(type(panel._model).__mro__[2]().keys)
    assert own <= {"_esm", "_css"}, "the model has code, and no state of its own"
