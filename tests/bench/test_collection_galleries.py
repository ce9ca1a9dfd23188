"""How a collection is gone through: in triage or as a whole, in memory or on a Qdrant server."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bench_steps import log_of
from retro_values import BASIS, CASE, COLLECTION, LISTED, checklist, collection_values, with_gallery

from workbench.bench.collection_loading import put_on_server
from workbench.bench.gallery_server import GalleryServer
from workbench.bench.search_views import ProbeRequest
from workbench.errors import (
    BlockedError,
    CollectionError,
    NotAuthorisedError,
    RecordError,
    StoreError,
    UsageError,
)
from workbench.faces.analysis import FaceAnalyser
from workbench.gallery_settings import GallerySettings, QdrantSettings
from workbench.governance.certificates import DeletionCertificate, Result
from workbench.records.audit.verbs import Verb
from workbench.records.collections import find_collection

pytestmark = [
    pytest.mark.slow,
    # The embedded form of the server always looks at everything, and says so.
    pytest.mark.filterwarnings("ignore:Local mode performs exact"),
]

Maker = Any
REASON = "The man with the bag is seen in the picture of the shop."
CONCLUDED = "Nose and mouth agree as far as the picture shows them."
SERVED = "custody-served"


@contextmanager
def cannot_finish(folder: Path) -> Iterator[None]:
    """Have the database refuse the end of an import."""
    with closing(sqlite3.connect(folder / "records.sqlite")) as database:
        database.execute(
            "CREATE TRIGGER full BEFORE UPDATE ON collections "
            "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
        try:
            yield
        finally:
            database.execute("DROP TRIGGER full")


def there(folder: Path) -> list[str]:
    """Return what a server has of collections."""
    from qdrant_client import QdrantClient

    with closing(QdrantClient(path=str(folder))) as client:
        names = sorted(one.name for one in client.get_collections().collections)
    return [name for name in names if name.startswith("collection-")]


def templates_on(folder: Path, names: list[str]) -> int:
    """Return how many templates a server has in these."""
    from qdrant_client import QdrantClient

    with closing(QdrantClient(path=str(folder))) as client:
        return sum(client.count(name).count for name in names if not name.endswith("-about"))


class Overtaken(GalleryServer):
    """A server on which a collection was just made when somebody else does something."""

    then: Callable[[], object]

    def galleries(self, *asked: Any, **named: Any) -> Any:
        """Make them, and have the other one do it."""
        made = super().galleries(*asked, **named)
        self.then()
        return made


def refused(maker: Maker, why: str, probe: ProbeRequest, asked: dict[str, Any]) -> None:
    """See that what lies on the server is not searched."""
    with (
        maker.open("investigator") as bench,
        pytest.raises((BlockedError, UsageError), match=why),
    ):
        bench.searches.against_collection(CASE, probe, SERVED, **asked)


def dropped_meanwhile(maker: Maker, other: Maker) -> DeletionCertificate:
    """Drop a collection while somebody puts it on the server; return the certificate."""
    with maker.open("analyst") as importing, other.open("analyst") as bench:
        context = importing._context
        with context.store.reading() as connection:
            row = find_collection(connection, SERVED)
        dropped: list[DeletionCertificate] = []
        with closing(Overtaken(context)) as overtaken:
            overtaken.then = lambda: dropped.append(bench.collections.drop(SERVED))
            with pytest.raises(NotAuthorisedError, match=f"collection {SERVED} was destroyed"):
                put_on_server(context, row, overtaken)
    (certificate,) = dropped
    assert certificate.counts["galleries-on-a-server"] == 1
    return certificate


class TestTriage:
    def test_it_says_so_with_whom_it_loses_and_nobody_concludes_on_it(
        self, imported: Maker, probe: ProbeRequest, analyser: FaceAnalyser, tmp_path: Path
    ) -> None:
        imported = with_gallery(imported, GallerySettings(triage_above=0))
        with imported.open("investigator") as bench:
            asked = {"reason": REASON, "analyser": analyser}
            search = bench.searches.against_collection
            triage = search(CASE, probe, COLLECTION, gallery="triage", **asked)
            assert not triage.record.full_scan
            assert triage.record.gallery == "triage in two stages, in memory"
            assert triage.record.stated.startswith("Triage: not every reference was compared")
            assert "facenet and sface together, measured among 10,000 directions" in (
                triage.record.stated
            )
            assert "(cosine, the same by each): 0.4: " in triage.record.stated
            assert set(triage.record.precision.values()) == {"int16"}
            whole = search(CASE, probe, COLLECTION, **asked)
            assert (whole.record.full_scan, whole.record.gallery) == (True, "full scan, in memory")
            assert whole.record.stated == "Every reference was compared."
            with pytest.raises(RecordError, match="searched by exact or triage, not by 'quick'"):
                search(CASE, probe, COLLECTION, gallery="quick", **asked)
            with pytest.raises(NotAuthorisedError, match="A report rests on a full scan"):
                bench.reviews.export(
                    triage.id, tmp_path / "a.html", recipient="DI Farrow", justification="the file"
                )
        said = {"reason": CONCLUDED, "candidate": "candidate-1", "checklist": checklist()}
        with imported.open("examiner") as examiner:
            with pytest.raises(NotAuthorisedError, match="A conclusion rests on a full scan"):
                examiner.reviews.examine(triage.id, "support-same", **said)
            with pytest.raises(NotAuthorisedError, match="A conclusion rests on a full scan"):
                examiner.reviews.examine(triage.id, "no-candidate", reason=CONCLUDED)
            examiner.reviews.examine(whole.id, "support-same", **said)
        with imported.open("data-protection-officer") as officer:
            used = [one.details["gallery"] for one in log_of(officer) if one.verb is Verb.COMBINE]
            assert used == ["triage in two stages, in memory", "full scan, in memory"]

    def test_the_settings_choose_it_where_a_search_does_not(
        self, imported: Maker, probe: ProbeRequest, analyser: FaceAnalyser
    ) -> None:
        maker = with_gallery(imported, GallerySettings(search="triage", triage_above=9))
        with maker.open("investigator") as bench:
            asked = {"reason": REASON, "analyser": analyser}
            view = bench.searches.against_collection(CASE, probe, COLLECTION, **asked)
            assert not view.record.full_scan
            view = bench.searches.against_collection(
                CASE, probe, COLLECTION, gallery="exact", **asked
            )
            assert view.record.full_scan
        short = replace(maker, settings=maker.settings.model_copy(update={"encoder": "sface"}))
        with short.open("investigator") as bench:
            view = bench.searches.against_collection(CASE, probe, COLLECTION, **asked)
            # Its templates are short: all of them are compared, whatever is asked for.
            assert (view.record.full_scan, view.record.gallery) == (True, "full scan, in memory")
            assert view.record.stated == "Every reference was compared."

    @pytest.mark.parametrize("above", [10, GallerySettings().triage_above])
    def test_a_small_collection_is_compared_as_a_whole_and_concluded_on(
        self, imported: Maker, probe: ProbeRequest, analyser: FaceAnalyser, above: int
    ) -> None:
        maker = with_gallery(imported, GallerySettings(search="triage", triage_above=above))
        with maker.open("investigator") as bench:
            asked = {"reason": REASON, "analyser": analyser}
            view = bench.searches.against_collection(CASE, probe, COLLECTION, **asked)
            assert view.record.references == 10
            assert (view.record.full_scan, view.record.gallery) == (True, "full scan, in memory")
            assert view.record.stated == "Every reference was compared."
        with maker.open("examiner") as examiner:
            examiner.reviews.examine(view.id, "no-candidate", reason=CONCLUDED)


class TestServer:
    def test_one_is_searched_where_it_lies_and_is_gone_there_with_its_key(
        self,
        imported: Maker,
        collection_images: Path,
        probe: ProbeRequest,
        analyser: FaceAnalyser,
        tmp_path: Path,
    ) -> None:
        pytest.importorskip("qdrant_client", reason="needs the extra qdrant")
        folder = tmp_path / "server"
        values = collection_values(imported.clock(), name=SERVED, gallery="qdrant")
        asked = {"reason": REASON, "analyser": analyser}
        with (
            imported.open("analyst") as bench,
            pytest.raises(UsageError, match="the settings name none"),
        ):
            bench.collections.import_(collection_images, values, workers=1, **BASIS)
        in_clear = with_gallery(imported, GallerySettings(qdrant=QdrantSettings(path=folder)))
        with in_clear.open("analyst") as bench:
            with pytest.raises(BlockedError, match=r"declare it \(gallery\.qdrant"):
                bench.collections.import_(collection_images, values, workers=1, **BASIS)
            assert not folder.exists()
        server = QdrantSettings(path=folder, storage_encrypted=True)
        maker = with_gallery(imported, GallerySettings(qdrant=server, triage_above=0))
        with maker.open("analyst") as bench:
            # Its templates are there when the records take no end of it: they do not stay.
            with cannot_finish(maker.folder), pytest.raises(StoreError):
                bench.collections.import_(collection_images, values, workers=1, **BASIS)
            assert there(folder) == []
            made = bench.collections.import_(collection_images, values, workers=1, **BASIS)
            where = (made.record.gallery, made.record.server, bool(made.record.server_mark))
            assert where == ("qdrant", str(folder.resolve()), True)
            assert bench.collections.get(SERVED).record.gallery == "qdrant"
        with maker.open("investigator") as bench:
            search = bench.searches.against_collection
            served = search(CASE, probe, SERVED, **asked)
            assert served.record.gallery == "full scan, on a Qdrant server"
            assert (served.record.full_scan, served.record.references) == (True, 10)
            assert set(served.record.precision.values()) == {"float32"}
            here = search(CASE, probe, COLLECTION, **asked)
            with pytest.raises(CollectionError, match="Search it without triage"):
                search(CASE, probe, SERVED, gallery="triage", **asked)
            found, expected = (
                [
                    (one.subject, one.reference)
                    for one in bench.searches.get(view.id, justification=REASON).document.candidates
                ]
                for view in (served, here)
            )
            assert found == expected
            assert found[0][0] == LISTED[0]
        refused(in_clear, r"declare it \(gallery\.qdrant", probe, asked)
        other = QdrantSettings(path=tmp_path / "other", storage_encrypted=True)
        elsewhere = with_gallery(imported, GallerySettings(qdrant=other))
        refused(elsewhere, r"was put on .*server, and the settings name .*other", probe, asked)
        # Whoever drops it where the server cannot be asked is told so, and it is tried again. It is
        # dropped while another puts it there, who then puts nothing there any more.
        certificate = dropped_meanwhile(maker, imported)
        assert (certificate.result, *certificate.remaining) == (
            Result.PARTIAL,
            f"qdrant/{made.record.id}",
        )
        assert "its snapshots, its replicas" in certificate.method
        assert templates_on(folder, there(folder)) == 0
        # A server that never had it does not answer for the one that has.
        with elsewhere.open("data-protection-officer") as officer:
            assert officer.retention.certificates()[-1].result is Result.PARTIAL
        assert there(folder) == sorted(
            f"{made.record.id}-{name}{rest}"
            for name in ("facenet", "sface")
            for rest in ("", "-about")
        )
        with maker.open("data-protection-officer") as officer:
            ended = officer.retention.certificates()[-1]
            assert (ended.result, ended.remaining) == (Result.COMPLETE, ())
        assert there(folder) == []
        held = b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())
        assert not any(name.encode() in held for name in LISTED)
