from django.db import migrations, models

import levier.foundation.identifiers


class Migration(migrations.Migration):
    """The address of a line is looked for whole, never by its beginning: one index instead of the two that Django makes."""

    dependencies = [("hours", "0037_more_walls")]

    operations = [
        migrations.AlterField(
            model_name="statementline",
            name="public_id",
            field=models.CharField(
                default=levier.foundation.identifiers.random_public_id, editable=False, max_length=26
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.UniqueConstraint(fields=("public_id",), name="line_public_id_once"),
        ),
    ]
