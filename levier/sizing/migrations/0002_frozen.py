from django.db import migrations

from levier.foundation.walls import freeze


class Migration(migrations.Migration):
    dependencies = [("sizing", "0001_initial")]
    operations = [freeze("sizing_study")]
