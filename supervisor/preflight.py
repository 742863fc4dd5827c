"""What must be true before anything is started; each failure is a sentence that says what to do."""

import errno
import fcntl
import os
import shutil
import socket
import stat
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

LEAST_FREE = 200_000_000  # bytes
CLEARING_TIME = 4.0  # seconds; a little more than the guard of a killed server takes
LOCK = "server.lock"
MARKS = {LOCK, "secret_key", "groundwork.sqlite3"}  # a folder with one of these is a data folder
ANOTHER_FOLDER = "Or give a new or empty folder with --data."
HARMLESS = {"lost+found"}
SHARED = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")


class Refused(Exception):
    """The installation can't start; the message says why and what to do."""


def shared(only: Sequence[str], env: Mapping[str, str]) -> None:
    """Refuse to start some parts alone if the others, on other machines, could not work with them."""
    missing = [name for name in SHARED if not (env.get(name) or env.get(f"{name}_FILE"))]
    if missing:
        raise Refused(
            f"--only {','.join(only)} leaves the other parts to other machines, and all of them need one "
            f"database, one broker and one key. Set {listed(missing)} to what is set there, and start again."
        )


def listed(words: Sequence[str]) -> str:
    """As a sentence lists them: ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def data_folder(path: Path) -> None:
    """Make the data folder if need be, and let nobody but its owner in."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if foreign := foreign_names(path):
            raise Refused(f"{path} is no data folder of Groundwork: it holds {foreign[0]}. {ANOTHER_FOLDER}")
        if stat.S_IMODE(path.stat().st_mode) != 0o700:
            path.chmod(0o700)
        free = shutil.disk_usage(path).free
    except OSError as error:
        raise Refused(
            f"The data folder {path} can't be used: {reason(error)}. Give another one with --data."
        ) from error
    if free < LEAST_FREE:
        needed = f"{LEAST_FREE // 1_000_000} are needed. Free some space, or use another disk with --data."
        raise Refused(f"The disk of {path} has {free // 1_000_000} MB left; {needed}")


def foreign_names(path: Path) -> list[str]:
    """What a folder holds if it is somebody else's: closing such a folder to all others could do harm."""
    names = set(os.listdir(path))
    if names & MARKS:
        return []
    return sorted(name for name in names - HARMLESS if not name.endswith(".log"))


def lock(path: Path) -> int:
    """The data folder's lock, held for as long as the file descriptor is open by anybody."""
    try:
        held = os.open(path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Refused(
            f"{path / LOCK} can't be written: {reason(error)}. Give another folder with --data."
        ) from error
    deadline = time.monotonic() + CLEARING_TIME
    while not try_lock(held):
        if time.monotonic() > deadline:
            owner = os.pread(held, 20, 0).decode().strip()
            raise Refused(
                f"A server (process {owner}) already runs on {path}. Stop it first. {ANOTHER_FOLDER}"
            )
        time.sleep(0.05)
    os.ftruncate(held, 0)
    os.pwrite(held, f"{os.getpid()}\n".encode(), 0)
    return held


def try_lock(held: int) -> bool:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def free_port(host: str, port: int) -> None:
    """Refuse an address on which the web part could not listen."""
    try:
        family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as error:
        raise Refused(f"{host!r} is no address of this machine. Give another one with --host.") from error
    except OSError as error:
        raise Refused(port_sentence(error, host, port)) from error


def port_sentence(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use. Stop what listens there, or choose another one with --port."
    if error.errno == errno.EACCES:
        return f"Port {port} needs administrator rights. Choose one from 1024 upwards with --port."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine. Give another one with --host."
    return (
        f"Nothing can listen on {host}, port {port}: {reason(error)}. Choose others with --host and --port."
    )


def reason(error: OSError) -> str:
    return error.strerror or str(error)
