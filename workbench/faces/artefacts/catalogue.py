"""The catalogue: every file the workbench may use, by name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from workbench.errors import UnknownArtefactError
from workbench.faces.artefacts.artefact import Artefact
from workbench.faces.artefacts.models import MODELS
from workbench.faces.artefacts.samples import SAMPLES

__all__ = ["DEFAULT_NAMES", "Catalogue", "default_catalogue"]

DEFAULT_NAMES = ("yunet-2023mar", "sface-2021dec", "facenet-casia-webface-20180408")
"""What the default settings need: the detector and the two fused encoders."""


class Catalogue:
    """Artefacts by name.

    Raises:
        ValueError: when two artefacts share a name or a path, or one is derived from none of them.
    """

    def __init__(self, artefacts: Iterable[Artefact]) -> None:
        """Hold `artefacts`, in their order."""
        self._by_name: dict[str, Artefact] = {}
        paths: set[str] = set()
        for artefact in artefacts:
            if artefact.name in self._by_name or artefact.filename in paths:
                msg = f"the catalogue has {artefact.name} or its path twice"
                raise ValueError(msg)
            self._by_name[artefact.name] = artefact
            paths.add(artefact.filename)
        for artefact in self:
            origin = artefact.derived_from
            if origin is not None and origin not in self._by_name:
                msg = f"{artefact.name} is derived from {origin}, which the catalogue lacks"
                raise ValueError(msg)

    def __iter__(self) -> Iterator[Artefact]:
        """Go through the artefacts in their order."""
        return iter(self._by_name.values())

    def __len__(self) -> int:
        """Return how many artefacts there are."""
        return len(self._by_name)

    def names(self) -> list[str]:
        """Return every name, in order."""
        return list(self._by_name)

    def get(self, name: str) -> Artefact:
        """Return the artefact called `name`.

        Raises:
            UnknownArtefactError: when there is none; near names are offered.
        """
        try:
            return self._by_name[name]
        except KeyError:
            near = difflib.get_close_matches(name, self._by_name, n=3)
            hint = f"Did you mean {' or '.join(near)}?" if near else "See workbench models list."
            msg = f"the catalogue has no artefact called {name!r}. {hint}"
            raise UnknownArtefactError(msg) from None

    def of_package(self, package_sha256: str) -> list[Artefact]:
        """Return the artefacts that lie in the package of that digest."""
        return [
            artefact
            for artefact in self
            if (member := artefact.package_member) is not None
            and member.package_sha256 == package_sha256
        ]


def default_catalogue() -> Catalogue:
    """Return the catalogue that comes with the workbench."""
    return Catalogue((*MODELS, *(portrait.artefact for portrait in SAMPLES)))
