import pytest

from supervisor import installation


def test_research_and_dispatch_are_workers_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESEARCH_WORKERS", raising=False)
    made = installation.parts("127.0.0.1", 8000, with_broker=True)
    assert [part.name for part in made] == ["web", "dispatch", "research", "crawler"]
    _, dispatch, research, _ = made
    assert "-Q dispatch -P threads -c 4" in " ".join(dispatch.command)
    assert "-Q research -P prefork -c 2" in " ".join(research.command)


def test_without_a_broker_one_worker_does_both() -> None:
    web, worker, crawler = installation.parts("127.0.0.1", 8000, with_broker=False)
    assert (web.name, worker.name, crawler.name) == ("web", "worker", "crawler")
    assert "-Q dispatch,research" in " ".join(worker.command)


def test_the_number_of_processes_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_WORKERS", "3")
    monkeypatch.setenv("RESEARCH_WORKERS", "5")
    web, _, research, _ = installation.parts("::1", 8001, with_broker=True)
    assert "--host ::1 --port 8001 --workers 3" in " ".join(web.command)
    assert "-c 5" in " ".join(research.command)


def test_several_dispatch_workers_bear_names_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPATCH_WORKERS", "3")
    made = installation.parts("127.0.0.1", 8000, with_broker=True, only=["dispatch"])
    assert [part.name for part in made] == ["dispatch", "dispatch-2", "dispatch-3"]
    assert "-n dispatch-3@%h" in " ".join(made[2].command)


def test_only_the_parts_asked_for_are_started() -> None:
    made = installation.parts("127.0.0.1", 8000, with_broker=True, only=["research", "web"])
    assert [part.name for part in made] == ["web", "research"]


@pytest.mark.parametrize("with_broker", [True, False])
def test_what_forks_shares_no_connections(with_broker: bool) -> None:
    made = installation.parts("127.0.0.1", 8000, with_broker=with_broker)
    forking = [part for part in made if "prefork" in part.command]
    assert [part.env for part in forking] == [{"DATABASE_POOL": "0"}]


def test_live_pages_do_not_hold_up_the_end() -> None:
    assert "--timeout-graceful-shutdown 1" in " ".join(installation.web("127.0.0.1", 8000).command)
