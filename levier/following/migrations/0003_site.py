from django.db import migrations

# A line of the calendar of a site, or what becomes of it, moves what is expected: the same mark as everything else.
MARKS = """
CREATE FUNCTION following_site_step_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO following_change (commitment_id)
    SELECT DISTINCT p.commitment_id FROM moved m JOIN commitments_siteperiod p ON p.id = m.period_id;
  RETURN NULL;
END $$;
CREATE TRIGGER following_site_written AFTER INSERT ON commitments_siteperiod REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION following_of_commitment_moved();
CREATE TRIGGER following_site_answered AFTER INSERT ON commitments_sitestep REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION following_site_step_moved();
"""
DROP = """
DROP TRIGGER following_site_answered ON commitments_sitestep; DROP TRIGGER following_site_written ON commitments_siteperiod;
DROP FUNCTION following_site_step_moved;
"""


class Migration(migrations.Migration):
    dependencies = [("following", "0002_invoices_at_one_home"), ("commitments", "0005_site")]
    operations = [migrations.RunSQL(MARKS, DROP)]
