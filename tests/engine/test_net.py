"""Real servers on this machine, and a resolver that says what a test wants it to say."""

import gzip
import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from engine.guard import is_public
from engine.net import (
    Fetched,
    NotFetched,
    Refused,
    TimedOut,
    TooLarge,
    Unreachable,
    check_url,
    fetch,
    post,
)

HERE = frozenset({"page.example"})
PRIVATE = """
0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.8.8.8 168.63.129.16 169.254.169.254 172.16.0.1
192.168.0.1 192.0.2.1 198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 ::7f00:1
::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::10.0.0.1 64:ff9b:1::1 2001:0:7f00:1:: 2001:db8::1
2002:7f00:1:: 2002:a9fe:a9fe:: 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1
ff02::1
"""


class Site(BaseHTTPRequestHandler):
    """Answers each path with what ``pages`` holds for it: status, headers, body."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = int(self.headers.get("content-length", 0))
        self.server.asked.append((self.path, dict(self.headers), self.rfile.read(length)))
        status, headers, body = self.server.pages[self.path.partition("?")[0]]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.asked = []
    server.pages = {"/": (200, {"content-type": "text/html; charset=utf-8"}, b"<p>Hello</p>")}
    server.address = f"http://page.example:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def here(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def says(*addresses: str) -> Callable[[str, int], list[str]]:
    return lambda host, port: list(addresses)


def get(url: str, **options: object) -> Fetched:
    return fetch(url, **{"allow_private": HERE, "resolve": here, "timeout": 5.0, **options})


@contextmanager
def speaker(talk: Callable[[socket.socket, threading.Event], None]) -> Iterator[str]:
    """A server that says to its one visitor what ``talk`` says, until the block ends."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            visitor, _ = listening.accept()
            with visitor:
                talk(visitor, over)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"page.example:{listening.getsockname()[1]}"
        over.set()
        thread.join()


def test_it_fetches_a_page(site):
    assert get(f"{site.address}/") == Fetched(
        url=f"{site.address}/", status=200, content_type="text/html", body=b"<p>Hello</p>", charset="utf-8"
    )


def test_it_names_the_host_it_was_asked_for(site):
    get(f"{site.address}/", headers={"x-more": "yes"})
    _, headers, _ = site.asked[0]
    assert headers["Host"] == f"page.example:{site.server_port}"
    assert headers["x-more"] == "yes"
    assert headers["user-agent"] == "Groundwork"


def test_an_error_page_is_a_page_too(site):
    site.pages["/gone"] = (404, {}, b"gone")
    page = get(f"{site.address}/gone")
    assert (page.status, page.body, page.content_type, page.charset) == (404, b"gone", "", "")


def test_a_charset_that_nobody_knows_is_none(site):
    site.pages["/odd"] = (200, {"content-type": "text/plain; charset=klingon"}, b"")
    assert get(f"{site.address}/odd").charset == ""


def test_it_unpacks_what_was_packed(site):
    site.pages["/packed"] = (200, {"content-encoding": "gzip"}, gzip.compress(b"a" * 100))
    assert get(f"{site.address}/packed").body == b"a" * 100


def test_it_stops_a_page_that_unpacks_to_too_much(site):
    site.pages["/bomb"] = (200, {"content-encoding": "gzip"}, gzip.compress(bytes(10_000_000)))
    with pytest.raises(TooLarge, match="larger than 100,000 bytes"):
        get(f"{site.address}/bomb", most_bytes=100_000)


def test_a_page_of_just_the_limit_passes_and_one_byte_more_does_not(site):
    site.pages["/big"] = (200, {}, b"a" * 1000)
    assert len(get(f"{site.address}/big", most_bytes=1000).body) == 1000
    with pytest.raises(TooLarge):
        get(f"{site.address}/big", most_bytes=999)


def test_what_is_packed_in_layers_is_not_opened(site):
    site.pages["/layers"] = (200, {"content-encoding": "gzip, gzip"}, b"")
    with pytest.raises(NotFetched, match="packed its answer as gzip, gzip"):
        get(f"{site.address}/layers")


def test_what_is_packed_badly_is_no_answer(site):
    site.pages["/broken"] = (200, {"content-encoding": "gzip"}, b"not gzip at all")
    with pytest.raises(Unreachable, match="gave no usable answer"):
        get(f"{site.address}/broken")


def test_it_follows_redirects_and_says_where_they_led(site):
    site.pages["/old"] = (302, {"location": "/"}, b"")
    page = get(f"{site.address}/old")
    assert (page.url, page.status) == (f"{site.address}/", 200)


@pytest.mark.parametrize(
    "target",
    [
        "http://inside.example/",
        "http://127.0.0.1:1/",
        "ftp://page.example/",
        "http://me:secret@page.example/",
    ],
)
def test_a_redirect_is_checked_like_the_first_address(site, target):
    site.pages["/away"] = (302, {"location": target}, b"")
    with pytest.raises(Refused):
        get(f"{site.address}/away")


def test_it_gives_up_on_a_circle_of_redirects(site):
    site.pages["/round"] = (302, {"location": "/round"}, b"")
    with pytest.raises(Unreachable, match="redirects more than 5 times"):
        get(f"{site.address}/round")
    assert len(site.asked) == 6


def test_it_posts_and_gives_the_status(site):
    site.pages["/hook"] = (204, {}, b"")
    status = post(f"{site.address}/hook", b'{"a":1}', {"webhook-id": "one"}, allow_private=HERE, resolve=here)
    path, headers, body = site.asked[0]
    assert (status, path, headers["webhook-id"], body) == (204, "/hook", "one", b'{"a":1}')


