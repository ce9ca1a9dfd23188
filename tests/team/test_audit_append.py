"""The one way into the log of a team's store: the database knows who asks, and links as we do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from workbench.bench import Workbench
from workbench.errors import AuditError, ClockError, NotPermittedError
from workbench.governance.roles import Role
from workbench.records.audit.chain import genesis, link
from workbench.records.audit.entries import Draft, Entry, canonical, read_entry
from workbench.records.audit.reading import entries
from workbench.records.audit.verbs import Verb
from workbench.records.team.functions import by_itself

Open = Callable[[str], Workbench]
Team = Any

END_OF_LOG = """UPDATE audit_head SET (seq, hash, at) =
    (SELECT seq, hash, body::json ->> 'utc' FROM audit ORDER BY seq DESC LIMIT 1)"""
TEXTS = ["", "x", '"\\/\b\f\n\r\t\x01\x1f\x7f', "Ænglisc 漢字 👤", "a" * 10_000, "é́"]


@pytest.fixture(scope="module")
def asked(made_team: Team) -> Iterator[Callable[..., Any]]:
    """Ask the database as the owner: `asked("lfr_link(%s, %s, %s)", ...)`."""
    import psycopg as driver

    url = made_team.server
    with driver.connect(
        host="127.0.0.1", port=url.port, dbname=url.new_database(), user="postgres"
    ) as connection:
        from workbench.records.engine import connect
        from workbench.records.migrations import migrate
        from workbench.records.team.setting_up import set_up

        engine = connect(url.address(connection.info.dbname))
        with engine.begin() as setting_up:
            migrate(setting_up)
            set_up(setting_up)
        engine.dispose()

        def ask(call: str, *values: object) -> Any:
            row = connection.execute(f"SELECT {call}".encode(), values).fetchone()
            assert row is not None
            return row[0]

        yield ask


class TestChain:
    @pytest.mark.parametrize("seq", [1, 2, 9, 10, 2**31, 2**63 - 1])
    @pytest.mark.parametrize("body", TEXTS, ids=range(len(TEXTS)))
    def test_it_links_to_the_byte_as_we_do(
        self, asked: Callable[..., Any], seq: int, body: str
    ) -> None:
        previous = genesis("bench-1")
        assert asked("lfr_link(%s, %s, %s)", previous, seq, body) == link(previous, seq, body)

    @pytest.mark.parametrize("bench", ["bench-1", "b", "bänk"])
    def test_the_first_entry_follows_the_same(self, asked: Callable[..., Any], bench: str) -> None:
        assert asked("lfr_genesis(%s)", bench) == genesis(bench)


def body(**changes: Any) -> str:
    """The text of an entry, whatever is put into it."""
    values = {
        "actor": "ann",
        "details": {},
        "form": 1,
        "justification": None,
        "objects": [],
        "purpose": "administration",
        "recipient": None,
        "result": "done",
        "role": "analyst",
        "utc": "2026-11-25T09:00:00.000000+00:00",
        "verb": "administer",
    } | changes
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def is_read(text_: str) -> bool:
    """Whether we could read such an entry."""
    try:
        read_entry(text_)
    except AuditError:
        return False
    return True


DETAILS: list[Any] = [
    {}, {"a": 1}, {"a": -1}, {"a": 0}, {"a": 2**63 - 1}, {"a": -(2**63) + 1}, {"a": 2**63},
    {"a": 0.1}, {"a": 1.0}, {"a": -0.0}, {"a": 1e-4}, {"a": 1e-5}, {"a": 1.5e-7}, {"a": 1e15},
    {"a": 1e16}, {"a": 1.7976931348623157e308}, {"a": 5e-324}, {"a": 0.1 + 0.2}, {"a": 123456.789},
    {"a": True}, {"a": None}, {"a": ""}, {"a": " "}, {"a": " x"}, {"a": "x\n\ty"}, {"a": "x\r"},
    {"a": "x" * 500}, {"a": "x" * 501}, {"a": "漢\u200b"}, {"a": "e\u0301"}, {"a": []},
    {"a": {}}, {"A": 1}, {"1": 1}, {"": 1}, {"a b": 1}, {"a" * 64: 1}, {"a" * 65: 1},
    {f"a{n}": n for n in range(32)}, {f"a{n}": n for n in range(33)}, {"a-b": 1, "a_b": 2, "ab": 3},
]  # fmt: skip
CHANGES: list[dict[str, Any]] = [
    {},
    *({"details": details} for details in DETAILS),
    *({"verb": verb.value} for verb in Verb),
    *({"verb": verb.value, "justification": "because"} for verb in (Verb.CONSULT, Verb.COMBINE)),
    {"verb": "disclose", "justification": "because", "recipient": "the court"},
    {"verb": "disclose", "justification": "because"},
    {"verb": "export", "recipient": "the court"},
    {"verb": "unknown"}, {"verb": None}, {"verb": 1}, {"result": "refused"}, {"result": "so"},
    {"result": None}, {"form": 2}, {"form": 1.0}, {"form": "1"}, {"form": None},
    {"actor": ""}, {"actor": "x" * 200}, {"actor": "x" * 201}, {"actor": "a\nb"}, {"actor": 1},
    {"actor": "\u202eann"}, {"actor": "a\u00a0b"}, {"actor": "a b"}, {"actor": " a"},
    {"role": "a b"}, {"role": ""}, {"role": "x" * 100}, {"role": "x" * 101}, {"role": None},
    {"purpose": "2026-11/HIGH-ST-1"}, {"purpose": "-x"}, {"purpose": "x\n"}, {"purpose": None},
    {"justification": "x" * 10_000}, {"justification": "x" * 10_001}, {"justification": ""},
    {"justification": "a\r\nb"}, {"justification": "a\x00b"}, {"recipient": "a\nb"},
    {"objects": ["a", "b"]}, {"objects": ["a b"]}, {"objects": [1]}, {"objects": {}},
    {"objects": None}, {"objects": ["a"] * 10_000}, {"objects": ["a"] * 10_001},
    {"utc": "2026-11-25T09:00:00.000000Z"}, {"utc": "2026-11-25T09:00:00+00:00"},
    {"utc": "2026-02-30T09:00:00.000000+00:00"}, {"utc": "2026-11-25T24:00:00.000000+00:00"},
    {"utc": "2026-11-25T09:00:60.000000+00:00"}, {"utc": "2026-11-25 09:00:00.000000+00:00"},
    {"utc": None}, {"utc": 1}, {"extra": 1},
]  # fmt: skip


class TestForm:
    """What the database takes for an entry is what we read as one, so that all of it is read."""

    @pytest.mark.parametrize("changes", CHANGES, ids=range(len(CHANGES)))
    def test_it_takes_what_we_read(
        self, asked: Callable[..., Any], changes: dict[str, Any]
    ) -> None:
        said = body(**changes)
        if "\x00" in said or "\\u0000" in said:
            said = said.replace("\x00", "\\u0000")
        assert asked("lfr_is_entry(%s)", said) is is_read(said), said[:300]

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda said: "",
            lambda said: "null",
            lambda said: "[]",
            lambda said: "{",
            lambda said: said + " ",
            lambda said: " " + said,
            lambda said: said.replace(":", ": ", 1),
            lambda said: said.replace("{}", "{ }"),
            lambda said: said.replace("[]", "[ ]"),
            lambda said: said.replace('"ann"', '"\\u0061nn"'),
            lambda said: said.replace('"ann"', '"a\\/n"'),
            lambda said: said.replace('"form":1', '"form":1,"form":1'),
            lambda said: said.replace('"form":1', '"form":01'),
            lambda said: said.replace('"form":1', '"form":1e0'),
            lambda said: said.replace('"actor":"ann",', "") + '"actor":"ann"',
            lambda said: said.replace("{}", '{"a":1,"a":1}'),
            lambda said: said.replace("{}", '{"b":1,"a":1}'),
            lambda said: said.replace("{}", '{"a":0.10}'),
            lambda said: said.replace("{}", '{"a":1E5}'),
            lambda said: said.replace("{}", '{"a":1e5}'),
            lambda said: said.replace("{}", '{"a":-0}'),
            lambda said: said.replace("{}", '{"a":NaN}'),
            lambda said: said.replace("{}", '{"a":1e999}'),
            lambda said: said.replace("{}", '{"a":0.10000000000000001}'),
            lambda said: said.replace("{}", '{"a":' + "9" * 400 + "}"),
            lambda said: said.replace("{}", "[" * 10_000 + "]" * 10_000),
        ],
    )
    def test_another_text_of_the_same_is_none(
        self, asked: Callable[..., Any], spoil: Callable[[str], str]
    ) -> None:
        said = spoil(body())
        assert asked("lfr_is_entry(%s)", said) is False
        assert not is_read(said)

    def test_letters_of_all_planes(self, asked: Callable[..., Any]) -> None:
        for start in (0x00, 0x80, 0x300, 0x600, 0x2000, 0xFE00, 0x1F600, 0xE0000, 0x10FF00):
            for code in range(start, start + 0x100, 7):
                if not 0xD800 <= code <= 0xDFFF and code:
                    said = body(recipient=f"a{chr(code)}b")
                    assert asked("lfr_is_entry(%s)", said) is is_read(said), hex(code)


@contextmanager
def refused(state: str) -> Iterator[None]:
    """Expect the database to refuse with a code."""
    with pytest.raises(psycopg.Error) as error:
        yield
    assert error.value.sqlstate == state, error.value


def add(team: Team, account: str, **changes: Any) -> None:
    """Add an entry as the database user of an account, with no workbench in between."""
    draft = {
        "actor": account,
        "role": account.removesuffix("-2"),
        "purpose": "administration",
        "verb": Verb.ADMINISTER,
    } | changes
    now = draft.pop("utc", team.clock())
    said = canonical(Entry.at(Draft.read(draft, what="a draft"), now)).replace("'", "''")
    team.run("SELECT * FROM audit_append('" + said + "')", account)  # noqa: S608 - of the test


class TestWho:
    def test_each_role_adds_in_its_own_name(self, team: Team) -> None:
        for role in Role:
            add(team, role.value)
        with team.open("data-protection-officer") as officer:
            assert officer.audit.verify().ok

    @pytest.mark.parametrize(
        "changes",
        [
            {"actor": "operator"},
            {"actor": "ada"},
            {"role": "reviewer"},
            {"role": "system"},
            {"actor": "nobody"},
            {"actor": "workbench"},
            {"actor": "workbench", "role": "system"},
            {"actor": "workbench", "role": "system", "details": {"through": "operator"}},
        ],
    )
    def test_nobody_adds_in_another_name_or_role(
        self, made_team: Team, changes: dict[str, Any]
    ) -> None:
        with refused("LFR01"):
            add(made_team, "analyst", **changes)

    @pytest.mark.parametrize("role", list(Role))
    def test_the_workbench_itself_is_told_with_whose_connection_it_was(
        self, team: Team, role: Role
    ) -> None:
        account = role.value
        values = {"actor": "workbench", "role": "system", "details": {"through": account}}
        if role in by_itself():
            add(team, account, **values)
        else:
            assert role in {Role.DATA_SCIENTIST, Role.MANAGER, Role.ADMINISTRATOR}
            with refused("LFR01"):
                add(team, account, **values)

    def test_what_the_workbench_does_by_itself_names_the_connection(self, team: Team) -> None:
        with team.open("analyst") as analyst, analyst._context.system() as acting:
            acting.log(Verb.ADMINISTER)
        with (
            team.open("data-protection-officer") as officer,
            officer._context.store.reading() as connection,
        ):
            last = list(entries(connection))[-1].entry
        assert (last.actor, last.role) == ("workbench", "system")
        assert dict(last.details) == {"through": "analyst"}

    def test_a_stranger_and_a_disabled_account_add_nothing(self, team: Team) -> None:
        team.run("UPDATE actors SET active = false WHERE name = 'analyst-2'")
        with refused("LFR01"):
            add(team, "analyst-2")

    def test_a_kernel_that_lies_is_told_so(self, team: Team) -> None:
        with team.open("analyst") as analyst:
            draft = Draft.of(
                Verb.AUTHORISE,
                actor="authorising-officer",
                role="authorising-officer",
                purpose="administration",
            )

            def lie() -> None:
                with analyst._context.store.writing() as writing:
                    # Without the workbench's own word on whose connection it is.
                    said = canonical(Entry.at(draft, team.clock()))
                    from workbench.records.team.appending import append_body

                    append_body(writing.connection, said)

            with pytest.raises(NotPermittedError, match="is not for this connection to write"):
                lie()


class TestWhen:
    def test_time_does_not_go_back(self, team: Team) -> None:
        add(team, "analyst")
        with refused("LFR03"):
            add(team, "operator", utc=team.clock() - timedelta(microseconds=1))
        add(team, "operator")

    def test_a_clock_that_is_behind_is_told_so_by_the_workbench(self, team: Team) -> None:
        add(team, "analyst")
        team.clock.turn(seconds=-2)
        with team.open("operator") as operator, operator._context.system() as acting:
            acting.log(Verb.ADMINISTER)  # bears the time of the last entry
        team.clock.turn(hours=-1)
        with team.open("operator") as operator, pytest.raises(ClockError, match="Set the clock"):
            operator.deployments.list()

    def test_only_some_accept_a_clock_that_is_behind(self, team: Team) -> None:
        add(team, "analyst")
        earlier = team.clock() - timedelta(days=1)
        with refused("LFR01"):
            add(team, "analyst", verb=Verb.CLOCK, utc=earlier)
        add(team, "data-protection-officer", verb=Verb.CLOCK, utc=earlier)
        add(team, "analyst", utc=earlier)

    def test_nobody_keeps_others_from_logging_by_an_entry_of_a_time_to_come(
        self, team: Team
    ) -> None:
        with team.as_owner() as owner:
            owner.team.set_up(clock_apart=timedelta(minutes=5))
        from workbench.records.moments import utc_now

        for apart in (timedelta(days=400), -timedelta(days=1)):
            with refused("LFR03"):
                add(team, "analyst", utc=utc_now() + apart)


class TestIn:
    @pytest.mark.parametrize("role", list(Role))
    @pytest.mark.parametrize(
        "statement",
        [
            "INSERT INTO audit (seq, body, hash) VALUES (99, '{}', 'x')",
            "UPDATE audit SET body = '{}'",
            "DELETE FROM audit",
            "TRUNCATE audit",
            "INSERT INTO audit_head (one, seq, hash, at) VALUES (1, 99, 'x', 'x')",
            "UPDATE audit_head SET seq = 99",
            "DELETE FROM audit_head",
            "TRUNCATE audit_head",
            "DROP TABLE audit",
            "ALTER TABLE audit DISABLE TRIGGER ALL",
            "DROP TRIGGER audit_no_change ON audit",
            "CREATE OR REPLACE FUNCTION audit_append(body text) RETURNS void AS '' LANGUAGE sql",
            "SET ROLE lfr_owner",
            "CREATE TABLE public.audit2 (x int)",
            "CREATE TEMP TABLE audit (x int)",
        ],
    )
    def test_there_is_no_other_way(self, made_team: Team, role: Role, statement: str) -> None:
        with refused("42501"):
            made_team.run(statement, role.value)

    def test_entries_of_several_kernels_are_one_chain(self, team: Team) -> None:
        benches = [team.open(role.value) for role in Role if role is not Role.MANAGER] * 3
        for bench in benches:
            with bench._context.store.writing() as writing:
                actor = bench.actor
                draft = Draft.of(
                    Verb.ADMINISTER, actor=actor.name, role=actor.role, purpose="administration"
                )
                writing.audit(draft)
        with team.open("data-protection-officer") as officer:
            found = officer.audit.verify()
            assert found.ok, found
            assert "signatures were not checked" in found.notes[0]

    def test_a_transaction_that_did_not_log_is_not_kept(self, team: Team) -> None:
        """Whatever a kernel does without the workbench: nothing unlogged."""
        with team.open("analyst") as analyst, analyst._context.store.reading() as connection:
            assert connection.execute(text("SELECT count(*) FROM blue_members")).scalar() == 0
        with refused("42501"):
            team.run(
                "INSERT INTO blue_members VALUES ('PC-7', '[]', 'analyst', '2026-11-25')", "analyst"
            )


class TestSigning:
    def test_the_service_with_the_key_signs_what_kernels_logged(self, team: Team) -> None:
        add(team, "analyst")
        with team.as_owner() as owner:
            key = owner._context.store.log.public_keys[0]
            before = owner.audit.head()
            assert (before.public_key, bool(before.signature)) == (key, True)
            owner.audit.checkpoint()
            witness = owner._context.places.witness
        add(team, "operator")
        lines = [json.loads(line) for line in witness.read_text("utf-8").splitlines()]
        assert all(line["signature"] for line in lines)
        with team.open("data-protection-officer") as officer:
            by_own = officer.audit.verify()
            found = officer.audit.verify(witnesses=[witness], public_key=key)
            assert by_own.ok
            assert found.ok, found
            assert any("the head is not signed" in note for note in found.notes)

    def test_a_log_that_was_put_back_is_found_by_a_persons_own_witness(self, team: Team) -> None:
        add(team, "analyst")
        with team.open("data-protection-officer") as officer:
            officer.audit.verify()
            last = officer.audit.head().seq
        for statement in (
            "ALTER TABLE audit DISABLE TRIGGER ALL",
            "ALTER TABLE audit_head DISABLE TRIGGER ALL",
            f"DELETE FROM audit WHERE seq >= {last:d}",  # noqa: S608 - of the test
            END_OF_LOG,
            "ALTER TABLE audit ENABLE TRIGGER ALL",
            "ALTER TABLE audit_head ENABLE TRIGGER ALL",
        ):
            team.run(statement)
        with team.open("data-protection-officer") as officer:
            kinds = {fault.kind.value for fault in officer.audit.verify().faults}
        assert kinds == {"rollback"}
