"""The local users file: who may log in, and what nobody learns from trying."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher, extract_parameters, profiles

from workbench.errors import CredentialError, KeyStoreError, RecordError, UnknownRecordError
from workbench.identity.attempts import BackOff
from workbench.identity.private_files import write_private
from workbench.identity.users_file import UsersFile

NOW = datetime(2026, 11, 7, 9, 30, tzinfo=UTC)
PASSWORD = "correct horse battery staple"  # noqa: S105 - of a test
OTHER = "another horse, another staple"


@pytest.fixture
def users(tmp_path: Path, cheap: PasswordHasher) -> UsersFile:
    """Ann and Bob, with a salt under which no two names here are counted together."""
    path = tmp_path / "bench" / "users.json"
    write_private(path, b'{"salt": "00000000000000000000000000000000"}', what="the users file")
    users = UsersFile(path, hasher=cheap)
    kept = users._read()
    assert kept is not None
    assert len({kept.bucket(name) for name in ("ann", "bob", "carol")}) == 3
    users.add("Ann", PASSWORD)
    users.add("bob", OTHER)
    return users


def failing(users: UsersFile, name: str, password: str, now: datetime = NOW) -> str:
    """The message with which an attempt fails."""
    with pytest.raises(CredentialError) as refusal:
        users.check(name, password, now)
    text = "".join(traceback.format_exception(refusal.value))
    assert not password or password not in text
    assert "argon2" not in text.rpartition("CredentialError")[2]
    return str(refusal.value)


def hash_of(users: UsersFile, name: str) -> str:
    kept = json.loads(users.path.read_text())["users"]
    return str(next(one["hash"] for one in kept if one["name"] == name))


def test_no_file(tmp_path: Path, cheap: PasswordHasher) -> None:
    users = UsersFile(tmp_path / "none" / "users.json", hasher=cheap)
    assert users.names() == ()
    assert "workbench users add" in failing(users, "ann", PASSWORD)
    with pytest.raises(UnknownRecordError):
        users.remove("ann")
    assert not users.path.exists()


def test_an_empty_file_lets_nobody_in(users: UsersFile) -> None:
    users.remove("Ann")
    users.remove("bob")
    assert users.names() == ()
    assert "is wrong" in failing(users, "ann", PASSWORD)


def test_the_right_password(users: UsersFile) -> None:
    assert users.names() == ("Ann", "bob")
    assert users.check("Ann", PASSWORD, NOW) == "Ann"
    assert users.check("ANN", PASSWORD, NOW) == "Ann"
    assert users.check("\uff42ob", OTHER, NOW) == "bob"


def test_the_password_however_it_is_composed(users: UsersFile) -> None:
    users.set_password("ann", "cafe\u0301 au lait, s.v.p.")
    assert users.check("ann", "café au lait, s.v.p.", NOW) == "Ann"


def test_another_process_reads_the_same(users: UsersFile, cheap: PasswordHasher) -> None:
    assert UsersFile(users.path, hasher=cheap).check("ann", PASSWORD, NOW) == "Ann"


@pytest.mark.parametrize("password", ["", OTHER, PASSWORD + " ", PASSWORD.upper(), "\0", "\ud800"])
@pytest.mark.parametrize(
    "name", ["ann", "carol", "", "ann smith", "x" * 10_000, "\x1b[2J", "\ud800"]
)
def test_whatever_is_wrong_the_answer_is_the_same(
    users: UsersFile, name: str, password: str
) -> None:
    assert failing(users, name, password) == (
        "the account or the password is wrong. Try again, or ask whoever adds users."
    )


@pytest.mark.slow
def test_a_name_that_nobody_has_takes_as_long(tmp_path: Path) -> None:
    users = UsersFile(
        tmp_path / "users.json",
        hasher=PasswordHasher(time_cost=4, memory_cost=16_384, parallelism=1),
        back_off=BackOff(attempts=1000),
    )
    users.add("ann", PASSWORD)
    spent: dict[str, list[float]] = {"ann": [], "carol": []}
    for _ in range(7):
        for name, times in spent.items():
            begun = time.perf_counter()
            failing(users, name, OTHER)
            times.append(time.perf_counter() - begun)
    known, unknown = (min(times) for times in spent.values())
    assert 0.6 < known / unknown < 1.6


def test_the_file_holds_no_password_and_is_private(users: UsersFile) -> None:
    text = users.path.read_text()
    assert PASSWORD not in text
    assert text.count("$argon2id$") == 2
    if sys.platform != "win32":
        assert users.path.stat().st_mode & 0o777 == 0o600
        assert users.path.parent.stat().st_mode & 0o777 == 0o700


def test_equal_passwords_have_different_hashes(users: UsersFile) -> None:
    users.add("carol", PASSWORD)
    assert hash_of(users, "carol") != hash_of(users, "Ann")


def test_the_usual_cost_is_what_the_library_recommends(usual_cost: None, tmp_path: Path) -> None:
    users = UsersFile(tmp_path / "users.json")
    users.add("ann", PASSWORD)
    assert users.check("ann", PASSWORD, NOW) == "ann"
    used, least = extract_parameters(hash_of(users, "ann")), profiles.RFC_9106_LOW_MEMORY
    assert used.type == least.type
    assert used.memory_cost >= least.memory_cost
    assert used.time_cost >= least.time_cost
    assert used.salt_len >= least.salt_len


@pytest.mark.parametrize("name", ["Ann", "ann", "ANN", "\uff21nn"])
def test_two_users_of_one_name(users: UsersFile, name: str) -> None:
    with pytest.raises(RecordError, match="a user Ann already; names are compared without case"):
        users.add(name, OTHER)
    assert users.check("ann", PASSWORD, NOW) == "Ann"


@pytest.mark.parametrize(
    ("name", "password", "reason"),
    [
        ("ann smith", PASSWORD, "SPACE"),
        ("", PASSWORD, "not empty"),
        ("<b>", PASSWORD, "LESS-THAN"),
        ("carol", "too short", "12 to 1,024"),
        ("carol", "with\na line break", "cannot be seen"),
    ],
)
def test_users_that_cannot_be_added(
    users: UsersFile, name: str, password: str, reason: str
) -> None:
    before = users.path.read_bytes()
    with pytest.raises(RecordError, match=reason) as refusal:
        users.add(name, password)
    assert password not in str(refusal.value)
    assert users.path.read_bytes() == before


def test_another_password(users: UsersFile) -> None:
    users.set_password("ANN", OTHER)
    assert users.check("ann", OTHER, NOW) == "Ann"
    assert "is wrong" in failing(users, "ann", PASSWORD)
    with pytest.raises(UnknownRecordError, match="no user of that name"):
        users.set_password("carol", PASSWORD)
    with pytest.raises(RecordError, match="12 to 1,024"):
        users.set_password("ann", "short")


def test_removed(users: UsersFile) -> None:
    users.remove("ANN")
    assert users.names() == ("bob",)
    assert "is wrong" in failing(users, "ann", PASSWORD)
    with pytest.raises(UnknownRecordError, match="workbench users list"):
        users.remove("ann")


def test_an_old_hash_is_replaced_when_its_user_logs_in(users: UsersFile) -> None:
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    later, before = UsersFile(users.path, hasher=stronger), hash_of(users, "Ann")
    failing(later, "ann", OTHER)
    assert hash_of(users, "Ann") == before
    later.check("ann", PASSWORD, NOW)
    after = hash_of(users, "Ann")
    assert extract_parameters(after).time_cost == 2
    later.check("ann", PASSWORD, NOW)
    assert hash_of(users, "Ann") == after
    assert extract_parameters(hash_of(users, "bob")).time_cost == 1


@pytest.mark.parametrize("name", ["ann", "carol"])
def test_repeated_failures_have_to_wait_known_or_not(users: UsersFile, name: str) -> None:
    for _ in range(5):
        assert "is wrong" in failing(users, name, OTHER)
    until = "Try again after 2026-11-07 09:30:30 UTC"
    assert until in failing(users, name, OTHER)
    assert until in failing(users, name.upper(), PASSWORD, NOW + timedelta(seconds=29))
    # Waiting is no failure; the next one doubles the wait.
    after = NOW + timedelta(seconds=30)
    assert "is wrong" in failing(users, name, OTHER, after)
    assert "2026-11-07 09:31:30 UTC" in failing(users, name, OTHER, after)


def test_the_wait_outlives_the_process_and_ends_with_success(
    users: UsersFile, cheap: PasswordHasher
) -> None:
    for _ in range(5):
        failing(users, "ann", OTHER)
    again = UsersFile(users.path, hasher=cheap)
    assert "too many attempts" in failing(again, "ann", PASSWORD)
    assert again.check("bob", OTHER, NOW) == "bob"
    assert again.check("ann", PASSWORD, NOW + timedelta(seconds=30)) == "Ann"
    for _ in range(4):
        failing(again, "ann", OTHER)
    assert again.check("ann", PASSWORD, NOW) == "Ann"


def test_another_password_ends_the_wait(users: UsersFile) -> None:
    for _ in range(5):
        failing(users, "ann", OTHER)
    users.set_password("ann", OTHER)
    assert users.check("ann", OTHER, NOW) == "Ann"


def test_a_clock_set_back_does_not_lock_out(users: UsersFile) -> None:
    for _ in range(5):
        failing(users, "ann", OTHER, NOW + timedelta(days=400))
    assert "2026-11-07 09:30:30 UTC" in failing(users, "ann", PASSWORD)
    assert users.check("ann", PASSWORD, NOW + timedelta(seconds=30)) == "Ann"


def test_what_was_typed_as_a_name_is_not_kept(users: UsersFile) -> None:
    secret = "my-password-by-mistake-1"  # noqa: S105 - of a test
    failing(users, secret, "")
    text = users.path.read_text()
    assert secret not in text
    (bucket,) = json.loads(text)["failures"]
    assert len(bucket) == 3


def test_failures_are_forgotten_on_disk_too(users: UsersFile) -> None:
    failing(users, "carol", OTHER)
    failing(users, "ann", OTHER)
    assert len(json.loads(users.path.read_text())["failures"]) == 2
    users.check("bob", OTHER, NOW + timedelta(hours=25))
    assert json.loads(users.path.read_text())["failures"] == {}


def test_a_login_changes_nothing_on_disk(users: UsersFile) -> None:
    before = users.path.stat().st_ino
    users.check("ann", PASSWORD, NOW)
    assert users.path.stat().st_ino == before


def test_tries_with_many_names_do_not_fill_the_file(users: UsersFile) -> None:
    for number in range(40):
        failing(users, f"{'x' * 1000}{number}", "")
    assert users.path.stat().st_size < 10_000


DAMAGE = {
    "empty": b"",
    "no JSON": b"{",
    "noise": b"\xff\x00\xfe",
    "deep": b"[" * 100_000,
    "a list": b"[]",
    "no salt": b'{"users": []}',
    "another format": b'{"format": "x", "salt": "00000000000000000000000000000000"}',
    "a newer version": b'{"version": 2, "salt": "00000000000000000000000000000000"}',
    "more in it": b'{"salt": "00000000000000000000000000000000", "r\\u001b[2J": 1}',
}


@pytest.mark.parametrize("content", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file(users: UsersFile, content: bytes) -> None:
    users.path.write_bytes(content)
    for act in (
        users.names,
        lambda: users.add("carol", PASSWORD),
        lambda: users.remove("ann"),
        lambda: users.set_password("ann", PASSWORD),
        lambda: users.check("ann", PASSWORD, NOW),
    ):
        with pytest.raises(KeyStoreError, match="is damaged or of another version") as refusal:
            act()
        assert "Restore it from a backup" in str(refusal.value)
        assert str(refusal.value).isprintable()
    assert users.path.read_bytes() == content


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("$argon2id$", "$argon2i$"),
        ("$argon2id$", "$2b$"),
        ("$argon2id$v=19", "$argon2id$v=99"),
        ("m=8", "m=x"),
        ("m=8", "m=80000000"),
        (",p=1$", ",p=1$="),
        ('"Ann"', '"Ann Smith"'),
        ('"Ann"', '"BOB"'),
    ],
)
def test_a_damaged_user(users: UsersFile, old: str, new: str) -> None:
    text = users.path.read_text()
    assert old in text
    users.path.write_text(text.replace(old, new))
    hashes = [one["hash"] for one in json.loads(text)["users"]]
    with pytest.raises(KeyStoreError, match="is damaged") as refusal:
        users.check("ann", PASSWORD, NOW)
    shown = "".join(traceback.format_exception(refusal.value))
    assert not any(one in shown or one[-20:] in shown for one in hashes)
    assert PASSWORD not in str(refusal.value)


def test_a_file_cut_anywhere_is_refused(users: UsersFile) -> None:
    content = users.path.read_bytes().rstrip()
    for length in range(len(content)):
        users.path.write_bytes(content[:length])
        with pytest.raises(KeyStoreError, match="is damaged"):
            users.names()


@pytest.mark.skipif(sys.platform == "win32", reason="needs modes of files")
def test_a_file_that_others_can_read(users: UsersFile) -> None:
    users.path.chmod(0o644)
    with pytest.raises(KeyStoreError, match="open to others"):
        users.check("ann", PASSWORD, NOW)


ADD = """
import sys
from pathlib import Path
from argon2 import PasswordHasher
from workbench.identity.users_file import UsersFile
hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
users = UsersFile(Path(sys.argv[1]), hasher=hasher)
for number in range(10):
    users.add(f"{sys.argv[2]}{number}", "correct horse battery staple")
