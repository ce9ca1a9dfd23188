"""Manifests: files that say, for each image of a watchlist, whom it is of and why they are on it.

A manifest is CSV with a header, or JSON with a list of objects; columns and keys are the fields of
`WatchlistEntry`. It is read whole or refused whole, with every faulty row named.
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Final, NamedTuple, Never

from workbench.bench.list_views import EntryImage
from workbench.errors import RecordError, WatchlistError
from workbench.governance.entries import WatchlistEntry

__all__ = ["COLUMNS", "NEEDED", "example_manifest", "read_entries"]

COLUMNS: Final = tuple(WatchlistEntry.model_fields)
"""Columns of a manifest, in the order of the example."""

NEEDED: Final = tuple(
    name for name, field in WatchlistEntry.model_fields.items() if field.is_required()
)
"""Columns that every manifest has."""

_TRUTHS: Final = frozenset({"under_18", "lawfully_held"})
_WORDS: Final[Mapping[str, bool]] = {
    "yes": True, "true": True, "y": True, "1": True,
    "no": False, "false": False, "n": False, "0": False,
}  # fmt: skip
_LARGEST: Final = 64 * 2**20
_WHAT: Final = "row"
_LONGEST_NAME: Final = 40
_EXAMPLE: Final = (
    {
        "subject": "NOM-104422",
        "image": "NOM-104422.jpg",
        "category": "wanted-by-courts",
        "legal_basis": "administration-of-justice",
        "source": "custody",
        "image_date": "2025-02-11",
        "under_18": False,
        "rationale": "Warrant of Croydon Magistrates' Court, 3 March 2026; lives nearby.",
        "lawfully_held": True,
    },
    {
        "subject": "NOM-208813",
        "image": "NOM-208813-a.jpg",
        "category": "missing-at-risk",
        "legal_basis": "vital-interests",
        "source": "missing-person-report",
        "image_date": "2026-01-30",
        "under_18": True,
        "under_18_rationale": "Aged 15, missing since 2 November; seen on this street twice.",
        "rationale": "High-risk missing person; seen on this street twice.",
        "lawfully_held": True,
    },
    {
        "subject": "NOM-300127",
        "image": "NOM-300127.jpg",
        "category": "associate",
        "legal_basis": "police-function",
        "source": "force-operational-capture",
        "image_date": "2025-09-02",
        "under_18": False,
        "rationale": "Travels with NOM-104422.",
        "related_to": "wanted-by-courts",
        "relation": "Seen with NOM-104422 on each of the last four occasions.",
        "lawfully_held": True,
    },
)


class _Row(NamedTuple):
    """One row of a manifest: where it stands, and what it says."""

    where: str
    number: int
    values: Mapping[str, Any]


def read_entries(manifest: Path, folder: Path) -> list[EntryImage]:
    """Read a manifest and find the image of each entry.

    Args:
        manifest: a file ending in `.csv` or `.json`, in UTF-8. In CSV an empty cell is a field
            that is not given, and `under_18` and `lawfully_held` are `yes` or `no`.
        folder: where the images lie. `image` may name one in a folder within it, such as
            `NOM-1/front.jpg`; the entry keeps the name of the file alone.

    Returns:
        The entries in the order of the file; images are not opened.

    Raises:
        RecordError: when the file cannot be read, has unknown or lacks needed columns, or any row
            cannot be used; every such row is named with its line (in JSON with its number) and
            the reason.
        WatchlistError: when there is no such folder.
    """
    if not folder.is_dir():
        msg = f"{folder}: there is no such folder of images. Name the folder that they lie in."
        raise WatchlistError(msg)
    text = _text(manifest)
    kind = manifest.suffix.lower()
    if kind == ".csv":
        rows, faults = _csv_rows(text, manifest)
        place = "line"
    elif kind == ".json":
        rows, faults = _json_rows(text, manifest)
        place = "entry"
    else:
        _refuse(manifest, "it ends neither in .csv nor in .json", "Rename or convert it.")
    found: list[EntryImage] = []
    for row in rows:
        try:
            found.append(_entry(row, folder))
        except RecordError as error:
            faults.append((row.number, str(error)))
    if faults:
        listed = "; ".join(_grouped(faults, place))
        many = f"{len(faults):,} of its rows are" if len(faults) > 1 else "one of its rows is"
        _refuse(manifest, f"{many} refused, so none was read: {listed}", "Correct what is named.")
    if not found:
        _refuse(manifest, "it holds no entry", "Give a row for each image.")
    return found


def example_manifest(kind: str = "csv") -> str:
    """Return a manifest to begin from, as `csv` or `json` text; its people do not exist."""
    if kind == "json":
        return json.dumps(_EXAMPLE, indent=2) + "\n"
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for values in _EXAMPLE:
        words = {
            name: "yes" if value else "no" for name, value in values.items() if name in _TRUTHS
        }
        writer.writerow({**values, **words})
    return text.getvalue()


def _text(manifest: Path) -> str:
    try:
        if manifest.stat().st_size > _LARGEST:
            _refuse(manifest, f"it is larger than {_LARGEST // 2**20} MB", "Split it.")
        return manifest.read_bytes().decode("utf-8-sig")
    except OSError as error:
        _refuse(manifest, f"it cannot be read ({error.strerror or error})", "Check the path.")
    except UnicodeDecodeError:
        _refuse(manifest, "it is not text in UTF-8", "Save it as CSV in UTF-8, or as JSON.")


def _csv_rows(text: str, manifest: Path) -> tuple[list[_Row], list[tuple[int, str]]]:
    """Return the rows of a CSV file by the line that each begins on, and those that are none."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[_Row] = []
    faults: list[tuple[int, str]] = []
    header: list[str] | None = None
    begins = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            _refuse(manifest, f"line {begins} is no CSV ({error})", "Correct its quotes.")
        if cells is None:
            break
        line, begins = begins, reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = [cell.strip() for cell in cells]
            _require_columns(header, manifest)
        elif len(cells) != len(header):
            faults.append((line, f"has {len(cells)} cells, and the header {len(header)}"))
        else:
            rows.append(_Row(f"line {line}", line, _given(zip(header, cells, strict=True))))
    if header is None:
        _refuse(manifest, "it is empty", "Begin with workbench watchlist template.")
    return rows, faults


