"""`workbench dashboard` as a command: what it shows, who comes in, and that nothing of it is left."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest
from command_bench import CommandBench, make_command_bench
from command_runs import Run
from dashboard_server import PAGE_CELLS, kernel_of, write_page

from workbench.cli.dashboard import opening_file, renew, require_guarded
from workbench.cli.dashboard_figures import Figures, bench_name, published_records
from workbench.cli.dashboard_process import server_environment
from workbench.cli.lab import lab_words
from workbench.errors import InputError, UsageError
from workbench.governance.roles import Role
from workbench.outcomes import check_records, met_deployments
from workbench.outcomes.files import records_bytes
from workbench.outcomes.snapshot import read_snapshot

PAGE = "/voila/render/50_outcomes.ipynb"
STARTS_WITHIN_S = 120
RUN = "import sys; from workbench.cli import run; sys.exit(run())"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    return make_command_bench(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notebooks")
    write_page(folder / "50_outcomes.ipynb", PAGE_CELLS)
    return folder


@dataclass
class Command:
    """The command as a process of its own, and its temporary folder."""

    process: subprocess.Popen[bytes]
    temporary: Path
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def wait_for(self, words: str) -> re.Match[str]:
        until = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until:
            if found := re.search(words, self.said):
                return found
            assert self.process.poll() is None, self.said
            time.sleep(0.1)
        raise AssertionError(self.said)

    @property
    def snapshot(self) -> dict[str, Any]:
        (path,) = self.temporary.glob("workbench-dashboard-*/pages/snapshot/snapshot.json")
        said: dict[str, Any] = json.loads(path.read_bytes())["snapshot"]
        return said

    def descendants(self) -> set[int]:
        """Return every process that has its temporary folder in its environment or its words."""
        found = set()
        for one in Path("/proc").glob("[0-9]*"):
            try:
                words = (one / "cmdline").read_bytes()
                place = bytes((one / "cwd").readlink())
            except OSError:
                continue
            if str(self.temporary).encode() in words + place:
                found.add(int(one.name))
        return found - {self.process.pid}


@contextmanager
def dashboard(
    pages: Path, *options: str, variables: dict[str, str] | None = None, cwd: Path | None = None
) -> Iterator[Command]:
    with tempfile.TemporaryDirectory(prefix="pages-") as temporary:
        log = Path(temporary) / "log"
        words = ("--no-open", "--port", "0", "--no-preheat", "--notebooks", str(pages), *options)
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-c", RUN, "dashboard", *words],
                stdout=out,
                stderr=out,
                cwd=cwd or temporary,
                env=os.environ | {"TMPDIR": temporary, "HOME": temporary} | (variables or {}),
            )
        command = Command(process, Path(temporary), log)
        try:
            yield command
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(30)


def address_of(command: Command) -> tuple[str, str]:
    found = command.wait_for(r"(http://127\.0\.0\.1:\d+)/\?token=(\S+)")
    return found[1], found[2]


def nothing_left(command: Command) -> bool:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if not command.descendants() and not list(command.temporary.glob("workbench-dashboard-*")):
            return True
        time.sleep(0.2)
    return False


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGHUP, 129)])
def test_published_records_are_shown_alone_and_the_end_leaves_nothing(
    pages: Path, number: signal.Signals, code: int
) -> None:
    with dashboard(pages) as command:
        address, token = address_of(command)
        assert "No bench is shown: the pages show published records alone." in command.said
        assert command.snapshot["bench"] is None
        with httpx.Client(base_url=address, follow_redirects=True, timeout=90) as client:
            assert client.get("/").status_code == 403
            assert client.get("/", params={"token": token}).status_code == 200
            assert kernel_of(client.get(PAGE).text)
        assert len(command.descendants()) >= 2, "a server and a kernel run"
        command.process.send_signal(number)
        assert command.process.wait(30) == code
        assert nothing_left(command)
        assert command.said.count(token) == 1
        assert "Kernel started" not in command.said


@pytest.mark.slow
def test_a_command_that_is_killed_leaves_nothing_either(pages: Path) -> None:
    with dashboard(pages) as command:
        address, token = address_of(command)
        with httpx.Client(base_url=address, follow_redirects=True, timeout=90) as client:
            client.get("/", params={"token": token})
            assert kernel_of(client.get(PAGE).text)
        command.process.kill()
        command.process.wait(10)
        until = time.monotonic() + 20
        while command.descendants() and time.monotonic() < until:
            time.sleep(0.2)
        assert command.descendants() == set()
        (held,) = command.temporary.glob("workbench-dashboard-*")
        assert [one.name for one in held.iterdir()] == ["held-by-a-process"]


@pytest.mark.slow
def test_a_server_that_dies_ends_the_command(pages: Path) -> None:
    with dashboard(pages) as command:
        address_of(command)
        for process in command.descendants():
            os.kill(process, signal.SIGKILL)
        assert command.process.wait(30) == 1
        assert "the server of the pages ended by itself" in command.said
        assert nothing_left(command)


@pytest.mark.slow
def test_a_bench_is_shown_by_who_is_logged_in_and_renewed(pages: Path, bench: CommandBench) -> None:
    variables = bench.environment("reviewer")
    with dashboard(pages, "--refresh", "5", variables=variables) as command:
        address, token = address_of(command)
        assert f"The pages show the bench {bench.folder}" in command.said
        before = command.snapshot
        assert before["bench"] == bench.folder.name
        with httpx.Client(base_url=address, follow_redirects=True) as client:
            listed = client.get("/", params={"token": token}).text
            assert "You are here as: reviewer." in listed
            assert listed.count("(not for this role)") == 2
            assert client.get("/voila/render/53_equity.ipynb").status_code == 403
        until = time.monotonic() + 60
        while command.snapshot["written_at"] == before["written_at"]:
            assert time.monotonic() < until, "it was never renewed"
            time.sleep(0.5)
        # Nobody wrote to it since, so it was not read once more: the log has no further entry.
        assert command.snapshot["head"] == before["head"]
        # What cannot be renewed is told of, and the pages keep what they have.
        hidden = bench.folder.with_name("hidden")
        bench.folder.rename(hidden)
        try:
            command.wait_for("The figures were not renewed, and the pages show how old they are")
        finally:
            hidden.rename(bench.folder)
        assert command.process.poll() is None


def test_who_may_not_read_outcomes_is_shown_no_page(
    bench: CommandBench, pages: Path, run: Run
) -> None:
    done = run("operator", "dashboard", "--no-open", "--port", "0", "--notebooks", pages)
    assert done.code == 3
    assert "operator" in done.err
    assert "token=" not in done.err


@pytest.mark.slow
def test_the_demonstration_is_shown_where_one_was_made(pages: Path, tmp_path: Path) -> None:
    made = make_command_bench(tmp_path / "made", "demonstration")
    with made.open("administrator") as administrator:
        administrator.users.add("demo-manager", Role.MANAGER)
    made.folder.rename(tmp_path / "demo-output-bench")
    variables = {n: t for n, t in made.variables.items() if n != "WORKBENCH_BENCH"}
    with dashboard(pages, variables=variables, cwd=tmp_path) as command:
        address, token = address_of(command)
        assert "The pages show the demonstration bench demo-output-bench" in command.said
        assert command.snapshot["category"] == "demonstration"
        with httpx.Client(base_url=address, follow_redirects=True) as client:
            listed = client.get("/", params={"token": token}).text
        assert "Demonstration" in listed
        assert "You are here as: manager." in listed


@pytest.mark.slow
def test_a_proxy_gets_no_token(pages: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a-secret-of-the-proxy-of-these-tests\n")
    secret.chmod(0o600)
    with dashboard(pages, "--proxy-secret", str(secret)) as command:
        found = command.wait_for(r"listen on (http://127\.0\.0\.1:\d+)/ for the proxy")
        assert "token" not in command.said
        headers = {
            "X-Workbench-User": "mary.manager",
            "X-Workbench-Role": "manager",
            "X-Workbench-Proxy-Secret": "a-secret-of-the-proxy-of-these-tests",
        }
        assert httpx.get(found[1], headers=headers).status_code == 200
        assert httpx.get(found[1]).status_code == 403


def test_records_of_files_are_shown_in_place_of_the_example(tmp_path: Path) -> None:
    example = met_deployments()
    few = example.filter(pl.col("place").is_not_null()).head(3)
    (tmp_path / "few.parquet").write_bytes(records_bytes(check_records(few, "few")))
    Figures(published_records([tmp_path / "few.parquet"])).write(tmp_path / "snapshot")
    assert read_snapshot(tmp_path / "snapshot")[1].height == 3
    Figures(published_records(None)).write(tmp_path / "snapshot")
    assert read_snapshot(tmp_path / "snapshot")[1].height == example.height
    with pytest.raises(InputError, match=r"none\.parquet cannot be read"):
        published_records([tmp_path / "none.parquet"])


def test_a_server_gets_nothing_of_who_is_logged_in(tmp_path: Path) -> None:
    environ = {
        "PATH": "/usr/bin",
        "LANG": "C.UTF-8",
        "HOME": "/home/somebody",
        "WORKBENCH_CREDENTIAL": "planted",
        "WORKBENCH_BENCH": "planted",
        "WORKBENCH_KEYS__KMS__TOKEN": "planted",
        "PGPASSWORD": "planted",
        "AWS_SECRET_ACCESS_KEY": "planted",
        "JUPYTER_TOKEN": "planted",
        "XDG_RUNTIME_DIR": "planted",
    }
    found = server_environment(environ, tmp_path)
    assert "planted" not in found.values()
    assert (found["PATH"], found["HOME"]) == ("/usr/bin", str(tmp_path))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "lfr.example"])  # noqa: S104 - refused
def test_others_are_listened_to_only_where_that_is_said(host: str) -> None:
    with pytest.raises(UsageError, match="is not loopback: others could read the token on its way"):
        require_guarded(host, proxied=False, token_in_clear=False)
    require_guarded(host, proxied=True, token_in_clear=False)
    require_guarded(host, proxied=False, token_in_clear=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_loopback_needs_no_word(host: str) -> None:
    require_guarded(host, proxied=False, token_in_clear=False)


def test_a_browser_is_started_with_a_private_file_and_not_with_the_token(tmp_path: Path) -> None:
    file = opening_file(tmp_path, "http://127.0.0.1:8866/?token=abc-_1")
    assert file.stat().st_mode & 0o777 == 0o600
    assert "0; url=http://127.0.0.1:8866/?token=abc-_1" in file.read_text("utf-8")
    assert "token" not in file.as_uri()
    with pytest.raises(FileExistsError):
        opening_file(tmp_path, "http://127.0.0.1:8866/?token=abc-_1")


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("postgresql://user:planted@db.example/lfr?sslpassword=planted", "lfr"),
        ("postgresql://user:planted@db.example?password=planted", "a team's store"),
        ("postgresql+psycopg://user:pl@nted@db.example:5432/our%20lfr", "our lfr"),
        ("/srv/lfr/", "lfr"),
    ],
)
def test_pages_name_a_bench_without_any_login(place: str, name: str) -> None:
    assert bench_name(place) == name


def test_a_bench_that_is_the_working_folder_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert bench_name(".") == tmp_path.name


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ZeroDivisionError("planted"), "ZeroDivisionError, which was not foreseen."),
        (InputError("the disk is full."), "the disk is full."),
    ],
)
def test_whatever_keeps_figures_from_being_renewed_is_told_and_ends_nothing(
    error: Exception, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Failing(Figures):
        def write(self, folder: Path) -> None:
            raise error

    renew(Failing(met_deployments()), tmp_path)
    said = " ".join("".join(capsys.readouterr()).split())
    assert f"The figures were not renewed, and the pages show how old they are: {words}" in said
    assert "planted" not in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_port_in_use_is_told_of(pages: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as first:
        port = first.getsockname()[1]
        with dashboard(pages, "--port", str(port)) as second:
            assert second.process.wait(60) == 1
            assert f"port {port} of 127.0.0.1 cannot be listened on (it is in use)" in second.said
            assert "the server of the pages did not start" in second.said


def test_the_lab_opens_the_notebooks_on_loopback_and_asks_for_no_news() -> None:
    words = lab_words(Path("notebooks"), 9999, open_browser=False)
    assert words[1:4] == ["-m", "jupyterlab", "--ServerApp.ip=127.0.0.1"]
    assert words[-3:] == ["--ServerApp.port=9999", "--no-browser", "notebooks"]
    (settings,) = (one.partition("=")[2] for one in words if one.startswith("--LabApp."))
    assert (Path(settings) / "overrides.json").is_file()
