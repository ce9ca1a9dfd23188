"""One person leaves a collection that goes on: unfound at once, and out of reach of every key."""

from __future__ import annotations

import io
import json
import random
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from bench_steps import log_of
from cutting import ERASING, cut_off, is_cut_off
from kept_values import copied
from own_process import run_apart
from retro_values import BASIS, CASE, COLLECTION, LISTED, collection_values, hold_collection, let_go
from tampering import edit_rows

from workbench.bench import Workbench, collection_galleries, collection_removing
from workbench.bench.audit_offline import verify_offline
from workbench.bench.search_views import ProbeRequest
from workbench.errors import (
    CollectionError,
    HeldError,
    KeyDestroyedError,
    NotPermittedError,
    RecordError,
)
from workbench.faces.analysis import FaceAnalyser
from workbench.governance.certificates import Result
from workbench.governance.roles import Role
from workbench.records.audit.verbs import Verb
from workbench.records.collections import find_collection, list_parts
from workbench.retrospective.removed_people import REMOVED
from workbench.retrospective.shards import decode_shard

pytestmark = pytest.mark.slow

Maker = Any
SEARCHED = "The man with the bag is seen in the picture of the shop."
WHY = "The charges were dropped on 20 November."
GONE = LISTED[0]


def people_of(bench: Workbench) -> list[str]:
    """Return whom the shards of the collection hold, in their order."""
    context = bench._context
    with context.store.reading() as connection:
        row = find_collection(connection, COLLECTION)
        shards = [one.shard for one in list_parts(connection, row.id) if one.shard is not None]
        return [
            name
            for one in shards
            for name in decode_shard(context.vault.get(connection, one), source=one).rows["subject"]
        ]


def sealed_of(bench: Workbench) -> set[tuple[str, str]]:
    """Return object and key of all that is sealed for the collection."""
    from sqlalchemy import select

    from workbench.records.schema import vault_objects

    with bench._context.store.reading() as connection:
        row = find_collection(connection, COLLECTION)
        query = select(vault_objects.c.id, vault_objects.c.key_id)
        found = connection.execute(query.where(vault_objects.c.purpose == row.id))
        return {(one.id, one.key_id) for one in found}


def found_by(bench: Workbench, probe: ProbeRequest, analyser: FaceAnalyser) -> list[str]:
    view = bench.searches.against_collection(
        CASE, probe, COLLECTION, reason=SEARCHED, analyser=analyser
    )
    return [
        one.subject
        for one in bench.searches.get(view.id, justification="whom it found").document.candidates
    ]


