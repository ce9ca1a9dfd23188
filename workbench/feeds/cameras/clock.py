"""When a picture of a camera was taken, on the clock of this machine."""

from __future__ import annotations

from typing import Final

__all__ = ["ArrivalClock"]

_LATEST_S: Final = 0.5
"""How long after its own time a picture may arrive before the camera's times are set anew."""
_STEP_S: Final = 0.001
"""Times grow by at least this."""


class ArrivalClock:
    """Seconds since the first picture, always growing, across every reconnection.

    A network hands pictures on in bursts. Within one connection the camera's own times say how
    they follow each other; the earliest arrivals place them on this machine's clock. So a picture
    is never later than its arrival (but for the smallest step), nor much earlier, and a stretch
    without pictures is as long as it was.
    """

    def __init__(self) -> None:
        """Start before the first picture."""
        self._offset_s: float | None = None
        self._last_s = -_STEP_S

    def connected(self) -> None:
        """Forget the camera's times: a new connection has others."""
        self._offset_s = None

    def time(self, own_s: float | None, arrived_s: float) -> float:
        """Return the time of a picture, in seconds.

        Args:
            own_s: by the camera, from any moment; `None` where it does not say.
            arrived_s: on the feed's clock; grows from call to call.
        """
        shown_s = arrived_s
        if own_s is not None:
            latest = arrived_s - own_s
            offset = latest if self._offset_s is None else min(self._offset_s, latest)
            if latest - offset > _LATEST_S:
                offset = latest
            self._offset_s = offset
            shown_s = own_s + offset
        self._last_s = max(shown_s, self._last_s + _STEP_S)
        return self._last_s
