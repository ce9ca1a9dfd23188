"""Reference collections on a real bench: imported in parts, searched, gone at their end."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bench_steps import log_of
from kept_values import kept_files, rows_of
from retro_values import (
    BASIS,
    CASE,
    COLLECTION,
    LISTED,
    collection_values,
    hold_collection,
    probe_of,
)
from tampering import edit_rows

from workbench.bench.audit_offline import verify_offline
from workbench.bench.search_views import ProbeRequest
from workbench.errors import (
    CollectionError,
    HeldError,
    IllegalMoveError,
    NotAuthorisedError,
    NotPermittedError,
    RecordError,
    RefusedError,
    UnknownRecordError,
)
from workbench.governance.certificates import Result
from workbench.governance.roles import Role
from workbench.records.audit.faults import FaultKind
from workbench.records.audit.verbs import Verb

pytestmark = pytest.mark.slow

Maker = Any
REASON = "The man with the bag is seen in the picture of the shop."


class TestImport:
    def test_what_it_holds_is_counted_and_what_it_refused_is_listed(self, imported: Maker) -> None:
        with imported.open("analyst") as analyst:
            (view,) = analyst.collections.list()
            assert (view.state, view.parts_kept, view.record.parts) == ("ready", 1, 1)
            assert (view.counts.references, view.counts.refused) == (len(LISTED), 1)
            assert view.counts.subjects == len(LISTED)
            assert view.counts.sources == {"custody": len(LISTED)}
            (refused,) = analyst.collections.refusals(COLLECTION)
            assert refused.path == "Nobody/grey.png"
            assert refused.why.startswith("no face found")
            assert json.loads(json.dumps(view.plain()))["counts"]["references"] == len(LISTED)

    def test_each_step_is_in_the_log_and_nobody_is(self, imported: Maker) -> None:
        with imported.open("analyst") as analyst:
            steps = [
                entry.details.get("step")
                for entry in log_of(analyst)
                if entry.verb is Verb.COLLECT and entry.details.get("name") == COLLECTION
            ]
            assert steps == ["begun", "part", "ended"]
            assert not any(name in repr(log_of(analyst)) for name in LISTED)
        database = b"".join(path.read_bytes() for path in imported.folder.glob("records.sqlite*"))
        assert not any(name.encode() in database for name in LISTED)

    def test_who_may(self, imported: Maker, collection_images: Path) -> None:
        listers = {
            Role.ANALYST, Role.INVESTIGATOR, Role.EXAMINER, Role.AUTHORISING_OFFICER,
            Role.DATA_PROTECTION_OFFICER,
        }  # fmt: skip
        for role in Role:
            with imported.open(role.value) as bench:
                if role is not Role.ANALYST:
                    with pytest.raises(NotPermittedError, match="may not import a reference"):
                        bench.collections.import_(
                            collection_images,
                            collection_values(imported.clock(), name="other"),
                            **BASIS,
                        )
                    with pytest.raises(NotPermittedError, match="may not import a reference"):
                        list(bench.collections.refusals(COLLECTION))
                if role not in listers:
                    with pytest.raises(NotPermittedError, match="may not list reference"):
                        bench.collections.list()
                if role not in {Role.ANALYST, Role.DATA_PROTECTION_OFFICER}:
                    with pytest.raises(NotPermittedError, match="may not destroy a reference"):
                        bench.collections.drop(COLLECTION)

    @pytest.mark.parametrize(
        ("changes", "error", "match"),
        [
            ({"ends": "2026-11-25T08:00:00+00:00"}, RecordError, "cannot end at"),
            ({"ends": "2028-11-25T08:00:00+00:00"}, RecordError, "at most 366 days ahead"),
            ({"origin": "passport office"}, RecordError, "passport"),
            ({"use": "aaa"}, RecordError, "use"),
            ({"name": COLLECTION.upper()}, RefusedError, "there is, or was, a collection"),
        ],
    )
    def test_what_is_said_of_it_and_cannot_be(
        self,
        imported: Maker,
        collection_images: Path,
        changes: Any,
        error: type[Exception],
        match: str,
    ) -> None:
        with imported.open("analyst") as analyst:
            values = collection_values(imported.clock(), **{"name": "new", **changes})
            with pytest.raises(error, match=match):
                analyst.collections.import_(collection_images, values, **BASIS)
            assert len(analyst.collections.list()) == 1

    def test_images_without_what_allows_them(
        self, imported: Maker, collection_images: Path
    ) -> None:
        with imported.open("analyst") as analyst:
            values = collection_values(imported.clock(), name="new")
            with pytest.raises(CollectionError, match="source and legal_basis must say"):
                analyst.collections.import_(collection_images, values)
            with pytest.raises(RefusedError, match="for a demonstration bench only"):
                analyst.collections.import_(
                    collection_images,
                    values,
                    source="demonstration-sample",
                    legal_basis="demonstration",
                )

    def test_a_demonstration_holds_its_own_samples_alone(
        self, make_bench: Callable[..., Maker], collection_images: Path
    ) -> None:
        maker = make_bench("demonstration")
        with maker.open("analyst") as analyst:
            values = collection_values(maker.clock())
            for said in (
                BASIS,
                {"source": "demonstration-sample", "legal_basis": "demonstration"},
            ):
                with pytest.raises(RefusedError, match="its own sample photographs alone"):
                    analyst.collections.import_(collection_images, values, **said)


def manifest_of(images: Path, to: Path, *, forbidden: int = 4) -> Path:
    """Write a manifest of images, with rows between them that the rules refuse."""
    rows = [
        (path.relative_to(images).as_posix(), path.parent.name, "custody")
        for path in sorted(images.rglob("*.*"))
    ]
    for number in range(forbidden):
        rows.insert(4 * number, (f"passports/{number}.jpg", "NOM-1", "passport"))
    with to.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("path", "subject", "source", "legal_basis"))
        writer.writerows((*row, "police-function") for row in rows)
    return to


class TestResuming:
    def test_an_import_that_was_cut_off_goes_on_with_its_parts(
        self,
        bench: Maker,
        collection_images: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        from workbench.retrospective import importing

        monkeypatch.setattr(importing, "PART_ROWS", 4)
        values = collection_values(bench.clock())
        listed = manifest_of(collection_images, tmp_path / "listed.csv")
        seen: list[int] = []

        def stop(done: int, _of: int, _refused: int) -> None:
            seen.append(done)
            if done > 4:
                raise KeyboardInterrupt

        with bench.open("analyst") as analyst:
            with pytest.raises(KeyboardInterrupt):
                analyst.collections.import_(
                    collection_images, values, manifest=listed, workers=1, progress=stop
                )
            (half,) = analyst.collections.list()
            assert half.state == "importing"
            assert 0 < half.parts_kept < half.record.parts == 3
            by_now = list(analyst.collections.refusals(COLLECTION))
            assert [one.row for one in by_now] == [1, 5]
        with (
            bench.open("analyst-2") as other,
            pytest.raises(CollectionError, match="is being imported by analyst, who alone"),
        ):
            other.collections.import_(collection_images, values, manifest=listed)
        with bench.open("analyst") as analyst:
            fewer = manifest_of(collection_images, tmp_path / "fewer.csv", forbidden=3)
            with pytest.raises(CollectionError, match="was begun with other images"):
                analyst.collections.import_(collection_images, values, manifest=fewer)
            view = analyst.collections.import_(
                collection_images, values, manifest=listed, workers=1
            )
            assert (view.state, view.parts_kept) == ("ready", 3)
            assert view.counts.subjects == view.counts.references == len(LISTED)
            assert rows_of(analyst, "collection_parts") == 3
            refused = list(analyst.collections.refusals(COLLECTION))
            assert [one.row for one in refused] == sorted({one.row for one in refused})
            assert len(refused) == view.counts.refused == 5, "each is listed once"
            assert refused[: len(by_now)] == by_now
            assert sum("passports" in one.why for one in refused) == 4
            kept = [
                entry.details["part"]
                for entry in log_of(analyst)
                if entry.details.get("step") == "part"
            ]
            assert kept == [0, 1, 2], "each part is kept once"


EDITS = {
    "its end": ("UPDATE collections SET ends = '2099-01-01T00:00:00.000000+00:00'", "collection c"),
    "what it is for": (
        "UPDATE collections SET content = json_set(content, '$.use', 'anything at all')",
        "collection c",
    ),
    "whose it is": ("UPDATE collections SET owner = 'analyst-2'", "collection c"),
    "its state": ("UPDATE collections SET state = 'importing'", "collection c"),
    "that it is gone": (
        "UPDATE collections SET destroyed = '2026-11-25T08:00:00.000000+00:00'",
        "collection c",
    ),
    "where references lie": (
        "UPDATE collection_parts SET shard = refusals",
        "part 0 of collection c",
    ),
    "what a part came to": (
        "UPDATE collection_parts SET counts = json_set(counts, '$.references', 9)",
        "part 0 of collection c",
    ),
}
"""By name: the statement, and how the fault names the row."""


class TestHeldRows:
    def test_an_edited_row_is_found_and_named(self, imported: Maker, tmp_path: Path) -> None:
        imported.close()
        shutil.copytree(imported.folder, tmp_path / "before")
        assert not verify_offline(imported.folder, settings=imported.settings).faults
        for statement, named in EDITS.values():
            edit_rows(imported.folder, statement)
            (fault,) = verify_offline(imported.folder, settings=imported.settings).faults
            assert fault.kind is FaultKind.ROW
            assert fault.text.startswith(named)
            assert f"is not what entry {fault.seq} made it" in fault.text
            shutil.rmtree(imported.folder)
            shutil.copytree(tmp_path / "before", imported.folder)

    def test_rows_that_are_missing_or_were_put_in(self, imported: Maker) -> None:
        imported.close()
        edit_rows(
            imported.folder,
            "INSERT INTO collection_parts SELECT collection, 1, shard, refusals, counts, kept "
            "FROM collection_parts",
        )
        (fault,) = verify_offline(imported.folder, settings=imported.settings).faults
        assert fault.text.startswith("part 1 of collection c")
        assert "is in no entry: its row was put in" in fault.text
        edit_rows(imported.folder, "DELETE FROM collection_parts")
        (fault,) = verify_offline(imported.folder, settings=imported.settings).faults
        assert fault.text.startswith("the row of part 0 of collection c")
        assert "is missing" in fault.text

    def test_one_whose_row_was_edited_is_not_searched(self, imported: Maker, lfw: Path) -> None:
        imported.close()
        edit_rows(imported.folder, EDITS["its end"][0])
        probe = ProbeRequest((probe_of(lfw, LISTED[0]),), "camera of the shop", kind="camera")
        with (
            imported.open("investigator") as bench,
            pytest.raises(NotAuthorisedError, match=f"the row of collection {COLLECTION} is not"),
        ):
            bench.searches.against_collection(CASE, probe, COLLECTION, reason=REASON)


class TestEnd:
    def test_dropped_it_is_gone_with_its_key(self, imported: Maker) -> None:
        with imported.open("analyst") as analyst:
            assert kept_files(imported) != ([], [])
            certificate = analyst.collections.drop(COLLECTION)
            assert certificate.result is Result.COMPLETE
            assert certificate.counts["references"] == len(LISTED)
            (view,) = analyst.collections.list()
            assert view.state == "destroyed"
            with pytest.raises(IllegalMoveError, match="was destroyed"):
                analyst.collections.drop(COLLECTION)
            with pytest.raises(NotAuthorisedError, match="was destroyed"):
                list(analyst.collections.refusals(COLLECTION))
            with pytest.raises(UnknownRecordError, match="there is no collection"):
                analyst.collections.get("another")
            analyst.cases.close(CASE)  # whose key is there too
        assert kept_files(imported) == ([], [])
        with imported.open("data-protection-officer") as officer:
            assert not officer.audit.verify().faults, "that it is gone is in the log"

    def test_at_its_end_it_is_destroyed_by_whoever_opens_the_bench(self, imported: Maker) -> None:
        imported.clock.turn(days=90)
        with imported.open("operator"):
            pass
        assert kept_files(imported) == ([], [])
        with imported.open("analyst") as analyst:
            assert analyst.collections.list()[0].state == "destroyed"

    def test_past_its_end_nothing_is_read_on_a_bench_that_stayed_open(
        self, imported: Maker
    ) -> None:
        with imported.open("data-protection-officer") as officer:
            hold_collection(officer, imported.clock.now.replace(year=2027, month=1))
            with pytest.raises(HeldError):
                officer.collections.drop(COLLECTION)
        imported.clock.turn(days=91)
        with imported.open("operator"):
            pass
        assert kept_files(imported) != ([], []), "the hold keeps it"
