"""The kernel of the live search is interrupted while it searches: it answers, and nothing is lost."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import nbformat
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from workbench.errors import ArtefactError
from workbench.faces.artefacts import ArtefactStore
from workbench.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "analyst" / "20_live_search.ipynb"
LONGEST_S = 240
HELPERS = """
import json, time
page = desk.page
bench, reference = page._bench, page._reference

def stored():
    return [one.id for one in bench.alerts.list(reference, justification="counting them")]

def tell(**facts):
    print(json.dumps(facts), flush=True)

def alerted():
    while not page.session.status.search.alerts:
        time.sleep(0.2)
    tell(stored=stored())
"""


class Kernel:
    """A real kernel with the cells of the notebook in it."""

    def __init__(self, folder: Path) -> None:
        """Start it."""
        kept = {name: text for name, text in os.environ.items() if name != "WORKBENCH_BENCH"}
        environment = kept | {"TMPDIR": str(folder), "WORKBENCH_ENCODER": "sface"}
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel(env=environment, cwd=str(NOTEBOOK.parent))
        self.client: BlockingKernelClient = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=LONGEST_S)

    def run(
        self, source: str, *, interrupt_at: str | None = None, later_s: float = 1.0
    ) -> dict[str, Any]:
        """Run a cell; interrupt it some seconds after it has printed some text.

        Never before it has: IPython drops a cell, and the answer to it, when it is interrupted
        between two of them. Python hears no signal that comes just before a wait begins until it
        is over, so the text is not to come just before one.

        Returns:
            Its `status`, the name of its error as `error`, and the last that it told as `told`.
        """
        told: list[Any] = []
        began_s = time.monotonic()
        sent = self.client.execute(source)
        pressed = interrupt_at is None
        while True:
            assert time.monotonic() - began_s < LONGEST_S, "the kernel does not answer"
            try:
                message = self.client.get_iopub_msg(timeout=1)
            except Empty:
                continue
            if message["parent_header"].get("msg_id") != sent:
                continue
            content = message["content"]
            if message["msg_type"] == "stream" and content["name"] == "stdout":
                told += [json.loads(line) for line in content["text"].splitlines()]
                if not pressed and interrupt_at in content["text"]:
                    time.sleep(later_s)
                    self.manager.interrupt_kernel()
                    pressed = True
            if message["msg_type"] == "status" and content["execution_state"] == "idle":
                break
        reply = self.client.get_shell_msg(timeout=LONGEST_S)["content"]
        return {
            "status": reply["status"],
            "error": reply.get("ename"),
            "told": told[-1] if told else None,
        }

    def close(self) -> None:
        """End it."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[Kernel]:
    """Return a kernel that has run the notebook up to the page."""
    try:
        ArtefactStore.from_settings(Settings()).path("sample/obama")
    except ArtefactError as error:
        pytest.skip(f"needs the package index, once, for the sample portraits: {error}")
    started = Kernel(tmp_path)
    book = nbformat.read(NOTEBOOK, as_version=4)
    for cell in book.cells:
        if cell.cell_type == "code":
            longer = "\nseconds = 60" if cell.id == "parameters" else ""
            assert started.run(cell.source + longer)["status"] == "ok"
    assert started.run(HELPERS)["status"] == "ok"
    yield started
    started.run("desk.close()")
    started.close()


def test_an_interrupted_kernel_answers_and_its_search_goes_on_or_has_ended(kernel: Kernel) -> None:
    # A search of the page: the interruption ends the cell that waits for it, and not the search.
    assert kernel.run("page.start()")["status"] == "ok"
    done = kernel.run("alerted(); page.session.wait(200)", interrupt_at="stored")
    assert (done["status"], done["error"]) == ("error", "KeyboardInterrupt"), done
    before = set(done["told"]["stored"])
    assert before
    now = kernel.run(
        "frames = page.session.status.search.frames; time.sleep(2)\n"
        "tell(more=page.session.status.search.frames - frames, state=page.session.state,\n"
        "     stored=stored())"
    )["told"]
    assert now["state"] == "ended" or now["more"] > 0
    assert before <= set(now["stored"])
    ended = kernel.run(
        "page.stop('enough'); page.session.wait(60)\n"
        "record = bench.live.record(page.session.id)\n"
        "tell(stored=stored(), alerts=record.alerts, ended=record.ended is not None)"
    )["told"]
    assert (ended["ended"], ended["alerts"]) == (True, len(ended["stored"]))
    assert before <= set(ended["stored"])

    # Interrupted while it starts: there is a search that runs, or none, and never one in between.
    for after_s in (0.02, 0.1, 0.4):
        cut = kernel.run(
            "tell(begun=True)\npage.start(); time.sleep(30)",
            interrupt_at="begun",
            later_s=after_s,
        )
        assert (cut["status"], cut["error"]) == ("error", "KeyboardInterrupt")
        left = kernel.run(
            "running = [one for one in bench.live.sessions(reference) if one.ended is None]\n"
            "tell(open=len(running), searching=page.is_searching)\n"
            "if page.is_searching: page.stop('enough'); page.session.wait(60)"
        )
        assert left["status"] == "ok"
        assert left["told"]["open"] == int(left["told"]["searching"])

    # A search that the cell itself runs: the interruption stops it, and it is recorded.
    done = kernel.run(
        "session = bench.live.start(reference, page._source(), feed_name=page._feed_name,\n"
        "                           analyser=page._analyser, on_alert=lambda one: tell(id=one.id))\n"
        "session.run()",
        interrupt_at='"id"',
    )
    assert (done["status"], done["error"]) == ("error", "KeyboardInterrupt")
    over = kernel.run(
        "tell(state=session.state, stopped_by=session.stopped_by, stored=stored(),\n"
        "     alerts=bench.live.record(session.id).alerts)"
    )["told"]
    assert (over["state"], over["stopped_by"]) == ("ended", "stopped")
    assert done["told"]["id"] in over["stored"]
    assert over["alerts"] >= 1
    assert set(ended["stored"]) <= set(over["stored"])

    # And another one can be started at once.
    again = kernel.run("page.start(); alerted(); page.stop('enough'); page.session.wait(60)")
    assert again["status"] == "ok"
    assert set(over["stored"]) < set(again["told"]["stored"])
