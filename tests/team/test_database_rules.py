"""Rules that the database keeps against a kernel which does what it likes with its connection.

Each attempt is a whole transaction with an entry of the log, so that it is refused for the rule in
question and for nothing else; each rule has a control, in which the same is done as it should be.
"""

# The statements are those of the tests.
# ruff: noqa: S608

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, NamedTuple

import psycopg
import pytest
from bench_steps import REFERENCE, WORDS
from bench_values import SFACE, application_values
from team_bench import copy_of

from workbench.errors import StoreError
from workbench.governance.holds import HoldGround
from workbench.records.audit.entries import Draft, Entry, canonical
from workbench.records.audit.verbs import Verb

Team = Any


class Attempt(NamedTuple):
    """What somebody tries: an account, statements, and whether it is allowed."""

    account: str
    statement: str
    allowed: bool = False


def attempted(team: Team, account: str, *statements: str) -> str | None:
    """Try statements in one logged transaction; return why they were refused."""
    role = account.removesuffix("-2")
    draft = Draft.of(Verb.ADMINISTER, actor=account, role=role, purpose="administration")
    with psycopg.connect(
        host="127.0.0.1", port=team.server.port, dbname=team.database, user=team.user(account)
    ) as connection:
        try:
            for statement in statements:
                connection.execute(statement.encode())
            entry = canonical(Entry.at(draft, team.clock()))
            connection.execute("SELECT audit_append(%s)", [entry])
            connection.commit()
        except psycopg.errors.InsufficientPrivilege as error:
            return str(error).splitlines()[0]
    return None


def check(team: Team, attempt: Attempt) -> None:
    why = attempted(team, attempt.account, attempt.statement)
    assert (why is None) is attempt.allowed, f"{attempt}: {why}"


def authority(officer: str) -> str:
    return f"""'{{"officer": "{officer}", "review": null}}'"""