"""


def test_processes_lose_no_user_of_each_other(tmp_path: Path, cheap: PasswordHasher) -> None:
    path = tmp_path / "users.json"
    ran = [subprocess.Popen([sys.executable, "-c", ADD, str(path), name]) for name in "abc"]
    assert [one.wait(120) for one in ran] == [0, 0, 0]
    names = UsersFile(path, hasher=cheap).names()
    assert names == tuple(f"{letter}{number}" for letter in "abc" for number in range(10))


@pytest.mark.slow
def test_a_process_killed_while_it_adds_leaves_a_whole_file(
    tmp_path: Path, cheap: PasswordHasher
) -> None:
    path = tmp_path / "users.json"
    for round_, letter in enumerate("abcd"):
        with subprocess.Popen([sys.executable, "-c", ADD, str(path), letter]) as one:
            until = time.monotonic() + 60
            while not (path.exists() and f'"{letter}0"' in path.read_text()):
                assert time.monotonic() < until
            time.sleep(0.001 * round_)
            one.kill()
        users = UsersFile(path, hasher=cheap)
        for name in users.names():
            assert users.check(name, PASSWORD, NOW) == name
    users.add("last", PASSWORD)
    assert {one.name for one in tmp_path.iterdir()} == {"users.json", ".users.json.lock"}


GUESS = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from argon2 import PasswordHasher
from workbench.errors import CredentialError
from workbench.identity.users_file import UsersFile
hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
users, tried = UsersFile(Path(sys.argv[1]), hasher=hasher), 0
for _ in range(6):
    try:
        users.check("ann", "a wrong guess", datetime(2026, 11, 7, 9, 30, tzinfo=UTC))
    except CredentialError as error:
        tried += "is wrong" in str(error)
print(tried)
"""


def test_guessing_side_by_side_gains_nothing(users: UsersFile) -> None:
    command = [sys.executable, "-c", GUESS, str(users.path)]
    ran = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert sum(int(one.communicate(timeout=120)[0]) for one in ran) == 5


def test_nothing_secret_shows(users: UsersFile) -> None:
    for text in (repr(users), str(users), repr(users._read())):
        assert "$argon2" not in text
        assert json.loads(users.path.read_text())["salt"] not in text
