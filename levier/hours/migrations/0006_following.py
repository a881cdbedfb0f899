import django.db.models.deletion
from django.db import migrations, models

from levier.foundation.walls import freeze


class Migration(migrations.Migration):
    dependencies = [
        ("hours", "0005_open_lines"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeclarationCalendar",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField()),
                ("rhythm", models.CharField(max_length=12)),
                ("day_before", models.PositiveSmallIntegerField()),
                ("source", models.CharField(max_length=200)),
                ("created_at", models.DateTimeField()),
                ("created_by_label", models.CharField(max_length=200)),
                (
                    "buyer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("buyer", "valid_from"), name="declaration_calendar_once"),
                    models.CheckConstraint(
                        condition=models.Q(("valid_from__day", 1)), name="declaration_calendar_first_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rhythm__in", ("monthly", "quarterly", "half_yearly"))),
                        name="declaration_calendar_rhythm",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("day_before__gte", 2), ("day_before__lte", 28)),
                        name="declaration_calendar_day",
                    ),
                ],
            },
        ),
        freeze("hours_declarationcalendar"),
    ]
