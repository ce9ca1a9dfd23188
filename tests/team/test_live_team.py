"""A real live search in a team: models, feed and alerts in an operator's process."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bench_steps import REFERENCE, WORDS
from bench_values import SFACE, application_values
from list_values import WHY
from live_values import LISTED, FramesFeed, enrol_listed, stage_frames, two_feeds

from workbench.faces.analysis import FaceAnalyser
from workbench.faces.artefacts import ArtefactStore
from workbench.governance.stopping import StopReason
from workbench.live.detection import build_live_analyser
from workbench.settings import Settings

pytestmark = pytest.mark.slow

Team = Any


@pytest.fixture(scope="module")
def analyser(settings: Settings, store: ArtefactStore) -> FaceAnalyser:
    """Return the analyser of a live search with the smaller encoder."""
    return build_live_analyser(settings, store, "sface")


@pytest.fixture
def ready(team: Team, lfw: Path, analyser: FaceAnalyser) -> Team:
    """Return a bench five minutes into the authority of a deployment with a reviewed list."""
    team = replace(team, encoder="sface")
    with team.open("analyst") as analyst:
        analyst.deployments.draft(application_values(policy=SFACE, feeds=two_feeds()))
        analyst.deployments.apply(REFERENCE)
    with team.open("authorising-officer") as officer:
        officer.policies.approve(SFACE)
        officer.deployments.authorise(REFERENCE, **WORDS)
    team.clock.turn(minutes=59)
    enrol_listed(team.open, REFERENCE, lfw, analyser)
    team.clock.turn(minutes=6)
    return team


def test_what_an_operator_raises_an_officer_in_the_street_opens(
    ready: Team, lfw: Path, analyser: FaceAnalyser, tmp_path: Path
) -> None:
    frames = stage_frames(analyser, lfw, tmp_path)
    operator = ready.open("operator")
    with operator.live.start(
        REFERENCE, FramesFeed(frames), feed_name="square", analyser=analyser
    ) as session:
        result = session.run()
    assert session.stopped_by is StopReason.FEED_ENDED
    assert len(result.alerts) >= 2
    assert {alert.subject for alert in result.alerts} <= set(LISTED)
    with ready.open("engagement-officer") as officer:
        raised = officer.alerts.list(REFERENCE, justification=WHY)
        assert {one.id for one in raised} == {alert.id for alert in result.alerts}
        assert officer.alerts.get(raised[0], justification=WHY).document is not None
        (search,) = officer.live.sessions(REFERENCE)
        assert search.operator == "operator"
    with ready.open("data-protection-officer") as officer:
        assert officer.audit.verify().ok
