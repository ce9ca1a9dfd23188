"""What is kept of one live search for good: its circumstances and its counts, and no person.

It is JSON of a form with a version and a published schema (`docs/session-record.schema.json`), so
that whoever reads it needs nothing of the workbench.
"""

from __future__ import annotations

import itertools
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import Field, PositiveFloat, PositiveInt, StrictBool, model_validator

from workbench.governance.deployment_counts import DeploymentCounts
from workbench.governance.deployment_records import ListSize
from workbench.governance.outcomes import Count
from workbench.governance.record import Record
from workbench.governance.session_gaps import SessionGap
from workbench.governance.stopping import StopReason
from workbench.governance.text import Identifier, Line, Moment, Prose

__all__ = ["FORM", "SessionRecord", "session_record_schema"]

FORM: Final = "session-record/1"

_Seconds: TypeAlias = Annotated[float, Field(ge=0.0)]
_Share: TypeAlias = Annotated[float, Field(ge=0.0, le=1.0)]


class SessionRecord(Record):
    """The record of one live search.

    Attributes:
        form: name and version of this form.
        session: id of the search.
        deployment: reference of the deployment.
        feed: name of the feed.
        time_zone: of all moments.
        started: when it began.
        ended: when it ended; `None` while it goes on.
        stopped_by: what ended it.
        lost: whether its process went without a word, so that others had to say that it ended.
        zone: corners of the part of the frame that was searched, in shares of it; `None` for all.
        policy: id of the threshold policy.
        threshold: from which score on it raised alerts.
        unit: of that.
        matcher: what made its scores.
        encoders: what made templates.
        detector: what found faces.
        runtime: what its models ran on, where that was written down.
        detection_width_px: width at which faces were looked for, likewise.
        smallest_face_px: width of the smallest face that it was set to find, likewise.
        smallest_eyes_px: distance between the eyes of that face, likewise.
        references: on the list that was searched for.
        subjects: people on that.
        watchlist: size and composition of the list.
        frames: how many were searched; `None` where nobody knows, as after a crash.
        duration_s: time in the feed from the first frame to the last.
        fps: frames searched for each second that the search took.
        drops: frames that came and were not searched, because the search was behind.
        uncompared: who left the view of a live feed and was dropped without being compared, because
            the search was behind.
        rested: frames of a camera that were dropped unseen while it was paused.
        gaps: stretches in which nothing was searched, in order; none overlaps another.
        feed_gaps_s: stretches of a file without frames, from when to when in seconds of the file.
        faces_seen: captures, not people; counted by `counting_method`.
        counting_method: what counts as a face seen.
        tracks: how many were started.
        comparisons: templates compared with the list.
        suppressed: how often an alert was due but for the cool-down, or a better earlier one.
        alerts: how many were stored, those on consenting staff included.
        blue_list_alerts: those on consenting staff, which count nowhere else.
        counts: the other alerts by what was decided, engagements, stops, and what came of them.
        cost: of the deployment, in pounds, where it had this search alone; `None` where a line of
            it is not known, or where others share it.
        damage: what of the feed could not be read.
        fault: what ended it, where that was a fault.
    """

    form: Literal["session-record/1"] = FORM
    session: Identifier
    deployment: Identifier
    feed: Line
    time_zone: Literal["UTC"] = "UTC"
    started: Moment
    ended: Moment | None
    stopped_by: StopReason | None
    lost: StrictBool = False
    zone: tuple[tuple[_Share, _Share], ...] | None = None
    policy: Identifier
    threshold: float
    unit: Line
    matcher: Line
    encoders: tuple[Line, ...]
    detector: Line
    runtime: Line | None = None
    detection_width_px: PositiveInt | None = None
    smallest_face_px: PositiveFloat | None = None
    smallest_eyes_px: PositiveFloat | None = None
    references: Count
    subjects: Count
    watchlist: ListSize | None = None
    frames: Count | None = None
    duration_s: _Seconds | None = None
    fps: _Seconds | None = None
    drops: Count | None = None
    uncompared: Count | None = None
    rested: Count | None = None
    gaps: tuple[SessionGap, ...] = ()
    feed_gaps_s: tuple[tuple[_Seconds, _Seconds], ...] = ()
    faces_seen: Count | None = None
    counting_method: Line | None = None
    tracks: Count | None = None
    comparisons: Count | None = None
    suppressed: Count | None = None
    alerts: Count
    blue_list_alerts: Count
    counts: DeploymentCounts
    cost: Annotated[float, Field(ge=0.0)] | None = None
    damage: Prose | None = None
    fault: Prose | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.alerts != self.counts.alerts + self.blue_list_alerts:
            msg = (
                f"counts.alerts {self.counts.alerts} + blue_list_alerts {self.blue_list_alerts} "
                f"is not alerts {self.alerts}"
            )
            raise ValueError(msg)
        if (self.faces_seen is None) != (self.counting_method is None):
            msg = "faces_seen and counting_method come together"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _gaps_lie_apart(self) -> Self:
        for one, other in itertools.pairwise(self.gaps):
            if other.start < one.end:
                msg = "gaps overlap, or are not in order"
                raise ValueError(msg)
        outside = any(
            gap.start < self.started or (self.ended is not None and gap.end > self.ended)
            for gap in self.gaps
        )
        if outside:
            msg = "a gap lies outside the search"
            raise ValueError(msg)
        return self


def session_record_schema() -> dict[str, Any]:
    """Return the JSON schema of the form, as draft 2020-12 of JSON Schema has it."""
    schema = SessionRecord.model_json_schema(mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:lfr-workbench:session-record:1",
        **schema,
        "title": "Record of one live search",
        "description": "Counts, codes and moments; nobody is in it.",
    }