class TestRemoved:
    def test_nobody_finds_who_is_removed_and_everybody_else_is_found(
        self, imported: Maker, probe: ProbeRequest, analyser: FaceAnalyser
    ) -> None:
        with imported.open("investigator") as searching:
            assert found_by(searching, probe, analyser)[0] == GONE
            with imported.open("analyst") as analyst:
                done = analyst.collections.remove(COLLECTION, [GONE], reason=WHY)
            assert (done.people, done.references) == (1, 1)
            after = found_by(searching, probe, analyser)
            assert len(after) == len(LISTED) - 1, "in the process that had it loaded"
            assert set(after) == set(LISTED) - {GONE}
        with imported.open("examiner") as examiner:
            view = examiner.collections.get(COLLECTION)
        assert (view.counts.references, view.counts.subjects) == (9, 9)
        assert (view.counts.refused, view.counts.sources) == (1, {"custody": 9})
        (note,) = view.removals
        assert (note.by, note.people, note.references) == ("analyst", 1, 1)
        assert done.certificate is not None
        assert note.certificate == done.certificate.id
        plain = json.loads(json.dumps(view.plain()))
        assert plain["removals"][0]["people"] == 1

    def test_what_was_sealed_with_them_has_lost_its_key_and_who_they_were_is_in_no_entry(
        self, imported: Maker
    ) -> None:
        with imported.open("analyst") as analyst:
            before = sealed_of(analyst)
        with imported.open("analyst") as analyst:
            context = analyst._context
            done = analyst.collections.remove(COLLECTION, [GONE], reason=WHY)
            certificate = done.certificate
            assert certificate is not None
            assert certificate.result is Result.COMPLETE
            assert certificate.counts["people"] == certificate.counts["references"] == 1
            assert before.isdisjoint(sealed_of(analyst)), "all of the part lies under another key"
            keys = {key for _, key in before}
            assert keys.isdisjoint(context.keys.store.ids())
            assert set(certificate.keys) == keys
            with pytest.raises(KeyDestroyedError):
                context.keys.get(next(iter(keys)))
            left = {path.name for path in imported.folder.rglob("*") if path.is_file()}
            assert not any(name in one for name, _ in before for one in left)
            steps = [one for one in log_of(analyst) if one.details.get("step") == "people removed"]
            assert [(one.verb, one.justification, one.details["people"]) for one in steps] == [
                (Verb.ALTER, WHY, 1)
            ]
            assert GONE not in repr(log_of(analyst))
        imported.close()
        database = b"".join(path.read_bytes() for path in imported.folder.glob("records.sqlite*"))
        assert GONE.encode() not in database
        assert not verify_offline(imported.folder, settings=imported.settings).faults

    def test_it_leaves_the_memory_of_a_bench_in_which_nobody_does_anything(
        self,
        imported: Maker,
        probe: ProbeRequest,
        analyser: FaceAnalyser,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(collection_galleries, "LONGEST_UNSEEN_S", 0.05)
        with imported.open("investigator") as bench:
            found_by(bench, probe, analyser)
            with imported.open("analyst") as analyst:
                analyst.collections.remove(COLLECTION, [GONE], reason=WHY)
            let_go(bench)

    def test_several_go_one_after_the_other_and_the_end_takes_what_is_left(
        self, imported: Maker
    ) -> None:
        with imported.open("analyst") as analyst:
            analyst.collections.remove(COLLECTION, [GONE, LISTED[3]], reason=WHY)
            imported.clock.turn(minutes=1)
            analyst.collections.remove(COLLECTION, [LISTED[9]], reason=WHY)
            assert sorted(people_of(analyst)) == sorted({*LISTED} - {GONE, LISTED[3], LISTED[9]})
            view = analyst.collections.get(COLLECTION)
            assert [one.people for one in view.removals] == [2, 1]
            dropped = analyst.collections.drop(COLLECTION)
            assert (dropped.result, dropped.counts["references"]) == (Result.COMPLETE, 7)
        with imported.open("data-protection-officer") as officer:
            assert not officer.audit.verify().faults

    def test_the_list_of_refused_images_names_them_no_more(self, imported: Maker) -> None:
        with imported.open("analyst") as analyst:
            (refused,) = analyst.collections.refusals(COLLECTION)
            assert refused.path == "Nobody/grey.png"
            with pytest.raises(CollectionError, match="has no image of number 2 of the 2"):
                analyst.collections.remove(COLLECTION, [GONE, "Nobody"], reason=WHY)
            analyst.collections.remove(COLLECTION, [GONE], reason=WHY)
            (refused,) = analyst.collections.refusals(COLLECTION)
            assert refused.path == "Nobody/grey.png", "somebody else's stay"


class TestRefused:
    def test_who_may(self, imported: Maker) -> None:
        for role in Role:
            if role is not Role.ANALYST:
                with (
                    imported.open(role.value) as bench,
                    pytest.raises(NotPermittedError, match="may not remove people from a ref"),
                ):
                    bench.collections.remove(COLLECTION, [GONE], reason=WHY)

    @pytest.mark.parametrize(
        ("subjects", "reason", "error", "match"),
        [
            ([GONE, "CR/2025/0417"], WHY, CollectionError, "has no image of number 2 of the 2"),
            ([*LISTED], WHY, CollectionError, "nobody would be left in collection"),
            ([GONE, GONE], WHY, RecordError, "names somebody twice"),
            ([], WHY, RecordError, "subjects"),
            (["a b"], WHY, RecordError, "subjects"),
            (
                [GONE],
                f"{GONE.upper()} was acquitted today.",
                RecordError,
                "names one of the people",
            ),
            ([GONE], "aaa", RecordError, "reason"),
        ],
    )
    def test_what_cannot_be_removed_leaves_all_as_it_was(
        self,
        imported: Maker,
        subjects: list[str],
        reason: str,
        error: type[Exception],
        match: str,
    ) -> None:
        with imported.open("analyst") as analyst:
            before = sealed_of(analyst)
            with pytest.raises(error, match=match) as refused:
                analyst.collections.remove(COLLECTION, subjects, reason=reason)
            assert "CR/2025" not in str(refused.value)
            assert sealed_of(analyst) == before
            assert {key for _, key in before} <= set(analyst._context.keys.store.ids())
            assert analyst.collections.get(COLLECTION).removals == ()

    def test_what_a_hold_keeps_stays(self, imported: Maker) -> None:
        with imported.open("data-protection-officer") as officer:
            hold_collection(officer, imported.clock.now.replace(year=2027, month=1))
        with imported.open("analyst") as analyst:
            with pytest.raises(HeldError):
                analyst.collections.remove(COLLECTION, [GONE], reason=WHY)
            assert len(people_of(analyst)) == len(LISTED)

    def test_one_that_is_kept_otherwise_goes_whole_alone(self, imported: Maker) -> None:
        imported.close()
        edits = {
            "from which it goes whole alone": "UPDATE collections SET content = json_set(content, '$.gallery', 'qdrant')",
            "imported when all of its parts had one key": "UPDATE vault_objects SET key_id = (SELECT key_id FROM collections)",
        }
        shutil.copytree(imported.folder, imported.folder.with_name("as-it-was"))
        for words, statement in edits.items():
            edit_rows(imported.folder, statement)
            with (
                imported.open("analyst") as analyst,
                pytest.raises(CollectionError, match=f"{words}.*Drop it, and import it again"),
            ):
                analyst.collections.remove(COLLECTION, [GONE], reason=WHY)
            imported.close()
            shutil.rmtree(imported.folder)
            shutil.copytree(imported.folder.with_name("as-it-was"), imported.folder)


@pytest.fixture
def half(
    bench: Maker, collection_images: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Maker, list[str]]]:
    """Return a bench whose import was cut off once a part was kept, and who is in that part."""
    from workbench.retrospective import importing

    monkeypatch.setattr(importing, "PART_ROWS", 4)

    def stop(done: int, _of: int, _refused: int) -> None:
        if done > 4:
            raise KeyboardInterrupt

    with bench.open("analyst") as analyst:
        with pytest.raises(KeyboardInterrupt):
            analyst.collections.import_(
                collection_images,
                collection_values(bench.clock()),
                workers=1,
                progress=stop,
                **BASIS,
            )
        there = people_of(analyst)
        assert 0 < len(there) < len(LISTED)
    yield bench, there
    bench.close()


