"""`workbench team`, run as commands by the owner of the database and by people of the team."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from postgresql_server import PostgresqlServer
from team_bench import PASSWORD, copy_of, make_team, token_of

from workbench.cli import main
from workbench.governance.roles import Role
from workbench.records.moments import utc_now

pytestmark = pytest.mark.slow

Team = Any
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def made_now(
    postgresql: PostgresqlServer, kms: Any, tmp_path_factory: pytest.TempPathFactory
) -> Team:
    """Return a bench on which the clock of the machine counts, as it does for commands."""
    folder = tmp_path_factory.mktemp("now")
    roles = (Role.ADMINISTRATOR, Role.ANALYST)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        return make_team(postgresql, folder, kms.address, clock=utc_now, roles=roles)


@pytest.fixture
def team(made_now: Team, tmp_path: Any, as_anybody: None) -> Team:
    """Return a copy of it."""
    return copy_of(made_now, tmp_path)


@pytest.fixture
def run(
    team: Team, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> Run:
    """Run a command as somebody: `run("owner", "team", "check")`; gives code, output, notes."""
    (tmp_path / "sessions").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "sessions"))
    monkeypatch.setenv("WORKBENCH_KEYS__KMS__ADDRESS", team.kms)
    monkeypatch.setenv("WORKBENCH_KEYS__KMS__KEY", "lfr")
    monkeypatch.setenv("WORKBENCH_KEYS__KMS__TOKEN_VARIABLE", token_of("owner"))

    def run_as(whose: str, *words: str) -> tuple[int, str, str]:
        address = team.owner_address if whose == "owner" else team.address(whose)
        monkeypatch.setenv("WORKBENCH_BENCH", address)
        monkeypatch.setenv("WORKBENCH_KEYS__FOLDER", str(team.folder / whose / "keys"))
        monkeypatch.setenv("WORKBENCH_WITNESS", str(team.folder / whose / "witness"))
        monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
        code = main(list(words))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run_as


@pytest.fixture
def owner(run: Run, monkeypatch: pytest.MonkeyPatch, team: Team) -> Run:
    """Log in as the administrator over the owner's connection."""
    code, _, said = run("owner", "login", "ada", "--password-stdin")
    assert code == 0, said
    return run


def test_what_each_role_can_do(owner: Run) -> None:
    code, out, _ = owner("owner", "team", "check", "--json")
    assert code == 0
    found = json.loads(out)
    assert found["faults"] == []
    assert set(found["access"]["manager"]) >= {"outcome_deployments", "bench"}
    assert "alerts" not in found["access"]["manager"]
    assert found["access"]["data-protection-officer"]["vault_chunks"]["read"] == [
        "object_id",
        "place",
    ]
    code, out, said = owner("owner", "team", "check")
    assert code == 0
    assert "All of it is as it should be." in said
    assert "read 2 of 3, delete" in out


def test_a_right_that_somebody_gave_by_hand_is_found(owner: Run, team: Team) -> None:
    team.run("GRANT SELECT ON alerts TO lfr_manager")
    team.run("GRANT TRUNCATE ON audit TO lfr_reviewer")
    code, out, _ = owner("owner", "team", "check", "--json")
    assert code == 1
    assert json.loads(out)["faults"] == [
        "a reviewer can TRUNCATE on audit, and should -",
        "a manager can read on alerts, and should -",
    ]
    code, _, said = owner("owner", "team", "setup")
    assert (code, said) == (0, "The database keeps the roles of this bench apart.\n")
    assert owner("owner", "team", "check", "--json")[0] == 0


def test_a_person_is_added_with_a_database_user(owner: Run, team: Team) -> None:
    words = (
        "team",
        "add",
        "n.ewman",
        "--role",
        "operator",
        "--database-user",
        f"new_{team.database}",
    )
    code, _, said = owner("owner", *words)
    assert code == 3
    assert "there is no database user" in said
    assert "say --create" in said
    code, out, _ = owner("owner", *words[:3], *words[5:], "--create", "--json")
    assert code == 0, "the account is there by now"
    assert json.loads(out)["role"] == "operator"
    team.server.run(f"ALTER ROLE new_{team.database} PASSWORD '{team.server.password}'")
    code, out, _ = owner(f"new_{team.database}", "whoami", "--json")
    assert code == 0
    assert (json.loads(out)["account"], json.loads(out)["role"]) == ("n.ewman", "operator")
    code, _, said = owner("owner", "team", "add", "ada", "--database-user", "analyst")
    assert code == 3
    assert "is the account analyst already" in said


@pytest.mark.parametrize("words", [("setup",), ("add", "x", "--database-user", "y")])
def test_only_the_owner_of_the_database_does_so(run: Run, words: tuple[str, ...]) -> None:
    code, _, said = run("administrator", "team", *words)
    assert code == 2
    assert "only lfr_owner, who owns the tables, can do that" in said
    code, _, said = run("analyst", "team", "check")
    assert code == 3
    assert "may not list accounts" in said


def test_a_bench_in_a_folder_has_no_team(
    run: Run, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(tmp_path / "bench")
    monkeypatch.delenv("WORKBENCH_KEYS__KMS__ADDRESS")
    monkeypatch.delenv("WORKBENCH_KEYS__KMS__KEY")
    monkeypatch.delenv("WORKBENCH_KEYS__KMS__TOKEN_VARIABLE")
    run("owner", "init", "--bench", folder, "-a", "ada", "--password-stdin")
    code, _, said = run("owner", "login", "ada", "--bench", folder, "--password-stdin")
    assert code == 0, said
    code, _, said = run("owner", "team", "check", "--bench", folder)
    assert code == 2
    assert "lies in a folder, where nobody can be kept apart" in said


def test_people_need_not_log_in_and_cannot(run: Run) -> None:
    code, out, _ = run("analyst", "whoami", "--json")
    assert (code, json.loads(out)["account"]) == (0, "analyst")
    code, _, said = run("analyst", "login", "ada", "--password-stdin")
    assert code == 3
    assert "in a team's store you are whoever your connection is" in said


def test_the_policy_of_a_role_at_the_key_service(run: Run) -> None:
    code, out, _ = run("analyst", "team", "key-policy", "engagement-officer")
    assert code == 0
    assert 'path "transit/decrypt/lfr" {\n  capabilities = ["update"]\n}' in out
    assert "encrypt" not in out
    code, out, _ = run("analyst", "team", "key-policy", "data-protection-officer", "--json")
    assert code == 0
    paths = json.loads(out)["paths"]
    assert [can for path, can in paths.items() if path.endswith("/*")] == [
        ["delete", "list", "read"]
    ]
    code, out, said = run("analyst", "team", "key-policy", "manager")
    assert (code, out) == (0, "")
    assert "needs no token" in said