DEPLOYMENTS = [
    # An authority: by an authorising officer, in their own name, who did not apply.
    Attempt("analyst", f"UPDATE deployments SET authority = {authority('analyst')}"),
    Attempt("operator", f"UPDATE deployments SET authority = {authority('operator')}"),
    Attempt(
        "authorising-officer",
        f"UPDATE deployments SET state = 'authorised', authority = {authority('somebody')}",
    ),
    Attempt(
        "authorising-officer",
        "UPDATE deployments SET state = 'authorised', authority = '{\"review\": null}'",
    ),
    Attempt("authorising-officer", "UPDATE deployments SET state = 'authorised'"),
    Attempt(
        "authorising-officer",
        f"UPDATE deployments SET authority = {authority('authorising-officer')}",
    ),
    Attempt(
        "authorising-officer",
        "UPDATE deployments SET state = 'authorised', "
        f"authority = {authority('authorising-officer')}",
        allowed=True,
    ),
    # What was applied for stays what it was, and the applicant who it was.
    Attempt("analyst", "UPDATE deployments SET content = '{}'"),
    Attempt("authorising-officer", "UPDATE deployments SET content = '{}'"),
    Attempt("analyst", "UPDATE deployments SET applicant = 'analyst-2'"),
    Attempt("authorising-officer", "UPDATE deployments SET applicant = 'analyst-2'"),
    Attempt("analyst", "UPDATE deployments SET reference = 'another'"),
    Attempt("analyst", "UPDATE deployments SET ends = '2030-01-01'"),
    Attempt("operator", "UPDATE deployments SET starts = '2020-01-01'"),
    # States: each move for those who may make it.
    Attempt("analyst", "UPDATE deployments SET state = 'live'"),
    Attempt("operator", "UPDATE deployments SET state = 'live'"),
    Attempt("operator", "UPDATE deployments SET state = 'draft'"),
    Attempt("operator", "UPDATE deployments SET state = 'refused'"),
    Attempt("reviewer", "UPDATE deployments SET state = 'cancelled'"),
    Attempt("analyst", "UPDATE deployments SET state = 'closed'"),
    Attempt("analyst", "UPDATE deployments SET state = 'purged'"),
    Attempt("analyst", "UPDATE deployments SET state = 'draft'", allowed=True),
    Attempt("authorising-officer", "UPDATE deployments SET state = 'refused'", allowed=True),
    # What time alone ends has come to its time.
    Attempt("engagement-officer", "UPDATE deployments SET state = 'expired'"),
    Attempt("analyst", "UPDATE deployments SET state = 'expired', ended = '2026-11-25'"),
    # Who ends one before its time does so in their own name.
    Attempt(
        "authorising-officer",
        "UPDATE deployments SET state = 'refused', withdrawal = '{\"by\": \"analyst\"}'",
    ),
    Attempt(
        "authorising-officer", "UPDATE deployments SET state = 'refused', withdrawal = '{}'"
    ),
    Attempt("operator", "UPDATE deployments SET withdrawal = '{\"by\": \"operator\"}'"),
    Attempt(
        "authorising-officer",
        "UPDATE deployments SET state = 'refused', "
        "withdrawal = '{\"by\": \"authorising-officer\"}'",
        allowed=True,
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def applied(made_team: Team, tmp_path_factory: pytest.TempPathFactory) -> Team:
    """Return a bench with one application."""
    team = copy_of(made_team, tmp_path_factory.mktemp("applied"))
    with team.open("analyst") as analyst:
        analyst.deployments.draft(application_values(policy=SFACE))
        analyst.deployments.apply(REFERENCE)
    return team


class TestApplied:
    @pytest.mark.parametrize("attempt", DEPLOYMENTS, ids=range(len(DEPLOYMENTS)))
    def test_who_changes_what_of_a_deployment(
        self, applied: Team, as_anybody: None, attempt: Attempt
    ) -> None:
        before = applied.run("SELECT * FROM deployments")
        check(applied, attempt)
        if not attempt.allowed:
            assert applied.run("SELECT * FROM deployments") == before
        else:  # put back, by whom nothing binds
            applied.run(
                "UPDATE deployments SET state = 'applied', authority = NULL, withdrawal = NULL"
            )

    def test_an_officer_who_applied_does_not_authorise(
        self, applied: Team, as_anybody: None
    ) -> None:
        applied.run("UPDATE deployments SET applicant = 'authorising-officer'")
        why = attempted(
            applied,
            "authorising-officer",
            "UPDATE deployments SET state = 'authorised', "
            f"authority = {authority('authorising-officer')}",
        )
        assert why == "an authority is given by an authorising officer who did not apply"
        applied.run("UPDATE deployments SET applicant = 'analyst'")

    def test_an_authority_is_never_changed_but_for_its_review(self, team: Team) -> None:
        with team.open("analyst") as analyst:
            analyst.deployments.draft(application_values(policy=SFACE))
            analyst.deployments.apply(REFERENCE)
        with team.open("authorising-officer") as officer:
            officer.policies.approve(SFACE)
            officer.deployments.authorise(REFERENCE, **WORDS, urgent_reason="A threat to life.")
        longer = "jsonb_set(authority::jsonb, '{ends}', '\"2030-01-01\"')"
        upheld = "jsonb_set(authority::jsonb, '{{review}}', '{{\"officer\": \"{}\"}}')"
        for account, change in (
            ("authorising-officer", longer),
            ("authorising-officer-2", longer),
            ("authorising-officer", "NULL"),
            ("authorising-officer", upheld.format("authorising-officer")),
            ("authorising-officer-2", upheld.format("authorising-officer")),
            ("analyst", upheld.format("analyst")),
        ):
            statement = f"UPDATE deployments SET authority = {change}"
            assert attempted(team, account, statement), (account, change)
        with team.open("authorising-officer-2") as other:
            other.deployments.review_urgent(REFERENCE, "I have read it and agree.")

    def test_at_its_end_anybody_who_comes_to_it_records_that(self, team: Team) -> None:
        with team.open("analyst") as analyst:
            analyst.deployments.draft(application_values(policy=SFACE))
            analyst.deployments.apply(REFERENCE)
        team.clock.turn(days=2)
        with team.open("engagement-officer") as officer:
            assert officer.deployments.get(REFERENCE).state.value == "expired"


LIVE = [
    # A live one ends by time alone, or by those who may close it.
    Attempt("engagement-officer", "UPDATE deployments SET state = 'closed', ended = '2026-11-25'"),
    Attempt("reviewer", "UPDATE deployments SET state = 'closed', ended = '2026-11-25'"),
    # Nothing is in another's name.
    Attempt(
        "operator",
        "INSERT INTO deployment_notes SELECT 'note-1', id, 'notice', '{}', 'analyst', 'x' "
        "FROM deployments",
    ),
    Attempt(
        "operator",
        "INSERT INTO deployment_notes SELECT 'note-1', id, 'notice', '{}', 'operator', 'x' "
        "FROM deployments",
        allowed=True,
    ),
    Attempt(
        "operator",
        "INSERT INTO engagements SELECT 'engagement-1', id, 'decision', 'reviewer', '{}', 'x' "
        "FROM alerts",
    ),
    Attempt(
        "operator",
        "INSERT INTO exports VALUES ('export-1', 'x', 'analyst', 'x', 'x', 'x', NULL, '[]')",
    ),
    Attempt(
        "operator",
        "INSERT INTO exports VALUES ('export-1', 'x', 'operator', 'x', 'x', 'x', NULL, '[]')",
        allowed=True,
    ),
    Attempt("data-scientist", "INSERT INTO policies VALUES ('p', '{}', 'operator', 'x', NULL)"),
    Attempt("data-scientist", "INSERT INTO policies VALUES ('p', '{}', 'data-scientist', 'x', 'y')"),
    # How one is issued after all: `test_policies_team`.
    Attempt("data-scientist", "INSERT INTO policies VALUES ('p', '{}', 'data-scientist', 'x', NULL)"),
    # An alert is raised by a search of one's own, and open.
    Attempt("analyst", "INSERT INTO alerts SELECT 'alert-1', deployment, session, feed, entry, raised, "
            "time_s, score, threshold, category, blue_list, 'open', NULL, object_id, key_id, NULL "
            "FROM alerts"),
    Attempt("operator", "UPDATE alerts SET state = 'true-confirmed'", allowed=True),  # and nothing comes of it
    Attempt("analyst", "UPDATE alerts SET object_id = 'object-of-another'"),
    Attempt("analyst", "UPDATE alerts SET key_id = 'key-of-another'"),
    # A policy is approved once, by another, and stays what was measured.
    Attempt("authorising-officer-2", "UPDATE policies SET approver = 'authorising-officer-2'"),
    Attempt(
        "authorising-officer",
        "UPDATE policies SET approver = 'authorising-officer', approved = 'x', content = "
        "jsonb_set(content::jsonb, '{threshold}', '0')::text WHERE id = 'default-fused/1'",
    ),
    Attempt(
        "authorising-officer",
        "UPDATE policies SET approver = 'authorising-officer-2', approved = 'x' "
        "WHERE id = 'default-fused/1'",
    ),
    # Entries of a list: compared by a second person, reviewed in one's own name.
    Attempt("reviewer", "UPDATE watchlist_entries SET identity_check = '{\"by\": \"operator\"}'"),
    Attempt("reviewer", "UPDATE watchlist_entries SET identity_check = '{}'"),
    Attempt("analyst", "UPDATE watchlist_entries SET identity_check = '{\"by\": \"analyst\"}'"),
    Attempt("reviewer", "UPDATE watchlist_entries SET review = '{\"by\": \"operator\"}'"),
    Attempt("reviewer", "UPDATE watchlist_entries SET review = '{}'"),
    Attempt("analyst", "UPDATE watchlist_entries SET review = '{\"by\": \"analyst\"}'"),
    Attempt(
        "reviewer",
        "UPDATE watchlist_entries SET identity_check = '{\"by\": \"reviewer\"}'",
        allowed=True,
    ),
    # Accounts: by an administrator.
    Attempt("analyst", "UPDATE actors SET role = 'administrator'"),
    Attempt("data-protection-officer", "UPDATE actors SET active = false"),
    Attempt("administrator", "DELETE FROM actors WHERE name = 'operator'"),
    # The rules: proposed by one, confirmed by another.
    Attempt("data-protection-officer", "UPDATE bench SET settings = '{}'"),
    Attempt("administrator", "UPDATE bench SET settings = '{}'"),
    # A certificate is of an erasure.
    Attempt(
        "analyst",
        "INSERT INTO certificates VALUES ('certificate-1', 'watchlist', 'x', '{}', 'd', 'x')",
    ),
    # A data key is of a class that the role seals, and goes with an erasure that names it.
    Attempt("operator", "INSERT INTO data_keys VALUES ('k', 'case', 'x', 'x', NULL, NULL)"),
    Attempt("operator", "INSERT INTO data_keys VALUES ('k', 'alert', 'x', 'x', 'now', NULL)"),
    Attempt("data-protection-officer", "UPDATE data_keys SET destroying = 'now'"),
]  # fmt: skip


@pytest.fixture(scope="module")
def shared_live(made_live: tuple[Team, Any], tmp_path_factory: pytest.TempPathFactory) -> Team:
    """Return a bench with a live deployment that several tests share."""
    return copy_of(made_live[0], tmp_path_factory.mktemp("shared"))


@pytest.mark.parametrize("attempt", LIVE, ids=range(len(LIVE)))
def test_who_writes_what_while_a_search_is_live(
    shared_live: Team, as_anybody: None, attempt: Attempt
) -> None:
    check(shared_live, attempt)


NO_EFFECT = [
    # Rows are deleted as part of an erasure alone; keys and sealed objects likewise.
    ("analyst", "DELETE FROM alerts", "alerts"),
    ("reviewer", "DELETE FROM verdicts", "verdicts"),
    ("data-protection-officer", "DELETE FROM alerts", "alerts"),
    ("data-protection-officer", "DELETE FROM vault_objects", "vault_objects"),
    ("data-protection-officer", "DELETE FROM vault_chunks", "vault_chunks"),
    ("operator", "DELETE FROM vault_chunks", "vault_chunks"),
    ("operator", "UPDATE data_keys SET destroying = 'now' WHERE retention = 'alert'", "data_keys"),
    ("administrator", "UPDATE actors SET role = 'analyst' WHERE name = 'administrator'", "actors"),
    ("operator", "UPDATE alerts SET state = 'true-confirmed', decided = 'now'", "alerts"),
]  # fmt: skip


@pytest.mark.parametrize(("account", "statement", "table"), NO_EFFECT, ids=range(len(NO_EFFECT)))
def test_what_is_not_there_for_a_role_stays_as_it_is(
    shared_live: Team, as_anybody: None, account: str, statement: str, table: str
) -> None:
    query = f"SELECT * FROM {table} ORDER BY 1"
    before = shared_live.run(query)
    attempted(shared_live, account, statement)
    assert shared_live.run(query) == before


@pytest.mark.parametrize(
    ("account", "statement"),
    [
        ("analyst", "INSERT INTO blue_members VALUES ('PC-7', '[]', 'analyst', 'x')"),
        ("operator", "UPDATE alerts SET state = 'open'"),
        ("reviewer", "UPDATE watchlist_entries SET review = NULL"),
        (
            "data-scientist",
            "INSERT INTO locked_openings VALUES ('q', 'a', '', '', 'data-scientist', 'x', 1, NULL)",
        ),
        ("administrator", "UPDATE actors SET active = true WHERE name = 'analyst'"),
        ("authorising-officer", "UPDATE watchlist_entries SET review = NULL"),
    ],
)
def test_nothing_is_kept_that_was_not_logged(
    shared_live: Team, as_anybody: None, account: str, statement: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="without an entry of the audit"):
        shared_live.run(statement, account)
    early = "SET CONSTRAINTS ALL IMMEDIATE"
    why = attempted(shared_live, account, early, statement)
    assert why is not None
    assert "without an entry" in why


def begun(
    team: Team, account: str, retention: str, *, purpose: str | None = None, **content: list[str]
) -> str | None:
    """Try to begin an erasure; return why that was refused."""
    values = json.dumps({"objects": [], "keys": [], "sealed": []} | content)
    of = purpose or str(team.run("SELECT id FROM deployments")[0][0])
    return attempted(
        team,
        account,
        f"INSERT INTO erasures VALUES ('erasure-{account}-{retention}', '{retention}', '{of}', "
        f"'{values}', '{account}', 'x', NULL)",
    )


def test_what_a_hold_keeps_is_not_begun_to_be_destroyed(live: Team) -> None:
    with live.open("data-protection-officer") as officer:
        officer.holds.place(
            None,
            ground=HoldGround.JUDICIAL,
            reason="The trial begins in January.",
            review_by=live.clock() + timedelta(days=60),
            alerts=[live.alert],
        )
    officer, objects = "data-protection-officer", [live.alert]
    assert begun(live, officer, "alert", objects=objects) == "a legal hold keeps some of it"
    released = f'UPDATE holds SET released = \'{{"by": "{officer}"}}\''
    why = attempted(live, officer, released)
    assert why == "a hold is released by another than who placed it"
    with live.open("authorising-officer") as other:
        other.holds.release(other.holds.list()[0].id, reason="The trial is over.")
    assert attempted(live, officer, "UPDATE holds SET released = NULL")
    assert begun(live, officer, "alert", objects=objects) is None


class TestErasures:
    @pytest.mark.parametrize(
        ("account", "retention"),
        [
            ("operator", "alert"),
            ("operator", "case"),
            ("authorising-officer", "watchlist"),
            ("authorising-officer", "alert"),
            ("reviewer", "watchlist"),
            ("engagement-officer", "watchlist"),
            ("administrator", "alert"),
        ],
    )
    def test_one_is_begun_by_those_who_may_destroy_its_class(
        self, shared_live: Team, as_anybody: None, account: str, retention: str
    ) -> None:
        assert begun(shared_live, account, retention)

    @pytest.mark.parametrize("account", ["reviewer", "analyst"])
    @pytest.mark.parametrize("retention", ["alert", "watchlist", "case"])
    def test_nobody_destroys_an_alert_to_see_or_to_hide_its_verdicts(
        self, shared_live: Team, as_anybody: None, account: str, retention: str
    ) -> None:
        assert begun(shared_live, account, retention, objects=[shared_live.alert])

    def test_it_names_keys_of_its_class_and_purpose_alone(
        self, shared_live: Team, as_anybody: None
    ) -> None:
        ((key,),) = shared_live.run("SELECT key_id FROM alerts")
        officer = "data-protection-officer"
        why = "a key of another class or purpose is not part of an erasure"
        assert begun(shared_live, officer, "watchlist", keys=[str(key)]) == why
        assert begun(shared_live, officer, "alert", purpose="other", keys=[str(key)]) == why
        assert begun(shared_live, officer, "alert", keys=["key-of-nothing"]) == why
        assert begun(shared_live, "analyst", "watchlist", keys=[str(key)]) == why

    def test_what_it_names_is_not_changed_afterwards(self, live: Team) -> None:
        officer = "data-protection-officer"
        assert begun(live, officer, "alert", objects=[live.alert]) is None
        for part in ("objects", "keys", "sealed"):
            change = f"jsonb_set(content::jsonb, '{{{part}}}', '[\"x\"]')"
            assert attempted(live, officer, f"UPDATE erasures SET content = {change}")
        assert attempted(live, officer, "UPDATE erasures SET finished = 'x'") is None
        assert attempted(live, officer, "UPDATE erasures SET finished = NULL")


class TestLists:
    def test_one_is_destroyed_with_its_key_alone(self, live: Team) -> None:
        live.run("UPDATE watchlists SET state = 'ready', destroyed = NULL, key_id = "
                 "(SELECT key_id FROM alerts)")  # fmt: skip
        gone = "UPDATE watchlists SET state = 'destroyed', destroyed = 'x', key_id = NULL"
        for account in ("data-protection-officer", "authorising-officer", "analyst"):
            assert attempted(live, account, gone) == "a list is destroyed with its key"
        live.run("UPDATE data_keys SET destroying = 'x'")
        assert attempted(live, "data-protection-officer", gone) is None

    def test_others_do_not_take_entries_off_it(self, live: Team) -> None:
        live.run("UPDATE watchlists SET state = 'ready', destroyed = NULL")
        live.run("UPDATE watchlist_entries SET removed = NULL")
        removed = "UPDATE watchlist_entries SET removed = 'x'"
        for account in ("data-protection-officer", "authorising-officer", "reviewer"):
            assert attempted(live, account, removed)
        assert attempted(live, "operator", removed) is None
        assert attempted(live, "operator", "UPDATE watchlist_entries SET removed = NULL")

    def test_nobody_is_its_builder_but_who_built_it(self, shared_live: Team) -> None:
        for account in ("analyst", "operator"):
            assert attempted(shared_live, account, "UPDATE watchlists SET builder = 'reviewer'")
        assert attempted(shared_live, "operator", "UPDATE watchlists SET builder = 'operator'")


def search(team: Team) -> str | None:
    """Try to begin a live search by hand."""
    return attempted(
        team,
        "operator",
        "INSERT INTO sessions SELECT 'session-by-hand', deployment, 'operator', feed, policy, "
        "threshold, setup, process, started, NULL, NULL, NULL FROM sessions",
    )


def test_no_search_without_an_authority_that_covers_the_moment(live: Team) -> None:
    why = "no authority covers a search of that deployment now"
    start = live.clock()
    live.clock.now = start + timedelta(days=1)
    assert search(live) == why, "it has ended"
    live.clock.now = start
    live.run("UPDATE deployments SET state = 'authorised'")
    assert search(live) == why, "it is not live"
    live.run("UPDATE deployments SET state = 'live'")
    assert search(live) is None


def test_a_database_in_which_people_could_make_tables_is_not_set_up(team: Team) -> None:
    team.server.run("ALTER SCHEMA public OWNER TO postgres", team.database)
    team.server.run("GRANT ALL ON SCHEMA public TO PUBLIC", team.database)
    with team.as_owner() as owner, pytest.raises(StoreError, match="everybody may make tables"):
        owner.team.set_up(clock_apart=None)


def test_rules_take_two_people(team: Team) -> None:
    with team.open("administrator") as administrator:
        change = administrator.rule_changes.propose(
            {"needs_approved_policy": False}, reason="The pilot has none yet."
        )
    settings = "(SELECT (content::jsonb -> 'rules')::text FROM rule_changes)"
    own = f"UPDATE bench SET settings = {settings}"
    assert attempted(team, "administrator", own)
    decided = "UPDATE rule_changes SET decision = 'confirmed', decided = 'x', decided_by = '{}'"
    for account in ("administrator", "administrator-2"):
        assert attempted(team, account, decided.format(account))
    assert attempted(team, "data-protection-officer", decided.format("administrator"))
    with team.open("data-protection-officer") as officer:
        assert officer.rule_changes.confirm(change.id).needs_approved_policy is False
    assert attempted(
        team, "data-protection-officer-2", decided.format("data-protection-officer-2")
    ), "it was decided on"


CASES = [
    Attempt("analyst", "UPDATE cases SET state = 'authorised', "
            "authority = '{\"by\": \"analyst\", \"granted\": true}'"),
    Attempt("authorising-officer", "UPDATE cases SET state = 'authorised'"),
    Attempt("authorising-officer", "UPDATE cases SET state = 'authorised', "
            "authority = '{\"by\": \"authorising-officer-2\", \"granted\": true}'"),
    Attempt("authorising-officer", "UPDATE cases SET state = 'authorised', "
            "authority = '{\"by\": \"authorising-officer\"}'"),
    Attempt("authorising-officer", "UPDATE cases SET state = 'authorised', "
            "authority = '{\"by\": \"authorising-officer\", \"granted\": false}'"),
    Attempt("reviewer", "UPDATE cases SET state = 'refused'"),
    Attempt("analyst", "UPDATE cases SET state = 'closed'"),
    Attempt("analyst", "UPDATE cases SET state = 'purged'"),
    Attempt("analyst", "INSERT INTO cases SELECT 'case-2', 'another', state, 'analyst-2', content, "
            "opened, authorise_by, NULL, expires, NULL FROM cases"),
    Attempt("authorising-officer", "UPDATE cases SET state = 'authorised', "
            "authority = '{\"by\": \"authorising-officer\", \"granted\": true}'", allowed=True),
]  # fmt: skip


def test_who_decides_on_a_case(team: Team) -> None:
    with team.open("analyst") as analyst:
        opened = team.clock()
        analyst.cases.open(
            {
                "number": "CASE/2026/118",
                "offence": "Robbery on 24 November 2026, Theft Act 1968, s.8",
                "authority": "Common law power to investigate crime; DPA 2018, Part 3",
                "purpose": "To find out who is seen with the bag.",
                "necessity": "Witnesses saw a face and know no name.",
                "expiry": (opened + timedelta(days=7)).isoformat(),
            }
        )
    for attempt in CASES:
        check(team, attempt)
