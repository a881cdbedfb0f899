-- What is due is a series that only grows; its sum is the commitment's due_hours, moved here alone. Locks: the commitment first.

-- Commitments written before the series existed: their due was signed as it is.
INSERT INTO commitments_duemovement (commitment_id, kind, hours, effective_on, until, reference, at, by_label)
  SELECT id, 'signed', due_hours, starts_on, ends_on, 'Engagement signé', created_at, created_by_label FROM commitments_commitment WHERE due_hours <> 0;

CREATE OR REPLACE FUNCTION commitments_commitment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  above commitments_commitment;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.credited_hours <> 0 OR NEW.waived_hours <> 0 OR NEW.penalised_hours <> 0 OR NEW.due_moved THEN
      RAISE EXCEPTION USING ERRCODE = 'LV003', MESSAGE = 'COUNTER_GUARDED';
    END IF;
    IF NEW.head_id IS NOT NULL THEN
      SELECT * INTO above FROM commitments_commitment WHERE id = NEW.parent_id;
      -- a member owes nothing by itself: its share comes from the group
      IF NEW.due_hours <> 0 OR above.lot_id <> NEW.lot_id OR above.instrument <> NEW.instrument OR COALESCE(above.head_id, above.id) <> NEW.head_id THEN
        RAISE EXCEPTION USING ERRCODE = 'LV014', MESSAGE = 'NOT_OF_THE_GROUP';
      END IF;
    END IF;
  ELSE
    IF pg_trigger_depth() < 2 AND (NEW.due_hours, NEW.due_moved, NEW.credited_hours, NEW.waived_hours, NEW.penalised_hours)
       IS DISTINCT FROM (OLD.due_hours, OLD.due_moved, OLD.credited_hours, OLD.waived_hours, OLD.penalised_hours) THEN
      RAISE EXCEPTION USING ERRCODE = 'LV003', MESSAGE = 'COUNTER_GUARDED';
    END IF;
    IF (NEW.lot_id, NEW.holder_id, NEW.instrument, NEW.head_id, NEW.parent_id)
       IS DISTINCT FROM (OLD.lot_id, OLD.holder_id, OLD.instrument, OLD.head_id, OLD.parent_id) THEN
      RAISE EXCEPTION USING ERRCODE = 'LV000', MESSAGE = 'FROZEN', DETAIL = 'commitments_commitment UPDATE';
    END IF;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION commitments_commitment_signed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  IF NEW.due_hours <> 0 THEN
    INSERT INTO commitments_duemovement (commitment_id, kind, hours, effective_on, until, reference, at, by_label)
      VALUES (NEW.id, 'signed', NEW.due_hours, NEW.starts_on, NEW.ends_on, 'Engagement signé', NEW.created_at, NEW.created_by_label);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER commitments_commitment_signed AFTER INSERT ON commitments_commitment
  FOR EACH ROW EXECUTE FUNCTION commitments_commitment_signed();

CREATE FUNCTION commitments_duemovement_post() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  IF NEW.kind IN ('signed', 'basis', 'transfer') AND pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION USING ERRCODE = 'LV015', MESSAGE = 'MOVEMENT_GUARDED';
  END IF;
  IF NEW.kind <> 'signed' THEN
    UPDATE commitments_commitment SET due_hours = due_hours + NEW.hours, due_moved = true WHERE id = NEW.commitment_id;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER commitments_duemovement_post BEFORE INSERT ON commitments_duemovement
  FOR EACH ROW EXECUTE FUNCTION commitments_duemovement_post();

-- Hours due on all that was invoiced, or worked, so far. The year of a contract begins on the day and month of its first day.
CREATE FUNCTION commitments_due_on_basis(commitment bigint) RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT COALESCE((SELECT CASE t.method
    WHEN 'tranche' THEN (SELECT CASE WHEN s.amount < t.trigger_amount THEN 0
        ELSE GREATEST(0, floor((s.amount - CASE t.trigger_mode WHEN 'excess' THEN t.trigger_amount ELSE 0 END) / t.euros_per_hour)) END
      FROM (SELECT COALESCE(sum(b.amount), 0) AS amount FROM commitments_duebasis b WHERE b.commitment_id = c.id AND b.kind = 'invoice') s)
    WHEN 'percentage' THEN (SELECT COALESCE(sum(round(GREATEST(0, y.amount) * t.rates[LEAST(y.year, cardinality(t.rates))], 2)), 0)
      FROM (SELECT GREATEST(0, extract(year FROM age(b."on", c.starts_on))::int) + 1 AS year, sum(b.amount) AS amount
              FROM commitments_duebasis b WHERE b.commitment_id = c.id AND b.kind = 'worked' GROUP BY 1) y)
    ELSE 0 END
  FROM commitments_commitment c JOIN commitments_dueterms t ON t.commitment_id = c.id WHERE c.id = commitment), 0)
