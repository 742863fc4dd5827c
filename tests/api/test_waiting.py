import pytest

from api.waiting.call import Call
from api.waiting.results import patience
from api.waiting.routes import waiting_route

RUN = "trun_" + "0123456789abcdef" * 2


def call(query: str = "", **headers: str) -> Call:
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Call({"query_string": query.encode(), "headers": sent}, None, None)


@pytest.mark.parametrize("version", ["v1", "v1beta"])
def test_whoever_asks_for_a_result_waits_for_that_run(version):
    asked = {"method": "GET", "path": f"/{version}/tasks/runs/{RUN}/result"}
    assert waiting_route(asked)[1] == {"run_id": RUN}


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/tasks/runs/{RUN}",
        f"/v1/tasks/runs/{RUN}/input",
        f"/v1/tasks/runs/{RUN}/result/",
        "/v1/tasks/runs",
        f"/v1/tasks/runs/{RUN}/a/result",
        f"/x/v1/tasks/runs/{RUN}/result",
    ],
)
def test_nobody_else_waits(path):
    assert waiting_route({"method": "GET", "path": path}) is None


@pytest.mark.parametrize("method", ["POST", "HEAD", "OPTIONS"])
def test_only_a_get_waits(method):
    assert waiting_route({"method": method, "path": f"/v1/tasks/runs/{RUN}/result"}) is None


@pytest.mark.parametrize(
    ("query", "seconds"),
    [
        ("timeout=25", 25),
        ("timeout=2.5", 2.5),
        ("timeout=0", 0),
        ("timeout=3600", 3600),
        ("timeout=999999", 3600),
        ("a=b&timeout=1", 1),
    ],
)
def test_it_waits_as_long_as_it_is_asked_to(query, seconds):
    assert patience(call(query)) == seconds


@pytest.mark.parametrize("given", ["", "-1", "soon", "1e9", "nan", "inf", "9" * 400, "٣", "0x10", "1_0"])
def test_a_time_that_is_no_number_is_as_none(given):
    assert patience(call(f"timeout={given}")) == 600


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("599.949", 600), ("60", 600), ("3600", 3595), ("99999", 3600), ("", 600), ("soon", 600)],
)
def test_without_a_wish_it_waits_until_shortly_before_the_client_gives_up(header, seconds):
    assert patience(call(x_stainless_read_timeout=header)) == seconds


def test_a_wish_counts_more_than_the_clients_own_limit():
    assert patience(call("timeout=25", x_stainless_read_timeout="3600")) == 25
