from pathlib import Path

from django.db import migrations

DROP = """
DROP VIEW violation_person_placed;
DROP TRIGGER commitments_commitmentplacement_elsewhere ON commitments_commitmentplacement;
DROP FUNCTION commitments_commitmentplacement_elsewhere;
"""


class Migration(migrations.Migration):
    """Which other territories a person works in is kept on the file: who may read it is asked of every page."""

    dependencies = [("commitments", "0006_resumption"), ("participants", "0037_known_people_listed")]
    operations = [
        migrations.RunSQL((Path(__file__).parent / "people_placed_elsewhere.sql").read_text(encoding="utf-8"), DROP)
    ]
