"""kill -9 at random moments of what people do on a bench, and what must hold afterwards.

Run as a program: an act, a folder, `sqlite` or the address of an empty PostgreSQL database, how
many kills, and a seed. It prints a line of JSON, and fails where anything is wrong.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, replace
from itertools import count
from pathlib import Path
from typing import Final

from killed_work import Ack, Pace, Round, Toll, killed, paced, sound
from killing_parts import importing, indexing
from soundness import require_purged
from worked_bench import WorkedBench, alerting, deciding, enrol, make_worked_bench, start

__all__ = ["ACTS", "Toll", "kill_during"]

_ALERTS: Final = 6
"""Alerts that are destroyed, or decided, in one round."""


def kill_during(act: str, bench: WorkedBench, folder: Path, kills: int, seed: int) -> Toll:
    """Have an act done again and again, and kill whoever does it at random moments.

    Args:
        act: one of `ACTS`.
        bench: freshly made.
        folder: for what is needed beside it.
        kills: how many processes to kill; one that had ended by itself does not count.
        seed: of the moments.
    """
    began = time.monotonic()
    toll = Toll(act, "postgresql" if "://" in bench.place else "sqlite")
    moments = random.Random(seed)
    usual = Pace(0.0, 0.0)
    for number, one in enumerate(ACTS[act](bench, folder, toll)):
        said: list[str] = []
        if number == 0:
            one.work(said.append)  # here, so that the others have all modules at hand
        elif number == 1:
            said, usual = paced(one.work)
        elif one.spared or toll.kills == kills:
            said, _ = killed(one.work)
        else:
            whole = usual.rest_s if one.late else usual.begun_s + usual.rest_s
            moment = moments.uniform(0.0, whole)
            said, was_killed = killed(one.work, moment, late=one.late)
            if not was_killed and not one.late:
                usual = usual.at_most(moment)
            toll.kills += was_killed
            toll.in_time += not was_killed
            toll.acknowledged += was_killed * len(said)
        one.look(said)
        one.after()
        if toll.kills == kills and one.may_be_last():
            break
    toll.seconds = time.monotonic() - began
    return toll


def _enrolment(bench: WorkedBench, _folder: Path, toll: Toll) -> Iterator[Round]:
    """Build the list of one deployment over and over; each build destroys the one before."""
    reference = bench.draft()
    numbers = count(1)

    def work(ack: Ack) -> None:
        with bench.open("analyst") as analyst:
            for _ in range(3):
                for entry in enrol(analyst, reference, numbers):
                    ack(f"entry {entry}")

    while True:
        yield Round(bench, work, lambda said: sound(bench, toll, said))
        numbers = count(next(numbers) + 100)  # what the child counted is unknown here


def _alerting(bench: WorkedBench, _folder: Path, toll: Toll) -> Iterator[Round]:
    reference = bench.ready()
    later = bench.later(minutes=2)

    def work(ack: Ack) -> None:
        with later.open("operator") as operator:
            session = start(operator, reference)
            for _ in range(_ALERTS):
                ack(f"alert {alerting(session)}")

    while True:
        yield Round(later, work, lambda said: sound(later, toll, said))


def _adjudication(bench: WorkedBench, _folder: Path, toll: Toll) -> Iterator[Round]:
    reference = bench.ready()
    later = bench.later(minutes=2)
    while True:
        with later.open("operator") as operator, start(operator, reference) as session:
            alerts = [alerting(session) for _ in range(_ALERTS)]

        def work(ack: Ack, alerts: list[str] = alerts) -> None:
            with later.open("operator") as first, later.open("operator-2") as second:
                for alert in alerts:
                    for place, operator in enumerate((first, second), 1):
                        deciding(operator, alert)
                        ack(f"verdict {alert} {place}")

        yield Round(later, work, lambda said: sound(later, toll, said))


def _purge(bench: WorkedBench, folder: Path, toll: Toll) -> Iterator[Round]:
    """Destroy a list and alerts that are due, on copies of a bench that has them."""
    reference = bench.ready()
    later = bench.later(minutes=2)
    with later.open("operator") as operator, start(operator, reference) as session:
        for _ in range(_ALERTS):
            alerting(session)
    with later.open("operator") as operator:
        operator.deployments.close(reference)
    for number in count(1):
        copy = copied(later, folder / f"copy-{number}").later(days=60)

        def work(ack: Ack, copy: WorkedBench = copy) -> None:
            with copy.open("data-protection-officer") as officer:
                ack(f"certificates {len(officer.retention.run().certificates)}")

        def look(said: list[str], copy: WorkedBench = copy) -> None:
            toll.finished += require_purged(copy)
            sound(copy, toll, [])

        yield Round(copy, work, look, lambda copy=copy: removed(copy))  # type: ignore[misc]


ACTS: Final[dict[str, Callable[[WorkedBench, Path, Toll], Iterator[Round]]]] = {
    "enrolment": _enrolment,
    "alerting": _alerting,
    "adjudication": _adjudication,
    "purge": _purge,
    "import": importing,
    "indexing": indexing,
}


def copied(bench: WorkedBench, to: Path) -> WorkedBench:
    """Copy a bench that nobody has open, with its keys and its witness."""
    keys, witness = bench.settings.keys.folder, bench.settings.witness
    shutil.copytree(keys, to / "keys")
    shutil.copytree(witness, to / "witness")
    settings = bench.settings.model_copy(
        update={
            "keys": bench.settings.keys.model_copy(update={"folder": to / "keys"}),
            "witness": to / "witness",
        }
    )
    if "://" in bench.place:
        server, _, name = bench.place.rpartition("/")
        place = f"{server}/{name}_{to.name.replace('-', '_')}"
        _say(bench.place, f"CREATE DATABASE {place.rpartition('/')[2]} TEMPLATE {name}")
    else:
        place = str(to / "bench")
        shutil.copytree(bench.place, place)
    return replace(bench, place=place, settings=settings)


def removed(bench: WorkedBench) -> None:
    """Remove a copy."""
    if "://" in bench.place:
        _say(bench.place, f"DROP DATABASE {bench.place.rpartition('/')[2]} WITH (FORCE)")
    shutil.rmtree(bench.settings.witness.parent)


def _say(address: str, statement: str) -> None:
    """Say something to the server of a database, from another database of it."""
    import psycopg

    server = address.rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(statement.encode())


def main(act: str, folder: Path, store: str, kills: int, seed: int) -> None:
    """Do it, and print what came of it."""
    with suppress(FileExistsError):
        folder.mkdir(parents=True)
    bench = make_worked_bench(folder, None if store == "sqlite" else store)
    print(json.dumps(asdict(kill_during(act, bench, folder, kills, seed))))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
