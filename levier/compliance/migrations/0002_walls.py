from pathlib import Path

from django.db import migrations

from levier.foundation.walls import freeze

DROP = """
DROP VIEW violation_certificate_numbers, violation_certificate_chain;
DROP TRIGGER compliance_certificate_seal ON compliance_certificate;
DROP FUNCTION compliance_certificate_seal;
"""


class Migration(migrations.Migration):
    dependencies = [("compliance", "0001_initial"), ("hours", "0003_walls")]
    operations = [
        freeze("compliance_certificate"),
        migrations.RunSQL((Path(__file__).parent / "walls.sql").read_text(encoding="utf-8"), DROP),
    ]
