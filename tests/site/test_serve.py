import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from tests.site.conftest import Site

PATIENCE = 30
"""Seconds after which a preview is taken to be stuck."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def preview(site: Site) -> Iterator[Callable[[str], str]]:
    site.settings("mkdocs", ["macros", {"plangate": {"references_dir": "docs"}}])
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "mkdocs", "serve", "-a", f"127.0.0.1:{port}"]
    with Path(site.root / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=site.root, stdout=log, stderr=subprocess.STDOUT)
        try:

            def get(path: str) -> str:
                try:
                    with urlopen(f"http://127.0.0.1:{port}/{path}", timeout=PATIENCE) as answer:
                        return str(answer.read().decode())
                except URLError:
                    return ""

            yield get
        finally:
            process.terminate()
            process.wait(PATIENCE)


def until(get: Callable[[str], str], path: str, text: str) -> str:
    """Ask for a page until it holds a text."""
    deadline = time.monotonic() + PATIENCE
    html = ""
    while time.monotonic() < deadline:
        html = get(path)
        if text in html:
            return html
        time.sleep(0.1)
    raise AssertionError(f"{path} never showed {text!r}, but:\n{html[-2000:]}")


def test_a_preview_follows_edits_and_survives_broken_yaml(site: Site, preview: Callable[[str], str]) -> None:
    page = "plans/first-plan/ingestion/"
    until(preview, page, "<h1")
    ingestion = site.plan / "04-ingestion.yml"
    sound = ingestion.read_text("utf-8")
    site.break_yaml()
    shown = until(preview, page, "broken: [")
    assert "GEN001" in shown
    assert "pg-wrong" in shown
    ingestion.write_text(sound, encoding="utf-8")
    until_gone(preview, page, "broken: [")
    header = site.plan / "plan.yml"
    text = header.read_text("utf-8")
    title = next(line for line in text.splitlines() if line.startswith("title:"))
    header.write_text(text.replace(title, "title: Another name"), encoding="utf-8")
    until(preview, "plans/first-plan/", "Another name")
    assert "Traceback" not in (site.root / "log").read_text()


def until_gone(get: Callable[[str], str], path: str, text: str) -> None:
    """Ask for a page until it is there without a text."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        html = get(path)
        if html and text not in html:
            return
        time.sleep(0.1)
    raise AssertionError(f"{path} still shows {text!r}")
