"""Watchlist documents: versioned safetensors with a JSON header, checked whole when read.

A document is bytes. It holds faces, so it lies on disk nowhere but in the vault, encrypted.

Layout, version 2. The safetensors metadata holds `watchlist`, a JSON header (fields of
`WatchlistHeader`), and `sha256`, the digest of that text. The tensors are `templates/<encoder>`,
`(n, d)` float32 of unit norm, one for each encoder of the header; `thumbnails`, uint8, a JPEG of
each reference one after the other; and `thumbnails/offsets`, `(n + 1,)` int64, where in it each
begins and the last ends. The header carries the digest of the bytes of each. Digests find damage;
they do not show who wrote the document. A thumbnail is decoded only when somebody looks at it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final, Never

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from workbench.errors import EncoderMismatchError, WatchlistError
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.person_folders import printable
from workbench.matching.safetensors_view import (
    header_of,
    require_tensor,
    tensor_digest,
    tensors_of,
    told_text,
)
from workbench.matching.thumbnails import Thumbnails
from workbench.matching.watchlist import Watchlist
from workbench.matching.watchlist_header import FORMAT, VERSION, WatchlistHeader, first_fault

__all__ = [
    "LARGEST_HEADER",
    "decode_watchlist",
    "encode_watchlist",
    "require_encoders",
]

LARGEST_HEADER = 64 * 1024 * 1024
"""Bytes of header that are read at most: some 100,000 references."""

_REMEDY: Final = "Enrol again, or give a watchlist that this version wrote."
_PICTURES: Final = "thumbnails"
_OFFSETS: Final = "thumbnails/offsets"
_OLDER: Final = "; version 1 did not say which entry of a deployment's list a reference is of"


def encode_watchlist(watchlist: Watchlist) -> bytes:
    """Return a watchlist as a document.

    Raises:
        WatchlistError: when it holds what a document may not, such as a path as source.
    """
    tensors: dict[str, NDArray[Any]] = {
        f"templates/{name}": np.ascontiguousarray(templates.vectors, np.float32)
        for name, templates in watchlist.templates.items()
    }
    tensors[_PICTURES] = np.ascontiguousarray(watchlist.thumbnails.pictures)
    tensors[_OFFSETS] = np.ascontiguousarray(watchlist.thumbnails.offsets)
    digests = {name: tensor_digest(tensor) for name, tensor in tensors.items()}
    try:
        text = WatchlistHeader.of(watchlist, digests).model_dump_json()
    except ValueError as error:
        msg = f"this watchlist cannot be written: {first_fault(error)}. Correct that."
        raise WatchlistError(msg) from error
    encoded = text.encode("utf-8")
    if len(encoded) > LARGEST_HEADER // 2:
        msg = f"{len(watchlist):,} references are too many for one watchlist. Split the list."
        raise WatchlistError(msg)
    digest = hashlib.sha256(encoded).hexdigest()
    return save(tensors, metadata={"watchlist": text, "sha256": digest})


def decode_watchlist(
    document: bytes | memoryview,
    identities: Mapping[str, EncoderIdentity] | None = None,
    *,
    source: str,
) -> Watchlist:
    """Read a document and check everything about it but the pictures behind their headers.

    Templates and thumbnails are views of `document`, not copies: it must stay as it is for as long
    as the watchlist is used, and whoever overwrites it wipes them with it.

    Args:
        document: what `encode_watchlist` gave.
        identities: the encoders that probes will be encoded with, by name; the document must hold
            templates of each. Not checked when `None`.
        source: what to call it in an error.

    Raises:
        WatchlistError: when it is damaged, or is no watchlist of this version; names `source` and
            the fault.
        EncoderMismatchError: when it was enrolled with other encoders than `identities`.
    """
    try:
        outer, values = header_of(memoryview(document).cast("B"), LARGEST_HEADER)
    except ValueError as error:
        _refuse(source, str(error))
    header = _header(outer, source)
    tensors = _tensors(outer, values, header, source)
    try:
        watchlist = Watchlist(
            name=header.name,
            created=header.created,
            detector=header.detector,
            references=header.references.references(),
            templates={
                record.name: Templates(tensors[f"templates/{record.name}"], record.identity())
                for record in header.encoders
            },
            thumbnails=Thumbnails(tensors[_PICTURES], tensors[_OFFSETS], source),
        )
    except ValueError as error:
        _refuse(source, str(error))
    require_encoders(watchlist, identities or {}, source)
    return watchlist


def require_encoders(
    watchlist: Watchlist, identities: Mapping[str, EncoderIdentity], source: str
) -> None:
    """Raise unless a watchlist holds templates of these very encoders.

    Args:
        watchlist: what was read.
        identities: the encoders that probes will be encoded with, by name.
        source: what to call it in an error.

    Raises:
        EncoderMismatchError: when it was enrolled with others.
    """
    for name, identity in identities.items():
        if name not in watchlist.templates:
            held = ", ".join(one.describe() for one in watchlist.encoders.values())
            msg = (
                f"{source} holds no templates of {identity.describe()}, only of "
                f"{held or 'no encoder'}. Enrol again with this encoder, or search with that one."
            )
            raise EncoderMismatchError(msg)
        identity.require_same(watchlist.encoders[name], f"{source}: references")


def _header(outer: dict[str, Any], source: str) -> WatchlistHeader:
    """Return the checked header."""
    try:
        text = told_text(outer, "watchlist", "a watchlist")
    except ValueError as error:
        _refuse(source, str(error))
    try:
        return WatchlistHeader.model_validate_json(text)
    except (ValueError, RecursionError) as error:
        _refuse(source, _other_version(text) or f"its header is wrong: {first_fault(error)}")


def _other_version(text: str) -> str | None:
    """Return which version a header that cannot be used has, `None` when it has this one."""
    try:
        about = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        return None
    version = about.get("version")
    if version == VERSION:
        return None
    shown = repr(version)[:20] if isinstance(version, int | str) else "that is no number"
    older = _OLDER if version == 1 else ""
    return f"it has version {shown}; this workbench reads {VERSION}{older}"


def _tensors(
    outer: dict[str, Any], values: memoryview, header: WatchlistHeader, source: str
) -> dict[str, NDArray[Any]]:
    """Return the tensors, once names, types, shapes and digests are those of the header."""
    try:
        tensors = tensors_of(outer, values)
    except ValueError as error:
        _refuse(source, f"its tensors are damaged ({error})")
    n = len(header.references.subject)
    expected: dict[str, tuple[type[np.generic], tuple[int | None, ...]]] = {
        f"templates/{one.name}": (np.float32, (n, one.dimension)) for one in header.encoders
    }
    expected[_PICTURES] = (np.uint8, (None,))
    expected[_OFFSETS] = (np.int64, (n + 1,))
    if set(tensors) != set(expected) or set(header.tensors) != set(expected):
        _refuse(source, f"it must hold exactly the tensors {', '.join(sorted(expected))}")
    for name, (kind, shape) in expected.items():
        tensor = tensors[name]
        try:
            require_tensor(name, tensor, kind, shape, n)
        except ValueError as error:
            _refuse(source, str(error))
        if kind is np.float32 and not np.all(np.isfinite(tensor)):
            _refuse(source, f"{name} holds numbers that are not finite")
        if tensor_digest(tensor) != header.tensors[name]:
            _refuse(source, f"{name} is damaged: the digest does not fit")
    return tensors


def _refuse(source: str, fault: str) -> Never:
    # A fault may name a field that nobody has checked.
    msg = f"{source} cannot be used as a watchlist: {printable(fault)}. {_REMEDY}"
    raise WatchlistError(msg)
