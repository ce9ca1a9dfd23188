"""A search must be over, in time and on record."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from drawn_faces import portrait
from roll_call import RollCall
from searched_bench import SearchedBench

from workbench.bench.live_session import LiveSession
from workbench.feeds import Frame
from workbench.governance.stopping import StopReason

__all__ = ["WITHIN_S", "Timed", "in_time", "require_over"]

WITHIN_S = 15.0


def in_time(action: Callable[[], object]) -> None:
    """Do something that must not hang; fail where it does."""
    done = threading.Thread(target=action, daemon=True)
    done.start()
    done.join(WITHIN_S)
    assert not done.is_alive(), "it hangs"


def require_over(at: SearchedBench, session: LiveSession, reason: StopReason) -> None:
    """Fail unless a search has ended, its end is kept, and its feed can be searched again."""
    in_time(session.close)
    assert session.is_done
    operator = at.open("operator")
    found = {one.id: one for one in operator.live.sessions(at.reference)}[session.id]
    assert found.ended is not None
    assert found.stopped_by is session.stopped_by is reason
    at.begin(RollCall(), bench=operator).close()


class Timed(RollCall):
    """Shows one person, at moments that it is told."""

    def __init__(self, times: list[float], who: int = 0) -> None:
        """Take the moments, and who it is."""
        super().__init__()
        self._times, self._who = times, who

    def frames(self) -> Iterator[Frame]:
        """Give a frame for each."""
        for index, time_s in enumerate(self._times):
            yield Frame(index, time_s, portrait(self._who))
