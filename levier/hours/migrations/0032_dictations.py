from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

# The function as it was before (0004): an entry names who declared the statement.
DROP = """
DROP VIEW violation_dictation;
DROP TRIGGER hours_dictation_guard ON hours_dictation; DROP FUNCTION hours_dictation_guard;
DROP TRIGGER hours_statementline_dictated ON hours_statementline; DROP FUNCTION hours_statementline_dictated;
CREATE OR REPLACE FUNCTION hours_entry_of_its_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM hours_statementline l JOIN hours_statement s ON s.id = l.statement_id
       JOIN commitments_commitment c ON c.id = s.commitment_id
       WHERE l.id = NEW.line_id AND (c.id, l.placement_id, s.month, c.holder_id)
             = (NEW.commitment_id, NEW.placement_id, NEW.worked_month, NEW.declared_org_id)
         AND (NEW.reverses_id IS NOT NULL OR (l.hours, s.declared_by_id) = (NEW.hours, NEW.declared_by_id))) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV012', MESSAGE = 'ENTRY_OF_ANOTHER_LINE';
  END IF;
  RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    """Hours typed by a facilitator for a company, which somebody else agrees with before they are sent."""

    dependencies = [
        ("hours", "0031_training_cap"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="statementline",
            name="typed_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="Dictation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("told_by", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("typed_by_label", models.CharField(max_length=200)),
                ("answer", models.CharField(blank=True, max_length=10)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by_label", models.CharField(blank=True, max_length=200)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dictations", to="hours.statement"
                    ),
                ),
                (
                    "typed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(("answer", "")), fields=("statement",), name="dictation_one_waits"
                    ),
                    models.CheckConstraint(condition=~Q(told_by=""), name="dictation_told"),
                    models.CheckConstraint(
                        condition=Q(answer__in=("", "agreed", "corrected", "withdrawn")), name="dictation_answer"
                    ),
                    models.CheckConstraint(
                        condition=Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                        | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
                        name="dictation_answered_whole",
                    ),
                    models.CheckConstraint(
                        condition=~Q(answer="agreed") | ~Q(answered_by=F("typed_by")), name="dictation_four_eyes"
                    ),
                ],
            },
        ),
        migrations.RunSQL((Path(__file__).parent / "dictation_walls.sql").read_text(encoding="utf-8"), DROP),
    ]
