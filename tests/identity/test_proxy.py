"""A reverse proxy as the source: believed beside its secret, and never on a role."""

from __future__ import annotations

import copy
import pickle
import sys
import traceback
from pathlib import Path

import pytest

from workbench.errors import CredentialError, KeyStoreError
from workbench.identity.proxy import (
    ROLE_HEADER,
    SECRET_HEADER,
    USER_HEADER,
    ProxySecret,
    from_headers,
    strip,
)

TEXT = "s3cret-of-this-proxy-0123456789-abcdef"
SECRET = ProxySecret(TEXT)
USER, SHOWN = (USER_HEADER, "ann"), (SECRET_HEADER, TEXT)
HOST = ("Host", "workbench.example")

Headers = list[tuple[str, str]]


@pytest.mark.parametrize(
    "headers",
    [
        [USER, SHOWN],
        [HOST, SHOWN, USER],
        [("x-workbench-user", "ann"), ("X-WORKBENCH-PROXY-SECRET", TEXT)],
        [(USER_HEADER, " ann\t"), (SECRET_HEADER, f" {TEXT} ")],
    ],
)
def test_the_proxy_is_believed(headers: Headers) -> None:
    user = from_headers(headers, SECRET)
    assert (user.account, user.note) == ("ann", "")


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ([], "did not come through the proxy: it lacks X-Workbench-Proxy-Secret. Use the address"),
        ([HOST], "did not come through the proxy"),
        ([USER], "names a user in X-Workbench-User, which proves nothing"),
        ([USER, (ROLE_HEADER, "administrator")], "which proves nothing"),
        ([USER, (SECRET_HEADER, "")], "X-Workbench-Proxy-Secret is wrong"),
        ([USER, (SECRET_HEADER, TEXT[:-1])], "is wrong"),
        ([USER, (SECRET_HEADER, TEXT + "x")], "is wrong"),
        ([USER, (SECRET_HEADER, TEXT.upper())], "is wrong"),
        ([USER, (SECRET_HEADER, f"{TEXT},{TEXT}")], "is wrong"),
        ([USER, (SECRET_HEADER, "é\ud800")], "is wrong"),
        ([SHOWN], "names no user in X-Workbench-User. Log in at the proxy"),
        ([SHOWN, (USER_HEADER, "")], "names no user"),
        ([SHOWN, (USER_HEADER, " ")], "names no user"),
        ([SHOWN, USER, USER], "has X-Workbench-User 2 times"),
        ([SHOWN, USER, (USER_HEADER, "boss")], "has X-Workbench-User 2 times"),
        ([SHOWN, USER, ("x_workbench_user", "boss")], "has X-Workbench-User 2 times"),
        ([SHOWN, USER, ("X-WORKBENCH-USER ", "boss")], "has X-Workbench-User 2 times"),
        ([SHOWN, SHOWN, USER], "has X-Workbench-Proxy-Secret 2 times"),
        ([(SECRET_HEADER, "guess"), SHOWN, USER], "has X-Workbench-Proxy-Secret 2 times"),
        ([USER, USER], "has X-Workbench-User 2 times"),
        ([SHOWN, (USER_HEADER, "ann, boss")], "that the proxy gives you cannot be used"),
        ([SHOWN, (USER_HEADER, "ann boss")], "SPACE"),
        ([SHOWN, (USER_HEADER, "\x1b[2J")], r"U\+001B"),
        ([SHOWN, (USER_HEADER, "x" * 10_000)], "at most 64"),
    ],
)
def test_what_is_refused(headers: Headers, reason: str) -> None:
    with pytest.raises(CredentialError, match=reason) as refusal:
        from_headers(headers, SECRET)
    text = "".join(traceback.format_exception(refusal.value))
    assert TEXT not in text
    assert TEXT[:-1] not in text
    assert "guess" not in str(refusal.value)


def test_a_role_is_ignored_and_said_so() -> None:
    user = from_headers([USER, SHOWN, (ROLE_HEADER, "administrator")], SECRET)
    assert user.account == "ann"
    assert user.note.startswith("X-Workbench-Role was ignored")
    assert "administrator" not in repr(user)


@pytest.mark.parametrize(
    ("headers", "left"),
    [
        ([], []),
        ([HOST], [HOST]),
        ([USER, HOST, SHOWN, ("Accept", "*/*")], [HOST, ("Accept", "*/*")]),
        ([USER, USER, SHOWN, SHOWN], []),
        ([("x-workbench-user", "a"), ("X_WORKBENCH_PROXY_SECRET", "b"), HOST], [HOST]),
        ([(ROLE_HEADER, "administrator"), HOST], [HOST]),
        ([HOST, HOST], [HOST, HOST]),
        ([("X-Workbench-Users", "a")], [("X-Workbench-Users", "a")]),
    ],
)
def test_what_a_client_may_not_send_is_taken_out(headers: Headers, left: Headers) -> None:
    assert strip(headers) == left
    with pytest.raises(CredentialError, match="did not come through the proxy"):
        from_headers(strip(headers), SECRET)


@pytest.mark.parametrize(
    "text", ["", "x" * 31, "x" * 1025, "x" * 31 + " " + "x", "x" * 40 + "\n", "é" * 40, "\0" * 40]
)
def test_what_is_no_secret(text: str) -> None:
    with pytest.raises(KeyStoreError, match="32 to 1,024 characters") as refusal:
        ProxySecret(text)
    assert not text or text not in str(refusal.value)


def test_a_secret_never_shows() -> None:
    for text in (repr(SECRET), str(SECRET), f"{SECRET}", repr([SECRET])):
        assert TEXT not in text
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(SECRET)
    with pytest.raises(TypeError, match="not pickled"):
        copy.copy(SECRET)


@pytest.mark.skipif(sys.platform == "win32", reason="needs modes of files")
def test_a_secret_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "proxy.secret"
    created = ProxySecret.create(path)
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text().strip()
    assert created.matches(text)
    assert ProxySecret.load(path).matches(text)
    with pytest.raises(KeyStoreError, match="there already"):
        ProxySecret.create(path)
    path.chmod(0o604)
    with pytest.raises(KeyStoreError, match="open to others") as refusal:
        ProxySecret.load(path)
    assert text not in str(refusal.value)


def test_no_secret_file_or_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(KeyStoreError, match="is not there"):
        ProxySecret.load(tmp_path / "none")
    path = tmp_path / "empty"
    path.touch(mode=0o600)
    with pytest.raises(KeyStoreError, match="32 to 1,024 characters"):
        ProxySecret.load(path)
