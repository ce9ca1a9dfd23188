"""Footage over a real Ray: the same documents, whoever is killed, and nothing left of it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import pytest

from workbench.errors import FootageError, NotAuthorisedError
from workbench.retrospective.appearances import Appearances, encode_appearances
from workbench.retrospective.cluster import Cluster, open_cluster
from workbench.retrospective.cluster.start import TOKEN_VARIABLE
from workbench.retrospective.index_crew import IndexProgress
from workbench.retrospective.index_segment import build_index_analyser, index_segment
from workbench.retrospective.index_worker import SegmentCounts
from workbench.retrospective.indexing import index_footage
from workbench.retrospective.segments import FootagePlan, plan_footage
from workbench.settings import ClusterSettings, Settings

pytestmark = pytest.mark.slow

SECRETS = ("WORKBENCH_MASTER_KEY", "WORKBENCH_CREDENTIAL", "BAO_TOKEN", "QDRANT_KEY")
"""Variables that may hold keys of a bench; whoever set it up may call them otherwise."""
DRIVING = "workbench.retrospective.cluster.driving"
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - where Ray keeps objects


@dataclass
class Opened:
    """A Ray of this machine, and what it is seen by."""

    cluster: Cluster
    stack: ExitStack
    folder: Path
    driver: int
    shared_before: set[str]


@pytest.fixture(scope="module")
def one(settings: Settings, store: object) -> Settings:
    """Return settings with one encoder, which is loaded sooner."""
    return settings.model_copy(update={"encoder": "sface"})


@pytest.fixture(scope="module")
def plan(spoken: Path) -> FootagePlan:
    return plan_footage(spoken, length_s=2.0)


@pytest.fixture(scope="module")
def expected(plan: FootagePlan, one: Settings, store: object) -> dict[int, Appearances]:
    """Return what one process makes of each segment, without Ray."""
    from workbench.faces.artefacts import ArtefactStore

    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        analyser = build_index_analyser(one, ArtefactStore.from_settings(one))
        return {
            segment.number: index_segment(plan, segment, analyser, one) for segment in plan.segments
        }
    finally:
        cv2.setNumThreads(threads)


@pytest.fixture(scope="module")
def opened(one: Settings) -> Iterator[Opened]:
    """Begin Ray once for all tests here, by a bench whose variables hold its keys."""
    with ExitStack() as stack:
        variables = stack.enter_context(pytest.MonkeyPatch.context())
        for name in SECRETS:
            variables.setenv(name, f"of {name}")
        before, shared = folders(), shared_memory()
        cluster = stack.enter_context(open_cluster(one, workers=2))
        (folder,) = folders() - before
        (driver,) = drivers(os.getpid())
        yield Opened(cluster, stack, folder, driver, shared)


def drivers(bench: int) -> list[int]:
    """Return the processes that drive Ray for a bench."""
    return [pid for pid, text in family(bench).items() if text.split(" ")[3:4] == [DRIVING]]


def folders() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("lfr-ray-*"))


def shared_memory() -> set[str]:
    return {path.name for path in SHARED_MEMORY.iterdir()} if SHARED_MEMORY.is_dir() else set()


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def environment(pid: int) -> dict[str, str]:
    """Return the variables of a process; none of one that is gone, or closed to this user."""
    try:
        lines = Path(f"/proc/{pid}/environ").read_text().split("\0")
    except OSError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line)


def family(pid: int) -> dict[int, str]:
    """Return the command lines of a process and all that it began."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(after_name[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return {member: text for member in found if (text := command(member))}


def raylet(opened: Opened) -> int:
    """Return the process that the others of a Ray speak to."""
    members = family(opened.driver).items()
    (found,) = [pid for pid, text in members if text.split(" ")[0].endswith("/raylet")]
    return found


def listening(pids: set[int]) -> set[str]:
    """Return the addresses, as the system writes them, at which processes listen."""
    inodes = set()
    for pid in pids:
        for link in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                target = str(link.readlink())
            except OSError:
                continue
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
    found = set()
    for table in ("tcp", "tcp6"):
        for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = row.split()
            if fields[3] == "0A" and fields[9] in inodes:
                found.add(fields[1].split(":")[0])
    return found


