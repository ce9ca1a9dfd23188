"""Segments of footage in the vault: what searches compare, and apart from it what people do.

As with collections, pictures lie in objects of their own, those of some appearances in each, so
that a search or a timeline loads none, and a candidate is shown by reading those of a few.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from workbench.bench.context import Context
from workbench.bench.part_sealing import PartSealing

if TYPE_CHECKING:
    from workbench.arrays import FloatArray
    from workbench.retrospective.appearances import Appearances
    from workbench.retrospective.wider_pictures import WiderPictures

__all__ = ["PICTURES", "SEGMENT", "AppearancePicture", "open_wider", "seal_segment"]

SEGMENT: Final = "footage-segment"
PICTURES: Final = "footage-pictures"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AppearancePicture:
    """An appearance at its best look, with what is around the face.

    Attributes:
        picture: JPEG; other people in it are pixelated.
        eyes: shape `(2, 2)`, right and left of the person, px of it.
    """

    picture: bytes
    eyes: FloatArray


def seal_segment(sealing: PartSealing, document: bytes, *, source: str) -> str:
    """Seal the appearances of a segment and their pictures; return the id of the former.

    Args:
        sealing: under the key of the case.
        document: of `encode_appearances`.
        source: what to call it in an error.

    Raises:
        FootageError: when it cannot be read.
        StoreError: when one cannot be written.
    """
    from workbench.retrospective.appearances import (  # noqa: PLC0415 - loads polars
        decode_appearances,
        encode_appearances,
    )
    from workbench.retrospective.wider_pictures import encode_wider  # noqa: PLC0415

    made = decode_appearances(document, source=source)
    if made.wider is not None:
        together = made.wider.together()
        names = tuple(sealing.add(PICTURES, encode_wider(one)) for one in together)
        document = encode_appearances(replace(made, wider=None, pictures=names))
    return sealing.add(SEGMENT, document)


def open_wider(
    context: Context, appearances: Appearances, rows: Sequence[int]
) -> Mapping[int, AppearancePicture]:
    """Return the wider pictures of appearances of a segment, by row.

    Of what an earlier version indexed there are none. A transaction before has logged why.

    Raises:
        FootageError: when pictures are damaged.
        VaultError: when they are missing or damaged.
    """
    from workbench.retrospective.wider_pictures import TOGETHER  # noqa: PLC0415 - loads OpenCV

    if not appearances.pictures:
        return {}
    opened: dict[int, WiderPictures] = {}
    found = {}
    for row in rows:
        number, at = divmod(row, TOGETHER)
        if number not in opened:
            opened[number] = _opened(context, appearances.pictures[number])
        one = opened[number]
        found[row] = AppearancePicture(one.encoded(at), one.eyes[at].copy())
    return found


def _opened(context: Context, object_id: str) -> WiderPictures:
    from workbench.retrospective.wider_pictures import decode_wider  # noqa: PLC0415

    with context.store.reading() as connection:
        document = context.vault.get(connection, object_id)
    return decode_wider(document, source=object_id)
