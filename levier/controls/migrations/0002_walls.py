from pathlib import Path

from django.db import migrations

from levier.foundation.walls import freeze

FROZEN = (
    "controls_draw controls_step controls_visit controls_observation controls_attachment controls_letter controls_dispatch "
    "controls_penaltyproposal controls_penaltydecision"
).split()


class Migration(migrations.Migration):
    dependencies = [("controls", "0001_initial"), ("hours", "0004_entry_line")]
    operations = [
        *(freeze(table) for table in FROZEN),
        migrations.RunSQL((Path(__file__).parent / "walls.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop),
    ]
