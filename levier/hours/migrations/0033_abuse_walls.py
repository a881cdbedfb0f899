from pathlib import Path

from django.db import migrations

WALLS = """
basis_once certificate_number_once commitment_due_not_negative commitment_holder_of_the_lot commitment_territory_of_the_lot
commitment_waiver_within_due commitments_commitment_guard commitments_duebasis_frozen commitments_duebasis_post
commitments_duemovement_frozen commitments_duemovement_post commitments_duetransfer_post commitments_hourspenalty_frozen
commitments_hourswaiver_frozen commitments_penalty_post commitments_period_guard compliance_certificate_frozen
compliance_certificate_seal controls_case_guard controls_decision_check controls_proposal_check controls_step_frozen
controls_step_moves_case counted_once decision_windows_do_not_overlap due_terms_of_the_method entry_placement_of_the_commitment
entry_post_first_day entry_sequence_once entry_sign entry_worked_first_day entry_worked_month file_not_empty file_state four_eyes
ground_is_sealed hours_contest_guard hours_entry_of_its_line hours_entry_with_its_line hours_ledgerentry_frozen
hours_contest_not_truncated hours_creditedperson_guard hours_dictation_guard dictation_four_eyes hours_ledgerentry_keeps_totals
hours_ledgerentry_not_truncated hours_ledgerentry_post hours_ledgerentry_training hours_monthcredit_guard hours_lineconfirmation_frozen hours_personmonth_guard hours_statement_version
hours_statementline_contested hours_statementline_dictated hours_statementline_guard hours_trainingcap_frozen training_cap_share
commitments_siteperiod_frozen commitments_sitestep_frozen hours_workedmonth_guard hours_workedmonth_moves_person
hours_workedmonth_of_inserted hours_workedmonth_of_updated journal_has_actor audit_journalentry_frozen audit_personread_frozen
legal_maximum letter_number_once line_decided_has_author line_refusal_has_reason membership_dates membership_not_self_granted
membership_territory organisation_siret participants_eligibilitydecision_frozen participants_eligibilityground_frozen
participants_pairdecision_check participants_pairdecision_done participants_pairdecision_frozen participants_person_erased
participants_person_merge_guard participants_person_merge_told participants_placement_check penalty_amount_is_rate_times_units
penalty_of_hours_or_days penalty_once_a_decision penalty_sign period_first_day person_anonymised_is_empty person_month_first_day
person_one_live_identity placement_decision_of_the_person read_has_purpose reference_no_overlap contact_no_overlap
perimeter_no_overlap referral_step_allowed referrals_placed referrals_referral_guard referrals_step_moves reminder_once
statement_first_day step_has_reason step_sequence_once worked_month_first_day worked_month_once
worked_month_person_of_the_placement
""".split()
"""Constraints, indexes and triggers that hold the invariants, by name (docs/registre.md says which holds what)."""

MISSING = f"""
CREATE VIEW violation_wall_missing AS
  SELECT w.name FROM (VALUES {", ".join(f"('{name}')" for name in WALLS)}) w (name)
   WHERE NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = w.name AND c.convalidated AND c.connamespace = current_schema()::regnamespace)
     AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgname = w.name AND t.tgenabled IN ('O', 'A'))
     AND NOT EXISTS (SELECT FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE x.relname = w.name AND i.indisvalid)
  UNION ALL
  SELECT t.tgname FROM pg_trigger t JOIN pg_class r ON r.oid = t.tgrelid
   WHERE NOT t.tgisinternal AND t.tgenabled NOT IN ('O', 'A') AND r.relnamespace = current_schema()::regnamespace;
"""  # noqa: S608 - our own names
BACK = """
DROP VIEW violation_wall_missing;
DROP TRIGGER hours_statement_version ON hours_statement; DROP FUNCTION hours_statement_version;
DROP TRIGGER hours_workedmonth_of_updated ON hours_workedmonth; DROP TRIGGER hours_workedmonth_of_inserted ON hours_workedmonth;
DROP FUNCTION hours_workedmonth_of_merged_files;
"""


class Migration(migrations.Migration):
    """One legal maximum over merged files; no lost update of a statement; a wall taken down is itself a violation."""

    dependencies = [("hours", "0032_dictations"), ("participants", "0030_people")]
    operations = [
        migrations.RunSQL((Path(__file__).parent / "abuse_walls.sql").read_text(encoding="utf-8"), BACK),
        migrations.RunSQL(MISSING, migrations.RunSQL.noop),
    ]