def _json_rows(text: str, manifest: Path) -> tuple[list[_Row], list[tuple[int, str]]]:
    """Return the objects of a JSON list, and the numbers of those that are none."""
    try:
        values = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        said = "too deep" if isinstance(error, RecursionError) else str(error)
        _refuse(manifest, f"it cannot be read as JSON ({said})", "Give a list of objects.")
    if not isinstance(values, list):
        _refuse(manifest, "it is no list of objects", "See workbench watchlist template --json.")
    rows: list[_Row] = []
    faults: list[tuple[int, str]] = []
    for number, value in enumerate(values, 1):
        if not isinstance(value, dict):
            faults.append((number, "is no object"))
            continue
        _require_known(list(value), f"{manifest.name}, entry {number}")
        rows.append(_Row(f"entry {number}", number, value))
    return rows, faults


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that gives a key twice; the last would else silently win."""
    values = dict(pairs)
    if len(values) < len(pairs):
        msg = "an object gives a key twice"
        raise ValueError(msg)
    return values


def _given(cells: Iterator[tuple[str, str]]) -> dict[str, Any]:
    """Return the fields that a row of CSV gives, with words of truth as such."""
    values: dict[str, Any] = {}
    for name, cell in cells:
        value = cell.strip()
        if value:
            values[name] = _WORDS.get(value.casefold(), value) if name in _TRUTHS else value
    return values


def _require_columns(header: list[str], manifest: Path) -> None:
    if len(header) == 1 and ";" in header[0]:
        _refuse(manifest, "its cells are parted by semicolons", "Save it with commas.")
    _require_known(header, manifest.name)
    twice = next((name for place, name in enumerate(header) if name in header[:place]), None)
    if twice is not None:
        _refuse(manifest, f"it has column {twice} twice", "Leave one of them out.")
    missing = [name for name in NEEDED if name not in header]
    if missing:
        _refuse(manifest, f"it has no column {', '.join(missing)}", "Add what is missing.")


def _require_known(names: list[str], what: str) -> None:
    unknown = [name for name in names if name not in COLUMNS]
    if not unknown:
        return
    shown = ", ".join(ascii(name)[:_LONGEST_NAME] for name in unknown)
    msg = (
        f"{what}: an entry has no {shown}. The columns are {', '.join(COLUMNS)}; nothing else is "
        "kept of anybody."
    )
    raise RecordError(msg)


def _entry(row: _Row, folder: Path) -> EntryImage:
    """Return the entry of one row with its image; a fault is told without saying where."""
    values = dict(row.values)
    named = values.get("image")
    if isinstance(named, str):
        values["image"] = PurePosixPath(named.replace("\\", "/")).name or named
    try:
        entry = WatchlistEntry.read(values, what=_WHAT)
    except RecordError as error:
        said = str(error).removeprefix(f"{_WHAT} cannot be used: ")
        raise RecordError(said.removesuffix(". Correct what is named.")) from None
    return EntryImage(entry, _image(str(named), folder))


def _image(named: str, folder: Path) -> Path:
    """Return the file of an image, which lies within the folder.

    Raises:
        RecordError: when it lies elsewhere, or is not there.
    """
    relative = PurePosixPath(named.replace("\\", "/"))
    outside = relative.is_absolute() or ".." in relative.parts or PureWindowsPath(named).drive
    path = folder / relative
    try:
        if outside or not path.resolve().is_relative_to(folder.resolve()):
            msg = "image: must lie in the folder of images"
            raise RecordError(msg)
        there = path.is_file()
    except (OSError, RuntimeError, ValueError):  # a closed folder, a circle of links, a NUL
        there = False
    if not there:
        msg = "image: there is no such file in the folder of images"
        raise RecordError(msg)
    return path


def _grouped(faults: list[tuple[int, str]], place: str) -> Iterator[str]:
    """Say each reason once, with all the rows that it is the reason of."""
    by_reason: dict[str, list[int]] = defaultdict(list)
    for number, reason in sorted(faults):
        by_reason[reason].append(number)
    for reason, numbers in by_reason.items():
        plural = f"{place[:-1]}ies" if place.endswith("y") else f"{place}s"
        yield f"{place if len(numbers) == 1 else plural} {_spans(numbers)}: {reason}"


def _spans(numbers: list[int]) -> str:
    """Return ascending numbers, those that follow one another as a span."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(f"{a:,}" if a == b else f"{a:,} to {b:,}" for a, b in spans)


def _refuse(manifest: Path, fault: str, remedy: str) -> Never:
    msg = f"{manifest} cannot be used: {fault}. {remedy}"
    raise RecordError(msg)
