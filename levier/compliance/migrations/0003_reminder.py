import django.db.models.deletion
from django.db import migrations, models

from levier.foundation.walls import freeze


class Migration(migrations.Migration):
    dependencies = [
        ("commitments", "0003_walls"),
        ("compliance", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("since", models.DateField()),
                ("level", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="commitments.commitment"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("commitment", "kind", "since", "level"), name="reminder_once"),
                    models.CheckConstraint(
                        condition=models.Q(("level__gte", 1), ("level__lte", 3)), name="reminder_level"
                    ),
                ],
            },
        ),
        freeze("compliance_reminder"),
    ]
