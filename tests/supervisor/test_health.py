import socket
from collections.abc import Iterator

import pytest

from supervisor import health
from supervisor.health import HealthCheck, missing_from


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    monkeypatch.setattr(health, "PAUSE", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        yield listening


@pytest.fixture
def check(server: socket.socket) -> Iterator[HealthCheck]:
    made = HealthCheck("127.0.0.1", server.getsockname()[1])
    yield made
    made._hang_up()


def answer(server: socket.socket, text: str) -> str:
    connection, _ = server.accept()
    with connection:
        request = connection.recv(4096).decode()
        connection.sendall(text.encode())
    return request


def listen_to_the_end(check: HealthCheck) -> str:
    """What it says when the answer that is under way has arrived."""
    while check._socket:
        check()
    return check._missing


def test_it_does_not_wait_for_the_answer(check: HealthCheck) -> None:
    assert check() == "the web part does not listen yet"
    assert check() == "the web part does not listen yet"


def test_all_is_well_at_200(server: socket.socket, check: HealthCheck) -> None:
    check()
    request = answer(server, "HTTP/1.1 200 OK\r\n\r\n{}")
    assert request.startswith("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:")
    assert listen_to_the_end(check) == ""


def test_it_asks_again_after_another_answer_and_remembers_it_until_then(
    server: socket.socket, check: HealthCheck
) -> None:
    check()
    answer(server, "HTTP/1.1 503 Service Unavailable\r\n\r\nno worker")
    listen_to_the_end(check)
    assert check() == "/healthz answers 503 Service Unavailable no worker"
    answer(server, "HTTP/1.1 200 OK\r\n\r\n")
    assert listen_to_the_end(check) == ""


def test_it_asks_again_when_no_answer_comes(
    server: socket.socket, check: HealthCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.0)
    check()
    assert check() == "/healthz does not answer"
    check()
    server.accept()[0].close()
    server.accept()[0].close()


def test_it_leaves_a_pause_between_two_questions(
    server: socket.socket, check: HealthCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PAUSE", 1e9)
    check._asked = health.time.monotonic()
    check()
    assert check._socket is None


def test_nobody_listening_is_told(server: socket.socket) -> None:
    port = server.getsockname()[1]
    server.close()
    assert HealthCheck("127.0.0.1", port)() == "the web part does not listen yet (Connection refused)"


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("HTTP/1.1 200 OK\r\n\r\n{}", ""),
        ("HTTP/1.1 503 No\r\nA: b\r\n\r\n{why}", "/healthz answers 503 No {why}"),
        ("", "/healthz answers nothing"),
        ("SSH-2.0-OpenSSH", "/healthz answers nothing"),
    ],
)
def test_only_200_is_well(text: str, missing: str) -> None:
    assert missing_from("/healthz", text) == missing


def test_what_listens_everywhere_is_asked_at_home() -> None:
    assert HealthCheck("0.0.0.0", 80)._address == ("127.0.0.1", 80)
    assert HealthCheck("::", 80)._address == ("::1", 80)
