-- The walls of the ledger (reliability.md section 4 and annex A). Messages are codes; French sentences are in hours/labels.py.
-- Locks are always taken in this order: commitment, period, worked month, person month.

ALTER TABLE participants_eligibilitydecision ADD CONSTRAINT decision_person UNIQUE (id, person_id);
ALTER TABLE participants_placement ADD CONSTRAINT placement_decision_of_the_person
  FOREIGN KEY (decision_id, person_id) REFERENCES participants_eligibilitydecision (id, person_id);
ALTER TABLE hours_workedmonth ADD CONSTRAINT worked_month_person_of_the_placement
  FOREIGN KEY (placement_id, person_id) REFERENCES participants_placement (id, person_id);
ALTER TABLE hours_workedmonth ADD CONSTRAINT worked_month_person_month
  FOREIGN KEY (person_id, month) REFERENCES hours_personmonth (person_id, month);
ALTER TABLE hours_ledgerentry ADD CONSTRAINT entry_worked_month
  FOREIGN KEY (placement_id, worked_month) REFERENCES hours_workedmonth (placement_id, month);
ALTER TABLE hours_ledgerentry ADD CONSTRAINT entry_placement_of_the_commitment
  FOREIGN KEY (commitment_id, placement_id) REFERENCES commitments_commitmentplacement (commitment_id, placement_id);

-- A placement starts inside a granted window, decided on or before its first day.
CREATE FUNCTION participants_placement_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.person_id, NEW.employer_id, NEW.decision_id, NEW.starts_on)
     IS DISTINCT FROM (OLD.person_id, OLD.employer_id, OLD.decision_id, OLD.starts_on) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV000', MESSAGE = 'FROZEN', DETAIL = 'participants_placement UPDATE';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM participants_eligibilitydecision d WHERE d.id = NEW.decision_id AND d.granted
                 AND d.decided_on <= NEW.starts_on AND NEW.starts_on BETWEEN d.valid_from AND d.valid_until) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV001', MESSAGE = 'NOT_ELIGIBLE';
  END IF;
  IF NEW.ends_on IS NOT NULL AND EXISTS (SELECT 1 FROM hours_workedmonth w WHERE w.placement_id = NEW.id
                 AND w.allocated_hours > 0 AND w.month > NEW.ends_on) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV002', MESSAGE = 'HOURS_AFTER_END';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER participants_placement_check BEFORE INSERT OR UPDATE ON participants_placement
  FOR EACH ROW EXECUTE FUNCTION participants_placement_check();

-- Counters move inside triggers only: a direct write is at depth 1.
CREATE FUNCTION commitments_commitment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.credited_hours <> 0 OR NEW.waived_hours <> 0 THEN
      RAISE EXCEPTION USING ERRCODE = 'LV003', MESSAGE = 'COUNTER_GUARDED';
    END IF;
  ELSE
    IF pg_trigger_depth() < 2 AND (NEW.credited_hours, NEW.waived_hours) IS DISTINCT FROM (OLD.credited_hours, OLD.waived_hours) THEN
      RAISE EXCEPTION USING ERRCODE = 'LV003', MESSAGE = 'COUNTER_GUARDED';
    END IF;
    IF (NEW.lot_id, NEW.holder_id, NEW.due_hours, NEW.instrument) IS DISTINCT FROM (OLD.lot_id, OLD.holder_id, OLD.due_hours, OLD.instrument) THEN
      RAISE EXCEPTION USING ERRCODE = 'LV000', MESSAGE = 'FROZEN', DETAIL = 'commitments_commitment UPDATE';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER commitments_commitment_guard BEFORE INSERT OR UPDATE ON commitments_commitment
  FOR EACH ROW EXECUTE FUNCTION commitments_commitment_guard();

CREATE FUNCTION commitments_waiver_moves_counter() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  UPDATE commitments_commitment SET waived_hours = waived_hours + NEW.hours WHERE id = NEW.commitment_id;
  RETURN NEW;
END $$;
CREATE TRIGGER commitments_waiver_moves_counter AFTER INSERT ON commitments_hourswaiver
  FOR EACH ROW EXECUTE FUNCTION commitments_waiver_moves_counter();

