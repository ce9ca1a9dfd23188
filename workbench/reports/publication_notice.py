"""What the public is told of an authorised deployment: notice, sign and leaflet, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from workbench.errors import NotAuthorisedError
from workbench.governance.authorisation import Authority
from workbench.governance.deployments import Application, DeploymentState
from workbench.governance.moments import duration
from workbench.governance.purposes import Purpose
from workbench.governance.retention import Profile, RetentionClass

__all__ = ["AVOIDANCE", "NoticePage", "notice_page", "require_announceable", "time_words"]

AVOIDANCE: Final = (
    "You do not have to walk past the cameras. Avoiding them is not a ground for suspicion, and no "
    "reason for an officer to stop you."
)
"""What every notice says: whoever declines to be scanned is not suspicious for it."""

_PLAIN: Final = {
    Purpose.OFFENCES: "people who are suspected of a crime, above all a serious one",
    Purpose.WANTED_BY_COURTS: "people who are wanted by the courts",
    Purpose.RISK_OF_HARM: "people who may come to harm, or may harm others",
    Purpose.RESTRICTIONS: "people whom a court order or bail conditions forbid to be here",
}
_ALLOWED: Final = frozenset({DeploymentState.AUTHORISED, DeploymentState.LIVE})
_HOW: Final = (
    (
        "Cameras here look at the faces of people who walk past. A computer compares each face "
        "with a list of people whom the police are looking for."
    ),
    (
        "If a face looks like one on the list, the computer tells an officer. The officer looks at "
        "both pictures and decides what to do. The computer decides nothing."
    ),
)
_SIGN_HOW: Final = (
    "Cameras compare the faces of people who walk past with a list of people whom the police are "
    "looking for. If your face is like nobody's on the list, what the computer made of it is "
    "deleted at once."
)


@dataclass(frozen=True, slots=True)
class NoticePage:
    """What notice, sign and leaflet say.

    Attributes:
        place: the spot and the town.
        time: day and times, by the clocks of the place, with their zone.
        force: who runs it.
        verb: what the force does, as it follows its name on the leaflet.
        contact: where to ask.
        avoidance: that avoiding the cameras is no ground for suspicion.
        sign_how: what happens, in a few words.
        sign_who: who is looked for, in one line.
        facts: name and value, for the notice.
        sections: headings and sentences of notice and leaflet.
    """

    place: str
    time: str
    force: str
    verb: str
    contact: str
    avoidance: str
    sign_how: str
    sign_who: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[tuple[str, tuple[str, ...]], ...]


def notice_page(
    application: Application,
    authority: Authority | None,
    state: DeploymentState,
    *,
    profile: Profile,
    zone: ZoneInfo,
    contact: str,
    complaints: str,
) -> NoticePage:
    """Return what the public is told.

    Args:
        application: what was applied for.
        authority: what was given; the notice names its times.
        state: of the deployment.
        profile: how long data are kept, by the rules in force.
        zone: whose clocks the times are told by.
        contact: where to ask.
        complaints: where to complain.

    Raises:
        NotAuthorisedError: unless it is authorised, or live.
    """
    authority = require_announceable(application.reference, state, authority)
    place = f"{application.location.name}, {application.location.town}"
    time = time_words(authority.starts, authority.ends, zone)
    purposes = tuple(_PLAIN[purpose] for purpose in application.purposes)
    rank = authority.officer_rank.value.replace("-", " ")
    given = authority.at.astimezone(zone)
    facts = (
        ("Where", place),
        ("When", time),
        ("Who runs it", application.force),
        ("Who they are looking for", "; ".join(purposes)),
        ("Who allowed it", f"an officer of the rank of {rank}, on {_day(given)}"),
        ("Questions", contact),
        ("Complaints", complaints),
        ("Reference", application.reference),
    )
    sections = (
        ("What happens here?", _HOW),
        ("Who are the police looking for?", (f"They want to find {_joined(purposes)}.",)),
        ("Do I have to walk past the cameras?", (f"No. {AVOIDANCE}",)),
        ("What happens to my picture?", _kept(profile)),
        (
            "Who is in charge?",
            (
                (
                    f"{application.force} runs this. An officer of the rank of {rank} allowed it "
                    f"on {_day(given)}, for this place and this time alone."
                ),
            ),
        ),
        ("How can I ask or complain?", _ways(application, contact, complaints)),
    )
    return NoticePage(
        place=place,
        time=time,
        force=application.force,
        verb="is using",
        contact=contact,
        avoidance=AVOIDANCE,
        sign_how=_SIGN_HOW,
        sign_who=f"Looking for {_joined(purposes)}.",
        facts=facts,
        sections=sections,
    )


def require_announceable(
    reference: str, state: DeploymentState, authority: Authority | None
) -> Authority:
    """Return the authority of a deployment that may be announced.

    Raises:
        NotAuthorisedError: unless it is authorised, or live.
    """
    if authority is None or state not in _ALLOWED:
        msg = (
            f"deployment {reference} is {state.value}: no notice, sign or leaflet is made of what "
            "is not authorised. Have it authorised first."
        )
        raise NotAuthorisedError(msg)
    return authority


def time_words(starts: datetime, ends: datetime, zone: ZoneInfo) -> str:
    """Return day and times by the clocks of a zone, which is named.

    >>> from datetime import UTC
    >>> time_words(datetime(2026, 7, 1, 9, tzinfo=UTC), datetime(2026, 7, 1, 15, tzinfo=UTC),
    ...            ZoneInfo("Europe/London"))
    'Wednesday 1 July 2026, 10:00 to 16:00 (BST)'
    """
    first, last = starts.astimezone(zone), ends.astimezone(zone)
    until = f"{last:%H:%M}"
    names = _zone(first, zone)
    if first.utcoffset() != last.utcoffset():
        names = f"{names} at the start, {_zone(last, zone)} at the end"
    if first.date() != last.date():
        until = f"{_day(last)}, {until}"
    return f"{_day(first)}, {first:%H:%M} to {until} ({names})"


def _zone(moment: datetime, zone: ZoneInfo) -> str:
    """Return what people call a zone; the name of its place where it has no name of its own."""
    name = f"{moment:%Z}"
    return name if name.isalpha() else f"time of {zone.key}"


def _day(moment: datetime) -> str:
    return f"{moment:%A} {moment.day} {moment:%B %Y}"


def _joined(all_: tuple[str, ...]) -> str:
    if len(all_) == 1:
        return all_[0]
    return f"{'; '.join(all_[:-1])}; and {all_[-1]}"


def _kept(profile: Profile) -> tuple[str, ...]:
    def span(retention: RetentionClass) -> str:
        keep = profile.limit(retention).keep or timedelta(0)
        if keep == timedelta(0):
            return "at once"
        days = keep.days
        whole = days > 1 and keep == timedelta(days=days)
        hours = keep // timedelta(hours=1)
        even = keep == timedelta(hours=hours)
        said = f"{days} days" if whole else f"{hours} hours" if even else duration(keep)
        return f"within {said}"

    return (
        (
            "If your face is like nobody's on the list, what the computer made of it is deleted at "
            "once, by itself."
        ),
        (
            "If the computer tells an officer about you, both pictures are deleted "
            f"{span(RetentionClass.ALERT)}, unless a court or the law asks for them to be kept."
        ),
        f"The list is deleted {span(RetentionClass.WATCHLIST)} of the end.",
        f"Video, if any is kept, is deleted {span(RetentionClass.CCTV)}.",
    )


def _ways(application: Application, contact: str, complaints: str) -> tuple[str, ...]:
    site = application.notice.website
    return (
        f"Ask: {contact}.",
        f"Complain: {complaints}.",
        (
            "You can ask whether data about you are held, and what they are. You can also complain "
            "to the Information Commissioner's Office (ico.org.uk)."
        ),
        *((f"More about live facial recognition: {site}.",) if site else ()),
    )
