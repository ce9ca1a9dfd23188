"""The process that drives Ray: what it begins with, and what of the bench it never sees.

It is another program than the bench and not a part of it: of the variables of the bench, which may
hold the master key, tokens and logins, it and all that Ray begins get those that are named here.
"""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

__all__ = ["TOKEN_VARIABLE", "Start", "begin_driver", "environment"]

TOKEN_VARIABLE: Final = "RAY_AUTH_TOKEN"  # noqa: S105 - the name of it
"""What Ray reads the token from that whoever speaks with it has to know."""
_COMMAND: Final = ("-P", "-m", "workbench.retrospective.cluster.driving")
_KEPT: Final = frozenset(
    (
        *("HOME", "LANG", "LANGUAGE", "LOGNAME", "PATH", "TMPDIR", "TZ", "USER"),
        *("LD_LIBRARY_PATH", "PYTHONPATH", "SSL_CERT_DIR", "SSL_CERT_FILE", "XDG_CACHE_HOME"),
        *("MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"),
    )
)
_KEPT_HEAD: Final = "LC_"
_JOINING: Final = frozenset(
    (
        *("RAY_AUTH_MODE", TOKEN_VARIABLE, "RAY_AUTH_TOKEN_PATH", "RAY_USE_TLS"),
        *("RAY_TLS_CA_CERT", "RAY_TLS_SERVER_CERT", "RAY_TLS_SERVER_KEY"),
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER",
    )
)
"""What says how a cluster is spoken with; kept where one is joined."""


@dataclass(frozen=True, slots=True)
class Start:
    """How Ray is begun.

    Attributes:
        address: of a cluster, `host:port`; `None` for a Ray of this machine alone.
        workers: that it makes room for where it is of this machine alone.
        folder: for what Ray writes then; goes when it ends.
        secret_variable: which variable of a worker holds the secret that it shares with the bench;
            that of a cluster is not among those of the process that drives Ray.
    """

    address: str | None
    workers: int
    folder: Path
    secret_variable: str | None

    def written(self) -> bytes:
        """Return it as JSON."""
        return json.dumps(asdict(self) | {"folder": str(self.folder)}).encode()

    @classmethod
    def read(cls, text: bytes) -> Start:
        """Return what was `written`."""
        words = json.loads(text)
        return cls(**{**words, "folder": Path(words["folder"])})


def begin_driver(
    start: Start, given: Mapping[str, str], token: str
) -> tuple[subprocess.Popen[bytes], Connection]:
    """Begin the process that drives Ray; return it, and what it is spoken with through.

    It is of a session of its own, which Ctrl-C of a terminal does not reach, and ends when its
    standard input does.

    Args:
        start: how Ray is begun.
        given: variables of this process.
        token: that whoever speaks with a Ray of this machine alone has to know.

    Raises:
        OSError: when it cannot be begun.
    """
    control, there = multiprocessing.Pipe()
    try:
        driver = subprocess.Popen(
            [sys.executable, *_COMMAND, str(there.fileno())],
            stdin=subprocess.PIPE,
            # Why it does not begin is told by `control`; the rest would be lines of C++.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment(start, given, token),
            pass_fds=(there.fileno(),),
            start_new_session=True,
        )
    except OSError:
        control.close()
        raise
    finally:
        there.close()
    control.send_bytes(start.written())
    return driver, control


def environment(start: Start, given: Mapping[str, str], token: str) -> dict[str, str]:
    """Return the variables of the process that drives Ray, and of all that Ray begins.

    Args:
        start: how Ray is begun.
        given: variables of the bench; those that are not known to be needed are left out.
        token: that whoever speaks with a Ray of this machine alone has to know.
    """
    names = _KEPT if start.address is None else _KEPT | _JOINING
    kept = {
        name: value for name, value in given.items() if name in names or name.startswith(_KEPT_HEAD)
    }
    if start.address is None:
        kept |= {
            # Without, Ray takes another address of the machine for a loopback one that it is given.
            "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
            # Others on this machine may reach loopback; they do not know this.
            "RAY_AUTH_MODE": "token",
            TOKEN_VARIABLE: token,
            "RAY_enable_metrics_collection": "0",
        }
    return kept | {"RAY_USAGE_STATS_ENABLED": "0"}
