"""What a force leaves out of its watchlists, of the closed lists of what may be on one.

The lists only ever get shorter: nothing can be added to them while the product runs.
"""

from __future__ import annotations

from workbench.governance.categories import Category, LegalBasis
from workbench.governance.image_sources import ImageSource
from workbench.governance.record import Record

__all__ = ["LeftOut"]


class LeftOut(Record):
    """What a force has on none of its watchlists; nothing unless it says so.

    Attributes:
        categories: whom it does not list.
        sources: where it takes no image from.
        legal_bases: on what it lists nobody.
    """

    categories: tuple[Category, ...] = ()
    sources: tuple[ImageSource, ...] = ()
    legal_bases: tuple[LegalBasis, ...] = ()

    def holds(self, category: Category, source: ImageSource, legal_basis: LegalBasis) -> list[str]:
        """Say what of an entry is left out; empty when nothing is."""
        said = []
        if category in self.categories:
            said.append(f"category {category}")
        if source in self.sources:
            said.append(f"source {source}")
        if legal_basis in self.legal_bases:
            said.append(f"legal_basis {legal_basis}")
        return said
