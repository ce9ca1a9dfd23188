"""The charts' program, from the installed plotly package: a page gets it once, from the kernel."""

from __future__ import annotations

import functools
import gzip
from importlib.resources import files
from typing import Final

__all__ = ["plotly_script"]

_HEAD: Final = "const module = { exports: {} };\n"
_TAIL: Final = "\nexport default module.exports;\n"


@functools.cache
def plotly_script() -> bytes:
    """Return plotly.js as an ES module, gzip: about 1.5 MB, which a page loads once.

    As a part of each panel it would be 5 MB of a model that must start within two seconds.
    """
    program = files("plotly").joinpath("package_data", "plotly.min.js").read_text("utf-8")
    return gzip.compress((_HEAD + program + _TAIL).encode("utf-8"), compresslevel=6, mtime=0)
