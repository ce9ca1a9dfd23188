"""Imports: the same shards however many read, and each image once whoever is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from workbench.errors import CollectionError, UsageError
from workbench.faces.artefacts import ArtefactStore
from workbench.images import encode_png
from workbench.retrospective import import_pool
from workbench.retrospective.image_folder import ImageFolder
from workbench.retrospective.import_messages import Batch, Hello, Job, Read, ReadBatch, Row
from workbench.retrospective.import_pool import ReaderPool
from workbench.retrospective.import_process import environment
from workbench.retrospective.importing import (
    ImportedPart,
    ImportProgress,
    PartCounts,
    _part,
    import_shards,
    job_settings,
)
from workbench.retrospective.manifests import Manifest, manifest_of
from workbench.retrospective.reference_pictures import encode_pictures
from workbench.retrospective.shards import encode_shard
from workbench.settings import KmsSettings, Settings

TODAY = date(2026, 11, 26)
PART_ROWS = 40
COUNT = 96
BROKEN = (3, 50, 77)
SAME = 11
"""Is the image of the row before, of the same person."""


@pytest.fixture(scope="module")
def sface(settings: Settings, store: ArtefactStore) -> Settings:
    """One encoder on the runtime that begins soonest, so that a process is soon there."""
    return settings.model_copy(update={"encoder": "sface", "runtime": "onnxruntime"})


@pytest.fixture(scope="module")
def folder(lfw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """People with an image each; some are broken."""
    place = tmp_path_factory.mktemp("collection")
    people = sorted(path for path in lfw.iterdir() if path.is_dir())[:COUNT]
    for number, person in enumerate(people):
        data = min(person.glob("*.jpg")).read_bytes()
        own = place / f"NOM-{number:03}"
        own.mkdir()
        (own / "1.jpg").write_bytes(data[:2_000] if number in BROKEN else data)
    (place / f"NOM-{SAME:03}" / "2.jpg").write_bytes(
        (place / f"NOM-{SAME:03}" / "1.jpg").read_bytes()
    )
    return place


@pytest.fixture(scope="module")
def manifest(folder: Path) -> Manifest:
    return manifest_of(folder, source="custody", legal_basis="police-function", today=TODAY)


@pytest.fixture(scope="module")
def alone(manifest: Manifest, folder: Path, sface: Settings) -> list[ImportedPart]:
    """What one process makes of it, undisturbed."""
    return list(import_shards(manifest, folder, sface, workers=1, part_rows=PART_ROWS))


def content(part: ImportedPart) -> tuple[bytes, list[tuple[object, ...]]]:
    assert part.shard is not None
    shown = b"".join(encode_pictures(one) for one in part.pictures)
    return encode_shard(part.shard) + shown, part.refusals.rows()


def readers() -> set[int]:
    """Numbers of the processes that read for this one."""
    found = set()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            parent = (place / "stat").read_text().rpartition(")")[2].split()[1]
            command = (place / "cmdline").read_bytes()
        except OSError:
            continue
        if int(parent) == os.getpid() and b"import_reader" in command:
            found.add(int(place.name))
    return found


@pytest.mark.slow
def test_images_become_shards_and_what_is_refused_is_listed(
    alone: list[ImportedPart], manifest: Manifest
) -> None:
    rows = manifest.references.height
    assert [part.number for part in alone] == [0, 1, 2]
    assert [part.counts.rows for part in alone] == [40, 40, rows - 80]
    numbers: list[int] = []
    for part in alone:
        assert part.shard is not None
        assert part.counts.accepted == len(part.shard)
        assert part.counts.accepted + part.counts.refused == part.counts.rows
        assert part.counts.warned == part.shard.rows["verdict"].to_list().count("warn")
        assert part.shard.encoders.keys() == {"sface"}
        assert part.seconds > 0
        numbers += part.shard.rows["number"].to_list() + part.refusals["row"].to_list()
        for number, subject in part.shard.rows.select("number", "subject").rows():
            assert manifest.references["subject"][number - 1] == subject
    assert sorted(numbers) == list(range(1, rows + 1))
    why = {path: text for part in alone for _, path, text in part.refusals.rows()}
    for number in BROKEN:
        assert "damaged or cut short" in why[f"NOM-{number:03}/1.jpg"]
    assert why["NOM-011/2.jpg"] == f"is the same image as row {SAME + 1}; one is enough"
    assert "NOM-011/1.jpg" not in why
    assert len(why) < rows / 5


@pytest.mark.slow
def test_two_workers_one_killed_and_resumed_after_ctrl_c_give_what_one_gives(
    alone: list[ImportedPart], manifest: Manifest, folder: Path, sface: Settings
) -> None:
    """Both at once, since each start of a process takes seconds."""
    kept: list[ImportedPart] = []
    rows = manifest.references.height

    def run(progress: ImportProgress) -> None:
        done = [part.number for part in kept]
        begun = import_shards(
            manifest,
            folder,
            sface,
            done=done,
            workers=2,
            part_rows=PART_ROWS,
            progress=progress,
        )
        with closing(begun) as parts:
            for part in parts:
                kept.append(part)  # noqa: PERF402 - an interrupt keeps those that are there

    def interrupt(_done: int, _of: int, _refused: int) -> None:
        if kept:
            assert readers()
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        run(interrupt)
    assert readers() == set()
    assert [part.number for part in kept] == list(range(len(kept)))
    assert 0 < len(kept) < len(alone)

    told: list[tuple[int, int, int]] = []
    killed: set[int] = set()
    replaced: set[int] = set()

    def kill(done: int, of: int, refused: int) -> None:
        told.append((done, of, refused))
        now = readers()
        if not killed:
            killed.add(min(now))
            os.kill(min(now), signal.SIGKILL)
        replaced.update(now - killed)

    before = sum(part.counts.rows for part in kept)
    run(kill)
    assert readers() == set()
    assert killed
    assert [part.number for part in kept] == [part.number for part in alone]
    assert list(map(content, kept)) == list(map(content, alone))
    assert told[0][0] > before
    assert told[-1][:2] == (rows, rows)
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)


IMPORT = """
import sys
from datetime import date
from pathlib import Path
from workbench.retrospective.importing import import_shards
from workbench.retrospective.manifests import manifest_of
from workbench.settings import Settings

