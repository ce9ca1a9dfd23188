"""A process that indexes segments of one file, one after the other, for the process that began it.

It loads the models once. What it says and is told goes through one pipe: JSON, and the documents
as bytes. Nothing is pickled but the plan and the settings that it begins with, and nothing of a
face is written anywhere. It ends when the other end of its pipe does.
"""

from __future__ import annotations

import json
import signal
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from workbench.errors import WorkbenchError
from workbench.retrospective.index_peers import Speech
from workbench.retrospective.segments import FootagePlan

if TYPE_CHECKING:
    from workbench.retrospective.appearances import Appearances
    from workbench.settings import Settings

__all__ = ["SegmentCounts", "counts_of", "work"]

_TELL_S: Final = 0.5
"""How often it says how far it is, s."""


@dataclass(frozen=True, slots=True)
class SegmentCounts:
    """What a segment came to; nobody is in it.

    Attributes:
        number: of the segment.
        frames: that could be decoded.
        searched: in how many of them faces were looked for.
        appearances: faces that were followed.
        looks: that have a template.
        damage: what could not be decoded, in a sentence.
    """

    number: int
    frames: int
    searched: int
    appearances: int
    looks: int
    damage: str | None


class _AloneError(Exception):
    """The process that began this one is gone."""


def counts_of(made: Appearances) -> SegmentCounts:
    """Return what a segment came to."""
    facts = made.facts
    return SegmentCounts(
        number=facts.number,
        frames=facts.frames,
        searched=facts.searched,
        appearances=len(made),
        looks=len(made.times_s),
        damage=facts.damage,
    )


def work(connection: Speech, plan: FootagePlan, settings: Settings) -> None:
    """Index the segments that are asked for, until nobody asks any more.

    Args:
        connection: to the process that asks; takes numbers of segments, gives what is said.
        plan: of the footage.
        settings: those that searches are run with.
    """
    if threading.current_thread() is threading.main_thread():
        # Ctrl-C reaches every process of a terminal; the one that asks ends this one.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError, _AloneError):
        try:
            _work(connection, plan, settings)
        except (WorkbenchError, MemoryError) as error:
            _tell(connection, said="failed", kind=type(error).__name__, words=str(error))


def _work(connection: Speech, plan: FootagePlan, settings: Settings) -> None:
    import cv2  # noqa: PLC0415 - here, in the process that works with it

    from workbench.faces.artefacts import ArtefactStore  # noqa: PLC0415 - likewise
    from workbench.retrospective.appearances import encode_appearances  # noqa: PLC0415
    from workbench.retrospective.index_segment import (  # noqa: PLC0415
        build_index_analyser,
        index_segment,
    )

    cv2.setNumThreads(1)
    analyser = build_index_analyser(settings, ArtefactStore.from_settings(settings))
    _tell(connection, said="ready")
    told_s = time.monotonic()

    def go_on(frames: int) -> None:
        nonlocal told_s
        now_s = time.monotonic()
        if now_s - told_s >= _TELL_S:
            told_s = now_s
            if connection.poll():
                raise _AloneError
            _tell(connection, said="frames", frames=frames)

    while True:
        number = int(connection.recv_bytes())
        made = index_segment(plan, plan.segments[number], analyser, settings, go_on=go_on)
        document = encode_appearances(made)
        _tell(connection, said="done", counts=asdict(counts_of(made)))
        connection.send_bytes(document)
        del made, document


def _tell(connection: Speech, **words: object) -> None:
    connection.send_bytes(json.dumps(words).encode())
