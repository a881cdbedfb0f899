-- A line that its person contests is frozen: no step is taken on it before the case has its answer.
CREATE FUNCTION hours_statementline_contested() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state IS DISTINCT FROM OLD.state
     AND EXISTS (SELECT FROM hours_contest c WHERE c.line_id = NEW.id AND c.answered_at IS NULL) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV024', MESSAGE = 'CONTESTED';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER hours_statementline_contested BEFORE UPDATE OF state ON hours_statementline
  FOR EACH ROW EXECUTE FUNCTION hours_statementline_contested();

-- A case is opened, then answered once; nothing else of it changes, and none is erased.
CREATE FUNCTION hours_contest_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.answered_at IS NOT NULL
     OR (NEW.id, NEW.public_id, NEW.person_id, NEW.line_id, NEW.decision_id, NEW.matter, NEW.words, NEW.opened_at)
        IS DISTINCT FROM (OLD.id, OLD.public_id, OLD.person_id, OLD.line_id, OLD.decision_id, OLD.matter, OLD.words, OLD.opened_at) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV000', MESSAGE = 'FROZEN', DETAIL = 'hours_contest ' || TG_OP;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER hours_contest_guard BEFORE UPDATE OR DELETE ON hours_contest
  FOR EACH ROW EXECUTE FUNCTION hours_contest_guard();

-- A line decided between the opening of its case and the answer.
CREATE VIEW violation_contested_line AS
  SELECT c.id, l.public_id FROM hours_contest c JOIN hours_statementline l ON l.id = c.line_id
   WHERE l.decided_at > c.opened_at AND (c.answered_at IS NULL OR l.decided_at < c.answered_at);
-- The case, the confirmation and the line speak of one person; the structure is the employer.
CREATE VIEW violation_confirmation AS
  SELECT x.id FROM hours_lineconfirmation x JOIN hours_statementline l ON l.id = x.line_id JOIN participants_placement p ON p.id = l.placement_id
   WHERE x.side = 'structure' AND x.organisation_id <> p.employer_id;
