import secrets

from django.db import migrations, models


def first_change(apps, schema_editor):
    """Without a row there is no generation, and nothing is kept."""
    apps.get_model("pagecache", "Change").objects.create(weight=1, token=secrets.randbits(31))


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("weight", models.BigIntegerField()),
                ("token", models.BigIntegerField()),
            ],
            options={"verbose_name": "changement", "verbose_name_plural": "changements"},
        ),
        migrations.RunPython(first_change, migrations.RunPython.noop),
    ]
