"""A forge that listens on this machine, for workflows that ask one and write to one."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

REPOSITORY = "acme/plans"
BOT = {"login": "github-actions[bot]", "type": "Bot"}


@dataclass
class Forge:
    """What the forge was asked, what was written to it (method, place, data), and where it listens."""

    written: list[tuple[str, str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, path: str) -> bytes:
        """Answer a question as the forge's API does; `path` is below the repository, with its query."""
        raise NotImplementedError


AnyForge = TypeVar("AnyForge", bound=Forge)


@contextmanager
def listening(forge: AnyForge) -> Iterator[AnyForge]:
    """Let a forge listen, and give it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            forge.asked.append(self.path)
            self._reply(forge.answer(self._place()))

        def do_POST(self) -> None:
            data = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            forge.written.append((self.command, self._place(), data))
            self._reply(b"{}")

        do_PATCH = do_POST  # noqa: N815 -- as the base class looks for it

        def _place(self) -> str:
            return self.path.removeprefix(f"/repos/{REPOSITORY}")

        def _reply(self, content: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with suppress(ConnectionError):  # who asked may have what they want, and be gone
                self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- as the base class calls it
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    forge.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield forge
    finally:
        server.shutdown()
        server.server_close()