def test_a_post_follows_no_redirect(site):
    site.pages["/hook"] = (307, {"location": "/"}, b"")
    assert post(f"{site.address}/hook", b"", {}, allow_private=HERE, resolve=here) == 307
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "page",
        "//page.example/",
        "ftp://page.example/",
        "file:///etc/passwd",
        "http://",
        "http://a:0/",
        "http://me@page.example/",
        "http://me:secret@page.example/",
        "http://a:99999/",
    ],
)
def test_it_refuses_what_is_no_web_address(url):
    with pytest.raises(Refused):
        check_url(url)
    with pytest.raises(Refused):
        get(url)


@pytest.mark.parametrize(
    "address",
    PRIVATE.split(),
)
def test_it_refuses_addresses_that_are_not_public(address):
    assert not is_public(ipaddress.ip_address(address))
    with pytest.raises(Refused, match=r"page\.example is on a private network"):
        fetch("http://page.example/", resolve=says(address))


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:101:101::"],
)
def test_it_lets_public_addresses_through(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]", "2130706433", "0x7f.1"])
def test_it_refuses_this_machine_by_all_its_names(host, monkeypatch):
    meant = {"2130706433": ["127.0.0.1"], "0x7f.1": ["127.0.0.1"]}  # as the C library reads them
    options = {"resolve": says(*meant[host])} if host in meant else {}
    with pytest.raises(Refused):
        fetch(f"http://{host}:1/", **options)


def test_it_connects_to_nothing_but_what_was_checked(site):
    """The name stands for a public address at the first look and for this machine at the second."""
    looks = iter([["203.0.114.7"], ["127.0.0.1"]])
    tried = []

    class Sockets:
        def connect_tcp(self, host: str, *_: object) -> None:
            tried.append(host)
            raise OSError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("httpcore.SyncBackend", Sockets)
        with pytest.raises(OSError):  # noqa: PT011
            fetch("http://page.example/", resolve=lambda host, port: next(looks))
    assert tried == ["203.0.114.7"]
    assert not site.asked


def test_of_several_addresses_only_the_public_ones_are_tried(monkeypatch):
    tried = []
    monkeypatch.setattr(
        "httpcore.SyncBackend.connect_tcp", lambda self, host, *_: tried.append(host) or 1 / 0
    )
    with pytest.raises(ZeroDivisionError):
        fetch("http://page.example/", resolve=says("127.0.0.1", "2606:4700::1111"))
    assert tried == ["2606:4700::1111"]


def test_a_host_that_does_not_answer_at_one_address_is_tried_at_the_next(site):
    listening = socket.create_server(("127.0.0.2", 0))
    listening.close()
    assert get(f"{site.address}/", resolve=says("127.0.0.2", "127.0.0.1")).status == 200


@pytest.mark.parametrize("name", ["page.example", "page.example:{port}", "Page.Example"])
def test_an_operator_can_allow_a_private_host_by_name(site, name):
    allowed = frozenset({name.format(port=site.server_port)})
    assert fetch(f"{site.address}/", allow_private=allowed, resolve=here).status == 200


@pytest.mark.parametrize("name", ["page.example:1", "example", "other.page.example", "127.0.0.1"])
def test_allowing_one_host_allows_no_other(site, name):
    with pytest.raises(Refused):
        fetch(f"{site.address}/", allow_private=frozenset({name}), resolve=here)


def test_a_name_that_nobody_knows_is_said_to_be_unknown():
    with pytest.raises(Unreachable, match=r"nowhere\.example could not be found"):
        fetch("http://nowhere.example/")


def test_a_closed_port_is_no_answer():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(Unreachable, match="refused"):
        get(f"http://page.example:{port}/")


def test_a_server_that_hangs_up_is_no_answer():
    with speaker(lambda visitor, over: visitor.recv(1000)) as host, pytest.raises(Unreachable):
        get(f"http://{host}/")


def test_a_server_that_says_nothing_runs_out_of_time():
    with (
        speaker(lambda visitor, over: over.wait()) as host,
        pytest.raises(TimedOut, match=r"than 0\.1 seconds"),
    ):
        get(f"http://{host}/", timeout=0.1)


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\nx: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_server_that_drips_runs_out_of_time(start):
    def drip(visitor: socket.socket, over: threading.Event) -> None:
        visitor.sendall(start)
        while not over.wait(0.01):
            try:
                visitor.sendall(b"a")
            except OSError:
                return

    with speaker(drip) as host, pytest.raises(TimedOut):
        get(f"http://{host}/", timeout=0.2)


def test_tls_names_the_host_not_its_address():
    hello = []
    with speaker(lambda visitor, over: hello.append(visitor.recv(4000))) as host, pytest.raises(Unreachable):
        get(f"https://{host}/")
    assert b"page.example" in hello[0]


def test_it_asks_no_proxy(site, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert get(f"{site.address}/").status == 200


def test_a_secret_is_not_carried_to_another_host(site):
    site.pages["/away"] = (302, {"location": f"http://other.example:{site.server_port}/"}, b"")
    get(
        f"{site.address}/away",
        headers={"authorization": "Bearer me"},
        allow_private=frozenset({"page.example", "other.example"}),
    )
    assert "authorization" in site.asked[0][1]
    assert "authorization" not in site.asked[1][1]
