"""The command line: every command is a thin call of the library.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused by a rule, 130 interrupted.
"""

from __future__ import annotations

from workbench.cli.main import main, run

__all__ = ["main", "run"]
