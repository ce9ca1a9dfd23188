"""The gallery on a server, against the embedded form of the server's own client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from random_templates import drawn_encoder, unit_templates

from workbench.errors import BlockedError, EncoderMismatchError, StoreError, UsageError
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.calibration import Calibration
from workbench.matching.comparisons import Reduction
from workbench.matching.exact import ExactGallery
from workbench.matching.gallery import Gallery
from workbench.matching.matcher import Matcher

qdrant_client = pytest.importorskip("qdrant_client", reason="needs the extra qdrant")

from workbench.matching.qdrant import QdrantGallery  # noqa: E402 - where its client is installed
from workbench.matching.qdrant_places import drop_from, marked, marks_of  # noqa: E402

# The embedded form always looks at everything, and says so.
pytestmark = pytest.mark.filterwarnings("ignore:Local mode performs exact")

IDENTITY = drawn_encoder(24)


def unit(count: int, seed: int) -> Templates:
    """Return random templates."""
    return unit_templates(count, seed, IDENTITY)


@pytest.fixture
def client() -> Iterator[object]:
    """Return a client whose server is in memory."""
    made = qdrant_client.QdrantClient(":memory:")
    yield made
    made.close()


@pytest.fixture
def gallery(client: object) -> QdrantGallery:
    return QdrantGallery(client, "custody", IDENTITY, encrypted=True)


def test_storage_that_nobody_declared_encrypted_is_refused(client: object) -> None:
    with pytest.raises(
        BlockedError, match=r"custody: templates on a server stay readable.*declare"
    ):
        QdrantGallery(client, "custody", IDENTITY, encrypted=False)
    assert not client.collection_exists("custody")  # type: ignore[attr-defined]


def test_it_is_a_gallery_that_finds_nobody_while_it_is_empty(gallery: QdrantGallery) -> None:
    assert isinstance(gallery, Gallery)
    assert (len(gallery), gallery.subjects) == (0, ())
    assert [len(found) for found in gallery.search(unit(2, 0), 5)] == [0, 0]
    assert gallery.scores(unit(2, 0), []).shape == (2, 0)


@pytest.mark.parametrize("by", ["best", "trimmed-mean"])
@pytest.mark.parametrize("people", [7, 60, 300])
def test_it_finds_whom_the_exact_gallery_finds(
    gallery: QdrantGallery, by: Reduction, people: int
) -> None:
    exact, own, probes = ExactGallery(IDENTITY), unit(300, 1), unit(6, 2)
    names = [f"person {row * 7919 % people}" for row in range(300)]
    assert gallery.extend(names, own).tolist() == exact.extend(names, own).tolist()
    gone = {f"person {row}" for row in (1, 2)}
    for name in gone:
        assert gallery.remove(name) == exact.remove(name) > 0
    assert gallery.remove("person 1") == 0
    assert len(gallery) == len(exact)
    assert gallery.subjects == exact.subjects
    for k in (1, 5, 400):
        for found, wanted in zip(
            gallery.search(probes, k, by), exact.search(probes, k, by), strict=True
        ):
            assert found.subjects == wanted.subjects
            np.testing.assert_allclose(found.scores, wanted.scores, atol=1e-6)
            assert found.reference is not None
            assert wanted.reference is not None
            assert found.reference.tolist() == wanted.reference.tolist()


def test_numbers_are_never_given_twice_and_outlast_the_process(tmp_path: Path) -> None:
    place = str(tmp_path / "server")
    first = qdrant_client.QdrantClient(path=place)
    gallery = QdrantGallery(first, "custody", IDENTITY, encrypted=True)
    assert gallery.add("ada", unit(2, 1)).tolist() == [0, 1]
    gallery.remove("ada")
    first.close()
    second = qdrant_client.QdrantClient(path=place)
    gallery = QdrantGallery(second, "custody", IDENTITY, encrypted=True)
    assert gallery.add("bob", unit(1, 2)).tolist() == [2]
    assert gallery.clear() == 1
    assert gallery.add("cyd", unit(1, 3)).tolist() == [3]
    assert gallery.subjects == ("cyd",)
    second.close()


def test_a_collection_of_something_else_is_refused(client: object) -> None:
    QdrantGallery(client, "custody", IDENTITY, encrypted=True)
    other = EncoderIdentity("drawn", "drawn", "1" * 64, "drawn/1", 24)
    with pytest.raises(EncoderMismatchError, match="custody holds templates of drawn"):
        QdrantGallery(client, "custody", other, encrypted=True)
    from qdrant_client import models

    params = models.VectorParams(size=24, distance=models.Distance.DOT)
    client.create_collection("theirs", vectors_config=params)  # type: ignore[attr-defined]
    with pytest.raises(StoreError, match="theirs does not say what made its templates"):
        QdrantGallery(client, "theirs", IDENTITY, encrypted=True)


def test_what_cannot_be_compared_is_refused(gallery: QdrantGallery) -> None:
    with pytest.raises(UsageError, match="1 templates need 1 subject names"):
        gallery.extend([""], unit(1, 1))
    with pytest.raises(UsageError, match="no reference of nobody is in the gallery"):
        gallery.compare(unit(1, 1), ["nobody"])
    with pytest.raises(UsageError, match="at least 1 candidate"):
        gallery.search(unit(1, 1), 0)
    assert len(gallery) == 0


def test_a_server_that_gives_no_answer_is_an_error_that_repeats_nothing(
    gallery: QdrantGallery, client: object
) -> None:
    gallery.extend(["Ada Pell"], unit(1, 1))
    client.close()  # type: ignore[attr-defined]
    for asked in (
        lambda: gallery.extend(["Ada Pell"], unit(1, 2)),
        lambda: gallery.search(unit(1, 2), 5),
        lambda: gallery.compare(unit(1, 2), ["Ada Pell"]),
        lambda: len(gallery),
        gallery.clear,
    ):
        with pytest.raises(StoreError, match="gives no answer that can be used") as raised:
            asked()
        assert raised.value.__suppress_context__
        assert "Pell" not in str(raised.value)
    # Nobody listens on that port: what is not there raises the same.
    nobody = qdrant_client.QdrantClient(
        url="http://127.0.0.1:9", check_compatibility=False, trust_env=False
    )
    with pytest.raises(StoreError, match=r"ResponseHandlingException\. Look at whether it runs"):
        QdrantGallery(nobody, "custody", IDENTITY, encrypted=True)
    nobody.close()


def test_what_comes_after_somebody_dropped_it_is_refused_and_makes_nothing(
    gallery: QdrantGallery, client: Any
) -> None:
    gallery.extend(["ada"], unit(1, 1))
    drop_from(client, "custody")
    with pytest.raises(StoreError):
        gallery.extend(["bob"], unit(1, 2))
    assert client.get_collections().collections == []


def test_a_server_is_known_again_by_its_mark() -> None:
    first, other = (qdrant_client.QdrantClient(":memory:") for _ in range(2))
    assert marks_of(first) == frozenset()
    mark = marked(first)
    assert marked(first) == mark
    assert marks_of(first) == {mark}
    assert marked(other) != mark
    first.close()
    other.close()


class Damaged:
    """A server whose answers are changed on their way, as damage or somebody there would."""

    def __init__(self, client: Any, change: str) -> None:
        """Take the client of the server, and what becomes of its answers."""
        self._client, self._change = client, change

    def __getattr__(self, name: str) -> Any:
        """Return what the client has."""
        return getattr(self._client, name)

    def query_points(self, *args: Any, **named: Any) -> Any:
        """Leave the last out, or name one twice."""
        found = self._client.query_points(*args, **named)
        if self._change == "short":
            found.points.pop()
        elif self._change == "twice":
            found.points[-1] = found.points[0]
        return found

    def scroll(self, *args: Any, **named: Any) -> Any:
        """Leave the last out, or not say whose it is."""
        points, following = self._client.scroll(*args, **named)
        if self._change == "lost":
            points.pop()
        elif self._change == "nameless":
            points[0].payload = None
        return points, following


@pytest.mark.parametrize(
    ("change", "people", "said"),
    [
        ("short", 9, "names 5 of 6 references"),
        ("twice", 9, "names 5 of 6 references"),
        ("lost", 9, "does not give all the references that it names"),
        ("lost", 1, "does not give all the references that it names"),
        ("nameless", 9, "does not say whose reference"),
    ],
)
def test_an_answer_that_is_short_is_not_taken_for_a_full_scan(
    client: Any, change: str, people: int, said: str
) -> None:
    gallery = QdrantGallery(client, "custody", IDENTITY, encrypted=True)
    gallery.extend([f"person {row % people}" for row in range(9)], unit(9, 1))
    probe = Templates(unit(9, 1).vectors[8:], IDENTITY)
    assert len(gallery.search(probe, 5)[0]) == min(people, 5)
    damaged = QdrantGallery(Damaged(client, change), "custody", IDENTITY, encrypted=True)  # type: ignore[arg-type]
    with pytest.raises(StoreError, match=said) as raised:
        damaged.search(probe, 5)
    assert "so not every reference was compared" in str(raised.value) or change == "nameless"


@pytest.mark.parametrize("people", [9, 3])
def test_nor_is_it_where_two_encoders_are_fused(
    client: Any,
    templates: Callable[..., Templates],
    calibration: Calibration,
    people: int,
) -> None:
    galleries, probes = {}, {}
    names = [f"person {row % people}" for row in range(9)]
    for name in ("facenet", "sface"):
        own = templates(9, name)
        made = QdrantGallery(client, name, own.encoder, encrypted=True)
        made.extend(names, own)
        galleries[name], probes[name] = made, own[8:]
    whole = Matcher("fused", galleries, calibration)
    assert whole.search(probes, 3)[0].subjects[0] == names[8]
    # From now on one of them leaves somebody, or a reference of somebody, out.
    remove_last(client, "sface")
    with pytest.raises(StoreError, match="do not give the same references of whom they name"):
        whole.search(probes, 3)


def remove_last(client: Any, name: str) -> None:
    """Lose a reference, as damage would."""
    client.delete(name, qdrant_client.models.PointIdsList(points=[8]), wait=True)
