"""A bench whose disk fills: said in one sentence, nothing half-written, and all goes on afterwards."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from soundness import require_purged, require_sound
from worked_bench import WorkedBench, alerting, deciding, enrol, make_worked_bench, start

from workbench.errors import StoreError

pytestmark = pytest.mark.slow

SIZE_KB = 6144
FULL = r"disk is full|[Nn]o space is left|No space left"
PART = [0, 12, 48]
"""Kilobytes that are free when it begins: nothing can be begun, or something, or nearly all."""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of six megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_KB}k", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False).returncode:
        pytest.skip("needs root, to mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)  # noqa: S607 - beside mount


@contextmanager
def filled(disk: Path, free_kb: int) -> Iterator[None]:
    """Leave only so much of a disk free for a while."""
    filling = disk / "filling"
    with filling.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            file.truncate(max(0, file.tell() - free_kb * 1024))
    try:
        yield
    finally:
        filling.unlink()


@pytest.fixture
def bench(small_disk: Path) -> WorkedBench:
    """Make a bench on the small disk, keys and all."""
    return make_worked_bench(small_disk)


def tried(act: Callable[[], object], disk: Path, free_kb: int) -> bool:
    """Do something on a disk that is nearly full; return whether it was refused for that."""
    with filled(disk, free_kb):
        try:
            act()
        except StoreError as error:
            message = str(error)
            assert any(word in message for word in ("full", "No space left", "no space"))
            assert message.count("\n") == 0
            return True
    return False


@pytest.mark.parametrize("free_kb", PART)
def test_a_list_that_does_not_fit(bench: WorkedBench, small_disk: Path, free_kb: int) -> None:
    reference = bench.draft()
    numbers = count(1)
    with bench.open("analyst") as analyst:
        refused = tried(lambda: enrol(analyst, reference, numbers), small_disk, free_kb)
        assert refused
        assert require_sound(bench).entries
        assert len(enrol(analyst, reference, numbers)) > 0
    require_sound(bench)


@pytest.mark.parametrize("free_kb", PART)
def test_an_alert_that_does_not_fit(bench: WorkedBench, small_disk: Path, free_kb: int) -> None:
    reference = bench.ready()
    later = bench.later(minutes=2)
    stored: list[str] = []

    def many() -> None:
        while len(stored) < 100:
            stored.append(f"alert {alerting(session)}")

    with later.open("operator") as operator:
        session = start(operator, reference)
        assert tried(many, small_disk, free_kb)
        require_sound(later, stored)
        stored.append(f"alert {alerting(session)}")
        session.close()
    require_sound(later, stored)


@pytest.mark.parametrize("free_kb", PART)
def test_a_verdict_that_does_not_fit(bench: WorkedBench, small_disk: Path, free_kb: int) -> None:
    reference = bench.ready()
    later = bench.later(minutes=2)
    with later.open("operator") as operator:
        with start(operator, reference) as session:
            alerts = [alerting(session) for _ in range(20)]
        given: list[str] = []

        def many() -> None:
            for alert in alerts:
                deciding(operator, alert)
                given.append(f"verdict {alert} 1")

        refused = tried(many, small_disk, free_kb)
        assert refused or free_kb
        require_sound(later, given)
        for alert in alerts[len(given) :]:
            deciding(operator, alert)
    require_sound(later)


@pytest.mark.parametrize("free_kb", PART)
def test_a_purge_on_a_full_disk_is_finished_once_there_is_room(
    bench: WorkedBench, small_disk: Path, free_kb: int
) -> None:
    reference = bench.ready()
    later = bench.later(minutes=2)
    with later.open("operator") as operator:
        with start(operator, reference) as session:
            for _ in range(6):
                alerting(session)
        operator.deployments.close(reference)
    due = later.later(days=60)
    token = due.token("data-protection-officer")

    def purge() -> None:
        with due.open("data-protection-officer", token) as officer:
            officer.retention.run()

    refused = tried(purge, small_disk, free_kb)
    assert refused or free_kb
    require_purged(due)
    require_sound(due)


def test_a_bench_cannot_be_made_on_a_full_disk(small_disk: Path) -> None:
    with filled(small_disk, 8), pytest.raises(StoreError, match=FULL):
        make_worked_bench(small_disk)
    left = [path for path in small_disk.rglob("*") if path.is_file()]
    assert left == [], "nothing half-made is left"
    make_worked_bench(small_disk)


@contextmanager
def read_only(disk: Path) -> Iterator[None]:
    """Have a disk take nothing for a while, as one that failed."""
    mount = ["mount", "-o"]
    if subprocess.run([*mount, "remount,ro", str(disk)], check=False).returncode:
        pytest.skip("needs root, to mount a disk read-only")
    try:
        yield
    finally:
        subprocess.run([*mount, "remount,rw", str(disk)], check=True)


def test_a_disk_that_takes_nothing_any_more(bench: WorkedBench, small_disk: Path) -> None:
    reference = bench.ready()
    other = bench.draft()
    later = bench.later(minutes=2)
    with later.open("operator") as operator, later.open("analyst") as analyst:
        session = start(operator, reference)
        alerts = [alerting(session) for _ in range(3)]
        deeds: list[Callable[[], object]] = [
            lambda: enrol(analyst, other, count(100)),
            lambda: alerting(session),
            lambda: deciding(operator, alerts[0]),
            lambda: operator.deployments.close(reference),
            lambda: make_worked_bench(small_disk / "another"),
        ]
        # A file that is open for writing keeps a disk from being made read-only.
        session.close()
        operator._context.store.engine.dispose()
        analyst._context.store.engine.dispose()
        with read_only(small_disk):
            for deed in deeds:
                with pytest.raises(StoreError) as refused:
                    deed()
                assert "\n" not in str(refused.value)
        require_sound(later, [f"alert {alert}" for alert in alerts])
        operator.deployments.close(reference)
    due = later.later(days=60)
    token = due.token("data-protection-officer")
    with read_only(small_disk), pytest.raises(StoreError):
        due.open("data-protection-officer", token)
    require_purged(due)
    require_sound(due)
