from datetime import timedelta

from django.db import migrations, models
from django.utils import timezone


def keep_for_a_week(apps, schema_editor):
    """Old versions that are there already get their time from today."""
    pages = apps.get_model("engine", "Page").objects.using(schema_editor.connection.alias)
    pages.filter(current=False).update(kept_until=timezone.now() + timedelta(days=7))


class Migration(migrations.Migration):
    dependencies = [("engine", "0005_changes")]
    operations = [
        migrations.AddField("page", "kept_until", models.DateTimeField(null=True)),
        migrations.RunPython(keep_for_a_week, migrations.RunPython.noop),
        migrations.AddIndex(
            "page",
            models.Index(
                fields=["kept_until"],
                condition=models.Q(kept_until__isnull=False),
                name="engine_page_kept_until",
            ),
        ),
    ]
