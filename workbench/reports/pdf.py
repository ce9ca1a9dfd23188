"""From a page that stands on its own to PDF, without a browser and without any network.

WeasyPrint lays it out (BSD licence; of Debian it needs pango). The PDF is tagged (PDF/UA-1,
ISO 14289-1), so that it can be read aloud, and the same page gives the same bytes.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from PIL import ImageFile

from workbench.errors import OutputError

__all__ = ["pdf_of"]

_HELP: Final = "On Debian, apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0."
_NO_GLYPH: Final = ".notdef glyph"


def pdf_of(html: str) -> bytes:
    """Return a page as PDF.

    Args:
        html: a whole document, its style and pictures inside. Its `title` and `lang` become those
            of the PDF.

    Raises:
        OutputError: when the libraries or fonts for it are missing here, or the page refers to
            anything outside itself. Nothing of what the page says is in the message.
    """
    weasyprint = _weasyprint()
    fetcher = weasyprint.URLFetcher(allowed_protocols=("data",), allow_redirects=False)
    with _faults() as faults:
        document = weasyprint.HTML(string=html, url_fetcher=fetcher, base_url=None)
        made = document.write_pdf(pdf_variant="pdf/ua-1")
    if faults:
        msg = (
            f"the page cannot be made a PDF that says all of it: {faults[0]} Install fonts for "
            "the scripts it uses (on Debian fonts-noto-core), or give the HTML instead."
        )
        raise OutputError(msg)
    return bytes(made)


def _weasyprint() -> Any:  # noqa: ANN401 - a module without types
    strict = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        import weasyprint  # noqa: PLC0415 - takes a second, and system libraries
    except (ImportError, OSError):
        msg = f"a library that lays out PDF is missing here. {_HELP} Or give the HTML instead."
        raise OutputError(msg) from None
    finally:
        # It has Pillow take pictures that are cut short, everywhere in the process.
        ImageFile.LOAD_TRUNCATED_IMAGES = strict
    return weasyprint


@contextmanager
def _faults() -> Iterator[list[str]]:
    """Give what would be missing from a page that this thread lays out, in sentences.

    The library would put it in a log, with the address of a picture, which is the picture: what
    it says in this thread goes nowhere.
    """
    found: list[str] = []
    thread = threading.get_ident()

    def take(record: logging.LogRecord) -> bool:
        if record.thread != thread:
            return True
        if record.msg.startswith(_NO_GLYPH) and isinstance(record.args, tuple):
            found.append(f"no font here has the character U+{record.args[-1]:04X}.")
        elif record.levelno >= logging.ERROR:
            found.append("a part of it could not be read.")
        return False

    logger = logging.getLogger("weasyprint")
    logger.addFilter(take)
    try:
        yield found
    finally:
        logger.removeFilter(take)
