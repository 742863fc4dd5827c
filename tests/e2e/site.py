"""A small web site on this machine, for the crawler."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROBOTS = "User-agent: *\nDisallow: /private/\n"


class Site(BaseHTTPRequestHandler):
    pages: Mapping[str, str]

    def do_GET(self) -> None:
        if self.path == "/robots.txt":
            self.answer(200, "text/plain", ROBOTS)
        elif self.path in self.pages:
            self.answer(200, "text/html; charset=utf-8", f"<!doctype html>{self.pages[self.path]}")
        else:
            self.answer(404, "text/plain", "no such page")

    def answer(self, status: int, kind: str, text: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served_site(pages: Mapping[str, str]) -> Iterator[str]:
    """The address at which these pages, by their path, are served until the end of the block."""
    handler = type("ThisSite", (Site,), {"pages": pages})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