-- A sealed month stays sealed.
CREATE FUNCTION commitments_period_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.sealed_at IS NOT NULL OR (TG_OP = 'UPDATE' AND (NEW.commitment_id, NEW.month) IS DISTINCT FROM (OLD.commitment_id, OLD.month)) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV004', MESSAGE = 'PERIOD_SEALED';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER commitments_period_guard BEFORE UPDATE OR DELETE ON commitments_period
  FOR EACH ROW EXECUTE FUNCTION commitments_period_guard();
CREATE TRIGGER commitments_period_not_truncated BEFORE TRUNCATE ON commitments_period
  FOR EACH STATEMENT EXECUTE FUNCTION levier_frozen();

CREATE FUNCTION hours_personmonth_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.worked_hours <> 0 THEN RAISE EXCEPTION USING ERRCODE = 'LV003', MESSAGE = 'COUNTER_GUARDED'; END IF;
  ELSIF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION USING ERRCODE = 'LV003', MESSAGE = 'COUNTER_GUARDED';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER hours_personmonth_guard BEFORE INSERT OR UPDATE ON hours_personmonth
  FOR EACH ROW EXECUTE FUNCTION hours_personmonth_guard();

CREATE FUNCTION hours_workedmonth_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.allocated_hours <> 0 THEN RAISE EXCEPTION USING ERRCODE = 'LV003', MESSAGE = 'COUNTER_GUARDED'; END IF;
  ELSE
    IF pg_trigger_depth() < 2 AND NEW.allocated_hours IS DISTINCT FROM OLD.allocated_hours THEN
      RAISE EXCEPTION USING ERRCODE = 'LV003', MESSAGE = 'COUNTER_GUARDED';
    END IF;
    IF (NEW.placement_id, NEW.person_id, NEW.month) IS DISTINCT FROM (OLD.placement_id, OLD.person_id, OLD.month) THEN
      RAISE EXCEPTION USING ERRCODE = 'LV000', MESSAGE = 'FROZEN', DETAIL = 'hours_workedmonth UPDATE';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER hours_workedmonth_guard BEFORE INSERT OR UPDATE ON hours_workedmonth
  FOR EACH ROW EXECUTE FUNCTION hours_workedmonth_guard();

CREATE FUNCTION hours_workedmonth_moves_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  UPDATE hours_personmonth
     SET worked_hours = worked_hours + (CASE TG_OP WHEN 'DELETE' THEN 0 ELSE NEW.worked_hours END)
                                     - (CASE TG_OP WHEN 'INSERT' THEN 0 ELSE OLD.worked_hours END)
   WHERE person_id = COALESCE(NEW.person_id, OLD.person_id) AND month = COALESCE(NEW.month, OLD.month);
  IF NOT FOUND THEN RAISE EXCEPTION USING ERRCODE = 'LV005', MESSAGE = 'NO_PERSON_MONTH'; END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER hours_workedmonth_moves_person AFTER INSERT OR UPDATE OF worked_hours OR DELETE ON hours_workedmonth
  FOR EACH ROW EXECUTE FUNCTION hours_workedmonth_moves_person();

