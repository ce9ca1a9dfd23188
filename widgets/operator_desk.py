"""Opening the operator's page: on a bench that is named, or on a demonstration made for it."""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from widgets.operating import Operator, Source
from workbench.errors import UsageError
from workbench.governance.deployments import DeploymentState

if TYPE_CHECKING:
    from workbench.bench import Workbench
    from workbench.faces.analysis import FaceAnalyser

__all__ = ["close_pages", "operator"]

_OPEN: Final = frozenset({DeploymentState.AUTHORISED, DeploymentState.LIVE})
_PAGES: dict[tuple[str, str, str, str | None], Operator] = {}
"""The pages of this kernel: a cell that is run again shows the search that it started."""


def operator(
    bench: Workbench | None = None,
    deployment: str | None = None,
    *,
    feed: Source | str | Path | None = None,
    feed_name: str | None = None,
    threshold: float | None = None,
    analyser: FaceAnalyser | None = None,
    credits: Sequence[str] = (),  # noqa: A002 - what they are called everywhere
) -> Operator:
    """Return the operator's page of a deployment; where a search goes on in this kernel, its page.

    Args:
        bench: opened; that of WORKBENCH_BENCH, as whoever is logged in, when left out.
        deployment: its reference; the one that is authorised now, when left out.
        feed: see `Operator`, as are the others.
        feed_name: likewise.
        threshold: likewise.
        analyser: likewise.
        credits: likewise.

    Raises:
        CredentialError: when nobody is logged in.
        UsageError: when it is not clear which deployment is meant.
    """
    opened = None
    if bench is None:
        from workbench.bench import Workbench as Bench  # noqa: PLC0415 - loads the store

        bench = opened = Bench.open()
    reference = _only_one(bench) if deployment is None else deployment
    key = (bench.id, bench.actor.name, reference, feed_name)
    page = _PAGES.get(key)
    if page is not None and page.is_searching:
        if opened is not None:
            opened.close()
        return page
    if page is not None:
        page.close()
    page = _PAGES[key] = Operator(
        bench,
        reference,
        feed=feed,
        feed_name=feed_name,
        threshold=threshold,
        analyser=analyser,
        credits=credits,
    )
    return page


def _only_one(bench: Workbench) -> str:
    """Return the reference of the one deployment that a search may run for now.

    Raises:
        UsageError: when there is none, or several.
    """
    found = [one.reference for one in bench.deployments.list() if one.state in _OPEN]
    if len(found) == 1:
        return found[0]
    if not found:
        msg = "no deployment is authorised now. Apply for one, and have it authorised."
    else:
        msg = f"several deployments are authorised now: {', '.join(found)}. Name one of them."
    raise UsageError(msg)


def close_pages() -> None:
    """End the searches of this kernel, so that each end is recorded with its reason."""
    for page in list(_PAGES.values()):
        with suppress(Exception):
            page.close()
    _PAGES.clear()


atexit.register(close_pages)
