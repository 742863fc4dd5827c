import socket
from collections.abc import Iterator

import pytest

from supervisor import health
from supervisor.health import HealthCheck


@pytest.fixture
def server() -> Iterator[socket.socket]:
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


def final_word(check: HealthCheck) -> str:
    """What it says when the answer that is under way has arrived."""
    while "has not answered" in (word := check()):
        pass
    return word


def test_it_does_not_wait_for_the_answer(server: socket.socket, check: HealthCheck) -> None:
    assert check() == "/healthz has not answered yet"


def test_all_is_well_at_200(server: socket.socket, check: HealthCheck) -> None:
    check()
    request = answer(server, "HTTP/1.1 200 OK\r\n\r\n{}")
    assert request.startswith("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:")
    assert final_word(check) == ""


def test_another_status_is_told_with_its_reason(server: socket.socket, check: HealthCheck) -> None:
    check()
    answer(server, 'HTTP/1.1 503 Service Unavailable\r\nA: b\r\n\r\n{"workers": "none"}')
    assert final_word(check) == '/healthz answers 503 Service Unavailable {"workers": "none"}'


def test_it_asks_again_after_an_answer(server: socket.socket, check: HealthCheck) -> None:
    check()
    answer(server, "HTTP/1.1 503 No\r\n\r\n")
    final_word(check)
    check()
    answer(server, "HTTP/1.1 200 OK\r\n\r\n")
    assert final_word(check) == ""


def test_it_asks_again_when_no_answer_comes(
    server: socket.socket, check: HealthCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.0)
    check()
    check()
    server.accept()[0].close()
    server.accept()[0].close()


def test_nobody_listening_is_told(server: socket.socket) -> None:
    port = server.getsockname()[1]
    server.close()
    assert HealthCheck("127.0.0.1", port)() == "the web part does not listen yet (Connection refused)"


def test_what_listens_everywhere_is_asked_at_home() -> None:
    assert HealthCheck("0.0.0.0", 80)._address == ("127.0.0.1", 80)
    assert HealthCheck("::", 80)._address == ("::1", 80)
