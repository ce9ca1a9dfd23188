"""What somebody tries who wants more than their task allows, through the interface as it is given.

Each of these worked once. What is left to whoever controls the process is in docs/safeguards.md.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from alert_values import face, plant_alert
from bench_steps import REFERENCE, log_of
from bench_values import SFACE
from kept_values import go_live, kept_files
from list_values import checked_and_reviewed, entry_of, pictured
from live_values import FramesFeed
from pydantic import ValidationError

from workbench.bench.list_views import EntryImage
from workbench.errors import BlockedError, IllegalMoveError, NotPermittedError, RecordError
from workbench.faces.analysis import FaceAnalyser, build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.feeds import Frame
from workbench.governance.entries import WatchlistEntry
from workbench.images import load_image
from workbench.records.alerts import list_alerts
from workbench.records.audit.verbs import Verb
from workbench.records.deployments import find_deployment
from workbench.settings import DetectionSettings, LiveSettings, Settings

WHY = "looking for what there is to see"
OUTCOME = {"minutes": 3.0, "stopped": True, "outcome": "arrest"}


@pytest.fixture(scope="module")
def analyser(settings: Settings, store: ArtefactStore) -> FaceAnalyser:
    """Return an analyser with the smaller encoder."""
    return build_analyser(settings, store, "sface")


@pytest.fixture
def on_duty(
    bench: Any, authorised: Callable[..., str], analyser: FaceAnalyser, store: ArtefactStore
) -> Any:
    """Return a bench in the time of its deployment, whose list is of one person and ready."""
    bench.settings = bench.settings.model_copy(update={"encoder": "sface"})
    authorised(policy=SFACE)
    with bench.open("analyst") as analyst:
        person = pictured(store.path("sample/person_a_1"), "NOM-1")
        analyst.watchlists.build(REFERENCE, [person], analyser)
    checked_and_reviewed(bench.open, REFERENCE)
    bench.clock.turn(hours=1, minutes=5)
    return bench


@pytest.fixture
def first_said_true(bench: Any, authorised: Callable[..., str]) -> str:
    """Return an alert on which the first of two verifiers has said that it is the person."""
    authorised()
    with bench.open("operator") as operator:
        go_live(operator, REFERENCE)
        alert = plant_alert(operator, REFERENCE)
        operator.alerts.adjudicate(alert, "true-confirmed", "the scar on the left")
    return alert.id


# The first verdict.


def test_what_officers_did_does_not_tell_a_verifier_what_was_said(
    first_said_true: str, bench: Any
) -> None:
    done = OUTCOME | {"started": bench.clock.now.isoformat()}
    for account in ("operator", "reviewer"):
        with (
            bench.open(account) as other,
            pytest.raises(IllegalMoveError, match="is still owed a verdict: what officers did"),
        ):
            other.alerts.outcome(first_said_true, done)
    with bench.open("reviewer") as second:
        counts = second.deployments.record(REFERENCE).counts
        assert (counts.open, counts.engagements, counts.outcomes.with_outcome) == (1, 0, 0)
        second.alerts.adjudicate(first_said_true, "true-confirmed", "the same scar")
        view = second.alerts.outcome(first_said_true, done)
        assert [one.outcome for one in view.engagements] == ["arrest"]


@pytest.mark.slow
def test_no_call_tells_a_verifier_what_was_said(first_said_true: str, bench: Any) -> None:
    with bench.open("reviewer") as second:
        said: list[object] = [
            second.alerts.get(first_said_true, justification=WHY).plain(),
            second.alerts.list(REFERENCE, justification=WHY)[0].plain(),
            second.alerts.agreement(REFERENCE),
            second.deployments.record(REFERENCE).shown(),
            second.deployments.get(REFERENCE).plain(),
        ]
        for asked in ("true-confirmed", "false-confirmed"):
            with pytest.raises(IllegalMoveError) as raised:
                second.alerts.correct(first_said_true, asked, "trying, for a test")
            said.append(str(raised.value))
    with bench.open("engagement-officer") as officer:
        with pytest.raises(IllegalMoveError) as raised:
            officer.alerts.engage(first_said_true, "engage", "trying, for a test")
        said.append(str(raised.value))
    text = repr(said)
    assert "the scar on the left" not in text
    assert "true-confirmed" not in text


# A list.


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"source": "passport"}, "images of passports and driving licences are never used"),
        ({"source": "open-web"}, "images from the open web or social media are never used"),
        ({"category": "other"}, "nothing is left open here"),
        ({"lawfully_held": False}, "only images that the police lawfully hold"),
        ({"under_18": True}, "say why a person under 18 must be on the list"),
    ],
)
def test_an_entry_that_went_round_its_checks_is_checked(
    change: dict[str, Any], said: str, tmp_path: Path
) -> None:
    good = entry_of("NOM-1")
    for bad in (
        WatchlistEntry.model_construct(**(dict(good) | change)),
        good.model_copy(update=change),
    ):
        with pytest.raises(RecordError, match=said):
            EntryImage(bad, tmp_path / "passport.jpg")


@pytest.mark.slow
def test_checks_and_reviews_of_one_list_are_of_no_use_to_another(
    on_duty: Any, authorised: Callable[..., str], analyser: FaceAnalyser, store: ArtefactStore
) -> None:
    other = authorised(reference="2026-11/LOW-ST-1", policy=SFACE)
    person = pictured(store.path("sample/person_a_1"), "NOM-1")
    with on_duty.open("analyst") as analyst:
        report = analyst.watchlists.build(other, [person], analyser)
        assert [(one.check, one.review) for one in report.enrolled] == [(None, None)]
        (mine,) = analyst.watchlists.show(REFERENCE, WHY).entries
        assert mine.check is not None
    with (
        on_duty.open("operator") as operator,
        pytest.raises(BlockedError, match="Entries were not reviewed for deployment 2026-11/LOW"),
    ):
        operator.live.start(other, "no-such-feed.mp4")


# Faces of people who are not listed.


@pytest.mark.parametrize(
    ("part", "setting", "value"),
    [
        (LiveSettings, "redaction_confidence", 0.61),
        (LiveSettings, "template_lifetime_s", 1.01),
        (DetectionSettings, "smallest_face_px", 49.0),
    ],
)
def test_no_setting_leaves_faces_in_the_clear(part: Any, setting: str, value: float) -> None:
    with pytest.raises(ValidationError, match="less than or equal to"):
        part(**{"min_confidence": 1.0, setting: value})
    with pytest.raises(ValidationError, match="redaction_confidence must not be above min_conf"):
        LiveSettings(min_confidence=0.3, redaction_confidence=0.31)


@pytest.mark.slow
def test_a_passer_by_is_shown_by_no_setting_that_is_allowed(
    on_duty: Any, store: ArtefactStore
) -> None:
    person = load_image(store.path("sample/person_b_1"))
    frames = [Frame(number, number / 12.5, person) for number in range(6)]
    on_duty.settings = on_duty.settings.model_copy(
        update={
            "live": LiveSettings(
                min_confidence=1.0,
                redaction_confidence=0.6,
                redaction_hold_s=0.0,
                redaction_lookback_frames=0,
            ),
            "detection": DetectionSettings(min_confidence=1.0, smallest_face_px=48.0),
        }
    )
    shown: list[np.ndarray[Any, Any]] = []
    with on_duty.open("operator") as operator:
        session = operator.live.start(
            REFERENCE, FramesFeed(frames), on_frame=lambda frame: shown.append(frame.image.copy())
        )
        session.run()
    assert len(shown) == len(frames)
    assert not any(np.array_equal(one, person) for one in shown)


# Traces.


@pytest.mark.slow
def test_a_face_comes_by_a_call_that_logs_it_and_by_no_other(
    on_duty: Any, store: ArtefactStore
) -> None:
    person = load_image(store.path("sample/person_a_2"))
    told: list[Any] = []
    with on_duty.open("operator") as operator:
        frames = [Frame(number, number / 12.5, person) for number in range(20)]
        session = operator.live.start(
            REFERENCE, FramesFeed(frames), threshold=0.4788, on_alert=told.append
        )
        result = session.run()
        assert told
        assert [one.id for one in result.alerts] == [one.id for one in told]
        assert {one.probe.size for one in result.alerts} == {0}
        assert {one.probe.base is None for one in result.alerts} == {True}
        view = operator.alerts.get(told[0], justification=WHY)
        assert view.document is not None
        last = log_of(operator)[-1]
        assert (last.verb, last.actor, last.objects) == (Verb.CONSULT, "operator", (told[0].id,))


def test_what_was_searched_under_the_name_of_a_feed_is_in_the_log(
    on_duty: Any, tmp_path: Path
) -> None:
    """That a file is the feed of a deployment is for people to see; they find its name."""
    (tmp_path / "other-street.mp4").write_bytes(b"no video")
    with on_duty.open("operator") as operator:
        for given, noted in (
            (tmp_path / "other-street.mp4", "other-street.mp4"),
            ("rtsp://op:secret@127.0.0.1:9/ch1", "an address, which may hold a login"),
            (FramesFeed([Frame(0, 0.0, face(0))]), "frames handed in by a program (FramesFeed)"),
        ):
            with pytest.raises(Exception):  # noqa: B017, PT011 - whatever becomes of it afterwards
                operator.live.start(REFERENCE, given, analyser=object())  # type: ignore[arg-type]
            (entry,) = [one for one in log_of(operator) if dict(one.details).get("source") == noted]
            assert (entry.verb, entry.actor) == (Verb.CONSULT, "operator")


def test_nobody_chooses_what_is_asked_of_them_to_record_a_disclosure(
    bench: Any, authorised: Callable[..., str]
) -> None:
    authorised()
    with bench.open("manager") as manager:
        for call in (manager.exports.disclose, manager.exports.write_file):
            assert "permission" not in inspect.signature(call).parameters
        with pytest.raises(NotPermittedError, match="may not make a page, a video or a report"):
            manager.exports.disclose(
                REFERENCE, what="all faces", recipient="me", justification="wanted, for a test"
            )


def test_a_build_that_is_refused_leaves_no_face_in_the_vault(
    on_duty: Any, analyser: FaceAnalyser, store: ArtefactStore
) -> None:
    before = kept_files(on_duty)
    with on_duty.open("reviewer") as reviewer, pytest.raises(NotPermittedError):
        reviewer.watchlists.build(
            REFERENCE, [pictured(store.path("sample/person_b_1"), "NOM-2")], analyser
        )
    assert kept_files(on_duty) == before


@pytest.mark.slow
def test_opening_a_bench_shows_certificates_to_those_alone_who_may_read_them(
    bench: Any, authorised: Callable[..., str]
) -> None:
    authorised()
    for account, count in (("manager", 0), ("data-scientist", 0), ("reviewer", 1)):
        with bench.open("analyst") as analyst:
            plant_alert(analyst, REFERENCE)
        bench.clock.turn(days=32)
        with bench.open(account) as opened:
            assert len(opened.at_opening.certificates) == count
            with opened._context.store.reading() as connection:
                assert list_alerts(connection, find_deployment(connection, REFERENCE).id) == []
