"""A verifier's connection reads nobody else's verdict before its own is in the store for good."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from bench_steps import REFERENCE

from workbench.bench import Workbench
from workbench.bench.alert_access import on_alert
from workbench.errors import IllegalMoveError, NotPermittedError
from workbench.governance.adjudication import Verdict
from workbench.governance.alerts import AlertState
from workbench.governance.permissions import Permission
from workbench.records.adjudications import add_verdict
from workbench.records.audit.verbs import Verb
from workbench.records.moments import as_json, as_text

Team = Any
Open = Callable[[str], Workbench]

WHY = "deciding on the alert of the day"
TRUE, FALSE = AlertState.TRUE_CONFIRMED, AlertState.FALSE_CONFIRMED


@pytest.fixture
def team(live: Team) -> Team:
    """Return a bench with an alert of a live deployment."""
    return live


@pytest.fixture
def alert(live: Team) -> str:
    """Return the id of the alert."""
    return str(live.alert)


def decided(team: Team, account: str, alert: str, verdict: AlertState) -> Any:
    with team.open(account) as bench:
        return bench.alerts.adjudicate(alert, verdict, "Looked at both pictures.")


def seen(team: Team, account: str) -> list[tuple[object, ...]]:
    return team.run("SELECT actor, verdict FROM verdicts ORDER BY place", account)


class TestUntilOnesOwn:
    @pytest.mark.slow
    def test_the_first_verdict_is_seen_by_who_gave_it(self, team: Team, alert: str) -> None:
        one = alert
        assert seen(team, "operator") == []
        view = decided(team, "operator", one, TRUE)
        assert (view.state, view.owed, len(view.verdicts)) == (AlertState.OPEN, 1, 1)
        assert seen(team, "operator") == [("operator", "true-confirmed")]
        for account in ("operator-2", "engagement-officer", "reviewer", "analyst"):
            assert seen(team, account) == [], account
        with team.open("engagement-officer") as officer:
            (shown,) = officer.alerts.list(REFERENCE, justification=WHY)
            assert (shown.state, shown.verdicts) == (AlertState.OPEN, ())

    @pytest.mark.slow
    @pytest.mark.parametrize("verdict", [TRUE, FALSE])
    def test_the_second_sees_it_after_their_own_whatever_that_is(
        self, team: Team, alert: str, verdict: AlertState
    ) -> None:
        one = alert
        decided(team, "operator", one, TRUE)
        view = decided(team, "engagement-officer", one, verdict)
        assert len(view.verdicts) == 2
        assert view.state is (TRUE if verdict is TRUE else AlertState.UNRESOLVED)
        assert len(seen(team, "engagement-officer")) == 2
        assert len(seen(team, "operator")) == 2
        # Who may still be asked for the third verdict is shown neither.
        assert len(seen(team, "reviewer")) == (2 if verdict is TRUE else 0)

    @pytest.mark.slow
    def test_the_third_decides_without_having_seen_either(self, team: Team, alert: str) -> None:
        one = alert
        decided(team, "operator", one, TRUE)
        decided(team, "engagement-officer", one, FALSE)
        with team.open("reviewer") as reviewer:
            (shown,) = reviewer.alerts.list(REFERENCE, justification=WHY)
            assert (shown.state, shown.verdicts) == (AlertState.UNRESOLVED, ())
        view = decided(team, "reviewer", one, FALSE)
        assert (view.state, view.owed, len(view.verdicts)) == (FALSE, 0, 3)
        assert len(seen(team, "analyst")) == 3

    def test_where_one_verdict_decides_it_is_seen_by_all(self, team: Team, alert: str) -> None:
        one = alert
        team.run(
            "UPDATE deployments SET content = jsonb_set(content::jsonb, '{two_person}', 'false')"
        )
        assert decided(team, "operator", one, TRUE).state is TRUE
        assert len(seen(team, "reviewer")) == 1

    @pytest.mark.slow
    def test_that_alerts_have_changed_tells_of_no_verdict_either(
        self, team: Team, alert: str
    ) -> None:
        def marks() -> list[str]:
            found = []
            for account in ("operator", "engagement-officer"):
                with team.open(account) as bench:
                    found.append(bench.alerts.mark(REFERENCE))
            return found

        before = marks()
        decided(team, "operator", alert, TRUE)
        after = marks()
        assert after[0] != before[0]
        assert after[1] == before[1]
        decided(team, "engagement-officer", alert, TRUE)
        assert not {*marks()} & {*before, *after}

    def test_whether_officers_were_to_engage_tells_nothing_either(
        self, team: Team, alert: str
    ) -> None:
        one = alert
        decided(team, "operator", one, TRUE)
        with team.open("operator-2") as operator:
            operator.alerts.engage(one, "do-not-engage", "Nobody is there.")
        counted = "SELECT count(*) FROM engagements"
        assert team.run(counted, "operator-2") == [(1,)]
        assert team.run(counted, "engagement-officer") == [(0,)]


class TestPeeking:
    """A kernel does what it likes with its connection; it still sees nothing."""

    def test_a_transaction_that_is_rolled_back_shows_nothing(self, team: Team, alert: str) -> None:
        one = alert
        decided(team, "operator", one, FALSE)
        with psycopg.connect(
            host="127.0.0.1",
            port=team.server.port,
            dbname=team.database,
            user=team.user("engagement-officer"),
        ) as connection:
            for savepoint in (False, True):
                if savepoint:
                    connection.execute("SAVEPOINT before")
                give(connection, one, "engagement-officer", team)
                if savepoint:
                    connection.execute("RELEASE SAVEPOINT before")
                found = connection.execute("SELECT actor FROM verdicts").fetchall()
                assert found == [("engagement-officer",)]
                settled = connection.execute("SELECT lfr_settle_alert(%s)", [one]).fetchone()
                assert settled == (None,)
                assert connection.execute("SELECT lfr_unsettled()").fetchall() == []
                state = connection.execute("SELECT state, decided FROM alerts").fetchall()
                assert state == [("open", None)]
                connection.rollback()
        assert decided(team, "engagement-officer", one, FALSE).state is FALSE

    def test_the_state_of_an_alert_is_not_for_a_kernel_to_set(self, team: Team, alert: str) -> None:
        one = alert
        with team.open("operator") as operator, operator._context.system() as acting:
            from sqlalchemy import text

            acting.connection.execute(
                text("UPDATE alerts SET state = 'true-confirmed', decided = '2026-11-25'")
            )
            acting.log(Verb.ADJUDICATE, [one])
        assert team.run("SELECT state, decided FROM alerts") == [("open", None)]


def give(connection: Any, alert: str, account: str, team: Team, **changes: Any) -> None:
    """Put a verdict into the table by hand."""
    content = {
        "by": account,
        "verdict": "true-confirmed",
        "reason": "x, for a test",
        "at": as_text(team.clock()),
    }
    values = {
        "id": f"verdict-{account}",
        "alert": alert,
        "place": 1,
        "kind": "verdict",
        "actor": account,
        "verdict": "true-confirmed",
        "content": as_json(content | changes.pop("content", {})),
        "at": as_text(team.clock()),
    } | changes
    connection.execute(
        "INSERT INTO verdicts (id, alert, place, kind, actor, verdict, content, at) VALUES "
        "(%(id)s, %(alert)s, %(place)s, %(kind)s, %(actor)s, %(verdict)s, %(content)s, %(at)s)",
        values,
    )


class TestByHand:
    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("account", "changes"),
        [
            ("operator", {"actor": "operator-2"}),
            ("operator", {"content": {"by": "operator-2"}}),
            ("operator", {"content": {"by": None}}),
            ("operator", {"content": {"verdict": "false-confirmed"}}),
            ("operator", {"verdict": "open", "content": {"verdict": "open"}}),
            ("operator", {"kind": "revision"}),
            ("operator", {"kind": "other"}),
            ("analyst", {}),
            ("authorising-officer", {}),
            ("administrator", {}),
            ("data-protection-officer", {}),
            ("manager", {}),
        ],
    )
    def test_what_is_no_verdict_of_ones_own_is_refused(
        self, team: Team, alert: str, account: str, changes: dict[str, Any]
    ) -> None:
        one = alert
        with (
            psycopg.connect(
                host="127.0.0.1",
                port=team.server.port,
                dbname=team.database,
                user=team.user(account),
            ) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            give(connection, one, account, team, **changes)

    def test_nobody_speaks_twice_or_once_all_have_spoken(self, team: Team, alert: str) -> None:
        one = alert
        decided(team, "operator", one, TRUE)
        with pytest.raises(NotPermittedError, match="has given a verdict on alert"):
            decided(team, "operator", one, TRUE)
        with (
            psycopg.connect(
                host="127.0.0.1",
                port=team.server.port,
                dbname=team.database,
                user=team.user("operator"),
            ) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="two verdicts"),
        ):
            give(connection, one, "operator", team, place=7)
        decided(team, "operator-2", one, TRUE)
        with pytest.raises(IllegalMoveError, match="its verdicts are complete"):
            decided(team, "reviewer", one, TRUE)


def test_whoever_opens_next_settles_what_was_cut_off(team: Team, alert: str) -> None:
    one = alert
    decided(team, "operator", one, TRUE)
    with (  # killed right after its verdict was saved
        team.open("operator-2") as bench,
        on_alert(bench._context, Permission.ALERT_ADJUDICATE, one) as found,
    ):
        verdict = Verdict(by="operator-2", verdict=TRUE, reason="x, for a test", at=team.clock())
        assert add_verdict(found.acting.connection, one, verdict) == 2
        found.acting.log(Verb.ADJUDICATE, [one])
    assert team.run("SELECT state FROM alerts") == [("open",)]
    with team.open("engagement-officer"):
        pass
    assert team.run("SELECT state FROM alerts") == [("true-confirmed",)]
    with team.open("data-protection-officer") as officer:
        assert officer.audit.verify().ok


@pytest.mark.slow
def test_a_reviewer_corrects_what_was_decided_and_no_verifier_does(team: Team, alert: str) -> None:
    one = alert
    for account in ("operator", "engagement-officer"):
        decided(team, account, one, TRUE)
    with (
        team.open("operator") as operator,
        pytest.raises(NotPermittedError, match="may not correct"),
    ):
        operator.alerts.correct(one, FALSE, "It was not him after all.")
    with team.open("reviewer") as reviewer:
        view = reviewer.alerts.correct(one, FALSE, "The tattoo is missing.")
        assert (view.state, len(view.revisions)) == (FALSE, 1)
    assert team.run("SELECT state FROM alerts") == [("false-confirmed",)]
