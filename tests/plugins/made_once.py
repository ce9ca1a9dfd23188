"""What is made once a process and copied for each test that asks for it."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

__all__ = ["folder_of_process"]


def folder_of_process() -> Path:
    """Return a new folder that goes when this process ends, and not when one forked from it does."""
    folder, process = Path(tempfile.mkdtemp(prefix="made-once-")), os.getpid()

    def remove() -> None:
        if os.getpid() == process:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder
