"""A process that the system ends, as it does where memory runs out."""

from __future__ import annotations

import os
import signal


def work(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
