import errno
from pathlib import Path

import pytest

from supervisor.log import CappedLog, Ear, printable


@pytest.mark.parametrize(
    "line",
    [
        "2026-01-01 10:00:00,123 WARNING django.request Not Found: /x",
        "ERROR:    Application startup failed. Exiting.",
        "[2026-01-01 10:00:00,123: CRITICAL/MainProcess] Unrecoverable error",
    ],
)
def test_it_hears_warnings_and_worse_in_every_dialect(line: str) -> None:
    assert Ear().hears(line)


@pytest.mark.parametrize("line", ["INFO:     Started server process", "no ERRORS found", "plain"])
def test_it_does_not_hear_what_is_usual(line: str) -> None:
    assert not Ear().hears(line)


def test_a_line_without_a_level_belongs_to_the_one_before() -> None:
    ear = Ear()
    heard = [ear.hears(line) for line in ("ERROR broke", "  File x", "INFO: fine", "  detail")]
    assert heard == [True, True, False, False]


def test_the_last_words_of_a_traceback_are_its_message() -> None:
    ear = Ear()
    end = ["a.b.Wrong: PORT is 'x'; give a number.", "", "More of the message."]
    for line in ["Traceback (most recent call last):", '  File "x.py"', *end]:
        ear.hears(line)
    assert ear.in_traceback
    assert ear.last_words == "PORT is 'x'; give a number."


def test_a_full_log_makes_room_and_keeps_the_file_before(tmp_path: Path) -> None:
    log = CappedLog(tmp_path / "web.log", largest=10)
    for line in ("first", "second", "third"):
        log.write(line)
    log.close()
    assert (tmp_path / "web.log").read_text() == "third\n"
    assert (tmp_path / "web.log.1").read_text() == "second\n"


def test_it_goes_on_in_the_log_of_an_earlier_start(tmp_path: Path) -> None:
    for line in ("first", "second"):
        log = CappedLog(tmp_path / "web.log")
        log.write(line)
        log.close()
    assert (tmp_path / "web.log").read_text() == "first\nsecond\n"


def test_a_full_disk_costs_the_log_alone() -> None:
    log = CappedLog(Path("/dev/full"))
    log.write("lost")
    log.close()


def test_a_full_log_that_can_not_be_begun_anew_is_begun_later(tmp_path: Path, monkeypatch) -> None:
    def refuse() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    log = CappedLog(tmp_path / "web.log", largest=10)
    log.write("first")
    with monkeypatch.context() as full:
        full.setattr(log, "_open", refuse)
        log.write("second")
        log.write("third")
    log.write("fourth")
    log.close()
    assert (tmp_path / "web.log").read_text() == "fourth\n"


def test_control_characters_never_reach_the_terminal() -> None:
    assert printable("red \x1b[31m bell \x07 tab \t é 한") == "red ?[31m bell ? tab \t é 한"
