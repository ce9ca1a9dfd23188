"""What the sealed documents of this part have in common: headers, encoders, templates in halves."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workbench.errors import EncoderMismatchError, VaultError
from workbench.faces.templates import EncoderIdentity
from workbench.matching.safetensors_view import document_of, told_text

__all__ = [
    "DIGEST",
    "EncoderFacts",
    "read_header",
    "read_sealed",
    "require_encoders",
    "require_unit_norm",
    "sealed_document",
]

DIGEST: Final = r"^[0-9a-f]{64}$"
_UNIT: Final = 2e-3
"""By how much the norm of a template may differ from 1; half precision moves it by 0.0005."""
_Document = TypeVar("_Document", bound=BaseModel)
_Header = TypeVar("_Header", bound=BaseModel)


class EncoderFacts(BaseModel):
    """An `EncoderIdentity` as a header holds it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    artefact: str
    sha256: str
    alignment: str
    dimension: Annotated[int, Field(ge=1, le=4096)]

    @property
    def identity(self) -> EncoderIdentity:
        """The identity itself."""
        return EncoderIdentity(**self.model_dump())


def sealed_document(name: str, header: BaseModel, tensors: Mapping[str, NDArray[Any]]) -> bytes:
    """Return a safetensors document; the same parts give the same bytes.

    Args:
        name: of the header in the metadata.
        header: what is said of the tensors.
        tensors: of plain types, by name.
    """
    text = header.model_dump_json()
    digest = hashlib.sha256(text.encode()).hexdigest()
    plain = {one: np.ascontiguousarray(tensor) for one, tensor in tensors.items()}
    return document_of(plain, {name: text, "sha256": digest})


def read_header(outer: dict[str, Any], name: str, kind: str, model: type[_Header]) -> _Header:
    """Return a header of the metadata, once its digest fits.

    Args:
        outer: header of the safetensors document.
        name: of the text in its metadata.
        kind: what the document should be, for a message.
        model: what the header has to be.

    Raises:
        ValueError: when it is none; says what is wrong.
    """
    text = told_text(outer, name, kind)
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        place, what = _first_fault(error)
    # Out here: pydantic's error would keep the frames of who asked, and the document with them.
    msg = f"its header is not that of this version ({place}: {what})"
    raise ValueError(msg)


def read_sealed(data: bytes, model: type[_Document], *, source: str) -> _Document:
    """Return a document that was sealed as JSON.

    Args:
        data: its bytes.
        model: what it has to be.
        source: what to call it in an error.

    Raises:
        VaultError: when it is none of this version.
    """
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        place, what = _first_fault(error)
    msg = (
        f"{source} cannot be read: {place or 'it'} is wrong ({what}). Restore the vault from a "
        "backup."
    )
    raise VaultError(msg)


def _first_fault(error: ValidationError) -> tuple[str, str]:
    """Return where the first fault is and what it is, without any value."""
    first = error.errors(include_url=False, include_input=False)[0]
    return ".".join(map(str, first["loc"]))[:80], first["msg"]


def require_encoders(
    held: Mapping[str, EncoderIdentity],
    identities: Mapping[str, EncoderIdentity] | None,
    source: str,
    *,
    of: str,
    remedy: str,
) -> None:
    """Raise `EncoderMismatchError` unless templates of each encoder asked for are held.

    Args:
        held: the encoders of a document, by name.
        identities: those asked for, by name.
        source: what to call the document.
        of: what the templates are of, such as `references`.
        remedy: what to do about it.
    """
    for name, identity in (identities or {}).items():
        if name not in held:
            those = ", ".join(one.describe() for one in held.values())
            msg = f"{source} holds no templates of {identity.describe()}, only of {those}. {remedy}"
            raise EncoderMismatchError(msg)
        identity.require_same(held[name], f"{source}: {of}")


def require_unit_norm(name: str, templates: NDArray[np.float16]) -> None:
    """Raise `ValueError` unless each row of `(n, d)` has unit norm, within half precision."""
    if not len(templates):
        return
    norms = np.linalg.norm(templates.astype(np.float32), axis=1)
    if not np.all(np.abs(norms - 1.0) < _UNIT):
        msg = f"{name} holds templates that are not of unit norm"
        raise ValueError(msg)
