import django.db.models.deletion
from django.db import migrations, models

import levier.foundation.identifiers
from levier.foundation.walls import freeze


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_initial"),
        ("planning", "0002_frozen"),
        ("procurement", "0004_amendment_notice"),
    ]

    operations = [
        migrations.CreateModel(
            name="TenderFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=levier.foundation.identifiers.random_public_id,
                        editable=False,
                        max_length=26,
                        unique=True,
                    ),
                ),
                ("kept_at", models.DateTimeField()),
                ("kept_by_label", models.CharField(max_length=200)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tender_files",
                        to="procurement.contract",
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                    ),
                ),
            ],
        ),
        freeze("planning_tenderfile"),
    ]
