"""Footage -> appearances, segment by segment, on all cores of one machine or over a cluster.

Each segment ends as a document that the caller keeps, in the order in which they end; those that
were kept before are left alone, so that whatever stops it, it goes on where it was. Processes that
die are replaced, and what they did is done again. The documents do not depend on any of that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.errors import UsageError
from workbench.retrospective.index_crew import Crew, IndexProgress
from workbench.retrospective.index_peers import Hiring
from workbench.retrospective.index_process import Processes
from workbench.retrospective.index_worker import SegmentCounts
from workbench.retrospective.segments import FootagePlan

if TYPE_CHECKING:
    from workbench.settings import Settings

__all__ = ["FootageCounts", "IndexProgress", "Keep", "index_footage"]

Keep = Callable[[int, bytes, SegmentCounts], None]
"""Takes the number of a segment, its document, and what it came to; keeps it for good."""


@dataclass(frozen=True, slots=True)
class FootageCounts:
    """What this run came to; segments that were kept before are not in it.

    Attributes:
        segments: what each came to, by number.
        replaced: processes that died and were replaced.
    """

    segments: tuple[SegmentCounts, ...]
    replaced: int

    @property
    def frames(self) -> int:
        """How many could be decoded."""
        return sum(one.frames for one in self.segments)

    @property
    def appearances(self) -> int:
        """How many faces were followed; one that a segment's end cut counts in both."""
        return sum(one.appearances for one in self.segments)

    @property
    def damage(self) -> str | None:
        """What could not be decoded, in a sentence."""
        return "; ".join(one.damage for one in self.segments if one.damage is not None) or None


def index_footage(
    plan: FootagePlan,
    settings: Settings,
    *,
    keep: Keep,
    done: Collection[int] = (),
    go_on: Callable[[], None] = lambda: None,
    progress: Callable[[IndexProgress], None] = lambda _done: None,
    workers: int | None = None,
    hiring: Hiring | None = None,
) -> FootageCounts:
    """Index what is not done yet of a file.

    Args:
        plan: of the file.
        settings: those that searches are run with.
        keep: called here, in this thread, as each segment ends, in any order. What it raises ends
            the work.
        done: numbers of the segments that were kept before.
        go_on: asked here at least once a second, but while `keep` is at work. Raises where the work
            may not go on, such as `NotAuthorisedError` when the authority of the case has ended;
            that ends it at once, and what is not kept by then is dropped.
        progress: told how far it is whenever that has changed.
        workers: processes; as many as there are cores when left out.
        hiring: where they come from, such as an open `Cluster`; begun on this machine when left
            out.

    Raises:
        FootageError: when the file was changed, cannot be read, or costs one process after the
            other its life.
        UsageError: when `workers` is less than 1, or `done` names a segment that there is not.
        Exception: what `keep` or `go_on` raised.
    """
    if workers is not None and workers < 1:
        msg = f"indexing needs at least 1 process, not {workers}."
        raise UsageError(msg)
    unknown = sorted(set(done) - {one.number for one in plan.segments})
    if unknown:
        msg = (
            f"{plan.path} has {len(plan.segments)} segments, and none with number "
            f"{', '.join(map(str, unknown))}. Plan it as it was planned before."
        )
        raise UsageError(msg)
    go_on()
    left = [one.number for one in plan.segments if one.number not in set(done)]
    hiring = Processes() if hiring is None else hiring
    crew = Crew(hiring, plan, settings, left, min(workers or hiring.workers, len(left)))
    made: list[SegmentCounts] = []
    told: IndexProgress | None = None
    try:
        while crew.is_busy:
            go_on()
            for counts, document in crew.take():
                keep(counts.number, document, counts)
                made.append(counts)
                del document
            if (now := crew.progress()) != told:
                told = now
                progress(now)
    finally:
        crew.end()
    return FootageCounts(tuple(sorted(made, key=lambda one: one.number)), crew.replaced)
