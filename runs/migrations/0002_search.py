"""Full-text search: an FTS5 table kept in step by triggers on SQLite, an expression index on PostgreSQL."""

from django.db import migrations

SQLITE = (
    """
    CREATE VIRTUAL TABLE runs_runtext_fts USING fts5(
        text, content='runs_runtext', content_rowid='id', tokenize='unicode61 remove_diacritics 2',
        prefix='2 3'
    )
    """,
    """
    CREATE TRIGGER runs_runtext_added AFTER INSERT ON runs_runtext BEGIN
        INSERT INTO runs_runtext_fts(rowid, text) VALUES (new.id, new.text);
    END
    """,
    """
    CREATE TRIGGER runs_runtext_gone AFTER DELETE ON runs_runtext BEGIN
        INSERT INTO runs_runtext_fts(runs_runtext_fts, rowid, text) VALUES ('delete', old.id, old.text);
    END
    """,
    """
    CREATE TRIGGER runs_runtext_changed AFTER UPDATE OF text ON runs_runtext BEGIN
        INSERT INTO runs_runtext_fts(runs_runtext_fts, rowid, text) VALUES ('delete', old.id, old.text);
        INSERT INTO runs_runtext_fts(rowid, text) VALUES (new.id, new.text);
    END
    """,
)
SQLITE_BACK = (
    "DROP TRIGGER runs_runtext_added",
    "DROP TRIGGER runs_runtext_gone",
    "DROP TRIGGER runs_runtext_changed",
    "DROP TABLE runs_runtext_fts",
)
POSTGRESQL = ("CREATE INDEX runs_runtext_words ON runs_runtext USING gin (to_tsvector('simple', text))",)
POSTGRESQL_BACK = ("DROP INDEX runs_runtext_words",)


def add_index(apps, schema_editor):
    execute(schema_editor, POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def drop_index(apps, schema_editor):
    execute(
        schema_editor, POSTGRESQL_BACK if schema_editor.connection.vendor == "postgresql" else SQLITE_BACK
    )


def execute(schema_editor, statements):
    if schema_editor.connection.alias == "default":
        for statement in statements:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("runs", "0001_first")]

    operations = [migrations.RunPython(add_index, drop_index)]
