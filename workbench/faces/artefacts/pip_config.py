"""Where pip is configured to find packages; the workbench looks in the same places."""

from __future__ import annotations

import ast
import configparser
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["DEFAULT_INDEX", "PackagePlaces", "configured_places", "parse_pip_config"]

DEFAULT_INDEX = "https://pypi.org/simple"
_SECONDS = 30


@dataclass(frozen=True, slots=True)
class PackagePlaces:
    """Where packages are looked for, in order.

    Attributes:
        find_links: folders, file addresses or pages that list files.
        indexes: addresses of simple repositories (PEP 503), logins included.
        certificates: further authorities to trust, or `None`.
    """

    find_links: tuple[str, ...]
    indexes: tuple[str, ...]
    certificates: Path | None


def configured_places(
    index_url: str | None = None, environment: Mapping[str, str] | None = None
) -> PackagePlaces:
    """Return the places that pip is configured with, or `index_url` alone where it is given.

    `pip config list` is asked, which merges its files and the environment; where this Python has
    no pip, its usual files and the environment are read here.

    Args:
        index_url: one simple repository to use in place of every configured place.
        environment: the process's own when `None`.
    """
    environment = dict(os.environ if environment is None else environment)
    text = _ask_pip(environment)
    options = _read_files(environment) if text is None else parse_pip_config(text)
    return _places(options, index_url)


def parse_pip_config(text: str) -> dict[str, str]:
    r"""Return the options in what `pip config list` prints, the environment's before the files'.

    >>> parse_pip_config("global.index-url='https://a/simple'\n:env:.index-url='https://b/simple'")
    {'index-url': 'https://b/simple'}
    """
    # pip's own order: [global], then the section of the command, then the environment.
    ranks = {"global": 0, "download": 1, ":env:": 2}
    best: dict[str, tuple[int, str]] = {}
    for line in text.splitlines():
        key, equals, quoted = line.partition("=")
        section, dot, option = key.rpartition(".")
        if not (equals and dot) or section not in ranks:
            continue
        try:
            value = ast.literal_eval(quoted)
        except (SyntaxError, ValueError):
            value = quoted
        if ranks[section] >= best.get(option, (-1, ""))[0]:
            best[option] = (ranks[section], str(value))
    return {option: value for option, (_, value) in best.items()}


def _places(options: Mapping[str, str], index_url: str | None) -> PackagePlaces:
    cert = options.get("cert")
    certificates = Path(cert).expanduser() if cert else None
    if index_url is not None:
        return PackagePlaces((), (index_url,), certificates)
    indexes: tuple[str, ...] = ()
    if options.get("no-index", "").lower() not in {"1", "true", "yes", "on"}:
        main = options.get("index-url") or DEFAULT_INDEX
        indexes = (*main.split(), *options.get("extra-index-url", "").split())
    return PackagePlaces(tuple(options.get("find-links", "").split()), indexes, certificates)


def _ask_pip(environment: Mapping[str, str]) -> str | None:
    """Return what `pip config list` prints, or `None` where there is no pip to ask."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    try:
        asked = subprocess.run(
            command,
            env={**environment, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return asked.stdout if asked.returncode == 0 else None


def _read_files(environment: Mapping[str, str]) -> dict[str, str]:
    """Read pip's usual configuration files and `PIP_` variables, later ones first."""
    named = environment.get("PIP_CONFIG_FILE")
    home = Path(environment.get("HOME", "~")).expanduser()
    files = [
        Path("/etc/pip.conf"),
        home / ".pip" / "pip.conf",
        home / ".config" / "pip" / "pip.conf",
        Path(sys.prefix) / "pip.conf",
        *([Path(named)] if named else []),
    ]
    parser = configparser.RawConfigParser()
    parser.read([] if named == os.devnull else files, encoding="utf-8")
    options: dict[str, str] = {}
    for section in ("global", "download"):
        if parser.has_section(section):
            options.update(parser.items(section))
    prefix = "PIP_"
    for name, value in environment.items():
        if name.startswith(prefix) and value:
            options[name.removeprefix(prefix).lower().replace("_", "-")] = value
    return options
