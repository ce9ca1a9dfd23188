"""A bench in a temporary folder, with an account of each role, and a clock that tests turn."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bench_values import application_values
from credential_of import credential_of
from kept_values import copied
from retro_values import (
    BASIS,
    CASE,
    FOOTAGE_SAID,
    LISTED,
    authorise_case,
    collection_values,
    gather,
    probe_of,
)

from workbench.bench import Rules, Workbench
from workbench.bench.search_views import ProbeRequest
from workbench.faces.analysis import FaceAnalyser, build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.governance.ranks import Rank
from workbench.governance.roles import Role
from workbench.images import encode_png
from workbench.settings import Settings

PASSWORD = "a long enough password"  # noqa: S105 - of accounts in a temporary folder
START = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@dataclass
class TurnedClock:
    """A clock that stands until it is turned."""

    now: datetime = START

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def turn(self, **step: float) -> datetime:
        """Go on by a timedelta's keywords."""
        self.now += timedelta(**step)
        return self.now


@dataclass
class BenchMaker:
    """A bench on disk, and ways to open it as somebody."""

    folder: Path
    settings: Settings
    clock: TurnedClock
    opened: list[Workbench] = field(default_factory=list)

    def token(self, name: str) -> str:
        """Return a credential of an account."""
        return credential_of(self.folder, self.settings, name, self.clock())

    def open(self, name: str) -> Workbench:
        """Open the bench as the account of that name; accounts are named like their roles."""
        bench = Workbench.open(
            self.folder, credential=self.token(name), settings=self.settings, clock=self.clock
        )
        self.opened.append(bench)
        return bench

    def close(self) -> None:
        """Close all that was opened."""
        for bench in self.opened:
            bench.close()
        self.opened.clear()


@pytest.fixture
def clock() -> TurnedClock:
    """Return a clock that stands at 09:00 UTC of a day."""
    return TurnedClock()


def _made(folder: Path, kind: str, rules: Rules | None) -> BenchMaker:
    """Make a bench in a folder, with its keys and its witness beside it."""
    clock = TurnedClock()
    maker = BenchMaker(folder / "bench", _settings(folder), clock)
    Workbench.create(
        maker.folder,
        "administrator",
        PASSWORD,
        kind=kind,  # type: ignore[arg-type]
        rules=rules,
        settings=maker.settings,
        clock=clock,
    )
    with maker.open("administrator") as bench:
        for role in Role:
            for account in (role.value, f"{role.value}-2"):
                if account != "administrator":
                    rank = Rank.SUPERINTENDENT if role is Role.AUTHORISING_OFFICER else None
                    bench.users.add(account, role, rank=rank)
    maker.opened.clear()
    return maker


def _settings(folder: Path) -> Settings:
    return Settings(threads=1, keys={"folder": folder / "keys"}, witness=folder / "witness")


