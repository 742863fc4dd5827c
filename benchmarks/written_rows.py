"""How fast the rows of finished runs can be written at all: the same rows, by executemany, in a copy.

``python -m benchmarks.written_rows DATABASE`` copies the file, takes from it what the latest completed runs
consist of, puts those runs back to ``queued``, and writes the same values again as one process can: prepared
beforehand, 400 runs a transaction. It prints the number of runs and the seconds.
"""

import shutil
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

RUNS_A_TRANSACTION = 400
PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16384;"
RUN_COLUMNS = "status, answer, high, medium, low, missing, warnings, error, modified_at, ended_at, id"
UPDATE = f"UPDATE runs_run SET {' = ?, '.join(RUN_COLUMNS.split(', ')[:-1])} = ? WHERE id = ?"
TABLES = {
    "runs_result": "run_id IN ({ids})",
    "runs_fieldbasis": "run_id IN ({ids})",
    "runs_citation": "basis_id IN (SELECT id FROM runs_fieldbasis WHERE run_id IN ({ids}))",
    "runs_runevent": "run_id IN ({ids}) AND after = 'completed'",
}


def portions(database: sqlite3.Connection, most: int) -> list[list[tuple[str, list[tuple]]]]:
    """For each transaction, the statements and their rows."""
    latest = "SELECT id FROM runs_run WHERE status = 'completed' ORDER BY ended_at DESC LIMIT ?"
    ids = [row[0] for row in database.execute(latest, [most])]
    made = []
    for first in range(0, len(ids), RUNS_A_TRANSACTION):
        some = ", ".join(f"'{name}'" for name in ids[first : first + RUNS_A_TRANSACTION])
        rows = database.execute(f"SELECT {RUN_COLUMNS} FROM runs_run WHERE id IN ({some})").fetchall()
        statements = [(UPDATE, rows)]
        for table, condition in TABLES.items():
            found = database.execute(f"SELECT * FROM {table} WHERE {condition.format(ids=some)}").fetchall()
            marks = ", ".join("?" * len(found[0]))
            statements.append((f"INSERT INTO {table} VALUES ({marks})", found))
        made.append(statements)
    for table, condition in reversed(TABLES.items()):
        every = ", ".join(f"'{name}'" for name in ids)
        database.execute(f"DELETE FROM {table} WHERE {condition.format(ids=every)}")
    database.executemany(
        "UPDATE runs_run SET status = 'queued', ended_at = NULL, answer = '' WHERE id = ?",
        [(name,) for name in ids],
    )
    database.commit()
    return made


def main(source: Path, most: int = 20_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy.sqlite3")
        with sqlite3.connect(source) as original, sqlite3.connect(copy) as target:
            original.backup(target)
        database = sqlite3.connect(copy)
        database.executescript(PRAGMAS)
        work = portions(database, most)
        began = time.monotonic()
        for statements in work:
            for statement, rows in statements:
                database.executemany(statement, rows)
            database.commit()
        seconds = time.monotonic() - began
        print(sum(len(statements[0][1]) for statements in work), seconds)
        database.close()
        shutil.rmtree(folder, ignore_errors=True)
        Path(folder).mkdir()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
