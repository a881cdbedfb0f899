from django.db import migrations

from levier.foundation.walls import freeze


class Migration(migrations.Migration):
    dependencies = [("drafting", "0001_initial")]
    operations = [freeze("drafting_modelversion"), freeze("drafting_kit")]
