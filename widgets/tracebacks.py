"""Tracebacks of notebooks: where an error is, never the values of variables."""

from __future__ import annotations

import sys
import traceback
from typing import Any, Final

from workbench.hygiene import forget_last_error, without_credentials

__all__ = ["forget_error", "quiet_tracebacks"]

_MODE: Final = "Context"
_WITH_VALUES: Final = "verbose"


def quiet_tracebacks(ip: Any) -> None:  # noqa: ANN401 - IPython's shell
    """Let a shell show errors without local variables and logins, and keep none of them.

    `%xmode Verbose` is refused from then on, and `%debug` finds nothing to look into: a kept error
    keeps every picture and template of the frames that it passed.

    Args:
        ip: the shell, as `get_ipython()` returns it.
    """
    ip.xmode = _MODE
    ip.InteractiveTB.set_mode(mode=_MODE)
    ip.call_pdb = False
    _refuse_values(ip)
    _clean_shown(ip)
    forget_error(ip)
    ip.events.register("post_execute", lambda: forget_error(ip))
    ip.events.register("post_run_cell", lambda result: forget_error(ip, result))


def forget_error(ip: Any, result: Any = None) -> None:  # noqa: ANN401 - IPython's own types
    """Drop the last error of a shell, and the variables of the frames that it passed."""
    _clear(getattr(result, "error_before_exec", None), getattr(result, "error_in_exec", None))
    ip.InteractiveTB.tb = None
    ip.history_manager.exceptions.clear()
    forget_last_error()


def _clear(*errors: BaseException | None) -> None:
    """Empty the frames of errors, of what caused them, and of what they group."""
    waiting, seen = list(errors), set()
    while waiting:
        error = waiting.pop()
        if error is None or id(error) in seen:
            continue
        seen.add(id(error))
        if error.__traceback__ is not None:
            traceback.clear_frames(error.__traceback__)
            error.__traceback__ = None
        waiting += [error.__cause__, error.__context__, *getattr(error, "exceptions", ())]


def _refuse_values(ip: Any) -> None:  # noqa: ANN401 - IPython's shell
    """Replace `%xmode` by one that knows every mode but the one with local variables."""
    known = ip.find_line_magic("xmode")

    def xmode(line: str = "") -> None:
        """Switch the form of tracebacks; the one with the values of variables stays off."""
        if line.strip().lower() == _WITH_VALUES:
            sys.stdout.write("Verbose tracebacks show what variables hold: they stay off here.\n")
        else:
            known(line)

    ip.register_magic_function(xmode, "line", "xmode")


def _clean_shown(ip: Any) -> None:  # noqa: ANN401 - IPython's shell
    """Let no login out by the message of an error."""
    show = ip._showtraceback  # noqa: SLF001 - what IPython's front ends replace

    def cleaned(kind: type[BaseException], error: object, lines: list[str]) -> None:
        show(kind, without_credentials(str(error)), [without_credentials(line) for line in lines])

    ip._showtraceback = cleaned  # noqa: SLF001
