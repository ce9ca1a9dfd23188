"""Watchlist files: versioned safetensors with a JSON header, checked whole when read.

Layout, version 1. The safetensors metadata holds `watchlist`, a JSON header (fields of
`_Header`), and `sha256`, the digest of that text. The tensors are `templates/<encoder>`,
`(n, d)` float32 of unit norm, one for each encoder of the header; `thumbnails`, uint8, a JPEG of
each reference one after the other; and `thumbnails/offsets`, `(n + 1,)` int64, where in it each
begins and the last ends. The header carries the digest of the bytes of each. Digests find damage;
they do not show who wrote the file.

A thumbnail is for people to look at, so what a JPEG loses does not matter, and a list of 5,000
references takes 50 MB instead of 400.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, Never, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from safetensors import SafetensorError
from safetensors.numpy import load, save

from workbench.arrays import ImageArray
from workbench.errors import (
    EncoderMismatchError,
    ImageError,
    OutputError,
    RefusedError,
    WatchlistError,
)
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.images import ImageLimits, encode_jpeg, load_image
from workbench.matching.calibration import EncoderRecord
from workbench.matching.watchlist import THUMBNAIL_SIDE, Watchlist, WatchlistReference

__all__ = [
    "FORMAT",
    "LARGEST_HEADER",
    "SUFFIX",
    "VERSION",
    "read_watchlist",
    "require_encoders",
    "write_watchlist",
]

FORMAT = "workbench-watchlist"
VERSION = 1
SUFFIX = ".safetensors"
LARGEST_HEADER = 64 * 1024 * 1024
"""Bytes of header that are read at most: some 100,000 references."""

_REMEDY = "Enrol again, or give a watchlist file that this version wrote."
_LENGTH_BYTES = 8
_PICTURES = "thumbnails"
_OFFSETS = "thumbnails/offsets"
_ONE_THUMBNAIL = ImageLimits(max_pixels=THUMBNAIL_SIDE**2, max_bytes=1024 * 1024)


def _printable(text: str) -> str:
    """Refuse what a terminal or a page would obey instead of showing."""
    if not text.isprintable():
        msg = "it holds characters that cannot be printed"
        raise ValueError(msg)
    return text


_Line: TypeAlias = Annotated[str, AfterValidator(_printable)]
_Text: TypeAlias = Annotated[_Line, Field(min_length=1)]
_Digest: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Reference(_Record):
    subject: _Text
    # A file name and nothing else: where the pictures lay is nobody's business.
    source: Annotated[_Line, Field(min_length=1, pattern=r"^[^/\x00]+$")]
    sha256: _Digest
    verdict: Literal["accept", "warn"]
    reasons: tuple[_Line, ...]
    quality: dict[str, Annotated[float, Field(allow_inf_nan=False)]]


class _Header(_Record):
    format: Literal["workbench-watchlist"]
    version: Literal[1]
    name: _Line
    created: AwareDatetime
    detector: _Text
    encoders: tuple[EncoderRecord, ...]
    references: tuple[_Reference, ...]
    tensors: dict[str, _Digest]

    @model_validator(mode="after")
    def _names_encoders_once(self) -> Self:
        if len({one.name for one in self.encoders}) != len(self.encoders):
            msg = "it names an encoder twice"
            raise ValueError(msg)
        return self


def write_watchlist(watchlist: Watchlist, path: Path | str, *, overwrite: bool = False) -> None:
    """Write a watchlist so that the file is there whole or not at all, for its owner alone.

    Args:
        watchlist: what to write.
        path: the file; its folder must exist.
        overwrite: replace a file that is there.

    Raises:
        RefusedError: when a file is there and `overwrite` was not said.
        WatchlistError: when the watchlist holds what a file may not, such as a path as source.
        OutputError: when it cannot be written; nothing partial is left.
    """
    target = Path(path)
    document = _document(watchlist, target)
    try:
        _place(document, target, overwrite=overwrite)
    except FileExistsError as error:
        msg = f"{target} exists already. Give another name, or say that it may be replaced."
        raise RefusedError(msg) from error
    except OSError as error:
        msg = (
            f"{target}: the watchlist cannot be written ({error.strerror or error}). Check that "
            "its folder exists, its permissions and the space."
        )
        raise OutputError(msg) from error


def read_watchlist(
    path: Path | str, identities: Mapping[str, EncoderIdentity] | None = None
) -> Watchlist:
    """Read a watchlist and check everything about it.

    Args:
        path: the file.
        identities: the encoders that probes will be encoded with, by name; the file must hold
            templates of each. Not checked when `None`.

    Raises:
        WatchlistError: when it cannot be read, is damaged, or is no watchlist of this version;
            names the file and the fault.
        EncoderMismatchError: when it was enrolled with other encoders than `identities`.
    """
    source = Path(path)
    content = _content(source)
    header = _header(content, source)
    tensors = _tensors(content, header, source)
    try:
        watchlist = Watchlist(
            name=header.name,
            created=header.created,
            detector=header.detector,
            references=tuple(
                WatchlistReference(
                    one.subject, one.source, one.sha256, one.verdict, one.reasons, one.quality
                )
                for one in header.references
            ),
            templates={
                record.name: Templates(tensors[f"templates/{record.name}"], record.identity())
                for record in header.encoders
            },
            thumbnails=_thumbnails(tensors[_PICTURES], tensors[_OFFSETS], source),
        )
    except ValueError as error:
        _refuse(source, str(error))
    require_encoders(watchlist, identities or {}, source)
    return watchlist


def require_encoders(
    watchlist: Watchlist, identities: Mapping[str, EncoderIdentity], source: Path | str
) -> None:
    """Raise unless a watchlist holds templates of these very encoders.

    Args:
        watchlist: what was read.
        identities: the encoders that probes will be encoded with, by name.
        source: where it was read from, for the message.

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


