-- The end of a commitment: agreed by another organisation than the one that proposed, validated once answered, each replaced in order.
CREATE FUNCTION compliance_settlement_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  last compliance_settlement;
BEGIN
  SELECT * INTO last FROM compliance_settlement s WHERE s.commitment_id = NEW.commitment_id ORDER BY s.number DESC LIMIT 1;
  IF NEW.number <> COALESCE(last.number, 0) + 1 OR NEW.supersedes_id IS DISTINCT FROM last.id THEN
    RAISE EXCEPTION USING ERRCODE = 'LV013', MESSAGE = 'SUPERSEDES_ANOTHER';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER compliance_settlement_check BEFORE INSERT ON compliance_settlement FOR EACH ROW EXECUTE FUNCTION compliance_settlement_check();

CREATE FUNCTION compliance_settlementanswer_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM compliance_settlement s WHERE s.id = NEW.settlement_id AND (s.by_id = NEW.by_id OR s.by_org_id = NEW.by_org_id)) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV030', MESSAGE = 'SETTLEMENT_ONE_SIDED';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER compliance_settlementanswer_check BEFORE INSERT ON compliance_settlementanswer
  FOR EACH ROW EXECUTE FUNCTION compliance_settlementanswer_check();

CREATE FUNCTION compliance_settlementvalidation_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM compliance_settlementanswer a WHERE a.settlement_id = NEW.settlement_id AND (a.contested = '{}'::jsonb OR NEW.reason <> ''))
     OR (NEW.released AND EXISTS (SELECT 1 FROM compliance_settlement s WHERE s.id = NEW.settlement_id AND (s.lines ->> 'outstanding')::numeric > 0)) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV031', MESSAGE = 'SETTLEMENT_NOT_AGREED';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER compliance_settlementvalidation_check BEFORE INSERT ON compliance_settlementvalidation
  FOR EACH ROW EXECUTE FUNCTION compliance_settlementvalidation_check();
