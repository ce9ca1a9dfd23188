"""Tells files that hold no table as text, and says how to come by one that does."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from workbench.errors import InputError

__all__ = ["require_a_table"]

_PDF: Final = (
    "is a PDF, and columns cannot be told in one without guessing. Open it, select the rows of the "
    "table with their headings, copy and paste them into a text file with a tab or two blanks "
    "between columns and N/A where a cell is empty, and name that file .txt."
)
_OLD: Final = (
    "is an old or an encrypted spreadsheet. Save it as XLSX without a password, or as CSV."
)
_ARCHIVE: Final = "is a spreadsheet or another archive by what is in it. Name a table .xlsx or CSV."
_OTHER: Final = "is no table as text. Save the table as XLSX or as CSV in UTF-8."
_BY_ENDING: Final = {
    ".pdf": _PDF,
    ".xls": _OLD,
    ".xlsb": _OTHER,
    ".ods": _OTHER,
    ".docx": _OTHER,
    ".doc": _OTHER,
    ".html": _OTHER,
    ".htm": _OTHER,
    ".json": _OTHER,
    ".parquet": _OTHER,
}
_BY_BEGINNING: Final = (
    (b"%PDF-", _PDF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLD),
    (b"PK\x03\x04", _ARCHIVE),
    (b"PAR1", _OTHER),
    (b"<!doctype", _OTHER),
    (b"<html", _OTHER),
    (b"<?xml", _OTHER),
    (b"{\\rtf", _OTHER),
)


def require_a_table(path: Path, content: bytes, *, zipped: bool) -> None:
    """Refuse a file of another kind, by its ending and by how it begins.

    Args:
        path: of it.
        content: what is in it.
        zipped: whether a table of its ending is an archive.

    Raises:
        InputError: says what the file is, and how to come by a table.
    """
    words = _BY_ENDING.get(path.suffix.lower())
    begins = content[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for mark, said in () if words else _BY_BEGINNING:
        if begins.startswith(mark.lower()) and not (zipped and said is _ARCHIVE):
            words = said
    if words:
        msg = f"{path} {words}"
        raise InputError(msg)
