"""A bench with one authorised deployment and a sealed list of people who do not exist.

It is made through the parts of the bench but for enrolment, which has no images to enrol: the
list is encoded, sealed and recorded as `bench.watchlists.build` does, then checked and reviewed by
people as any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from workbench.bench import Workbench
from workbench.bench.list_sealing import encoded, sealed
from workbench.bench.opening import open_bench
from workbench.governance.entries import WatchlistEntry
from workbench.governance.permissions import Permission
from workbench.governance.ranks import Rank
from workbench.governance.roles import Role
from workbench.identity.credentials import CredentialSource, issue
from workbench.matching import Watchlist, WatchlistReference, load_calibration
from workbench.records.audit.verbs import Verb
from workbench.records.deployments import find_deployment
from workbench.records.identifiers import new_id
from workbench.records.moments import utc_now
from workbench.records.watchlist_entries import EntryQuality, EntryRow, EntryState, add_entries
from workbench.records.watchlists import ListState, WatchlistRow, save_watchlist
from workbench.settings import EncoderChoice, Settings

__all__ = [
    "CATEGORY",
    "REFERENCE",
    "ListBench",
    "credential_of",
    "later",
    "make_list_bench",
    "sealable",
]

CATEGORY = "wanted-by-courts"
REFERENCE = "2026-11/BENCHMARK-1"
PASSWORD = "a long enough password"  # noqa: S105 - of a bench in a temporary folder


def later() -> datetime:
    """Tell the time as of when the authority has begun."""
    return utc_now() + timedelta(minutes=10)


@dataclass(frozen=True)
class ListBench:
    """A bench on disk, and the credential of its operator."""

    folder: Path
    settings: Settings
    credential: str

    def open(self) -> Workbench:
        """Open it as the operator."""
        return Workbench.open(self.folder, credential=self.credential, settings=self.settings)

    def opened(self, bench: Workbench) -> Watchlist:
        """Open its list as a search does."""
        with bench._context.system() as acting:  # noqa: SLF001 - as the live part does
            row = find_deployment(acting.connection, REFERENCE)
            people = bench.watchlists.open_list(acting, row)
            acting.log(
                Verb.CONSULT, [row.id], justification="opening the watchlist for a live search"
            )
        return people


def sealable(watchlist: Watchlist) -> Watchlist:
    """Return a list whose references are entries of a deployment."""
    references = tuple(
        replace(one, entry=f"entry-{at:05d}", category=CATEGORY)
        for at, one in enumerate(watchlist.references)
    )
    return replace(watchlist, references=references)


def make_list_bench(
    place: Path,
    watchlist: Watchlist,
    matcher: EncoderChoice = "fused",
    feeds: Sequence[str] = ("gate",),
) -> ListBench:
    """Make the bench in an empty folder, with this list sealed in it.

    Args:
        place: the folder.
        watchlist: whose references are entries (see `sealable`).
        matcher: whose default policy is used, at its threshold.
        feeds: names of the deployment's feeds.
    """
    policy = f"default-{matcher}/1"
    settings = Settings(keys={"folder": place / "keys"}, witness=place / "witness", encoder=matcher)
    folder = place / "bench"
    Workbench.create(folder, "administrator", PASSWORD, settings=settings)
    bench = ListBench(folder, settings, credential_of(folder, settings, "operator"))
    with _as(bench, "administrator") as administrator:
        for role in (Role.ANALYST, Role.OPERATOR, Role.REVIEWER):
            administrator.users.add(role.value, role)
        administrator.users.add("officer", Role.AUTHORISING_OFFICER, rank=Rank.SUPERINTENDENT)
    with _as(bench, "analyst") as analyst:
        analyst.deployments.draft(_application(policy, matcher, feeds))
        analyst.deployments.apply(REFERENCE)
        _keep(analyst, watchlist)
    with _as(bench, "officer") as officer:
        officer.policies.approve(policy)
        officer.deployments.authorise(REFERENCE, necessity="Made up.", proportionality="Made up.")
    with _as(bench, "reviewer") as reviewer:
        ids = reviewer.watchlists.show(REFERENCE, "a benchmark").ids()
        reviewer.watchlists.check(REFERENCE, ids, "made up")
        reviewer.watchlists.review(REFERENCE)
    return bench


def _entries(references: Sequence[WatchlistReference]) -> list[WatchlistEntry]:
    """Return the entry of each reference."""
    return [
        WatchlistEntry(
            subject=one.subject,
            image=one.source,
            category=CATEGORY,
            legal_basis="police-function",
            source="custody",
            image_date="2026-01-05",
            rationale="Somebody made up, to measure how long a list takes to open.",
            lawfully_held=True,
        )
        for one in references
    ]


def _keep(analyst: Workbench, watchlist: Watchlist) -> None:
    context = analyst._context  # noqa: SLF001 - what `build` does after enrolment
    with context.acting(Permission.WATCHLIST_BUILD) as acting:
        row = find_deployment(acting.connection, REFERENCE)
        fresh = WatchlistRow(
            id=new_id("list", acting.now),
            deployment=row.id,
            state=ListState.READY,
            builder=acting.name,
            built=acting.now,
            references=len(watchlist),
            subjects=len(watchlist.subjects),
            object_id=None,
            key_id=None,
            digest=None,
        )
        save_watchlist(acting.connection, sealed(context, acting, fresh, encoded(watchlist)))
        add_entries(
            acting.connection,
            [
                EntryRow(
                    id=reference.entry,
                    watchlist=fresh.id,
                    state=EntryState.ENROLLED,
                    entry=entry,
                    quality=EntryQuality(
                        reference.verdict, reference.reasons, dict(reference.quality)
                    ),
                    added_by=acting.name,
                    added=acting.now,
                )
                for reference, entry in zip(
                    watchlist.references, _entries(watchlist.references), strict=True
                )
            ],
        )
        acting.log(Verb.ENROL, [fresh.id], details={"references": len(watchlist)})


def _as(bench: ListBench, name: str) -> Workbench:
    credential = credential_of(bench.folder, bench.settings, name)
    return Workbench.open(bench.folder, credential=credential, settings=bench.settings)


def credential_of(folder: Path, settings: Settings, name: str) -> str:
    """Issue a credential of an account of a bench in a folder."""
    opened = open_bench(str(folder), settings, utc_now)
    try:
        return issue(
            opened.secrets.credentials,
            bench=opened.store.bench.id,
            actor=name,
            source=CredentialSource.USERS_FILE,
            now=utc_now(),
        )
    finally:
        opened.store.close()


def _application(policy: str, matcher: EncoderChoice, feeds: Sequence[str]) -> dict[str, object]:
    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=5)
    document = {"title": "made up", "version": "1", "date": "2026-01-15"}
    corner = {"latitude": 51.3750, "longitude": -0.1012}
    return {
        "reference": REFERENCE,
        "force": "Nobody's",
        "purposes": ["wanted-by-courts"],
        "use_case": "crime-hotspot",
        "presence_grounds": "Made up.",
        "location": {
            "name": "High Street, outside the market hall",
            "street": "High Street",
            "town": "Exampleton",
            "coordinates": {"latitude": 51.3753, "longitude": -0.1008},
            "area": {
                "corners": [
                    corner,
                    corner | {"longitude": -0.1003},
                    {"latitude": 51.3757, "longitude": -0.1003},
                    corner | {"latitude": 51.3757},
                ]
            },
        },
        "starts": starts.isoformat(),
        "ends": (starts + timedelta(hours=6)).isoformat(),
        "feeds": [{"name": name, "place": "lamp post 12, looking north"} for name in feeds],
        "assembly": False,
        "dpia": document,
        "eia": document,
        "appropriate_policy": document,
        "notice": {
            "signs": 6,
            "signs_where": "Both ends of the street.",
            "leaflets": True,
            "published_at": (starts - timedelta(days=2)).isoformat(),
            "website": "https://police.example/lfr",
        },
        "necessity": "Made up.",
        "proportionality": "Made up.",
        "minimum_threshold": load_calibration().matchers[matcher].default_threshold,
        "policy": policy,
    }
