"""Where `workbench login` keeps the token of a terminal session, and how it is found again.

A file for each bench, in the runtime folder that the system empties when its user logs out
(XDG Base Directory Specification, `XDG_RUNTIME_DIR`), or in the user's state folder. Logging out
removes it, and so does whatever first finds it expired.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

from platformdirs import user_state_path
from pydantic import Field, ValidationError

from workbench.errors import CredentialError, KeyStoreError
from workbench.governance.record import Record
from workbench.governance.text import Identifier, Moment
from workbench.identity.private_files import locked, read_private, remove_private, write_private

__all__ = ["CREDENTIAL_VARIABLE", "SessionFile", "find", "session_folder"]

CREDENTIAL_VARIABLE: Final = "WORKBENCH_CREDENTIAL"
"""Environment variable whose token is used before that of any session."""

_NAME: Final = "lfr-workbench"
_RUNTIME: Final = "XDG_RUNTIME_DIR"
_WHAT: Final = "the session file"
_LARGEST: Final = 16 * 2**10


class _Session(Record):
    bench: Identifier
    expires: Moment
    token: Annotated[str, Field(min_length=1, max_length=4096, repr=False)]


class SessionFile:
    """The token of one bench, in a file that its owner alone can read."""

    def __init__(self, bench: str, folder: Path) -> None:
        """Name the session.

        Args:
            bench: id of the bench.
            folder: where sessions are kept, from `session_folder`; made when first needed.
        """
        self._bench = bench
        self._folder = folder
        # An id may hold what no file's name can.
        digest = hashlib.sha256(bench.encode("utf-8", "surrogatepass")).hexdigest()
        self._path = folder / f"{digest[:32]}.session"

    @property
    def path(self) -> Path:
        """Where the token is kept."""
        return self._path

    def save(self, token: str, *, expires: datetime) -> None:
        """Keep a token in place of an earlier one.

        Args:
            token: as `issue` made it.
            expires: when it ceases to be good, with a time zone.

        Raises:
            CredentialError: when the folder or the file cannot be made for its owner alone.
            RecordError: when this can be no token.
        """
        kept = _Session.read(
            {"bench": self._bench, "expires": expires, "token": token}, what="the session"
        )
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _require_private_folder(self._folder)
            with locked(self._path, what=_WHAT):
                content = kept.model_dump_json().encode("utf-8")
                write_private(self._path, content, what=_WHAT)
        except OSError as error:
            msg = (
                f"the folder {self._folder} for sessions cannot be made ({error.strerror}). Check "
                f"its permissions, or hand the credential over in {CREDENTIAL_VARIABLE}."
            )
            raise CredentialError(msg) from None
        except KeyStoreError as error:
            raise CredentialError(str(error)) from None

    def read(self, now: datetime) -> str | None:
        """Return the token, or `None` where there is none; one that expired is removed.

        Raises:
            CredentialError: when others could have read or changed the file, or it is damaged.
        """
        try:
            content = read_private(self._path, what=_WHAT, largest=_LARGEST)
            if content is None:
                return None
            _require_private_folder(self._folder)
            kept = _Session.model_validate_json(content)
        except KeyStoreError as error:
            msg = f"{error} To start over: workbench logout, then workbench login."
            raise CredentialError(msg) from None
        except ValidationError:
            raise self._not_ours(fault="is damaged") from None
        if kept.bench != self._bench:
            raise self._not_ours(fault="is that of another bench")
        if now >= kept.expires:
            self.delete()
            return None
        return kept.token

    def delete(self) -> None:
        """Remove the token, if there is one.

        Raises:
            CredentialError: when it cannot be removed.
        """
        if not self._folder.is_dir():
            return
        try:
            with locked(self._path, what=_WHAT):
                remove_private(self._path, what=_WHAT)
        except KeyStoreError as error:
            raise CredentialError(str(error)) from None

    def _not_ours(self, fault: str) -> CredentialError:
        return CredentialError(f"{_WHAT} {self._path} {fault}. Log in again: workbench login.")


def session_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder for sessions; it is not made.

    That is in `XDG_RUNTIME_DIR` where this names a folder of the user's own that nobody else can
    enter, as its specification demands, and in the user's state folder otherwise.
    """
    named = environ.get(_RUNTIME, "")
    if named and Path(named).is_absolute():
        try:
            _require_private_folder(Path(named))
        except KeyStoreError:
            pass
        else:
            return Path(named) / _NAME
    return user_state_path(_NAME) / "sessions"


def find(environ: Mapping[str, str], bench: str, *, now: datetime) -> str | None:
    """Return the token to use for a bench, or `None` where nobody is logged in.

    Args:
        environ: the environment; `WORKBENCH_CREDENTIAL` wins over a session.
        bench: id of the bench.
        now: with a time zone.

    Raises:
        CredentialError: when the session's file cannot be trusted.
    """
    if token := environ.get(CREDENTIAL_VARIABLE, "").strip():
        return token
    return SessionFile(bench, session_folder(environ)).read(now)


def _require_private_folder(folder: Path) -> None:
    try:
        found = folder.lstat()
    except (OSError, ValueError):
        msg = f"the folder {folder} for sessions cannot be read. Check its permissions."
        raise KeyStoreError(msg) from None
    if not stat.S_ISDIR(found.st_mode):
        msg = f"{folder} for sessions is no folder. Remove it, or move it away."
        raise KeyStoreError(msg)
    if sys.platform != "win32" and (found.st_uid != os.geteuid() or found.st_mode & 0o077):
        msg = f"the folder {folder} for sessions is open to others. It must be yours, mode 0700."
        raise KeyStoreError(msg)
