from collections.abc import Callable

import pytest

from supervisor import process
from supervisor.part import Part
from supervisor.process import Process, how_it_ended

MakePart = Callable[..., Part]


def finished(part: Part) -> tuple[Process, int]:
    run = Process(part)
    while (code := run.ended()) is None:
        pass
    return run, code


def test_its_last_line_counts_without_a_line_feed(part: MakePart) -> None:
    run, code = finished(part("printf 'one\\ntwo'; exit 4"))
    assert code == 4
    assert run.last_lines() == ["one", "two"]


def test_it_reads_what_is_not_text(part: MakePart) -> None:
    run, _ = finished(part("printf 'a\\377b\\n'"))
    assert run.last_lines() == ["a\ufffdb"]


def test_a_line_without_end_is_cut(part: MakePart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LONGEST_LINE", 4)
    run, _ = finished(part("printf 123456789"))
    assert run.lines() == ["123456789"]
    assert run.last_lines() == []


def test_its_environment_is_ours_and_the_parts_own(part: MakePart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OURS", "1")
    run, _ = finished(part("echo $OURS $OWN", env={"OWN": "2"}))
    assert run.last_lines() == ["1 2"]


def test_it_can_read_nothing_from_the_terminal(part: MakePart) -> None:
    run, _ = finished(part("cat; echo end"))
    assert run.last_lines() == ["end"]


@pytest.mark.parametrize(("code", "words"), [(1, "exit code 1"), (-9, "killed by signal 9")])
def test_it_says_how_a_part_ended(code: int, words: str) -> None:
    assert how_it_ended(code) == words
