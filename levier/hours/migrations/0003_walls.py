from pathlib import Path

from django.db import migrations

from levier.foundation.walls import freeze

DROP = """
DROP VIEW violation_commitment_credit, violation_commitment_waiver, violation_counted_once, violation_legal_maximum,
  violation_not_eligible, violation_placement_before_decision, violation_windows_overlap, violation_sealed_period,
  violation_reversal, violation_four_eyes, violation_line_ledger, violation_pooling, violation_entry_chain,
  violation_entry_not_assigned, violation_two_live_identities;
DROP TRIGGER hours_statementline_guard ON hours_statementline; DROP FUNCTION hours_statementline_guard;
DROP TRIGGER hours_ledgerentry_post ON hours_ledgerentry; DROP FUNCTION hours_ledgerentry_post;
DROP FUNCTION hours_entry_hash;
DROP TRIGGER hours_workedmonth_moves_person ON hours_workedmonth; DROP FUNCTION hours_workedmonth_moves_person;
DROP TRIGGER hours_workedmonth_guard ON hours_workedmonth; DROP FUNCTION hours_workedmonth_guard;
DROP TRIGGER hours_personmonth_guard ON hours_personmonth; DROP FUNCTION hours_personmonth_guard;
DROP TRIGGER commitments_period_not_truncated ON commitments_period;
DROP TRIGGER commitments_period_guard ON commitments_period; DROP FUNCTION commitments_period_guard;
DROP TRIGGER commitments_waiver_moves_counter ON commitments_hourswaiver; DROP FUNCTION commitments_waiver_moves_counter;
DROP TRIGGER commitments_commitment_guard ON commitments_commitment; DROP FUNCTION commitments_commitment_guard;
DROP TRIGGER participants_placement_check ON participants_placement; DROP FUNCTION participants_placement_check;
ALTER TABLE hours_ledgerentry DROP CONSTRAINT entry_placement_of_the_commitment, DROP CONSTRAINT entry_worked_month;
ALTER TABLE hours_workedmonth DROP CONSTRAINT worked_month_person_month, DROP CONSTRAINT worked_month_person_of_the_placement;
ALTER TABLE participants_placement DROP CONSTRAINT placement_decision_of_the_person;
ALTER TABLE participants_eligibilitydecision DROP CONSTRAINT decision_person;
"""


class Migration(migrations.Migration):
    dependencies = [("hours", "0002_initial"), ("commitments", "0002_initial"), ("audit", "0002_frozen")]
    operations = [
        freeze("hours_ledgerentry"),
        freeze("commitments_hourswaiver"),
        freeze("participants_eligibilitydecision"),
        freeze("participants_eligibilityground", operations="UPDATE"),
        migrations.RunSQL((Path(__file__).parent / "walls.sql").read_text(encoding="utf-8"), DROP),
    ]
