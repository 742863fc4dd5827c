import json
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured

from api.limits import Meter, hit, meter, refused, wait
from config.settings import limits_with
from supervisor import broker


class Clock(SimpleNamespace):
    """What the library asks for the time."""

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock at the beginning of a minute, which only the test moves."""
    clock = Clock(now=1_800_000_000.0)
    monkeypatch.setattr("limits.storage.memory.time", clock)
    return clock


@pytest.fixture
def start_broker(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Start a broker; its address, as the supervisor gives it to the web process."""
    with ExitStack() as ending:

        def start() -> str:
            path = broker.make_folders(tmp_path)
            command = broker.part(next(broker.binaries()), tmp_path).command
            process = ending.enter_context(subprocess.Popen(command, stdout=subprocess.DEVNULL))
            ending.callback(process.terminate)
            while not broker.answers(path):
                assert process.poll() is None
            return broker.url(tmp_path)

        yield start


@pytest.fixture
def broker_url(start_broker: Callable[[], str]) -> str:
    return start_broker()


@pytest.fixture(params=["broker", "process"])
def counted(
    request: pytest.FixtureRequest, limit_rates: Callable[..., None], settings
) -> Callable[..., None]:
    """`limit_rates`, with the counts in each of the places where they can be."""
    if request.param == "broker":
        settings.REDIS_URL = request.getfixturevalue("broker_url")
    return limit_rates


def test_so_many_pass_and_the_next_must_wait(counted):
    counted(tasks=3)
    assert [hit(1, "tasks") for _ in range(3)] == [None] * 3
    assert 0 < hit(1, "tasks") <= 120


def test_each_token_and_each_kind_has_its_own_count(counted):
    counted(tasks=1, chat=1)
    assert [hit(1, "tasks"), hit(2, "tasks"), hit(1, "chat")] == [None] * 3
    assert None not in (hit(1, "tasks"), hit(2, "tasks"), hit(1, "chat"))


def test_a_group_counts_its_runs(counted):
    counted(tasks=1_000)
    assert hit(1, "tasks", cost=600) is None
    assert hit(1, "tasks", cost=600) > 0
    assert hit(1, "tasks", cost=400) is None


def test_what_is_refused_costs_nothing(counted):
    counted(tasks=10)
    hit(1, "tasks", cost=9)
    assert hit(1, "tasks", cost=5) > 0
    assert hit(1, "tasks") is None


def test_a_group_above_the_limit_passes_alone(counted):
    counted(tasks=500)
    assert hit(1, "tasks", cost=1_000) is None
    assert hit(1, "tasks") > 0


def test_a_group_without_runs_costs_nothing(counted):
    counted(tasks=1)
    assert [hit(1, "tasks", cost=0) for _ in range(3)] == [None] * 3


def test_threads_together_get_no_more_than_the_limit(counted):
    counted(search=50)
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: hit(1, "search"), range(200)))
    assert waits.count(None) == 50


@pytest.mark.parametrize("limits", [{}, {"chat": 0}])
def test_without_a_limit_nothing_is_counted(limit_rates, limits):
    limit_rates(**limits)
    assert [hit(1, "chat") for _ in range(1_000)] == [None] * 1_000


@pytest.mark.parametrize("asked_at", [0, 1, 30, 59])
@pytest.mark.parametrize("cost", [1, 7, 20])
def test_who_waits_as_told_passes_and_not_much_sooner(limit_rates, clock, asked_at, cost):
    limit_rates(chat=20)
    clock.now += asked_at
    hit(1, "chat", cost=20)
    seconds = hit(1, "chat", cost=cost)
    start, slot = clock.now, 60 / 20
    clock.now = start + seconds - slot - 0.1
    assert hit(1, "chat", cost=cost) > 0
    clock.now = start + seconds + 0.001
    assert hit(1, "chat", cost=cost) is None


def test_the_window_slides(limit_rates, clock):
    limit_rates(chat=60)
    hit(1, "chat", cost=60)
    clock.now += 90
    passed = [hit(1, "chat") for _ in range(60)].count(None)
    assert passed == 30


@pytest.mark.parametrize(
    ("window", "room", "seconds"),
    [
        ((0, 0, 0, 0), 5, 0),
        ((60, 30, 0, 0), 15, 15),
        ((60, 30, 0, 0), 0, 30),
        ((60, 30, 10, 90), 20, 20),
        ((60, 30, 20, 90), 10, 60),
        ((0, 0, 20, 90), 0, 90),
    ],
    ids=["none yet", "half of the last", "all of the last", "some of both", "half of this", "all of this"],
)
def test_the_wait_follows_from_the_counts_of_two_windows(window, room, seconds):
    assert wait(*window, room=room) == pytest.approx(seconds)


def test_while_the_broker_is_away_the_process_counts(limit_rates, settings, tmp_path, caplog):
    settings.REDIS_URL = f"redis+socket://{tmp_path}/nothing"
    limit_rates(chat=2)
    assert [hit(1, "chat"), hit(1, "chat")] == [None, None]
    assert hit(1, "chat") > 0
    assert caplog.text.count("The broker counts no requests") == 1


def test_a_broker_that_is_back_counts_again(start_broker, tmp_path):
    counter = Meter(broker.url(tmp_path))
    assert counter.hit("k", 1, 1) is None
    start_broker()
    assert counter.hit("k", 1, 1) > 0  # it is not asked again at once
    counter.ask_broker_from = 0.0
    assert counter.hit("k", 1, 1) is None
    assert counter.hit("k", 1, 1) > 0


def test_two_processes_share_the_brokers_count(broker_url):
    one, other = Meter(broker_url), Meter(broker_url)
    assert one.hit("k", 1, 1) is None
    assert other.hit("k", 1, 1) > 0


def test_counts_are_kept_from_one_request_to_the_next(limit_rates, settings):
    assert meter(settings.REDIS_URL) is meter(settings.REDIS_URL)


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.0, "1"), (0.2, "1"), (1.0, "1"), (1.01, "2"), (59.5, "60")]
)
def test_a_refusal_says_in_whole_seconds_when_to_come_back(seconds, shown):
    answer = refused(seconds)
    assert answer.status_code == 429
    assert answer["Retry-After"] == shown
    envelope = json.loads(answer.content)
    assert envelope["type"] == "error"
    assert envelope["error"]["message"].endswith(f"Try again in {shown} s.")


def test_the_variable_changes_what_it_names():
    assert limits_with(["tasks=5000", "chat=0"], tasks=2000, chat=300, search=600) == {
        "tasks": 5000,
        "chat": 0,
        "search": 600,
    }


@pytest.mark.parametrize("change", ["tasks", "tasks=", "tasks=many", "tasks=-1", "tasks=1.5", "taks=5", "=5"])
def test_a_variable_that_makes_no_sense_is_told_of(change):
    with pytest.raises(ImproperlyConfigured, match=r"such as tasks=5000.*The kinds are tasks, chat\."):
        limits_with([change], tasks=1, chat=1)
