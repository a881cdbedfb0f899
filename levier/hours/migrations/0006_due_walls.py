from pathlib import Path

from django.db import migrations

from levier.foundation.walls import freeze

FROZEN = ("dueterms", "duebasis", "duetransfer", "duetransferanswer", "duemovement", "hourspenalty")
DROP = """
DROP VIEW violation_penalty_reversal, violation_group, violation_transfer, violation_due_basis, violation_balance, violation_commitment_penalty,
  violation_commitment_due, commitments_book;
DROP TRIGGER commitments_penalty_post ON commitments_hourspenalty; DROP FUNCTION commitments_penalty_post;
DROP TRIGGER commitments_duetransfer_post ON commitments_duetransferanswer; DROP FUNCTION commitments_duetransfer_post;
DROP TRIGGER commitments_duebasis_post ON commitments_duebasis; DROP FUNCTION commitments_duebasis_post;
DROP FUNCTION commitments_due_on_basis; DROP FUNCTION commitments_accrued;
DROP TRIGGER commitments_duemovement_post ON commitments_duemovement; DROP FUNCTION commitments_duemovement_post;
DROP TRIGGER commitments_commitment_signed ON commitments_commitment; DROP FUNCTION commitments_commitment_signed;
"""


class Migration(migrations.Migration):
    """What is due becomes a series; penalties and transfers between commitments enter the books."""

    dependencies = [("hours", "0005_open_lines"), ("commitments", "0004_due_series")]
    operations = [
        migrations.RunSQL((Path(__file__).parent / "due_walls.sql").read_text(encoding="utf-8"), DROP),
        *(freeze(f"commitments_{table}") for table in FROZEN),
    ]
