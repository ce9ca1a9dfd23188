"""What is said when a bench is opened: what its store cannot promise, and what looks wrong."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

from workbench.bench.opening import TRUST, OpenBench, open_bench
from workbench.bench.places import is_address
from workbench.bench.rules import too_short_in
from workbench.hygiene import swap_warning
from workbench.records.audit.faults import LOOK
from workbench.records.moments import utc_now
from workbench.settings import Settings

__all__ = ["Notice", "NoticeKind", "Teller", "notices_at", "notices_of", "tell_once"]

_LOGGER: Final = logging.getLogger(__name__)
_SAID: Final[set[tuple[str, str]]] = set()
_SAYING: Final = threading.Lock()


class NoticeKind(StrEnum):
    """What a notice is about."""

    TRUST = "trust"
    SWAP = "swap"
    PUT_BACK = "put-back"
    RETENTION = "retention"


class Notice(NamedTuple):
    """One thing to be said, in sentences for people."""

    kind: NoticeKind
    text: str


Teller: TypeAlias = Callable[[str, tuple[Notice, ...]], None]
"""Is given the id of a bench, and what is to be said of it."""


def notices_of(opened: OpenBench) -> tuple[Notice, ...]:
    """Return what is to be said of a bench that was opened."""
    found = []
    demonstration = opened.store.bench.kind == "demonstration"  # it holds nobody to protect
    if not is_address(opened.places.store) and not demonstration:
        found.append(Notice(NoticeKind.TRUST, TRUST))
    swap = swap_warning()
    if swap is not None:
        found.append(Notice(NoticeKind.SWAP, swap))
    for put_back in opened.store.log.glance(opened.store.reading):
        text = (
            f"{put_back[0].upper()}{put_back[1:]}. {LOOK}. If this is a copy to try things in, "
            "give it a witness of its own first (WORKBENCH_WITNESS)."
        )
        found.append(Notice(NoticeKind.PUT_BACK, text))
    found += [
        Notice(NoticeKind.RETENTION, one.describe())
        for one in too_short_in(opened.store.bench.settings)
    ]
    return tuple(found)


def notices_at(settings: Settings) -> tuple[Notice, ...]:
    """Return what is to be said of the bench of the settings, with nobody logged in to it.

    Raises:
        StoreError: when there is no bench, or it cannot be opened.
        KeyStoreError: when its keys cannot be had.
    """
    opened = open_bench(settings.bench, settings, utc_now)
    try:
        return notices_of(opened)
    finally:
        opened.secrets.keys.forget()
        opened.store.close()


def tell_once(bench_id: str, notices: tuple[Notice, ...]) -> None:
    """Log what was not said of a bench yet by this process; a notebook shows it on its page."""
    for notice in notices:
        with _SAYING:
            new = (bench_id, notice.text) not in _SAID
            _SAID.add((bench_id, notice.text))
        if new:
            _LOGGER.warning("%s", notice.text)