def written(opened: Opened) -> Iterator[tuple[str, bytes]]:
    """Give what Ray wrote: its folder, shared memory, and files it has open that have no name."""
    for path in [*opened.folder.rglob("*"), *SHARED_MEMORY.glob("plasma*")]:
        if path.is_file():
            yield str(path), path.read_bytes()
    for pid in family(opened.driver):
        for link in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                if "plasma" in (name := str(link.readlink())):
                    yield name, link.read_bytes()
            except OSError:
                continue


def test_documents_are_those_of_one_process_though_a_worker_is_killed(
    opened: Opened, plan: FootagePlan, one: Settings, expected: dict[int, Appearances]
) -> None:
    kept: dict[int, bytes] = {}
    told: list[IndexProgress] = []
    killed: list[int] = []
    seen: dict[int, str] = {}
    heard_at: set[str] = set()
    looked: list[str] = []

    def keep(number: int, document: bytes, _: SegmentCounts) -> None:
        assert number not in kept, "nothing is kept twice"
        kept[number] = document

    def progress(now: IndexProgress) -> None:
        told.append(now)
        if now.pictures and not killed:
            seen.update(family(opened.driver))
            heard_at.update(listening(set(seen)))
            for pid, text in seen.items():
                assert not set(SECRETS) & set(environment(pid)), f"{text} has a key"
            worker = next(pid for pid, text in seen.items() if "FootageActor" in text)
            os.kill(worker, signal.SIGKILL)
            killed.append(worker)
        if kept and not looked:
            secrets = [
                secret
                for number in kept
                for secret in (
                    *(
                        bytes(expected[number].thumbnails.encoded(row))
                        for row in range(len(expected[number]))
                    ),
                    *(
                        vectors[0].tobytes()
                        for vectors in expected[number].templates.values()
                        if len(vectors)
                    ),
                )
            ]
            assert len(secrets) >= 2, "faces and templates have come over"
            for name, content in written(opened):
                looked.append(name)
                assert not any(secret in content for secret in secrets), f"{name} holds a face"
                assert b"looks/offsets" not in content, f"{name} holds a document"
                assert plan.path.name.encode() not in content, f"{name} names the footage"

    counts = index_footage(
        plan, one, keep=keep, progress=progress, workers=2, hiring=opened.cluster
    )
    assert killed
    assert counts.replaced == 1
    assert kept == {number: encode_appearances(made) for number, made in expected.items()}
    assert told[-1] == IndexProgress(300, 300, len(plan.segments), len(plan.segments))
    assert any("plasma" in name for name in looked), "the object store was looked into"
    assert any("/logs/" in name for name in looked), "logs were looked into"
    commands = "\n".join(seen.values())
    assert "raylet" in commands
    assert not re.search(r"dashboard/dashboard\.py|monitor\.py", commands)
    assert heard_at
    assert heard_at <= {"0100007F", "0000000000000000FFFF00000100007F"}, "on loopback alone"


def test_what_it_wrote_is_for_its_user_alone_and_reports_nothing(opened: Opened) -> None:
    assert opened.folder.stat().st_mode & 0o077 == 0
    ray = raylet(opened)
    variables = environment(ray)
    assert not set(SECRETS) & set(variables), "no key of the bench is in what Ray begins"
    assert variables["RAY_USAGE_STATS_ENABLED"] == "0"
    assert variables["RAY_AUTH_MODE"] == "token"
    assert '"automatic_object_spilling_enabled": false' in _configured(opened)


def _configured(opened: Opened) -> str:
    from base64 import b64decode

    (text,) = [text for text in family(opened.driver).values() if "--config_list=" in text]
    found = re.search(r"--config_list=(\S+)", text)
    assert found
    return b64decode(found[1]).decode()


def test_it_stops_when_it_may_not_go_on(
    opened: Opened, plan: FootagePlan, one: Settings, expected: dict[int, Appearances]
) -> None:
    kept: dict[int, bytes] = {}

    def go_on() -> None:
        if kept:
            msg = "the case expired at noon"
            raise NotAuthorisedError(msg)

    def keep(number: int, document: bytes, _: SegmentCounts) -> None:
        assert number not in kept
        kept[number] = document

    done = set(expected) - {1, 3}
    with pytest.raises(NotAuthorisedError, match="expired at noon"):
        index_footage(
            plan, one, keep=keep, done=done, go_on=go_on, workers=1, hiring=opened.cluster
        )
    assert list(kept) == [1]
    until = time.monotonic() + 30
    while any("FootageActor" in text for text in family(opened.driver).values()):
        assert time.monotonic() < until, "its workers end soon after"
        time.sleep(0.1)
    assert kept == {1: encode_appearances(expected[1])}, "what was kept by then stays"


