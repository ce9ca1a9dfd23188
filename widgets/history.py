"""What a kernel remembers of what it showed: nothing, once this is in place."""

from __future__ import annotations

import contextlib
import gc
import re
import sqlite3
from typing import Any, Final

__all__ = ["forget_after_each_cell", "forget_pictures"]

_CACHED: Final = re.compile(r"_\d+")
_LAST: Final = ("_", "__", "___")


def forget_pictures(ip: Any, *, close_widgets: bool = False) -> int:  # noqa: ANN401 - a shell
    """Empty what a shell keeps of results, and let it keep none from now on.

    `Out`, `_`, `__`, `_1` and the like each keep what a cell showed for as long as the kernel
    runs, IPython keeps a copy of every output beside them, and the history file may hold its text.
    Variables that a person named stay, and so does what was typed.

    Args:
        ip: the shell, as `get_ipython()` returns it.
        close_widgets: close all widgets, too: their pictures leave the kernel and the page.

    Returns:
        How many results were forgotten.
    """
    ip.cache_size = 0
    ip.displayhook.cache_size = 0
    ip.displayhook.do_full_cache = 0
    ip.history_manager.db_log_output = False
    ip.logger.log_output = False
    forgotten = _empty_caches(ip)
    _erase_logged(ip.history_manager)
    if close_widgets:
        import ipywidgets  # noqa: PLC0415 - only where one may be open

        ipywidgets.Widget.close_all()
    gc.collect()
    return forgotten


def forget_after_each_cell(ip: Any) -> None:  # noqa: ANN401 - a shell
    """Let a shell drop its own copies of what a cell showed once the cell has ended."""
    ip.events.register("post_run_cell", lambda _result: _drop_copies(ip))


def _empty_caches(ip: Any) -> int:  # noqa: ANN401 - a shell
    results = ip.user_ns.get("_oh", {})
    forgotten = len(results)
    results.clear()
    for names in (ip.user_ns, ip.user_ns_hidden):
        for name in [name for name in names if _CACHED.fullmatch(str(name))]:
            del names[name]
        for name in _LAST:
            if name in names:
                names[name] = ""
    for name in _LAST:
        setattr(ip.displayhook, name, "")
    _drop_copies(ip)
    return forgotten


def _drop_copies(ip: Any) -> None:  # noqa: ANN401 - a shell
    ip.last_execution_result = None
    for kept in ("outputs", "output_hist_reprs"):
        getattr(ip.history_manager, kept, {}).clear()


def _erase_logged(history: Any) -> None:  # noqa: ANN401 - IPython's history manager
    """Erase the outputs of this session from the history file, if they were written there.

    Those of earlier sessions are left: the file may be shared with other work of the same person.
    """
    with history.db_output_cache_lock:
        history.db_output_cache = []
    with contextlib.suppress(sqlite3.Error, AttributeError), history.db:
        history.db.execute("PRAGMA secure_delete = ON")
        history.db.execute(
            "DELETE FROM output_history WHERE session = ?", (history.session_number,)
        )
