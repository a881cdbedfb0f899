from pathlib import Path

from django.db import migrations

from levier.foundation.walls import freeze

DROP = """
DROP TRIGGER bids_grid_guard ON bids_grid; DROP FUNCTION bids_grid_guard;
DROP TRIGGER bids_subcriterion_guard ON bids_subcriterion; DROP FUNCTION bids_of_open_grid;
DROP TRIGGER bids_score_guard ON bids_score; DROP FUNCTION bids_score_guard;
DROP TRIGGER bids_agreement_guard ON bids_agreement; DROP FUNCTION bids_agreement_guard;
"""


class Migration(migrations.Migration):
    """What the law of the consultation freezes, the database freezes too."""

    dependencies = [("bids", "0001_initial")]
    operations = [
        migrations.RunSQL((Path(__file__).parent / "walls.sql").read_text(encoding="utf-8"), DROP),
        freeze("bids_promise"),
    ]
