import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import levier.foundation.identifiers
from levier.foundation.walls import freeze


class Migration(migrations.Migration):
    """The calendar of a site, line by line, and what became of each line; both tables only grow."""

    dependencies = [("commitments", "0004_due_series")]

    operations = [
        migrations.CreateModel(
            name="SitePeriod",
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
                ("kind", models.CharField(max_length=10)),
                ("first_day", models.DateField()),
                ("last_day", models.DateField(null=True)),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), default=list, size=None
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("side", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                ("by_label", models.CharField(max_length=200)),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="site_periods",
                        to="commitments.commitment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            kind__in=("works", "week", "leave", "weather", "order", "closure", "extra", "night")
                        ),
                        name="site_period_kind",
                    ),
                    models.CheckConstraint(condition=Q(side__in=("company", "facilitator")), name="site_period_side"),
                    models.CheckConstraint(
                        condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")), name="site_period_dates"
                    ),
                    models.CheckConstraint(
                        condition=Q(last_day__isnull=False) | Q(kind__in=("works", "week", "order")),
                        name="site_period_ends",
                    ),
                    models.CheckConstraint(
                        condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7])
                        & (Q(kind__in=("week", "extra"), weekdays__len__gt=0) | Q(weekdays=[])),
                        name="site_period_weekdays",
                    ),
                    models.CheckConstraint(condition=~Q(reason=""), name="site_period_has_reason"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SiteStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.CharField(max_length=10)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField()),
                ("by_label", models.CharField(max_length=200)),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="commitments.siteperiod",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("period", "step"), name="site_step_once"),
                    models.CheckConstraint(
                        condition=Q(step__in=("agreed", "refused", "withdrawn")), name="site_step_known"
                    ),
                    models.CheckConstraint(condition=Q(step="agreed") | ~Q(reason=""), name="site_step_has_reason"),
                ],
            },
        ),
        freeze("commitments_siteperiod"),
        freeze("commitments_sitestep"),
    ]
