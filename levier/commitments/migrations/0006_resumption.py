import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

KINDS = ("works", "week", "leave", "weather", "order", "closure", "extra", "night")
# A resumption and the closure that it ends are lines of one commitment (I-19).
SAME = """
ALTER TABLE commitments_siteperiod ADD CONSTRAINT site_period_of_commitment UNIQUE (id, commitment_id);
ALTER TABLE commitments_siteperiod ADD CONSTRAINT site_period_resumes_same_site
  FOREIGN KEY (resumes_id, commitment_id) REFERENCES commitments_siteperiod (id, commitment_id);
"""
DROP = """
ALTER TABLE commitments_siteperiod DROP CONSTRAINT site_period_resumes_same_site, DROP CONSTRAINT site_period_of_commitment;
"""


class Migration(migrations.Migration):
    """A line may end a closure: the works resume."""

    dependencies = [("commitments", "0005_site")]
    operations = [
        migrations.AddField(
            model_name="siteperiod",
            name="resumes",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="resumptions",
                to="commitments.siteperiod",
            ),
        ),
        migrations.RemoveConstraint(model_name="siteperiod", name="site_period_kind"),
        migrations.AddConstraint(
            model_name="siteperiod",
            constraint=models.CheckConstraint(
                condition=Q(kind__in=KINDS, resumes__isnull=True) | Q(kind="resume", resumes__isnull=False),
                name="site_period_kind",
            ),
        ),
        migrations.RunSQL(SAME, DROP),
    ]
