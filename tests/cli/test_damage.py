"""Records that were changed in the database by hand: each command says which, and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from alert_values import plant_alert
from command_bench import CommandBench, make_command_bench
from command_runs import Run, runner
from planted import listed, plant_list

from workbench.governance.adjudication import Verdict
from workbench.governance.alerts import AlertState
from workbench.governance.holds import HoldGround
from workbench.records.adjudications import add_verdict
from workbench.records.audit.verbs import Verb

DEEP = "[" * 100_000
WORDS = ("no-such-word", "")
MOMENTS = ("yesterday", "", "2026-11-25")
JSON = ("{", "[]", '"x"', "5", "{}", DEEP)
STREET = "2026-11/STREET-1"
OFFICER = "data-protection-officer"
DEPLOYMENT = (
    ("analyst", "deployment", "show", STREET),
    ("analyst", "deployment", "list"),
    (OFFICER, "retention", "plan"),
)
WHY = ("--justification", "preparing for the deployment of tomorrow")
LIST = (("analyst", "watchlist", "show", STREET, *WHY),)
ASKED = (OFFICER, "enquiry", "ask", "subject-1", "--deployment", STREET, "-j", "request 2026/14")
ALERTS = (
    ("operator", "alert", "list", "--deployment", STREET, *WHY),
    ("analyst", "deployment", "record", STREET),
    (OFFICER, "retention", "plan"),
)
SEARCHES = (("analyst", "deployment", "record", STREET), ("manager", "outcomes"))
RULES = (("analyst", "rules", "show"),)

CASES = [
    ("actors", "role", WORDS, (("administrator", "users", "list"),)),
    ("actors", "rank", WORDS, (("administrator", "users", "list"),)),
    ("bench", "settings", JSON, RULES),
    ("policies", "content", JSON, (("analyst", "policy", "list"),)),
    ("deployments", "state", WORDS, DEPLOYMENT),
    ("deployments", "content", JSON, DEPLOYMENT),
    ("deployments", "authority", JSON, DEPLOYMENT),
    ("deployments", "withdrawal", JSON, DEPLOYMENT),
    ("deployments", "record", JSON, DEPLOYMENT),
    *(
        ("deployments", name, MOMENTS, DEPLOYMENT)
        for name in ("starts", "ends", "created", "changed", "ended")
    ),
    ("sessions", "setup", JSON, SEARCHES),
    ("sessions", "counts", JSON, SEARCHES),
    ("sessions", "stopped_by", WORDS, SEARCHES),
    ("sessions", "started", MOMENTS, SEARCHES),
    ("sessions", "ended", MOMENTS, SEARCHES),
    ("watchlists", "state", WORDS, LIST),
    ("watchlists", "built", MOMENTS, (*LIST, (OFFICER, "retention", "plan"))),
    ("watchlists", "destroyed", MOMENTS, LIST),
    ("watchlist_entries", "category", WORDS, LIST),
    ("watchlist_entries", "state", WORDS, (ASKED,)),
    *(
        ("watchlist_entries", name, JSON, LIST)
        for name in ("content", "quality", "identity_check", "review")
    ),
    ("watchlist_entries", "added", MOMENTS, LIST),
    ("watchlist_entries", "removed", MOMENTS, LIST),
    ("alerts", "state", WORDS, ALERTS),
    ("alerts", "category", WORDS, ALERTS),
    ("alerts", "raised", MOMENTS, ALERTS),
    ("alerts", "decided", MOMENTS, ALERTS),
    ("verdicts", "kind", WORDS, ALERTS),
    ("verdicts", "content", JSON, ALERTS),
    ("holds", "content", JSON, ((OFFICER, "hold", "list"), (OFFICER, "retention", "plan"))),
]


KINDS = {
    "actors": "account",
    "bench": "bench",
    "policies": "policy",
    "deployments": "deployment",
    "sessions": "live search",
    "watchlists": "watchlist",
    "watchlist_entries": "entry",
    "alerts": "alert",
    "verdicts": "what was said about alert",
    "holds": "hold",
}


@dataclass(frozen=True)
class WithTokens(CommandBench):
    """A bench that issues each account's credential once, while its records are whole."""

    tokens: dict[str, str] = field(default_factory=dict)

    def token(self, name: str) -> str:
        """Return a credential of an account."""
        if name not in self.tokens:
            self.tokens[name] = super().token(name)
        return self.tokens[name]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    """Return a bench with a list, a search that has ended, an alert with a verdict and a hold."""
    made = make_command_bench(tmp_path_factory.mktemp("damage"))
    bench = WithTokens(made.folder, made.settings, made.variables)
    bench.apply(reference=STREET)
    with bench.open("operator") as operator:
        plant_list(operator, STREET, listed("subject-1"))
        alert = plant_alert(operator, STREET)
        with operator._context.system(purpose=alert.deployment) as acting:
            verdict = Verdict(
                by="operator",
                verdict=AlertState.TRUE_UNCONFIRMED,
                reason="Compared with the custody photograph.",
                at=acting.now,
            )
            add_verdict(acting.connection, alert.id, verdict)
            acting.log(Verb.ADJUDICATE, [alert.id], details={"place": 1})
    with bench.open(OFFICER) as officer:
        officer.holds.place(
            ground=HoldGround.JUDICIAL,
            reason="The trial begins in January.",
            review_by=officer.now() + timedelta(days=60),
            alerts=[alert.id],
        )
    return bench


