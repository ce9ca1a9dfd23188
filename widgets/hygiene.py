"""What a kernel does differently where the workbench is installed: an IPython extension.

`%load_ext widgets.hygiene` loads it; the configuration that the package brings loads it by itself.
Results are not kept, errors show no values, and the memory of the kernel is not dumped.
"""

from __future__ import annotations

import sys
from typing import Any

from widgets.history import forget_after_each_cell, forget_pictures
from widgets.tracebacks import quiet_tracebacks
from workbench.hygiene import harden_process, install_exception_hook

__all__ = ["load_ipython_extension"]


def load_ipython_extension(ip: Any) -> None:  # noqa: ANN401 - IPython's shell
    """Put everything in place, and the line `%forget_pictures` at a person's disposal."""

    def forget(_line: str = "") -> None:
        """Forget every cached result and close every widget; variables with a name stay."""
        count = forget_pictures(ip, close_widgets=True)
        sys.stdout.write(
            f"{count} cached results forgotten, all widgets closed. Variables stay: delete those "
            "that hold pictures with del, or restart the kernel.\n"
        )

    notes = harden_process()
    install_exception_hook()
    quiet_tracebacks(ip)
    forget_pictures(ip)
    forget_after_each_cell(ip)
    ip.register_magic_function(forget, "line", "forget_pictures")
    for note in notes:
        sys.stderr.write(f"note: {note}\n")
