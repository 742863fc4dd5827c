"""Every known way to make a fetch reach what is not public: each is refused, with a sentence."""

import ipaddress
import socket
from collections.abc import Iterable

import httpcore
import httpx
import pytest

from engine.crawl.bounds import Bounds, Options
from engine.crawl.links import directions
from engine.crawl.robots import Rules, fetch_rules
from engine.crawl.sitemaps import read_sitemap
from engine.guard import GuardedBackend
from engine.net import NotFetched, Refused, Session, fetch, post
from tests.engine.site import served

NUMBERS = """
http://127.0.0.1/ http://127.1/ http://127.0.1/ http://2130706433/ http://0x7f000001/ http://0x7f.1/
http://0x7f.0x0.0x0.0x1/ http://017700000001/ http://0177.0.0.1/ http://127.0.0.1./ http://0/
http://0.0.0.0/ http://10.0.0.1/ http://172.16.0.1/ http://192.168.1.1/ http://100.64.0.1/
http://169.254.169.254/latest/meta-data/ http://2852039166/ http://0xa9fea9fe/ http://0251.0376.0251.0376/
http://168.63.129.16/ http://192.0.0.192/ http://198.18.0.1/ http://203.0.113.1/ http://224.0.0.1/
http://240.0.0.1/ http://255.255.255.255/ http://[::1]/ http://[::]/ http://[::127.0.0.1]/
http://[::ffff:127.0.0.1]/ http://[::ffff:7f00:1]/ http://[0:0:0:0:0:ffff:a9fe:a9fe]/
http://[64:ff9b::7f00:1]/ http://[64:ff9b:1::7f00:1]/ http://[2002:7f00:1::]/ http://[2001::7f00:1]/
http://[fe80::1%25eth0]/ http://[fe80::1]/ http://[fd00:ec2::254]/ http://[ff02::1]/ http://[fec0::1]/
http://[2001:db8::1]/ http://[3fff::1]/
"""
NAMES = """
http://localhost/ http://LOCALHOST/ http://localhost./ http://ip6-localhost/ http://localhost.localdomain/
http://intranet.example/ http://metadata.google.internal/ http://both.example/
"""
SPELLINGS = """
file:///etc/passwd gopher://127.0.0.1:70/ ftp://127.0.0.1/ dict://127.0.0.1:11211/ ldap://127.0.0.1/
data:text/html,x jar:http://127.0.0.1/!/ //127.0.0.1/ http:///127.0.0.1 http://me@127.0.0.1/
http://public.example@127.0.0.1/ http://public.example:80@127.0.0.1/ http://public.example\\@127.0.0.1/
http://%31%32%37.0.0.1/ http://127.0.0.1%00.example/ http://①②⑦.⓪.⓪.①/ http://１２７.０.０.１/
http://127。0。0。1/ http://127.0.0.1%2f@public.example/ http://127.0.0.1:0/ http://127.0.0.1:99999/
http://public.example:22/ http://public.example:25/ http://public.example:6379/ http://public.example:8080/
"""
TRICKS = [*NUMBERS.split(), *NAMES.split(), *SPELLINGS.split()]
PRIVATE = {
    "intranet.example": ["10.0.0.8"],
    "metadata.google.internal": ["169.254.169.254"],
    "both.example": ["::1", "127.0.0.1"],
    "public.example": ["93.184.215.14"],
}


def resolved(host: str, port: int) -> list[str]:
    """As the system's resolver reads numbers; the names of the tests stand for what they say."""
    if host in PRIVATE:
        return PRIVATE[host]
    if host.lower().rstrip(".").startswith(("localhost", "ip6-localhost")):
        return ["::1", "127.0.0.1"]
    try:
        return [socket.inet_ntoa(socket.inet_aton(host.rstrip(".")))]
    except OSError:
        return [str(ipaddress.ip_address(host))]


@pytest.fixture
def nowhere(monkeypatch) -> list[object]:
    """Every connection that is opened, of which there must be none."""
    opened: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda *given, **more: opened.append(given))
    return opened


@pytest.mark.parametrize("url", TRICKS)
def test_a_trick_is_refused_with_a_sentence(url, nowhere):
    with pytest.raises(NotFetched) as refusal:
        fetch(url, resolve=resolved)
    assert str(refusal.value).endswith(".")
    assert not nowhere


def test_there_are_many_tricks():
    assert len(set(TRICKS)) >= 70