-- What a chained entry says of itself, in one line of text; verified again, independently, in hours/verification.py.
CREATE FUNCTION hours_entry_hash(previous bytea, e hours_ledgerentry) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(previous || convert_to(concat_ws('|', e.sequence, e.idempotency_key, e.commitment_id, e.placement_id,
    to_char(e.worked_month, 'YYYY-MM-DD'), to_char(e.post_month, 'YYYY-MM-DD'), e.hours::text, e.line_id,
    COALESCE(e.reverses_id::text, '-'), e.reason, e.declared_by_id, e.declared_org_id, e.actor_id, e.actor_org_id,
    to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')), 'UTF8'))
$$;

CREATE FUNCTION hours_ledgerentry_post() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  owed commitments_commitment;
  original hours_ledgerentry;
  last_one hours_ledgerentry;
  who bigint;
  sealed timestamptz;
BEGIN
  SELECT * INTO STRICT owed FROM commitments_commitment WHERE id = NEW.commitment_id FOR UPDATE;
  INSERT INTO commitments_period (commitment_id, month, sealed_by_label) VALUES (NEW.commitment_id, NEW.post_month, '')
    ON CONFLICT (commitment_id, month) DO NOTHING;
  SELECT p.sealed_at INTO sealed FROM commitments_period p
    WHERE p.commitment_id = NEW.commitment_id AND p.month = NEW.post_month FOR SHARE;
  IF sealed IS NOT NULL THEN RAISE EXCEPTION USING ERRCODE = 'LV004', MESSAGE = 'PERIOD_SEALED'; END IF;
  IF NEW.worked_month > (NEW.at AT TIME ZONE 'Europe/Paris')::date THEN RAISE EXCEPTION USING ERRCODE = 'LV006', MESSAGE = 'IN_THE_FUTURE'; END IF;

  IF NEW.reverses_id IS NOT NULL THEN
    SELECT * INTO STRICT original FROM hours_ledgerentry WHERE id = NEW.reverses_id;
    IF original.reverses_id IS NOT NULL OR (original.commitment_id, original.placement_id, original.worked_month, original.line_id, -original.hours)
       IS DISTINCT FROM (NEW.commitment_id, NEW.placement_id, NEW.worked_month, NEW.line_id, NEW.hours) THEN
      RAISE EXCEPTION USING ERRCODE = 'LV007', MESSAGE = 'NOT_A_REVERSAL';
    END IF;
  ELSE
    SELECT p.person_id INTO STRICT who FROM participants_placement p WHERE p.id = NEW.placement_id;
    -- some day of that month is inside the window, the placement and the commitment
    IF NOT EXISTS (
      SELECT 1 FROM participants_placement p JOIN participants_eligibilitydecision d ON d.person_id = p.person_id AND d.granted
       WHERE p.id = NEW.placement_id
         AND GREATEST(d.valid_from, p.starts_on, owed.starts_on, NEW.worked_month)
          <= LEAST(d.valid_until, COALESCE(p.ends_on, 'infinity'), owed.ends_on, (NEW.worked_month + interval '1 month - 1 day')::date)) THEN
      RAISE EXCEPTION USING ERRCODE = 'LV001', MESSAGE = 'NOT_ELIGIBLE';
    END IF;
    -- hours of one placement and month go to several commitments only under one agreement that names them all
    IF EXISTS (
      SELECT 1 FROM hours_ledgerentry x WHERE x.placement_id = NEW.placement_id AND x.worked_month = NEW.worked_month
         AND x.commitment_id <> NEW.commitment_id
         AND NOT EXISTS (SELECT 1 FROM commitments_poolingmember a JOIN commitments_poolingmember b ON a.agreement_id = b.agreement_id
                          WHERE a.commitment_id = NEW.commitment_id AND b.commitment_id = x.commitment_id)
       GROUP BY x.commitment_id HAVING sum(x.hours) > 0) THEN
      RAISE EXCEPTION USING ERRCODE = 'LV008', MESSAGE = 'NO_POOLING_AGREEMENT';
    END IF;
  END IF;

  UPDATE commitments_commitment SET credited_hours = credited_hours + NEW.hours WHERE id = NEW.commitment_id;
  UPDATE hours_workedmonth SET allocated_hours = allocated_hours + NEW.hours
   WHERE placement_id = NEW.placement_id AND month = NEW.worked_month;
  IF NOT FOUND THEN RAISE EXCEPTION USING ERRCODE = 'LV009', MESSAGE = 'NO_WORKED_MONTH'; END IF;

  SELECT * INTO last_one FROM hours_ledgerentry WHERE commitment_id = NEW.commitment_id ORDER BY sequence DESC LIMIT 1;
  NEW.sequence := COALESCE(last_one.sequence, 0) + 1;
  NEW.prev_hash := COALESCE(last_one.hash, ''::bytea);
  NEW.hash := hours_entry_hash(NEW.prev_hash, NEW);
  RETURN NEW;
END $$;
CREATE TRIGGER hours_ledgerentry_post BEFORE INSERT ON hours_ledgerentry
  FOR EACH ROW EXECUTE FUNCTION hours_ledgerentry_post();

-- A line moves draft -> pending -> accepted or refused -> draft; what was accepted can be undone only once reversed.
CREATE FUNCTION hours_statementline_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN
     (('draft', 'pending'), ('pending', 'accepted'), ('pending', 'refused'), ('refused', 'draft'), ('accepted', 'refused')) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV010', MESSAGE = 'STEP_NOT_ALLOWED', DETAIL = OLD.state || ' -> ' || NEW.state;
  END IF;
  IF OLD.state IN ('pending', 'accepted') AND (NEW.hours, NEW.worked_hours, NEW.placement_id, NEW.statement_id)
     IS DISTINCT FROM (OLD.hours, OLD.worked_hours, OLD.placement_id, OLD.statement_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV000', MESSAGE = 'FROZEN', DETAIL = 'hours_statementline UPDATE';
  END IF;
  IF (SELECT COALESCE(sum(x.hours), 0) FROM hours_ledgerentry x WHERE x.line_id = NEW.id)
     IS DISTINCT FROM (CASE NEW.state WHEN 'accepted' THEN NEW.hours ELSE 0 END) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV011', MESSAGE = 'LINE_WITHOUT_LEDGER';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER hours_statementline_guard BEFORE UPDATE ON hours_statementline
  FOR EACH ROW EXECUTE FUNCTION hours_statementline_guard();

-- Views that must stay empty. They derive everything again and trust no counter.
CREATE VIEW violation_commitment_credit AS
  SELECT c.id, c.credited_hours, COALESCE(sum(x.hours), 0) AS ledger FROM commitments_commitment c
    LEFT JOIN hours_ledgerentry x ON x.commitment_id = c.id GROUP BY c.id, c.credited_hours HAVING c.credited_hours <> COALESCE(sum(x.hours), 0);
CREATE VIEW violation_commitment_waiver AS
  SELECT c.id, c.waived_hours, COALESCE(sum(w.hours), 0) AS waivers FROM commitments_commitment c
    LEFT JOIN commitments_hourswaiver w ON w.commitment_id = c.id GROUP BY c.id, c.waived_hours HAVING c.waived_hours <> COALESCE(sum(w.hours), 0);
CREATE VIEW violation_counted_once AS
  SELECT w.id, w.worked_hours, w.allocated_hours, COALESCE(sum(x.hours), 0) AS ledger FROM hours_workedmonth w
    LEFT JOIN hours_ledgerentry x ON x.placement_id = w.placement_id AND x.worked_month = w.month
   GROUP BY w.id HAVING w.allocated_hours <> COALESCE(sum(x.hours), 0) OR COALESCE(sum(x.hours), 0) NOT BETWEEN 0 AND w.worked_hours;
CREATE VIEW violation_legal_maximum AS
  SELECT m.id, m.worked_hours, m.max_hours, COALESCE(sum(w.worked_hours), 0) AS worked FROM hours_personmonth m
    LEFT JOIN hours_workedmonth w ON w.person_id = m.person_id AND w.month = m.month
   GROUP BY m.id HAVING m.worked_hours <> COALESCE(sum(w.worked_hours), 0) OR COALESCE(sum(w.worked_hours), 0) > m.max_hours;
CREATE VIEW violation_not_eligible AS
  SELECT x.id FROM hours_ledgerentry x JOIN participants_placement p ON p.id = x.placement_id
   WHERE x.hours > 0 AND NOT EXISTS (SELECT 1 FROM participants_eligibilitydecision d WHERE d.person_id = p.person_id AND d.granted
     AND d.valid_from < x.worked_month + interval '1 month' AND d.valid_until >= x.worked_month);
CREATE VIEW violation_placement_before_decision AS
  SELECT p.id FROM participants_placement p JOIN participants_eligibilitydecision d ON d.id = p.decision_id
   WHERE NOT d.granted OR d.person_id <> p.person_id OR d.decided_on > p.starts_on OR p.starts_on NOT BETWEEN d.valid_from AND d.valid_until;
CREATE VIEW violation_windows_overlap AS
  SELECT a.id, b.id AS other FROM participants_eligibilitydecision a JOIN participants_eligibilitydecision b
      ON a.person_id = b.person_id AND a.id < b.id AND a.granted AND b.granted
   WHERE daterange(a.valid_from, a.valid_until, '[]') && daterange(b.valid_from, b.valid_until, '[]');
CREATE VIEW violation_sealed_period AS
  SELECT x.id FROM hours_ledgerentry x JOIN commitments_period p ON p.commitment_id = x.commitment_id AND p.month = x.post_month
   WHERE p.sealed_at < x.at;
CREATE VIEW violation_reversal AS
  SELECT x.id FROM hours_ledgerentry x JOIN hours_ledgerentry o ON o.id = x.reverses_id
   WHERE (o.commitment_id, o.placement_id, o.worked_month, o.line_id, -o.hours) IS DISTINCT FROM (x.commitment_id, x.placement_id, x.worked_month, x.line_id, x.hours)
      OR o.reverses_id IS NOT NULL
  UNION ALL SELECT max(x.id) FROM hours_ledgerentry x WHERE x.reverses_id IS NOT NULL GROUP BY x.reverses_id HAVING count(*) > 1
  UNION ALL SELECT x.id FROM hours_ledgerentry x WHERE (x.reverses_id IS NULL) <> (x.hours > 0);
CREATE VIEW violation_four_eyes AS
  SELECT x.id FROM hours_ledgerentry x WHERE x.actor_id = x.declared_by_id OR x.actor_org_id = x.declared_org_id;
CREATE VIEW violation_line_ledger AS
  SELECT l.id, l.state, l.hours, COALESCE(sum(x.hours), 0) AS ledger FROM hours_statementline l LEFT JOIN hours_ledgerentry x ON x.line_id = l.id
   GROUP BY l.id HAVING COALESCE(sum(x.hours), 0) <> CASE l.state WHEN 'accepted' THEN l.hours ELSE 0 END;
CREATE VIEW violation_pooling AS
  SELECT a.placement_id, a.worked_month, a.commitment_id, b.commitment_id AS other
    FROM (SELECT placement_id, worked_month, commitment_id FROM hours_ledgerentry GROUP BY 1, 2, 3 HAVING sum(hours) > 0) a
    JOIN (SELECT placement_id, worked_month, commitment_id FROM hours_ledgerentry GROUP BY 1, 2, 3 HAVING sum(hours) > 0) b
      ON a.placement_id = b.placement_id AND a.worked_month = b.worked_month AND a.commitment_id < b.commitment_id
   WHERE NOT EXISTS (SELECT 1 FROM commitments_poolingmember m JOIN commitments_poolingmember n ON m.agreement_id = n.agreement_id
                      WHERE m.commitment_id = a.commitment_id AND n.commitment_id = b.commitment_id);
CREATE VIEW violation_entry_chain AS
  SELECT x.id FROM (SELECT e AS entry, e.id, e.hash, e.prev_hash, e.sequence,
                           COALESCE(lag(e.hash) OVER w, ''::bytea) AS expected, row_number() OVER w AS place
                      FROM hours_ledgerentry e WINDOW w AS (PARTITION BY e.commitment_id ORDER BY e.sequence)) x
   WHERE x.prev_hash <> x.expected OR x.sequence <> x.place OR x.hash <> hours_entry_hash(x.prev_hash, x.entry);
CREATE VIEW violation_entry_not_assigned AS
  SELECT x.id FROM hours_ledgerentry x LEFT JOIN commitments_commitmentplacement a
      ON a.commitment_id = x.commitment_id AND a.placement_id = x.placement_id WHERE a.id IS NULL;
CREATE VIEW violation_two_live_identities AS
  SELECT identity_index FROM participants_person WHERE merged_into_id IS NULL AND identity_index IS NOT NULL
   GROUP BY identity_index HAVING count(*) > 1;
