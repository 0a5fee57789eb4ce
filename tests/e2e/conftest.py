"""A portal that was really built, served on loopback, and a real Chromium that looks at it."""

import functools
import http.server
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass(frozen=True)
class Site:
    """A built site: its folder, and its address on loopback."""

    folder: Path
    url: str


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def copyfile(self, source: Any, outputfile: Any) -> None:
        """Send a file; a browser that has left does not want it any more."""
        with suppress(ConnectionError):
            super().copyfile(source, outputfile)


def copy_repository(folder: Path) -> Path:
    """Copy what a portal is made of: plans, references and mkdocs.yml."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("plans", "references"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "mkdocs.yml", folder)
    return folder


def publish(repository: Path) -> Iterator[Site]:
    """Build the portal of a repository with the real command, and serve it where its `site_url` says.

    Material's instant navigation knows pages by that address, port and path included.
    """
    served = repository / "served"
    served.mkdir()
    handler = functools.partial(_Quiet, directory=str(served))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/plangate/"
    settings = repository / "mkdocs.yml"
    lines = settings.read_text().splitlines()
    settings.write_text("\n".join(f"site_url: {url}" if line.startswith("site_url:") else line for line in lines))
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "-d", str(served / "plangate")]
    run = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    yield Site(served / "plangate", url)
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The portal of the sample plans."""
    yield from publish(copy_repository(tmp_path_factory.mktemp("portal") / "repository"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium where there is one, else Playwright's own."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield found
        found.close()


@dataclass
class Watched:
    """A page, and everything that it should not have done."""

    page: Page
    complaints: list[str]


def watch(page: Page, url: str) -> Watched:
    """Write down console errors, script errors, dialogs, failed requests, and requests to other hosts."""
    watched = Watched(page, [])
    note = watched.complaints.append
    page.on("console", lambda message: note(f"console: {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: note(f"script: {error}"))
    page.on("requestfailed", lambda request: note(f"failed: {request.url}"))

    def dialog(shown: object) -> None:
        note("a dialog opened")
        shown.dismiss()  # type: ignore[attr-defined]

    def request(sent: object) -> None:
        address: str = sent.url  # type: ignore[attr-defined]
        if not address.startswith((url, "data:", "blob:")):
            note(f"other host: {address}")

    page.on("dialog", dialog)
    page.on("request", request)
    return watched
