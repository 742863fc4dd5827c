from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("playground", "0002_draft_version"),
    ]

    operations = [
        migrations.AlterField(
            model_name="draft",
            name="version",
            field=models.CharField(max_length=32),
        ),
    ]
