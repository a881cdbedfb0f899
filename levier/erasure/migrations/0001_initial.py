from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import levier.foundation.identifiers

BACK = """
DROP VIEW violation_limited, violation_erased_in_dispute;
DROP TRIGGER participants_person_erased ON participants_person; DROP FUNCTION participants_person_erased; DROP FUNCTION erasure_in_dispute;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0034_files_set_aside"),
        ("hours", "0030_confirmations_and_contests"),
        ("controls", "0002_walls"),
    ]
    operations = [
        migrations.CreateModel(
            name="ErasureRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=levier.foundation.identifiers.random_public_id, editable=False, max_length=26, unique=True
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("asked_by_label", models.CharField(max_length=200)),
                ("outcome", models.CharField(max_length=8)),
                (
                    "obstacles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=16), default=list, size=None
                    ),
                ),
                ("until", models.DateField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="participants.person"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "-asked_at"], name="erasure_of_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(outcome__in=["erased", "limited", "kept"]), name="erasure_outcome"
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            obstacles__contained_by=["contest_open", "case_open", "at_work", "hours_declared"]
                        ),
                        name="erasure_obstacles",
                    ),
                    models.CheckConstraint(
                        condition=Q(closed_at__isnull=False) | Q(outcome="limited"), name="erasure_open_is_limited"
                    ),
                    models.UniqueConstraint(
                        condition=Q(closed_at__isnull=True), fields=("person",), name="erasure_one_open_a_person"
                    ),
                ],
            },
        ),
        migrations.RunSQL((Path(__file__).parent / "walls.sql").read_text(encoding="utf-8"), BACK),
    ]
