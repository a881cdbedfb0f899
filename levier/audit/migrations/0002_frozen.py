from django.db import migrations

from levier.foundation.walls import freeze


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [freeze("audit_journalentry"), freeze("audit_personread")]
