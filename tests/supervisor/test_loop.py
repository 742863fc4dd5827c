import os
import signal
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from supervisor import loop
from supervisor.guard import Guard
from supervisor.loop import CannotStart, Supervisor
from supervisor.part import Part

MakePart = Callable[..., Part]
PATIENCE = 10.0


def until(supervisor: Supervisor, done: Callable[[], bool]) -> None:
    assert not supervisor.wait_until(lambda: "" if done() else "it", PATIENCE)


def test_a_command_that_runs_once_is_shown_and_its_code_returned(
    supervisor: Supervisor, part: MakePart, said: list[str]
) -> None:
    assert supervisor.run_once(part("echo one; echo two; exit 3", once=True)) == 3
    assert said == ["one", "two"]


def test_a_traceback_of_a_command_stays_in_its_log(
    supervisor: Supervisor, part: MakePart, said: list[str], tmp_path: Path
) -> None:
    script = "echo before; echo 'Traceback (most recent call last):'; echo 'X: give a number'; exit 1"
    supervisor.run_once(part(script, once=True))
    assert said == ["before"]
    assert supervisor.last_words("part").startswith("give a number; ")
    assert "X: give a number" in (tmp_path / "logs" / "part.log").read_text()


def test_what_a_part_complains_of_while_it_is_stopped_stays_in_its_log(
    supervisor: Supervisor, part: MakePart, said: list[str], tmp_path: Path
) -> None:
    log = tmp_path / "logs" / "part.log"
    supervisor.start(part("trap 'echo ERROR: cut off; exit' TERM; echo up; while :; do sleep 0.02; done"))
    until(supervisor, lambda: log.read_text() == "up\n")
    supervisor.stop()
    assert said == []
    assert log.read_text() == "up\nERROR: cut off\n"


def test_a_part_that_dies_is_started_again_and_that_is_said(
    supervisor: Supervisor, part: MakePart, said: list[str], tmp_path: Path
) -> None:
    lives = tmp_path / "lives"
    supervisor.start(part(f"echo $$ >> {lives}; exec sleep 60"))
    until(supervisor, lambda: lives.exists() and lives.read_text().endswith("\n"))
    os.kill(int(lives.read_text()), signal.SIGKILL)
    until(supervisor, lambda: len(lives.read_text().splitlines()) == 2)
    assert said == ["part stopped (killed by signal 9); started again"]


def test_the_children_of_a_dead_part_die_before_it_is_started_again(
    supervisor: Supervisor, part: MakePart, tmp_path: Path
) -> None:
    child = tmp_path / "child"
    bear = f"sleep 60 & echo $! > {child}.new; mv {child}.new {child}; kill -9 $$"
    supervisor.start(part(f"[ -e {child} ] && exec sleep 60; {bear}"))
    until(supervisor, child.exists)
    until(supervisor, lambda: is_gone(int(child.read_text())))


