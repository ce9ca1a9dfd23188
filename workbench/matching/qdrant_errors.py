"""What the client of a Qdrant server raises, as an error of this software."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qdrant_client.common.client_exceptions import QdrantException
from qdrant_client.http.exceptions import ApiException, UnexpectedResponse

from workbench.errors import StoreError

__all__ = ["asking"]


@contextmanager
def asking() -> Iterator[None]:
    """Turn what the client raises into `StoreError`; also a decorator.

    Its own errors carry what was answered, templates and names of people among it, so nothing of
    them is repeated but their kind.

    Raises:
        StoreError: when there is no answer, or none that can be used.
    """
    try:
        yield
    # What is no answer of such a server is told by its client in these ways, too.
    except (
        ApiException, QdrantException, OSError, RuntimeError, ValueError, LookupError,
        AssertionError,
    ) as error:  # fmt: skip
        said = type(error).__name__
        if isinstance(error, UnexpectedResponse):
            said += f", status {error.status_code}"
        msg = (
            f"the gallery server (gallery.qdrant) gives no answer that can be used: {said}. Look "
            "at whether it runs, and at its address and key."
        )
        raise StoreError(msg) from None