def test_a_cluster_is_joined_by_its_address_and_goes_on_with_the_same_file(
    opened: Opened,
    plan: FootagePlan,
    one: Settings,
    expected: dict[int, Appearances],
    tmp_path: Path,
) -> None:
    ray = raylet(opened)
    address = re.search(r"--gcs-address=(\S+)", command(ray))
    assert address
    there = one.model_copy(
        update={"cluster": ClusterSettings(address=address[1], secret_variable=TOKEN_VARIABLE)}
    )
    other = replace(plan, path=tmp_path / "other.mkv")
    other.path.write_bytes(b"another")
    kept: dict[int, bytes] = {}
    with pytest.MonkeyPatch.context() as variables, ExitStack() as stack:
        # The last lets Ray join at a loopback address, which it takes for another one otherwise.
        for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"):
            variables.setenv(name, environment(ray)[name])
        joined = stack.enter_context(open_cluster(there))
        assert joined.workers == 2, "one for each processor of the cluster"
        with pytest.raises(FootageError, match=r"other\.mkv: is another file on .* than here"):
            index_footage(other, there, keep=lambda *_: None, workers=1, hiring=joined)
        index_footage(
            plan,
            there,
            keep=lambda number, document, _: kept.__setitem__(number, document),
            done=set(expected) - {0},
            workers=1,
            hiring=joined,
        )
    assert kept == {0: encode_appearances(expected[0])}
    assert command(ray), "who joined it does not end it"


HOSTILE = """
import pickle, sys
from multiprocessing import Pipe
from pathlib import Path
from threading import Event
from workbench.retrospective.cluster import driver

ADDRESS, MADE = sys.argv[1:]


class Payload:
    def __reduce__(self):
        return Path.touch, (Path(MADE),)


class Worker:
    def __init__(self, *_):
        pass

    def say(self):
        return Payload()


if __name__ == "__main__":
    driver._join(ADDRESS)
    here, there = Pipe()
    driver.FootageActor = Worker
    driver._Relay(there, Event(), None).begin()
    print(here.recv_bytes().decode())
    print(Path(MADE).exists())
    pickle.loads(pickle.dumps(Payload()))
    print(Path(MADE).exists())
"""


def test_what_a_worker_returns_is_not_unpickled(opened: Opened, tmp_path: Path) -> None:
    script, made = tmp_path / "hostile.py", tmp_path / "made"
    script.write_text(HOSTILE, encoding="utf-8")
    address = re.search(r"--gcs-address=(\S+)", command(raylet(opened)))
    assert address
    said, *seen = subprocess.run(
        [sys.executable, str(script), address[1], str(made)],
        env=environment(raylet(opened)),
        stdout=subprocess.PIPE,
        text=True,
        timeout=300,
        check=True,
    ).stdout.splitlines()
    assert re.fullmatch(
        r"fa worker returned something else than bytes, which no worker of the bench does\. "
        r"Nothing of it was read\. Find out who can reach the cluster, then index again\.",
        said,
    )
    assert seen == ["False", "True"], "it would have made a file, and has made none"


def test_all_of_it_goes_when_it_is_closed(opened: Opened) -> None:
    members = family(opened.driver)
    opened.stack.close()
    until = time.monotonic() + 20
    while left := [pid for pid, text in members.items() if command(pid) == text]:
        assert time.monotonic() < until, f"{left} end with it"
        time.sleep(0.1)
    assert not opened.folder.exists()
    assert not {name for name in shared_memory() - opened.shared_before if "plasma" in name}


CHILD = """
import sys, time
from workbench.retrospective.cluster import open_cluster
from workbench.settings import Settings

if __name__ == "__main__":
    with open_cluster(Settings(), workers=1):
        print("begun", flush=True)
        time.sleep(600)
"""


def test_it_goes_though_the_bench_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "child.py"
    script.write_text(CHILD, encoding="utf-8")
    before = folders()
    child = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "begun\n"
        (driver,) = drivers(child.pid)
        members = family(driver)
        assert len(members) > 3, "Ray runs"
        assert len(folders() - before) == 1
    finally:
        child.kill()
        child.wait()
        child.stdout.close() if child.stdout else None
    until = time.monotonic() + 60
    while folders() - before or [pid for pid, text in members.items() if command(pid) == text]:
        assert time.monotonic() < until, "nothing of it is left soon after"
        time.sleep(0.1)
