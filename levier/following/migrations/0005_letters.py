from django.db import migrations, models

AGAIN = "UPDATE following_standing SET computed_on = '1900-01-01'"


class Migration(migrations.Migration):
    """Whether a commitment is late is kept with where it stands: lists of thousands say it by the rule that its page says it by."""

    dependencies = [("following", "0004_territory_of_standings")]

    operations = [
        migrations.AddField("standing", "late", models.BooleanField(default=False)),
        migrations.RunSQL(AGAIN, migrations.RunSQL.noop),
    ]
