from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0003_hosted_runs"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="hostedgroup",
            name="size",
        ),
    ]
