"""The queue of alerts on a real bench of drawn faces: what is said to whom, and what is saved."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from searched_bench import SearchedBench, copy_of_searched, make_searched_bench
from stepped_feed import SteppedFeed
from worked_bench import alerting

from widgets.alert_queue import AlertQueue
from widgets.alert_words import LETTERS, row_words
from workbench.bench import Workbench
from workbench.errors import StoreBusyError
from workbench.governance.alerts import AlertState
from workbench.images import load_image

REASON = "Compared with the custody photograph."


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SearchedBench:
    return make_searched_bench(tmp_path_factory.mktemp("made"))


@pytest.fixture
def searched(made: SearchedBench, tmp_path: Path) -> Iterator[SearchedBench]:
    with copy_of_searched(made, tmp_path) as searched:
        yield searched


class Seen:
    """What one queue says, and a way to answer."""

    def __init__(self, queue: AlertQueue, monkeypatch: pytest.MonkeyPatch) -> None:
        self.queue = queue
        self.said: list[tuple[dict[str, Any], list[bytes]]] = []
        monkeypatch.setattr(
            queue,
            "say",
            lambda content, pictures=(): self.said.append((dict(content), list(pictures))),
        )

    def tell(self, kind: str, **more: object) -> None:
        self.queue._on_message(self.queue._model, {"kind": kind, "view": "v", **more}, [])

    def next(self, kind: str) -> tuple[dict[str, Any], list[bytes]]:
        """Wait for the next message of a kind, and take everything up to it away."""
        found: list[int] = []

        def there() -> bool:
            found[:] = [at for at, (content, _) in enumerate(self.said) if content["kind"] == kind][
                :1
            ]
            return bool(found)

        until(there)
        message = self.said[found[0]]
        del self.said[: found[0] + 1]
        return message


def until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < ends, "it did not come in time"
        time.sleep(0.01)


@pytest.fixture
def queue_of(
    searched: SearchedBench, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Seen]]:
    queues: list[AlertQueue] = []

    def open_one(account: str) -> Seen:
        queue = AlertQueue(searched.open(account), searched.reference)
        queues.append(queue)
        until(lambda: queue._loaded)
        return Seen(queue, monkeypatch)

    yield open_one
    for queue in queues:
        queue.close()
        if queue._worker._thread is not None:
            queue._worker._thread.join(20)


@pytest.fixture
def alert(searched: SearchedBench) -> str:
    return alerting(searched.begin(SteppedFeed()))


def test_an_empty_queue_says_that_it_was_read(queue_of: Callable[[str], Seen]) -> None:
    seen = queue_of("operator")
    seen.tell("hello", tries=1)
    page, _ = seen.next("page")
    assert {word: one["key"] for word, one in page["states"].items() if one["key"]} == LETTERS
    assert len(set(LETTERS.values()) | {"n", "p", "e", "x", "m", "l", "?"}) == len(LETTERS) + 7
    alerts, _ = seen.next("alerts")
    assert alerts["loaded"] is True
    assert alerts["alerts"] == []
    assert alerts["fault"] is None


def test_pictures_come_when_an_alert_is_opened_and_the_log_says_so(
    queue_of: Callable[[str], Seen], alert: str, searched: SearchedBench
) -> None:
    seen = queue_of("operator")
    seen.tell("open", alert=alert)
    opened, pictures = seen.next("opened")
    assert [load_image(one).ndim for one in pictures] == [3, 3]
    assert load_image(pictures[1]).shape == (160, 160, 3)
    assert opened["to"] == "v"
    assert "not on the list score this high" in opened["meaning"]
    assert "Warrant of Croydon" in " ".join(opened["detail"]["grounds"])
    protection = searched.open("data-protection-officer")
    logged = protection.audit.show(justification="looking at who looked at faces")
    looks = [one.entry for one in logged if one.entry.details.get("shown") == "faces"]
    assert [one.objects for one in looks] == [(alert,)]
    assert not any(isinstance(value, bytes) for value in vars(seen.queue).values())
    assert all(view.document is None for view in seen.queue.alerts)


def test_whoever_decides_second_sees_category_grounds_and_year_too(
    queue_of: Callable[[str], Seen], alert: str
) -> None:
    seen = queue_of("engagement-officer")
    seen.tell("open", alert=alert)
    opened, _ = seen.next("opened")
    assert opened["category_word"] == "wanted by courts"
    assert "Warrant of Croydon" in " ".join(opened["detail"]["grounds"])
    assert opened["detail"]["year"].startswith("image of 20")
    assert opened["verdicts"] == []


def test_a_verdict_is_saved_with_its_reason(queue_of: Callable[[str], Seen], alert: str) -> None:
    seen = queue_of("operator")
    seen.tell("decide", alert=alert, decision="true-confirmed", reason=REASON)
    saved, _ = seen.next("saved")
    assert saved["to"] == "v", "another view may be deciding on it yet"
    (view,) = seen.queue.alerts
    assert [(one.verdict, one.reason) for one in view.verdicts] == [
        (AlertState.TRUE_CONFIRMED, REASON)
    ]
    assert view.state is AlertState.OPEN
    assert view.owed == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("decision", "reason", "words"),
    [
        (None, REASON, "verdict"),
        ("open", REASON, "cannot be open"),
        ("yes", REASON, "verdict"),
        ("true-confirmed", "", "reason"),
        ("true-confirmed", "ok", "says nothing that could be checked later"),
        ("true-confirmed", None, "reason"),
        ("true-confirmed", ["the same", "ears and chin"], "reason"),
    ],
)
def test_nothing_is_saved_without_a_decision_and_a_reason(
    queue_of: Callable[[str], Seen],
    alert: str,
    decision: str | None,
    reason: object,
    words: str,
) -> None:
    seen = queue_of("operator")
    seen.tell("decide", alert=alert, decision=decision, reason=reason)
    refused, _ = seen.next("refused")
    assert words in refused["words"]
    assert (refused["alert"], refused["to"]) == (alert, "v")
    seen.tell("refresh")
    alerts, _ = seen.next("alerts")
    assert alerts["alerts"][0]["owed"] == 2


def test_the_second_sees_no_first_verdict_before_their_own(
    queue_of: Callable[[str], Seen], alert: str
) -> None:
    first, second = queue_of("operator"), queue_of("engagement-officer")
    first.tell("decide", alert=alert, decision="true-confirmed", reason=REASON)
    first.next("saved")
    second.tell("open", alert=alert)
    opened, pictures = second.next("opened")
    assert len(pictures) == 2
    assert opened["verdicts"] == []
    assert REASON not in str(opened)
    assert opened["state"] == "open"
    second.tell("decide", alert=alert, decision="true-confirmed", reason="The same ears and chin.")
    second.next("saved")
    (view,) = second.queue.alerts
    assert view.state is AlertState.TRUE_CONFIRMED
    assert [one.by for one in view.verdicts] == ["operator", "engagement-officer"]
    assert view.time_to_decision is not None


@pytest.mark.slow
def test_where_two_differ_a_third_decides_who_is_shown_neither(
    queue_of: Callable[[str], Seen], alert: str
) -> None:
    for account, decision in (
        ("operator", "true-confirmed"),
        ("engagement-officer", "false-confirmed"),
    ):
        seen = queue_of(account)
        seen.tell("decide", alert=alert, decision=decision, reason=REASON)
        seen.next("saved")
    third = queue_of("reviewer")
    third.tell("open", alert=alert)
    opened, _ = third.next("opened")
    assert (opened["state"], opened["owed"], opened["verdicts"]) == ("unresolved", 1, [])


def test_whether_to_engage_is_a_decision_of_its_own_and_never_owed(
    queue_of: Callable[[str], Seen], alert: str
) -> None:
    seen = queue_of("operator")
    seen.tell("engage", alert=alert, decision="engage", reason=REASON)
    refused, _ = seen.next("refused")
    assert "nobody is engaged on it before two people decided it is true" in refused["words"]
    seen.tell("engage", alert=alert, decision="do-not-engage", reason=REASON)
    assert seen.next("saved")[0]["what"] == "engage"
    (view,) = seen.queue.alerts
    assert view.state is AlertState.OPEN
    assert view.owed == 2, "it is no verdict"


def test_who_may_not_look_is_told_so(searched: SearchedBench, alert: str) -> None:
    queue = AlertQueue(searched.open("manager"), searched.reference)
    until(lambda: queue._fault is not None)
    assert "may not look at an alert" in str(queue._fault)
    assert queue.alerts == []
    queue.close()


def test_an_alert_that_is_new_is_said_and_stands_first(
    queue_of: Callable[[str], Seen], searched: SearchedBench, alert: str
) -> None:
    seen = queue_of("operator")
    operator: Workbench = seen.queue._bench
    session = searched.begin(SteppedFeed(), "camera-2")
    watcher = operator.live.watch(session.id, justification="watching for new alerts")
    newer = alerting(session)
    seen.queue.take(watcher.alerts())
    alerts, _ = seen.next("alerts")
    assert alerts["fresh"] == [newer]
    assert [one["id"] for one in alerts["alerts"]] == [newer, alert]
    seen.tell("refresh")
    assert seen.next("alerts")[0]["fresh"] == []


@pytest.mark.slow
def test_on_its_own_it_follows_new_alerts_and_what_others_settle(
    queue_of: Callable[[str], Seen], searched: SearchedBench
) -> None:
    seen = queue_of("engagement-officer")
    raised = alerting(searched.begin(SteppedFeed()))
    alerts, _ = seen.next("alerts")
    assert alerts["fresh"] == [raised]
    assert [one["id"] for one in alerts["alerts"]] == [raised]
    for account in ("operator", "reviewer"):
        searched.open(account).alerts.adjudicate(raised, "false-confirmed", REASON)
    until(lambda: [one.state for one in seen.queue.alerts] == [AlertState.FALSE_CONFIRMED])


@pytest.mark.slow
def test_it_follows_that_a_verdict_was_given_and_not_which(
    queue_of: Callable[[str], Seen], searched: SearchedBench, alert: str
) -> None:
    seen = queue_of("engagement-officer")
    until(lambda: [one.owed for one in seen.queue.alerts] == [2])
    searched.open("operator").alerts.adjudicate(alert, "true-confirmed", REASON)
    until(lambda: [one.owed for one in seen.queue.alerts] == [1])
    assert [one.verdicts for one in seen.queue.alerts] == [()]


@pytest.mark.slow
def test_it_follows_what_somebody_else_decided_about_engaging(
    queue_of: Callable[[str], Seen], searched: SearchedBench, alert: str
) -> None:
    for account in ("operator", "reviewer"):
        searched.open(account).alerts.adjudicate(alert, "true-confirmed", REASON)
    seen = queue_of("operator")
    until(lambda: [one.state for one in seen.queue.alerts] == [AlertState.TRUE_CONFIRMED])
    officer = searched.open("engagement-officer")
    officer.alerts.engage(alert, "engage", "An officer is beside them.")
    until(lambda: [len(one.decisions) for one in seen.queue.alerts] == [1])


def test_following_reads_and_logs_nothing_while_nothing_changes(
    queue_of: Callable[[str], Seen], alert: str, searched: SearchedBench, monkeypatch: Any
) -> None:
    monkeypatch.setattr("widgets.alert_queue.LOOK_S", 0.02)
    seen = queue_of("engagement-officer")
    protection = searched.open("data-protection-officer")

    def reads() -> int:
        logged = protection.audit.show(justification="counting who looked at alerts")
        return sum(
            one.entry.actor == "engagement-officer" and "alerts" in one.entry.details
            for one in logged
        )

    before = reads()
    asked: list[str] = []
    alerts = seen.queue._bench.alerts
    real = alerts.mark

    def counted(reference: str) -> str:
        asked.append(reference)
        return str(real(reference))

    monkeypatch.setattr(alerts, "mark", counted)
    until(lambda: len(asked) > 5)
    assert before >= 1
    assert reads() == before


def test_its_thread_ends_with_it(searched: SearchedBench) -> None:
    queue = AlertQueue(searched.open("operator"), searched.reference)
    assert queue._follower.is_alive()
    queue.close()
    queue._follower.join(20)
    assert not queue._follower.is_alive()


@pytest.mark.slow
def test_it_says_stale_while_records_cannot_be_read_and_recovers(
    queue_of: Callable[[str], Seen], alert: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = queue_of("operator")
    alerts = seen.queue._bench.alerts
    real = alerts.mark

    def away(_: str) -> str:
        msg = "the records cannot be reached"
        raise StoreBusyError(msg)

    monkeypatch.setattr(alerts, "mark", away)
    assert "the records cannot be reached" in seen.next("alerts")[0]["fault"]
    monkeypatch.setattr(alerts, "mark", real)
    until(lambda: seen.queue._fault is None)
    assert [one.id for one in seen.queue.alerts] == [alert]


def test_heading_credits_and_category_are_told(searched: SearchedBench, alert: str) -> None:
    queue = AlertQueue(
        searched.open("operator"), searched.reference, heading="Alerts of the second verifier",
        about="As operator.", credits=["A sample: its author. CC0."],
    )  # fmt: skip
    words = queue._page_words()
    assert words["heading"] == "Alerts of the second verifier"
    assert words["credits"] == ["A sample: its author. CC0."]
    until(lambda: bool(queue.alerts))
    row = row_words(queue.alerts[0], queue._bench.now(), "operator")
    assert row["category_word"] == "wanted by courts"
    assert row["category"] == queue.alerts[0].category.explanation
    queue.close()
