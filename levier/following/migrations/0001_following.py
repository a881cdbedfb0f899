from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import levier.foundation.identifiers
from levier.foundation.walls import freeze

DROP = """
DROP TRIGGER following_made ON commitments_commitment;
DROP TRIGGER following_changed ON commitments_commitment;
DROP TRIGGER following_line_made ON hours_statementline;
DROP TRIGGER following_line_changed ON hours_statementline;
DROP TRIGGER following_line_gone ON hours_statementline;
DROP TRIGGER following_statement_made ON hours_statement;
DROP TRIGGER following_statement_changed ON hours_statement;
DROP TRIGGER following_assigned ON commitments_commitmentplacement;
DROP TRIGGER following_unassigned ON commitments_commitmentplacement;
DROP TRIGGER following_certified ON compliance_certificate;
DROP TRIGGER following_placement_changed ON participants_placement;
DROP TRIGGER following_decided ON participants_eligibilitydecision;
DROP TRIGGER following_calendar_set ON hours_declarationcalendar;
DROP TRIGGER following_invoiced ON following_invoicedamount;
DROP FUNCTION following_commitment_moved, following_of_commitment_moved, following_line_moved, following_person_moved, following_buyer_moved, following_lot_moved;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("commitments", "0003_walls"),
        ("compliance", "0003_reminder"),
        ("hours", "0006_following"),
        ("participants", "0001_initial"),
        ("procurement", "0004_amendment_notice"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("commitment_id", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="CalendarLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=levier.foundation.identifiers.random_public_id,
                        editable=False,
                        max_length=26,
                        unique=True,
                    ),
                ),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("created_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.membership"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)),
                        fields=("membership",),
                        name="calendar_link_one_in_force",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HandledLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("postponed_until", models.DateField(null=True)),
                ("reason", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
                ("by_label", models.CharField(max_length=200)),
                (
                    "assigned_to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="commitments.commitment"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="handled_has_reason")
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoicedAmount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("as_of", models.DateField()),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                ("at", models.DateTimeField()),
                ("by_label", models.CharField(max_length=200)),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="procurement.lot"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="invoiced_not_negative")
                ],
            },
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                (
                    "commitment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="standing",
                        serialize=False,
                        to="commitments.commitment",
                    ),
                ),
                ("computed_on", models.DateField()),
                ("weather", models.PositiveSmallIntegerField()),
                ("lost", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ("at_stake", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ("expected", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ("declared", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ("sentence", models.CharField(blank=True, max_length=300)),
                ("act", models.CharField(blank=True, max_length=20)),
                ("stepped", models.BooleanField(default=False)),
                ("turn", models.CharField(blank=True, max_length=20)),
                ("since", models.DateField(null=True)),
                ("month", models.DateField(null=True)),
                ("alerts", models.JSONField(default=list)),
                ("postponed_until", models.DateField(null=True)),
                (
                    "assigned_to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["computed_on"], name="standing_computed"),
                    models.Index(
                        models.OrderBy(models.F("lost"), descending=True),
                        models.OrderBy(models.F("at_stake"), descending=True),
                        models.F("commitment"),
                        condition=models.Q(("act", ""), _negated=True),
                        name="standing_rank",
                    ),
                    models.Index(
                        models.OrderBy(models.F("at_stake"), descending=True),
                        models.F("since"),
                        models.F("commitment"),
                        condition=models.Q(("stepped", True)),
                        name="standing_step",
                    ),
                ],
                "constraints": [models.CheckConstraint(condition=models.Q(("lost__gte", 0)), name="standing_lost")],
            },
        ),
        freeze("following_handledline"),
        freeze("following_invoicedamount"),
        migrations.RunSQL((Path(__file__).parent / "walls.sql").read_text(encoding="utf-8"), DROP),
    ]
