"""`init`, `login`, `logout`, `whoami`, `roles`, `users` and `upgrade`, as people type them."""

from __future__ import annotations

import getpass
import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from command_runs import Ended
from later_schema import a_later_version

from workbench.cli import main
from workbench.governance.permissions import PERMISSIONS
from workbench.governance.roles import Role

pytestmark = pytest.mark.slow

PASSWORD = "a long enough password"  # noqa: S105 - of accounts in a temporary folder
OTHER = "another long password"

Run = Callable[..., Ended]


class Terminal(io.StringIO):
    """Standard input that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command at a terminal of one's own; `stdin` is what is typed ahead."""
    (tmp_path / "run").mkdir(mode=0o700)
    for name, value in {
        "WORKBENCH_BENCH": tmp_path / "bench",
        "WORKBENCH_KEYS__FOLDER": tmp_path / "keys",
        "WORKBENCH_WITNESS": tmp_path / "witness",
        "XDG_RUNTIME_DIR": tmp_path / "run",
        "COLUMNS": 200,
    }.items():
        monkeypatch.setenv(name, str(value))
    for name in ("WORKBENCH_CREDENTIAL", "WORKBENCH_DEBUG"):
        monkeypatch.delenv(name, raising=False)

    def run(*words: str, stdin: str | None = "") -> Ended:
        """Run with what is piped in; a terminal where that is `None`."""
        monkeypatch.setattr(sys, "stdin", Terminal() if stdin is None else io.StringIO(stdin))
        capsys.readouterr()
        code = main(list(words))
        found = capsys.readouterr()
        return Ended(code, found.out, found.err)

    return run


