"""A team's bench on a real PostgreSQL: each account comes by a database user of its own."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alert_values import plant_alert
from bench_steps import REFERENCE, WORDS
from bench_values import SFACE, application_values
from kept_values import go_live
from postgresql_server import PostgresqlServer
from retro_values import (
    BASIS,
    CASE,
    COLLECTION,
    LISTED,
    beginning,
    case_values,
    collection_values,
    gather,
    probe_of,
)
from team_bench import TeamBench, TeamClock, copy_of, make_team

from workbench.bench import Workbench
from workbench.bench.search_views import ProbeRequest
from workbench.governance.roles import Role

# The stand-in of a key service lies with the tests of the vault, and what polices it with these.
sys.path.insert(0, str(Path(__file__).parents[1] / "records" / "vault"))
sys.path.insert(0, str(Path(__file__).parent))

from kms_stand_in import Secret, serve
from policed_keys import PolicedKeyService, tokens

_HERE = Path(__file__).parent
QUICK = frozenset({"test_rights.py", "test_team_flow.py", "test_blind_verdicts.py"})


@pytest.hookimpl(tryfirst=True)  # before those that were not asked for are left out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as slow all but the rights of each role, blind verdicts and the life of a deployment.

    Together they took a seventh of the time of all that is not slow.
    """
    for item in items:
        if item.path.parent == _HERE and item.path.name not in QUICK:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def kms() -> Iterator[PolicedKeyService]:
    """Return the stand-in of a key service, on loopback, with the policy of each role."""
    made = PolicedKeyService()
    server = serve(made)
    with pytest.MonkeyPatch.context() as patch:
        for variable, token in tokens().items():
            patch.setenv(variable, token)
        yield made
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def made_with_keys(
    postgresql: PostgresqlServer, kms: PolicedKeyService, tmp_path_factory: pytest.TempPathFactory
) -> tuple[TeamBench, dict[str, Secret]]:
    """Return a team's bench with two accounts of each role, and its data keys alone.

    Benches that earlier tests made left theirs in the key service, which is one for all.
    """
    folder, others = tmp_path_factory.mktemp("team"), set(kms.secrets)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        team = make_team(postgresql, folder, kms.address, clock=TeamClock(), roles=Role)
    keys = {path: secret for path, secret in kms.secrets.items() if path not in others}
    return team, copy.deepcopy(keys)


@pytest.fixture(scope="session")
def made_team(made_with_keys: tuple[TeamBench, dict[str, Secret]]) -> TeamBench:
    """Return a team's bench with two accounts of each role; tests work on copies of it."""
    team, _ = made_with_keys
    return team


@pytest.fixture
def as_anybody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody be logged in otherwise than by their connection."""
    monkeypatch.delenv("WORKBENCH_CREDENTIAL", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "no-sessions"))


@pytest.fixture(scope="session")
def made_live(
    made_team: TeamBench,
    first_keys: dict[str, Secret],
    kms: PolicedKeyService,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[TeamBench, dict[str, Secret]]:
    """Return a team's bench with one live deployment and an alert, and what keys it has.

    Tests work on copies of it.
    """
    folder = tmp_path_factory.mktemp("live")
    kms.secrets = copy.deepcopy(first_keys)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        team = copy_of(made_team, folder)
        with team.open("analyst") as analyst:
            analyst.deployments.draft(application_values(policy=SFACE))
            analyst.deployments.apply(REFERENCE)
        with team.open("authorising-officer") as officer:
            officer.policies.approve(SFACE)
            officer.deployments.authorise(REFERENCE, **WORDS)
        team.clock.turn(hours=1)
        with team.as_owner() as owner:
            go_live(owner, REFERENCE)
            team.alert = plant_alert(owner, REFERENCE).id
        team.close()
    return team, copy.deepcopy(kms.secrets)


@pytest.fixture(scope="session")
def first_keys(made_with_keys: tuple[TeamBench, dict[str, Secret]]) -> dict[str, Secret]:
    """Return the data keys of the bench that the others are copies of."""
    _, keys = made_with_keys
    return keys


@pytest.fixture
def team(
    made_team: TeamBench,
    first_keys: dict[str, Secret],
    kms: PolicedKeyService,
    tmp_path: Path,
    as_anybody: None,
) -> Iterator[TeamBench]:
    """Return a team's bench with two accounts of each role, `<role>` and `<role>-2`."""
    kms.secrets = copy.deepcopy(first_keys)  # the key service is one, and so is the bench's id
    made = copy_of(made_team, tmp_path)
    yield made
    made.close()


@pytest.fixture
def live(
    made_live: tuple[TeamBench, dict[str, Secret]],
    kms: PolicedKeyService,
    tmp_path: Path,
    as_anybody: None,
) -> Iterator[TeamBench]:
    """Return the same with one live deployment, and an alert that nobody has looked at."""
    team, keys = made_live
    kms.secrets = copy.deepcopy(keys)
    made = copy_of(team, tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="session")
def made_searched(
    made_team: TeamBench,
    first_keys: dict[str, Secret],
    kms: PolicedKeyService,
    shared_data: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[TeamBench, dict[str, Secret]]:
    """Return a team's bench with a collection of three, and a case with footage and a search.

    Tests work on copies of it.
    """
    lfw, folder = shared_data / "lfw", tmp_path_factory.mktemp("searched")
    images = gather(lfw, folder / "images", LISTED[:3])
    kms.secrets = copy.deepcopy(first_keys)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        team = replace(copy_of(made_team, folder), encoder="sface")
        with team.open("analyst") as analyst:
            values = collection_values(team.clock())
            analyst.collections.import_(images, values, workers=1, **BASIS)
        with team.open("investigator") as investigator:
            investigator.cases.open(case_values(team.clock()))
        with team.open("authorising-officer") as officer:
            officer.cases.authorise(CASE, "I have read the statements and see no other way.")
        probe = ProbeRequest((probe_of(lfw, LISTED[0]),), "camera of the shop", kind="camera")
        with team.open("investigator") as investigator:
            investigator.footage.add(
                CASE,
                beginning(shared_data / "videos" / "speaker_tony_blair.avi", folder),
                {"origin": "camera 4", "basis": "Handed over by the owner of the shop."},
            )
            team.search = investigator.searches.against_collection(
                CASE, probe, COLLECTION, reason="The man with the bag is seen in the shop."
            ).id
        team.close()
    return team, copy.deepcopy(kms.secrets)


@pytest.fixture
def searched(
    made_searched: tuple[TeamBench, dict[str, Secret]],
    kms: PolicedKeyService,
    tmp_path: Path,
    as_anybody: None,
) -> Iterator[TeamBench]:
    """Return the same: a search that nobody has concluded on, footage that is not indexed."""
    team, keys = made_searched
    kms.secrets = copy.deepcopy(keys)
    made = copy_of(team, tmp_path)
    yield made
    made.close()


@pytest.fixture
def as_person(team: TeamBench) -> Callable[[str], Workbench]:
    """Open the team's bench as the account of that name: `as_person("analyst")`."""
    return team.open
