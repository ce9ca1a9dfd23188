"""Which entries a bench may hold at all: of its own kind, and nothing that its force leaves out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from workbench.bench.context import Context
from workbench.bench.list_facts import named
from workbench.bench.list_views import EntryImage
from workbench.errors import RefusedError
from workbench.governance.categories import Category
from workbench.governance.left_out import LeftOut

__all__ = ["require_kind", "require_not_left_out"]


def require_kind(context: Context, entries: Sequence[EntryImage]) -> None:
    """Keep the demonstration's people and everybody else apart, in benches of their own.

    Raises:
        RefusedError: says who or what does not belong here.
    """
    wrong = [
        one.entry.subject
        for one in entries
        if (one.entry.category is Category.DEMONSTRATION) is not context.is_demonstration
    ]
    if not wrong:
        if context.is_demonstration:
            _require_samples(entries)
        return
    if context.is_demonstration:
        msg = (
            f"this bench holds a demonstration, and nobody else's data: {named(wrong)} cannot be "
            "on a list of it. Make a bench for operation with workbench init."
        )
    else:
        msg = (
            f"the demonstration's people are for a demonstration bench only: {named(wrong)} "
            "cannot be on a list here. Leave them out."
        )
    raise RefusedError(msg)


def require_not_left_out(entries: Sequence[EntryImage], left_out: LeftOut) -> None:
    """Refuse entries of a category, an image source or a legal basis that the force leaves out.

    Raises:
        RefusedError: says which entries, and what of them.
    """
    found = [
        (entry.subject, left_out.holds(entry.category, entry.source, entry.legal_basis))
        for entry in (one.entry for one in entries)
    ]
    wrong = [subject for subject, its in found if its]
    if wrong:
        said = ", ".join(sorted({one for _, its in found for one in its}))
        msg = (
            f"the rules of the force leave out {said}: {named(wrong)} cannot be on a list. Leave "
            "them out."
        )
        raise RefusedError(msg)


def _require_samples(entries: Sequence[EntryImage]) -> None:
    """Let a demonstration enrol its own sample files alone, whatever a picture is said to be."""
    from workbench.faces.artefacts.samples import SAMPLES  # noqa: PLC0415 - opens quickly

    known = {portrait.artefact.sha256 for portrait in SAMPLES}
    wrong = [one.entry.image for one in entries if _digest(one.image) not in known]
    if wrong:
        msg = (
            f"this bench holds a demonstration, and its own sample photographs alone: "
            f"{named(wrong)} is none of them. Make a bench for operation with workbench init."
        )
        raise RefusedError(msg)


def _digest(image: object) -> str | None:
    """Return the SHA-256 of an image file; `None` for pixels and for what cannot be read."""
    if isinstance(image, bytes):
        return hashlib.sha256(image).hexdigest()
    if not isinstance(image, Path):
        return None
    try:
        with image.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
