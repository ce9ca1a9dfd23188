"""Many images of which 1 % are broken, imported while readers and the import itself are killed.

Run: python benchmarks/import_many.py [--images 100000] [--kills 8] [--encoder fused]

The images are LFW's, each made another file by a few bytes behind its end. Broken are: cut short,
no image at all, empty, missing. The import runs in a process of its own that is killed with -9
after some seconds, again and again, and begun anew with the parts that it had told of; between
two such kills one of its readers is killed. In the end each row must be in exactly one part, taken
or refused, all broken ones refused for what is wrong with them; and the first parts must be, to the
last bit, what an import that nobody disturbed makes of them. Shards are kept by their digest alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from harness import LFW
from proof_log import Say, logged

from workbench.retrospective.importing import import_shards
from workbench.retrospective.manifests import read_manifest
from workbench.retrospective.shards import encode_shard
from workbench.settings import Settings

TODAY = date(2026, 11, 26)
A_DAY = 86_400.0
BROKEN = 100
"""Of so many images one is broken."""
FAULTS = {
    "cut": "damaged or cut short",
    "text": "not an image, whatever its name says",
    "empty": "the file is empty",
    "missing": "there is no such file",
}


def make(folder: Path, count: int) -> dict[int, str]:
    """Write images and a manifest; return what is wrong with which row."""
    known = sorted(LFW.glob("*/*.jpg"))
    faults: dict[int, str] = {}
    kinds = list(FAULTS)
    for number in range(count):
        place = folder / f"{number // 1_000:04}" / f"{number}.jpg"
        place.parent.mkdir(exist_ok=True)
        data = known[number % len(known)].read_bytes() + number.to_bytes(8)
        if number % BROKEN == BROKEN // 2:
            fault = kinds[number // BROKEN % len(kinds)]
            faults[number + 1] = FAULTS[fault]
            changed = {"cut": data[:3_000] + number.to_bytes(8), "text": b"%d" % number}
            data = changed.get(fault, b"")
            if fault == "missing":
                continue
        place.write_bytes(data)
    pl.DataFrame(
        {
            "path": [f"{number // 1_000:04}/{number}.jpg" for number in range(count)],
            "subject": [f"NOM-{number}" for number in range(count)],
            "source": ["custody"] * count,
            "legal_basis": ["police-function"] * count,
        }
    ).write_csv(folder / "manifest.csv")
    return faults


def child(folder: Path, done: list[int], encoder: str, most: int) -> None:
    """Import, and tell of each part in a line."""
    manifest = read_manifest(folder / "manifest.csv", today=TODAY)
    settings = Settings.model_validate({"encoder": encoder})
    for part in import_shards(manifest, folder, settings, done=done):
        shard = part.shard
        told = {
            "number": part.number,
            "sha256": "" if shard is None else hashlib.sha256(encode_shard(shard)).hexdigest(),
            "taken": [] if shard is None else shard.rows["number"].to_list(),
            "refused": part.refusals.select("row", "why").rows(),
        }
        print(json.dumps(told), flush=True)
        if part.number + 1 == most:
            return


class Import:
    """An import in a process of its own, and what it tells of."""

    def __init__(self, folder: Path, done: list[int], encoder: str, most: int) -> None:
        """Begin it."""
        command = [sys.executable, __file__, "--child", str(folder), "--encoder", encoder]
        command += ["--done", ",".join(map(str, done)), "--undisturbed", str(most)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0)
        self._held = b""

    def parts(self, seconds: float) -> Iterator[dict[str, Any]]:
        """Give the parts that it tells of, until it ends or so much time is over."""
        assert self.process.stdout is not None
        until = time.monotonic() + seconds
        while (wait := until - time.monotonic()) > 0:
            if not select.select([self.process.stdout], [], [], wait)[0]:
                return
            if not (came := self.process.stdout.read(1 << 20)):
                return
            *whole, self._held = (self._held + came).split(b"\n")
            yield from map(json.loads, whole)

    def end(self) -> int:
        """Wait until it has ended, and return with which code."""
        code = self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


def readers_of(number: int) -> list[int]:
    """Numbers of the readers of an import."""
    try:
        children = Path(f"/proc/{number}/task/{number}/children").read_text("ascii")
    except OSError:
        return []
    return [int(one) for one in children.split()]


def disturbed(folder: Path, encoder: str, kills: int, between_s: float, say: Say) -> dict[int, Any]:
    """Import all of it through kills; return the parts."""
    chance = random.Random(20261126)  # noqa: S311 - moments, not secrets
    parts: dict[int, Any] = {}
    ends = Counter[str]()
    while True:
        import_ = Import(folder, list(parts), encoder, 0)
        acts = ("reader", "import", "") if ends["import"] < kills else ("",)
        for act in acts:
            # What was told before it was killed is read in the end.
            wait = between_s * chance.uniform(0.5, 1.5) if act else A_DAY
            for part in import_.parts(wait):
                assert part["number"] not in parts, "a part was imported twice"
                parts[part["number"]] = part
            if act and import_.process.poll() is None:
                there = readers_of(import_.process.pid)
                target = import_.process.pid if act == "import" else chance.choice(there or [0])
                if target:
                    os.kill(target, signal.SIGKILL)
                    ends[act] += 1
        if (code := import_.end()) == 0:
            say(f"killed: {dict(ends)}; {len(parts)} parts")
            return parts
        assert code == -signal.SIGKILL, f"the import ended with {code}"


def main() -> None:
    """Make the images, import through kills, and check every row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=8)
    parser.add_argument("--between", type=float, default=150.0, help="seconds between two kills")
    parser.add_argument("--encoder", choices=["facenet", "sface", "fused"], default="fused")
    parser.add_argument("--undisturbed", type=int, default=2, help="parts to make again")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--done", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    encoder, most = options.encoder, options.undisturbed
    if options.child is not None:
        child(options.child, [int(one) for one in options.done.split(",") if one], encoder, most)
        return
    with logged("import-many") as say, TemporaryDirectory() as place:
        folder = Path(place)
        faults = make(folder, options.images)
        say(f"{options.images:,} images, {len(faults):,} broken, encoder {encoder}")
        start = time.monotonic()
        parts = disturbed(folder, encoder, options.kills, options.between, say)
        seconds = time.monotonic() - start
        taken = [row for part in parts.values() for row in part["taken"]]
        refused = {row: why for part in parts.values() for row, why in part["refused"]}
        rows = Counter([*taken, *refused])
        assert rows == Counter(range(1, options.images + 1)), "a row is missing, or there twice"
        for row, why in faults.items():
            assert why in refused[row], f"row {row}: {refused[row]}"
        say(f"{len(taken):,} taken, {len(refused):,} refused, each row once, each broken one named")
        say(f"{options.images / seconds:.1f} images/s through all kills")
        calm = Import(folder, [], encoder, most)
        again = list(calm.parts(A_DAY))
        assert calm.end() == 0
        for part in again:
            assert part == parts[part["number"]], f"part {part['number']} differs"
        say(f"{len(again)} parts made again, undisturbed: the same to the last bit")


if __name__ == "__main__":
    main()
