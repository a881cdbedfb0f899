from django.db import migrations, models
from django.db.models import Q

DUTIES = ["declare", "administer", "sign", "site", "manage"]


class Migration(migrations.Migration):
    """A company may name who answers for its clause (responsable): the second to be reminded."""

    dependencies = [("accounts", "0030_structures")]
    operations = [
        migrations.RemoveConstraint(model_name="membership", name="membership_duties"),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=Q(duties__contained_by=DUTIES) & Q(duties__len__gte=1), name="membership_duties"
            ),
        ),
    ]
