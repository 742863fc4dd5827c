import pytest

from supervisor import installation


def test_research_and_dispatch_are_workers_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESEARCH_WORKERS", raising=False)
    web, dispatch, research = installation.parts("127.0.0.1", 8000, with_broker=True)
    assert (web.name, dispatch.name, research.name) == ("web", "dispatch", "research")
    assert "-Q dispatch -P threads -c 4" in " ".join(dispatch.command)
    assert "-Q research -P prefork -c 2" in " ".join(research.command)


def test_without_a_broker_one_worker_does_both() -> None:
    web, worker = installation.parts("127.0.0.1", 8000, with_broker=False)
    assert (web.name, worker.name) == ("web", "worker")
    assert "-Q dispatch,research" in " ".join(worker.command)


def test_the_number_of_processes_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_WORKERS", "3")
    monkeypatch.setenv("RESEARCH_WORKERS", "5")
    web, _, research = installation.parts("::1", 8001, with_broker=True)
    assert "--host ::1 --port 8001 --workers 3" in " ".join(web.command)
    assert "-c 5" in " ".join(research.command)


def test_live_pages_do_not_hold_up_the_end() -> None:
    assert "--timeout-graceful-shutdown 1" in " ".join(installation.web("127.0.0.1", 8000).command)
