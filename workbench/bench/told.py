"""Who hears what of a live search while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.bench.alert_storing import StoredAlert
    from workbench.live.redaction import RedactedFrame
    from workbench.live.running import Observer

__all__ = ["Told"]


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Who is told of what while a search runs.

    Attributes:
        on_frame: takes each redacted frame, in order.
        on_alert: takes each alert once it is stored.
        observer: measures against ground truth.
        progress: takes the frames done, and the feed's estimate of all.
    """

    on_frame: Callable[[RedactedFrame], None] | None = None
    on_alert: Callable[[StoredAlert], None] | None = None
    observer: Observer | None = None
    progress: Callable[[int, int | None], None] | None = None
