-- Training counts for no more than its part of the hours due. The row of hours_trainingcap says which part; the last one holds. The
-- commitment is locked before (hours_ledgerentry_post comes first by name), so that two acceptances cannot pass together.
CREATE FUNCTION hours_ledgerentry_training() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  part numeric;
BEGIN
  IF NEW.reverses_id IS NOT NULL OR (SELECT p.modality FROM participants_placement p WHERE p.id = NEW.placement_id) <> 'training' THEN
    RETURN NEW;
  END IF;
  SELECT c.share INTO part FROM hours_trainingcap c WHERE c.commitment_id = NEW.commitment_id ORDER BY c.id DESC LIMIT 1;
  IF part IS NULL THEN RAISE EXCEPTION USING ERRCODE = 'LV080', MESSAGE = 'NO_TRAINING_CAP'; END IF;
  IF NEW.hours + (SELECT COALESCE(sum(x.hours), 0) FROM hours_ledgerentry x JOIN participants_placement p ON p.id = x.placement_id
                   WHERE x.commitment_id = NEW.commitment_id AND p.modality = 'training')
     > (SELECT round(o.due_hours * part, 2) FROM commitments_commitment o WHERE o.id = NEW.commitment_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV081', MESSAGE = 'TRAINING_CAP';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER hours_ledgerentry_training BEFORE INSERT ON hours_ledgerentry FOR EACH ROW EXECUTE FUNCTION hours_ledgerentry_training();

-- What is due may fall afterwards: training is then no more than its largest part of the most that was ever due.
CREATE VIEW violation_training_cap AS
  SELECT t.commitment_id, t.counted, t.part, d.most FROM (
    SELECT x.commitment_id, sum(x.hours) AS counted, (SELECT max(c.share) FROM hours_trainingcap c WHERE c.commitment_id = x.commitment_id) AS part
      FROM hours_ledgerentry x JOIN participants_placement p ON p.id = x.placement_id AND p.modality = 'training' GROUP BY x.commitment_id) t
    CROSS JOIN LATERAL (SELECT COALESCE(max(s.due), 0) AS most FROM (SELECT sum(m.hours) OVER (ORDER BY m.id) AS due
                          FROM commitments_duemovement m WHERE m.commitment_id = t.commitment_id) s) d
   WHERE t.counted > 0 AND (t.part IS NULL OR t.counted > round(d.most * t.part, 2));
