"""The local users file: who may log in where neither JupyterHub nor a proxy establishes it.

Passwords are kept as argon2id hashes (RFC 9106) with the parameters that argon2-cffi recommends,
or stronger. A name that nobody has and a wrong password are answered alike: same message, same
work, same wait after repeated failures. What a name did is counted under three hexadecimal digits
of its keyed hash, because people type passwords where names belong, and because that bounds it.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError, VerifyMismatchError
from pydantic import Field, ValidationError, model_validator

from workbench.errors import CredentialError, KeyStoreError, RecordError, UnknownRecordError
from workbench.governance.record import Record
from workbench.identity.accounts import Account, folded, read_account
from workbench.identity.attempts import BackOff, Failures
from workbench.identity.passwords import password_bytes, require_password
from workbench.identity.private_files import locked, read_private, write_private

__all__ = ["UsersFile"]

_WHAT: Final = "the users file"
_LARGEST: Final = 16 * 2**20
_WRONG: Final = "the account or the password is wrong. Try again, or ask whoever adds users."

# Memory of 7 digits of KiB at most: a digit more, by damage, would fill any machine.
_HASH: Final = (
    r"^\$argon2id\$v=19\$m=[1-9][0-9]{0,6},t=[1-9][0-9]{0,2},p=[1-9][0-9]{0,2}"
    r"\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{16,86}$"
)

_Bucket = Annotated[str, Field(pattern=r"^[0-9a-f]{3}$")]


class _User(Record):
    name: Account
    hash: Annotated[str, Field(pattern=_HASH, repr=False)]


class _Users(Record):
    """What the file holds."""

    format: Literal["workbench-users"] = "workbench-users"
    version: Literal[1] = 1
    salt: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", repr=False)]
    users: tuple[_User, ...] = ()
    failures: Mapping[_Bucket, Failures] = {}

    @model_validator(mode="after")
    def _one_name_one_user(self) -> Self:
        if len({folded(user.name) for user in self.users}) != len(self.users):
            msg = "two users have one name"
            raise ValueError(msg)
        return self

    def find(self, name: str) -> _User | None:
        key = folded(name)
        return next((user for user in self.users if folded(user.name) == key), None)

    def bucket(self, name: str) -> str:
        key = folded(name).encode("utf-8", "surrogatepass")
        return hmac.digest(bytes.fromhex(self.salt), key, "sha256").hex()[:3]

    def having(self, user: _User) -> _Users:
        """Return this with `user` in place of one of that name, or added."""
        others = [one for one in self.users if folded(one.name) != folded(user.name)]
        return self._with(users=sorted([*others, user], key=lambda one: folded(one.name)))

    def without(self, user: _User) -> _Users:
        return self._with(users=[one for one in self.users if one != user])

    def as_of(self, back_off: BackOff, now: datetime) -> _Users:
        """Return this with the failures that count now; the rest is forgotten on disk too."""
        counted = {name: back_off.remembered(one, now) for name, one in self.failures.items()}
        return self._with(failures={name: one for name, one in counted.items() if one})

    def noting(self, bucket: str, failures: Failures | None) -> _Users:
        """Return this with other failures of a bucket, or with none."""
        noted = {name: found for name, found in self.failures.items() if name != bucket}
        return self._with(failures=noted if failures is None else {**noted, bucket: failures})

    def _with(self, **changed: object) -> _Users:
        return _Users.model_validate({**dict(self), **changed})


class UsersFile:
    """Accounts and the hashes of their passwords, in one file that its owner alone can read.

    Processes that change it or log in take turns; one that waits for half a minute raises
    `StoreBusyError`.
    """

    def __init__(
        self, path: Path, *, hasher: PasswordHasher | None = None, back_off: BackOff | None = None
    ) -> None:
        """Name the file; it need not be there yet.

        Args:
            path: the file (JSON, mode 0600).
            hasher: parameters of new hashes; the library's own if not given. An older hash is
                replaced when its user next logs in.
            back_off: how long to wait after repeated failures.
        """
        self._path = Path(path)
        self._hasher = hasher or PasswordHasher()
        self._back_off = back_off or BackOff()

    @property
    def path(self) -> Path:
        """Where the users are kept."""
        return self._path

    def names(self) -> tuple[str, ...]:
        """Return the accounts in order; none where there is no file.

        Raises:
            KeyStoreError: when the file is open to others, damaged or cannot be read.
        """
        users = self._read()
        return () if users is None else tuple(user.name for user in users.users)

    def add(self, name: str, password: str) -> str:
        """Add a user and return the name as it is kept.

        Raises:
            RecordError: when the name is none or taken, or the password cannot be used.
            KeyStoreError: when the file is damaged or cannot be written; it is left as it was.
        """
        name = read_account(name)
        user = _User(name=name, hash=self._hash(require_password(password)))

        def added(users: _Users) -> _Users:
            if taken := users.find(name):
                msg = (
                    f"there is a user {taken.name} already; names are compared without case. "
                    "Choose another name, or set the password of that user."
                )
                raise RecordError(msg)
            return users.having(user)

        self._change(added)
        return name

    def set_password(self, name: str, password: str) -> None:
        """Give a user another password; failed attempts before are forgotten.

        Raises:
            UnknownRecordError: when there is no such user.
            RecordError: when the password cannot be used.
            KeyStoreError: when the file is damaged or cannot be written; it is left as it was.
        """
        hashed = self._hash(require_password(password))

        def changed(users: _Users) -> _Users:
            user = _User(name=self._known(users, name).name, hash=hashed)
            return users.having(user).noting(users.bucket(name), None)

        self._change(changed)

    def remove(self, name: str) -> None:
        """Remove a user; what they did stays on record under their name.

        Raises:
            UnknownRecordError: when there is no such user.
            KeyStoreError: when the file is damaged or cannot be written; it is left as it was.
        """
        self._change(lambda users: users.without(self._known(users, name)))

    def check(self, name: str, password: str, now: datetime) -> str:
        """Return the account that name and password are those of.

        Args:
            name: as it was typed.
            password: likewise; it is neither kept nor logged.
            now: with a time zone.

        Raises:
            CredentialError: when they are not those of a user, or the name has to wait; whether
                there is such a user is not told.
            KeyStoreError: when the file is damaged, or a failure cannot be noted.
        """
        self._read_existing()  # or a lock would be left beside what is not there
        # Attempts are taken one at a time, so that none slips past the count of failures.
        with locked(self._path, what=_WHAT):
            kept = self._read_existing()
            users, bucket = kept.as_of(self._back_off, now), kept.bucket(name)
            failures = users.failures.get(bucket)
            if moment := self._back_off.open_from(failures, now):
                if users != kept:
                    self._write(users)
                msg = (
                    f"too many attempts failed for this name. Try again after "
                    f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC, or ask whoever adds users."
                )
                raise CredentialError(msg)
            user = users.find(name)
            if not self._matches(user, password) or user is None:
                self._write(users.noting(bucket, self._back_off.after_failure(failures, now)))
                raise CredentialError(_WRONG)
            after = users.noting(bucket, None)
            if self._hasher.check_needs_rehash(user.hash):
                hashed = self._hash(password_bytes(password))
                after = after.having(_User(name=user.name, hash=hashed))
            if after != kept:
                self._write(after)
            return user.name

    def _matches(self, user: _User | None, password: str) -> bool:
        """Compare; for a name that nobody has, the same work is done."""
        content = password_bytes(password)
        if user is None:
            self._hash(content)
            return False
        try:
            return self._hasher.verify(user.hash, content)
        except VerifyMismatchError:
            return False
        except InvalidHashError:
            raise self._damaged(reason="a hash is none") from None
        except Argon2Error as error:
            raise self._damaged(reason=f"a hash cannot be checked: {error}") from None

    def _hash(self, content: bytes) -> str:
        try:
            return self._hasher.hash(content)
        except Argon2Error as error:
            msg = f"a password hash cannot be computed ({error}). Free some memory and try again."
            raise KeyStoreError(msg) from None

    @staticmethod
    def _known(users: _Users, name: str) -> _User:
        if user := users.find(name):
            return user
        msg = (
            "there is no user of that name in the users file. Have an administrator list them: "
            "workbench users list."
        )
        raise UnknownRecordError(msg)

    def _change(self, change: Callable[[_Users], _Users]) -> None:
        with locked(self._path, what=_WHAT):
            self._write(change(self._read() or self._fresh()))

    @staticmethod
    def _fresh() -> _Users:
        return _Users(salt=secrets.token_hex(16))

    def _read_existing(self) -> _Users:
        if users := self._read():
            return users
        msg = (
            f"there is no users file {self._path}. Have an administrator add one: workbench users "
            "add."
        )
        raise CredentialError(msg)

    def _read(self) -> _Users | None:
        content = read_private(self._path, what=_WHAT, largest=_LARGEST)
        if content is None:
            return None
        try:
            return _Users.model_validate_json(content)
        except ValidationError as error:
            faults = error.errors(include_url=False, include_input=False, include_context=False)
            fault = faults[0]
            place = ".".join(str(part) for part in fault["loc"]) or "as a whole"
            if not place.isprintable():
                place = "as a whole"
            raise self._damaged(reason=f"{place}: {fault['type']}") from None

    def _write(self, users: _Users) -> None:
        content = users.model_dump_json(indent=1).encode("utf-8")
        write_private(self._path, content + b"\n", what=_WHAT)

    def _damaged(self, reason: str) -> KeyStoreError:
        return KeyStoreError(
            f"{_WHAT} {self._path} is damaged or of another version ({reason}). Restore it from a "
            "backup, or move it away and add the users anew."
        )
