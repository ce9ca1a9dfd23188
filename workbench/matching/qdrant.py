"""A gallery in Qdrant, for collections beyond one machine.

Destroying keys does not reach what lies on a server: it is there in clear for whoever may read the
server's disk. So the gallery is refused unless the settings declare that this disk is encrypted,
and whoever declares it answers for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, ClassVar, Final, Never

import numpy as np
from qdrant_client import QdrantClient, models

from workbench.arrays import FloatArray, IntArray
from workbench.errors import BlockedError, EncoderMismatchError, StoreError, UsageError
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.candidates import Candidates, rank
from workbench.matching.comparisons import Comparisons, Reduction
from workbench.matching.one_encoder import ROUNDING, OneEncoderGallery, products, require_known
from workbench.matching.qdrant_errors import asking
from workbench.matching.qdrant_places import about_of, drop_from

__all__ = ["QdrantGallery"]

_AT_ONCE: Final = 512
_SUBJECT: Final = "subject"


class QdrantGallery(OneEncoderGallery):
    """References of one encoder on a Qdrant server; a `Gallery`.

    The server finds the nearest, by a full scan unless told otherwise; what it finds is scored here
    in double precision, so the scores are those of `ExactGallery`. One process at a time may write.
    Whatever it does raises `StoreError` where the server gives no answer that can be used.
    """

    precision: ClassVar[str] = "float32"

    def __init__(
        self,
        client: QdrantClient,
        name: str,
        encoder: EncoderIdentity,
        *,
        encrypted: bool,
        full_scan: bool = True,
    ) -> None:
        """Open the collection of that name, or make it.

        Args:
            client: of the server.
            name: of the collection.
            encoder: what made every template in it.
            encrypted: whether the settings declare the server's storage to be encrypted.
            full_scan: compare every reference; without, the server's index may lose somebody.

        Raises:
            BlockedError: when the storage is not declared to be encrypted.
            EncoderMismatchError: when another encoder made what is in the collection.
            StoreError: when the collection is not one of this kind.
        """
        if not encrypted:
            msg = (
                f"collection {name}: templates on a server stay readable on its disk when their "
                "key is destroyed. Encrypt that disk and declare it in the settings, or keep the "
                "collection on this machine."
            )
            raise BlockedError(msg)
        self._client = client
        self._name = name
        super().__init__(encoder)
        self.full_scan = full_scan
        with asking():
            if client.collection_exists(name):
                self._require_own()
            else:
                self._create()

    @property
    @asking()
    def subjects(self) -> tuple[str, ...]:
        """Names of those it holds, each once, in the order they were first added."""
        points = self._points(None, with_vectors=False)
        return tuple(dict.fromkeys(_subject(point) for point in points))

    @asking()
    def __len__(self) -> int:
        """Return how many references it holds."""
        return self._client.count(self._name, exact=True).count

    @asking()
    def extend(self, subjects: Sequence[str], templates: Templates) -> IntArray:
        """Add one reference for each name; return their numbers, shape `(len(templates),)`.

        Raises:
            EncoderMismatchError: when another encoder made the templates.
            UsageError: when a name is empty or their number is not that of the templates.
        """
        self._require_references(subjects, templates)
        start = int(self._about()["next"])
        # First, so that what is cut off here leaves numbers unused instead of used twice.
        self._say(start + len(templates))
        for at in range(0, len(templates), _AT_ONCE):
            part = slice(at, at + _AT_ONCE)
            points = [
                models.PointStruct(id=start + row, vector=vector.tolist(), payload={_SUBJECT: name})
                for row, (name, vector) in enumerate(
                    zip(subjects[part], templates.vectors[part], strict=True), at
                )
            ]
            self._client.upsert(self._name, points, wait=True)
        return start + np.arange(len(templates), dtype=np.int64)

    @asking()
    def remove(self, subject: str) -> int:
        """Drop all references of a subject; return how many there were.

        The server marks them and frees their place when it next tidies up.
        """
        count = self._client.count(self._name, count_filter=_of([subject]), exact=True).count
        if count:
            chosen = models.FilterSelector(filter=_of([subject]))
            self._client.delete(self._name, chosen, wait=True)
        return count

    @asking()
    def drop(self) -> None:
        """Delete the collection with all that is in it; this gallery is of no use any more."""
        drop_from(self._client, self._name)

    @asking()
    def clear(self) -> int:
        """Drop the collection, and begin an empty one; return how many references there were."""
        count, following = len(self), int(self._about()["next"])
        self.drop()
        self._create(following)
        return count

    @asking()
    def search(self, probes: Templates, k: int, by: Reduction = "best") -> list[Candidates]:
        """Return the best `k` subjects for each probe.

        Raises:
            EncoderMismatchError: when another encoder made the probes.
            StoreError: when the server answers with less than it has, or not at all.
            UsageError: when `k` is less than 1.
        """
        self.require_probes(probes, k)
        held = len(self)
        return [
            self._ranked(probes[at : at + 1], k, by, held) if held else Candidates.empty()
            for at in range(len(probes))
        ]

    @asking()
    def compare(self, probes: Templates, subjects: Sequence[str]) -> Comparisons:
        """Compare probes with every reference of the named subjects, in the order given.

        Raises:
            EncoderMismatchError: when another encoder made the probes.
            UsageError: when a subject is not in the gallery.
        """
        self._encoder.require_same(probes.encoder, "probes")
        own: dict[str, list[Any]] = {subject: [] for subject in subjects}
        for at in range(0, len(subjects), _AT_ONCE):
            part = list(subjects[at : at + _AT_ONCE])
            for point in self._points(_of(part), with_vectors=True):
                own[_subject(point)].append(point)
        require_known([subject for subject in subjects if not own[subject]])
        points = [point for subject in subjects for point in own[subject]]
        numbers = np.array([point.id for point in points], np.int64)
        counts = np.array([len(own[subject]) for subject in subjects], np.int64)
        cosines = products(probes.vectors, len(points), lambda part: _vectors(points[part]))
        return Comparisons(cosines, numbers, counts)

    def _ranked(self, probe: Templates, k: int, by: Reduction, held: int) -> Candidates:
        depth = k + 1
        while True:
            nearest = self._client.query_points(
                self._name,
                query=probe.vectors[0].tolist(),
                limit=depth,
                search_params=models.SearchParams(exact=self.full_scan),
                with_payload=False,
            ).points
            answered = {point.id for point in nearest}
            if self.full_scan and len(answered) < min(depth, held):
                self._refuse_damage(f"names {len(answered):,} of {min(depth, held):,} references")
            everybody = len(nearest) >= held or len(nearest) < depth
            # Nobody who is left out scores as much as this.
            complete = -np.inf if everybody else nearest[-1].score + ROUNDING
            found = self._client.retrieve(
                self._name, [point.id for point in nearest], with_payload=[_SUBJECT]
            )
            names = sorted({_subject(point) for point in found})
            try:
                comparisons = self.compare(probe, names)
            except UsageError:  # it has nothing of somebody whom it just named
                self._refuse_damage("does not give all the references that it names")
            if not answered <= set(comparisons.references.tolist()):
                self._refuse_damage("does not give all the references that it names")
            scores, references = comparisons.reduce(by)
            ordered = np.sort(scores[0])[::-1]
            if everybody or (len(names) >= k and ordered[k - 1] >= complete):
                return rank(names, scores[0], references[0], k)
            depth = min(8 * depth, held)

    def _refuse_damage(self, what: str) -> Never:
        msg = (
            f"the server {what} when asked for the nearest in {self._name}, so not every reference "
            "was compared: it is damaged, or was changed meanwhile. Drop the collection and import "
            "it again."
        )
        raise StoreError(msg)

    def _points(self, chosen: models.Filter | None, *, with_vectors: bool) -> Iterator[Any]:
        """Yield references by number."""
        following = None
        while True:
            points, following = self._client.scroll(
                self._name,
                scroll_filter=chosen,
                limit=_AT_ONCE,
                offset=following,
                with_payload=[_SUBJECT],
                with_vectors=with_vectors,
            )
            yield from points
            if following is None:
                return

    def _create(self, following: int = 0) -> None:
        one = models.VectorParams(size=1, distance=models.Distance.DOT)
        self._client.create_collection(about_of(self._name), vectors_config=one)
        self._say(following)
        size = self._encoder.dimension
        vectors = models.VectorParams(size=size, distance=models.Distance.DOT)
        self._client.create_collection(self._name, vectors_config=vectors)

    def _say(self, following: int) -> None:
        payload = {"encoder": asdict(self._encoder), "next": following}
        point = models.PointStruct(id=0, vector=[1.0], payload=payload)
        self._client.upsert(about_of(self._name), [point], wait=True)

    def _about(self) -> Mapping[str, Any]:
        found: list[Any] = []
        if self._client.collection_exists(about_of(self._name)):
            found = self._client.retrieve(about_of(self._name), [0])
        if not found or not found[0].payload:
            msg = (
                f"collection {self._name} does not say what made its templates, so it was not made "
                "by this software. Name another one."
            )
            raise StoreError(msg)
        about: Mapping[str, Any] = found[0].payload
        return about

    def _require_own(self) -> None:
        made_by = EncoderIdentity(**self._about()["encoder"])
        if made_by != self._encoder:
            msg = (
                f"collection {self._name} holds templates of {made_by.describe()}, not of "
                f"{self._encoder.describe()}. Name another collection, or import it again."
            )
            raise EncoderMismatchError(msg)


def _of(subjects: list[str]) -> models.Filter:
    return models.Filter(
        must=[models.FieldCondition(key=_SUBJECT, match=models.MatchAny(any=subjects))]
    )


def _subject(point: Any) -> str:  # noqa: ANN401 - the client has several kinds of points
    name = (point.payload or {}).get(_SUBJECT)
    if not isinstance(name, str) or not name:
        msg = (
            f"the server does not say whose reference {point.id} is: what it has is damaged. Drop "
            "the collection and import it again."
        )
        raise StoreError(msg)
    return name


def _vectors(points: Sequence[Any]) -> FloatArray:
    return np.array([point.vector for point in points], np.float32)
