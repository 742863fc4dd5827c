from django.db import migrations, models

KINDS = [("title", "Title"), ("alias", "Alias"), ("site", "Site"), ("adjective", "Adjective")]


class Migration(migrations.Migration):
    dependencies = [("engine", "0002_passage_search")]
    operations = [
        migrations.AlterField("name", "kind", models.CharField(choices=KINDS, max_length=10)),
    ]
