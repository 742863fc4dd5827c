from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("engine", "0004_sources")]
    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("pages", models.JSONField()),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
    ]
