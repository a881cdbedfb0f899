import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Func, Q
from django.db.models.lookups import GreaterThanOrEqual

import levier.foundation.identifiers
from levier.foundation.walls import freeze


class Migration(migrations.Migration):
    """What a SIAE, or the facilitator, saw of a person's entry into the structure: said once, never rewritten, erased with the person."""

    dependencies = [
        ("participants", "0034_files_set_aside"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="IaeCheck",
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
                ("structure", models.CharField(max_length=8)),
                ("sealed", models.BinaryField()),
                ("key_name", models.CharField(max_length=20)),
                ("eligible", models.BooleanField()),
                ("checked_on", models.DateField()),
                ("rule_version", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                ("checked_by_label", models.CharField(max_length=200)),
                (
                    "checked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "checked_org",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
                (
                    "placement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="iae_checks",
                        to="participants.placement",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(structure__in=("EI", "ACI", "AI", "ETTI", "EITI")), name="iae_check_structure"
                    ),
                    models.CheckConstraint(
                        condition=GreaterThanOrEqual(
                            Func(F("sealed"), function="octet_length", output_field=models.IntegerField()), 28
                        ),
                        name="iae_check_is_sealed",
                    ),
                ],
            },
        ),
        freeze("participants_iaecheck", operations="UPDATE"),
    ]