$$;

-- Hours due by the evening of a day, each movement counted evenly over its own days, and never more than all that is due: what an
-- amendment took back is not due any more. Not rounded.
CREATE FUNCTION commitments_accrued(commitment bigint, day date) RETURNS numeric LANGUAGE sql STABLE AS $$
  SELECT COALESCE(LEAST(sum(m.hours),
      sum(m.hours * LEAST(m.until - m.effective_on + 1, GREATEST(0, day - m.effective_on + 1)) / (m.until - m.effective_on + 1))), 0)
    FROM commitments_duemovement m WHERE m.commitment_id = commitment
$$;

CREATE FUNCTION commitments_duebasis_post() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  how text;
  more numeric;
BEGIN
  PERFORM 1 FROM commitments_commitment WHERE id = NEW.commitment_id FOR UPDATE;
  SELECT method INTO how FROM commitments_dueterms WHERE commitment_id = NEW.commitment_id;
  IF how IS DISTINCT FROM (CASE NEW.kind WHEN 'worked' THEN 'percentage' ELSE 'tranche' END) THEN
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
CREATE TRIGGER commitments_duebasis_post AFTER INSERT ON commitments_duebasis
  FOR EACH ROW EXECUTE FUNCTION commitments_duebasis_post();

-- An accepted transfer: the two sides agreed, and the hours leave one commitment for the other in one statement.
CREATE FUNCTION commitments_duetransfer_post() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  asked commitments_duetransfer;
  giver commitments_commitment;
  taker commitments_commitment;
  sides bigint[];