@pytest.fixture(scope="session")
def bench_template(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Make a bench of a kind once for all tests, which copy it: its many accounts take a second."""
    made: dict[str, Path] = {}

    def template(kind: str) -> Path:
        if kind not in made:
            made[kind] = tmp_path_factory.mktemp(f"bench-{kind}")
            _made(made[kind], kind, None)
        return made[kind]

    return template


@pytest.fixture
def make_bench(
    tmp_path: Path, clock: TurnedClock, bench_template: Callable[[str], Path]
) -> Iterator[Callable[..., BenchMaker]]:
    """Make a bench with an account `<role>` and `<role>-2` of each role.

    Those of one test have ids of their own.
    """
    made: list[BenchMaker] = []
    copied: set[str] = set()

    def make(kind: str = "operational", rules: Rules | None = None, name: str = "b") -> BenchMaker:
        folder = tmp_path / f"bench-{name}"
        if rules is None and kind not in copied and clock.now == START:
            copied.add(kind)
            shutil.copytree(bench_template(kind), folder)
            maker = BenchMaker(folder / "bench", _settings(folder), clock)
        else:
            folder.mkdir()
            maker = _made(folder, kind, rules)
            maker.clock = clock
        made.append(maker)
        return maker

    yield make
    for maker in made:
        maker.close()


@pytest.fixture
def bench(make_bench: Callable[..., BenchMaker]) -> BenchMaker:
    """Return an operational bench."""
    return make_bench()


@pytest.fixture
def as_role(bench: BenchMaker) -> Callable[[str], Workbench]:
    """Open the bench as the account of that name: `as_role("analyst")`."""
    return bench.open


@pytest.fixture
def authorised(bench: BenchMaker) -> Callable[..., str]:
    """Authorise a deployment and return its reference: `authorised(policy="default-sface/1")`.

    Applied for by `analyst` and authorised by `authorising-officer`, both at the clock's moment,
    its policy approved before; on `bench`, or on another given as `maker`. Changes are those of
    `bench_values.application_values`.
    """

    def authorise(maker: BenchMaker = bench, **changes: Any) -> str:
        values = application_values(**changes)
        reference = str(values["reference"])
        with maker.open("analyst") as analyst:
            analyst.deployments.draft(values)
            analyst.deployments.apply(reference)
        with maker.open("authorising-officer") as officer:
            if officer.policies.get(values["policy"]).approver is None:
                officer.policies.approve(values["policy"])
            officer.deployments.authorise(
                reference,
                necessity="I have read the intelligence case and see no other way.",
                proportionality="Short, small, announced.",
            )
        return reference

    return authorise


@pytest.fixture(scope="session")
def collection_images(lfw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of people, with one image that shows nobody."""
    folder = gather(lfw, tmp_path_factory.mktemp("collection") / "images")
    grey = np.full((200, 200, 3), 128, np.uint8)
    (folder / "Nobody").mkdir()
    (folder / "Nobody" / "grey.png").write_bytes(encode_png(grey))
    return folder


@pytest.fixture(scope="session")
def imported_template(
    bench_template: Callable[[str], Path],
    collection_images: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> BenchMaker:
    """Make a bench with a collection and an authorised case once; each test has a copy."""
    place = tmp_path_factory.mktemp("imported") / "made"
    shutil.copytree(bench_template("operational"), place)
    maker = BenchMaker(place / "bench", _settings(place), TurnedClock())
    with maker.open("analyst") as analyst:
        values = collection_values(maker.clock())
        analyst.collections.import_(collection_images, values, workers=1, **BASIS)
    authorise_case(maker, maker.clock())
    maker.close()
    return maker


@pytest.fixture
def imported(imported_template: BenchMaker, tmp_path: Path) -> Iterator[BenchMaker]:
    """Return a bench with a collection of ten people and an authorised case."""
    maker = copied(imported_template, tmp_path / "copy")
    yield maker
    maker.close()


@pytest.fixture(scope="session")
def analyser(settings: Settings, store: ArtefactStore) -> FaceAnalyser:
    """Return loaded models of the settings, which collections and footage were made with."""
    return build_analyser(settings, store)


@pytest.fixture
def probe(lfw: Path) -> ProbeRequest:
    """Return a photograph of somebody of the collection that is not in it."""
    return ProbeRequest(
        (probe_of(lfw, LISTED[0]),), "camera of the shop, 24 November 2026", kind="camera"
    )


@pytest.fixture(scope="session")
def clips(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the clips of two speakers."""
    folder = tmp_path_factory.mktemp("clips")
    for name in ("tony_blair", "bill_clinton"):
        shutil.copy(shared_data / "videos" / f"speaker_{name}.avi", folder)
    return folder


@pytest.fixture(scope="session")
def index_files(
    bench_template: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Iterable[Path]], BenchMaker]:
    """Return what makes a bench with a case that holds files, indexed."""

    def make(files: Iterable[Path]) -> BenchMaker:
        place = tmp_path_factory.mktemp("indexed") / "made"
        shutil.copytree(bench_template("operational"), place)
        maker = BenchMaker(place / "bench", _settings(place), TurnedClock())
        authorise_case(maker, maker.clock())
        with maker.open("investigator") as investigator:
            for file in files:
                added = investigator.footage.add(CASE, file, FOOTAGE_SAID)
                investigator.footage.index(added.id, workers=1)
        maker.close()
        return maker

    return make


@pytest.fixture(scope="session")
def indexed_template(
    index_files: Callable[[Iterable[Path]], BenchMaker], clips: Path
) -> BenchMaker:
    """Index two clips once; each test has a copy."""
    return index_files(sorted(clips.iterdir()))


@pytest.fixture
def indexed(indexed_template: BenchMaker, tmp_path: Path) -> Iterator[BenchMaker]:
    """Return a bench with a case that holds the clips of two speakers, indexed."""
    maker = copied(indexed_template, tmp_path / "copy")
    yield maker
    maker.close()
