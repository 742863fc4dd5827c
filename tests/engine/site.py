"""Web sites on this machine, of pages that a test writes, and a crawler that crawls them at full speed."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from engine.crawl.hosts import Manners
from engine.crawl.loop import Crawler
from engine.crawl.parsing import parse

Answer = tuple[int, dict[str, str], bytes] | Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """Answers each path with what ``pages`` holds for it; what it was asked is in ``asked``."""

    address: str = ""
    pages: dict[str, Answer] = field(default_factory=dict)
    default: Answer = (404, {}, b"none")
    """What it answers to all else."""
    asked: list[tuple[str, dict[str, str], float]] = field(default_factory=list)
    """Path with query, headers by names in lower case, and when."""

    def page(
        self, path: str, body: str, *, title: str = "", links: tuple[str, ...] = (), **headers: str
    ) -> None:
        """A web page of that text, which links to other pages."""
        anchors = "".join(f'<p><a href="{link}">{link}</a></p>' for link in links)
        markup = (
            f"<html><head><title>{title or path}</title></head><body><p>{body}</p>{anchors}</body></html>"
        )
        self.pages[path] = (200, {"content-type": "text/html; charset=utf-8", **headers}, markup.encode())

    def text(self, path: str, body: str | bytes, content_type: str = "text/plain") -> None:
        body = body.encode() if isinstance(body, str) else body
        self.pages[path] = (200, {"content-type": content_type}, body)

    def redirect(self, path: str, target: str, status: int = 302) -> None:
        self.pages[path] = (status, {"location": target}, b"")

    @property
    def paths(self) -> list[str]:
        """What it was asked for, but for its robots.txt."""
        return [path for path, _, _ in self.asked if path != "/robots.txt"]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        site: Site = self.server.site
        headers = {name.lower(): value for name, value in self.headers.items()}
        site.asked.append((self.path, headers, time.monotonic()))
        answer = site.pages.get(self.path, site.default)
        if callable(answer):
            answer(self)
            return
        status, headers, body = answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(host: str = "127.0.0.1") -> Iterator[Site]:
    """A site under the name ``host``, which has to stand for this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.site = site = Site(f"http://{host}:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def new_crawler(*names: str, **manners: object) -> Crawler:
    """A crawler that reads pages in its own threads; the hosts named may be fetched though private."""
    return Crawler(
        Manners(
            "Groundwork/test (+https://groundwork.example)",
            allow_private=frozenset(names or {"127.0.0.1", "page.example"}),
            resolve=lambda host, port: ["127.0.0.1"],
            delay=0.0,
            **manners,
        ),
        submit=lambda job, then: then(parse(job)),
    )


def crawl(*names: str, **manners: object) -> None:
    """Crawl all that waits, to its end."""
    new_crawler(*names, **manners).run(until_done=True)


def crawl_until(reached: Callable[[], bool]) -> None:
    """Crawl until something is so, and end there, with visits still to be made."""
    crawler = new_crawler()
    crawler.start()
    try:
        while not reached():
            crawler.step()
    finally:
        crawler.end()
