from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from levier.foundation.walls import freeze

HERE = Path(__file__).parent


def replaced(name: str, start: str, end: str) -> str:
    """That statement of a file of walls, written so that it replaces what is there."""
    text = (HERE / name).read_text(encoding="utf-8")
    text = text[text.index(start) :]
    return text[: text.index(end)].replace("CREATE ", "CREATE OR REPLACE ", 1)


BEFORE = replaced(
    "due_walls.sql", "CREATE FUNCTION commitments_duebasis_post", "CREATE TRIGGER commitments_duebasis_post"
) + replaced("due_walls.sql", "CREATE VIEW violation_due_basis", "CREATE VIEW violation_transfer")


# Training that was accepted before anything held it: as much as was accepted stays, the part that holds it is written down with the reason.
CAPS_OF_BEFORE = """
INSERT INTO hours_trainingcap (commitment_id, share, version, at)
  SELECT t.commitment_id, LEAST(1, CASE WHEN c.due_hours > 0 THEN ceil(t.counted / c.due_hours * 100000) / 100000 ELSE 1 END),
         'counted before the cap was held', now()
    FROM (SELECT x.commitment_id, sum(x.hours) AS counted FROM hours_ledgerentry x JOIN participants_placement p ON p.id = x.placement_id
           WHERE p.modality = 'training' GROUP BY x.commitment_id HAVING sum(x.hours) > 0) t
    JOIN commitments_commitment c ON c.id = t.commitment_id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
DROP = """
DROP VIEW violation_training_cap;
DROP TRIGGER hours_ledgerentry_training ON hours_ledgerentry; DROP FUNCTION hours_ledgerentry_training;
"""


def sql(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


class Migration(migrations.Migration):
    """An invoice may be entered where the due is a number: it says how far the contract is, and nothing is due more for it. Training
    counts within its part of the hours due.
    """

    dependencies = [("hours", "0030_confirmations_and_contests")]
    operations = [
        migrations.RunSQL(sql("invoice_walls.sql"), BEFORE + "DROP FUNCTION commitments_takes;"),
        migrations.CreateModel(
            "TrainingCap",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("share", models.DecimalField(decimal_places=5, max_digits=6)),
                ("version", models.CharField(max_length=120)),
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
                    models.CheckConstraint(
                        condition=models.Q(
                            ("share__gte", 0), ("share__lte", 1), models.Q(("version", ""), _negated=True)
                        ),
                        name="training_cap_share",
                    )
                ]
            },
        ),
        freeze("hours_trainingcap"),
        migrations.RunSQL(CAPS_OF_BEFORE, migrations.RunSQL.noop),
        migrations.RunSQL(sql("training_walls.sql"), DROP),
    ]
