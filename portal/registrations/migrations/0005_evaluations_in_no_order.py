import portal.registrations.models.afterwards
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registrations", "0004_agreement_reminder"),
    ]

    operations = [
        migrations.AlterField(
            model_name="evaluation",
            name="id",
            field=models.BigIntegerField(
                default=portal.registrations.models.afterwards.key_of_no_order,
                editable=False,
                primary_key=True,
                serialize=False,
            ),
        ),
        migrations.AlterField(
            model_name="remindersent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("semaine", "une semaine avant"),
                    ("veille", "la veille"),
                    ("heure", "une heure avant"),
                    ("apres", "après"),
                ],
                max_length=8,
                verbose_name="rappel",
            ),
        ),
    ]
