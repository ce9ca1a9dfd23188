"""A bench on either store that people work on: enrolling, alerting, deciding, destroying.

No model is loaded and no real face is needed; everything else is what the product does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

from alert_values import drawn_alert
from bench_values import SFACE, application_values
from credential_of import credential_of
from drawn_faces import DrawnFeed, drawn_analyser, portrait
from list_values import entry_of

from workbench.bench import Workbench
from workbench.bench.list_views import EntryImage
from workbench.bench.live_session import LiveSession
from workbench.governance.alerts import AlertState
from workbench.governance.ranks import Rank
from workbench.governance.roles import Role
from workbench.matching.candidates import Candidates
from workbench.records.moments import utc_now
from workbench.settings import Settings

__all__ = ["WHY", "WorkedBench", "alerting", "deciding", "enrol", "make_worked_bench", "start"]

WHY: Final = "working on the alerts of the day"
PEOPLE: Final = 6
_SAID: Final = "Compared with the custody photograph."


@dataclass(frozen=True)
class WorkedBench:
    """A bench, and how far its clock is ahead of the machine's.

    Attributes:
        place: its folder, or the address of its store.
        settings: where its keys and its witness lie.
        shift: by which its clock is ahead.
        references: of its deployments, in the order in which they were drafted.
    """

    place: str
    settings: Settings
    shift: timedelta = timedelta(0)
    references: list[str] = field(default_factory=list)

    def clock(self) -> datetime:
        """Tell the time of the bench."""
        return utc_now() + self.shift

    def later(self, **step: float) -> WorkedBench:
        """Return the same bench with its clock turned forward."""
        return replace(self, shift=self.shift + timedelta(**step))

    def token(self, name: str) -> str:
        """Return a credential of an account."""
        return credential_of(self.place, self.settings, name, self.clock())

    def open(self, name: str, token: str | None = None) -> Workbench:
        """Open it as an account; accounts are named like their roles."""
        return Workbench.open(
            self.place,
            credential=token or self.token(name),
            settings=self.settings,
            clock=self.clock,
        )

    def draft(self, feeds: int = 1) -> str:
        """Draft a deployment that begins in a minute, and return its reference."""
        starts = self.clock().replace(microsecond=0) + timedelta(minutes=1)
        reference = f"2026-11/STREET-{len(self.references) + 1}"
        values = application_values(
            policy=SFACE,
            reference=reference,
            starts=starts.astimezone(UTC).isoformat(),
            ends=(starts + timedelta(hours=6)).isoformat(),
            feeds=[{"name": f"camera-{n}", "place": f"lamp post {n}"} for n in range(1, feeds + 1)],
        )
        values["notice"] |= {"published_at": (starts - timedelta(days=2)).isoformat()}
        with self.open("analyst") as analyst:
            analyst.deployments.draft(values)
        self.references.append(reference)
        return reference

    def authorise(self, reference: str) -> None:
        """Apply for a deployment and authorise it."""
        with self.open("analyst") as analyst:
            analyst.deployments.apply(reference)
        with self.open("authorising-officer") as officer:
            if officer.policies.get(SFACE).approver is None:
                officer.policies.approve(SFACE)
            officer.deployments.authorise(
                reference,
                necessity="I have read the intelligence case and see no other way.",
                proportionality="Short, small, announced.",
            )

    def ready(self, feeds: int = 1) -> str:
        """Have a deployment authorised and its list built and reviewed; returns its reference."""
        reference = self.draft(feeds)
        self.authorise(reference)
        with self.open("analyst") as analyst:
            ids = enrol(analyst, reference, count())
        with self.open("reviewer") as reviewer:
            reviewer.watchlists.check(reference, ids, "compared with the custody record")
            reviewer.watchlists.review(reference, note="necessary for these six hours")
        return reference


def make_worked_bench(
    folder: Path, address: str | None = None, *, shift: timedelta = timedelta(0)
) -> WorkedBench:
    """Make a bench in a folder, or in an empty database with its keys in the folder.

    Its clock is ahead of the machine's by `shift`, which may be negative.
    """
    settings = Settings(
        keys={"folder": folder / "keys", "shared": address is not None},
        witness=folder / "witness",
        encoder="sface",
        threads=1,
    )
    place = address or str(folder / "bench")
    bench = WorkedBench(place, settings, shift)
    Workbench.create(
        place, "administrator", "a long enough password", settings=settings, clock=bench.clock
    )
    with bench.open("administrator") as administrator:
        for role in Role:
            for name in (role.value, f"{role.value}-2"):
                if name != "administrator":
                    rank = Rank.SUPERINTENDENT if role is Role.AUTHORISING_OFFICER else None
                    administrator.users.add(name, role, rank=rank)
    return bench


def enrol(analyst: Workbench, reference: str, numbers: Iterator[int]) -> list[str]:
    """Build the list of a deployment, of people who were on none before; return the entries."""
    entries = [
        EntryImage(entry_of(f"NOM-{number}"), portrait(number))
        for number, _ in zip(numbers, range(PEOPLE), strict=False)
    ]
    report = analyst.watchlists.build(reference, entries, drawn_analyser())
    assert not report.refused, [one.quality.reasons for one in report.refused]
    return [one.id for one in report.enrolled]


def start(operator: Workbench, reference: str, feed: str = "camera-1") -> LiveSession:
    """Start a live search; what it raises is stored by `alerting`."""
    return operator.live.start(
        reference,
        DrawnFeed(),  # type: ignore[arg-type]
        feed_name=feed,
        analyser=drawn_analyser(),
    )


def alerting(session: LiveSession) -> str:
    """Raise an alert as a search does, and return its id once it is stored."""
    store: Any = session._work.store
    watchlist = store._watchlist
    subject = watchlist.references[0].subject
    alert = drawn_alert(
        id=store.name(1),
        subject=subject,
        candidates=Candidates(
            (subject,),
            *[drawn_alert().candidates.scores[:1], drawn_alert().candidates.reference[:1]],
        ),
    )
    return str(store.store(alert, None).id)


def deciding(operator: Workbench, alert: str) -> AlertState:
    """Give a verdict on an alert, and return its state then."""
    return operator.alerts.adjudicate(alert, AlertState.FALSE_CONFIRMED, _SAID).state
