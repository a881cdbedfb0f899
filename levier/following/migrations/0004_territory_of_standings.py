import django.db.models.deletion
from django.db import migrations, models

KEPT = """
UPDATE following_standing s SET territory_id = c.territory_id, owed = c.due_hours - c.waived_hours - c.penalised_hours
  FROM commitments_commitment c WHERE c.id = s.commitment_id;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    """Where and how much is kept with each standing, so that the sky of every territory is added up without reading commitments."""

    dependencies = [
        ("following", "0003_site"),
        ("territories", "0001_initial"),
        ("commitments", "0004_due_series"),
    ]

    operations = [
        migrations.AddField("standing", "owed", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
        migrations.AddField(
            "standing",
            "territory",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territories.territory"
            ),
        ),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
        migrations.AlterField(
            "standing",
            "territory",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territories.territory"
            ),
        ),
    ]
