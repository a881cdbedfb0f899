from django.db import migrations

from levier.foundation.walls import freeze


class Migration(migrations.Migration):
    dependencies = [("planning", "0001_initial")]
    operations = [
        freeze("planning_tendercondition"),
        freeze("planning_obligationwaiver"),
        freeze("planning_tenderpublication"),
        freeze("planning_essaward"),
    ]
