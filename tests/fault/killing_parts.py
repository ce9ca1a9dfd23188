"""kill -9 of what is kept part by part: importing a collection, and indexing footage.

The process of the bench is killed, not one that reads or indexes for it. Then another opens the
bench and is given the same command, which is killed again, and then is not. After each kill what is
kept is some of what an undisturbed one keeps, and what was kept before is as it was; in the end all
of it is kept, each part once.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Final, Protocol

from joined_clips import joined, spoken_by
from killed_work import Ack, Round, Toll, killed, sound
from part_soundness import KeptPart, kept_parts, kept_segments
from retro_values import BASIS, FOOTAGE_SAID, case_values, collection_values, gather
from worked_bench import WorkedBench

from workbench.errors import RefusedError, UnknownRecordError
from workbench.retrospective.index_crew import IndexProgress

__all__ = ["importing", "indexing"]

_DATA: Final = Path(
    os.environ.get("WORKBENCH_SHARED", Path(__file__).resolve().parents[3] / "shared" / "data")
)
_ENDED: Final = "ended"
_KEPT: Final = "kept"
_KILLS_EACH: Final = 2
"""How often one import, or indexing of one file, is killed before it is left to end."""
_PEOPLE: Final = 48
_PART_ROWS: Final = 4
"""Images of a part: few, so that there are many parts."""
_FRAMES: Final = 30
"""Of each speaker, four seconds from one to the next: a segment of a minute has 15."""


class _Task(Protocol):
    """What is done over and over, each time anew."""

    def prepare(self, number: int) -> None:
        """Have what is needed before."""

    def command(self, number: int, ack: Ack) -> None:
        """Do it, or go on with it, and say so."""

    def look(self, number: int) -> list[KeptPart]:
        """Return which parts of it are kept."""


def importing(bench: WorkedBench, folder: Path, toll: Toll) -> Iterator[Round]:
    """Import the same images as one collection after the other."""
    return _rounds(_Import(_quick(bench), folder), _quick(bench), toll)


def indexing(bench: WorkedBench, folder: Path, toll: Toll) -> Iterator[Round]:
    """Index the same footage for one case after the other."""
    return _rounds(_Indexing(_quick(bench), folder), _quick(bench), toll)


def _quick(bench: WorkedBench) -> WorkedBench:
    """Take the runtime that begins soonest, the same each time."""
    return replace(bench, settings=bench.settings.model_copy(update={"runtime": "onnxruntime"}))


def _rounds(task: _Task, bench: WorkedBench, toll: Toll) -> Iterator[Round]:
    yield Round(bench, lambda _: _have_modules(), lambda _: None)
    whole: list[KeptPart] = []
    for number in count(1):
        task.prepare(number)
        mine = _Mine()

        def look(said: list[str], number: int = number, mine: _Mine = mine) -> None:
            sound(bench, toll, [])
            now = _seen(task, number)
            assert set(mine.kept) <= set(now), "what is kept is kept for good, and not done again"
            told = [int(one.split()[1]) for one in said if one.startswith(_KEPT)]
            assert len(now) >= max(told, default=0), "what was said to be kept is"
            mine.kept, mine.is_over = now, _ENDED in said
            if not mine.is_over:
                assert now, "it was killed when a part was kept, which the next goes on with"
                toll.kept += len(now)
            if not whole:
                assert mine.is_over
                assert len(now) > _KILLS_EACH
                assert sum(one.holds for one in now) > _KILLS_EACH, "somebody is in it"
                whole.extend(now)
            found, all_of_it = _contents(now), _contents(whole)
            assert found == all_of_it if mine.is_over else set(found) <= set(all_of_it)

        for attempt in count(1):
            yield Round(
                bench,
                partial(task.command, number),
                look,
                late=attempt == 1,
                spared=attempt > _KILLS_EACH,
                may_be_last=partial(getattr, mine, "is_over"),
            )
            if mine.is_over:
                break


@dataclass
class _Mine:
    """What is kept of one import or index, and whether it has ended."""

    kept: list[KeptPart] = field(default_factory=list)
    is_over: bool = False


def _contents(parts: list[KeptPart]) -> list[tuple[int, str, int]]:
    return [(one.place, one.content, one.holds) for one in parts]


def _seen(task: _Task, number: int) -> list[KeptPart]:
    """Look in a child: what reads tables begins threads, and this process must have none."""

    def work(ack: Ack) -> None:
        for one in task.look(number):
            ack(" ".join(map(str, one)))

    said, _ = killed(work)
    lines = [line.split() for line in said]
    return [KeptPart(int(one[0]), one[1], one[2], int(one[3])) for one in lines]


def _have_modules() -> None:
    """Import what each of them would import, without having it do anything."""
    for name in ("importing", "indexing", "segments"):
        importlib.import_module(f"workbench.retrospective.{name}")
    importlib.import_module("part_soundness")


class _Import:
    """An import of dozens of images, a few of which cannot be taken."""

    def __init__(self, bench: WorkedBench, folder: Path) -> None:
        lfw = _DATA / "lfw"
        people = sorted(one.name for one in lfw.iterdir() if one.is_dir())[:_PEOPLE]
        self._bench, self._images = bench, gather(lfw, folder / "images", tuple(people))
        (broken,) = (self._images / people[5]).iterdir()
        broken.write_bytes(broken.read_bytes()[:2_000])
        (again,) = (self._images / people[9]).iterdir()
        (again.parent / "again.jpg").write_bytes(again.read_bytes())
        self._values = collection_values(bench.clock())

    def prepare(self, number: int) -> None:
        pass

    def command(self, number: int, ack: Ack) -> None:
        from workbench.retrospective import importing as module

        module.PART_ROWS = _PART_ROWS  # type: ignore[misc]
        before: list[int] = []

        def progress(rows: int, _of: int, _refused: int) -> None:
            # One process reads, in order: what was read before this is kept by now.
            if before:
                ack(f"{_KEPT} {before[-1] // _PART_ROWS}")
            before.append(rows)

        values = {**self._values, "name": f"custody-{number}"}
        with self._bench.open("analyst") as analyst:
            try:
                analyst.collections.import_(
                    self._images, values, workers=1, progress=progress, **BASIS
                )
            except RefusedError:  # it had ended, and nobody was told
                assert analyst.collections.get(values["name"]).state == "ready"
            ack(_ENDED)

    def look(self, number: int) -> list[KeptPart]:
        with self._bench.open("analyst") as analyst:
            try:
                return kept_parts(analyst, f"custody-{number}")
            except UnknownRecordError:
                return []


class _Indexing:
    """Footage of four people, in several segments."""

    def __init__(self, bench: WorkedBench, folder: Path) -> None:
        self._bench, self._clip = bench, folder / "speakers.mkv"
        self._footage: dict[int, str] = {}

        def write(ack: Ack) -> None:
            clips = spoken_by(_DATA / "videos", _FRAMES)
            joined(self._clip, clips, gop=15, rate=Fraction(1, 4))
            ack(_ENDED)

        killed(write)

    def prepare(self, number: int) -> None:
        def work(ack: Ack) -> None:
            values = case_values(self._bench.clock(), number=_case(number))
            with self._bench.open("investigator") as investigator:
                investigator.cases.open(values)
                ack(investigator.footage.add(_case(number), self._clip, FOOTAGE_SAID).id)

        (self._footage[number],), _ = killed(work)

    def command(self, number: int, ack: Ack) -> None:
        # What is begun for it begins without what this process was begun for.
        sys.modules["__main__"] = ModuleType("__main__")

        def progress(now: IndexProgress) -> None:
            if now.segments:
                ack(f"{_KEPT} {now.segments}")

        with self._bench.open("investigator") as investigator:
            view = investigator.footage.index(self._footage[number], workers=1, progress=progress)
            assert view.state == "indexed"
            ack(_ENDED)

    def look(self, number: int) -> list[KeptPart]:
        with self._bench.open("investigator") as investigator:
            return kept_segments(investigator, self._footage[number], _case(number))


def _case(number: int) -> str:
    return f"CASE/2026/{number}"
