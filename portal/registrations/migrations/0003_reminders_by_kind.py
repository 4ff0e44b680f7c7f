from django.db import migrations, models

KINDS = ("rappels-semaine", "rappels-veille", "rappels-heure")


def refuse_each(apps, schema_editor):
    """Who refused reminders, when there was one box for all, refuses each kind."""
    Preference = apps.get_model("notifications", "Preference")
    for row in Preference.objects.filter(kind="rappels"):
        for kind in KINDS:
            Preference.objects.get_or_create(user_id=row.user_id, kind=kind, defaults={"wanted": row.wanted})
    Preference.objects.filter(kind="rappels").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0001_initial"),
        ("registrations", "0002_life_of_a_session"),
    ]

    operations = [
        migrations.AddField(
            model_name="eventstate",
            name="moved_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="déplacement annoncé le"),
        ),
        migrations.AlterField(
            model_name="eventpage",
            name="meeting_url",
            field=models.URLField(
                blank=True,
                help_text=(
                    "Montré aux personnes inscrites, à l’approche du début ; "
                    "sans inscription, à qui lit la page."
                ),
                verbose_name="lien de la visio",
            ),
        ),
        migrations.RunPython(refuse_each, migrations.RunPython.noop),
    ]