def is_gone(pid: int) -> bool:
    """Also true of a dead process that nobody has reaped yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


@pytest.fixture
def no_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "FIRST_DELAY", 0.0)


@pytest.mark.usefixtures("no_delay")
def test_a_part_that_never_starts_is_given_up_with_its_last_words(
    supervisor: Supervisor, part: MakePart, said: list[str]
) -> None:
    supervisor.start(part("echo 'no such table: runs'; exit 7", name="web"))
    with pytest.raises(
        CannotStart, match=r"web stopped \(exit code 7\), 5 times in a row \(no such table: runs; .*web.log"
    ):
        supervisor.run()
    assert said == ["web stopped (exit code 7); started again"] * 4


@pytest.mark.usefixtures("no_delay")
def test_a_part_that_the_others_do_without_is_never_given_up(
    supervisor: Supervisor, part: MakePart, tmp_path: Path
) -> None:
    lives = tmp_path / "lives"
    supervisor.start(part(f"echo once >> {lives}; exit 7", name="broker", spared=True))
    until(supervisor, lambda: lives.exists() and len(lives.read_text().split()) > loop.MOST_FAILURES + 1)


@pytest.mark.usefixtures("no_delay")
def test_kills_from_outside_never_make_it_give_up(
    supervisor: Supervisor, part: MakePart, tmp_path: Path
) -> None:
    lives = tmp_path / "lives"
    supervisor.start(part(f"echo >> {lives}; [ $(wc -l < {lives}) -gt 6 ] && exec sleep 60; kill -9 $$"))
    until(supervisor, lambda: lives.exists() and len(lives.read_text()) == 7)


def test_the_delay_before_a_new_start_doubles(
    supervisor: Supervisor, part: MakePart, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor.start(part("exec sleep 60"))
    slot = supervisor._slots["part"]
    monkeypatch.setattr(loop.time, "monotonic", lambda: 100.0)
    delays = []
    for _ in range(3):
        supervisor._plan_next_start(slot, code=1, age=0.1)
        delays.append(slot.next_start - 100.0)
    assert delays == [0.5, 1.0, 2.0]
    monkeypatch.undo()


def test_a_program_that_is_missing_is_a_sentence(supervisor: Supervisor) -> None:
    with pytest.raises(CannotStart, match=r"no-such-program can't be started: No such file"):
        supervisor.start(Part("part", ["no-such-program"]))


def test_warnings_are_shown_with_the_name_and_the_rest_is_only_logged(
    supervisor: Supervisor, part: MakePart, said: list[str], tmp_path: Path
) -> None:
    log = tmp_path / "logs" / "web.log"
    supervisor.start(part("echo INFO: up; echo WARNING: slow; echo INFO: end; exec sleep 60", name="web"))
    until(supervisor, lambda: "end" in log.read_text())
    assert said == ["web | WARNING: slow"]
    assert log.read_text() == "INFO: up\nWARNING: slow\nINFO: end\n"


def test_a_private_part_only_speaks_to_its_log(
    supervisor: Supervisor, part: MakePart, said: list[str], tmp_path: Path
) -> None:
    log = tmp_path / "logs" / "part.log"
    supervisor.start(part("echo WARNING: overcommit; exec sleep 60", private=True))
    until(supervisor, lambda: "overcommit" in log.read_text())
    assert said == []


def test_the_first_signal_ends_the_run_and_stop_leaves_nothing(
    supervisor: Supervisor, part: MakePart, said: list[str], tmp_path: Path
) -> None:
    pid = tmp_path / "pid"
    supervisor.start(part(f"echo $$ > {pid}; exec sleep 60"))
    until(supervisor, lambda: pid.exists() and pid.read_text().endswith("\n"))
    os.kill(os.getpid(), signal.SIGTERM)
    supervisor.run()
    supervisor.stop()
    assert is_gone(int(pid.read_text()))
    assert said == []


def test_a_part_that_ignores_the_signal_is_killed(
    supervisor: Supervisor, part: MakePart, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "GRACE", 0.05)
    pid = tmp_path / "pid"
    supervisor.start(part(f"trap '' TERM; echo $$ > {pid}; while :; do sleep 60; done"))
    until(supervisor, lambda: pid.exists() and pid.read_text().endswith("\n"))
    supervisor.stop()
    assert is_gone(int(pid.read_text()))


def test_a_second_signal_does_not_wait(
    supervisor: Supervisor, part: MakePart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "GRACE", 1e9)
    supervisor.start(part("trap '' TERM; echo WARNING: deaf; while :; do sleep 60; done", name="deaf"))
    until(supervisor, lambda: supervisor._slots["deaf"].ear.last_words != "")
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGINT)
    supervisor.stop()
    assert supervisor._slots["deaf"].exit_code == -signal.SIGKILL


def test_a_foundation_is_stopped_after_the_others(
    supervisor: Supervisor, part: MakePart, tmp_path: Path
) -> None:
    order = tmp_path / "order"
    script = "trap 'echo {0} >> {1}; exit' TERM; echo WARNING: up; while :; do sleep 0.01; done"
    supervisor.start(part(script.format("broker", order), name="broker", foundation=True))
    supervisor.start(part(script.format("web", order), name="web"))
    until(supervisor, lambda: all(slot.ear.last_words for slot in supervisor._slots.values()))
    supervisor.stop()
    assert order.read_text().split() == ["web", "broker"]


def test_a_part_on_trial_that_does_not_work_leaves_no_trace(
    supervisor: Supervisor, part: MakePart, said: list[str]
) -> None:
    assert not supervisor.start_if(part("exit 1"), lambda: False, PATIENCE)
    assert not supervisor.start_if(part("exec sleep 60", name="mute"), lambda: False, 0.05)
    assert supervisor._slots == {}
    assert said == []


def test_a_part_on_trial_that_works_is_kept_running(
    supervisor: Supervisor, part: MakePart, said: list[str]
) -> None:
    looks = count()
    assert supervisor.start_if(part("exec sleep 60"), lambda: next(looks) > 1, PATIENCE)
    os.kill(supervisor._slots["part"].process.group, signal.SIGKILL)
    until(supervisor, lambda: said != [])
    assert said == ["part stopped (killed by signal 9); started again"]


def test_a_guard_that_is_killed_is_replaced(supervisor: Supervisor, part: MakePart) -> None:
    supervisor.start(part("exec sleep 60"))
    first = supervisor._guard.pid
    os.kill(first, signal.SIGKILL)
    until(supervisor, lambda: supervisor._guard.pid != first)
    assert not supervisor._guard.is_gone()


def test_the_closing_of_the_terminal_is_ignored_under_nohup(
    tmp_path: Path, said: list[str], signals_restored: None
) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with (tmp_path / "lock").open("w") as lock:
        made = Supervisor(tmp_path, Guard(lock.fileno()), said.append)
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    made.stop()


def test_what_has_just_started_is_not_steady_yet(
    supervisor: Supervisor, part: MakePart, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor.start(part("sleep 60", "one"))
    supervisor.start(part("sleep 60", "two"))
    supervisor.run_once(part("true", "done", once=True))
    assert supervisor.unsteady() == "one, two started a moment ago"
    monkeypatch.setattr("supervisor.loop.STEADY_AFTER", 0)
    assert supervisor.unsteady() == ""


def test_what_has_died_is_not_steady(
    supervisor: Supervisor, part: MakePart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("supervisor.loop.STEADY_AFTER", 0)
    monkeypatch.setattr("supervisor.loop.FIRST_DELAY", 60)
    supervisor.start(part("exit 1", "one"))
    supervisor.wait_until(lambda: "" if supervisor.unsteady() else "its death", 5)
    assert supervisor.unsteady() == "one started a moment ago"