@pytest.mark.parametrize(
    "url",
    [
        *TRICKS[:6],
        "http://169.254.169.254/",
        "http://intranet.example/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
    ],
)
def test_a_redirect_to_it_is_refused_too(url, monkeypatch):
    with served("page.example") as site:
        site.redirect("/", url)
        with pytest.raises(NotFetched):
            fetch(
                f"{site.address}/",
                allow_private=frozenset({"page.example"}),
                resolve=lambda host, port: ["127.0.0.1"] if host == "page.example" else resolved(host, port),
            )


def test_a_name_that_changes_its_address_is_connected_to_where_it_was_checked(monkeypatch):
    """The first look-up is public and the second is this machine: there must be no second."""
    answers: Iterable[list[str]] = iter([["93.184.215.14"], ["127.0.0.1"]])
    tried: list[str] = []
    monkeypatch.setattr(
        "httpcore.SyncBackend.connect_tcp", lambda self, host, *rest: tried.append(host) or refuse()
    )
    with pytest.raises(NotFetched):
        fetch("http://rebinding.example/", resolve=lambda host, port: next(answers))
    assert tried == ["93.184.215.14"]


def refuse() -> None:
    raise httpcore.ConnectError("refused")


def test_a_kept_connection_goes_to_the_host_that_was_checked(monkeypatch):
    """A name that is moved to this machine between two pages is looked up, and refused, before it is used."""
    with served("page.example") as site:
        answers = iter([["127.0.0.1"], ["127.0.0.1"]])
        session = Session(allow_private=frozenset({"page.example"}), resolve=lambda host, port: next(answers))
        session.fetch(f"{site.address}/")
        with pytest.raises(Refused):
            session.fetch("http://other.example:80/")
        session.close()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_every_connection_is_made_by_the_guard(scheme, monkeypatch):
    """Whatever httpx and httpcore do inside, it is this class that they ask for a connection."""
    asked: list[tuple[str, int]] = []

    def connect(self: GuardedBackend, host: str, port: int, *rest: object, **more: object) -> None:
        asked.append((host, port))
        raise Refused("The guard was asked.")

    monkeypatch.setattr(GuardedBackend, "connect_tcp", connect)
    for name in ("HTTPTransport", "AsyncHTTPTransport"):
        monkeypatch.setattr(httpx, name, None)
    monkeypatch.setattr("httpx._client.HTTPTransport", forbidden)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with pytest.raises(Refused, match="The guard was asked"):
        fetch(f"{scheme}://page.example/")
    with pytest.raises(Refused, match="The guard was asked"):
        post(f"{scheme}://page.example/", b"", {})
    port = {"http": 80, "https": 443}[scheme]
    assert asked == [("page.example", port)] * 2


def forbidden(*given: object, **more: object) -> None:
    raise AssertionError("httpx made a transport of its own.")


def test_the_guard_opens_no_unix_socket():
    with pytest.raises((httpcore.UnsupportedProtocol, NotImplementedError)):
        GuardedBackend(frozenset(), resolved).connect_unix_socket("/var/run/docker.sock")


def test_a_webhook_may_listen_at_another_port_but_not_on_a_private_network():
    with pytest.raises(Refused, match="private network"):
        post("http://intranet.example:8443/", b"", {}, resolve=resolved)


@pytest.mark.parametrize("address", ["http://169.254.169.254/", "http://127.0.0.1/", "file:///etc/passwd"])
def test_a_page_a_sitemap_and_robots_txt_cannot_point_inside(address):
    """What they name is of another host, and so belongs to no source; what is fetched at all is guarded."""
    bounds = Bounds("https://public.example/", Options())
    page = f'<link rel="canonical" href="{address}"><base href="{address}"><a href="{address}">in</a>'
    said = directions("https://public.example/", "text/html", page, "", bounds)
    assert (said.links, said.claims) == ((), "")
    listed = read_sitemap(
        "https://public.example/s.xml", [f"<urlset><loc>{address}</loc>".encode()], bounds, 9
    )
    assert (listed.pages, listed.sitemaps) == ([], [])
    named = Rules(f"Sitemap: {address}").sitemaps("https://public.example")
    assert not any(bounds.holds(sitemap) for sitemap in named)


def test_robots_txt_that_leads_inside_forbids_everything():
    with served("page.example") as site:
        site.redirect("/robots.txt", "http://169.254.169.254/")
        session = Session(
            allow_private=frozenset({"page.example"}),
            resolve=lambda host, port: ["127.0.0.1"] if host == "page.example" else resolved(host, port),
        )
        rules = fetch_rules(session, site.address, 5.0)
        session.close()
        assert "private network" in rules.problem
        assert not rules.permit(f"{site.address}/")
