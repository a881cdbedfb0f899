from django.db import migrations

# The typed totals become invoices of the lot's first commitment that takes them, each by what it added. Where the lot has invoices already,
# or where its hours come from pieces, those are the truth: nothing is carried, and the journal keeps what was typed.
CARRY = """
INSERT INTO commitments_duebasis (commitment_id, kind, reference, "on", amount, at, by_label)
  SELECT o.id, 'invoice', 'Facturé en tout au ' || to_char(t.as_of, 'DD/MM/YYYY'), t.as_of, t.amount - t.before, t.at, t.by_label
    FROM (SELECT d.*, COALESCE(lag(d.amount) OVER (PARTITION BY d.lot_id ORDER BY d.as_of), 0) AS before
            FROM (SELECT DISTINCT ON (lot_id, as_of) * FROM following_invoicedamount ORDER BY lot_id, as_of, id DESC) d) t
    JOIN LATERAL (SELECT c.id FROM commitments_commitment c LEFT JOIN commitments_dueterms m ON m.commitment_id = c.id
                   WHERE c.lot_id = t.lot_id AND COALESCE(m.method, 'fixed') IN ('fixed', 'stepped') ORDER BY c.id LIMIT 1) o ON true
   WHERE t.amount <> t.before
     AND NOT EXISTS (SELECT 1 FROM commitments_duebasis b JOIN commitments_commitment c ON c.id = b.commitment_id
                      WHERE c.lot_id = t.lot_id AND b.kind = 'invoice')
   ORDER BY t.lot_id, t.as_of;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""
MARK = """
DROP TRIGGER following_invoiced ON following_invoicedamount;
DROP FUNCTION following_lot_moved;
CREATE FUNCTION following_piece_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO following_change (commitment_id)
    SELECT DISTINCT o.id FROM moved m JOIN commitments_commitment c ON c.id = m.commitment_id JOIN commitments_commitment o ON o.lot_id = c.lot_id
     WHERE m.kind = 'invoice';
  RETURN NULL;
END $$;
CREATE TRIGGER following_invoiced AFTER INSERT ON commitments_duebasis REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION following_piece_moved();
"""
UNMARK = """
DROP TRIGGER following_invoiced ON commitments_duebasis;
DROP FUNCTION following_piece_moved;
CREATE FUNCTION following_lot_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO following_change (commitment_id)
    SELECT DISTINCT o.id FROM moved m JOIN commitments_commitment o ON o.lot_id = m.lot_id;
  RETURN NULL;
END $$;
CREATE TRIGGER following_invoiced AFTER INSERT ON following_invoicedamount REFERENCING NEW TABLE AS moved
  FOR EACH STATEMENT EXECUTE FUNCTION following_lot_moved();
CREATE TRIGGER following_invoicedamount_frozen BEFORE UPDATE OR DELETE ON following_invoicedamount FOR EACH ROW EXECUTE FUNCTION levier_frozen();
CREATE TRIGGER following_invoicedamount_not_truncated BEFORE TRUNCATE ON following_invoicedamount FOR EACH STATEMENT EXECUTE FUNCTION levier_frozen();
"""


class Migration(migrations.Migration):
    """What was invoiced has one home, the pieces of the commitment."""

    dependencies = [
        ("following", "0001_following"),
        ("commitments", "0004_due_series"),
        ("hours", "0031_training_cap"),
    ]
    operations = [
        migrations.RunSQL(CARRY, migrations.RunSQL.noop),
        migrations.RunSQL(MARK, UNMARK),
        migrations.DeleteModel("InvoicedAmount"),
    ]
