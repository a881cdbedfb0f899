-- Totals kept beside the ledger for pages that would add up ten years of it: hours of a commitment by month worked, and who worked
-- them. Moved by this trigger only, under the lock of the commitment that hours_ledgerentry_post took.
INSERT INTO hours_monthcredit (commitment_id, month, hours)
  SELECT commitment_id, worked_month, sum(hours) FROM hours_ledgerentry GROUP BY commitment_id, worked_month;
INSERT INTO hours_creditedperson (commitment_id, person_id)
  SELECT DISTINCT a.commitment_id, p.person_id FROM commitments_commitmentplacement a JOIN participants_placement p ON p.id = a.placement_id
   WHERE EXISTS (SELECT FROM hours_ledgerentry x WHERE x.commitment_id = a.commitment_id AND x.placement_id = a.placement_id);

CREATE FUNCTION hours_kept_total_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 2 THEN RAISE EXCEPTION USING ERRCODE = 'LV003', MESSAGE = 'COUNTER_GUARDED'; END IF;
  RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER hours_monthcredit_guard BEFORE INSERT OR UPDATE OR DELETE ON hours_monthcredit
  FOR EACH ROW EXECUTE FUNCTION hours_kept_total_guard();
CREATE TRIGGER hours_creditedperson_guard BEFORE INSERT OR UPDATE OR DELETE ON hours_creditedperson
  FOR EACH ROW EXECUTE FUNCTION hours_kept_total_guard();
CREATE TRIGGER hours_monthcredit_not_truncated BEFORE TRUNCATE ON hours_monthcredit
  FOR EACH STATEMENT EXECUTE FUNCTION levier_frozen();
CREATE TRIGGER hours_creditedperson_not_truncated BEFORE TRUNCATE ON hours_creditedperson
  FOR EACH STATEMENT EXECUTE FUNCTION levier_frozen();

CREATE FUNCTION hours_ledgerentry_keeps_totals() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  UPDATE hours_monthcredit SET hours = hours + NEW.hours WHERE commitment_id = NEW.commitment_id AND month = NEW.worked_month;
  IF NOT FOUND THEN
    INSERT INTO hours_monthcredit (commitment_id, month, hours) VALUES (NEW.commitment_id, NEW.worked_month, NEW.hours);
  END IF;
  INSERT INTO hours_creditedperson (commitment_id, person_id)
    SELECT NEW.commitment_id, p.person_id FROM participants_placement p WHERE p.id = NEW.placement_id
    ON CONFLICT (commitment_id, person_id) DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER hours_ledgerentry_keeps_totals AFTER INSERT ON hours_ledgerentry
  FOR EACH ROW EXECUTE FUNCTION hours_ledgerentry_keeps_totals();

CREATE VIEW violation_month_credit AS
  SELECT COALESCE(k.commitment_id, x.commitment_id) AS commitment_id, COALESCE(k.month, x.month) AS month, k.hours, x.hours AS ledger
    FROM hours_monthcredit k
    FULL JOIN (SELECT commitment_id, worked_month AS month, sum(hours) AS hours FROM hours_ledgerentry GROUP BY 1, 2) x
      ON x.commitment_id = k.commitment_id AND x.month = k.month
   WHERE k.hours IS DISTINCT FROM x.hours;
CREATE VIEW violation_credited_person AS
  SELECT COALESCE(k.commitment_id, x.commitment_id) AS commitment_id, COALESCE(k.person_id, x.person_id) AS person_id
    FROM hours_creditedperson k
    FULL JOIN (SELECT DISTINCT e.commitment_id, p.person_id FROM hours_ledgerentry e JOIN participants_placement p ON p.id = e.placement_id) x
      ON x.commitment_id = k.commitment_id AND x.person_id = k.person_id
   WHERE k.person_id IS NULL OR x.person_id IS NULL;
