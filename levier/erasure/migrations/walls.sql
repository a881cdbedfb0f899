-- What holds a file that is to be erased (reliability.md section 2.2, last case; I-25).

-- A dispute in which the person's hours are evidence: their own open case, or an open case on a commitment that has their lines.
CREATE FUNCTION erasure_in_dispute(who bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM hours_contest c WHERE c.person_id = who AND c.answered_at IS NULL)
      OR EXISTS (SELECT FROM participants_placement p JOIN hours_statementline l ON l.placement_id = p.id
                   JOIN hours_statement s ON s.id = l.statement_id JOIN controls_case k ON k.commitment_id = s.commitment_id
                  WHERE p.person_id = who AND k.state NOT IN ('decided', 'closed'))
$$;

-- Nobody is erased while a dispute is open, and nobody comes back.
CREATE FUNCTION participants_person_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.anonymised_at IS NOT NULL AND NEW.anonymised_at IS DISTINCT FROM OLD.anonymised_at THEN
    RAISE EXCEPTION USING ERRCODE = 'LV000', MESSAGE = 'FROZEN', DETAIL = 'participants_person anonymised_at';
  END IF;
  IF OLD.anonymised_at IS NULL AND NEW.anonymised_at IS NOT NULL AND erasure_in_dispute(NEW.id) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV050', MESSAGE = 'ERASED_IN_DISPUTE';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER participants_person_erased BEFORE UPDATE OF anonymised_at ON participants_person
  FOR EACH ROW EXECUTE FUNCTION participants_person_erased();

-- A case never changes once answered; only the words of somebody who was erased may go.
CREATE OR REPLACE FUNCTION hours_contest_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.words IS NULL AND octet_length(NEW.answer) = 0
     AND EXISTS (SELECT FROM participants_person p WHERE p.id = OLD.person_id AND p.anonymised_at IS NOT NULL)
     AND (NEW.id, NEW.public_id, NEW.person_id, NEW.line_id, NEW.decision_id, NEW.matter, NEW.opened_at, NEW.answered_at, NEW.upheld,
          NEW.answered_by_id, NEW.answered_by_label)
         IS NOT DISTINCT FROM (OLD.id, OLD.public_id, OLD.person_id, OLD.line_id, OLD.decision_id, OLD.matter, OLD.opened_at,
          OLD.answered_at, OLD.upheld, OLD.answered_by_id, OLD.answered_by_label) THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' OR OLD.answered_at IS NOT NULL
     OR (NEW.id, NEW.public_id, NEW.person_id, NEW.line_id, NEW.decision_id, NEW.matter, NEW.words, NEW.opened_at)
        IS DISTINCT FROM (OLD.id, OLD.public_id, OLD.person_id, OLD.line_id, OLD.decision_id, OLD.matter, OLD.words, OLD.opened_at) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV000', MESSAGE = 'FROZEN', DETAIL = 'hours_contest ' || TG_OP;
  END IF;
  RETURN NEW;
END $$;

-- Erased although a case of the person waits; set aside without an open request, or the reverse.
CREATE VIEW violation_erased_in_dispute AS
  SELECT p.id FROM participants_person p
   WHERE p.anonymised_at IS NOT NULL
     AND (EXISTS (SELECT FROM hours_contest c WHERE c.person_id = p.id AND c.answered_at IS NULL)
          OR EXISTS (SELECT FROM erasure_erasurerequest r WHERE r.person_id = p.id AND r.closed_at IS NULL));
CREATE VIEW violation_limited AS
  SELECT p.id FROM participants_person p
   WHERE p.merged_into_id IS NULL
     AND (p.limited_at IS NOT NULL) <> EXISTS (SELECT FROM erasure_erasurerequest r WHERE r.person_id = p.id AND r.closed_at IS NULL);
