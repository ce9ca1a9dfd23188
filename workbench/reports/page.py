"""What a page of alerts shows, as plain values that a template needs nothing else for."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

__all__ = [
    "AlertView",
    "AlertsPage",
    "Credit",
    "Figure",
    "MissedPerson",
    "OtherCandidate",
    "Picture",
    "QualityView",
    "Span",
    "TruthView",
]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that travels inside the page.

    Attributes:
        jpeg: the bytes of a JPEG file.
        alt: what a reader who does not see it needs, and no more than that.
        caption: where it comes from.
    """

    jpeg: bytes
    alt: str
    caption: str

    @property
    def uri(self) -> str:
        """The picture as a data address."""
        return "data:image/jpeg;base64," + base64.b64encode(self.jpeg).decode("ascii")


@dataclass(frozen=True, slots=True)
class QualityView:
    """The quality verdict of one face: `accept`, `warn` or `reject`, and why, in sentences."""

    verdict: str
    reasons: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class OtherCandidate:
    """A further person on the list, with the score of the same face."""

    person: str
    score: float
    meaning: str


@dataclass(frozen=True, slots=True)
class TruthView:
    """What a staged feed knows and a real one does not: who it really was."""

    right: bool
    person: str
    note: str

    @property
    def word(self) -> str:
        """`right` or `wrong`."""
        return "right" if self.right else "wrong"


@dataclass(frozen=True, slots=True)
class AlertView:
    """One alert: a face of the feed beside a reference of the watchlist.

    Attributes:
        number: counted from 1 in the order of the feed.
        time_s: when in the feed it was raised, seconds.
        person: the candidate, a name on the watchlist.
        score: of the face against the candidate, in the unit of the page.
        meaning: how often faces of people who are not on the list score this high.
        meaning_detail: interval of that rate and the data it was measured on.
        probe: the face in the feed.
        reference: the best reference of the candidate.
        probe_quality: verdict on the face in the feed.
        reference_quality: verdict on the reference.
        others: the next candidates, best first.
        state: a word of `workbench.reports.states.STATES`.
        category: why the person is on the list; empty where nobody said.
        decided: how long it took people to decide, a sentence; empty while they have not.
        truth: who it was, where the feed was staged.
        notes: anything else that a person who decides should know, in sentences.
    """

    number: int
    time_s: float
    person: str
    score: float
    meaning: str
    meaning_detail: str
    probe: Picture
    reference: Picture
    probe_quality: QualityView
    reference_quality: QualityView
    others: Sequence[OtherCandidate] = ()
    state: str = "open"
    category: str = ""
    decided: str = ""
    truth: TruthView | None = None
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A headline figure, always with what it is a count of."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the feed, in seconds.

    Attributes:
        start_s: where it begins.
        end_s: where it ends.
        alert: number of the alert raised in it, if any.
        label: written beside it, empty for none.
    """

    start_s: float
    end_s: float
    alert: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class MissedPerson:
    """A listed person who was staged and raised no alert."""

    person: str
    note: str


@dataclass(frozen=True, slots=True)
class Credit:
    """Who made a picture, under which licence, and where it is found.

    Attributes:
        what: whom it shows, and when it was taken.
        author: who made it.
        licence: under which it may be used.
        source: where it is found.
        notice: what the file itself asks for, word by word; empty where it asks for nothing.
    """

    what: str
    author: str
    licence: str
    source: str
    notice: str = ""


@dataclass(frozen=True, slots=True)
class AlertsPage:
    """A whole page of alerts.

    Attributes:
        title: heading of the page.
        feed: name of the feed.
        duration_s: length of the feed in seconds.
        created: when the search ended, with its zone.
        unit: unit of every score, for example `log10 likelihood ratio`.
        threshold: at which an alert is raised, in that unit.
        threshold_meaning: what a score at the threshold means.
        threshold_detail: interval of that rate and the data it was measured on.
        figures: the headline.
        alerts: in the order of the feed.
        spans: bars of the timeline.
        spans_are: what the bars are, as the first words of a sentence.
        missed: listed people without an alert; known only where the feed was staged.
        staged: whether the truth is known.
        category: `demonstration` marks the page as one; `None` for a search.
        notices: what went wrong or was cut short, shown before all else.
        limits: what this result does not show, in sentences.
        provenance: label and value, for whoever repeats it.
        credits: of the pictures.
        credits_note: what is said of all the pictures, in sentences.
        category_note: what the category proves and does not, in sentences.
    """

    title: str
    feed: str
    duration_s: float
    created: datetime
    unit: str
    threshold: float
    threshold_meaning: str
    figures: Sequence[Figure]
    alerts: Sequence[AlertView]
    threshold_detail: str = ""
    spans: Sequence[Span] = ()
    spans_are: str = "from where the track of an alert began to the alert"
    missed: Sequence[MissedPerson] = ()
    staged: bool = False
    category: str | None = None
    notices: Sequence[str] = ()
    limits: Sequence[str] = ()
    provenance: Sequence[tuple[str, str]] = ()
    credits: Sequence[Credit] = ()
    credits_note: str = ""
    category_note: str = ""
