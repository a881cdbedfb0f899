-- Walls of reliability.md section 4 that abuse found thin: I-03 over merged files, I-17, and walls that somebody took down.

-- Two files of one person have two counters; what is entered once they are merged stays under one legal maximum.
CREATE FUNCTION hours_workedmonth_of_merged_files() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  root bigint;
BEGIN
  SELECT COALESCE(p.merged_into_id, p.id) INTO STRICT root FROM participants_person p WHERE p.id = NEW.person_id;
  IF EXISTS (SELECT FROM participants_person p WHERE p.merged_into_id = root) THEN
    PERFORM FROM participants_person p WHERE p.id = root FOR NO KEY UPDATE;
    IF (SELECT sum(m.worked_hours) > max(m.max_hours) FROM hours_personmonth m JOIN participants_person p ON p.id = m.person_id
         WHERE (p.id = root OR p.merged_into_id = root) AND m.month = NEW.month) THEN
      RAISE EXCEPTION USING ERRCODE = 'LV051', MESSAGE = 'OVER_LEGAL_MAXIMUM';
    END IF;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER hours_workedmonth_of_inserted AFTER INSERT ON hours_workedmonth
  FOR EACH ROW WHEN (NEW.worked_hours > 0) EXECUTE FUNCTION hours_workedmonth_of_merged_files();
CREATE TRIGGER hours_workedmonth_of_updated AFTER UPDATE OF worked_hours ON hours_workedmonth
  FOR EACH ROW WHEN (NEW.worked_hours > OLD.worked_hours) EXECUTE FUNCTION hours_workedmonth_of_merged_files();

-- What somebody writes of a statement follows what they read: its version goes up by one, or the write is lost on purpose.
CREATE FUNCTION hours_statement_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.version <> OLD.version + 1 THEN
    RAISE EXCEPTION USING ERRCODE = 'LV052', MESSAGE = 'LOST_UPDATE', DETAIL = OLD.version || ' -> ' || NEW.version;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER hours_statement_version BEFORE UPDATE ON hours_statement
  FOR EACH ROW EXECUTE FUNCTION hours_statement_version();
