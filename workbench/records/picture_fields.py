"""A picture as a field of a sealed document that is JSON: bytes here, base64 there."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, TypeAlias

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

__all__ = ["PictureBytes"]


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    try:
        return base64.b64decode(str(value), validate=True)
    except binascii.Error as error:
        msg = "is no picture"
        raise ValueError(msg) from error


PictureBytes: TypeAlias = Annotated[
    bytes,
    PlainValidator(_bytes),
    PlainSerializer(lambda value: base64.b64encode(value).decode("ascii"), return_type=str),
    WithJsonSchema({"type": "string", "contentEncoding": "base64"}),
]
