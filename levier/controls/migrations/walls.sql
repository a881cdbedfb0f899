-- Walls of controls and penalties (reliability.md I-13, I-14, I-15). Messages are codes.

-- I-14: the steps a case may take; the same list as levier/controls/rules.py (a test compares).
CREATE TABLE controls_allowedstep (kind text NOT NULL, from_state text NOT NULL, to_state text NOT NULL, PRIMARY KEY (kind, from_state, to_state));
INSERT INTO controls_allowedstep
  SELECT k, f, t FROM unnest(ARRAY['pieces', 'visit', 'outstanding', 'late_proofs']) AS k,
    (VALUES ('amicable', 'amicable'), ('amicable', 'noticed'), ('amicable', 'closed'), ('noticed', 'noticed'), ('noticed', 'contradictory'),
            ('noticed', 'closed'), ('contradictory', 'contradictory'), ('contradictory', 'decided'), ('contradictory', 'closed'),
            ('decided', 'contradictory'), ('decided', 'closed')) AS s(f, t)
  UNION ALL
  SELECT k, f, t FROM unnest(ARRAY['pieces', 'visit']) AS k,
    (VALUES ('', 'planned'), ('planned', 'reported'), ('planned', 'closed'), ('reported', 'reported'), ('reported', 'amicable'),
            ('reported', 'closed'), ('amicable', 'contradictory')) AS s(f, t)
  UNION ALL VALUES ('outstanding', '', 'amicable'), ('late_proofs', '', 'amicable'), ('outstanding', 'amicable', 'contradictory');

CREATE FUNCTION controls_case_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> '' OR NEW.steps_count <> 0 THEN
      RAISE EXCEPTION USING ERRCODE = 'LV020', MESSAGE = 'STATE_GUARDED';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('controls_case'));
    IF NEW.number <> (SELECT COALESCE(max(c.number), 0) + 1 FROM controls_case c WHERE c.year = NEW.year) THEN
      RAISE EXCEPTION USING ERRCODE = 'LV021', MESSAGE = 'NUMBER_OUT_OF_ORDER';
    END IF;
  ELSIF TG_OP = 'DELETE' OR (NEW.commitment_id, NEW.kind, NEW.year, NEW.number, NEW.ground, NEW.opened_by_id)
        IS DISTINCT FROM (OLD.commitment_id, OLD.kind, OLD.year, OLD.number, OLD.ground, OLD.opened_by_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV000', MESSAGE = 'FROZEN', DETAIL = 'controls_case ' || TG_OP;
  ELSIF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION USING ERRCODE = 'LV020', MESSAGE = 'STATE_GUARDED';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER controls_case_guard BEFORE INSERT OR UPDATE OR DELETE ON controls_case FOR EACH ROW EXECUTE FUNCTION controls_case_guard();
CREATE TRIGGER controls_case_not_truncated BEFORE TRUNCATE ON controls_case FOR EACH STATEMENT EXECUTE FUNCTION levier_frozen();

CREATE FUNCTION controls_step_moves_case() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  c controls_case;
BEGIN
  SELECT * INTO c FROM controls_case WHERE id = NEW.case_id FOR UPDATE;
  IF NEW.sequence <> c.steps_count + 1 OR NEW.from_state <> c.state
     OR NOT EXISTS (SELECT 1 FROM controls_allowedstep a WHERE (a.kind, a.from_state, a.to_state) = (c.kind, NEW.from_state, NEW.to_state)) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV022', MESSAGE = 'STEP_NOT_ALLOWED';
  END IF;
  IF NEW.visit_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM controls_visit v WHERE v.id = NEW.visit_id AND v.case_id = NEW.case_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV022', MESSAGE = 'STEP_NOT_ALLOWED';
  END IF;
  UPDATE controls_case SET state = NEW.to_state, owner = NEW.owner, since = CASE WHEN c.owner = NEW.owner AND c.state = NEW.to_state
    THEN c.since ELSE NEW.at END, due_on = NEW.due_on, steps_count = NEW.sequence WHERE id = NEW.case_id;
  RETURN NEW;
END $$;
CREATE TRIGGER controls_step_moves_case BEFORE INSERT ON controls_step FOR EACH ROW EXECUTE FUNCTION controls_step_moves_case();

CREATE FUNCTION controls_letter_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('controls_letter'));
  IF NEW.number <> (SELECT COALESCE(max(l.number), 0) + 1 FROM controls_letter l WHERE l.year = NEW.year) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV021', MESSAGE = 'NUMBER_OUT_OF_ORDER';
  END IF;
  IF NEW.case_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM controls_case c WHERE c.id = NEW.case_id AND c.commitment_id = NEW.commitment_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV026', MESSAGE = 'LETTER_OF_ANOTHER';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER controls_letter_number BEFORE INSERT ON controls_letter FOR EACH ROW EXECUTE FUNCTION controls_letter_number();