def _document(watchlist: Watchlist, target: Path) -> bytes:
    """Return the bytes of the file."""
    tensors: dict[str, NDArray[Any]] = {
        f"templates/{name}": np.ascontiguousarray(templates.vectors, np.float32)
        for name, templates in watchlist.templates.items()
    }
    pictures = [encode_jpeg(one) for one in watchlist.thumbnails]
    tensors[_PICTURES] = np.frombuffer(b"".join(pictures), np.uint8)
    tensors[_OFFSETS] = np.cumsum([0, *map(len, pictures)], dtype=np.int64)
    try:
        header = _Header(
            format="workbench-watchlist",
            version=1,
            name=watchlist.name,
            created=watchlist.created,
            detector=watchlist.detector,
            encoders=tuple(EncoderRecord.of(one) for one in watchlist.encoders.values()),
            references=tuple(
                _Reference.model_validate(
                    {
                        "subject": one.subject,
                        "source": one.source,
                        "sha256": one.sha256,
                        "verdict": str(one.verdict),
                        "reasons": one.reasons,
                        "quality": dict(one.quality),
                    }
                )
                for one in watchlist.references
            ),
            tensors={name: _digest(tensor) for name, tensor in tensors.items()},
        )
        text = header.model_dump_json()
    except (ValidationError, ValueError) as error:
        msg = f"{target}: this watchlist cannot be written: {_first_fault(error)}. Correct that."
        raise WatchlistError(msg) from error
    if len(text.encode("utf-8")) > LARGEST_HEADER // 2:
        msg = f"{target}: {len(watchlist):,} references are too many for one file. Split the list."
        raise WatchlistError(msg)
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return save(tensors, metadata={"watchlist": text, "sha256": digest})


def _place(document: bytes, target: Path, *, overwrite: bool) -> None:
    """Put the bytes at `target` in one step."""
    if not overwrite and os.path.lexists(target):
        raise FileExistsError(target)
    descriptor, name = tempfile.mkstemp(prefix=".watchlist-", dir=target.parent)
    work = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(document)
            file.flush()
            os.fsync(file.fileno())
        work.chmod(0o600)
        if overwrite or not _linked(work, target):
            work.replace(target)
    finally:
        work.unlink(missing_ok=True)
    # The rename itself survives a power cut only once the folder is on disk too.
    with contextlib.suppress(OSError):
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _linked(work: Path, target: Path) -> bool:
    """Give the file its name by a link, which never replaces what came there meanwhile.

    Returns:
        False where the file system has no links; then the check before must do.
    """
    try:
        target.hardlink_to(work)
    except FileExistsError:
        raise
    except OSError:
        return False
    return True


def _content(source: Path) -> bytes:
    """Return the bytes of the file once the length of its header is known to be sensible."""
    try:
        with source.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            start = file.read(_LENGTH_BYTES)
            length = int.from_bytes(start, "little")
            if len(start) < _LENGTH_BYTES or length > size - _LENGTH_BYTES:
                _refuse(source, "it is cut short, or not a watchlist file")
            if length > LARGEST_HEADER:
                _refuse(source, f"its header has {length:,} bytes, more than {LARGEST_HEADER:,}")
            return start + file.read()
    except FileNotFoundError as error:
        msg = f"{source}: there is no such watchlist file. Check the path, or enrol one."
        raise WatchlistError(msg) from error
    except OSError as error:
        msg = (
            f"{source}: the watchlist cannot be read ({error.strerror or error}). Check the path "
            "and its permissions."
        )
        raise WatchlistError(msg) from error


