"""What keeps a live search from starting: each rule, with its message, before any model is loaded.

The feed that is named does not exist and no analyser is given: a search that came as far as either
would say so instead.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alert_values import plant_session
from bench_steps import log_of
from bench_values import SFACE
from equity_values import at_threshold, with_groups
from field_values import falsely_alerted
from kept_values import copied
from list_values import checked_and_reviewed, pictured
from live_values import FramesFeed, two_feeds
from policy_values import chosen_for, opened_for, with_evidence

from workbench.bench import Workbench
from workbench.bench.default_policies import load_default_policies
from workbench.bench.processes import this_process
from workbench.errors import (
    BlockedError,
    EncoderMismatchError,
    FeedError,
    IllegalMoveError,
    NotAuthorisedError,
    NotPermittedError,
    PolicyError,
    UsageError,
)
from workbench.faces.analysis import FaceAnalyser, build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.protocols import Encoder
from workbench.faces.runtimes.network import Runtime
from workbench.feeds import Frame
from workbench.governance.roles import Role
from workbench.governance.session_signs import SessionSigns, SessionState
from workbench.governance.setups import Matcher, RuntimeClass
from workbench.governance.stopping import StopReason
from workbench.images import load_image
from workbench.live import Zone
from workbench.records.audit.verbs import Verb
from workbench.records.policies import find_policy, replace_policy
from workbench.records.sessions import SessionRow, list_sessions
from workbench.settings import Settings

pytestmark = pytest.mark.slow

REFERENCE = "2026-11/HIGH-ST-1"
NOWHERE = Path("no-such-feed.mp4")


@pytest.fixture(scope="module")
def analyser(settings: Settings, store: ArtefactStore) -> FaceAnalyser:
    """Return an analyser with the smaller encoder."""
    return build_analyser(settings, store, "sface")


@pytest.fixture(scope="module")
def prepared() -> dict[str, Any]:
    """Hold the bench that these tests copy, once one of them has made it."""
    return {}


@pytest.fixture
def ready(
    *,
    prepared: dict[str, Any],
    bench: Any,
    authorised: Callable[..., str],
    analyser: FaceAnalyser,
    store: ArtefactStore,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Any:
    """Return a bench an hour before its deployment, with a list that nobody checked yet."""
    if not prepared:
        bench.settings = bench.settings.model_copy(update={"encoder": "sface"})
        authorised(policy=SFACE, feeds=two_feeds())
        people = [pictured(store.path("sample/person_a_1"), "NOM-1")]
        with bench.open("analyst") as analyst:
            analyst.watchlists.build(REFERENCE, people, analyser)
        bench.close()
        prepared["bench"] = copied(bench, tmp_path_factory.mktemp("prepared"))
    (tmp_path / "copy").mkdir()
    return copied(prepared["bench"], tmp_path / "copy")


@pytest.fixture
def on_duty(ready: Any) -> Any:
    """Return the bench five minutes into the authority, its list checked and reviewed."""
    checked_and_reviewed(ready.open, REFERENCE)
    ready.clock.turn(hours=1, minutes=5)
    return ready


class RunBy:
    """An encoder under the name of another runtime."""

    def __init__(self, encoder: Encoder, runtime: Runtime) -> None:
        self._encoder = encoder
        self.runtime = runtime
        self.identity, self.alignment, self.encode = (
            encoder.identity,
            encoder.alignment,
            encoder.encode,
        )


def start(maker: Any, account: str = "operator", feed: Any = NOWHERE, **options: Any) -> Any:
    """Start a search of `square`."""
    options = {"feed_name": "square"} | options
    return maker.open(account).live.start(REFERENCE, feed, **options)


def test_all_that_is_left_is_the_feed_itself(on_duty: Any) -> None:
    with pytest.raises(FeedError, match="there is no such file or folder"):
        start(on_duty)


def test_before_the_authority_begins(ready: Any) -> None:
    begins = "the authority of deployment 2026-11/HIGH-ST-1 begins at 2026-11-25 10:00 UTC; it is"
    with pytest.raises(NotAuthorisedError, match=begins):
        start(ready)
    refusal = log_of(ready.open("operator"))[-1]
    assert (refusal.verb, refusal.actor) == (Verb.REFUSAL, "operator")
    assert dict(refusal.details)["permission"] == "live.start"


def test_after_the_authority_ended(on_duty: Any) -> None:
    on_duty.clock.turn(hours=6)
    with pytest.raises(NotAuthorisedError, match="is expired, so its authority covers nothing"):
        start(on_duty)


def test_when_nobody_authorised_it(
    make_bench: Callable[..., Any], authorised: Callable[..., str]
) -> None:
    maker = make_bench(name="applied")
    with maker.open("analyst") as analyst:
        from bench_values import application_values

        analyst.deployments.draft(application_values())
        analyst.deployments.apply(REFERENCE)
    with pytest.raises(NotAuthorisedError, match="is applied and has no authority"):
        maker.open("operator").live.start(REFERENCE, NOWHERE)


def test_when_it_was_withdrawn(on_duty: Any) -> None:
    with on_duty.open("authorising-officer") as officer:
        officer.deployments.withdraw_authority(REFERENCE, "no longer necessary")
    with pytest.raises(NotAuthorisedError, match="was withdrawn at 2026-11-25 10:05 UTC by auth"):
        start(on_duty)


@pytest.mark.parametrize("role", [one for one in Role if one not in {Role.OPERATOR, Role.ANALYST}])
def test_other_roles(role: Role, on_duty: Any) -> None:
    with pytest.raises(NotPermittedError, match="start a live search"):
        start(on_duty, role.value)


def test_a_feed_that_was_not_authorised(on_duty: Any) -> None:
    with pytest.raises(NotAuthorisedError, match="authorised for square, gate, and not for a feed"):
        start(on_duty, feed_name="lobby")
    with pytest.raises(NotAuthorisedError) as raised:
        start(on_duty, feed_name="rtsp://op:secret@127.0.0.1:9/ch1")
    assert "secret" not in str(raised.value)
    assert "secret" not in str(log_of(on_duty.open("operator"))[-1].details)


def test_a_feed_that_is_not_named_where_there_are_two(on_duty: Any) -> None:
    with pytest.raises(UsageError, match=r"has 2 feeds: square, gate\. Say which one this is"):
        start(on_duty, feed_name=None)


def test_a_zone_beyond_that_of_the_feed(on_duty: Any) -> None:
    with pytest.raises(NotAuthorisedError, match="reaches beyond that of feed gate"):
        start(on_duty, feed_name="gate", zone=Zone(((0.1, 0.1), (0.6, 0.1), (0.6, 0.9))))
    with pytest.raises(FeedError, match="no such file"):
        start(on_duty, feed_name="gate", zone=Zone(((0.1, 0.1), (0.4, 0.1), (0.4, 0.9))))


def test_without_a_watchlist(
    make_bench: Callable[..., Any], authorised: Callable[..., str]
) -> None:
    maker = make_bench(name="bare")
    authorised(maker, policy=SFACE)
    maker.clock.turn(hours=1, minutes=5)
    with pytest.raises(
        BlockedError,
        match=r"has no watchlist\. Have an analyst build one with workbench watchlist build",
    ):
        maker.open("operator").live.start(REFERENCE, NOWHERE)


def test_with_entries_that_nobody_checked_or_reviewed(ready: Any) -> None:
    ready.clock.turn(hours=1, minutes=5)
    with pytest.raises(BlockedError) as raised:
        start(ready)
    said = str(raised.value)
    assert "Entries were not reviewed for deployment" in said
    assert "Nobody compared these images with the record" in said
    assert "NOM-1" in said


def test_with_a_list_that_is_too_old(
    make_bench: Callable[..., Any],
    authorised: Callable[..., str],
    analyser: FaceAnalyser,
    store: ArtefactStore,
) -> None:
    maker = make_bench(name="old")
    maker.settings = maker.settings.model_copy(update={"encoder": "sface"})
    later = {"starts": "2026-11-26T12:00:00+00:00", "ends": "2026-11-26T18:00:00+00:00"}
    authorised(maker, policy=SFACE, **later)
    with maker.open("analyst") as analyst:
        people = [pictured(store.path("sample/person_a_1"), "NOM-1")]
        analyst.watchlists.build(REFERENCE, people, analyser)
    checked_and_reviewed(maker.open, REFERENCE)
    maker.clock.turn(hours=27, minutes=5)
    with pytest.raises(BlockedError, match="more than 24 hours before the start"):
        maker.open("operator").live.start(REFERENCE, NOWHERE)


@pytest.mark.parametrize("asked", [0.4787, -1.0, float("nan")])
def test_a_threshold_below_what_was_authorised(asked: float, on_duty: Any) -> None:
    with pytest.raises(PolicyError, match=r"authorised with at least 0\.4788 cosine"):
        start(on_duty, threshold=asked)


@pytest.mark.parametrize("asked", [1.5, float("inf")])
def test_a_threshold_that_no_score_reaches(asked: float, on_duty: Any) -> None:
    with pytest.raises((UsageError, PolicyError), match=r"alert on nobody|does not fit"):
        start(on_duty, threshold=asked)


def test_a_higher_threshold_is_taken(on_duty: Any) -> None:
    with pytest.raises(FeedError, match="no such file"):
        start(on_duty, threshold=0.6)


def test_a_force_that_came_to_ask_for_equity_starts_no_search_without(on_duty: Any) -> None:
    with on_duty.open("administrator") as administrator:
        change = administrator.rule_changes.propose({"needs_equity": True}, "our policy of May")
    with on_duty.open("data-protection-officer") as officer:
        assert officer.rule_changes.confirm(change.id).needs_equity
    with pytest.raises(PolicyError, match="its error rates by group are not measured, and this"):
        start(on_duty)
    changed_policy(on_duty, equity="evaluation E-12")
    with pytest.raises(PolicyError, match="not measured in a form that can be checked, and this"):
        start(on_duty)
    with on_duty.open("data-scientist") as scientist:
        shipped = scientist.policies.get(SFACE).model_copy(update={"equity": "not measured"})
        opening = opened_for(scientist, "street/1", chosen=chosen_for(shipped))
        of_this = opening.model_copy(update={"policy_id": SFACE})
        evident = with_evidence(scientist, shipped, of_this)
    other = load_default_policies()[Matcher.FACENET].setup
    for changes, said in (
        ({"setup": other}, "does not cover it: the two differ in matcher"),
        ({"compared": [at_threshold(0.6)]}, "groups were compared at 0.6, and not at its"),
    ):
        changed_policy(on_duty, **dict(with_groups(evident, **changes)))
        with pytest.raises(PolicyError, match=said):
            start(on_duty)
    changed_policy(on_duty, **dict(with_groups(evident)))
    with pytest.raises(FeedError, match="there is no such file or folder"):
        start(on_duty)


def test_a_policy_that_nobody_approved(on_duty: Any) -> None:
    with on_duty.open("operator")._context.system() as acting:
        policy = find_policy(acting.connection, SFACE)
        replace_policy(
            acting.connection, policy.model_copy(update={"approver": None, "approved": None})
        )
        acting.log(Verb.THRESHOLD_CHANGE, [SFACE])
    with pytest.raises(PolicyError, match="approved by nobody"):
        start(on_duty)


def test_a_policy_of_another_matcher(on_duty: Any) -> None:
    on_duty.settings = on_duty.settings.model_copy(update={"encoder": "facenet"})
    with pytest.raises(UsageError, match="matcher facenet needs templates of facenet"):
        start(on_duty)


def changed_policy(maker: Any, **changes: Any) -> None:
    """Let the policy of the deployment be another under its id, as nobody can make it."""
    with maker.open("operator")._context.system() as acting:
        policy = find_policy(acting.connection, SFACE)
        replace_policy(acting.connection, policy.model_copy(update=changes))
        acting.log(Verb.THRESHOLD_CHANGE, [SFACE])


def test_a_policy_whose_scores_are_of_another_matcher(on_duty: Any) -> None:
    facenet = load_default_policies()[Matcher.FACENET]
    changed_policy(on_duty, setup=facenet.setup)
    with pytest.raises(PolicyError, match="it is for matcher facenet, and the search uses sface"):
        start(on_duty)


@pytest.mark.parametrize(("smallest", "largest"), [(2, 20), (50, 2000)])
def test_a_list_outside_the_range_of_its_policy(smallest: int, largest: int, on_duty: Any) -> None:
    changed_policy(on_duty, smallest_list=smallest, largest_list=largest)
    said = f"it is meant for lists of {smallest} to {largest:,} references, and this one has 1"
    with pytest.raises(PolicyError, match=said):
        start(on_duty)


def test_a_policy_that_false_alerts_stopped(on_duty: Any, authorised: Callable[..., str]) -> None:
    falsely_alerted(on_duty, authorised, "2026-11/LOW-ST-1", false=3, policy=SFACE)
    with pytest.raises(PolicyError) as raised:
        start(on_duty)
    assert str(raised.value) == (
        "policy default-sface/1 was stopped in the field at deployment 2026-11/LOW-ST-1: of all "
        "deployments up to it the lower end of 3 false alerts in 400 faces, 1 in 130 (exact 95 % "
        "interval 1 in 45 to 1 in 650), came to lie above the limit of 1 in 1,000. So it stays "
        "until the force's limit is changed by two people or a decision is corrected. Have another "
        "policy issued and approved, whose minimum threshold is higher or whose lists are of other "
        "sizes, and apply with that."
    )
    assert log_of(on_duty.open("operator"))[-1].verb is Verb.REFUSAL


def test_a_policy_to_be_reviewed_starts_with_a_caution(
    on_duty: Any, authorised: Callable[..., str], analyser: FaceAnalyser, store: ArtefactStore
) -> None:
    falsely_alerted(on_duty, authorised, "2026-11/LOW-ST-1", false=2, policy=SFACE)
    feed = FramesFeed([Frame(0, 0.0, load_image(store.path("sample/person_a_1")))])
    with start(on_duty, feed=feed, analyser=analyser) as session:
        assert session.policy_words == (
            "Policy default-sface/1: equity not measured. Weigh: policy default-sface/1 in the "
            "field: review. More than the limit of 1 in 1,000: 2 false alerts in 400 faces (not "
            "measurable here, fewer than three; exact 95 % interval 1 in 55 to 1 in 1,700, which "
            "takes faces for independent)."
        )


def test_a_policy_that_was_measured_with_other_weights(on_duty: Any) -> None:
    with on_duty.open("operator")._context.system() as acting:
        policy = find_policy(acting.connection, SFACE)
        (encoder,) = policy.setup.encoders
        other = policy.setup.model_copy(
            update={"encoders": (encoder.model_copy(update={"sha256": "0" * 64}),)}
        )
        replace_policy(acting.connection, policy.model_copy(update={"setup": other}))
        acting.log(Verb.THRESHOLD_CHANGE, [SFACE])
    with pytest.raises(PolicyError, match="it was measured with encoder sface"):
        start(on_duty)


def measured_in(maker: Any, runtime: RuntimeClass) -> None:
    """Let the policy of the deployment be one that was measured in these numbers."""
    with maker.open("operator")._context.system() as acting:
        policy = find_policy(acting.connection, SFACE)
        setup = policy.setup.model_copy(update={"runtime": runtime})
        replace_policy(acting.connection, policy.model_copy(update={"setup": setup}))
        acting.log(Verb.THRESHOLD_CHANGE, [SFACE])


@pytest.mark.parametrize(
    ("measured", "runtime", "refused"),
    [
        ("fp32", "openvino-int8", "it was measured in fp32, and the encoders run in int8: run"),
        ("int8", "openvino", "it was measured in int8, and the encoders run in fp32: run them in"),
        ("int8", "onnxruntime", "measured in int8, and the encoders run in fp32"),
        ("int8", "torch", "measured in int8, and the encoders run in fp32"),
    ],
)
def test_a_policy_that_was_measured_in_other_numbers_than_are_set(
    measured: str, runtime: str, refused: str, on_duty: Any
) -> None:
    measured_in(on_duty, RuntimeClass(measured))
    on_duty.settings = on_duty.settings.model_copy(update={"runtime": runtime})
    with pytest.raises(PolicyError, match=refused):
        start(on_duty)


@pytest.mark.parametrize("measured", list(RuntimeClass))
def test_left_to_itself_a_search_runs_in_the_numbers_of_its_policy(
    measured: RuntimeClass, on_duty: Any
) -> None:
    measured_in(on_duty, measured)
    with pytest.raises(FeedError, match="no such file"):
        start(on_duty)


@pytest.mark.parametrize("measured", list(RuntimeClass))
def test_a_policy_that_was_measured_in_other_numbers_than_the_analyser(
    measured: RuntimeClass, on_duty: Any, analyser: FaceAnalyser, store: ArtefactStore
) -> None:
    measured_in(on_duty, measured)
    other = Runtime.OPENVINO_INT8 if measured is RuntimeClass.FP32 else Runtime.OPENVINO
    used = FaceAnalyser(
        analyser.detector,
        {"sface": RunBy(analyser.encoders["sface"], other)},
        on_duty.settings.quality,
    )
    feed = FramesFeed([Frame(0, 0.0, load_image(store.path("sample/person_a_1")))])
    with pytest.raises(PolicyError, match=f"it was measured in {measured}, and the encoders run"):
        start(on_duty, feed=feed, analyser=used)
    assert feed.closed.is_set()
    assert feed.given == 0


def test_a_list_is_enrolled_in_fp32(ready: Any, analyser: FaceAnalyser) -> None:
    encoders = {"sface": RunBy(analyser.encoders["sface"], Runtime.OPENVINO_INT8)}
    in_int8 = FaceAnalyser(analyser.detector, encoders, ready.settings.quality)
    people = [pictured(Path("nobody.jpg"), "NOM-2")]
    with (
        ready.open("analyst") as analyst,
        pytest.raises(UsageError, match="references are enrolled in fp32, and these encoders run"),
    ):
        analyst.watchlists.build(REFERENCE, people, in_int8)


def test_a_list_larger_than_the_policy_is_for(on_duty: Any) -> None:
    with on_duty.open("operator")._context.system() as acting:
        policy = find_policy(acting.connection, SFACE)
        replace_policy(
            acting.connection,
            policy.model_copy(update={"smallest_list": 100, "largest_list": 200}),
        )
        acting.log(Verb.THRESHOLD_CHANGE, [SFACE])
    with pytest.raises(PolicyError, match="meant for lists of 100 to 200 references"):
        start(on_duty)


def test_a_list_of_other_encoders_than_the_analyser(
    on_duty: Any, store: ArtefactStore, settings: Settings
) -> None:
    from workbench.faces.detection import build_detector

    bare = FaceAnalyser(build_detector(settings, store), {}, settings.quality)
    image = load_image(store.path("sample/person_a_1"))
    feed = FramesFeed([Frame(0, 0.0, image)])
    with pytest.raises(EncoderMismatchError, match="needs encoder sface"):
        start(on_duty, feed=feed, analyser=bare)
    assert feed.closed.is_set()
    assert feed.given == 0


def elsewhere(bench: Workbench) -> SessionRow:
    """Plant a search that goes on where nobody here can see its process."""
    session = plant_session(bench, REFERENCE, feed="square", ended=False, process="elsewhere x 1 2")
    bench._context.store.say_status(session.id, SessionSigns(state=SessionState.RUNNING))
    return session


def test_a_feed_that_is_searched_by_another_process(on_duty: Any) -> None:
    session = elsewhere(on_duty.open("operator-2"))
    with pytest.raises(IllegalMoveError, match=f"is searched already, by operator .{session.id}"):
        start(on_duty)


def dead_process() -> str:
    """Return the name of a process that has ended."""
    words = "from workbench.bench.processes import this_process; print(this_process())"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_search_whose_process_was_killed_is_closed_by_the_next_opening(on_duty: Any) -> None:
    other = on_duty.open("operator-2")
    killed = plant_session(other, REFERENCE, feed="square", ended=False, process=dead_process())
    mine = plant_session(other, REFERENCE, feed="gate", ended=False, process=this_process())
    with on_duty.open("manager") as manager, manager._context.store.reading() as connection:
        rows = {row.id: row for row in list_sessions(connection, killed.deployment)}
    assert rows[killed.id].stopped_by is StopReason.FAULT
    counts = rows[killed.id].counts
    assert counts is not None
    assert (counts.alerts, counts.frames) == (0, None)
    assert counts.fault is not None
    assert rows[mine.id].ended is None
    stops = [one for one in log_of(other) if one.verb is Verb.STOP]
    assert [(one.actor, one.result) for one in stops] == [("workbench", "failed")]
    with pytest.raises(FeedError, match="no such file"):
        start(on_duty)


def test_a_search_elsewhere_is_over_when_its_deployment_is(on_duty: Any) -> None:
    other = on_duty.open("operator-2")
    session = elsewhere(other)
    on_duty.clock.turn(hours=6)
    other._context.store.say_status(session.id, SessionSigns(state=SessionState.RUNNING))
    on_duty.open("operator").deployments.get(REFERENCE)
    on_duty.clock.turn(minutes=3)
    with on_duty.open("operator")._context.store.reading() as connection:
        (row,) = list_sessions(connection, session.deployment)
    assert row.stopped_by is StopReason.FAULT


def test_nothing_is_recorded_of_a_search_that_does_not_start(on_duty: Any) -> None:
    operator = on_duty.open("operator")
    for options in ({}, {"threshold": 0.1}, {"feed_name": "lobby"}):
        with pytest.raises(Exception, match=r"no such file|at least|not for a feed"):
            start(on_duty, **options)
    assert operator.live.sessions(REFERENCE) == []
    assert operator.deployments.get(REFERENCE).state == "authorised"


def test_the_login_of_an_address_is_in_no_message(on_duty: Any) -> None:
    with pytest.raises(FeedError) as raised:
        start(on_duty, feed="rtsp://op:secret@127.0.0.1:9/ch1")
    assert "secret" not in str(raised.value)
    assert "secret" not in str(log_of(on_duty.open("operator"))[-1].model_dump())


def test_a_demonstration_needs_no_approval(
    make_bench: Callable[..., Any], analyser: FaceAnalyser, store: ArtefactStore
) -> None:
    """Its policy was approved by nobody, and its list may hold its own people alone."""
    from bench_values import application_values

    maker = make_bench(kind="demonstration", name="demo")
    maker.settings = maker.settings.model_copy(update={"encoder": "sface"})
    with maker.open("analyst") as analyst:
        analyst.deployments.draft(application_values(policy=SFACE))
        analyst.deployments.apply(REFERENCE)
    with maker.open("authorising-officer") as officer:
        officer.deployments.authorise(
            REFERENCE, necessity="shown, for a test", proportionality="small, for a test"
        )
    sample = {
        "category": "demonstration",
        "legal_basis": "demonstration",
        "source": "demonstration-sample",
    }
    with maker.open("analyst") as analyst:
        people = [pictured(store.path("sample/person_a_1"), "NOM-1", **sample)]
        analyst.watchlists.build(REFERENCE, people, analyser)
    checked_and_reviewed(maker.open, REFERENCE)
    maker.clock.turn(hours=1, minutes=5)
    with pytest.raises(FeedError, match="no such file"):
        maker.open("operator").live.start(REFERENCE, NOWHERE)
