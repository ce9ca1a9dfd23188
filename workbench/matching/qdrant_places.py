"""What lies on a Qdrant server under which names, and by which mark a server is known again."""

from __future__ import annotations

from typing import Final
from uuid import uuid4

from qdrant_client import QdrantClient, models

__all__ = ["about_of", "drop_from", "marked", "marks_of", "names_on"]

_MARKS: Final = "lfr-workbench-server"
_MOST_MARKS: Final = 100


def about_of(name: str) -> str:
    """Return the name of the collection, beside a gallery's, that says whose templates it has."""
    return f"{name}-about"


def names_on(client: QdrantClient, prefix: str) -> tuple[str, ...]:
    """Return the names of the collections on a server that begin so, sorted."""
    found = (one.name for one in client.get_collections().collections)
    return tuple(sorted(name for name in found if name.startswith(prefix)))


def drop_from(client: QdrantClient, name: str) -> None:
    """Delete a gallery with all that is in it, if it is there."""
    for one in (name, about_of(name)):
        if client.collection_exists(one):
            client.delete_collection(one)


def marks_of(client: QdrantClient) -> frozenset[str]:
    """Return the marks that were left on a server."""
    if not client.collection_exists(_MARKS):
        return frozenset()
    points, _ = client.scroll(_MARKS, limit=_MOST_MARKS, with_payload=False)
    return frozenset(str(point.id) for point in points)


def marked(client: QdrantClient) -> str:
    """Return a mark of a server, which is left there if it has none; it says nothing of anybody.

    Another server that answers at the same address, or the same one after its disk was replaced,
    has it not.
    """
    known = marks_of(client)
    if known:
        return min(known)
    mark = str(uuid4())
    if not client.collection_exists(_MARKS):
        one = models.VectorParams(size=1, distance=models.Distance.DOT)
        client.create_collection(_MARKS, vectors_config=one)
    # Beside what another process may leave there meanwhile, not in its place.
    client.upsert(_MARKS, [models.PointStruct(id=mark, vector=[1.0])], wait=True)
    return mark
