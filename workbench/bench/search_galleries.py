"""How a search goes through a collection, as it was asked and as it is told."""

from __future__ import annotations

from workbench.errors import RecordError
from workbench.governance.reference_collections import CollectionGallery
from workbench.governance.searches import GalleryChoice

__all__ = ["chosen_gallery", "gallery_words"]


def chosen_gallery(default: str, asked: GalleryChoice | str | None) -> GalleryChoice:
    """Return how a collection is to be gone through.

    Args:
        default: of the settings.
        asked: for this search.

    Raises:
        RecordError: when there is no such way.
    """
    try:
        return GalleryChoice(default if asked is None else asked)
    except ValueError:
        known = " or ".join(GalleryChoice)
        msg = f"a collection is searched by {known}, not by {ascii(asked)[:100]}."
        raise RecordError(msg) from None


def gallery_words(choice: GalleryChoice, gallery: CollectionGallery) -> str:
    """Return how references were gone through, and where."""
    where = "in memory" if gallery is CollectionGallery.MEMORY else "on a Qdrant server"
    return f"{choice.words}, {where}"