class TestImporting:
    def test_an_import_that_goes_on_does_not_bring_them_back(
        self,
        half: tuple[Maker, list[str]],
        collection_images: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        bench, there = half
        later = next(name for name in LISTED if name not in there)
        values = collection_values(bench.clock())
        removals = []

        with bench.open("analyst-2") as other, bench.open("analyst") as analyst:

            def meanwhile(done: int, _of: int, _refused: int) -> None:
                if done > 4 and not removals:
                    removals.append(
                        other.collections.remove(COLLECTION, [there[0], later], reason=WHY)
                    )

            with pytest.raises(CollectionError, match=r"was removed from collection .* meanwhile"):
                analyst.collections.import_(
                    collection_images, values, workers=1, progress=meanwhile, **BASIS
                )
            assert [(one.people, one.references) for one in removals] == [(2, 1)]
            assert set(people_of(analyst)) == set(there[1:]), "what was read before is not kept"
            none_yet = analyst.collections.remove(COLLECTION, ["Nobody"], reason=WHY)
            assert (none_yet.references, none_yet.certificate) == (0, None)
            view = analyst.collections.import_(collection_images, values, workers=1, **BASIS)
            assert view.state == "ready"
            assert set(people_of(analyst)) == set(LISTED) - {there[0], later}
            assert view.counts.subjects == view.counts.references == len(LISTED) - 2
            refused = list(analyst.collections.refusals(COLLECTION))
            assert [one.why for one in refused] == [REMOVED, REMOVED]
            assert {one.path for one in refused} == {"(not kept)"}
            assert not any(name in repr(log_of(analyst)) for name in (there[0], later))
            monkeypatch.setattr(collection_removing, "MOST_PARTS", 1)
            left = people_of(analyst)
            with pytest.raises(
                CollectionError, match=r"these people are in \d parts of collection"
            ):
                analyst.collections.remove(COLLECTION, [left[0], left[-1]], reason=WHY)
            for one in (left[0], left[-1]):
                analyst.collections.remove(COLLECTION, [one], reason=WHY)
            assert people_of(analyst) == left[1:-1]
        with bench.open("data-protection-officer") as officer:
            assert not officer.audit.verify().faults


KILLED = """
    import os, signal, sys
    from datetime import datetime
    sys.path[:0] = {plugins!r}
    from cutting import cut_off
    from workbench.bench import Workbench
    from workbench.settings import Settings

    settings = Settings(threads=1, keys={{"folder": {keys!r}}}, witness={witness!r})
    now = datetime.fromisoformat({now!r})
    bench = Workbench.open(
        {folder!r}, credential={token!r}, settings=settings, clock=lambda: now
    )
    with cut_off({at}, {files!r}, lambda: os.kill(os.getpid(), signal.SIGKILL)) as count:
        bench.collections.remove({name!r}, [{gone!r}], reason={why!r})
    print(count[0])
"""
LINES = (
    *ERASING,
    "bench/collection_removing.py",
    "bench/part_sealing.py",
    "vault/vault.py",
    "vault/key_files.py",
    "vault/folder_blobs.py",
)


class TestCutOff:
    def test_a_removal_that_is_killed_anywhere_is_finished_or_was_never_begun(
        self, imported: Maker, tmp_path: Path
    ) -> None:
        whole = copied(imported, tmp_path / "whole")
        with whole.open("analyst") as analyst, cut_off(0, LINES) as count:
            analyst.collections.remove(COLLECTION, [GONE], reason=WHY)
        assert self.was_removed(whole), "one that nobody cut off"
        removed = []
        for part in (4, 9):
            at = count[0] * part // 10
            maker = copied(imported, tmp_path / f"killed-{at}")
            assert self.killed(maker, at).returncode == -signal.SIGKILL
            removed.append(self.was_removed(maker))
        assert removed == [False, True], "from one moment on it is done"
        for at in sorted(random.Random(3).sample(range(1, count[0]), 12)):
            maker = copied(imported, tmp_path / f"cut-{at}")
            with maker.open("analyst") as analyst:
                assert is_cut_off(
                    lambda one=analyst: one.collections.remove(COLLECTION, [GONE], reason=WHY),
                    at,
                    LINES,
                )
            self.was_removed(maker)

    @staticmethod
    def killed(maker: Maker, at: int) -> subprocess.CompletedProcess[str]:
        maker.close()
        said = {"name": COLLECTION, "gone": GONE, "why": WHY}
        return run_apart(KILLED, maker, "analyst", at=at, files=LINES, **said)

    @staticmethod
    def was_removed(maker: Maker) -> bool:
        """Return whether somebody is gone once a bench is opened; nothing may lie in between."""
        with maker.open("operator") as operator:
            context = operator._context
            assert not context.store.log.verify(context.store.reading).faults
            people, sealed = people_of(operator), sealed_of(operator)
            with context.store.reading() as connection:
                row = find_collection(connection, COLLECTION)
                assert not context.vault.missing(connection)
            assert row.counts is not None
            assert row.counts.references == len(people)
            assert {key for _, key in sealed} <= set(context.keys.store.ids())
        if GONE in people:
            with maker.open("analyst") as analyst:
                assert sorted(people) == sorted(LISTED)
                analyst.collections.remove(COLLECTION, [GONE], reason=WHY)
                assert GONE not in people_of(analyst)
            return False
        assert sorted(people) == sorted({*LISTED} - {GONE})
        return True


def test_a_table_of_refusals_is_read_back(imported: Maker) -> None:
    from workbench.bench.collection_removed import refusals_table

    table = pl.DataFrame(
        {
            "row": [1, 2, 3, 4],
            "path": ["CR-1/a.png", "b/CR-1.png", "c/d.png", "e/f.png"],
            "why": [
                "no face found",
                "no face found",
                "is the same image as row 1 of CR-1; keep",
                "x",
            ],
        }
    )
    read = pl.read_ipc(io.BytesIO(refusals_table(table, {"CR-1"})))
    assert "CR-1" not in repr(read.rows())
    assert read["row"].to_list() == [1, 2, 3, 4]
    assert read.row(3) == (4, "e/f.png", "x")
