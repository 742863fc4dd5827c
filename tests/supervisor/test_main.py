from pathlib import Path

import pytest

from supervisor import __main__ as command
from supervisor.process import ROOT


def test_everything_has_a_default() -> None:
    given = command.options([], {})
    assert (given.host, given.port, given.data) == ("127.0.0.1", 8000, ROOT / "var")
    assert not given.keyless


def test_the_environment_is_heard_and_the_command_line_wins(tmp_path: Path) -> None:
    env = {"GROUNDWORK_HOST": "::1", "GROUNDWORK_PORT": "9000", "GROUNDWORK_DATA": str(tmp_path)}
    given = command.options(["--port", "9001", "--keyless"], env)
    assert (given.host, given.port, given.data, given.keyless) == ("::1", 9001, tmp_path, True)
    assert command.options([], {"GROUNDWORK_KEYLESS": "1"}).keyless


def test_a_relative_data_folder_is_the_callers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert command.options(["--data", "my data"], {}).data == tmp_path / "my data"


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", ""])
def test_what_is_no_port_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.options([f"--port={port}"], {})
    assert "give a number from 1 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("web", ("web",)),
        ("research", ("research",)),
        ("workers", ("dispatch", "research")),
        ("research, dispatch", ("dispatch", "research")),
        ("workers,web", ("web", "dispatch", "research")),
    ],
)
def test_some_parts_alone_can_be_asked_for(words: str, kinds: tuple[str, ...]) -> None:
    assert command.options(["--only", words], {}).only == kinds


def test_all_parts_are_started_unless_some_are_asked_for() -> None:
    assert command.options([], {}).only == ("web", "dispatch", "research", "crawler")


@pytest.mark.parametrize("words", ["", ",", "wev", "web,broker"])
def test_what_names_no_part_is_refused(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.options([f"--only={words}"], {})
    assert "give web, workers, dispatch, research or crawler" in capsys.readouterr().err


def test_a_refusal_is_one_sentence_and_exit_code_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.tex").touch()
    monkeypatch.setattr("sys.argv", ["server", "--data", str(tmp_path)])
    assert command.main() == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1


def test_a_reader_who_is_gone_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("builtins.print", gone)
    command.say("ready")
