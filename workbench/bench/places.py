"""Where the parts of a bench lie: the folder, the keys apart from it, and the witness elsewhere."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from workbench.errors import RefusedError, StoreError
from workbench.settings import Settings

__all__ = [
    "RECORDS",
    "BenchPlaces",
    "bench_file",
    "is_address",
    "read_bench_file",
    "write_bench_file",
]

FORMAT: Final = "lfr-workbench-bench/1"
RECORDS: Final = "records.sqlite"
"""Name of the embedded records in the folder of a bench."""

_FILE: Final = "bench.json"


def is_address(place: str) -> bool:
    """Return whether a bench is named by the address of a database rather than by a folder."""
    return "://" in place


@dataclass(frozen=True, slots=True)
class BenchPlaces:
    """Paths of one bench.

    Attributes:
        folder: what a backup holds: records and sealed files; `None` for a team's store.
        keys: what a backup of `folder` must not hold: master key, data keys, signing keys, users.
        witness: file that gets the digest of each transaction's last audit entry.
        store: address of the records.
        mail: maildir that gets such digests too; `None` without one.
    """

    folder: Path | None
    keys: Path
    witness: Path
    store: str
    mail: Path | None = None

    @classmethod
    def of(cls, place: str, bench_id: str, settings: Settings) -> Self:
        """Return the places of the bench at a folder or an address.

        Raises:
            RefusedError: when the keys or a witness would lie inside the bench's folder.
        """
        keys = settings.keys.folder / bench_id
        witness = settings.witness / f"{bench_id}.jsonl"
        mail = settings.witness_mail
        if is_address(place):
            return cls(None, keys, witness, place, mail)
        folder = _absolute(place)
        elsewhere = [(keys, "WORKBENCH_KEYS__FOLDER"), (witness, "WORKBENCH_WITNESS")]
        if mail is not None:
            elsewhere.append((mail, "WORKBENCH_WITNESS_MAIL"))
        for part, setting in elsewhere:
            if folder in (_absolute(str(part)), *_absolute(str(part)).parents):
                msg = (
                    f"{part} lies inside the bench {folder}, so that a backup of the bench would "
                    f"hold it. Set {setting} to a folder elsewhere."
                )
                raise RefusedError(msg)
        return cls(folder, keys, witness, str(folder / RECORDS), mail)

    @property
    def vault(self) -> Path | None:
        """Folder of the sealed files; `None` where the store holds them."""
        return None if self.folder is None else self.folder / "vault"


def bench_file(folder: Path) -> Path:
    """Return the file that says a folder is a bench, and which."""
    return folder / _FILE


def write_bench_file(folder: Path, bench_id: str, kind: str) -> None:
    """Mark a folder as a bench."""
    text = json.dumps({"format": FORMAT, "id": bench_id, "kind": kind}, indent=2) + "\n"
    target = bench_file(folder)
    work = target.with_suffix(".partial")
    work.write_text(text, "utf-8")
    work.chmod(0o600)
    work.replace(target)


def read_bench_file(place: str) -> dict[str, Any]:
    """Return what the bench's file says.

    Raises:
        StoreError: when the folder is no bench, or of another version.
    """
    folder = _absolute(place)
    target = bench_file(folder)
    try:
        found = json.loads(target.read_text("utf-8"))
    except FileNotFoundError:
        msg = f"{folder} is no bench. Make one with workbench init, or name another with --bench."
        raise StoreError(msg) from None
    except (OSError, ValueError) as error:
        msg = f"{target} cannot be read ({error}). Restore it from a backup of the bench."
        raise StoreError(msg) from None
    if not isinstance(found, dict) or found.get("format") != FORMAT or "id" not in found:
        msg = (
            f"{target} is not of a bench that this version of the workbench knows. Open it with "
            "the version that made it."
        )
        raise StoreError(msg)
    return found


def _absolute(place: str) -> Path:
    return Path(os.path.abspath(Path(place).expanduser()))  # noqa: PTH100 - keeps links as given
