"""Small pictures that a panel shows by the dozen: read when a view asks, sent, and not kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple, TypeAlias

from workbench.errors import ImageError, WorkbenchError

__all__ = ["Fetched", "Picture", "fetched", "require_jpeg"]

Picture: TypeAlias = bytes | Callable[[], bytes]
"""JPEG bytes, or what reads them: a callable is asked each time a view asks."""
MOST: Final = 24
"""Pictures of one message; a view asks for the next ones once these have come."""
_JPEG: Final = b"\xff\xd8\xff"


class Fetched(NamedTuple):
    """Pictures that were read, and those that could not be.

    Attributes:
        names: of `pictures`, in their order.
        pictures: JPEG bytes.
        missing: why there is none, by name.
    """

    names: list[str]
    pictures: list[bytes]
    missing: dict[str, str]


def require_jpeg(picture: object, what: str) -> bytes:
    """Return a picture that browsers are sent.

    Args:
        picture: whatever was handed in.
        what: it is, for the message.

    Raises:
        ImageError: when it is not the bytes of a JPEG file.
    """
    if isinstance(picture, bytes) and picture.startswith(_JPEG):
        return picture
    msg = f"{what}: the picture is not JPEG. Give what workbench.images.encode_jpeg returns."
    raise ImageError(msg)


def fetched(wanted: object, pictures: Mapping[str, Picture]) -> Fetched:
    """Read what a view asked for; what it may not ask for is passed over.

    Args:
        wanted: names, as a browser sent them.
        pictures: by name.
    """
    found = Fetched([], [], {})
    for name in _names(wanted, pictures):
        given = pictures[name]
        try:
            picture = require_jpeg(given() if callable(given) else given, name)
        except WorkbenchError as error:
            found.missing[name] = str(error)
        except Exception as error:  # noqa: BLE001 - said in its place, and the others are shown
            found.missing[name] = f"{type(error).__name__} while reading it"
        else:
            found.names.append(name)
            found.pictures.append(picture)
    return found


def _names(wanted: object, known: Iterable[str]) -> list[str]:
    if not isinstance(wanted, list):
        return []
    some = set(known)
    return [one for one in wanted[:MOST] if isinstance(one, str) and one in some]