@contextmanager
def holding(bench: CommandBench, table: str, column: str, value: str) -> Iterator[None]:
    """Put a value into a column of every row, and put back what was there."""
    records = bench.folder / "records.sqlite"
    only = " WHERE name LIKE 'reviewer%'" if table == "actors" else ""
    with closing(sqlite3.connect(records)) as database, database:
        kept = database.execute(f"SELECT {column}, rowid FROM {table}{only}").fetchall()  # noqa: S608 - named above
        database.execute(f"UPDATE {table} SET {column} = ?{only}", (value,))  # noqa: S608 - likewise
    assert kept
    try:
        yield
    finally:
        with closing(sqlite3.connect(records)) as database, database:
            database.executemany(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", kept)  # noqa: S608 - likewise


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}.{case[1]}")
def test_a_wrong_value_is_named_and_no_fault_of_the_workbench(
    bench: CommandBench,
    run: Run,
    case: tuple[str, str, tuple[str, ...], tuple[tuple[str, ...], ...]],
) -> None:
    table, column, values, commands = case
    for value in values:
        told = []
        for command in commands:
            bench.token(command[0])
            with holding(bench, table, column, value):
                ended = run(*command)
            assert "Traceback" not in ended.err, (value[:20], command, ended.err)
            assert "a fault in the workbench itself" not in ended.err, (
                value[:20],
                command,
                ended.err,
            )
            if ended.code:
                told.append(ended.err)
        if value == values[0]:
            assert told, "no command reads it"
            said = [one for one in told if "was changed or damaged in the database" in one]
            assert any(f"the record of {KINDS[table]}" in one for one in said), told
            assert "workbench audit verify --offline" in said[0]


def test_an_entry_with_a_wrong_category_is_named(bench: CommandBench, run: Run) -> None:
    with closing(sqlite3.connect(bench.folder / "records.sqlite")) as database:
        ((entry,),) = database.execute("SELECT id FROM watchlist_entries").fetchall()
    with holding(bench, "watchlist_entries", "category", "no-such-word"):
        ended = run("analyst", "watchlist", "show", STREET, *WHY)
    assert ended.code == 1
    assert f"the record of entry {entry} was changed or damaged in the database" in ended.err


def test_a_witness_in_no_folder_is_explained(
    bench: CommandBench,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    nowhere = tmp_path / "nowhere"
    variables = {**bench.variables, "WORKBENCH_WITNESS": str(nowhere)}
    run = runner(replace(bench, variables=variables), capsys, monkeypatch)
    ended = run("administrator", "audit", "verify", "--json")
    assert ended.code == 1
    said = ended.out
    assert f"the folder {nowhere} is not there. Mount or make it" in said
    assert "set WORKBENCH_WITNESS to the folder" in said
