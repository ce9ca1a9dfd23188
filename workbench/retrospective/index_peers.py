"""Who indexes segments for somebody else: what is asked of them, wherever they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from workbench.retrospective.segments import FootagePlan
    from workbench.settings import Settings

__all__ = ["Channel", "Hiring", "Peer", "Speech"]


class Speech(Protocol):
    """What two say to each other, in whole messages."""

    def poll(self) -> bool:
        """Return whether `recv_bytes` would return, or raise, at once."""

    def recv_bytes(self) -> bytes:
        """Return the next message, once it is there.

        Raises:
            EOFError: when the other end is gone.
            OSError: likewise.
        """

    def send_bytes(self, buf: bytes, /) -> None:
        """Send a message.

        Raises:
            OSError: when the other end is gone.
        """


class Channel(Speech, Protocol):
    """One end of what two speak through that can be waited for; a `Connection` is one."""

    def close(self) -> None:
        """Say nothing more, and hear nothing more."""

    def fileno(self) -> int:
        """Return what the system can wait for until something was said."""


class Peer(Protocol):
    """Somebody who indexes segments; what is said to them is that of `index_worker`."""

    @property
    def channel(self) -> Channel:
        """What they are spoken to through."""

    @property
    def sentinels(self) -> tuple[int, ...]:
        """What else the system can wait for until they are gone."""

    def died(self) -> str:
        """Wait until one that is heard no more is gone; say how, after "at last"."""

    def leave(self) -> None:
        """Have them end, and do not wait for it."""

    def wait(self) -> None:
        """Wait until one that was told to leave is gone."""


class Hiring(Protocol):
    """Where those who index come from."""

    @property
    def workers(self) -> int:
        """How many there are unless somebody says otherwise."""

    @property
    def remedy(self) -> str:
        """What to do where they die again and again, in a sentence or two."""

    def begin(self, plan: FootagePlan, settings: Settings) -> Peer:
        """Begin one who indexes segments of a file.

        Raises:
            FootageError: when nobody can be had any more.
        """
