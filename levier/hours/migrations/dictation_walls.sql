-- An entry names who typed the hours: the facilitator who typed them for the company, else who declared. `four_eyes` then keeps the
-- typist from accepting them, for ever.
CREATE OR REPLACE FUNCTION hours_entry_of_its_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM hours_statementline l JOIN hours_statement s ON s.id = l.statement_id
       JOIN commitments_commitment c ON c.id = s.commitment_id
       WHERE l.id = NEW.line_id AND (c.id, l.placement_id, s.month, c.holder_id)
             = (NEW.commitment_id, NEW.placement_id, NEW.worked_month, NEW.declared_org_id)
         AND (NEW.reverses_id IS NOT NULL
              OR (l.hours, COALESCE(l.typed_by_id, s.declared_by_id)) = (NEW.hours, NEW.declared_by_id))) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV012', MESSAGE = 'ENTRY_OF_ANOTHER_LINE';
  END IF;
  RETURN NULL;
END $$;

-- What was typed for a company is sent once somebody else agreed, and keeps its typist from then on.
CREATE FUNCTION hours_statementline_dictated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state IN ('pending', 'accepted') AND NEW.typed_by_id IS DISTINCT FROM OLD.typed_by_id THEN
    RAISE EXCEPTION USING ERRCODE = 'LV000', MESSAGE = 'FROZEN', DETAIL = 'hours_statementline UPDATE';
  END IF;
  IF OLD.state = 'draft' AND NEW.state = 'pending' AND NEW.typed_by_id IS NOT NULL
     AND (SELECT d.answer FROM hours_dictation d WHERE d.statement_id = NEW.statement_id ORDER BY d.id DESC LIMIT 1)
         IS DISTINCT FROM 'agreed' THEN
    RAISE EXCEPTION USING ERRCODE = 'LV070', MESSAGE = 'DICTATION_NOT_AGREED';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER hours_statementline_dictated BEFORE UPDATE OF state, typed_by_id ON hours_statementline
  FOR EACH ROW EXECUTE FUNCTION hours_statementline_dictated();

-- A dictation is answered once; nothing else of it changes, and none is erased.
CREATE FUNCTION hours_dictation_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.answer <> ''
     OR (NEW.id, NEW.statement_id, NEW.told_by, NEW.at, NEW.typed_by_id, NEW.typed_by_label)
        IS DISTINCT FROM (OLD.id, OLD.statement_id, OLD.told_by, OLD.at, OLD.typed_by_id, OLD.typed_by_label) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV000', MESSAGE = 'FROZEN', DETAIL = 'hours_dictation ' || TG_OP;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER hours_dictation_guard BEFORE UPDATE OR DELETE ON hours_dictation
  FOR EACH ROW EXECUTE FUNCTION hours_dictation_guard();

-- Typed for a company and sent though nobody else ever agreed; agreed by who typed; counted by who typed.
CREATE VIEW violation_dictation AS
  SELECT l.id, 'not agreed' AS what FROM hours_statementline l
   WHERE l.typed_by_id IS NOT NULL AND l.state IN ('pending', 'accepted')
     AND NOT EXISTS (SELECT FROM hours_dictation d WHERE d.statement_id = l.statement_id AND d.answer = 'agreed' AND d.answered_by_id <> d.typed_by_id)
  UNION ALL
  SELECT d.id, 'by its typist' FROM hours_dictation d WHERE d.answer = 'agreed' AND d.answered_by_id = d.typed_by_id
  UNION ALL
  SELECT l.id, 'decided by its typist' FROM hours_statementline l WHERE l.state = 'accepted' AND l.typed_by_id = l.decided_by_id;