def _header(content: bytes, source: Path) -> _Header:
    """Return the checked header."""
    length = int.from_bytes(content[:_LENGTH_BYTES], "little")
    try:
        outer = json.loads(content[_LENGTH_BYTES : _LENGTH_BYTES + length])
    except (ValueError, RecursionError):
        _refuse(source, "its header is damaged, or it is not a watchlist file")
    metadata = outer.get("__metadata__") if isinstance(outer, dict) else None
    text = metadata.get("watchlist") if isinstance(metadata, dict) else None
    if not isinstance(metadata, dict) or not isinstance(text, str):
        _refuse(source, "it is a safetensors file but not a watchlist")
    try:
        encoded = text.encode("utf-8")
        if metadata.get("sha256") != hashlib.sha256(encoded).hexdigest():
            _refuse(source, "its header is damaged: the digest does not fit")
        about = json.loads(encoded)
        if isinstance(about, dict) and about.get("format") == FORMAT:
            version = about.get("version")
            if version != VERSION:
                _refuse(source, f"it has version {version!r}; this workbench reads {VERSION}")
        return _Header.model_validate_json(encoded)
    except (ValueError, RecursionError) as error:
        _refuse(source, f"its header is wrong: {_first_fault(error)}")


def _tensors(content: bytes, header: _Header, source: Path) -> dict[str, NDArray[Any]]:
    """Return the tensors, once names, types, shapes and digests are those of the header."""
    try:
        tensors: dict[str, NDArray[Any]] = load(content)
    except (SafetensorError, ValueError, TypeError, KeyError, AttributeError) as error:
        _refuse(source, f"its tensors are damaged ({error})")
    n = len(header.references)
    expected: dict[str, tuple[type[np.generic], tuple[int | None, ...]]] = {
        f"templates/{one.name}": (np.float32, (n, one.dimension)) for one in header.encoders
    }
    expected[_PICTURES] = (np.uint8, (None,))
    expected[_OFFSETS] = (np.int64, (n + 1,))
    if set(tensors) != set(expected) or set(header.tensors) != set(expected):
        _refuse(source, f"it must hold exactly the tensors {', '.join(sorted(expected))}")
    for name, (kind, shape) in expected.items():
        tensor = tensors[name]
        fits = tensor.ndim == len(shape) and all(
            side in (None, length) for side, length in zip(shape, tensor.shape, strict=True)
        )
        if tensor.dtype != kind or not fits:
            needed = str(shape).replace("None", "any")
            _refuse(
                source,
                f"{name} is {tensor.dtype} of shape {tensor.shape}, but {n} references need "
                f"{np.dtype(kind)} of shape {needed}",
            )
        if kind is np.float32 and not np.all(np.isfinite(tensor)):
            _refuse(source, f"{name} holds numbers that are not finite")
        if _digest(tensor) != header.tensors[name]:
            _refuse(source, f"{name} is damaged: the digest does not fit")
    return tensors


def _thumbnails(
    pictures: NDArray[np.uint8], offsets: NDArray[np.int64], source: Path
) -> ImageArray:
    """Return the thumbnails, shape `(n, 160, 160, 3)` uint8 RGB."""
    ends = offsets.tolist()
    if ends[0] != 0 or ends[-1] != len(pictures) or any(a >= b for a, b in pairwise(ends)):
        _refuse(source, f"{_OFFSETS} do not say where each thumbnail lies")
    shape = (THUMBNAIL_SIDE, THUMBNAIL_SIDE, 3)
    thumbnails = np.empty((len(ends) - 1, *shape), np.uint8)
    for row, (start, end) in enumerate(pairwise(ends)):
        called = f"thumbnail {row + 1}"
        try:
            image = load_image(pictures[start:end].tobytes(), limits=_ONE_THUMBNAIL, name=called)
        except ImageError as error:
            _refuse(source, str(error).rstrip("."))
        if image.shape != shape:
            _refuse(source, f"{called} has shape {image.shape} instead of {shape}")
        thumbnails[row] = image
    return thumbnails


def _digest(tensor: NDArray[Any]) -> str:
    # Seen as bytes rather than copied: thumbnails of a long list are large.
    flat = np.ascontiguousarray(tensor).reshape(-1).view(np.uint8)
    return hashlib.sha256(flat.data).hexdigest()


def _first_fault(error: Exception) -> str:
    """Return the first fault of a validation in a few words, without the values."""
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'document'}: {first['msg']}"


def _refuse(source: Path, fault: str) -> Never:
    msg = f"{source} cannot be used as a watchlist: {fault}. {_REMEDY}"
    raise WatchlistError(msg)