-- I-13: what a proposal says is what it was computed from.
ALTER TABLE controls_penaltyproposal
  ADD CONSTRAINT penalty_of_hours_or_days CHECK (
    (notice_id IS NULL AND notice_on IS NULL AND received_on IS NULL AND minimum_hours > 0 AND accepted_hours >= 0 AND waived_hours >= 0 AND penalised_hours >= 0
      AND due_hours = GREATEST(minimum_hours, offered_hours) AND units = GREATEST(0, due_hours - waived_hours - penalised_hours - accepted_hours))
    OR (notice_id IS NOT NULL AND notice_on IS NOT NULL AND received_on IS NOT NULL AND minimum_hours IS NULL AND offered_hours IS NULL
      AND due_hours IS NULL AND accepted_hours IS NULL AND waived_hours IS NULL AND penalised_hours IS NULL AND units = GREATEST(0, received_on - notice_on))),
  ADD CONSTRAINT penalty_amount_is_rate_times_units CHECK (amount = round(rate * units, 2));

CREATE FUNCTION controls_proposal_hash(p controls_penaltyproposal) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(convert_to(concat_ws('|', p.case_id, p.number, COALESCE(p.supersedes_id::text, '-'), COALESCE(p.minimum_hours::text, '-'),
    COALESCE(p.offered_hours::text, '-'), COALESCE(p.due_hours::text, '-'), COALESCE(p.accepted_hours::text, '-'),
    COALESCE(p.waived_hours::text, '-'), COALESCE(p.penalised_hours::text, '-'), p.ledger_entries, COALESCE(p.notice_id::text, '-'), COALESCE(p.notice_on::text, '-'),
    COALESCE(p.received_on::text, '-'), p.still_missing::int, p.rate, p.rate_source, p.versions::text, p.units, p.amount, p.reason,
    p.computed_on, p.by_id), 'UTF8'))
$$;

-- Hours that other cases of the same commitment already penalised: of each, its latest decision.
CREATE FUNCTION controls_penalised_elsewhere(c controls_case) RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT COALESCE(sum(x.units), 0) FROM (SELECT DISTINCT ON (p.case_id) d.units FROM controls_penaltydecision d
    JOIN controls_penaltyproposal p ON p.id = d.proposal_id JOIN controls_case k ON k.id = p.case_id
   WHERE k.commitment_id = c.commitment_id AND k.kind = 'outstanding' AND k.id <> c.id ORDER BY p.case_id, p.number DESC) x
$$;

CREATE FUNCTION controls_proposal_check() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  c controls_case;
  last controls_penaltyproposal;
BEGIN
  SELECT * INTO c FROM controls_case WHERE id = NEW.case_id FOR UPDATE;
  SELECT * INTO last FROM controls_penaltyproposal p WHERE p.case_id = NEW.case_id ORDER BY p.number DESC LIMIT 1;
  IF c.state NOT IN ('amicable', 'noticed', 'contradictory', 'decided') OR c.kind NOT IN ('outstanding', 'late_proofs')
     OR (c.kind = 'late_proofs') <> (NEW.notice_id IS NOT NULL) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV023', MESSAGE = 'PENALTY_WITHOUT_CASE';
  END IF;
  IF NEW.number <> COALESCE(last.number, 0) + 1 OR NEW.supersedes_id IS DISTINCT FROM last.id THEN
    RAISE EXCEPTION USING ERRCODE = 'LV013', MESSAGE = 'SUPERSEDES_ANOTHER';
  END IF;
  IF c.kind = 'outstanding' AND (NEW.accepted_hours, NEW.waived_hours, NEW.penalised_hours, NEW.ledger_entries) IS DISTINCT FROM (
      (SELECT COALESCE(sum(e.hours), 0) FROM hours_ledgerentry e WHERE e.commitment_id = c.commitment_id),
      (SELECT COALESCE(sum(w.hours), 0) FROM commitments_hourswaiver w WHERE w.commitment_id = c.commitment_id),
      controls_penalised_elsewhere(c),
      (SELECT count(*)::int FROM hours_ledgerentry e WHERE e.commitment_id = c.commitment_id)) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV024', MESSAGE = 'PENALTY_INPUTS';
  END IF;
  IF c.kind = 'late_proofs' AND NOT EXISTS (SELECT 1 FROM controls_letter l JOIN controls_dispatch d ON d.letter_id = l.id
      WHERE l.id = NEW.notice_id AND l.case_id = c.id AND l.kind = 'formal_notice' AND d.event = 'received' AND d.happened_on = NEW.notice_on) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV025', MESSAGE = 'NO_FORMAL_NOTICE';
  END IF;
  NEW.inputs_hash := controls_proposal_hash(NEW);
  RETURN NEW;
