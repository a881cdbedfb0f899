from functools import cache
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F

from levier.foundation.encryption import FieldCipher

ONE_KEY = """
    ALTER TABLE hours_statementfileline ADD CONSTRAINT statement_file_line_person FOREIGN KEY (file_id, person_id)
        REFERENCES hours_statementfileperson (file_id, id) DEFERRABLE INITIALLY DEFERRED
"""


@cache
def _cipher() -> FieldCipher:
    return FieldCipher(settings.MASTER_KEY, "person")


def name_people(apps: Any, schema_editor: Any) -> None:
    """A person for each line that is there; what was sealed at the place of the line is sealed at theirs."""
    lines = apps.get_model("hours", "StatementFileLine").objects
    people = apps.get_model("hours", "StatementFilePerson").objects
    for line in lines.annotate(address=F("file__public_id")).iterator():
        place = f"hours_statementfileline|sealed|{line.address}|{line.row}|{line.column}"
        told = _cipher().open(bytes(line.sealed), place)
        person = people.create(
            file_id=line.file_id, sealed=b"", commitment_id=line.commitment_id, placement_id=line.placement_id
        )
        person.sealed = _cipher().seal(told, f"hours_statementfileperson|sealed|{person.pk}")
        person.save(update_fields=["sealed"])
        lines.filter(pk=line.pk).update(person_id=person.pk)
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    """The lines of a table of hours point to who they name: one key a line instead of three, and one seal a person."""

    dependencies = [
        ("commitments", "0007_people_placed_elsewhere"),
        ("hours", "0038_one_index_of_addresses"),
        ("participants", "0037_known_people_listed"),
    ]

    operations = [
        migrations.CreateModel(
            name="StatementFilePerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sealed", models.BinaryField()),
                (
                    "commitment",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commitments.commitment",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="hours.statementfile",
                    ),
                ),
                (
                    "placement",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.placement",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("file", "id"), name="statement_file_person_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("commitment__isnull", True), ("placement__isnull", True)),
                            models.Q(("commitment__isnull", False), ("placement__isnull", False)),
                            _connector="OR",
                        ),
                        name="statement_file_person_placed",
                    ),
                ]
            },
        ),
        migrations.AddField(
            model_name="statementfileline",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="lines",
                to="hours.statementfileperson",
            ),
        ),
        migrations.RunPython(name_people, elidable=True),
        migrations.AlterField(
            model_name="statementfileline",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="lines",
                to="hours.statementfileperson",
            ),
        ),
        migrations.AlterField(
            model_name="statementfileline",
            name="file",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lines",
                to="hours.statementfile",
            ),
        ),
        migrations.RunSQL(ONE_KEY, "ALTER TABLE hours_statementfileline DROP CONSTRAINT statement_file_line_person"),
        migrations.RemoveConstraint(model_name="statementfileline", name="statement_file_line_ready"),
        migrations.RemoveField(model_name="statementfileline", name="commitment"),
        migrations.RemoveField(model_name="statementfileline", name="placement"),
        migrations.RemoveField(model_name="statementfileline", name="sealed"),
        migrations.AddConstraint(
            model_name="statementfileline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("match", "ready"), _negated=True),
                    models.Q(("hours__isnull", False), ("month__isnull", False)),
                    _connector="OR",
                ),
                name="statement_file_line_ready",
            ),
        ),
    ]
