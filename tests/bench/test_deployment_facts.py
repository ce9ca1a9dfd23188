"""What pages for managers tell of a deployment: counted by hand, and nobody in it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alert_values import plant_alert, plant_session
from bench_steps import REFERENCE, WORDS, AsRole, Authorised, went_live
from bench_values import ENDS, STARTS, application_values
from outcome_values import COUNTED, engaged, erased, searched
from planted import destroy_list, listed, plant_list
from pydantic import ValidationError

from workbench.bench.snapshots import take_snapshot
from workbench.errors import NotPermittedError
from workbench.governance.alerts import AlertState
from workbench.governance.categories import Category
from workbench.governance.outcomes import Outcome
from workbench.governance.session_counts import SessionCounts
from workbench.governance.session_gaps import FeedGap
from workbench.governance.session_pauses import Pause
from workbench.outcomes import met_deployments
from workbench.outcomes.deployment_facts import DECISION_STRETCHES, DeploymentFacts
from workbench.outcomes.records import OutcomeRecords
from workbench.outcomes.snapshot import write_snapshot

TRUE = AlertState.TRUE_CONFIRMED


@pytest.fixture
def live(as_role: AsRole, authorised: Authorised, clock: Any) -> AsRole:
    """A deployment that is live at 11:00, and was not searched yet."""
    authorised()
    clock.turn(hours=2)
    went_live(as_role("operator"))
    return as_role


def only(as_role: AsRole) -> DeploymentFacts:
    manager = as_role("manager")
    [found] = manager.outcomes.facts(manager.outcomes.read())
    return found


def over(as_role: AsRole) -> DeploymentFacts:
    """End the deployment, so that all of it is told."""
    as_role("operator").deployments.close(REFERENCE)
    return only(as_role)


def test_while_it_runs_no_alert_can_be_followed(live: AsRole, clock: Any) -> None:
    """A snapshot each minute: an alert is told once its ten minutes are over, and no decision is."""
    clock.turn(minutes=3)
    first = clock()
    plant_alert(live("analyst"), REFERENCE, raised=first - timedelta(minutes=8))
    plant_alert(live("analyst"), REFERENCE, raised=first, state=TRUE)
    staff = {"subject": "staff-1", "category": Category.BLUE_LIST}
    plant_alert(live("analyst"), REFERENCE, raised=first - timedelta(minutes=8), **staff)
    seen = []
    for _ in range(10):
        one = only(live)
        assert (one.alerts, one.decisions, one.kept) == (None, None, None)
        assert one.so_far is not None
        seen.append((f"{one.so_far.until:%M}", one.so_far.alerts, len(one.timeline)))
        clock.turn(minutes=1)
    assert seen == [("00", 1, 1)] * 7 + [("10", 2, 2)] * 3
    one = over(live)
    assert (one.so_far, len(one.timeline)) == (None, 2)
    assert one.alerts is not None
    assert (one.alerts.alerts, one.alerts.true_confirmed, one.alerts.blue_list_alerts) == (2, 1, 1)


def test_more_than_that_cannot_be_in_a_snapshot(live: AsRole) -> None:
    running, ended = only(live).model_dump(), over(live).model_dump()
    for name in ("alerts", "decisions", "kept"):
        with pytest.raises(
            ValidationError,
            match="while a deployment runs, alerts so far are told; once it ended, all",
        ):
            DeploymentFacts.model_validate(running | {name: ended[name]})


def test_where_why_and_on_whose_authority(live: AsRole) -> None:
    one = only(live)
    said = one.circumstances
    values = application_values()
    assert (said.place, said.town) == ("North End, outside the Whitgift Centre", "Croydon")
    at = values["location"]["coordinates"]
    assert (said.latitude, said.longitude) == (at["latitude"], at["longitude"])
    assert [one[:1] for one in said.purposes] == ["1", "2"]
    assert (said.use_case, said.use_case_paragraph) == ("Crime Hotspots", "2.3(a)")
    assert (said.assembly, said.two_person) == (False, True)
    assert (said.starts, said.ends, said.ended) == (STARTS, ENDS, None)
    assert said.dpia.model_dump() == {"version": "2.0", "date": "2026-01-15"}
    assert (said.policy, said.unit) == ("default-fused/1", "log10 likelihood ratio")
    given = one.authority
    assert (given.rank, given.urgent, given.withdrawn_at) == ("superintendent", False, None)
    assert given.given_at == STARTS - timedelta(hours=1)
    assert (one.running, one.state, one.feeds, one.timeline) == (True, "live", (), ())
    assert one.notice.signs == values["notice"]["signs"]


def test_words_of_documents_and_cost_lines_stay_with_the_bench(
    as_role: AsRole, authorised: Authorised, tmp_path: Path
) -> None:
    authorised(
        dpia={
            "title": "DPIA of A. Surname",
            "version": "as B. Surname has it",
            "date": "2026-01-15",
        },
        eia={"title": "EIA", "version": "Surname", "date": "2026-01-16"},
        costs={"lines": [{"what": "overtime of C. Surname", "amount": "412.50"}]},
    )
    one = only(as_role)
    assert one.circumstances.dpia.model_dump() == {"version": None, "date": "2026-01-15"}
    assert (one.circumstances.eia.version, one.circumstances.appropriate_policy.version) == (
        None, "2.0",
    )  # fmt: skip
    assert [line.model_dump() for line in one.costs] == [{"pounds": 412.5}]
    write_snapshot(tmp_path / "s", *take_snapshot(as_role("manager"), "a", met_deployments()))
    content = b"".join(path.read_bytes() for path in (tmp_path / "s").iterdir())
    assert REFERENCE.encode() in content
    assert b"Surname" not in content


def test_counts_are_those_of_the_record(live: AsRole) -> None:
    searched(live("analyst"))
    one, record = over(live), live("analyst").deployments.record(REFERENCE)
    assert one.alerts is not None
    plain = record.counts.plain()
    alerts = one.alerts.model_dump()
    same = [name for name in plain if name in alerts]
    assert {name: alerts[name] for name in same} == {name: plain[name] for name in same}
    assert (one.alerts.alerts, one.alerts.gone, one.alerts.blue_list_alerts) == (6, 0, 1)
    assert (one.alerts.arrests, one.alerts.without_outcome) == (2, 3)
    assert [cost.pounds for cost in one.costs] == [
        None if line.amount is None else float(line.amount) for line in record.costs.lines
    ]


def test_time_to_decision_is_counted_in_stretches(live: AsRole, clock: Any) -> None:
    """Both ends of each stretch, to a thousandth; two of them undecided."""
    for seconds in (0, 9.999, 10, 10.001, 30, 60, 60.5, 120, 299, 300, 900, 901, 7200):
        raised = clock() - timedelta(seconds=seconds)
        plant_alert(live("analyst"), REFERENCE, raised=raised, state=TRUE)
    for state in (AlertState.OPEN, AlertState.UNRESOLVED):
        plant_alert(live("analyst"), REFERENCE, state=state)
    staff = {"subject": "staff-1", "category": Category.BLUE_LIST}
    plant_alert(live("analyst"), REFERENCE, state=TRUE, **staff)
    found = over(live).decisions
    assert found is not None
    counted = [getattr(found, name) for name, _ in DECISION_STRETCHES]
    assert counted == [3, 2, 1, 2, 2, 1, 2]
    assert (found.alerts, found.undecided, found.by_nobody) == (15, 2, 15)


@pytest.mark.slow
def test_how_many_people_decided_and_whether_they_agreed(live: AsRole, clock: Any) -> None:
    said = {
        "agreed": (TRUE, TRUE),
        "differed": (TRUE, AlertState.FALSE_CONFIRMED),
        "by a third": (TRUE, AlertState.FALSE_CONFIRMED, TRUE),
        "by one": (TRUE,),
        "by nobody": (),
    }
    people = ("operator", "engagement-officer", "operator-2")
    for verdicts in said.values():
        alert = plant_alert(live("analyst"), REFERENCE).id
        clock.turn(seconds=20)
        for who, verdict in zip(people, verdicts, strict=False):
            live(who).alerts.adjudicate(alert, verdict, "The scar was compared.")
    found = over(live).decisions
    assert found is not None
    assert (found.by_two, found.agreed, found.differed, found.by_a_third) == (3, 1, 2, 1)
    assert (found.by_one, found.by_nobody, found.within_30, found.undecided) == (1, 1, 2, 3)


def test_alerts_are_counted_in_ten_minutes_of_the_clock(live: AsRole) -> None:
    for minute, second in ((0, 0), (9, 59), (10, 0), (59, 59), (59, 59)):
        raised = datetime(2026, 11, 25, 10, minute, second, tzinfo=UTC)
        plant_alert(live("analyst"), REFERENCE, raised=raised)
    found = [(one.start.strftime("%H:%M"), one.alerts) for one in over(live).timeline]
    assert found == [("10:00", 2), ("10:10", 1), ("10:50", 2)]


def test_times_of_alerts_go_with_them_and_their_number_stays(live: AsRole) -> None:
    ids = searched(live("analyst"))
    erased(live("operator"), ids[:4])
    one = over(live)
    assert one.alerts is not None
    assert one.decisions is not None
    assert one.kept is not None
    assert (one.alerts.alerts, one.alerts.gone, one.decisions.alerts) == (6, 4, 2)
    assert sum(stretch.alerts for stretch in one.timeline) == 2
    assert one.kept.alerts == 3, "the one on seeded staff is kept, too"


def test_a_search_tells_its_gaps_and_no_word_of_whoever_paused_it(live: AsRole, clock: Any) -> None:
    now = clock()
    began = now - timedelta(minutes=10)
    counts = SessionCounts(
        alerts=0, faces_seen=90, counting_method="drawn/1", frames=900, drops=4, feed_began=began,
        camera_gaps=(FeedGap(kind="dark", start_s=60, end_s=75, why="the lens MARKER"),),
        damage="a sentence with MARKER",
    )  # fmt: skip
    pause = Pause(at=began + timedelta(minutes=2), why="MARKER", until=began + timedelta(minutes=3))
    plant_session(live("analyst"), REFERENCE, counts=counts, pauses=(pause,))
    [before] = only(live).feeds
    assert before.gaps is None, "its record is not there yet"
    live("operator").deployments.close(REFERENCE)
    one = only(live)
    [feed] = one.feeds
    assert feed.gaps is not None
    assert [
        (gap.kind, (gap.start - began).seconds, (gap.end - began).seconds) for gap in feed.gaps
    ] == [
        ("dark", 60, 75),
        ("paused", 120, 180),
    ]
    assert (feed.frames, feed.drops, feed.faces_seen, feed.damaged) == (900, 4, 90, True)
    assert feed.stopped_by == "the feed ended"
    assert "MARKER" not in one.model_dump_json()


class TestCategories:
    """A list of some people in each category."""

    @staticmethod
    def shown(as_role: AsRole, **people: int) -> list[tuple[str, int, int | None]]:
        entries = [
            listed(f"{category}-{number}", category=category.replace("_", "-"))
            for category, many in people.items()
            for number in range(many)
        ]
        plant_list(as_role("analyst"), REFERENCE, *entries)
        size = only(as_role).watchlist
        assert size is not None
        assert size.subjects == len(entries)
        return [(one.name or "together", one.categories, one.people) for one in size.categories]

    def test_five_or_more_are_told(self, live: AsRole) -> None:
        found = self.shown(live, wanted_by_courts=5, suspected_of_offence=6)
        assert [people for _, _, people in found] == [5, 6] or [6, 5]
        assert {categories for _, categories, _ in found} == {1}

    def test_fewer_are_told_together(self, live: AsRole) -> None:
        found = self.shown(live, wanted_by_courts=9, suspected_of_offence=3, missing_at_risk=2)
        assert found == [("wanted by the courts", 1, 9), ("together", 2, 5)]

    def test_the_smallest_joins_them_where_the_rest_would_tell_their_number(
        self, live: AsRole
    ) -> None:
        found = self.shown(live, wanted_by_courts=9, suspected_of_offence=6, missing_at_risk=2)
        assert found == [("wanted by the courts", 1, 9), ("together", 2, 8)]

    def test_a_list_of_few_tells_none(self, live: AsRole) -> None:
        found = self.shown(live, wanted_by_courts=2, missing_at_risk=1)
        assert found == [("together", 2, None)]


def test_a_list_that_was_destroyed_says_when_it_was_due(live: AsRole, clock: Any) -> None:
    plant_list(live("analyst"), REFERENCE, listed("subject-9"))
    live("operator").deployments.close(REFERENCE)
    ended = clock()
    before = only(live).watchlist
    assert before is not None
    assert (before.destroyed, before.due, before.in_time) == (None, ended + timedelta(days=1), None)
    clock.turn(hours=25)
    destroy_list(live("operator"), REFERENCE)
    one = only(live)
    assert one.watchlist is not None
    assert one.watchlist.in_time is False
    [gone] = [one for one in one.destroyed if one.what == "watchlist"]
    assert (gone.late_s, gone.due, gone.complete) == (3600, ended + timedelta(days=1), True)
    [certificate] = live("data-protection-officer").retention.certificates(REFERENCE)
    assert (gone.digest, gone.counts) == (certificate.digest(), certificate.counts)


class TestRecords:
    """Closed deployments as outcome records."""

    @staticmethod
    def row(as_role: AsRole) -> dict[str, Any]:
        [found] = as_role("manager").outcomes.records("a bench").to_dicts()
        assert list(found) == list(OutcomeRecords.columns())
        return found

    def test_one_that_runs_is_none(self, live: AsRole) -> None:
        searched(live("analyst"))
        assert live("manager").outcomes.records().is_empty()
        assert only(live).running

    def test_its_figures_are_those_of_the_deployments_record(self, live: AsRole) -> None:
        searched(live("analyst"))
        live("operator").deployments.close(REFERENCE)
        record = live("analyst").deployments.record(REFERENCE)
        row = self.row(live)
        counts = record.counts
        for name in ("true_confirmed", "true_unconfirmed", "false_confirmed", "false_unconfirmed"):
            assert row[name] == getattr(counts, name)
        assert (row["total_alerts"], row["unresolved"]) == (counts.alerts, counts.undecided)
        assert (row["true_alerts"], row["false_alerts"]) == (counts.true, counts.false)
        assert (row["arrests"], row["other_disposals"]) == (2, 1)
        assert row["no_action"] == COUNTED["outcomes"]["no_action"]
        assert (row["false_alert_engagements"], row["false_alert_arrests"]) == (2, 1)
        assert row["true_alert_engagements"] is None, "some alerts are decided neither way"
        assert (row["faces_seen"], row["counting_method"]) == (counts.faces_seen, "drawn/1")
        assert row["duration_minutes"] == record.searched_minutes
        assert row["watchlist_size"] == record.watchlist.references  # type: ignore[union-attr]
        assert (row["cost"], row["cost_lines_unknown"]) == (None, 1), "no line is known"
        assert (row["record"], row["source"], row["source_row"]) == (REFERENCE, "a bench", 1)
        assert row["place"] == "North End, outside the Whitgift Centre, Croydon"
        assert (row["latitude"], row["longitude"]) == (
            record.location.coordinates.latitude, record.location.coordinates.longitude,
        )  # fmt: skip
        assert (row["purpose"], row["use_case"]) == ("1, 2", "Crime Hotspots")
        assert (row["matcher"], row["state"]) == ("fused, log10 likelihood ratio", "completed")

    def test_of_several_thresholds_it_gives_the_least_and_says_so(self, live: AsRole) -> None:
        searched(live("analyst"))
        live("operator").deployments.close(REFERENCE)
        assert self.row(live)["threshold"] == min(2.5, only(live).circumstances.minimum_threshold)
        [note] = only(live).notes
        assert "2 thresholds, 2.3102 and 2.5: the record gives the least" in note

    def test_faces_that_were_counted_in_two_ways_have_no_sum(self, live: AsRole) -> None:
        analyst = live("analyst")
        plant_session(analyst, REFERENCE)
        other = SessionCounts(alerts=0, faces_seen=7, counting_method="another/1")
        plant_session(analyst, REFERENCE, counts=other)
        live("operator").deployments.close(REFERENCE)
        row = self.row(live)
        assert (row["faces_seen"], row["counting_method"]) == (None, None)
        one = only(live)
        assert [feed.faces_seen for feed in one.feeds] in ([400, 7], [7, 400])
        assert "have no sum" in one.notes[0]

    def test_one_that_was_never_searched_was_broken_off(
        self, as_role: AsRole, authorised: Authorised, clock: Any
    ) -> None:
        authorised()
        as_role("analyst").deployments.cancel(REFERENCE, "The street is closed.")
        row = self.row(as_role)
        assert (row["state"], row["total_alerts"], row["duration_minutes"]) == (
            "aborted", None, None,
        )  # fmt: skip
        assert "street is closed" not in json.dumps(row, default=str)


def test_who_may_not_read_outcomes_reads_no_facts(live: AsRole) -> None:
    report = live("manager").outcomes.read()
    with pytest.raises(NotPermittedError, match="may not read outcomes as aggregates"):
        live("operator").outcomes.facts(report)


@pytest.mark.slow
def test_nobody_is_in_a_snapshot(live: AsRole, clock: Any, tmp_path: Path) -> None:
    """Names and words of people are planted wherever a bench takes them, and looked for."""
    analyst, operator = live("analyst"), live("operator")
    alerts = searched(analyst)
    plant_list(
        analyst, REFERENCE, listed("PERSON-1"), listed("PERSON-2", category="missing-at-risk")
    )
    open_one = plant_alert(analyst, REFERENCE, subject="PERSON-3").id
    for who in ("operator", "engagement-officer"):
        live(who).alerts.adjudicate(open_one, TRUE, "MARKER of a reason")
    engaged(analyst, open_one, Outcome.ARREST, 3)
    analyst.deployments.note_notice(
        REFERENCE, {"what": "MARKER on a sign", "at": clock().isoformat()}
    )
    operator.deployments.field_counts(
        REFERENCE, {"scheme": "18+1", "counts": {"W1": 1, "not stated": 0}}
    )
    operator.deployments.close(REFERENCE)
    snapshot, records = take_snapshot(live("manager"), "a bench", met_deployments())
    write_snapshot(tmp_path / "s", snapshot, records)
    said = b"\n".join(path.read_bytes() for path in (tmp_path / "s").iterdir()).decode("latin-1")
    said += records.write_csv()
    [facts] = snapshot.deployments
    assert (facts.reference, facts.notice.given) == (REFERENCE, 1)
    assert REFERENCE in records["record"].to_list()
    for word in (
        "PERSON", '"subject-', "staff-1", "MARKER", "under_18", "analyst", '"operator',
        "officer-", "engagement-officer", "authorising", "reviewer", "alert-", "entry-", "session-",
        "object-", "key-", *alerts, *WORDS.values(), application_values()["necessity"],
        application_values()["presence_grounds"],
    ):  # fmt: skip
        assert word not in said, word
