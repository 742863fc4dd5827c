"""GETs over connections that are kept, against servers that keep them, close them, or talk nonsense."""

import asyncio
import ipaddress
import ssl
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from provider import kept as kept_module
from provider.kept import Answer, KeptConnections, LongBody
from provider.transport import NotConnected

PATIENCE = 20
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
Say = Callable[[int, asyncio.StreamWriter], Awaitable[None]]
"""Answers a connection's request of this number, from 0."""


class Server:
    """Counts its connections and keeps what was asked."""

    def __init__(self, say: Say) -> None:
        self.say, self.connections, self.heads = say, 0, []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        number = 0
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.heads.append(head.decode())
                await self.say(number, writer)
                number += 1
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass  # the client has left, or the test is over
        finally:
            writer.close()


def asked(
    say: Say | bytes,
    question: Callable[[KeptConnections], Awaitable[Any]],
    *,
    tls: ssl.SSLContext | None = None,
    **options: Any,
) -> Any:
    """What came of the question, and the server that was asked."""

    async def said(number: int, writer: asyncio.StreamWriter) -> None:
        writer.write(say if isinstance(say, bytes) else b"")

    async def ask() -> tuple[Any, Server]:
        server = Server(said if isinstance(say, bytes) else say)
        async with (
            asyncio.timeout(PATIENCE),
            await asyncio.start_server(server.serve, "127.0.0.1", ssl=tls) as listening,
        ):
            port = listening.sockets[0].getsockname()[1]
            limits = {"most_bytes": 1_000, "seconds": 5.0} | options
            kept = KeptConnections(
                f"http{'s' if tls else ''}://127.0.0.1:{port}/below", {"x-api-key": "a key"}, **limits
            )
            try:
                return await question(kept), server
            finally:
                await kept.aclose()

    return asyncio.run(ask())


async def twice(kept: KeptConnections) -> list[Answer]:
    return [await kept.get("/one"), await kept.get("/two")]


def test_one_connection_serves_one_request_after_the_other():
    answers, server = asked(OK, twice)
    assert [(answer.code, answer.body) for answer in answers] == [(200, b"ok")] * 2
    assert server.connections == 1
    assert server.heads[0].startswith("GET /below/one HTTP/1.1\r\nhost: 127.0.0.1:")
    assert "x-api-key: a key\r\n" in server.heads[1]


def test_requests_at_the_same_time_have_a_connection_each():
    async def together(kept: KeptConnections) -> list[Answer]:
        return await asyncio.gather(*(kept.get(f"/{number}") for number in range(5)))

    answers, server = asked(OK, together)
    assert [answer.body for answer in answers] == [b"ok"] * 5
    assert server.connections == 5


def test_a_connection_that_was_closed_while_it_waited_is_opened_again():
    async def close_behind_the_first(number: int, writer: asyncio.StreamWriter) -> None:
        writer.write(OK)
        await writer.drain()
        writer.close()

    answers, server = asked(close_behind_the_first, twice)
    assert [answer.body for answer in answers] == [b"ok"] * 2
    assert server.connections == 2


def test_a_connection_that_the_server_ends_is_not_used_again():
    answers, server = asked(OK.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n"), twice)
    assert [answer.body for answer in answers] == [b"ok"] * 2
    assert server.connections == 2


def test_a_connection_that_waited_long_is_not_used_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(kept_module, "IDLE_SECONDS", 0.0)
    _, server = asked(OK, twice)
    assert server.connections == 2


def test_connections_that_are_not_needed_any_more_are_closed(monkeypatch: pytest.MonkeyPatch):
    async def many_then_one(kept: KeptConnections) -> int:
        await asyncio.gather(*(kept.get(f"/{number}") for number in range(5)))
        monkeypatch.setattr(kept_module, "IDLE_SECONDS", 0.0)
        await kept.get("/last")
        return len(kept.idle)

    left, _ = asked(OK, many_then_one)
    assert left == 0


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n" + OK,
    ],
    ids=["in chunks", "behind a hint"],
)
def test_an_answer_is_read_however_it_is_framed(said: bytes):
    answers, server = asked(said, twice)
    assert [(answer.code, answer.body) for answer in answers] == [(200, b"ok")] * 2
    assert server.connections == 1


