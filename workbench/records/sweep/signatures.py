"""What a file is by its first bytes, whatever it is called."""

from __future__ import annotations

import re
from typing import Final, Literal

from workbench.records.sweep.kinds import StrayKind

__all__ = ["HEAD", "by_signature"]

HEAD: Final = 264
"""Bytes that are looked at: a tape archive says what it is in its 258th."""

_PICTURE: Final = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|II\*\x00|MM\x00\*|8BPS|P[56]\s"
    rb"|RIFF.{4}WEBP|.{4}ftyp(?:hei[cx]|m[is]f1|avi[fs])|\x00\x00\x00\x0c(?:jP  |JXL )"
    # BITMAPFILEHEADER: two reserved fields of 0, and the size of a header that exists.
    rb"|BM.{4}\x00{4}.{4}(?:\x0c|\x28|\x34|\x38|\x40|\x6c|\x7c)\x00{3}",
    re.DOTALL,
)
_VIDEO: Final = re.compile(
    rb"\x1a\x45\xdf\xa3|\x00\x00\x01[\xb3\xba]|FLV\x01|RIFF.{4}AVI |.{4}ftyp"
    rb"|G@.{186}G|.{4}G@.{190}G",  # packets of a transport stream
    re.DOTALL,
)
_ARCHIVE: Final = re.compile(
    rb"\x1f\x8b\x08|BZh[1-9]1AY|\xfd7zXZ\x00|\x28\xb5\x2f\xfd|7z\xbc\xaf|Rar!\x1a\x07"
    rb"|.{257}ustar",
    re.DOTALL,
)
_STORED: Final = re.compile(rb"\x80[\x04\x05]\x95|\x80[\x02\x03][\]}(cX\x8a]")
"""The first codes of a stored object (pickle): its protocol, and a frame or what follows."""
_MARKS: Final = (
    (_PICTURE, StrayKind.PICTURE, "by its first bytes"),
    (_VIDEO, StrayKind.VIDEO, "by its first bytes"),
    (_ARCHIVE, StrayKind.ARCHIVE, "not looked into here"),
    (_STORED, StrayKind.PICKLE, "stored objects, which are not opened here"),
    (re.compile(rb"b0VIM "), StrayKind.EDITOR_COPY, "what was open in an editor"),
)
_ELF: Final = b"\x7fELF"
_ELF_TYPE: Final = slice(16, 18)
_ELF_CORE: Final = 4
"""`ET_CORE` of elf(5)."""


def by_signature(head: bytes) -> tuple[StrayKind, str] | None:
    """Return what a file is and what to say of it, `None` where its first bytes do not tell.

    Args:
        head: its first `HEAD` bytes.
    """
    for mark, kind, why in _MARKS:
        if mark.match(head):
            return kind, why
    if head.startswith(_ELF) and len(head) >= _ELF_TYPE.stop:
        order: Literal["little", "big"] = "little" if head[5] == 1 else "big"
        if int.from_bytes(head[_ELF_TYPE], order) == _ELF_CORE:
            return StrayKind.CORE_DUMP, "the memory of a program that broke"
    return None
