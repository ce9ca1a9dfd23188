"""Passwords: typed at a prompt that shows nothing, or read from standard input; never an option."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated, TypeAlias

import typer

from workbench.errors import RecordError, UsageError

__all__ = ["PasswordStdin", "asked_password", "new_password"]

PasswordStdin: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--password-stdin", help="Read the password from the first line of standard input."
    ),
]

_LONGEST_LINE = 8192


def asked_password(*, from_stdin: bool, prompt: str = "Password: ") -> str:
    """Return a password that somebody has.

    Raises:
        UsageError: when there is neither a terminal to ask at nor a line to read.
    """
    if from_stdin:
        line = sys.stdin.readline(_LONGEST_LINE)
        if not line:
            msg = "--password-stdin found standard input empty. Write the password to it."
            raise UsageError(msg)
        return line.rstrip("\r\n")
    if not sys.stdin.isatty():
        msg = "there is no terminal to ask for the password at. Hand it over by --password-stdin."
        raise UsageError(msg)
    return getpass.getpass(prompt)


def new_password(*, from_stdin: bool, of: str) -> str:
    """Return a password that somebody chooses, typed twice at a prompt.

    One that cannot be used is refused there before it is asked for again.

    Raises:
        RecordError: when it cannot be used, or the two differ.
        UsageError: when there is neither a terminal to ask at nor a line to read.
    """
    from workbench.identity.passwords import require_password  # noqa: PLC0415 - quick `--help`

    password = asked_password(from_stdin=from_stdin, prompt=f"New password of {of}: ")
    if from_stdin:
        return password
    require_password(password)
    if getpass.getpass("The same once more: ") != password:
        msg = "the two passwords differ, so neither was taken. Type it again."
        raise RecordError(msg)
    return password
