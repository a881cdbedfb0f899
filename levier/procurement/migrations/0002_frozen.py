from django.db import migrations

from levier.foundation.walls import freeze


class Migration(migrations.Migration):
    dependencies = [("procurement", "0001_initial")]
    operations = [freeze("procurement_screening")]
