"""`workbench dashboard`: managers' pages, on loopback, until Ctrl-C."""

from __future__ import annotations

import os
import secrets
import webbrowser
from html import escape
from ipaddress import ip_address
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from workbench.cli.console import example, load_settings, say
from workbench.cli.dashboard_process import PagesProcess, notebooks_folder
from workbench.cli.options import BenchOption
from workbench.errors import UsageError, WorkbenchError

if TYPE_CHECKING:
    from workbench.cli.dashboard_figures import Figures

__all__ = ["EXAMPLE", "dashboard", "opening_file", "renew", "require_guarded"]

EXAMPLE = example(
    "workbench dashboard",
    "workbench dashboard --bench ~/lfr --port 0 --no-open",
    "workbench dashboard --host 0.0.0.0 --proxy-secret /etc/lfr/proxy-secret --no-open",
)
_LEAST_S: Final = 5.0
_KERNEL_MB: Final = 250
"""What a kernel of a page takes, and a little."""
_PAGES: Final = 4


def dashboard(
    *,
    bench: BenchOption = None,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Address to listen on.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")
    ] = 8866,
    records: Annotated[
        list[Path] | None,
        typer.Option(
            "--records",
            metavar="FILE",
            help="Published records to show, as `workbench outcomes import` wrote them; may be "
            "given several times. Default: the example that ships.",
        ),
    ] = None,
    proxy_secret: Annotated[
        Path | None,
        typer.Option(
            "--proxy-secret",
            metavar="FILE",
            help="Let in whom a reverse proxy names beside the secret in this file; no token then.",
        ),
    ] = None,
    token_in_clear: Annotated[
        bool,
        typer.Option(
            "--token-in-clear",
            help="Let others on the network come with the token although nothing encrypts it.",
        ),
    ] = False,
    preheat: Annotated[
        bool,
        typer.Option(
            "--preheat/--no-preheat", help="Keep a kernel ready for each page, about 1 GB in all."
        ),
    ] = True,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the pages in the browser.")
    ] = True,
    refresh: Annotated[
        float,
        typer.Option(
            "--refresh", min=_LEAST_S, metavar="SECONDS", help="Renew the figures this often."
        ),
    ] = 60.0,
    cull_after: Annotated[
        int,
        typer.Option(
            "--cull-after",
            min=1,
            metavar="SECONDS",
            help="End the kernel of a page that was closed after this long.",
        ),
    ] = 600,
    notebooks: Annotated[
        Path | None,
        typer.Option("--notebooks", metavar="DIR", help="Folder of the pages, if not the usual."),
    ] = None,
) -> None:
    """Show managers' pages of a bench, with published records beside it, until Ctrl-C.

    The pages open no bench: this command reads counts of it, by the login of this terminal, and
    renews them. With no bench named, the demonstration that `make demo` left is shown, or published
    records alone.
    """
    require_guarded(host, proxied=proxy_secret is not None, token_in_clear=token_in_clear)
    folder = notebooks_folder(notebooks, "managers")
    token = None if proxy_secret else secrets.token_urlsafe(32)
    given: dict[str, Any] = {
        "notebooks": str(folder),
        "host": host,
        "port": port,
        "token": token,
        "proxy_secret": str(_checked(proxy_secret)) if proxy_secret else None,
        "preheat": preheat and _has_room(),
        "cull_s": cull_after,
        "cull_every_s": max(1, min(60, cull_after // 2)),
    }
    figures = _figures(bench, records, ceil(refresh))
    _serve(figures, given, refresh=refresh, open_browser=open_browser)


def require_guarded(host: str, *, proxied: bool, token_in_clear: bool) -> None:
    """Refuse to listen to others unless a proxy logs them in, or the token in clear is asked for.

    Raises:
        UsageError: when anybody on the network could read the token.
    """
    if host == "localhost" or proxied or token_in_clear:
        return
    try:
        if ip_address(host).is_loopback:
            return
    except ValueError:
        pass
    msg = (
        f"{host} is not loopback: others could read the token on its way. Let a reverse proxy log "
        "people in (--proxy-secret), or say --token-in-clear."
    )
    raise UsageError(msg)


def _serve(figures: Figures, given: dict[str, Any], *, refresh: float, open_browser: bool) -> None:
    from workbench.demonstration.held_folders import held_folder  # noqa: PLC0415 - `--help`
    from workbench.hygiene.landlock import what_is_not_kept  # noqa: PLC0415 - likewise

    say(figures.says)
    for note in what_is_not_kept():
        say(f"Kernels of the pages are not wholly confined. {note}")
    with held_folder("workbench-dashboard-") as held:
        folder = held / "pages"
        folder.mkdir(mode=0o700)
        figures.write(folder / "snapshot")
        try:
            with PagesProcess(folder, given | {"role": figures.role}) as server:
                _tell(given, server.port, held if open_browser else None)
                server.watch(lambda: renew(figures, folder / "snapshot"), refresh)
        except KeyboardInterrupt:
            say("The pages are closed.")


def renew(figures: Figures, snapshot: Path) -> None:
    """Write a newer snapshot; where that fails, the pages keep the one before, and its time."""
    try:
        figures.write(snapshot)
    except Exception as error:  # noqa: BLE001 - the pages go on, and say how old they are
        # What was not foreseen may say anything, a password among it: its kind alone is told.
        known = isinstance(error, WorkbenchError)
        why = str(error) if known else f"{type(error).__name__}, which was not foreseen."
        say(f"The figures were not renewed, and the pages show how old they are: {why}")


def _figures(bench: str | None, records: list[Path] | None, renewed_every_s: int) -> Figures:
    from workbench.cli.dashboard_figures import (  # noqa: PLC0415 - keeps `--help` quick
        Figures,
        FiguresOfBench,
        named_bench,
        published_records,
    )

    settings = load_settings(bench=bench)
    published = published_records(records)
    place = named_bench(settings, bench)
    if place is None:
        return Figures(published, renewed_every_s=renewed_every_s)
    return FiguresOfBench(published, place, settings, renewed_every_s=renewed_every_s)


def _tell(given: dict[str, Any], port: int, held: Path | None) -> None:
    host = f"[{given['host']}]" if ":" in given["host"] else given["host"]
    address = f"http://{host}:{port}/"
    if given["token"] is None:
        say(f"Managers' pages listen on {address} for the proxy. Ctrl-C ends them.")
        return
    whole = f"{address}?token={given['token']}"
    say(f"Managers' pages: {whole}")
    say("Whoever has this address sees them. Ctrl-C ends them.")
    if held is not None:
        webbrowser.open(opening_file(held, whole).as_uri())


def opening_file(folder: Path, address: str) -> Path:
    """Write a page that sends a browser on to an address, for the owner of the folder alone.

    What a browser is started with stands in the list of processes, for everybody on the machine to
    read; so it is given this file, and not the address with its token.

    Args:
        folder: a private one, which is removed at the end.
        address: where to.
    """
    path = folder / "open.html"
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(
            '<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
            f'<meta http-equiv="refresh" content="0; url={escape(address)}"><title>Managers\' pages'
            f'</title><a href="{escape(address)}">Managers\' pages</a>\n'
        )
    return path


def _checked(path: Path) -> Path:
    """Return the file of the proxy's secret, which must be one.

    Raises:
        KeyStoreError: when it is not there, others can read it, or it holds no secret.
    """
    from workbench.identity.proxy import ProxySecret  # noqa: PLC0415 - keeps `--help` quick

    ProxySecret.load(path)
    return path.resolve()


def _has_room() -> bool:
    """Return whether kernels may wait ready; says so where memory is too small for them."""
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        (free,) = (int(one.split()[1]) // 1024 for one in lines if one.startswith("MemAvailable:"))
    except (OSError, ValueError):
        return True  # not Linux
    if free >= 2 * _PAGES * _KERNEL_MB:
        return True
    say(f"No kernel waits ready for a page: {free:,} MB of memory are free, which is too little.")
    return False