folder = Path(sys.argv[1])
manifest = manifest_of(
    folder, source="custody", legal_basis="police-function", today=date(2026, 11, 26)
)
settings = Settings.model_validate_json(sys.argv[2])
def told(*counts):
    print(counts, flush=True)
for part in import_shards(manifest, folder, settings, workers=1, progress=told):
    pass
"""


@pytest.mark.slow
def test_readers_end_with_whoever_started_them_however_that_was(
    folder: Path, sface: Settings
) -> None:
    command = [sys.executable, "-c", IMPORT, str(folder), sface.model_dump_json()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline()
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        parent.kill()
    assert children
    _wait_until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))


@pytest.mark.slow
def test_an_image_that_ends_or_stops_its_reader_again_and_again_is_refused_alone(
    tmp_path: Path, sface: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_pool, "LONGEST_ROW_S", 2.0)
    (tmp_path / "good.jpg").write_bytes((folder / "NOM-000" / "1.jpg").read_bytes())
    # What is large takes long enough to be caught at.
    (tmp_path / "bad.png").write_bytes(encode_png(np.zeros((7_000, 7_000, 3), np.uint8)))
    job = Job(settings=job_settings(sface), folder=ImageFolder(tmp_path).root)
    batch = Batch(number=0, rows=(Row(path="bad.png"), Row(path="good.jpg")))
    sent: list[signal.Signals] = []
    with ReaderPool(job, sface, 1) as pool:

        def harm() -> None:
            for one in (signal.SIGSTOP, signal.SIGKILL):
                _wait_until(lambda: _at_first(pool) is not None)
                number = _at_first(pool)
                assert number is not None
                os.kill(number, one)
                sent.append(one)
                _wait_until(lambda number=number: number not in pool.numbers)

        harming = threading.Thread(target=harm)
        harming.start()
        ((given, read),) = pool.read(iter([batch]), ahead=1)
        harming.join()
    assert sent == [signal.SIGSTOP, signal.SIGKILL]
    assert given.number == 0
    assert "ended the process that reads it, 2 times" in read.rows[0].refused
    assert read.rows[1].refused == ""
    assert len(read.thumbnails) == len(read.wider) == len(read.eyes) == 1


def _at_first(pool: ReaderPool) -> int | None:
    return next((reader.number for reader in pool._readers if reader.at == 0), None)


def _wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.005)


@pytest.mark.slow
def test_readers_that_cannot_begin_say_why(tmp_path: Path, sface: Settings) -> None:
    settings = job_settings(sface) | {"cache": str(tmp_path)}
    job = Job(settings=settings, folder=tmp_path)
    with (
        ReaderPool(job, sface, 1) as pool,
        pytest.raises(CollectionError, match=r"cannot go on: .*offline"),
    ):
        list(pool.read(iter([Batch(number=0, rows=(Row(path="a.jpg"),))]), ahead=1))
    assert readers() == set()


def test_readers_that_always_end_are_given_up(
    tmp_path: Path, sface: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    job = Job(settings=job_settings(sface), folder=tmp_path)
    with (
        ReaderPool(job, sface, 1) as pool,
        pytest.raises(CollectionError, match="5 processes that read images ended one after the ot"),
    ):
        list(pool.read(iter([Batch(number=0, rows=(Row(path="a.jpg"),))]), ahead=1))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere"))
    with pytest.raises(CollectionError, match="no process could be started"):
        ReaderPool(job, sface, 2)


def test_a_part_of_which_nothing_was_taken_has_no_shard(manifest: Manifest) -> None:
    encoder = {"name": "e", "artefact": "a", "sha256": "0", "alignment": "x", "dimension": 3}
    hello = Hello.model_validate({"encoders": [encoder]})
    nothing = ReadBatch(
        (Read(refused="no face found"),) * 2,
        {"e": np.zeros((0, 3), np.float16)},
        (),
        (),
        np.zeros((0, 2, 2), np.float32),
    )
    part = _part(7, manifest.references.head(2), {0: nothing}, hello, 0.5)
    assert (part.number, part.shard, part.pictures, part.seconds) == (7, None, (), 0.5)
    assert part.counts == PartCounts(rows=2, accepted=0, warned=0, refused=2)
    assert part.refusals["why"].to_list() == ["no face found"] * 2
    assert "NOM" not in repr(part)


def test_nothing_to_import_starts_nothing(
    manifest: Manifest, folder: Path, sface: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    empty = Manifest(manifest.references.head(0), manifest.refusals)
    assert list(import_shards(empty, folder, sface)) == []
    assert list(import_shards(manifest, folder, sface, done=[0])) == []


def test_calls_that_cannot_be_meant(manifest: Manifest, folder: Path, sface: Settings) -> None:
    with pytest.raises(UsageError, match="needs a worker and a row a part, not 0 and 4096"):
        import_shards(manifest, folder, sface, workers=0)
    with pytest.raises(UsageError, match="not 1 and 0"):
        import_shards(manifest, folder, sface, workers=1, part_rows=0)
    with pytest.raises(CollectionError, match="nowhere: the folder of the images cannot be read"):
        import_shards(manifest, folder / "nowhere", sface)
    int8 = sface.model_copy(update={"runtime": "openvino-int8"})
    with pytest.raises(UsageError, match="references are enrolled in fp32"):
        import_shards(manifest, folder, int8)


@pytest.mark.parametrize(
    ("device", "asked", "fixed"),
    [
        ("cpu", "torch", "torch"),
        ("cpu", "onnxruntime", "onnxruntime"),
        ("cpu", "auto", "openvino"),
        ("cuda:1", "auto", "torch"),
    ],
)
def test_nothing_is_chosen_anew_each_time(
    sface: Settings, device: str, asked: str, fixed: str
) -> None:
    pytest.importorskip("openvino", reason="needs the extra openvino")
    told = job_settings(sface.model_copy(update={"device": device, "runtime": asked}))
    assert (told["runtime"], told["threads"]) == (fixed, 1)


def test_a_reader_gets_no_key_of_the_bench(
    sface: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    kms = KmsSettings.model_validate(
        {"address": "https://bao.example", "token_variable": "OUR_TOKEN"}
    )
    names = {"master_variable": "OUR_MASTER", "new_master_variable": "OUR_NEXT"}
    keys = sface.keys.model_copy(update={**names, "kms": kms})
    for name in ("OUR_MASTER", "OUR_NEXT", "OUR_TOKEN", "WORKBENCH_MASTER_KEY", "OUR_LANGUAGE"):
        monkeypatch.setenv(name, "of the bench")
    given = environment(sface.model_copy(update={"keys": keys}))
    assert [name for name, value in given.items() if value == "of the bench"] == ["OUR_LANGUAGE"]
    told = job_settings(sface.model_copy(update={"keys": keys, "index_url": "https://a:b@c.d"}))
    assert not {"keys", "index_url", "login", "bench"} & told.keys()
    assert told["offline"] is True
