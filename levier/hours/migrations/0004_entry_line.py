from django.db import migrations

# An entry speaks of the line it names, in the words of its statement; once the transaction ends, the line says the same.
WALLS = """
CREATE FUNCTION hours_entry_of_its_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM hours_statementline l JOIN hours_statement s ON s.id = l.statement_id
       JOIN commitments_commitment c ON c.id = s.commitment_id
       WHERE l.id = NEW.line_id AND (c.id, l.placement_id, s.month, c.holder_id)
             = (NEW.commitment_id, NEW.placement_id, NEW.worked_month, NEW.declared_org_id)
         AND (NEW.reverses_id IS NOT NULL OR (l.hours, s.declared_by_id) = (NEW.hours, NEW.declared_by_id))) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV012', MESSAGE = 'ENTRY_OF_ANOTHER_LINE';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER hours_entry_of_its_line AFTER INSERT ON hours_ledgerentry
  FOR EACH ROW EXECUTE FUNCTION hours_entry_of_its_line();

CREATE FUNCTION hours_entry_with_its_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM hours_statementline l WHERE l.id = NEW.line_id
       AND (SELECT COALESCE(sum(x.hours), 0) FROM hours_ledgerentry x WHERE x.line_id = l.id)
           IS DISTINCT FROM (CASE l.state WHEN 'accepted' THEN l.hours ELSE 0 END)) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV011', MESSAGE = 'LINE_WITHOUT_LEDGER';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER hours_entry_with_its_line AFTER INSERT ON hours_ledgerentry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hours_entry_with_its_line();

CREATE VIEW violation_entry_line AS
  SELECT x.id FROM hours_ledgerentry x JOIN hours_statementline l ON l.id = x.line_id JOIN hours_statement s ON s.id = l.statement_id
   WHERE (s.commitment_id, l.placement_id, s.month) IS DISTINCT FROM (x.commitment_id, x.placement_id, x.worked_month);
"""
DROP = """
DROP VIEW violation_entry_line;
DROP TRIGGER hours_entry_with_its_line ON hours_ledgerentry; DROP FUNCTION hours_entry_with_its_line;
DROP TRIGGER hours_entry_of_its_line ON hours_ledgerentry; DROP FUNCTION hours_entry_of_its_line;
"""


class Migration(migrations.Migration):
    """An entry without its accepted line, or for another placement, month or declarant than the line's, is refused."""

    dependencies = [("hours", "0003_walls")]
    operations = [migrations.RunSQL(WALLS, DROP)]
