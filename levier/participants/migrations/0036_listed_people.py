from pathlib import Path

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models
from django.db.models import Q

DROP = """
DROP VIEW violation_person_kept, participants_person_read;
DROP TRIGGER participants_person_merged ON participants_person; DROP FUNCTION participants_person_merged;
DROP TRIGGER participants_placement_kept ON participants_placement;
DROP TRIGGER participants_eligibilitydecision_kept ON participants_eligibilitydecision; DROP FUNCTION participants_person_moved;
DROP TRIGGER participants_person_opened ON participants_person; DROP FUNCTION participants_person_opened;
DROP FUNCTION participants_person_keep;
"""


class Migration(migrations.Migration):
    """People are listed and found by name without opening every file."""

    dependencies = [("participants", "0035_iae_checks")]
    operations = [
        migrations.AddField(
            "person",
            "name_keys",
            django.contrib.postgres.fields.ArrayField(models.SmallIntegerField(), null=True, size=None),
        ),
        migrations.AddField("person", "granted_until", models.DateField(editable=False, null=True)),
        migrations.AddField("person", "placed_until", models.DateField(editable=False, null=True)),
        migrations.AddField("person", "moved_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField(
            "person",
            "placed_in",
            django.contrib.postgres.fields.ArrayField(models.BigIntegerField(), editable=False, null=True, size=None),
        ),
        migrations.AddField("personkey", "shared", models.BooleanField(db_default=False)),
        migrations.RemoveConstraint("person", "person_anonymised_is_empty"),
        migrations.AddConstraint(
            "person",
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=True)
                | Q(identity__isnull=True, identity_index__isnull=True, name_keys__isnull=True, contact__isnull=True),
                name="person_anonymised_is_empty",
            ),
        ),
        migrations.AddIndex(
            "person", django.contrib.postgres.indexes.GinIndex(fields=["name_keys"], name="person_name_keys")
        ),
        migrations.AddIndex(
            "person", django.contrib.postgres.indexes.GinIndex(fields=["placed_in"], name="person_placed_in")
        ),
        migrations.AddIndex(
            "person",
            models.Index(
                condition=Q(anonymised_at__isnull=True, merged_into__isnull=True),
                fields=["-moved_at", "-id"],
                include=("granted_until", "placed_until"),
                name="person_listed",
            ),
        ),
        migrations.AddIndex(
            "personkey", models.Index(condition=Q(shared=True), fields=["person"], name="person_key_shared")
        ),
        migrations.RunSQL((Path(__file__).parent / "listed_people.sql").read_text(encoding="utf-8"), DROP),
    ]
