"""Many processes that write alerts and verdicts to one bench at once, each counting for itself.

Run as a program: a folder, `sqlite` or the address of an empty PostgreSQL database, how many
processes, and for how many seconds. It prints a line of JSON, and fails where anything is lost.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from soundness import require_sound
from worked_bench import WorkedBench, alerting, deciding, make_worked_bench, start

from workbench.errors import RefusedError, WorkbenchError

__all__ = ["Written", "write_at_once"]

_SHARED: Final = 20
"""Alerts that all processes try to decide."""
_EVERY: Final = 4
"""Of so many rounds of a process one tries an alert that others try too."""


@dataclass(frozen=True)
class Written:
    """What many processes wrote together.

    Attributes:
        store: `sqlite` or `postgresql`.
        processes: how many.
        seconds: for how long.
        alerts: how many were acknowledged.
        verdicts: likewise.
        refused: verdicts that came too late, since others had decided.
        alerts_a_second: of all processes together, while each also gives verdicts.
        verdicts_a_second: likewise.
        entries: of the audit log in the end.
        typical_ms: time in which half of the alerts were stored.
        slow_ms: time in which 99 of 100 were.
        slowest_ms: the longest that one took.
        least: alerts of the process that got to write least.
    """

    store: str
    processes: int
    seconds: float
    alerts: int
    verdicts: int
    refused: int
    alerts_a_second: float
    verdicts_a_second: float
    entries: int
    typical_ms: float
    slow_ms: float
    slowest_ms: float
    least: int


def write_at_once(bench: WorkedBench, folder: Path, processes: int, seconds: float) -> Written:
    """Write from many processes at once, then hold what each counted against the records.

    Args:
        bench: freshly made.
        folder: gets what each process counted.
        processes: how many.
        seconds: for how long.
    """
    reference = bench.ready(feeds=processes + 1)
    later = bench.later(minutes=2)
    with (
        later.open("operator") as operator,
        start(operator, reference, f"camera-{processes + 1}") as session,
    ):
        shared = [alerting(session) for _ in range(_SHARED)]
    children = []
    begin = time.monotonic() + 0.5
    for number in range(1, processes + 1):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                said = _write(later, reference, number, shared, begin=begin, seconds=seconds)
                (folder / f"said-{number}.json").write_text(json.dumps(said), "utf-8")
                status = 0
            finally:
                os._exit(status)
        children.append(child)
    assert all(os.waitpid(child, 0)[1] == 0 for child in children), "a process failed"
    counted = [
        json.loads((folder / f"said-{number}.json").read_text("utf-8"))
        for number in range(1, processes + 1)
    ]
    acknowledged = [line for one in counted for line in one["said"]]
    found = require_sound(later, acknowledged)
    _require_all(later, counted, shared)
    alerts = [line for line in acknowledged if line.startswith("alert")]
    times = sorted(taken for one in counted for taken in one["times"])
    return Written(
        store="postgresql" if "://" in bench.place else "sqlite",
        processes=processes,
        seconds=seconds,
        alerts=len(alerts),
        verdicts=len(acknowledged) - len(alerts),
        refused=sum(one["refused"] for one in counted),
        alerts_a_second=round(len(alerts) / seconds, 1),
        verdicts_a_second=round((len(acknowledged) - len(alerts)) / seconds, 1),
        entries=found.entries,
        typical_ms=round(1000 * times[len(times) // 2], 1),
        slow_ms=round(1000 * times[int(0.99 * (len(times) - 1))], 1),
        slowest_ms=round(1000 * times[-1], 1),
        least=min(len(one["times"]) for one in counted),
    )


def _write(
    bench: WorkedBench,
    reference: str,
    number: int,
    shared: Sequence[str],
    *,
    begin: float,
    seconds: float,
) -> dict[str, object]:
    """What one of the processes does."""
    said: list[str] = []
    times: list[float] = []
    refused = 0
    chance = random.Random(number)
    with bench.open("operator") as first, bench.open("operator-2") as second:
        session = start(first, reference, f"camera-{number}")
        time.sleep(max(0.0, begin - time.monotonic()))
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.monotonic()
            alert = alerting(session)
            times.append(time.monotonic() - began)
            said.append(f"alert {alert}")
            for place, operator in enumerate((first, second), 1):
                deciding(operator, alert)
                said.append(f"verdict {alert} {place}")
            if len(times) % _EVERY == 0:
                try:
                    contested = chance.choice(shared)
                    deciding(chance.choice((first, second)), contested)
                    said.append(f"shared {contested}")
                except RefusedError:
                    refused += 1
        session.close()
    return {"said": said, "times": times, "refused": refused}


def _require_all(
    bench: WorkedBench, counted: Sequence[dict[str, list[str]]], shared: Sequence[str]
) -> None:
    """Hold the numbers of the records against those that the processes counted."""
    kinds = Counter(line.split()[0] for one in counted for line in one["said"])
    with bench.open("administrator") as opened, opened._context.store.reading() as connection:
        alerts = connection.exec_driver_sql("SELECT id FROM alerts").scalars().all()
        verdicts = connection.exec_driver_sql("SELECT alert, actor FROM verdicts").all()
        sessions = connection.exec_driver_sql("SELECT counts FROM sessions").scalars().all()
    assert len(alerts) == kinds["alert"] + len(shared)
    assert len(verdicts) == kinds["verdict"] + kinds["shared"]
    assert len(set(verdicts)) == len(verdicts), "nobody decides twice on one alert"
    assert None not in sessions, "each search says how it ended"


def main(folder: Path, store: str, processes: int, seconds: float) -> None:
    """Do it, and print what came of it."""
    folder.mkdir(parents=True, exist_ok=True)
    bench = make_worked_bench(folder, None if store == "sqlite" else store)
    print(json.dumps(asdict(write_at_once(bench, folder, processes, seconds))))  # noqa: T201


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
    except WorkbenchError as error:
        raise SystemExit(str(error)) from error
