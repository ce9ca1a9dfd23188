"""The whole life of a deployment in a team, each step over the connection of whoever takes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from alert_values import plant_alert, plant_session
from bench_steps import REFERENCE, WORDS
from bench_values import SFACE, application_values
from list_values import WHY, checked_and_reviewed, pictured

from workbench.bench import Workbench
from workbench.faces.analysis import FaceAnalyser, build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.governance.alerts import AlertState
from workbench.governance.certificates import Result
from workbench.governance.deployments import DeploymentState
from workbench.settings import Settings

Open = Callable[[str], Workbench]


@pytest.fixture(scope="session")
def analyser(settings: Settings, store: ArtefactStore) -> FaceAnalyser:
    return build_analyser(settings, store, "sface")


@pytest.fixture(scope="session")
def portraits(store: ArtefactStore) -> list[Path]:
    return [store.path(f"sample/{name}") for name in ("person_a_1", "person_b_1")]


def authorised(as_person: Open) -> None:
    with as_person("analyst") as analyst:
        analyst.deployments.draft(application_values(policy=SFACE))
        analyst.deployments.apply(REFERENCE)
    with as_person("authorising-officer") as officer:
        officer.policies.approve(SFACE)
        officer.deployments.authorise(REFERENCE, **WORDS)


def test_a_deployment_from_its_draft_to_its_certificate(
    team: Any, as_person: Open, analyser: FaceAnalyser, portraits: list[Path]
) -> None:
    authorised(as_person)
    with as_person("analyst") as analyst:
        entries = [pictured(image, f"NOM-{n}") for n, image in enumerate(portraits, 1)]
        report = analyst.watchlists.build(REFERENCE, entries, analyser)
        assert len(report.enrolled) == 2
    checked_and_reviewed(as_person, REFERENCE)
    team.clock.turn(hours=1, minutes=5)
    with as_person("operator") as operator:
        from workbench.bench.deployment_access import moved, on_deployment
        from workbench.governance.permissions import Permission
        from workbench.records.audit.verbs import Verb

        with on_deployment(operator._context, Permission.LIVE_START, REFERENCE) as (acting, row):
            moved(acting, row, "start", Verb.START)
        session = plant_session(operator, REFERENCE, ended=False)
        alert = plant_alert(operator, REFERENCE, subject="NOM-1", session=session.id)
        view = operator.alerts.get(alert.id, justification=WHY)
        assert view.document is not None
        first = operator.alerts.adjudicate(alert.id, "true-confirmed", "The scar matches.")
        assert (first.state, first.owed) == (AlertState.OPEN, 1)
    with as_person("engagement-officer") as officer:
        second = officer.alerts.adjudicate(alert.id, "true-confirmed", "Seen and compared.")
        assert (second.state, second.owed, len(second.verdicts)) == (
            AlertState.TRUE_CONFIRMED,
            0,
            2,
        )
        officer.alerts.engage(alert.id, "engage", "He stands at the corner.")
        officer.alerts.outcome(
            alert.id,
            {
                "started": team.clock().isoformat(),
                "minutes": 4.0,
                "stopped": True,
                "outcome": "arrest",
            },
        )
    with as_person("operator") as operator:
        operator.live.stop(session.id, "the feed ended")
    with as_person("analyst") as analyst:
        closed = analyst.deployments.close(REFERENCE)
        assert closed.state is DeploymentState.CLOSED
        assert analyst.deployments.record(REFERENCE).counts.true_confirmed == 1
        certificate = analyst.watchlists.purge(REFERENCE)
        assert certificate.result is Result.COMPLETE
    team.clock.turn(days=40)
    with as_person("data-protection-officer") as officer:
        found = officer.audit.verify()
        assert found.ok, found
    with as_person("reviewer") as reviewer:
        assert reviewer.alerts.list(REFERENCE, justification=WHY) == []
    assert team.run("select state from outcome_deployments", "manager")
