from pathlib import Path

from django.db import migrations

from levier.foundation.walls import freeze

DROP = """
DROP VIEW violation_referral_steps;
DROP TRIGGER referrals_placed ON referrals_referral; DROP FUNCTION referrals_placed;
DROP TRIGGER referrals_referral_guard ON referrals_referral; DROP FUNCTION referrals_referral_guard;
DROP TRIGGER referrals_step_moves ON referrals_referralstep; DROP FUNCTION referrals_step_moves;
"""


class Migration(migrations.Migration):
    """Steps only grow, and only they move a referral."""

    dependencies = [("referrals", "0001_initial")]
    operations = [
        freeze("referrals_referralstep"),
        migrations.RunSQL((Path(__file__).parent / "walls.sql").read_text(encoding="utf-8"), DROP),
    ]
