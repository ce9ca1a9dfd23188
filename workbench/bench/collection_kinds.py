"""Which images a collection may hold at all: those of its bench's own kind."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.bench.context import Context
from workbench.bench.list_facts import named
from workbench.errors import RefusedError
from workbench.governance.categories import LegalBasis

if TYPE_CHECKING:
    from workbench.retrospective.manifests import Manifest

__all__ = ["require_collection_kind"]


def require_collection_kind(context: Context, listed: Manifest, folder: Path) -> None:
    """Keep the demonstration's samples and everybody else's images apart, in their own benches.

    Args:
        context: the bench.
        listed: what would be imported.
        folder: that its paths lead from.

    Raises:
        RefusedError: says which images do not belong here.
    """
    rows = listed.references
    demonstrated = rows["legal_basis"].cast(str) == LegalBasis.DEMONSTRATION.value
    if not context.is_demonstration:
        wrong = rows.filter(demonstrated)["subject"].to_list()
        if wrong:
            msg = (
                f"the demonstration's people are for a demonstration bench only: {named(wrong)} "
                "cannot be in a collection here. Leave them out."
            )
            raise RefusedError(msg)
        return
    wrong = rows.filter(~demonstrated)["subject"].to_list()
    if not wrong:
        wrong = [path for path in rows["path"].to_list() if not _is_sample(folder / path)]
    if wrong:
        msg = (
            f"this bench holds a demonstration, and its own sample photographs alone: "
            f"{named(wrong)} is none of them. Make a bench for operation with workbench init."
        )
        raise RefusedError(msg)


def _is_sample(image: Path) -> bool:
    from workbench.faces.artefacts.samples import SAMPLES  # noqa: PLC0415 - opens quickly

    try:
        with image.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return False
    return digest in {portrait.artefact.sha256 for portrait in SAMPLES}
