"""Images that were handed in more than once: a sign that somebody is under the wrong name."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from workbench.matching.person_folders import Photograph

__all__ = ["copies_among", "image_digest"]


def image_digest(photograph: Photograph) -> str | None:
    """Return the SHA-256 of the file, or of shape and pixels; `None` if it cannot be read."""
    if isinstance(photograph.image, bytes):
        return hashlib.sha256(photograph.image).hexdigest()
    if photograph.image is not None:
        digest = hashlib.sha256(str(photograph.image.shape).encode())
        digest.update(np.ascontiguousarray(photograph.image).reshape(-1).data)
        return digest.hexdigest()
    try:
        # A pipe with the name of an image would keep the reader waiting.
        if not photograph.path.is_file():
            return None
        with photograph.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def copies_among(
    photographs: Sequence[Photograph], digests: Sequence[str | None]
) -> dict[int, str]:
    """Return which photographs are copies, by index, with the reason to refuse them.

    One image under two people cannot be right for both: all of its copies are refused. A second
    copy under one person adds nothing and is refused alone.

    Args:
        photographs: all that are to be enrolled.
        digests: of each of them, `None` where it could not be read.
    """
    same: dict[str, list[int]] = defaultdict(list)
    for at, digest in enumerate(digests):
        if digest is not None:
            same[digest].append(at)
    reasons: dict[int, str] = {}
    for group in same.values():
        several = len({photographs[at].subject for at in group}) > 1
        remedy = "keep it under the person it shows" if several else "one is enough"
        for at in group if several else group[1:]:
            others = [other for other in (group if several else group[:1]) if other != at]
            named = ", ".join(
                f"{photographs[other].path.name} of {photographs[other].subject}"
                for other in others
            )
            reasons[at] = f"is the same image as {named}; {remedy}"
    return reasons
