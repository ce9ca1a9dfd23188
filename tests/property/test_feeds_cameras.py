"""Addresses tell no login; gaps are in order and apart; times always grow."""

from __future__ import annotations

import string
from urllib.parse import quote, unquote, urlsplit

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from workbench.errors import FeedError
from workbench.feeds.cameras import CameraAddress, Health, HealthChange, parse_address
from workbench.feeds.cameras.clock import ArrivalClock
from workbench.feeds.cameras.health import GRID, Look
from workbench.feeds.cameras.watching import HealthWatch
from workbench.settings import CameraSettings

WORDS = st.text(min_size=1, max_size=20).filter(str.isprintable)
HOSTS = st.sampled_from(["cam", "10.0.0.7", "[::1]", "a-b.example"])
HIDDEN = "S3cr3tW0rd"
SIGNS = st.text(string.printable + "é\0", max_size=40)


@pytest.mark.slow
@given(st.sampled_from(["rtsp", "rtsps", "http", "https"]), WORDS, WORDS, HOSTS, SIGNS)
def test_a_login_reaches_ffmpeg_whole_and_nobody_else(
    scheme: str, user: str, password: str, host: str, path: str
) -> None:
    assume(":" not in user)
    text = f"{scheme}://{quote(user, safe='')}:{quote(password, safe='')}@{host}/{quote(path)}"
    address = parse_address(text)
    assert isinstance(address, CameraAddress)
    again = urlsplit(address.url)
    assert (unquote(again.username or ""), unquote(again.password or "")) == (user, password)
    assert address.shown == f"{scheme}://{host}:{again.port}"
    assert address.login not in {None, repr(address)}
    assert repr(address) == repr(parse_address(f"{scheme}://{host}/other"))


@given(st.sampled_from(["rtsp", "http", "udp", "tcp", "file", ""]), SIGNS, HOSTS, SIGNS)
def test_whatever_is_refused_says_nothing_of_what_was_given(
    scheme: str, before: str, host: str, after: str
) -> None:
    try:
        address = parse_address(f"{scheme}://{before}{HIDDEN}@{host}{after}")
        said = f"{address!r}{address.shown}"
    except FeedError as error:
        said = str(error)
    assert HIDDEN not in said
    assert said.isprintable()


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        address = parse_address(text)
    except FeedError:
        return
    assert address.shown.isascii()


STEPS = st.lists(
    st.tuples(
        st.floats(0.01, 4.0),
        st.sampled_from(["moving", "still", "flat", "black", "lost", "clock"]),
    ),
    max_size=60,
)


def seen(kind: str, number: int) -> Look:
    cells = np.random.default_rng(3).uniform(60, 200, GRID).astype(np.float32)
    if kind == "moving":
        cells[number % GRID[0], number % GRID[1]] = 255.0 * (number % 2)
    if kind in {"flat", "black"}:
        cells[:] = 130.0 if kind == "flat" else 3.0
    return Look.of(cells)


@given(STEPS)
def test_gaps_are_in_order_apart_and_told(steps: list[tuple[float, str]]) -> None:
    watch = HealthWatch(CameraSettings(dead_s=3.0, frozen_s=4.0, dark_s=2.0, covered_s=2.0))
    now_s = last_s = 0.0
    told: list[HealthChange] = []
    for number, (step_s, kind) in enumerate(steps):
        now_s += step_s
        if kind == "clock":
            change = watch.silence(now_s)
            assert change is None or now_s - last_s >= 3.0
        elif kind == "lost":
            change = watch.lost(now_s, "cut off")
        else:
            change = watch.look(seen(kind, number), now_s)
            last_s = now_s
            assert watch.health is not Health.DEAD
        if change is not None:
            told.append(change)
    was = Health.LIVE
    for change in told:
        assert change.was is was
        assert change.now is not was
        assert (change.ended is None) == (was is Health.LIVE)
        was = change.now
    assert was is watch.health
    ends = [change.ended for change in told if change.ended is not None]
    closed = watch.gaps if watch.health is Health.LIVE else watch.gaps[:-1]
    assert tuple(ends) == closed
    over_s = 0.0
    for gap in watch.gaps:
        assert over_s <= gap.start_s <= (now_s if gap.end_s is None else gap.end_s) <= now_s
        over_s = gap.end_s or now_s


ARRIVALS = st.lists(
    st.tuples(st.one_of(st.none(), st.floats(-1e6, 1e6)), st.floats(0.0, 100.0), st.booleans()),
    max_size=50,
)


@given(ARRIVALS)
def test_times_always_grow_and_are_near_the_arrival(
    arrivals: list[tuple[float | None, float, bool]],
) -> None:
    clock = ArrivalClock()
    arrived_s, last_s = 0.0, -1.0
    for number, (own_s, step_s, anew) in enumerate(arrivals):
        arrived_s += step_s
        if anew:
            clock.connected()
        time_s = clock.time(own_s, arrived_s)
        assert time_s > last_s
        assert arrived_s - 0.5 - 1e-6 <= time_s <= arrived_s + 0.001 * (number + 1) + 1e-6
        last_s = time_s
