from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

KEPT = (Path(__file__).parent / "kept_totals.sql").read_text(encoding="utf-8")
DROP = """
DROP VIEW violation_month_credit, violation_credited_person;
DROP TRIGGER hours_ledgerentry_keeps_totals ON hours_ledgerentry; DROP FUNCTION hours_ledgerentry_keeps_totals;
DROP TRIGGER hours_monthcredit_not_truncated ON hours_monthcredit; DROP TRIGGER hours_creditedperson_not_truncated ON hours_creditedperson;
DROP TRIGGER hours_monthcredit_guard ON hours_monthcredit; DROP TRIGGER hours_creditedperson_guard ON hours_creditedperson;
DROP FUNCTION hours_kept_total_guard;
"""


class Migration(migrations.Migration):
    """Totals kept beside the ledger, so that no page adds up ten years of it."""

    dependencies = [
        ("hours", "0033_abuse_walls"),
        ("participants", "0030_people"),
        ("commitments", "0004_due_series"),
    ]

    operations = [
        migrations.CreateModel(
            name="MonthCredit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("hours", models.DecimalField(decimal_places=2, max_digits=12)),
                (
                    "commitment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commitments.commitment",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["month"], include=["commitment", "hours"], name="month_credit_of_month")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("commitment", "month"), name="month_credit_once"),
                    models.CheckConstraint(condition=models.Q(("hours__gte", 0)), name="month_credit_not_negative"),
                ],
            },
        ),
        migrations.CreateModel(
            name="CreditedPerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "commitment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commitments.commitment",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="participants.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("commitment", "person"), name="credited_person_once"),
                ],
            },
        ),
        migrations.RunSQL(KEPT, DROP),
    ]
