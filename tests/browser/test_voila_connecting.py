"""What Voila shows where its kernel is connected at the worst moment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from drawn_page import notebook_of
from jupyter_servers import unknown
from operator_steps import PATIENCE_MS, served

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

# The widget manager looks for a widget every 100 ms for two seconds. Here it looks once, before the
# kernel is connected, and finds that its time is over once it is.
LOOKS_ONCE = """
    const plain = window.setTimeout;
    window.setTimeout = (call, ms, ...more) => plain(call, ms === 100 ? 8000 : ms, ...more);
"""


def test_a_widget_is_shown_also_when_the_time_to_look_for_it_is_over(
    open_page: Callable[..., Any], tmp_path: Path
) -> None:
    cell = "import ipywidgets\nipywidgets.Button(description='Here it is')"
    source = notebook_of(tmp_path / "page.ipynb", cell)
    with served("voila", tmp_path / "served", source) as address:
        watched = open_page()
        watched.page.add_init_script(LOOKS_ONCE)
        watched.page.goto(address, timeout=PATIENCE_MS)
        watched.page.get_by_role("button", name="Here it is").wait_for(timeout=30_000)
        assert watched.outside == []
        assert unknown(watched.complaints) == []