@pytest.fixture
def made(run: Run) -> Run:
    """The same, with a bench whose administrator is logged in."""
    ended = run("init", "--administrator", "ada", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert ended.code == 0, ended.err
    ended = run("login", "ada", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert ended.code == 0, ended.err
    return run


# init


def test_a_new_bench_says_what_to_back_up_and_what_never(tmp_path: Path, run: Run) -> None:
    ended = run("init", "-a", "ada", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert ended.code == 0, ended.err
    said = " ".join(ended.err.split())
    assert f"Back up {tmp_path / 'bench'}" in said
    assert f"Never back up {tmp_path / 'keys'}" in said
    assert f"Keep {tmp_path / 'witness'}" in said
    assert "made anew at least every 24 hours" in said
    assert "every process of the operating-system user that owns it is trusted" in said
    assert "workbench login ada" in said
    assert PASSWORD not in said


def test_the_same_as_json(tmp_path: Path, run: Run) -> None:
    ended = run(
        "init", "-a", "ada", "--kind", "demonstration", "--password-stdin", "--json",
        stdin=f"{PASSWORD}\n",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    assert ended.said["kind"] == "demonstration"
    assert ended.said["keys_restorable_hours"] == 24
    assert ended.said["back_up"] == str(tmp_path / "bench")


def test_the_rules_of_a_force_come_from_a_file(tmp_path: Path, run: Run) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text("needs_equity = true\n[ranks]\nleast = 'chief-superintendent'\n", "utf-8")
    words = ("init", "-a", "ada", "--password-stdin", "--rules", str(rules))
    assert run(*words, stdin=f"{PASSWORD}\n").code == 0
    rules.write_text("needs_nothing = true\n", "utf-8")
    ended = run(*words, "--bench", str(tmp_path / "other"), stdin=f"{PASSWORD}\n")
    assert ended.code == 1
    assert "needs_nothing" in ended.err
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("stdin", "code", "said"),
    [
        ("", 2, "--password-stdin found standard input empty"),
        ("short\n", 1, "12 to 1,024 characters"),
    ],
)
def test_a_bench_needs_a_password(
    tmp_path: Path, run: Run, stdin: str, code: int, said: str
) -> None:
    ended = run("init", "-a", "ada", "--password-stdin", stdin=stdin)
    assert (ended.code, said in ended.err) == (code, True), ended.err
    assert not (tmp_path / "bench").exists()


def test_without_a_terminal_there_is_nobody_to_ask(run: Run) -> None:
    ended = run("init", "-a", "ada")
    assert ended.code == 2
    assert "Hand it over by --password-stdin" in ended.err


def test_a_password_is_typed_twice(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed: Iterator[str] = iter([PASSWORD, OTHER, PASSWORD, PASSWORD])
    asked: list[str] = []

    def ask(prompt: str = "") -> str:
        asked.append(prompt)
        return next(typed)

    monkeypatch.setattr(getpass, "getpass", ask)
    ended = run("init", "-a", "ada", stdin=None)
    assert ended.code == 1
    assert "the two passwords differ" in ended.err
    assert not (tmp_path / "bench").exists()
    assert run("init", "-a", "ada", stdin=None).code == 0
    assert asked[:2] == ["New password of ada: ", "The same once more: "]


def test_a_password_that_cannot_be_used_is_refused_before_it_is_typed_again(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask(prompt: str = "") -> str:
        asked.append(prompt)
        return "short"

    monkeypatch.setattr(getpass, "getpass", ask)
    ended = run("init", "-a", "ada", stdin=None)
    assert (ended.code, "12 to 1,024 characters" in ended.err) == (1, True), ended.err
    assert asked == ["New password of ada: "]
    assert not (tmp_path / "bench").exists()


def test_a_password_is_no_option(run: Run) -> None:
    ended = run("init", "-a", "ada", "--password", PASSWORD)
    assert ended.code == 2
    assert PASSWORD not in ended.err


# login, logout, whoami


def test_a_session_from_login_to_logout(tmp_path: Path, made: Run) -> None:
    said = made("whoami", "--json").said
    assert (said["account"], said["role"], said["kind"]) == ("ada", "administrator", "operational")
    assert "administrator" in made("whoami").out
    (session,) = (tmp_path / "run").rglob("*.session")
    assert not session.stat().st_mode & 0o077
    assert made("logout").code == 0
    assert list((tmp_path / "run").rglob("*.session")) == []
    ended = made("whoami")
    assert ended.code == 3
    assert "nobody is logged in to this bench" in ended.err
    assert made("logout", "--json").said["was_logged_in"] is False


def test_login_says_what_the_store_cannot_promise(made: Run) -> None:
    ended = made("login", "ADA", "--password-stdin", "--json", stdin=PASSWORD)
    assert ended.said["account"] == "ada"
    assert "every process of the operating-system user" in ended.err
    assert "every process" not in made("whoami").err


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(made: Run) -> None:
    said = set()
    for name in ("ada", "nobody", "ada\x1b[2J"):
        ended = made("login", name, "--password-stdin", stdin=f"{OTHER}\n")
        assert ended.code == 3
        assert OTHER not in ended.err
        said.add(ended.err)
    (only,) = said
    assert "the account or the password is wrong" in only


def test_no_bench_is_said_with_what_to_do(run: Run) -> None:
    for words in (("whoami",), ("logout",), ("login", "ada", "--password-stdin")):
        ended = run(*words, stdin=f"{PASSWORD}\n")
        assert ended.code == 1
        assert "is no bench. Make one with workbench init" in ended.err


def test_a_session_that_others_could_change_is_not_trusted(tmp_path: Path, made: Run) -> None:
    (session,) = (tmp_path / "run").rglob("*.session")
    session.chmod(0o644)
    ended = made("whoami")
    assert ended.code == 3
    assert "workbench logout, then workbench login" in ended.err


# roles


def test_the_table_of_roles_is_printed_whole(run: Run) -> None:
    said = run("roles", "--json").said["roles"]
    assert {one["role"]: set(one["permissions"]) for one in said} == {
        role.value: {permission.value for permission in PERMISSIONS[role]} for role in Role
    }
    shown = run("roles").out
    for role in Role:
        assert role.value in shown
    assert "give a deployment its authority" in shown


# users


def test_accounts_from_the_first_to_the_last(made: Run) -> None:
    ended = made(
        "users", "add", "s.reid", "--role", "authorising-officer", "--rank", "superintendent",
        "--display", "Sam <b>Reid</b> [red]", "--password-stdin", "--json", stdin=f"{OTHER}\n",
    )  # fmt: skip
    assert ended.said["rank"] == "superintendent"
    assert made("users", "add", "hub.ann", "--role", "analyst", "--no-password").code == 0
    listed = made("users", "list").out
    assert "Sam <b>Reid</b> [red]" in listed
    assert made("users", "change", "hub.ann", "--role", "reviewer").code == 0
    assert made("users", "disable", "HUB.ANN").code == 0
    rows = {one["account"]: one for one in made("users", "list", "--json").said["users"]}
    assert (rows["hub.ann"]["role"], rows["hub.ann"]["active"]) == ("reviewer", False)
    assert made("users", "change", "hub.ann", "--enable", "--json").said["active"] is True
    assert made("login", "s.reid", "--password-stdin", stdin=f"{OTHER}\n").code == 0
    ended = made("users", "list")
    assert ended.code == 3
    assert "may not list accounts" in ended.err


REFUSED = [
    (("add", "ADA", "--role", "analyst"), 3, "there is an account ada already"),
    (("add", "a b", "--role", "analyst"), 1, "an account name holds letters"),
    (("add", "x", "--role", "authorising-officer"), 3, "Name it with rank"),
    (("add", "x", "--role", "god"), 2, "god"),
    (("add", "x", "--role", "analyst", "--rank", "sheriff"), 2, "there is no rank 'sheriff'"),
    (("change", "ada", "--role", "analyst"), 3, "nobody changes an account of their own"),
    (("change", "nobody", "--enable"), 1, "there is no account nobody"),
    (("change", "ada"), 2, "nothing was to be changed"),
    (("disable", "no\x1bbody"), 1, "there is no account no\\x1bbody"),
    (("add", "x", "--role", "analyst", "--no-password"), 2, "exclude each other"),
]


def test_what_is_refused_of_accounts(made: Run) -> None:
    for words, code, said in REFUSED:
        extra = ("--password-stdin",) if words[0] == "add" else ()
        ended = made("users", *words, *extra, stdin=f"{OTHER}\n")
        assert (ended.code, said in ended.err) == (code, True), (words, ended.err)
        assert "\x1b" not in ended.err
    assert len(made("users", "list", "--json").said["users"]) == 1


def test_passwords_are_set_by_their_owner_and_by_an_administrator(made: Run) -> None:
    made("users", "add", "ann", "--role", "analyst", "--password-stdin", stdin=f"{OTHER}\n")
    ended = made("users", "password", "ann", "--password-stdin", stdin="set by another one\n")
    assert ended.code == 0, ended.err
    assert made("login", "ann", "--password-stdin", stdin="set by another one\n").code == 0
    ended = made("users", "password", "ada", "--password-stdin", stdin="x" * 20 + "\n")
    assert ended.code == 3
    own = f"set by another one\n{OTHER}\n"
    ended = made("users", "password", "--password-stdin", "--json", stdin=own)
    assert ended.said == {"account": "ann", "changed": "password"}
    assert made("login", "ann", "--password-stdin", stdin=f"{OTHER}\n").code == 0


# upgrade


def test_a_bench_of_this_version_needs_no_upgrade(made: Run) -> None:
    ended = made("upgrade", "ada", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert ended.code == 0, ended.err
    assert "nothing was done" in ended.err


def test_an_older_bench_is_brought_to_this_version(
    made: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_later_version(tmp_path, monkeypatch)
    ended = made("whoami")
    assert ended.code == 1
    assert "run workbench upgrade" in ended.err
    ended = made("upgrade", "ada", "--password-stdin", "--json", stdin=f"{PASSWORD}\n")
    assert ended.said["after"] == "next"
    assert made("whoami").code == 0


def test_every_result_as_json_is_json(made: Run) -> None:
    commands: list[tuple[str, ...]] = [("whoami",), ("roles",), ("users", "list"), ("logout",)]
    for words in commands:
        found: dict[str, Any] = json.loads(made(*words, "--json").out)
        assert found
