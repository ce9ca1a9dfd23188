"""A step of a test in a process of its own, which may be killed in the middle of it."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from typing import Any

__all__ = ["run_apart"]


def run_apart(
    code: str, maker: Any, role: str, **values: object
) -> subprocess.CompletedProcess[str]:
    """Run a program on a bench, as an account of a role.

    Args:
        code: with fields for `plugins`, `keys`, `witness`, `now`, `folder` and `token`.
        maker: of the bench.
        role: of the account.
        values: of further fields.
    """
    program = code.format(
        plugins=[path for path in sys.path if path.endswith("plugins")],
        keys=str(maker.settings.keys.folder),
        witness=str(maker.settings.witness),
        now=maker.clock().isoformat(),
        folder=str(maker.folder),
        token=maker.token(role),
        **values,
    )
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
