"""How a live search is doing, as the process that runs it and as any other sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from workbench.bench.processes import is_elsewhere, is_gone
from workbench.governance.session_gaps import FeedGap
from workbench.governance.session_pauses import Pause
from workbench.governance.session_signs import FeedHealth, SessionSigns, SessionState
from workbench.governance.stopping import StopReason
from workbench.records.sessions import SessionRow

if TYPE_CHECKING:
    from workbench.live.status import LiveStatus

__all__ = ["FeedSigns", "SessionStatus", "has_gone", "search_of", "signs_of", "status_from"]

_MOST_GAPS: Final = 100
"""Newest gaps that are told of while a search goes on; its record has all of them."""
_SILENT: Final = timedelta(minutes=5)
"""A search says each second that it goes on; one that was only slow ends at its next look."""


class FeedSigns(NamedTuple):
    """What the feed of a search says of its camera.

    Attributes:
        health: what it shows.
        rested: frames that were dropped unseen while the search was paused.
        began: when it was at its second 0.
        gaps: when it showed nothing that could be searched.
        damage: what of it could not be read so far.
    """

    health: FeedHealth = FeedHealth.UNKNOWN
    rested: int = 0
    began: datetime | None = None
    gaps: tuple[FeedGap, ...] = ()
    damage: str | None = None


@dataclass(frozen=True, slots=True)
class SessionStatus:
    """How one live search is doing: counts and codes, and no face.

    Attributes:
        session: id of the search.
        deployment: reference of the deployment.
        feed: name of the feed.
        state: waiting, running, paused or ended.
        stopped_by: why it ended or is about to.
        left_s: seconds until nothing is covered any more; `None` once it has ended.
        health: of the feed; unknown for a file.
        rested: frames of a camera that were dropped unseen while it was paused.
        search: what it has done.
        at: when it was so.
        paused_why: why it is paused.
        lost: whether the process that ran it is gone without a word.
        camera_gaps: when its camera showed nothing that could be searched.
        pauses: all of them, those that are over too, whichever process asked for them.
        feed_began: when its camera was at second 0 of the feed; `None` for a file.
        silent_s: seconds since its process last said so; a second or two while it runs.
        damage: what of its feed could not be read so far, in a line.
    """

    session: str
    deployment: str
    feed: str
    state: SessionState
    stopped_by: StopReason | None
    left_s: float | None
    health: FeedHealth
    rested: int
    search: LiveStatus
    at: datetime
    paused_why: str | None = None
    lost: bool = False
    camera_gaps: tuple[FeedGap, ...] = ()
    pauses: tuple[Pause, ...] = ()
    feed_began: datetime | None = None
    silent_s: float = 0.0
    damage: str | None = None

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        said = FeedSigns(self.health, self.rested, self.feed_began, self.camera_gaps, self.damage)
        return {
            "session": self.session,
            "deployment": self.deployment,
            "feed": self.feed,
            "stopped_by": None if self.stopped_by is None else self.stopped_by.value,
            "left_s": self.left_s,
            "at": self.at.isoformat(),
            "paused_why": self.paused_why,
            "pauses": [one.plain() for one in self.pauses],
            "lost": self.lost,
            "silent_s": self.silent_s,
            **signs_of(self.state, self.search, said).plain(),
        }


def signs_of(
    state: SessionState, search: LiveStatus, feed: FeedSigns | None = None
) -> SessionSigns:
    """Return the signs of life of a search, as its process gives them.

    Args:
        state: where it is.
        search: what it has done.
        feed: what its feed says.
    """
    said = feed or FeedSigns()
    values = {name: getattr(search, name) for name in _COUNTS}
    return SessionSigns.read(
        {
            **values,
            "state": state,
            "health": said.health,
            "rested": said.rested,
            "feed_began": said.began,
            "camera_gaps": said.gaps[-_MOST_GAPS:],
            "damage": said.damage,
            "queue_depths": dict(search.queue_depths),
            "gaps_s": tuple((one.start_s, one.end_s) for one in search.gaps[-_MOST_GAPS:]),
        },
        what="the status of a live search",
    )


def search_of(signs: SessionSigns) -> LiveStatus:
    """Return what a search has done, by its signs of life."""
    from workbench.live.result import Gap  # noqa: PLC0415 - opening a bench is quick
    from workbench.live.status import LiveStatus  # noqa: PLC0415

    return LiveStatus(
        **{name: getattr(signs, name) for name in _COUNTS},
        queue_depths=signs.queue_depths,
        gaps=tuple(Gap(start, end) for start, end in signs.gaps_s),
    )


def status_from(
    row: SessionRow,
    reference: str,
    newest: tuple[datetime, SessionSigns] | None,
    *,
    now: datetime,
    until: datetime | None,
) -> SessionStatus:
    """Return how a search is doing by what the records have of it.

    Args:
        row: of the search.
        reference: of its deployment.
        newest: its newest signs of life, and when it gave them.
        now: the moment.
        until: from when on nothing is covered any more.
    """
    at, signs = newest or (row.started, SessionSigns(state=SessionState.WAITING))
    over = row.ended is not None
    pause = row.pauses[-1] if row.pauses and row.pauses[-1].until is None else None
    state = signs.state
    if over:
        state = SessionState.ENDED
    elif pause is not None and state is SessionState.RUNNING:
        state = SessionState.PAUSED
    return SessionStatus(
        session=row.id,
        deployment=reference,
        feed=row.feed,
        state=state,
        stopped_by=row.stopped_by,
        left_s=None if over or until is None else max(0.0, (until - now).total_seconds()),
        health=FeedHealth.UNKNOWN if over else signs.health,
        rested=signs.rested,
        search=search_of(signs),
        at=at if row.ended is None else row.ended,
        paused_why=None if over or pause is None else pause.why,
        lost=_is_lost(row, now - at),
        camera_gaps=signs.camera_gaps,
        damage=signs.damage,
        pauses=row.pauses,
        feed_began=signs.feed_began,
        silent_s=0.0 if over else max(0.0, (now - at).total_seconds()),
    )


def has_gone(process: str, silent: timedelta) -> bool:
    """Return whether the process of a search went without a word.

    Args:
        process: as `this_process` named it.
        silent: for how long it has said nothing, or since its start.
    """
    return is_gone(process) or (is_elsewhere(process) and silent > _SILENT)


def _is_lost(row: SessionRow, silent: timedelta) -> bool:
    """Whether the process that ran a search went without a word, found out or not."""
    if row.ended is None:
        return has_gone(row.process, silent)
    return row.stopped_by is StopReason.FAULT and row.counts is not None and row.counts.lost


_OTHERS: Final = frozenset(
    {"state", "health", "rested", "queue_depths", "gaps_s", "feed_began", "camera_gaps", "damage"}
)
_COUNTS: Final = tuple(name for name in SessionSigns.model_fields if name not in _OTHERS)
