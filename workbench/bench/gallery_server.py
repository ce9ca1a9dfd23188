"""The Qdrant server of a bench: what collections have there, and that it goes with them.

Destroying a collection's key does not reach the server, so its templates are deleted there in the
same erasure, and the certificate is partial until the server says that they are gone.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from workbench.bench.context import Context
from workbench.bench.places import is_address
from workbench.errors import BlockedError, CollectionError, StoreError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.faces.templates import EncoderIdentity
    from workbench.gallery_settings import QdrantSettings
    from workbench.matching.qdrant import QdrantGallery
    from workbench.records.collections import CollectionRow

__all__ = ["GalleryServer"]

_LOGGER: Final = logging.getLogger(__name__)
_OTHERS: Final = 0o077
_LEFT: Final = "qdrant/"


class GalleryServer:
    """The galleries of collections on the server that the settings name."""

    def __init__(self, context: Context) -> None:
        """Take what is worked with; nothing is asked of the server yet."""
        self._context = context
        self._client: Any = None

    def require_usable(self, name: str) -> None:
        """Raise unless a collection may be put on the server.

        Args:
            name: of the collection.

        Raises:
            BlockedError: when the settings do not declare its storage encrypted, or the bench is a
                team's.
            StoreError: when it does not answer.
            UsageError: when the settings name no server, or the extra is not installed.
        """
        client = self._opened(self._declared(name), made=True)
        from workbench.matching.qdrant_errors import asking  # noqa: PLC0415 - an extra

        with asking():
            client.get_collections()

    def mark(self, name: str) -> str:
        """Return the mark by which the server is known again; leave one there if it has none.

        Args:
            name: of the collection that is to be put there.

        Raises:
            BlockedError: as `require_usable`.
            StoreError: when it does not answer.
            UsageError: as `require_usable`.
        """
        client = self._opened(self._declared(name), made=True)
        from workbench.matching.qdrant_errors import asking  # noqa: PLC0415 - an extra
        from workbench.matching.qdrant_places import marked  # noqa: PLC0415

        with asking():
            return marked(client)

    def galleries(
        self, row: CollectionRow, encoders: Sequence[EncoderIdentity], *, made: bool = False
    ) -> dict[str, QdrantGallery]:
        """Return the galleries of a collection, by encoder name.

        Args:
            row: of the collection.
            encoders: whose templates it has.
            made: make those that are not there; a search makes none.

        Raises:
            BlockedError: when the settings do not declare its storage encrypted, or the bench is a
                team's.
            CollectionError: when one is not there, and none is to be made.
            EncoderMismatchError: when other encoders made what is there.
            StoreError: when it does not answer, or has something else there.
            UsageError: when the settings name no server or another than it was put on, or the
                extra is not installed.
        """
        settings = self._declared(row.name)
        self._require_place(row, settings)
        from workbench.matching.qdrant import QdrantGallery  # noqa: PLC0415 - an extra
        from workbench.matching.qdrant_errors import asking  # noqa: PLC0415
        from workbench.matching.qdrant_places import names_on  # noqa: PLC0415

        self._require_marked(row, self._opened(settings))
        with asking():
            there = set(names_on(self._opened(settings), f"{row.id}-"))
        if not made and any(f"{row.id}-{one.name}" not in there for one in encoders):
            msg = (
                f"collection {row.name}: the server has not all of it. Drop the collection and "
                "import it again."
            )
            raise CollectionError(msg)
        return {
            one.name: QdrantGallery(
                self._opened(settings),
                f"{row.id}-{one.name}",
                one,
                encrypted=settings.storage_encrypted,
            )
            for one in encoders
        }

    def require_place(self, row: CollectionRow) -> None:
        """Raise `UsageError` unless the settings name the server that a collection was put on."""
        self._require_place(row, self._settings(row.name))

    def drop(self, row: CollectionRow) -> None:
        """Delete all that a collection has on the server.

        Args:
            row: of the collection; of one from before its place was kept, the server that the
                settings name now is asked.

        Raises:
            StoreError: when it does not answer.
            UsageError: when the settings name no server or another than it was put on, or the
                extra is not installed.
        """
        settings = self._settings(row.name)
        if row.record.server is not None:
            self._require_place(row, settings)
        client = self._opened(settings)
        self._require_marked(row, client)
        from workbench.matching.qdrant_errors import asking  # noqa: PLC0415 - an extra
        from workbench.matching.qdrant_places import drop_from, names_on  # noqa: PLC0415

        with asking():
            for name in names_on(client, f"{row.id}-"):
                drop_from(client, name)

    def left(self, row: CollectionRow) -> tuple[str, ...]:
        """Return what a collection that is compared on the server has, or may have, there still.

        Args:
            row: of the collection.

        Returns:
            Identifiers; one of the collection itself where the server that it was put on could not
            be asked, because it does not answer, the settings name none or another, another
            answers in its place, or nobody knows which it was.
        """
        try:
            settings = self._settings(row.name)
            self._require_place(row, settings)
            client = self._opened(settings)
            self._require_marked(row, client)
            from workbench.matching.qdrant_errors import asking  # noqa: PLC0415 - an extra
            from workbench.matching.qdrant_places import names_on  # noqa: PLC0415

            with asking():
                return tuple(_LEFT + name for name in names_on(client, f"{row.id}-"))
        except (StoreError, UsageError):
            return (_LEFT + row.id,)

    @contextmanager
    def taking_back(self, row: CollectionRow) -> Iterator[None]:
        """Delete what a collection has on the server where what is done within it fails."""
        try:
            yield
        except BaseException:  # an interrupt leaves as much there as an error
            try:
                self.drop(row)
            except (StoreError, UsageError) as error:
                _LOGGER.warning("collection %s may be on the server in part: %s", row.name, error)
            raise

    def close(self) -> None:
        """Let go of the connection."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    @staticmethod
    def _require_place(row: CollectionRow, settings: QdrantSettings) -> None:
        kept = row.record.server
        if kept is None:
            msg = (
                f"collection {row.name} does not say on which server it was put. Drop it, look at "
                f"each server there was for {row.id}, and import it again."
            )
            raise UsageError(msg)
        if kept != settings.place:
            msg = (
                f"collection {row.name} was put on {kept}, and the settings name {settings.place}. "
                "Set gallery.qdrant to where it lies, or drop it there and import it again."
            )
            raise UsageError(msg)

    @staticmethod
    def _require_marked(row: CollectionRow, client: Any) -> None:  # noqa: ANN401 - of an extra
        """Raise unless the server carries the mark of when the collection was put there."""
        from workbench.matching.qdrant_errors import asking  # noqa: PLC0415 - an extra
        from workbench.matching.qdrant_places import marks_of  # noqa: PLC0415

        if row.record.server_mark is None:  # of a collection from before servers were marked
            return
        with asking():
            known = marks_of(client)
        if row.record.server_mark not in known:
            msg = (
                f"collection {row.name} was put on another server than the one that answers at "
                f"{row.record.server} now, which does not carry its mark. Bring that server or its "
                "disk back, or drop the collection there and import it again."
            )
            raise UsageError(msg)

    def _declared(self, name: str) -> QdrantSettings:
        """Return the settings, if templates may lie on the server that they name."""
        if is_address(self._context.places.store):
            msg = (
                f"collection {name}: a team's people have one key to a gallery server, which opens "
                "to each of them what the roles of the store keep apart. Import it for memory."
            )
            raise BlockedError(msg)
        settings = self._settings(name)
        if not settings.storage_encrypted:
            msg = (
                f"collection {name}: templates on a server stay readable on its disk when their "
                "key is destroyed. Encrypt that disk and declare it (gallery.qdrant."
                "storage_encrypted), or keep the collection in memory."
            )
            raise BlockedError(msg)
        return settings

    def _settings(self, name: str) -> QdrantSettings:
        found = self._context.settings.gallery.qdrant
        if found is None:
            msg = (
                f"collection {name} is one for a Qdrant server, and the settings name none. Set "
                "gallery.qdrant, or import it again for memory."
            )
            raise UsageError(msg)
        if find_spec("qdrant_client") is None:
            msg = (
                f"collection {name} is one for a Qdrant server, whose client is not installed: "
                'install "lfr-workbench[qdrant]".'
            )
            raise UsageError(msg)
        return found

    def _opened(self, settings: QdrantSettings, *, made: bool = False) -> Any:  # noqa: ANN401 - of an extra
        from qdrant_client import QdrantClient  # noqa: PLC0415 - an extra

        from workbench.identity.hub import trusted  # noqa: PLC0415 - loads a client of HTTP
        from workbench.matching.qdrant_errors import asking  # noqa: PLC0415

        if self._client is None:
            with asking():
                if settings.path is not None:
                    _require_folder(Path(settings.place), made=made)
                    self._client = QdrantClient(path=settings.place)
                else:
                    key = settings.key_variable
                    # Nothing is taken from the environment: a proxy would get templates and key.
                    self._client = QdrantClient(
                        url=settings.address,
                        api_key=None if key is None else os.environ.get(key),
                        timeout=settings.timeout_s,
                        check_compatibility=False,  # which asks by itself, past what is set here
                        trust_env=False,
                        verify=trusted(),
                    )
        return self._client


def _require_folder(folder: Path, *, made: bool) -> None:
    """Raise unless the embedded form lies in a folder of its owner's alone; make it if asked."""
    from qdrant_client.local.qdrant_local import META_INFO_FILENAME  # noqa: PLC0415 - an extra

    if made:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    elif not (folder / META_INFO_FILENAME).is_file():
        # A disk that is not mounted: the client would begin an empty one, and say that it is empty.
        msg = (
            f"there is no gallery in {folder} (gallery.qdrant). Mount its disk, or name its folder."
        )
        raise StoreError(msg)
    found = folder.stat()
    if os.name == "posix" and found.st_uid != os.geteuid():
        # The client unpickles what lies there: it would run what its owner put into it.
        msg = (
            f"{folder} (gallery.qdrant) belongs to another user of this machine, whose code it may "
            "hold. Name a folder of your own."
        )
        raise StoreError(msg)
    if os.name == "posix" and stat.S_IMODE(found.st_mode) & _OTHERS:
        msg = (
            f"{folder} (gallery.qdrant) can be read or written by other users of this machine, and "
            "templates lie in it. Close it to them: chmod 700."
        )
        raise StoreError(msg)
