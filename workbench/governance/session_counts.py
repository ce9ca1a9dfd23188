"""What a live search leaves in numbers: kept for good, and nothing of anybody in it."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field, StrictBool, model_validator

from workbench.governance.outcomes import Count
from workbench.governance.record import Record
from workbench.governance.session_gaps import FeedGap
from workbench.governance.text import Line, Moment, Prose

__all__ = ["SessionCounts"]

_Seconds: TypeAlias = Annotated[float, Field(ge=0.0)]


class SessionCounts(Record):
    """The counts of one live search; `None` is what nobody knows, as after a crash.

    Attributes:
        frames: how many were searched.
        duration_s: time in the feed from the first frame to the last.
        fps: frames searched for each second that the search took.
        faces_seen: captures, not people; counted by `counting_method`.
        counting_method: the definition of `faces_seen`.
        tracks: how many were started, those outside the zone included.
        comparisons: templates compared with the list.
        alerts: how many were raised and stored.
        suppressed: how often an alert was due but for the cool-down, or a better earlier one.
        gaps_s: stretches of the feed without frames, from when to when.
        feed_began: when the feed was at its second 0, of a camera; `None` for a file.
        camera_gaps: when its camera showed nothing that could be searched, as the feed noted it.
        damage: what of the feed could not be read, in a sentence.
        fault: what brought the search to its end, where that was a fault.
        lost: whether its process went without a word, so that others had to say that it ended.
        drops: frames that came and were not searched, because the search was behind.
        uncompared: who left the view of a live feed and was dropped without being compared, because
            the search was behind.
        rested: frames of a camera that were dropped unseen while it was paused.
        max_template_age_s: the longest time that a template lived after its comparison.
        overdue_templates: how many lived longer than they may; 0 unless something is wrong.
    """

    frames: Count | None = None
    duration_s: _Seconds | None = None
    fps: _Seconds | None = None
    faces_seen: Count | None = None
    counting_method: Line | None = None
    tracks: Count | None = None
    comparisons: Count | None = None
    alerts: Count
    suppressed: Count | None = None
    gaps_s: tuple[tuple[_Seconds, _Seconds], ...] = ()
    feed_began: Moment | None = None
    camera_gaps: tuple[FeedGap, ...] = ()
    damage: Prose | None = None
    fault: Prose | None = None
    lost: StrictBool = False
    drops: Count | None = None
    uncompared: Count | None = None
    rested: Count | None = None
    max_template_age_s: _Seconds | None = None
    overdue_templates: Count | None = None

    @model_validator(mode="after")
    def _says_how_it_counts(self) -> SessionCounts:
        if (self.faces_seen is None) != (self.counting_method is None):
            msg = "faces_seen and counting_method come together"
            raise ValueError(msg)
        return self
