"""Details of an entry: figures and short texts by name, and nothing that could hold a face."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final, TypeAlias

from pydantic import PlainSerializer, TypeAdapter, ValidationError

from workbench.governance.text import Prose

__all__ = ["Detail", "Details", "checked_details"]

_MOST_DETAILS: Final = 32
_LONGEST_DETAIL: Final = 500
_LARGEST: Final = 2**63 - 1
_KEY: Final = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_PROSE: Final[TypeAdapter[str]] = TypeAdapter(Prose)

Detail: TypeAlias = str | int | float | bool | None
"""What a detail may be: no bytes, no list, and no text over 500 characters."""

Details: TypeAlias = Annotated[
    Mapping[str, Detail], PlainSerializer(dict, return_type=dict[str, Detail])
]
"""Details by name; those of a draft cannot be changed."""


def checked_details(details: object) -> Mapping[str, Detail]:
    """Return details that can be logged, each as the plain type that JSON gives back.

    Raises:
        ValueError: names the first that cannot.
    """
    if not isinstance(details, Mapping):
        msg = "must be values by name"
        raise ValueError(msg)  # noqa: TRY004 - what pydantic turns into its own error
    if len(details) > _MOST_DETAILS:
        msg = f"has {len(details)} values; an entry holds at most {_MOST_DETAILS}"
        raise ValueError(msg)
    return MappingProxyType({_key(key): _detail(value, key) for key, value in details.items()})


def _key(key: object) -> str:
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        msg = "has a name that is not 1 to 64 of a-z, 0-9, _ and -, with a letter first"
        raise ValueError(msg)
    return key


def _detail(value: object, key: object) -> Detail:
    """Return a value as the plain type that JSON gives back."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) <= _LARGEST:
        return int(value)
    if isinstance(value, float) and math.isfinite(value):
        return float(value)
    if isinstance(value, str):
        if len(value) > _LONGEST_DETAIL:
            msg = f"{key} has {len(value)} characters; at most {_LONGEST_DETAIL} are logged"
            raise ValueError(msg)
        return _shown(str(value), key)
    msg = f"{key} is neither text of at most {_LONGEST_DETAIL} characters nor a finite number"
    raise ValueError(msg)


def _shown(value: str, key: object) -> str:
    if not value.strip():
        return ""
    try:
        return _PROSE.validate_python(value)
    except ValidationError as error:
        said = str(error.errors(include_url=False)[0]["msg"]).removeprefix("Value error, ")
        msg = f"{key}: {said}"
        raise ValueError(msg) from None
