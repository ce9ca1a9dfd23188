"""What a live search gets its frames from: opened, and named for the log."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from workbench.errors import FeedError
from workbench.hygiene import address_from, without_credentials
from workbench.settings import Settings

if TYPE_CHECKING:
    from workbench.feeds.frames import Feed

__all__ = ["named_source", "opened_source"]

_LONGEST: Final = 200


def opened_source(source: str | Path | Feed, settings: Settings) -> Feed:
    """Open a path or an address; the first picture is decoded, so what allows that comes before.

    Args:
        source: a path, the address of a camera, `env:NAME` or `@PATH` that say where an address
            is, or an open feed, which is returned as it is.
        settings: say how large pictures may be, and how long a camera is waited for.

    Raises:
        FeedError: when it cannot be opened; without any login of its address.
        RefusedError: when others can read the file that the address is in.
        UsageError: when there is no address where one is said to be.
    """
    if not isinstance(source, str | Path):
        return source
    if isinstance(source, str) and source.startswith(("env:", "@")):
        source = address_from(source, os.environ)
    from workbench.feeds.opening import open_feed  # noqa: PLC0415 - opens quickly
    from workbench.images import ImageLimits  # noqa: PLC0415

    images = settings.images
    limits = ImageLimits(images.max_pixels, images.max_bytes)
    try:
        return open_feed(source, limits=limits, camera=settings.camera)
    except FeedError as error:
        raise FeedError(without_credentials(str(error))) from None


def named_source(source: str | Path | Feed) -> str:
    """Return what frames are said to come from, for the log: a name, and never an address.

    The deployment names its feeds; that this file or camera is that feed nobody but a person can
    tell, who finds here what was searched under the name.
    """
    if not isinstance(source, str | Path):
        return f"frames handed in by a program ({type(source).__name__})"[:_LONGEST]
    if "://" in str(source):
        return "an address, which may hold a login"
    from workbench.feeds.frames import shown_name  # noqa: PLC0415 - opening a bench is quick

    return without_credentials(shown_name(Path(source)))[:_LONGEST]