BEGIN
  SELECT * INTO STRICT asked FROM commitments_duetransfer WHERE id = NEW.transfer_id;
  PERFORM 1 FROM commitments_commitment WHERE id IN (asked.source_id, asked.target_id) ORDER BY id FOR UPDATE;
  SELECT * INTO STRICT giver FROM commitments_commitment WHERE id = asked.source_id;
  SELECT * INTO STRICT taker FROM commitments_commitment WHERE id = asked.target_id;
  IF asked.carry_over THEN
    SELECT ARRAY[giver.holder_id, k.buyer_id] INTO sides FROM procurement_lot l JOIN procurement_contract k ON k.id = l.contract_id WHERE l.id = giver.lot_id;
    IF giver.holder_id <> taker.holder_id OR sides[2] IS DISTINCT FROM (SELECT k.buyer_id FROM procurement_lot l
         JOIN procurement_contract k ON k.id = l.contract_id WHERE l.id = taker.lot_id) THEN
      RAISE EXCEPTION USING ERRCODE = 'LV014', MESSAGE = 'NOT_OF_THE_GROUP';
    END IF;
  ELSE
    sides := ARRAY[giver.holder_id, taker.holder_id];
    IF COALESCE(giver.head_id, giver.id) <> COALESCE(taker.head_id, taker.id) THEN
      RAISE EXCEPTION USING ERRCODE = 'LV014', MESSAGE = 'NOT_OF_THE_GROUP';
    END IF;
  END IF;
  IF NOT (asked.proposed_by_org_id = ANY (sides) AND NEW.answered_by_org_id = ANY (sides) AND asked.proposed_by_org_id <> NEW.answered_by_org_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'LV017', MESSAGE = 'BOTH_SIDES_AGREE';
  END IF;
  IF NEW.accepted THEN
    IF asked.carry_over AND (taker.balance_hours > -asked.hours OR giver.balance_hours < asked.hours) THEN
      RAISE EXCEPTION USING ERRCODE = 'LV018', MESSAGE = 'NO_SURPLUS';
    END IF;
    INSERT INTO commitments_duemovement (commitment_id, kind, hours, effective_on, until, reference, transfer_id, at, by_label)
      SELECT c.id, 'transfer', CASE c.id WHEN giver.id THEN -asked.hours ELSE asked.hours END, d.day, GREATEST(d.day, c.ends_on), asked.reason, asked.id,
             NEW.at, NEW.answered_by_label
        FROM commitments_commitment c, LATERAL (SELECT GREATEST(c.starts_on, (NEW.at AT TIME ZONE 'Europe/Paris')::date) AS day) d
       WHERE c.id IN (giver.id, taker.id) ORDER BY c.id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER commitments_duetransfer_post AFTER INSERT ON commitments_duetransferanswer
  FOR EACH ROW EXECUTE FUNCTION commitments_duetransfer_post();

-- Hours penalised: no more than what is outstanding; a reversal mirrors its original.
CREATE FUNCTION commitments_penalty_post() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  owed commitments_commitment;
  original commitments_hourspenalty;
BEGIN
  SELECT * INTO STRICT owed FROM commitments_commitment WHERE id = NEW.commitment_id FOR UPDATE;
  IF NEW.reverses_id IS NOT NULL THEN
    SELECT * INTO STRICT original FROM commitments_hourspenalty WHERE id = NEW.reverses_id;
    IF original.reverses_id IS NOT NULL OR (original.commitment_id, original.decision_reference, -original.hours)
       IS DISTINCT FROM (NEW.commitment_id, NEW.decision_reference, NEW.hours) THEN
      RAISE EXCEPTION USING ERRCODE = 'LV007', MESSAGE = 'NOT_A_REVERSAL';
    END IF;
  ELSIF NEW.hours > owed.balance_hours THEN
    RAISE EXCEPTION USING ERRCODE = 'LV019', MESSAGE = 'ABOVE_OUTSTANDING';
  END IF;
  UPDATE commitments_commitment SET penalised_hours = penalised_hours + NEW.hours WHERE id = NEW.commitment_id;
  RETURN NEW;
END $$;
CREATE TRIGGER commitments_penalty_post BEFORE INSERT ON commitments_hourspenalty
  FOR EACH ROW EXECUTE FUNCTION commitments_penalty_post();

-- An agreement over the contracts of several buyers holds once each of them agreed.
CREATE FUNCTION commitments_pooling_holds(agreement bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT count(DISTINCT k.buyer_id) = 1 OR bool_and(EXISTS (SELECT 1 FROM commitments_poolingconsent s
           WHERE s.agreement_id = agreement AND s.buyer_id = k.buyer_id))
    FROM commitments_poolingmember m JOIN commitments_commitment c ON c.id = m.commitment_id JOIN procurement_lot l ON l.id = c.lot_id
    JOIN procurement_contract k ON k.id = l.contract_id WHERE m.agreement_id = agreement
$$;
CREATE OR REPLACE FUNCTION hours_ledgerentry_post() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
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
                          WHERE a.commitment_id = NEW.commitment_id AND b.commitment_id = x.commitment_id AND commitments_pooling_holds(a.agreement_id))
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
CREATE OR REPLACE VIEW violation_pooling AS
  SELECT a.placement_id, a.worked_month, a.commitment_id, b.commitment_id AS other
    FROM (SELECT placement_id, worked_month, commitment_id FROM hours_ledgerentry GROUP BY 1, 2, 3 HAVING sum(hours) > 0) a
    JOIN (SELECT placement_id, worked_month, commitment_id FROM hours_ledgerentry GROUP BY 1, 2, 3 HAVING sum(hours) > 0) b
      ON a.placement_id = b.placement_id AND a.worked_month = b.worked_month AND a.commitment_id < b.commitment_id
   WHERE NOT EXISTS (SELECT 1 FROM commitments_poolingmember m JOIN commitments_poolingmember n ON m.agreement_id = n.agreement_id
                      WHERE m.commitment_id = a.commitment_id AND n.commitment_id = b.commitment_id AND 0 =
                      (SELECT count(*) FROM commitments_poolingmember x JOIN commitments_commitment c ON c.id = x.commitment_id
                         JOIN procurement_lot l ON l.id = c.lot_id JOIN procurement_contract k ON k.id = l.contract_id
                        WHERE x.agreement_id = m.agreement_id
                          AND NOT EXISTS (SELECT 1 FROM commitments_poolingconsent s WHERE s.agreement_id = x.agreement_id AND s.buyer_id = k.buyer_id)
                          AND EXISTS (SELECT 1 FROM commitments_poolingmember y JOIN commitments_commitment d ON d.id = y.commitment_id
                                        JOIN procurement_lot e ON e.id = d.lot_id JOIN procurement_contract q ON q.id = e.contract_id
                                       WHERE y.agreement_id = x.agreement_id AND q.buyer_id <> k.buyer_id)));

-- The double entry of a commitment, one row a movement, from one account to another: it cannot but balance.
CREATE VIEW commitments_book AS
  SELECT m.commitment_id, m.at, 'due' AS debit, 'outstanding' AS credit, m.hours, 'movement' AS source, m.id AS source_id FROM commitments_duemovement m
  UNION ALL SELECT x.commitment_id, x.at, 'outstanding', 'accepted', x.hours, 'entry', x.id FROM hours_ledgerentry x
  UNION ALL SELECT w.commitment_id, w.at, 'outstanding', 'waived', w.hours, 'waiver', w.id FROM commitments_hourswaiver w
  UNION ALL SELECT p.commitment_id, p.at, 'outstanding', 'penalised', p.hours, 'penalty', p.id FROM commitments_hourspenalty p;

CREATE VIEW violation_commitment_due AS
  SELECT c.id, c.due_hours, COALESCE(sum(m.hours), 0) AS movements FROM commitments_commitment c
    LEFT JOIN commitments_duemovement m ON m.commitment_id = c.id GROUP BY c.id, c.due_hours, c.due_moved
  HAVING c.due_hours <> COALESCE(sum(m.hours), 0) OR c.due_moved <> COALESCE(bool_or(m.kind <> 'signed'), false);
CREATE VIEW violation_commitment_penalty AS
  SELECT c.id, c.penalised_hours, COALESCE(sum(p.hours), 0) AS penalties FROM commitments_commitment c
    LEFT JOIN commitments_hourspenalty p ON p.commitment_id = c.id
   GROUP BY c.id, c.penalised_hours, c.due_hours, c.waived_hours
  HAVING c.penalised_hours <> COALESCE(sum(p.hours), 0) OR COALESCE(sum(p.hours), 0) NOT BETWEEN 0 AND c.due_hours - c.waived_hours;
CREATE VIEW violation_balance AS
  SELECT c.id, c.balance_hours, COALESCE(b.outstanding, 0) AS book FROM commitments_commitment c
    LEFT JOIN (SELECT commitment_id, sum(CASE credit WHEN 'outstanding' THEN hours ELSE -hours END) AS outstanding FROM commitments_book GROUP BY 1) b
      ON b.commitment_id = c.id WHERE c.balance_hours <> COALESCE(b.outstanding, 0);
CREATE VIEW violation_due_basis AS
  SELECT t.commitment_id, commitments_due_on_basis(t.commitment_id) AS owed, COALESCE(sum(m.hours), 0) AS movements FROM commitments_dueterms t
    LEFT JOIN commitments_duemovement m ON m.commitment_id = t.commitment_id AND m.kind = 'basis'
   GROUP BY t.commitment_id HAVING commitments_due_on_basis(t.commitment_id) <> COALESCE(sum(m.hours), 0)
  UNION ALL SELECT b.commitment_id, NULL, NULL FROM commitments_duebasis b LEFT JOIN commitments_dueterms t ON t.commitment_id = b.commitment_id
   WHERE t.method IS DISTINCT FROM (CASE b.kind WHEN 'worked' THEN 'percentage' ELSE 'tranche' END);
CREATE VIEW violation_transfer AS
  SELECT t.id, a.accepted, count(m.id) AS movements, COALESCE(sum(m.hours), 0) AS left_over FROM commitments_duetransfer t
    LEFT JOIN commitments_duetransferanswer a ON a.transfer_id = t.id LEFT JOIN commitments_duemovement m ON m.transfer_id = t.id
   GROUP BY t.id, a.accepted, a.answered_by_org_id
  HAVING count(m.id) <> CASE WHEN a.accepted THEN 2 ELSE 0 END OR COALESCE(sum(m.hours), 0) <> 0
      OR bool_or((m.commitment_id, m.hours) IS DISTINCT FROM (t.source_id, -t.hours) AND (m.commitment_id, m.hours) IS DISTINCT FROM (t.target_id, t.hours)
                 AND m.id IS NOT NULL)
      OR a.answered_by_org_id = t.proposed_by_org_id
      OR a.answered_by_org_id <> ALL (SELECT c.holder_id FROM commitments_commitment c WHERE c.id IN (t.source_id, t.target_id)
           UNION ALL SELECT k.buyer_id FROM commitments_commitment c JOIN procurement_lot l ON l.id = c.lot_id
             JOIN procurement_contract k ON k.id = l.contract_id WHERE t.carry_over AND c.id = t.source_id);
CREATE VIEW violation_group AS
  SELECT m.id FROM commitments_commitment m JOIN commitments_commitment p ON p.id = m.parent_id
   WHERE p.lot_id <> m.lot_id OR p.instrument <> m.instrument OR COALESCE(p.head_id, p.id) <> m.head_id
  UNION ALL SELECT t.id FROM commitments_duetransfer t JOIN commitments_duetransferanswer a ON a.transfer_id = t.id AND a.accepted
    JOIN commitments_commitment s ON s.id = t.source_id JOIN commitments_commitment g ON g.id = t.target_id
   WHERE CASE WHEN t.carry_over THEN s.holder_id <> g.holder_id ELSE COALESCE(s.head_id, s.id) <> COALESCE(g.head_id, g.id) END;
CREATE VIEW violation_penalty_reversal AS
  SELECT x.id FROM commitments_hourspenalty x JOIN commitments_hourspenalty o ON o.id = x.reverses_id
   WHERE (o.commitment_id, o.decision_reference, -o.hours) IS DISTINCT FROM (x.commitment_id, x.decision_reference, x.hours) OR o.reverses_id IS NOT NULL;
