"""The full-text index over passages. It holds no copy of the text; rowid is the passage's id."""

from django.db import migrations

CREATE = """
CREATE VIRTUAL TABLE engine_passage_search USING fts5(
    title, heading, body,
    content='',
    tokenize="porter unicode61 remove_diacritics 2"
)
"""


class Migration(migrations.Migration):
    dependencies = [("engine", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, "DROP TABLE engine_passage_search")]
