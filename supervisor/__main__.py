"""`script/server`: start an installation, keep it running, stop it."""

import argparse
import contextlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from supervisor import broker, installation, preflight
from supervisor.guard import Guard
from supervisor.health import HealthCheck
from supervisor.loop import CannotStart, Supervisor
from supervisor.preflight import Refused
from supervisor.process import ROOT

BROKER_PATIENCE = 5.0  # seconds
NEWS_EVERY = 20.0  # seconds between two sentences about what is still missing
NO_BROKER = (
    "No Valkey or Redis could be started; Groundwork goes on without and finds work by looking for it."
)


def options(arguments: Sequence[str], env: Mapping[str, str]) -> argparse.Namespace:
    """The command line; what it leaves out comes from the environment."""
    parser = argparse.ArgumentParser(prog="script/server", description="Start Groundwork; Ctrl-C stops it.")
    parser.set_defaults(
        host=env.get("GROUNDWORK_HOST") or "127.0.0.1",
        port=env.get("GROUNDWORK_PORT") or "8000",
        data=env.get("GROUNDWORK_DATA") or str(ROOT / "var"),
        keyless=env.get("GROUNDWORK_KEYLESS") == "1",
    )
    parser.add_argument("--host", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=port, help="port to listen on (%(default)s)")
    parser.add_argument("--data", type=folder, help="data folder, made if missing (%(default)s)")
    parser.add_argument(
        "--only",
        type=kinds,
        default=installation.KINDS,
        metavar="PARTS",
        help="start these parts alone, separated by commas: web, dispatch, research, crawler, or workers for "
        "dispatch and research; the others run on other machines",
    )
    parser.add_argument(
        "--keyless", action="store_true", help="leave the reader level out: neither install nor use it"
    )
    parser.add_argument(
        "--verbose", action="store_true", help="show all that the parts say, not only warnings"
    )
    return parser.parse_args(arguments)


def port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 1 to 65535")
    return int(text)


def kinds(text: str) -> tuple[str, ...]:
    """The kinds of parts that are named here, in the order in which they are started."""
    named = {name.strip() for name in text.split(",") if name.strip()}
    if "workers" in named:
        named = named - {"workers"} | {"dispatch", "research"}
    if not named or named - set(installation.KINDS):
        raise argparse.ArgumentTypeError(
            f"{text!r} names no parts; give web, workers, dispatch, research or crawler"
        )
    return tuple(kind for kind in installation.KINDS if kind in named)


def folder(text: str) -> Path:
    return Path(text).expanduser().resolve()


def say(line: str) -> None:
    with contextlib.suppress(OSError):  # the terminal, or who read along, may be gone
        print(line, flush=True)


def serve(given: argparse.Namespace) -> None:
    """Run the installation until a signal asks for its end; Refused or CannotStart if it can't be run."""
    os.umask(0o077)
    if given.only != installation.KINDS:
        preflight.shared(given.only, os.environ)
    preflight.data_folder(given.data)
    lock = preflight.lock(given.data)
    if "web" in given.only:
        preflight.free_port(given.host, given.port)
    supervisor = Supervisor(given.data / "logs", Guard(lock), say, given.verbose)
    try:
        if "web" in given.only:
            installation.write_address(given.data, given.host, given.port)
        set_environment(given)
        start(given, supervisor, with_broker=find_broker(given.data, supervisor))
        announce(given, supervisor)
        supervisor.run()
        say("Stopping.")
    finally:
        supervisor.stop()
        installation.remove_address(given.data)


def set_environment(given: argparse.Namespace) -> None:
    """What every part finds in its environment."""
    os.environ["GROUNDWORK_DATA"] = str(given.data)
    os.environ["GROUNDWORK_HOST"] = given.host
    os.environ["GROUNDWORK_PORT"] = str(given.port)
    os.environ["GROUNDWORK_KEYLESS"] = "1" if given.keyless else ""


def find_broker(data: Path, supervisor: Supervisor) -> bool:
    """Whether there is a broker: the one that the environment names, or one started here and named there."""
    if os.environ.get("REDIS_URL") or os.environ.get("REDIS_URL_FILE"):
        return True
    if not start_broker(data, supervisor):
        if not supervisor.stopping:
            say(NO_BROKER)
        return False
    os.environ["REDIS_URL"] = broker.url(data)
    return True


def start_broker(data: Path, supervisor: Supervisor) -> bool:
    """Start the first of the servers at hand that answers; False if none does."""
    with contextlib.suppress(OSError):
        path = broker.make_folders(data)
        for binary in broker.binaries():
            if supervisor.start_if(broker.part(binary, data), lambda: broker.answers(path), BROKER_PATIENCE):
                return True
    return False


def start(given: argparse.Namespace, supervisor: Supervisor, *, with_broker: bool) -> None:
    if supervisor.run_once(installation.manage("prepare", "prepare")):
        raise CannotStart(f"The data folder could not be prepared ({supervisor.last_words('prepare')}).")
    if supervisor.stopping:
        return
    parts = installation.parts(given.host, given.port, with_broker=with_broker, only=given.only)
    say(f"Starting {', '.join(part.name for part in parts)}; logs are in {given.data / 'logs'}.")
    for part in parts:
        supervisor.start(part)
    check = HealthCheck(given.host, given.port) if "web" in given.only else supervisor.unsteady
    while (missing := supervisor.wait_until(check, NEWS_EVERY)) and not supervisor.stopping:
        say(f"Not ready yet: {missing}.")


def announce(given: argparse.Namespace, supervisor: Supervisor) -> None:
    if supervisor.stopping:
        return
    if "web" not in given.only:
        say(f"Groundwork's {preflight.listed(given.only)} workers are running.")
        return
    host = f"[{given.host}]" if ":" in given.host else given.host
    say(f"Groundwork is ready at http://{host}:{given.port}/")
    if supervisor.run_once(installation.manage("signin", "signin-link", "--if-needed", secret=True)):
        say(f"No sign-in link could be made ({supervisor.last_words('signin')}).")


def main() -> int:
    try:
        serve(options(sys.argv[1:], os.environ))
    except (Refused, CannotStart) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
