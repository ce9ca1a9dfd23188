"""The program of the process that drives Ray; Ray is imported here and nowhere else of the bench.

Run: python -m workbench.retrospective.cluster.driving NUMBER, where NUMBER is that of a socket to
the bench. Standard input says nothing and ends with the bench.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from typing import Final

from workbench.retrospective.cluster.start import Start

__all__ = ["main"]

_LEAVING_S: Final = 30.0
"""How long this process may go on when the bench is gone, s."""
_LIFELINE: Final = 0
"""Standard input."""


def main() -> None:
    """Drive Ray in this process; see `driver.drive`."""
    number = int(sys.argv[1])
    os.set_inheritable(number, False)
    control = Connection(number)
    start = Start.read(control.recv_bytes())
    Thread(target=_end_after, args=(start.folder,), daemon=True).start()
    from workbench.retrospective.cluster.driver import drive  # noqa: PLC0415 - loads Ray

    drive(control, start)


def _end_after(folder: Path) -> None:
    """End this process after the bench, where Ray keeps it from noticing by itself."""
    while os.read(_LIFELINE, 1):
        pass
    time.sleep(_LEAVING_S)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


if __name__ == "__main__":
    main()
