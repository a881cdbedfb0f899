-- Which pieces a commitment takes: hours worked where a percentage of them is due, orders where hours are due by invoiced tranche, invoices
-- wherever the due is not a percentage. Only a tranche makes hours of an invoice; elsewhere it says how far the contract is.
CREATE FUNCTION commitments_takes(kind text, method text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE kind WHEN 'worked' THEN method IS NOT DISTINCT FROM 'percentage' WHEN 'order' THEN method IS NOT DISTINCT FROM 'tranche'
    ELSE method IS DISTINCT FROM 'percentage' END
$$;
CREATE OR REPLACE FUNCTION commitments_duebasis_post() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  more numeric;
BEGIN
  PERFORM 1 FROM commitments_commitment WHERE id = NEW.commitment_id FOR UPDATE;
  IF NOT commitments_takes(NEW.kind, (SELECT method FROM commitments_dueterms WHERE commitment_id = NEW.commitment_id)) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV016', MESSAGE = 'NO_TERMS';
  END IF;
  more := commitments_due_on_basis(NEW.commitment_id) - (SELECT COALESCE(sum(m.hours), 0) FROM commitments_duemovement m
            WHERE m.commitment_id = NEW.commitment_id AND m.kind = 'basis');
  IF more <> 0 THEN
    INSERT INTO commitments_duemovement (commitment_id, kind, hours, effective_on, until, reference, basis_id, at, by_label)
      VALUES (NEW.commitment_id, 'basis', more, NEW."on", NEW."on", NEW.reference, NEW.id, NEW.at, NEW.by_label);
  END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE VIEW violation_due_basis AS
  SELECT t.commitment_id, commitments_due_on_basis(t.commitment_id) AS owed, COALESCE(sum(m.hours), 0) AS movements FROM commitments_dueterms t
    LEFT JOIN commitments_duemovement m ON m.commitment_id = t.commitment_id AND m.kind = 'basis'
   GROUP BY t.commitment_id HAVING commitments_due_on_basis(t.commitment_id) <> COALESCE(sum(m.hours), 0)
  UNION ALL SELECT b.commitment_id, NULL, NULL FROM commitments_duebasis b LEFT JOIN commitments_dueterms t ON t.commitment_id = b.commitment_id
   WHERE NOT commitments_takes(b.kind, t.method);