def test_a_body_may_end_with_its_connection():
    async def say(number: int, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nok")
        await writer.drain()
        writer.close()

    answer, _ = asked(say, lambda kept: kept.get("/"))
    assert answer.body == b"ok"


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\no\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
        b"",
    ],
    ids=["cut body", "cut chunks", "not HTTP", "another protocol", "nothing"],
)
def test_an_answer_that_does_not_come_whole_is_an_error(said: bytes):
    async def say(number: int, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()
        writer.close()

    with pytest.raises(OSError, match=r"closed the connection|not HTTP|changes the protocol"):
        asked(say, lambda kept: kept.get("/"))


def test_a_body_that_is_too_long_is_not_read_to_its_end():
    async def say(number: int, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n")
        for _ in range(1_000):
            writer.write(b"x" * 100_000)
            await writer.drain()

    with pytest.raises(LongBody):
        asked(say, lambda kept: kept.get("/"))


def test_a_server_that_says_nothing_is_waited_for_only_so_long():
    with pytest.raises(TimeoutError):
        asked(b"", lambda kept: kept.get("/"), seconds=0.05)


def test_a_request_that_is_given_up_leaves_no_connection_behind():
    async def give_up(kept: KeptConnections) -> tuple[int, bytes]:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await kept.get("/slow")
        return len(kept.idle), (await kept.get("/again")).body

    async def say(number: int, writer: asyncio.StreamWriter) -> None:
        if not first.is_set():
            first.set()
            await asyncio.sleep(PATIENCE)
        writer.write(OK)

    first = asyncio.Event()
    answered, server = asked(say, give_up)
    assert answered == (0, b"ok")
    assert server.connections == 2


def test_what_nobody_asked_for_ends_the_connection():
    async def again(kept: KeptConnections) -> bytes:
        await kept.get("/one")
        await asyncio.sleep(0.05)
        return (await kept.get("/two")).body

    async def say(number: int, writer: asyncio.StreamWriter) -> None:
        writer.write(OK + OK.replace(b"ok", b"no"))

    body, server = asked(say, again)
    assert body == b"ok"
    assert server.connections == 2


def test_a_server_that_is_not_there_was_certainly_not_asked():
    async def ask() -> None:
        kept = KeptConnections("http://127.0.0.1:9", {}, most_bytes=10, seconds=1.0)
        await kept.get("/")

    with pytest.raises(NotConnected):
        asyncio.run(ask())


@pytest.mark.parametrize("path", ["/a\r\nx-other: 1", "/a\nb", "/a\0"])
def test_a_path_can_not_bring_another_header(path: str):
    with pytest.raises(ValueError, match="control characters"):
        asked(OK, lambda kept: kept.get(path))


def certificate(folder: Path) -> tuple[Path, Path]:
    """One for 127.0.0.1 that nobody has signed, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    host = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(hours=1))
    signed = made.add_extension(host, critical=False).sign(key, hashes.SHA256())
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(signed.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files


@pytest.mark.parametrize("is_trusted", [True, False])
def test_a_connection_is_encrypted_and_only_to_whom_the_certificate_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_trusted: bool
):
    public, private = certificate(tmp_path)
    there = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    there.load_cert_chain(public, private)
    here = ssl.create_default_context(cafile=public if is_trusted else None)
    monkeypatch.setattr(kept_module, "tls", lambda: here)
    if is_trusted:
        answers, server = asked(OK, twice, tls=there)
        assert [answer.body for answer in answers] == [b"ok"] * 2
        assert server.connections == 1
    else:
        with pytest.raises(NotConnected, match="certificate"):
            asked(OK, twice, tls=there)