END $$;
CREATE TRIGGER controls_proposal_check BEFORE INSERT ON controls_penaltyproposal FOR EACH ROW EXECUTE FUNCTION controls_proposal_check();

CREATE FUNCTION controls_decision_check() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  p controls_penaltyproposal;
BEGIN
  SELECT * INTO p FROM controls_penaltyproposal WHERE id = NEW.proposal_id;
  IF EXISTS (SELECT 1 FROM controls_penaltyproposal n WHERE n.supersedes_id = p.id)
     OR NOT EXISTS (SELECT 1 FROM controls_case c WHERE c.id = p.case_id AND c.state = 'contradictory') THEN
    RAISE EXCEPTION USING ERRCODE = 'LV027', MESSAGE = 'NOT_TO_BE_DECIDED';
  END IF;
  IF NEW.units > p.units OR (NEW.outcome = 'apply' AND NEW.units <> p.units) OR (NEW.outcome = 'reduce' AND NEW.units >= p.units)
     OR NEW.amount <> round(p.rate * NEW.units, 2) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV028', MESSAGE = 'DECISION_AMOUNT';
  END IF;
  IF NEW.four_eyes AND NEW.by_id = p.by_id THEN
    RAISE EXCEPTION USING ERRCODE = 'LV029', MESSAGE = 'PENALTY_FOUR_EYES';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER controls_decision_check BEFORE INSERT ON controls_penaltydecision FOR EACH ROW EXECUTE FUNCTION controls_decision_check();

CREATE VIEW violation_penalty_amount AS
  SELECT p.id, p.amount, p.rate, p.units FROM controls_penaltyproposal p
   WHERE p.amount <> round(p.rate * p.units, 2)
      OR p.units <> CASE WHEN p.notice_id IS NULL THEN GREATEST(0, GREATEST(p.minimum_hours, p.offered_hours) - p.waived_hours - p.penalised_hours - p.accepted_hours)
                         ELSE GREATEST(0, p.received_on - p.notice_on) END
      OR (p.notice_id IS NULL AND p.accepted_hours <> COALESCE((SELECT sum(e.hours) FROM hours_ledgerentry e JOIN controls_case c ON c.id = p.case_id
            WHERE e.commitment_id = c.commitment_id AND e.sequence <= p.ledger_entries), 0));
CREATE VIEW violation_penalty_inputs AS SELECT p.id FROM controls_penaltyproposal p WHERE p.inputs_hash <> controls_proposal_hash(p);
CREATE VIEW violation_penalty_decision AS
  SELECT d.id FROM controls_penaltydecision d JOIN controls_penaltyproposal p ON p.id = d.proposal_id
   WHERE d.units > p.units OR d.amount <> round(p.rate * d.units, 2) OR (d.four_eyes AND d.by_id = p.by_id);
CREATE VIEW violation_case_history AS
  SELECT c.id, c.state, c.steps_count FROM controls_case c LEFT JOIN LATERAL (SELECT count(*) AS n, max(s.sequence) AS last FROM controls_step s
    WHERE s.case_id = c.id) h ON true LEFT JOIN controls_step e ON e.case_id = c.id AND e.sequence = h.last
   WHERE h.n <> c.steps_count OR e.to_state IS DISTINCT FROM c.state
  UNION ALL
  SELECT s.case_id, s.from_state, s.sequence FROM (SELECT x.*, lag(x.to_state, 1, '') OVER w AS before, row_number() OVER w AS place
    FROM controls_step x WINDOW w AS (PARTITION BY x.case_id ORDER BY x.sequence)) s JOIN controls_case c ON c.id = s.case_id
   WHERE s.from_state <> s.before OR s.sequence <> s.place OR NOT EXISTS (SELECT 1 FROM controls_allowedstep a
     WHERE (a.kind, a.from_state, a.to_state) = (c.kind, s.from_state::text, s.to_state::text));
CREATE VIEW violation_letter_numbers AS
  SELECT l.year, count(*) AS letters, max(l.number) AS highest FROM controls_letter l
   GROUP BY l.year HAVING count(*) <> max(l.number) OR min(l.number) <> 1;
