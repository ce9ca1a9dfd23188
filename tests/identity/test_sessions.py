"""Where the token of a terminal session is kept, found again and removed."""

from __future__ import annotations

import os
import sys
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from workbench.errors import CredentialError, RecordError
from workbench.identity.credentials import CredentialKey, CredentialSource, issue, verify
from workbench.identity.sessions import (
    CREDENTIAL_VARIABLE,
    SessionFile,
    find,
    session_folder,
)

NOW = datetime(2026, 11, 7, 9, 30, tzinfo=UTC)
EXPIRES = NOW + timedelta(hours=8)
BENCH = "bench-1"
TOKEN = "a-payload.a-signature"  # noqa: S105 - of a test
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs modes of files")


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    """A runtime folder such as the system gives each user."""
    folder = tmp_path / "runtime"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def environ(runtime: Path) -> dict[str, str]:
    return {"XDG_RUNTIME_DIR": str(runtime)}


def session(environ: dict[str, str], bench: str = BENCH) -> SessionFile:
    return SessionFile(bench, session_folder(environ))


def test_nobody_is_logged_in(environ: dict[str, str], runtime: Path) -> None:
    assert find(environ, BENCH, now=NOW) is None
    session(environ).delete()
    assert list(runtime.iterdir()) == []


def test_a_session_is_found_again_and_ends(environ: dict[str, str], runtime: Path) -> None:
    kept = session(environ)
    kept.save(TOKEN, expires=EXPIRES)
    assert find(environ, BENCH, now=NOW) == TOKEN
    assert kept.path.parent == runtime / "lfr-workbench"
    assert kept.path.stat().st_mode & 0o777 == 0o600
    assert kept.path.parent.stat().st_mode & 0o777 == 0o700
    kept.save("another", expires=EXPIRES)
    assert find(environ, BENCH, now=NOW) == "another"
    kept.delete()
    assert find(environ, BENCH, now=NOW) is None
    kept.delete()


def test_with_a_real_token(environ: dict[str, str]) -> None:
    key = CredentialKey.generate()
    token = issue(key, bench=BENCH, actor="ann", source=CredentialSource.USERS_FILE, now=NOW)
    session(environ).save(token, expires=verify(key, token, BENCH, NOW).expires)
    found = find(environ, BENCH, now=NOW)
    assert found is not None
    assert verify(key, found, BENCH, NOW).actor == "ann"


def test_what_expired_is_removed(environ: dict[str, str]) -> None:
    kept = session(environ)
    kept.save(TOKEN, expires=EXPIRES)
    assert find(environ, BENCH, now=EXPIRES - timedelta(microseconds=1)) == TOKEN
    assert kept.path.exists()
    assert find(environ, BENCH, now=EXPIRES) is None
    assert not kept.path.exists()


@pytest.mark.parametrize("bench", ["bench-2", "bench-1/a", "bench-1:a", "BENCH-1", "b" * 100])
def test_each_bench_has_its_own(environ: dict[str, str], bench: str) -> None:
    session(environ).save(TOKEN, expires=EXPIRES)
    other = session(environ, bench)
    other.save("other", expires=EXPIRES)
    assert find(environ, BENCH, now=NOW) == TOKEN
    assert find(environ, bench, now=NOW) == "other"
    other.delete()
    assert find(environ, BENCH, now=NOW) == TOKEN


def test_the_session_of_another_bench_in_its_place(environ: dict[str, str]) -> None:
    kept, other = session(environ), session(environ, "bench-2")
    kept.save(TOKEN, expires=EXPIRES)
    kept.path.rename(other.path)
    with pytest.raises(CredentialError, match=r"is that of another bench\. Log in again"):
        find(environ, "bench-2", now=NOW)


def test_the_environment_wins(environ: dict[str, str]) -> None:
    session(environ).save(TOKEN, expires=EXPIRES)
    assert find({**environ, CREDENTIAL_VARIABLE: "given\n"}, BENCH, now=NOW) == "given"
    assert find({**environ, CREDENTIAL_VARIABLE: " "}, BENCH, now=NOW) == TOKEN


@pytest.mark.parametrize("named", ["", "relative", "/no/such/folder", "file", "open", "link"])
def test_without_a_runtime_folder_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    state = tmp_path / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(state))
    (tmp_path / "file").touch()
    (tmp_path / "open").mkdir(mode=0o755)
    (tmp_path / "own").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "own")
    there = tmp_path / named if named in {"file", "open", "link"} else named
    environ = {"XDG_RUNTIME_DIR": str(there)}
    folder = session_folder(environ)
    if sys.platform == "linux":
        assert folder == state / "lfr-workbench" / "sessions"
    session(environ).save(TOKEN, expires=EXPIRES)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert find(environ, BENCH, now=NOW) == TOKEN
    assert list((tmp_path / "open").iterdir()) == []


def test_a_runtime_folder_of_somebody_else(
    environ: dict[str, str], runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root, to give a folder away")
    os.chown(runtime, 12345, 12345)
    assert runtime not in session_folder(environ).parents


@pytest.mark.parametrize(
    ("file_mode", "folder_mode"), [(0o640, 0o700), (0o604, 0o700), (0o600, 0o755), (0o600, 0o770)]
)
def test_a_session_that_others_could_reach(
    environ: dict[str, str], file_mode: int, folder_mode: int
) -> None:
    kept = session(environ)
    kept.save(TOKEN, expires=EXPIRES)
    kept.path.chmod(file_mode)
    kept.path.parent.chmod(folder_mode)
    with pytest.raises(CredentialError, match=r"open to others.*workbench login") as refusal:
        find(environ, BENCH, now=NOW)
    assert TOKEN not in "".join(traceback.format_exception(refusal.value))


def test_an_open_folder_takes_no_session(environ: dict[str, str]) -> None:
    folder = session_folder(environ)
    folder.mkdir(mode=0o755)
    with pytest.raises(CredentialError, match="must be yours, mode 0700"):
        session(environ).save(TOKEN, expires=EXPIRES)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff", b"[" * 9000, b'{"token": "secret-token"}', TOKEN.encode()],
)
def test_a_damaged_session(environ: dict[str, str], content: bytes) -> None:
    kept = session(environ)
    kept.save(TOKEN, expires=EXPIRES)
    kept.path.write_bytes(content)
    with pytest.raises(CredentialError, match=r"is damaged\. Log in again") as found:
        find(environ, BENCH, now=NOW)
    text = "".join(traceback.format_exception(found.value))
    assert "secret-token" not in text
    assert TOKEN not in text
    kept.save(TOKEN, expires=EXPIRES)
    assert find(environ, BENCH, now=NOW) == TOKEN


def test_an_overlong_session_file(environ: dict[str, str]) -> None:
    kept = session(environ)
    kept.save(TOKEN, expires=EXPIRES)
    kept.path.write_bytes(b" " * 100_000)
    with pytest.raises(CredentialError, match="larger than 16,384 bytes"):
        find(environ, BENCH, now=NOW)


@pytest.mark.parametrize("token", ["", "x" * 5000])
def test_what_can_be_no_token_is_not_kept(environ: dict[str, str], token: str) -> None:
    kept = session(environ)
    with pytest.raises(RecordError, match="the session cannot be used: token"):
        kept.save(token, expires=EXPIRES)
    assert not kept.path.exists()


def test_a_folder_that_cannot_be_made(runtime: Path) -> None:
    (runtime / "lfr-workbench").touch()
    environ = {"XDG_RUNTIME_DIR": str(runtime)}
    with pytest.raises(CredentialError, match=f"cannot be made.*{CREDENTIAL_VARIABLE}"):
        session(environ).save(TOKEN, expires=EXPIRES)


def test_logging_out_leaves_nothing_of_a_cut_off_login(environ: dict[str, str]) -> None:
    kept = session(environ)
    kept.save(TOKEN, expires=EXPIRES)
    left = kept.path.with_name(f".{kept.path.name}.new")
    left.write_text(TOKEN)
    kept.delete()
    contents = b"".join(one.read_bytes() for one in kept.path.parent.iterdir())
    assert contents == b""


def test_no_token_shows(environ: dict[str, str]) -> None:
    kept = session(environ)
    kept.save(TOKEN, expires=EXPIRES)
    for text in (repr(kept), str(kept)):
        assert TOKEN not in text
